use std::collections::{BTreeMap, VecDeque};

use belljar_diff::{Certainty, Change};
use belljar_lineage::graph::{
    Dataset, DatasetId, Edge, EdgeKind, Graph, Kind, Owner, OwnerKind, Point, Star, System,
};

use crate::{Affected, Options, PathStep, Verdict, effect::Effect, kept, outcome::Outcome, worse};

/// The data of a graph in the form that the walk needs.
pub(crate) struct Known<'a> {
    pub(crate) graph: &'a Graph,
    pub(crate) stars: BTreeMap<DatasetId, Vec<&'a Star>>,
    pub(crate) doubts: BTreeMap<&'a str, Vec<&'a str>>,
    pub(crate) options: &'a Options<'a>,
}

/// How a point was reached.
struct Visit {
    point: Point,
    outcome: Option<Outcome>,
    effect: Effect,
    certainty: Certainty,
    before: Option<usize>,
    /// The visit that the path begins with, and the number of its steps.
    start: usize,
    depth: usize,
    step: Option<PathStep>,
}

/// The maximum number of steps shown of a path, besides its start: paths as long as the graph would make the output
/// quadratic.
const LONGEST_WAY: usize = 40;

/// Everything that an effect reaches.
///
/// A point is visited again only if the new verdict is more severe than all former ones. There are three verdicts, so a
/// graph is walked at most three times, and cycles end.
pub(crate) fn spread(known: &Known<'_>, change: &Change, starts: &[Point], effect: Effect) -> Vec<Affected> {
    let mut visits: Vec<Visit> = Vec::new();
    let mut best: BTreeMap<Point, (Verdict, usize)> = BTreeMap::new();
    let mut queue = VecDeque::new();
    for start in starts {
        let at = visits.len();
        queue.push_back(at);
        let certainty = worse(change.certainty, certainty_of(known.graph, *start));
        let point = *start;
        visits.push(Visit {
            point,
            outcome: None,
            effect,
            certainty,
            before: None,
            start: at,
            depth: 0,
            step: None,
        });
    }
    while let Some(at) = queue.pop_front() {
        let Some(visit) = visits.get(at) else { break };
        // A more severe path to this point was found since.
        if visit.outcome.is_some() && best.get(&visit.point).is_some_and(|(_, other)| *other != at) {
            continue;
        }
        let (from, effect, certainty) = (visit.point, visit.effect, visit.certainty);
        let (start, depth) = (visit.start, visit.depth + 1);
        for (to, outcome, step) in next(known, from, effect) {
            if starts.contains(&to) || best.get(&to).is_some_and(|(verdict, _)| *verdict >= outcome.verdict) {
                continue;
            }
            best.insert(to, (outcome.verdict, visits.len()));
            queue.push_back(visits.len());
            let certainty = worse(worse(certainty, outcome.certainty), certainty_of(known.graph, to));
            let effect = outcome.effect;
            let step = Some(step);
            let (point, outcome, before) = (to, Some(outcome), Some(at));
            visits.push(Visit { point, outcome, effect, certainty, before, start, depth, step });
        }
    }
    let mut out: Vec<(usize, Affected)> = best
        .values()
        .filter_map(|(_, at)| Some((visits.get(*at)?.depth, affected(known, &visits, *at)?)))
        .collect();
    out.sort_by(|(length, one), (other_length, other)| {
        let key = |one: &Affected| (std::cmp::Reverse(one.verdict), one.certainty);
        let ids = (&one.dataset, &one.column).cmp(&(&other.dataset, &other.column));
        key(one).cmp(&key(other)).then(length.cmp(other_length)).then(ids)
    });
    out.into_iter().map(|(_, one)| one).collect()
}

fn certainty_of(graph: &Graph, point: Point) -> Certainty {
    let of_dataset = graph.dataset(point.dataset).map_or(Certainty::Certain, |one| one.certainty);
    worse(of_dataset, graph.column(point).map_or(Certainty::Certain, |one| one.certainty))
}

