//! The artefacts of dbt, Dataform, LookML and Tableau that are used, their graph, and the owners of files.
//!
//! The command line names some, `belljar.toml` others. [`decide`] determines whether files of the base or of the head
//! are used for the latter.

use std::{collections::BTreeMap, path::Path};

use belljar_artefacts::codeowners;
use belljar_check::{ArtefactChange, CheckConfig};
use belljar_engine::{Filters, Request, Source, SourceLimits, path_from};
use belljar_graph::{Artefact, Form, pick};
use belljar_lineage::graph::Graph;
use belljar_schema::{Diagnostic, Document, Severity};

use crate::{
    cli::{self, ConfigFrom},
    comparison::Sources,
    failure::Failure,
    own_config::tree_of_config,
    terminal::{level::Level, messages},
};

/// The largest artefact that is read, in bytes.
const LARGEST: u64 = 1 << 30;

/// The artefacts that are used.
#[derive(Debug)]
pub(crate) struct Artefacts {
    pub(crate) files: Vec<Artefact>,
    /// Reasons for missing artefacts.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Reads the artefacts that the command line names.
pub(crate) fn open(named: &cli::Artefacts, limits: &SourceLimits) -> Result<Vec<Artefact>, Failure> {
    let mut artefacts = Vec::new();
    for path in &named.dbt {
        let mut manifest = file(Form::Dbt, path)?;
        let beside = path.with_file_name("catalog.json");
        if beside.is_file() {
            manifest.catalog = Some(bytes(&beside)?.into());
        }
        artefacts.push(manifest);
    }
    for path in &named.dataform {
        artefacts.push(file(Form::Dataform, path)?);
    }
    for path in &named.lookml {
        artefacts.extend(files(Form::Lookml, path, &[".lkml", ".lookml"], limits)?);
    }
    for path in &named.tableau {
        artefacts.extend(files(Form::Tableau, path, &[".twb", ".twbx", ".tds", ".tdsx"], limits)?);
    }
    Ok(artefacts)
}

impl Artefacts {
    /// Those of the command line, then those in the source that the configuration names.
    pub(crate) fn new(named: Vec<Artefact>, config: &CheckConfig, source: Option<&Source>) -> Self {
        let (found, diagnostics) = files_of(config, source);
        Self { files: [named, found].concat(), diagnostics }
    }

    /// The graph of a schema and of its readers.
    pub(crate) fn graph(&self, document: &Document, config: &CheckConfig) -> Graph {
        belljar_graph::graph(document, &config.downstream, &self.files)
    }
}

/// The owners of the files of a source: those of its service, else those by its CODEOWNERS, with the diagnostics of that
/// file. Of a directory of a repository, it is that of the repository.
pub(crate) fn owners<'a>(
    source: Option<&Source>,
    config: &'a CheckConfig,
) -> (impl Fn(&str) -> Vec<String> + use<'a>, Vec<Diagnostic>) {
    let around = source.map(|source| source.tree.around().unwrap_or((&source.tree, "")));
    let within = around.map(|(_, within)| within.to_owned()).unwrap_or_default();
    let owners = around.and_then(|(tree, _)| {
        let path = codeowners::locate(|path| tree.node(path).is_some())?;
        let bytes = tree.read(path).ok()?; // a file that cannot be read is among the diagnostics of the source
        Some(codeowners::parse_file(&bytes, path))
    });
    let (owners, mut diagnostics) = owners.map(|read| (read.value, read.diagnostics)).unzip();
    // A check does not fail for an unknown owner.
    diagnostics.iter_mut().flatten().for_each(|one| one.severity = Severity::Warning);
    let of = move |path: &str| {
        let stated = config.owners_of(path);
        if !stated.is_empty() {
            return stated.to_vec();
        }
        let path = belljar_rules::joined(&within, path);
        let of = |owners: &codeowners::Codeowners| owners.owners(&path);
        owners.as_ref().map(of).unwrap_or_default().into_iter().map(|owner| owner.name).collect()
    };
    (of, diagnostics.unwrap_or_default())
}

/// Reports missing artefacts, and parts that could not be joined to the graph.
pub(crate) fn report(out: &mut String, artefacts: &Artefacts, graph: &Graph, level: Level) {
    messages::diagnostics(out, artefacts.diagnostics.iter().chain(&graph.report().diagnostics), level);
}

/// The artefacts that are used, and how those of the head differ.
#[derive(Debug)]
pub(crate) struct Decided {
    pub(crate) artefacts: Artefacts,
    /// The same with the files of the head, if these differ.
    pub(crate) proposed: Option<Artefacts>,
    pub(crate) changes: Vec<(String, ArtefactChange)>,
}

