//! `belljar lineage`.

use std::io;

use belljar_check::CheckConfig;
use belljar_lineage::{
    graph::{Direction, Graph, Point, System, WalkLimits},
    render::{Dot, Mermaid, Selection, Summary, Tree, openlineage},
};
use belljar_schema::Document;

use crate::{
    artefacts::{self, Artefacts},
    cli::{Lineage, LineageFormat},
    config_file::{self, NamedConfig},
    failure::{Failure, NoEffect},
    own_config::ProjectFrom,
    render,
    session::Session,
    side::{Loaded, load_one},
    source_config::SourceConfig,
    terminal::messages,
};

/// The producer of an OpenLineage event, which has to be a URI.
const PRODUCER: &str = concat!("urn:belljar:", env!("CARGO_PKG_VERSION"));

/// The default time of events: the same input gives the same output.
const EPOCH: &str = "1970-01-01T00:00:00Z";

/// The maximum number of lines and edges that are drawn.
const MOST_DRAWN: usize = 2_000;

/// Writes the inputs and the readers of a column or dataset, or the whole graph.
pub(crate) fn run(arguments: Lineage, session: &mut Session) -> Result<u8, Failure> {
    let Lineage {
        column,
        source,
        rev,
        artefacts: named,
        config,
        upstream,
        downstream: down,
        depth,
        keys,
        format,
        output: _,
        time,
        namespace,
        sources,
    } = arguments;
    check_effects(format, time.is_some(), namespace.is_some())?;
    let (time, namespace) = (time.as_deref().unwrap_or(EPOCH), namespace.as_deref().unwrap_or("belljar"));
    let mut source_config = SourceConfig::new(&source, rev, sources, Vec::new())?;
    let config = config.as_deref().map(NamedConfig::open).transpose()?;
    source_config.project = config.as_ref().map_or(ProjectFrom::Own, NamedConfig::project);
    let (Loaded { document, source, .. }, named) =
        load_one(&source_config, session, || artefacts::open(&named, &source_config.source_limits))?;
    let config = match config {
        Some(named) => named.parse()?,
        None => config_file::of_source(source.as_ref())?,
    };
    let artefacts = Artefacts::new(named, &config, source.as_ref());
    check_readers(&artefacts, &document, &config).inspect_err(|_| {
        session.report(|out| messages::diagnostics(out, &artefacts.diagnostics, source_config.level));
    })?;
    let graph = artefacts.graph(&document, &config);
    session.report(|out| artefacts::report(out, &artefacts, &graph, source_config.level));
    let start = column.map(|text| start(&graph, &text)).transpose()?;
    let limits = WalkLimits { depth: depth.unwrap_or(usize::MAX), points: MOST_DRAWN };
    let directions = walked(upstream, down);
    let selection = || match start {
        None => Selection::all(&graph, MOST_DRAWN),
        Some(start) => directions
            .iter()
            .map(|direction| Selection::around(&graph, start, *direction, limits, keys))
            .reduce(Selection::and)
            .unwrap_or_else(|| Selection::all(&graph, 0)),
    };
    session.write(0, &|out| match format {
        LineageFormat::Text => match start {
            Some(start) => trees(out, &graph, start, &directions, limits, keys),
            None => write!(out, "{}", Summary(&graph)),
        }
        .and_then(|()| unknowns(out, &graph)),
        LineageFormat::Mermaid => write!(out, "{}", Mermaid(&selection())),
        LineageFormat::Dot => write!(out, "{}", Dot(&selection())),
        LineageFormat::Json => render::json(out, &graph.document()),
        LineageFormat::Openlineage => {
            let options = openlineage::Options { producer: PRODUCER, time, namespace, runs: false };
            openlineage::events(&graph, &options).iter().try_for_each(|event| render::json_line(out, event))
        }
    })?;
    Ok(0)
}

/// Fails if there is nothing to show: no artefact, no replication, and no view of the schema.
fn check_readers(artefacts: &Artefacts, document: &Document, config: &CheckConfig) -> Result<(), Failure> {
    let has_readers = !artefacts.files.is_empty()
        || !document.views.is_empty()
        || !config.downstream.replications.all.is_empty();
    if has_readers { Ok(()) } else { Err(Failure::NoArtefact) }
}

/// The directions that the options ask for: both without any.
fn walked(upstream: bool, downstream: bool) -> Vec<Direction> {
    match (upstream, downstream) {
        (true, false) => vec![Direction::Upstream],
        (false, true) => vec![Direction::Downstream],
        _ => vec![Direction::Upstream, Direction::Downstream],
    }
}

/// Rejects options of OpenLineage events for other formats.
fn check_effects(format: LineageFormat, time: bool, namespace: bool) -> Result<(), NoEffect> {
    let given = [("--time", time), ("--namespace", namespace)];
    match given.into_iter().find(|(_, is_given)| *is_given && format != LineageFormat::Openlineage) {
        Some((option, _)) => Err(NoEffect::new(option, "--format openlineage")),
        None => Ok(()),
    }
}

/// Writes the inputs and the readers of a column or dataset, as trees.
fn trees(
    out: &mut dyn io::Write,
    graph: &Graph,
    start: Point,
    directions: &[Direction],
    limits: WalkLimits,
    keys: bool,
) -> io::Result<()> {
    for direction in directions {
        let title = match direction {
            Direction::Upstream => "made from",
            Direction::Downstream => "read by",
        };
        writeln!(out, "{title}")?;
        write!(out, "{}", Tree { graph, start, direction: *direction, limits, keys })?;
    }
    Ok(())
}

/// Writes the number of unresolved parts, and the first of them.
fn unknowns(out: &mut dyn io::Write, graph: &Graph) -> io::Result<()> {
    let report = graph.report();
    if report.unknowns.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nunresolved: {} (all of them in `--format json`)", report.unknowns.len())?;
    for unknown in report.unknowns.iter().take(10) {
        let place = unknown
            .place
            .as_ref()
            .map(|place| format!("{}:{}: ", place.path, place.line))
            .unwrap_or_default();
        let text = format!("{place}{}: {}", unknown.subject, unknown.message);
        writeln!(out, "  {}", render::safe(&text))?;
    }
    Ok(())
}

/// The column or dataset that a text names.
fn start(graph: &Graph, text: &str) -> Result<Point, Failure> {
    let found = graph.search(text);
    // A name of the application takes precedence: the others are derived from it.
    let is_own = |point: &&Point| {
        graph.dataset(point.dataset).is_some_and(|dataset| dataset.system == System::Application)
    };
    let own: Vec<&Point> = found.iter().filter(is_own).collect();
    if let [one] = own.as_slice() {
        return Ok(**one);
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Failure::NoSuchName { name: text.to_owned(), suggestions: graph.suggest(text) }),
        many => Err(Failure::Ambiguous {
            name: text.to_owned(),
            meant: many.iter().take(10).map(|point| id_of(graph, *point)).collect(),
        }),
    }
}

/// A name that refers to one point only.
fn id_of(graph: &Graph, point: Point) -> String {
    let dataset = graph.dataset(point.dataset).map(|dataset| dataset.id.clone()).unwrap_or_default();
    graph.column(point).map_or_else(|| dataset.clone(), |column| format!("{dataset}.{}", column.name))
}