/// All readers of a point, with the outcome for each.
fn next(known: &Known<'_>, from: Point, effect: Effect) -> Vec<(Point, Outcome, PathStep)> {
    let graph = known.graph;
    let mut out = Vec::new();
    if effect != Effect::ColumnAdded {
        // A reader of the dataset as a whole may read this column.
        let whole = from.column.map(|_| Point::whole(from.dataset));
        let reads =
            whole.into_iter().flat_map(|whole| graph.out_of(whole)).filter(|edge| edge.from.column.is_none());
        // A failure or another set of rows affects every column; a single column that can't be named affects only
        // readers of all columns.
        let affects_all = matches!(effect, Effect::TableGone | Effect::Stale | Effect::Broken | Effect::Rows);
        let is_own = |edge: &&Edge| from.column.is_some() || edge.from.column.is_none() || affects_all;
        let own = graph.out_of(from).filter(is_own).map(|edge| (edge, false));
        let own = own.chain(reads.map(|edge| (edge, true)));
        for (edge, is_whole) in own {
            let Some(dataset) = graph.dataset(edge.to.dataset) else { continue };
            // Keys carry no values; mapped classes are changed together with the schema.
            if edge.kind == EdgeKind::Key || dataset.kind == Kind::ApplicationClass {
                continue;
            }
            let mut outcome = outcome(known, effect, edge, from);
            outcome.certainty = worse(outcome.certainty, edge.certainty);
            if is_whole {
                outcome.certainty = worse(outcome.certainty, Certainty::Likely);
            }
            let place = edge.place.as_deref().cloned();
            out.push((edge.to, outcome, step(graph, edge.to, Some(edge.kind), edge.star, place)));
        }
    }
    out.extend(by_stars(known, from, effect));
    out
}

/// The outcome of a `SELECT *` for a column that is added or dropped.
fn by_stars(known: &Known<'_>, from: Point, effect: Effect) -> Vec<(Point, Outcome, PathStep)> {
    let mut out = Vec::new();
    for star in known.stars.get(&from.dataset).into_iter().flatten() {
        let is_added = effect == Effect::ColumnAdded;
        // An expanded star has its own edges for the existing columns.
        if !is_added && (!matches!(effect, Effect::ColumnGone | Effect::Emptied) || star.expanded) {
            continue;
        }
        let to = Point::whole(star.to);
        let is_replicated = known.graph.dataset(star.to).is_some_and(|one| one.system == System::Landing);
        let fixed = known.graph.dataset(star.to).and_then(|one| one.fact("columns"));
        if let (true, Some(fixed)) = (is_added && !is_replicated, fixed) {
            let message = format!("`SELECT *` passes on the new column, and {fixed}");
            let certainty = if star.expanded { Certainty::Certain } else { Certainty::CannotTell };
            let (effect, verdict, code) = (Effect::Broken, Verdict::Breaks, "columns-fixed");
            let outcome = Outcome { effect, verdict, code, message, certainty };
            let place = star.place.as_deref().cloned();
            out.push((to, outcome, step(known.graph, to, Some(EdgeKind::Identity), true, place)));
            continue;
        }
        let (verdict, code, message) = match (is_added, is_replicated) {
            (true, true) => (Verdict::NotAffected, "column-lands", "the new column is replicated"),
            (true, false) => {
                (Verdict::ChangesSilently, "star-gains-column", "`SELECT *` passes on the new column")
            }
            (false, _) => (Verdict::ChangesSilently, "star-loses-column", "`SELECT *` passes on all columns"),
        };
        let certainty = if star.expanded { Certainty::Certain } else { Certainty::CannotTell };
        let outcome = Outcome { effect, verdict, code, message: message.to_owned(), certainty };
        let place = star.place.as_deref().cloned();
        out.push((to, outcome, step(known.graph, to, Some(EdgeKind::Identity), true, place)));
    }
    out
}

/// What reads something by an edge, and what becomes of that.
struct Reader<'a> {
    edge: &'a Edge,
    effect: Effect,
    /// What it reads, as people write it.
    source: String,
    target: Option<&'a Dataset>,
    /// It only describes a replicated table: a source, or where the table is replicated to.
    is_description: bool,
}