/// Determines which artefacts are used: those of the command line, and of those that the configuration names, the files
/// of the side that determines it. If the base has none of a kind, those of the head are used: that can add readers,
/// and can't hide any.
pub(crate) fn decide(named: Vec<Artefact>, config: &CheckConfig, sources: Sources<'_>) -> Decided {
    let (of_head, of_head_failed) = files_of(config, sources.head);
    if sources.from == ConfigFrom::Head {
        let artefacts = Artefacts { files: [named, of_head].concat(), diagnostics: of_head_failed };
        return Decided { artefacts, proposed: None, changes: Vec::new() };
    }
    let (of_base, mut diagnostics) = files_of(config, sources.base);
    let (common, only): (Vec<Artefact>, Vec<Artefact>) =
        of_head.into_iter().partition(|one| of_base.iter().any(|other| other.form == one.form));
    if sources.base.is_none() {
        diagnostics = of_head_failed;
    } else if !only.is_empty() {
        diagnostics.retain(|one| one.code != "no-artefact");
        diagnostics.extend(of_head_failed.into_iter().filter(|one| one.code == "no-artefact"));
    }
    for artefact in &only {
        let path = &artefact.path;
        let message = format!("the base has no artefact of this kind, so `{path}` of the head counts");
        let diagnostic = Diagnostic::new(Severity::Warning, "artefact-of-head", message).at(path.clone(), 0);
        diagnostics.push(diagnostic.hint("name one that is trusted on the command line"));
    }
    let changes = changes(&of_base, &common);
    let proposed = (!changes.is_empty()).then(|| Artefacts {
        files: [named.clone(), common, only.clone()].concat(),
        diagnostics: Vec::new(),
    });
    let files = [named, of_base, only].concat();
    Decided { artefacts: Artefacts { files, diagnostics }, proposed, changes }
}

/// The artefacts that a configuration names, with their paths from the directory that is read.
fn files_of(config: &CheckConfig, source: Option<&Source>) -> (Vec<Artefact>, Vec<Diagnostic>) {
    let Some(source) = source else { return Default::default() };
    let (mut files, mut diagnostics) = pick(&config.downstream, &tree_of_config(source, config));
    let directory = config.rules.directory.as_str();
    for file in &mut files {
        file.path = path_from(directory, &file.path);
    }
    for place in diagnostics.iter_mut().filter_map(|one| one.place.as_mut()) {
        if place.path != config.downstream.file {
            place.path = path_from(directory, &place.path);
        }
    }
    (files, diagnostics)
}

fn changes(base: &[Artefact], head: &[Artefact]) -> Vec<(String, ArtefactChange)> {
    let by_name = |all: &[Artefact]| -> BTreeMap<(Form, String), Artefact> {
        all.iter().map(|one| ((one.form, one.path.clone()), one.clone())).collect()
    };
    let (before, after) = (by_name(base), by_name(head));
    let gone_or_other = before.iter().filter_map(|(name, old)| match after.get(name) {
        None => Some((name.1.clone(), ArtefactChange::Gone)),
        Some(new) => (old.bytes != new.bytes || old.catalog != new.catalog)
            .then(|| (name.1.clone(), ArtefactChange::Differs)),
    });
    let new = after.keys().filter(|name| !before.contains_key(*name));
    gone_or_other.chain(new.map(|name| (name.1.clone(), ArtefactChange::New))).collect()
}

/// All files below a folder, or in an archive, with one of these endings; or the one file.
fn files(form: Form, path: &Path, endings: &[&str], limits: &SourceLimits) -> Result<Vec<Artefact>, Failure> {
    let ends = |name: &str| endings.iter().any(|ending| name.to_lowercase().ends_with(ending));
    if path.is_file() && ends(&path.to_string_lossy()) {
        return Ok(vec![file(form, path)?]);
    }
    let filters = Filters { include_ignored: true, ..Filters::default() };
    let source = belljar_engine::open(&Request { filters, ..Request::new(path) }, limits)?;
    let mut found = Vec::new();
    for (name, _) in source.tree.files().filter(|(name, _)| ends(name)) {
        let bytes = source.tree.read(name).map_err(|error| failure(path, error.to_string()))?;
        found.push(Artefact { form, path: name.to_owned(), bytes, catalog: None });
    }
    if found.is_empty() {
        return Err(failure(path, format!("it has no file that ends with {}", endings.join(", "))));
    }
    Ok(found)
}

fn file(form: Form, path: &Path) -> Result<Artefact, Failure> {
    let bytes = bytes(path)?.into();
    Ok(Artefact { form, path: path.display().to_string(), bytes, catalog: None })
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    belljar_engine::read_file(path, LARGEST).map_err(|error| failure(path, error.to_string()))
}

fn failure(path: &Path, message: String) -> Failure {
    Failure::Artefact { path: path.display().to_string(), message }
}
