//! Artefacts that the command line names, and those that the settings of a repository do.

use std::path::Path;

use belljar_artefacts::codeowners;
use belljar_check::Config;
use belljar_engine::{Filters, Request, Source, SourceLimits};
use belljar_graph::{Artefact, Form, pick};
use belljar_lineage::graph::Graph;
use belljar_schema::{Diagnostic, Document, Severity};

use crate::{cli, failure::Failure, messages, settings::Level};

/// The most that is read of one artefact, in bytes.
const LARGEST: u64 = 1 << 30;

/// Artefacts with the settings that tell what they have to do with the application.
#[derive(Debug)]
pub(crate) struct Downstream {
    pub(crate) artefacts: Vec<Artefact>,
    /// What is to be said of those that can't be read.
    pub(crate) said: Vec<Diagnostic>,
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

impl Downstream {
    /// Those of the command line, then those that the settings name among the files of one source.
    pub(crate) fn of(named: Vec<Artefact>, config: &Config, source: Option<&Source>) -> Self {
        let (found, said) = source.map(|source| pick(&config.downstream, &source.tree)).unwrap_or_default();
        Self { artefacts: [named, found].concat(), said }
    }

    /// The graph of a schema and of all that reads it.
    pub(crate) fn graph(&self, document: &Document, config: &Config) -> Graph {
        belljar_graph::graph(document, &config.downstream, &self.artefacts)
    }
}

/// Who owns the files of a source, by CODEOWNERS, with what is to be said of that file.
pub(crate) fn owners(source: Option<&Source>) -> (impl Fn(&str) -> Vec<String> + use<>, Vec<Diagnostic>) {
    let owners = source.and_then(|source| {
        let path = codeowners::locate(|path| source.tree.node(path).is_some())?;
        let bytes = source.tree.read(path).ok()?; // one that can't be read is said with the source
        Some(codeowners::read(&bytes, path))
    });
    let (owners, mut said) = owners.map(|read| (read.value, read.diagnostics)).unzip();
    // Whom to tell is no matter that a check fails for.
    said.iter_mut().flatten().for_each(|one| one.severity = Severity::Warning);
    let of = move |path: &str| {
        let of = |owners: &codeowners::Codeowners| owners.owners(path);
        owners.as_ref().map(of).unwrap_or_default().into_iter().map(|owner| owner.name).collect()
    };
    (of, said.unwrap_or_default())
}

/// What is to be said of a graph besides what is in it.
pub(crate) fn say(out: &mut String, downstream: &Downstream, graph: &Graph, level: Level) {
    messages::all(out, downstream.said.iter().chain(&graph.report().diagnostics), level);
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
        return Err(failure(path, format!("nothing in it ends with {}", endings.join(", "))));
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