impl Reader<'_> {
    fn quiet(&self, message: &str) -> Outcome {
        self.outcome(Verdict::NotAffected, "reached", message.to_owned())
    }

    fn silent(&self, code: &'static str, message: &str) -> Outcome {
        self.outcome(Verdict::ChangesSilently, code, message.to_owned())
    }

    fn rows(&self, code: &'static str, message: &str) -> Outcome {
        Outcome { effect: Effect::Rows, ..self.silent(code, message) }
    }

    fn breaks(&self, code: &'static str, message: String) -> Outcome {
        Outcome { effect: Effect::Broken, ..self.outcome(Verdict::Breaks, code, message) }
    }

    fn outcome(&self, verdict: Verdict, code: &'static str, message: String) -> Outcome {
        Outcome { effect: self.effect, verdict, code, message, certainty: Certainty::Certain }
    }

    fn is_test(&self, name: &str) -> bool {
        let test = self.target.filter(|one| one.kind == Kind::Test);
        test.and_then(|one| one.fact("test")).unwrap_or_default() == name
    }

    /// What dbt demands of the columns of a model as a whole.
    fn fixed_columns(&self) -> Option<&str> {
        self.target.and_then(|one| one.fact("columns"))
    }

    /// What it reads has another type.
    fn of_another_type(&self) -> Outcome {
        let source = &self.source;
        match (self.edge.kind, self.fixed_columns()) {
            (EdgeKind::Identity, Some(fixed)) => {
                self.breaks("columns-fixed", format!("the type of `{source}` changes, and {fixed}"))
            }
            _ if self.edge.star && !self.is_description => {
                self.silent("type-changes", "the type of its input changes")
            }
            (EdgeKind::Identity | EdgeKind::Reads, _) if self.is_description => {
                self.quiet("its type changes too")
            }
            (EdgeKind::Identity | EdgeKind::Reads | EdgeKind::Sort | EdgeKind::Group, _) => {
                self.silent("type-changes", "the type of its input changes")
            }
            // Some functions and operators accept both.
            _ => Outcome {
                certainty: Certainty::Likely,
                ..self.breaks("type-incompatible", format!("it computes with `{source}`, whose type changes"))
            },
        }
    }

    /// A table is gone, or a column; `whole` is its name where all of the dataset is read.
    fn of_loss(&self, whole: Option<String>) -> Outcome {
        let source = &self.source;
        let is_star = self.edge.star && self.edge.kind == EdgeKind::Identity;
        if self.is_description {
            let message = format!("`{source}` is no longer replicated");
            return self.outcome(Verdict::ChangesSilently, "not-brought", message);
        }
        match (self.effect, self.fixed_columns()) {
            (Effect::TableGone, _) => {
                self.breaks("table-gone", format!("it reads `{source}`, which was dropped"))
            }
            (_, Some(fixed)) if is_star => {
                let message = format!("`SELECT *` no longer passes on `{source}`, and {fixed}");
                self.breaks("columns-fixed", message)
            }
            _ if is_star => self.silent("star-loses-column", "`SELECT *` no longer passes on the column"),
            _ => self.breaks(
                "column-gone",
                match whole {
                    Some(column) => format!("it reads `{source}`, whose column `{column}` was dropped"),
                    None => format!("it names `{source}`, which was dropped"),
                },
            ),
        }
    }

    /// A column may be NULL.
    fn of_null(&self) -> Outcome {
        match self.edge.kind {
            EdgeKind::Join => self.rows("null-joins", "rows whose key is NULL match no other"),
            EdgeKind::Filter => {
                self.rows("null-filtered", "comparisons with NULL are not true, so rows are lost")
            }
            EdgeKind::Group => self.rows("null-groups", "there may be a new group for NULL"),
            _ if self.is_test("not_null") => self.silent("test-not-null", "the test `not_null` may fail"),
            _ if self.is_test("relationships") => self.quiet("the test ignores NULL"),
            _ => self.quiet("it may be NULL"),
        }
    }

    /// A column may have other values.
    fn of_other_values(&self) -> Outcome {
        match self.edge.kind {
            EdgeKind::Filter => self.rows("value-filtered", "it filters by a value that may change"),
            EdgeKind::Join => self.rows("value-joins", "it joins by a value that may change"),
            _ if self.is_test("accepted_values") => {
                self.silent("test-accepted-values", "the test `accepted_values` may fail")
            }
            _ => self.quiet("its values may change"),
        }
    }
}

