//! `belljar lineage`.

use belljar_lineage::{
    graph::{Direction, Limits, Point, System},
    render::{Dot, Mermaid, Selection, Summary, Tree, openlineage},
};

use crate::{
    cli::{Lineage, LineageFormat},
    downstream::{self, Downstream},
    failure::Failure,
    session::Session,
    settings::Reading,
    side::{Loaded, load_one},
    trust::{self, NamedConfig},
};

/// What wrote an event of OpenLineage, which asks for a URI.
const PRODUCER: &str = concat!("urn:belljar:", env!("CARGO_PKG_VERSION"));

/// Lines and edges that are drawn where nothing limits them: more is read by nobody.
const MOST_DRAWN: usize = 2_000;

/// Joins a schema to what reads it, and writes what is reached.
pub(crate) fn run(arguments: Lineage, session: &mut Session) -> Result<u8, Failure> {
    let Lineage {
        column,
        source,
        rev,
        artefacts,
        config,
        upstream,
        downstream: down,
        depth,
        keys,
        format,
        output: _,
        time,
        namespace,
        reading,
    } = arguments;
    let reading = Reading::new(&source, rev, reading, Vec::new())?;
    let (Loaded { document, source, .. }, (named, config)) = load_one(&reading, session, |_| {
        let config = config.as_deref().map(NamedConfig::open).transpose()?;
        Ok((downstream::open(&artefacts, &reading.source_limits)?, config))
    })?;
    let config = match config {
        Some(named) => named.parse()?,
        None => trust::own(source.as_ref())?,
    };
    let found = Downstream::of(named, &config, source.as_ref());
    let graph = found.graph(&document, &config);
    session.say(|out| downstream::say(out, &found, &graph, reading.level));
    let start = column.map(|text| start(&graph, &text)).transpose()?;
    let limits = Limits { depth: depth.unwrap_or(usize::MAX), points: MOST_DRAWN };
    let directions: Vec<Direction> = match (upstream, down) {
        (true, false) => vec![Direction::Upstream],
        (false, true) => vec![Direction::Downstream],
        _ => vec![Direction::Upstream, Direction::Downstream],
    };
    let selection = || match start {
        None => Selection::all(&graph, MOST_DRAWN),
        Some(start) => directions
            .iter()
            .map(|direction| Selection::around(&graph, start, *direction, limits, keys))
            .reduce(Selection::and)
            .unwrap_or_else(|| Selection::all(&graph, 0)),
    };
    session.write(0, &|out| match format {
        LineageFormat::Text => {
            let Some(start) = start else {
                write!(out, "{}", Summary(&graph))?;
                return unknowns(out, &graph);
            };
            for direction in &directions {
                let title = match direction {
                    Direction::Upstream => "made from",
                    Direction::Downstream => "read by",
                };
                writeln!(out, "{title}")?;
                write!(out, "{}", Tree { graph: &graph, start, direction: *direction, limits, keys })?;
            }
            unknowns(out, &graph)
        }
        LineageFormat::Mermaid => write!(out, "{}", Mermaid(&selection())),
        LineageFormat::Dot => write!(out, "{}", Dot(&selection())),
        LineageFormat::Json => crate::render::json(out, &graph.document()),
        LineageFormat::Openlineage => {
            let options =
                openlineage::Options { producer: PRODUCER, time: &time, namespace: &namespace, runs: false };
            for event in openlineage::events(&graph, &options) {
                crate::render::json_line(out, &event)?;
            }
            Ok(())
        }
    })?;
    Ok(0)
}

/// What was not understood, counted: nothing is left out without a word.
fn unknowns(out: &mut dyn std::io::Write, graph: &belljar_lineage::graph::Graph) -> std::io::Result<()> {
    let report = graph.report();
    if report.unknowns.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nnot understood: {} (all of them in `--format json`)", report.unknowns.len())?;
    for unknown in report.unknowns.iter().take(10) {
        let place = unknown
            .place
            .as_ref()
            .map(|place| format!("{}:{}: ", place.path, place.line))
            .unwrap_or_default();
        let text = format!("{place}{}: {}", unknown.subject, unknown.message);
        writeln!(out, "  {}", crate::render::safe(&text))?;
    }
    Ok(())
}

/// The column or dataset that a text names.
fn start(graph: &belljar_lineage::graph::Graph, text: &str) -> Result<Point, Failure> {
    let found = graph.search(text);
    // A name of the application is meant where it is one: the others are what becomes of it.
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

/// A name that means one point only.
fn id_of(graph: &belljar_lineage::graph::Graph, point: Point) -> String {
    let dataset = graph.dataset(point.dataset).map(|dataset| dataset.id.clone()).unwrap_or_default();
    graph.column(point).map_or_else(|| dataset.clone(), |column| format!("{dataset}.{}", column.name))
}
