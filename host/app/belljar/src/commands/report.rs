//! `belljar report`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use belljar_check::{CheckConfig, Verdict};
use belljar_engine::Source;
use belljar_lineage::graph::Graph;
use belljar_page::{Content, Meta, PageError};
use belljar_schema::{Document, Table};
use serde::Serialize;

use super::check::{self, Judged};
use crate::{
    artefacts::{self, Artefacts},
    cli::{Check, CheckFormat, Compared, Report},
    comparison::{is_range, one_side},
    config_file::{self, NamedConfig},
    failure::Failure,
    session::Session,
    side::{Loaded, load_side},
    source_config::SourceConfig,
};

/// The name of the files on the disk.
const WORK_TREE: &str = "work tree";

/// Endings of files that are read, which are no part of a title.
const SUFFIXES: [&str; 5] = [".tar.gz", ".tar", ".zip", ".whl", ".json"];

/// Writes a page with the schema of a side, or with what changed between two.
pub(crate) fn run(arguments: Report, session: &mut Session) -> Result<u8, Failure> {
    if !belljar_page::is_built() {
        return Err(PageError::NotBuilt.into());
    }
    let title = arguments.title.clone().unwrap_or_else(|| title(&arguments));
    let meta = Meta {
        title,
        belljar: env!("CARGO_PKG_VERSION").to_owned(),
        link: arguments.link.clone(),
        base_link: arguments.base_link.clone(),
        ..Meta::default()
    };
    let is_pair = match (&arguments.side, &arguments.head) {
        (_, Some(_)) => true,
        (Some(side), None) => is_range(side),
        (None, None) => false,
    };
    if is_pair { two_sides(arguments, meta, session) } else { one(arguments, meta, session) }
}

/// The last part of the name of what is read.
fn title(arguments: &Report) -> String {
    let named = arguments.head.as_ref().or(arguments.side.as_ref()).map(PathBuf::from);
    let path = named.filter(|path| path.exists()).unwrap_or_else(|| arguments.repo.clone());
    let whole = fs::canonicalize(&path).unwrap_or(path);
    let Some(name) = whole.file_name().map(|name| name.to_string_lossy()) else { return "Schema".to_owned() };
    let of_file = SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix)).filter(|_| whole.is_file());
    of_file.unwrap_or(&name).to_owned()
}

/// The page of one side.
fn one(arguments: Report, meta: Meta, session: &mut Session) -> Result<u8, Failure> {
    let Report { side, repo, artefacts: named, config, sources, .. } = arguments;
    let mut source_config = SourceConfig::new(&repo, None, sources, Vec::new())?;
    let config = config.as_deref().map(NamedConfig::open).transpose()?;
    if let Some(named) = &config {
        source_config.project = named.project();
    }
    let opened = one_side(side.as_deref(), &source_config)?;
    let (Loaded { document, source, .. }, named) =
        load_side(opened, &source_config, session, || artefacts::open(&named, &source_config.source_limits))?;
    let config = match config {
        Some(named) => named.parse()?,
        None => config_file::of_source(source.as_ref())?,
    };
    let artefacts = Artefacts::new(named, &config, source.as_ref());
    let graph = (!artefacts.files.is_empty()).then(|| artefacts.graph(&document, &config));
    let lineage = lineage(graph.as_ref())?;
    let meta = Meta { head: side, owners: owners(source.as_ref(), &document, &config), ..meta };
    let content =
        Content { meta: &meta, head: &document, base: &[], check: None, lineage: lineage.as_deref() };
    write(content, session)?;
    Ok(0)
}

/// The page of a change: the head, with the verdict on it.
fn two_sides(arguments: Report, meta: Meta, session: &mut Session) -> Result<u8, Failure> {
    let Report { side, head, repo, rename, artefacts, config_from, config, sources, .. } = arguments;
    let base = side.unwrap_or_default();
    let (base_name, head_name) = names(&base, head.as_deref());
    let compared = Compared { base: Some(base), head, repo, rename, allow_host: Vec::new() };
    let check = Check {
        compared,
        format: CheckFormat::Text,
        output: None,
        report: Vec::new(),
        select: Vec::new(),
        ignore: Vec::new(),
        explain: false,
        fix: None,
        fail_on: None,
        migrations: None,
        config_from,
        config,
        no_config: false,
        contract: Vec::new(),
        notify: None,
        database: None,
        data_questions: None,
        data_answers: None,
        artefacts,
        sources,
    };
    let Judged { verdict, base, head, graph, config, .. } = check::judge(check, session)?;
    let lineage = lineage(graph.as_ref())?;
    let changed = base.as_ref().map(|base| changed(&base.document, &verdict)).unwrap_or_default();
    let meta = Meta {
        base: Some(base_name),
        head: Some(head_name),
        owners: owners(head.source.as_ref(), &head.document, &config),
        ..meta
    };
    let json = json(&verdict)?;
    let content = Content {
        meta: &meta,
        head: &head.document,
        base: &changed,
        check: Some(&json),
        lineage: lineage.as_deref(),
    };
    write(content, session)?;
    Ok(if verdict.compared { 0 } else { 2 })
}

/// The names of both sides, as people gave them.
fn names(base: &str, head: Option<&str>) -> (String, String) {
    let or_head = |name: &str| if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() };
    match (head, base.split_once("..")) {
        (Some(head), _) => (base.to_owned(), head.to_owned()),
        (None, Some((one, two))) => (or_head(one), or_head(two.trim_start_matches('.'))),
        (None, None) => (base.to_owned(), WORK_TREE.to_owned()),
    }
}

/// The tables of the base that changes name.
fn changed<'a>(base: &'a Document, verdict: &Verdict) -> Vec<&'a Table> {
    let mut named = BTreeSet::new();
    for change in &verdict.diff.changes {
        for path in [Some(&change.path), change.was.as_ref()].into_iter().flatten() {
            named.insert((path.schema.as_deref(), path.name.as_str()));
        }
    }
    let is_named = |table: &&Table| named.contains(&(table.schema.as_deref(), table.name.as_str()));
    base.tables.iter().filter(is_named).collect()
}

/// The owners of the files that declare tables.
fn owners(
    source: Option<&Source>,
    document: &Document,
    config: &CheckConfig,
) -> BTreeMap<String, Vec<String>> {
    let (of, _) = artefacts::owners(source, config);
    let paths = document.tables.iter().filter_map(|table| table.place.as_ref()).map(|place| &place.path);
    let distinct: BTreeSet<&String> = paths.collect();
    let owned = distinct.into_iter().map(|path| (path.clone(), of(path)));
    owned.filter(|(_, owners)| !owners.is_empty()).collect()
}

fn lineage(graph: Option<&Graph>) -> Result<Option<Vec<u8>>, Failure> {
    graph.map(|graph| json(&graph.document())).transpose()
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(value).map_err(|error| PageError::Json(error).into())
}

fn write(content: Content<'_>, session: &mut Session) -> Result<(), Failure> {
    let page = belljar_page::page(content)?;
    session.write(0, &|out| out.write_all(&page))
}