/// The outcome of an effect for a reader along an edge.
fn outcome(known: &Known<'_>, effect: Effect, edge: &Edge, from: Point) -> Outcome {
    let graph = known.graph;
    let target = graph.dataset(edge.to.dataset);
    let is_description = target.is_some_and(|one| {
        one.system == System::Landing || matches!(one.kind, Kind::Source | Kind::Declaration)
    });
    let reader = Reader { edge, effect, source: graph.label(edge.from), target, is_description };
    // A relation that is only named in SQL is not a reader: it stands for the replicated table.
    if target.is_some_and(|one| one.kind == Kind::External) {
        return reader.quiet("it stands for the replicated table");
    }
    if edge.kind == EdgeKind::Named
        && !matches!(effect, Effect::TableGone | Effect::ColumnGone | Effect::Broken)
    {
        return reader.quiet("it is named, but not used");
    }
    if let Some(outcome) = kept::outcome(graph, effect, edge, from) {
        return outcome;
    }
    match effect {
        Effect::OtherFamily => reader.of_another_type(),
        Effect::TableGone | Effect::ColumnGone => {
            // Readers of all columns are affected through the column.
            let is_whole = edge.from.column.is_none() && from.column.is_some();
            reader.of_loss(is_whole.then(|| graph.label(from)))
        }
        Effect::Broken => {
            reader.breaks("upstream-breaks", format!("it reads `{}`, which breaks", reader.source))
        }
        Effect::SameFamily => reader.quiet("its type stays in its family"),
        Effect::Required => reader.quiet("it only no longer contains NULL"),
        Effect::Nullable => reader.of_null(),
        Effect::Default | Effect::Values => reader.of_other_values(),
        Effect::Computed if is_description => reader.quiet("its values change too"),
        Effect::Rows => reader.silent("rows-change", "it reads rows that may change"),
        Effect::Computed => reader.silent("value-computed", "its input is computed differently"),
        // These are handled above.
        Effect::Stale | Effect::Emptied | Effect::ColumnAdded => reader.quiet("a column was added"),
    }
}

fn step(
    graph: &Graph,
    to: Point,
    kind: Option<EdgeKind>,
    star: bool,
    place: Option<belljar_schema::Place>,
) -> PathStep {
    let dataset = graph.dataset(to.dataset).map(|one| one.id.clone()).unwrap_or_default();
    PathStep { dataset, label: graph.label(to), kind, star, place }
}

/// Indices of the visits on a path, itself last: its start, and as much of its end as is shown.
fn way(visits: &[Visit], at: usize) -> Vec<usize> {
    let mut out = vec![at];
    let mut next = visits.get(at).and_then(|visit| visit.before);
    while let Some(at) = next.filter(|_| out.len() < LONGEST_WAY) {
        out.push(at);
        next = visits.get(at).and_then(|visit| visit.before);
    }
    if next.is_some() {
        out.extend(visits.get(at).map(|visit| visit.start));
    }
    out.reverse();
    out
}

fn affected(known: &Known<'_>, visits: &[Visit], at: usize) -> Option<Affected> {
    const MOST_DOUBTS: usize = 3;
    let visit = visits.get(at)?;
    let outcome = visit.outcome.as_ref()?;
    let dataset = known.graph.dataset(visit.point.dataset)?;
    let mut steps = Vec::new();
    let mut doubts: Vec<String> = Vec::new();
    for on_way in way(visits, at).into_iter().filter_map(|at| visits.get(at)) {
        let start = || step(known.graph, on_way.point, None, false, None);
        steps.push(on_way.step.clone().unwrap_or_else(start));
        let id = known.graph.dataset(on_way.point.dataset).map_or("", |one| one.id.as_str());
        for doubt in known.doubts.get(id).into_iter().flatten() {
            if doubts.len() < MOST_DOUBTS && !doubts.iter().any(|one| one == doubt) {
                doubts.push((*doubt).to_owned());
            }
        }
    }
    let mut owners = dataset.owners.clone();
    if let Some(place) = dataset.place.as_ref().filter(|_| dataset.system != System::Application) {
        let named = (known.options.owners)(&place.path);
        owners.extend(named.into_iter().map(|name| Owner { name, email: None, kind: OwnerKind::Codeowners }));
        owners.sort();
        owners.dedup();
    }
    Some(Affected {
        dataset: dataset.id.clone(),
        name: dataset.name.clone(),
        kind: dataset.kind,
        system: dataset.system,
        column: known.graph.column(visit.point).map(|column| column.name.clone()),
        verdict: outcome.verdict,
        code: outcome.code.to_owned(),
        message: outcome.message.clone(),
        certainty: visit.certainty,
        doubts,
        steps: visit.depth,
        way: steps,
        owners,
        place: dataset.place.clone(),
    })
}
