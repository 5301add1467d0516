//! Resolved datasets, put together to a graph.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use belljar_diff::Certainty;
use belljar_schema::Place;

use super::{
    catalog::{Datasets, View, by_id, lower},
    columns::{Working, column},
    joined,
};
use crate::{
    Cause, Input, Report, Unknown,
    graph::{ColumnId, Dataset, DatasetId, Edge, EdgeKind, Graph, Kind, Point, Relation, Star, System},
    input::{Beside, Target},
    sql::{self, Allowance, Lineage, Read, ReadRelation},
};

/// Pairs of a replicated table, and a source that describes it.
pub(super) fn replicated(inputs: &[Input], datasets: &Datasets) -> Vec<(usize, usize)> {
    let mut links = Vec::new();
    let described: BTreeSet<Vec<String>> = inputs
        .iter()
        .filter(|input| matches!(input.kind, Kind::Source | Kind::Declaration))
        .flat_map(|input| input.relations.iter().map(lower))
        .collect();
    for (at, input) in inputs.iter().enumerate() {
        let is_source = matches!(input.kind, Kind::Source | Kind::Declaration);
        // A seed that a source describes: what reads the relation is taken to read the seed.
        let is_described = || {
            let names: Vec<Vec<String>> = input.relations.iter().map(lower).collect();
            described.iter().any(|one| names.contains(one))
        };
        if is_source || input.kind == Kind::Seed && is_described() {
            let relations = input.relations.iter();
            let mut all: Vec<usize> = relations.flat_map(|relation| datasets.replicated(relation)).collect();
            all.sort_unstable();
            all.dedup();
            links.extend(all.into_iter().map(|replicated| (replicated, at)));
        }
    }
    links
}

/// A source has the columns of what is replicated there. They are all that it has, where it is known what that is.
pub(super) fn add_columns(inputs: &[Input], links: &[(usize, usize)], working: &mut [Working]) {
    for (replicated, source) in links {
        let columns =
            working.get(*replicated).map(|replicated| replicated.columns.clone()).unwrap_or_default();
        let is_sure = columns.iter().all(|column| column.certainty == Certainty::Certain);
        let Some(input) = inputs.get(*source) else { continue };
        let Some(source) = working.get_mut(*source) else { continue };
        if source.is_complete {
            continue;
        }
        for mut column in columns {
            column.key = input.dialect.column_key(&column.name, false);
            source.push(column);
        }
        source.is_complete = is_sure;
    }
}

/// Puts datasets, lineages and what readers know into a graph.
pub(super) fn graph(
    (inputs, datasets, allowance): (&[Input], &Datasets, &Allowance),
    working: Vec<Working>,
    lineages: &[Option<Lineage>],
    links: &[(usize, usize)],
    ambiguous: &[(usize, Relation, Vec<usize>)],
    report: Report,
) -> Graph {
    let unknowns = Vec::new();
    let mut join = Join {
        inputs,
        datasets,
        allowance,
        working,
        edges: Vec::new(),
        told: BTreeMap::new(),
        stars: Vec::new(),
        external: BTreeMap::new(),
        added: Vec::new(),
        unknowns,
    };
    for (at, lineage) in lineages.iter().enumerate() {
        if let Some(lineage) = lineage {
            join.lineage(at, lineage);
        }
    }
    join.behind_stars(lineages);
    for (replicated, source) in links {
        join.link(*replicated, *source);
    }
    join.remember();
    for at in 0..inputs.len() {
        join.declared(at);
    }
    for (reader, relation, all) in ambiguous {
        join.could_be(*reader, relation, all);
    }
    let known = join.edges.iter().map(|edge| (edge.to.dataset, edge.from.dataset)).collect();
    for (at, lineage) in lineages.iter().enumerate() {
        join.reads(at, lineage.is_some(), &known);
    }
    join.finish(report)
}

struct Join<'a> {
    inputs: &'a [Input],
    datasets: &'a Datasets,
    allowance: &'a Allowance,
    /// Of the inputs, then of what nobody describes.
    working: Vec<Working>,
    edges: Vec<Edge>,
    /// What the queries of datasets read, beside which more runs.
    told: BTreeMap<DatasetId, BTreeSet<Point>>,
    stars: Vec<Star>,
    /// Relations that nobody describes, by their parts without case.
    external: BTreeMap<Vec<String>, usize>,
    added: Vec<Relation>,
    unknowns: Vec<Unknown>,
}

fn id(at: usize) -> DatasetId {
    DatasetId(u32::try_from(at).unwrap_or(u32::MAX))
}

impl Join<'_> {
    /// What the SQL of a dataset says.
    fn lineage(&mut self, at: usize, lineage: &Lineage) {
        let relations = self.relations(at, lineage);
        let mut places = Places::new(self.inputs.get(at));
        let mut used: BTreeSet<u32> = BTreeSet::new();
        for made in &lineage.columns {
            let column = self.working.get(at).and_then(|working| working.find(&made.key));
            for read in &made.reads {
                used.insert(read.relation);
                let to = Point { dataset: id(at), column };
                let read = &Read { star: read.star || self.is_listed(at, read, lineage), ..*read };
                self.read(read, &relations, to, &mut places);
            }
        }
        for read in &lineage.rows {
            used.insert(read.relation);
            self.read(read, &relations, Point::whole(id(at)), &mut places);
        }
        for star in &lineage.stars {
            used.insert(star.relation);
            if let Some((from, _)) = relations.get(star.relation as usize) {
                let line = lineage.relations.get(star.relation as usize).map_or(0, |one| one.line);
                self.stars.push(Star {
                    from: id(*from),
                    to: id(at),
                    except: star.except.clone(),
                    expanded: star.expanded,
                    place: places.at(line),
                });
            }
        }
        for (index, (from, _)) in (0u32..).zip(&relations) {
            if !used.contains(&index) {
                // Its rows matter, and none of its columns.
                self.edges.push(Edge {
                    from: Point::whole(id(*from)),
                    to: Point::whole(id(at)),
                    kind: EdgeKind::Filter,
                    star: false,
                    certainty: Certainty::Certain,
                    place: places.at(lineage.relations.get(index as usize).map_or(0, |one| one.line)),
                });
            }
        }
    }

    /// A macro writes the name of the column, and nobody else: it is there as long as the column is.
    fn is_listed(&self, at: usize, read: &Read, lineage: &Lineage) -> bool {
        let Some(words) = self.inputs.get(at).and_then(|input| input.words.as_ref()) else { return false };
        let relation = lineage.relations.get(read.relation as usize);
        let name = relation.and_then(|relation| relation.columns.get(read.column as usize));
        read.kind == EdgeKind::Identity && name.is_some_and(|name| !words.contains(&name.to_lowercase()))
    }

    /// The datasets that SQL reads, each with the columns as the SQL counts them.
    fn relations(&mut self, at: usize, lineage: &Lineage) -> Vec<(usize, Vec<ColumnId>)> {
        let mut out = Vec::new();
        for relation in &lineage.relations {
            let dataset = match relation.id {
                Some(known) => known as usize,
                None => self.outside(at, relation),
            };
            let dialect = self.inputs.get(at).map(|input| input.dialect).unwrap_or_default();
            let mut columns = Vec::with_capacity(relation.columns.len());
            for (index, name) in relation.columns.iter().enumerate() {
                let Some(working) = self.working.get_mut(dataset) else { continue };
                // The first are those that the catalog had, in its order.
                let known = working.columns.get(index).is_some_and(|column| column.name == *name);
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                columns.push(if known {
                    ColumnId(index)
                } else {
                    working.push(column(name.clone(), dialect.column_key(name, false), Certainty::Likely))
                });
            }
            out.push((dataset, columns));
        }
        out
    }

    /// A relation that nobody describes.
    fn outside(&mut self, at: usize, relation: &ReadRelation) -> usize {
        let key: Vec<String> = relation.name.parts.iter().map(|part| part.to_lowercase()).collect();
        let next = self.working.len();
        let place = self.inputs.get(at).and_then(|input| input.place.clone());
        let message = format!("`{}` is read, and nobody describes it", relation.name);
        let unknown =
            Unknown::new(Cause::RelationNotFound, relation.name.to_string(), message).at(place).likely();
        let dataset = self.inputs.get(at).map(|input| input.id.clone());
        self.unknowns.push(Unknown { dataset, ..unknown });
        let found = *self.external.entry(key).or_insert(next);
        if found == next {
            self.working.push(Working::default());
            self.added.push(relation.name.clone());
        }
        found
    }

    fn read(
        &mut self,
        read: &Read,
        relations: &[(usize, Vec<ColumnId>)],
        to: Point,
        places: &mut Places<'_>,
    ) {
        let Some((from, columns)) = relations.get(read.relation as usize) else { return };
        let Some(column) = columns.get(read.column as usize) else { return };
        self.edges.push(Edge {
            from: Point { dataset: id(*from), column: Some(*column) },
            to,
            kind: read.kind,
            star: read.star,
            certainty: read.certainty,
            place: places.at(read.line),
        });
    }

    /// A column that is read of a dataset, and that came there through a star which could not be expanded, is of the
    /// relation behind the star, if there is one.
    fn behind_stars(&mut self, lineages: &[Option<Lineage>]) {
        let mut open: BTreeMap<DatasetId, Vec<usize>> = BTreeMap::new();
        for (index, star) in self.stars.iter().enumerate().filter(|(_, star)| !star.expanded) {
            open.entry(star.to).or_default().push(index);
        }
        let mut todo: Vec<DatasetId> = open.keys().copied().collect();
        let mut done: BTreeSet<(DatasetId, String)> = BTreeSet::new();
        while let Some(dataset) = todo.pop() {
            let Some([star]) = open.get(&dataset).map(Vec::as_slice) else { continue };
            let Some(star) = self.stars.get(*star).cloned() else { continue };
            let made = lineages.get(dataset.0 as usize).and_then(Option::as_ref);
            let made: BTreeSet<&str> =
                made.iter().flat_map(|made| &made.columns).map(|one| one.key.as_str()).collect();
            let own = self.working.get(dataset.0 as usize).map(|own| own.columns.clone()).unwrap_or_default();
            for (index, one) in (0u32..).zip(own) {
                if made.contains(one.key.as_str())
                    || star.except.contains(&one.key)
                    || !done.insert((dataset, one.key.clone()))
                {
                    continue;
                }
                let Some(upstream) = self.working.get_mut(star.from.0 as usize) else { continue };
                let from = upstream.push(column(one.name, one.key, Certainty::Likely));
                self.edges.push(Edge {
                    from: Point { dataset: star.from, column: Some(from) },
                    to: Point { dataset, column: Some(ColumnId(index)) },
                    kind: EdgeKind::Identity,
                    star: true,
                    certainty: Certainty::Likely,
                    place: star.place.clone(),
                });
                if open.contains_key(&star.from) && !todo.contains(&star.from) {
                    todo.push(star.from);
                }
            }
        }
    }

    /// A source is what was replicated there.
    fn link(&mut self, replicated: usize, source: usize) {
        let (Some(from), Some(to), Some(input)) =
            (self.working.get(replicated), self.working.get(source), self.inputs.get(source))
        else {
            return;
        };
        let place = input.place.clone().map(Arc::new);
        for (index, column) in (0u32..).zip(&from.columns) {
            if let Some(target) = to.named(&column.name, input) {
                self.edges.push(Edge {
                    from: Point { dataset: id(replicated), column: Some(ColumnId(index)) },
                    to: Point { dataset: id(source), column: Some(target) },
                    kind: EdgeKind::Identity,
                    star: false,
                    certainty: column.certainty,
                    place: place.clone(),
                });
            }
        }
        self.stars.push(Star {
            from: id(replicated),
            to: id(source),
            except: Vec::new(),
            expanded: true,
            place,
        });
    }

    /// What queries read so far, of the datasets beside whose query more runs.
    fn remember(&mut self) {
        for edge in &self.edges {
            let input = self.inputs.get(edge.to.dataset.0 as usize);
            if input.is_some_and(|input| !input.beside.is_empty()) {
                self.told.entry(edge.to.dataset).or_default().insert(edge.from);
            }
        }
    }

    /// What the reader of a dataset knows without SQL.
    fn declared(&mut self, at: usize) {
        let Some(input) = self.inputs.get(at) else { return };
        let before = self.edges.len();
        for edge in &input.edges {
            let place = edge.place.clone().or_else(|| input.place.clone()).map(Arc::new);
            let Some(from) = self.datasets.target(&edge.from, input) else {
                self.missing(input, &edge.from);
                continue;
            };
            let upstream = self.inputs.get(from);
            let (from_column, to_column) = (
                edge.from_column.as_deref().map(|name| self.column(from, upstream, name, input)),
                edge.to_column.as_deref().map(|name| self.column(at, Some(input), name, input)),
            );
            self.edges.push(Edge {
                from: Point { dataset: id(from), column: from_column.flatten() },
                to: Point { dataset: id(at), column: to_column.flatten() },
                kind: edge.kind,
                star: false,
                certainty: edge.certainty,
                place,
            });
        }
        for star in &input.stars {
            match self.datasets.target(star, input) {
                Some(from) => self.stars.push(Star {
                    from: id(from),
                    to: id(at),
                    except: Vec::new(),
                    expanded: true,
                    place: input.place.clone().map(Arc::new),
                }),
                None => self.missing(input, star),
            }
        }
        for expression in &input.expressions {
            self.expression(at, input, expression);
        }
        if let Some(told) = self.told.get_mut(&id(at)) {
            told.extend(self.edges.iter().skip(before).map(|edge| edge.from));
        }
        for beside in &input.beside {
            self.beside(at, input, beside);
        }
    }

    /// What runs beside the query of a dataset: what it reads, the dataset needs.
    fn beside(&mut self, at: usize, input: &Input, beside: &Beside) {
        let place = input.place.clone();
        let statements = match sql::parse(&beside.sql.text, input.dialect) {
            Ok(statements) => statements,
            Err(unknown) => {
                let message = format!("its {}: {}", beside.what, unknown.message);
                let unknown = Unknown { message, dataset: Some(input.id.clone()), ..*unknown };
                self.unknowns.push(unknown.at(place).likely());
                return;
            }
        };
        let view = View::new(self.datasets, &self.working, input, at);
        let lineage = sql::reads(&statements, input.dialect, &view, self.allowance);
        for unknown in &lineage.unknowns {
            let message = format!("its {}: {}", beside.what, unknown.message);
            let unknown = Unknown { message, dataset: Some(input.id.clone()), ..unknown.clone() };
            self.unknowns.push(unknown.at(place.clone()).likely());
        }
        let relations = self.relations(at, &lineage);
        let mut places = Places { input: None, seen: BTreeMap::new() };
        for read in &lineage.rows {
            let before = self.edges.len();
            self.read(read, &relations, Point::whole(id(at)), &mut places);
            if self.edges.len() == before {
                continue;
            }
            // The query itself reads it too, and says how.
            let told = self.told.get(&id(at));
            let is_told = |edge: &Edge| {
                edge.kind == EdgeKind::Reads && told.is_some_and(|told| told.contains(&edge.from))
            };
            match self.edges.last_mut() {
                Some(edge) if is_told(edge) => drop(self.edges.pop()),
                Some(edge) => edge.place = place.clone().map(Arc::new),
                None => {}
            }
        }
    }

    /// A column that a reader names; it is added where not all are known, and is an unknown where all are.
    fn column(&mut self, at: usize, of: Option<&Input>, name: &str, reader: &Input) -> Option<ColumnId> {
        let working = self.working.get_mut(at)?;
        let of = of?;
        if let Some(found) = working.named(name, of) {
            return Some(found);
        }
        if !working.is_complete {
            let key = of.dialect.column_key(name, false);
            return Some(working.push(column(name.to_owned(), key, Certainty::Likely)));
        }
        let near = working.columns.iter().map(|column| {
            (
                strsim::damerau_levenshtein(&column.name.to_lowercase(), &name.to_lowercase()),
                column.name.as_str(),
            )
        });
        let near = near.filter(|(distance, _)| *distance <= 3).min().map(|(_, name)| name.to_owned());
        let message = format!("it names a column `{name}` of `{}`, which has none of that name", of.name);
        let mut unknown =
            Unknown::new(Cause::ColumnNotFound, name, message).at(reader.place.clone()).likely();
        unknown.hint = near.map(|near| format!("`{near}` is near"));
        self.unknowns.push(Unknown { dataset: Some(reader.id.clone()), ..unknown });
        None
    }

    /// A name that several datasets have: the first is taken, and the others may be meant.
    fn could_be(&mut self, at: usize, relation: &Relation, all: &[usize]) {
        let Some(input) = self.inputs.get(at) else { return };
        let names: Vec<String> = all
            .iter()
            .take(3)
            .filter_map(|one| self.inputs.get(*one))
            .map(|one| {
                format!("`{}`", one.relations.first().map_or_else(|| one.name.clone(), ToString::to_string))
            })
            .collect();
        let more = all.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!("`{relation}` could be {}{more}", names.join(" or "));
        let unknown = Unknown::new(Cause::Duplicate, relation.to_string(), message).at(input.place.clone());
        let unknown = unknown.hint("name its schema too").likely();
        self.unknowns.push(Unknown { dataset: Some(input.id.clone()), ..unknown });
        for other in all {
            self.edges.push(Edge {
                from: Point::whole(id(*other)),
                to: Point::whole(id(at)),
                kind: EdgeKind::Reads,
                star: false,
                certainty: Certainty::CannotTell,
                place: input.place.clone().map(Arc::new),
            });
        }
    }

    fn missing(&mut self, input: &Input, target: &Target) {
        let name = match target {
            Target::Id(id) => id.clone(),
            Target::Relation(relation) => relation.to_string(),
        };
        let message = format!("it reads `{name}`, which is not there");
        let unknown = Unknown::new(Cause::NodeNotFound, name, message).at(input.place.clone());
        self.unknowns.push(Unknown { dataset: Some(input.id.clone()), ..unknown });
    }

    fn expression(&mut self, at: usize, input: &Input, expression: &crate::input::Expression) {
        let place = expression.place.clone().or_else(|| input.place.clone());
        let expr = match sql::parse_expression(&expression.sql, input.dialect) {
            Ok(expr) => expr,
            Err(unknown) => {
                self.unknowns.push(Unknown { dataset: Some(input.id.clone()), ..unknown.at(place) });
                return;
            }
        };
        let scope: Vec<(String, Relation)> = expression
            .scope
            .iter()
            .map(|(name, target)| {
                let relation = match target {
                    Target::Id(id) => by_id(id),
                    Target::Relation(relation) => relation.clone(),
                };
                (name.clone(), relation)
            })
            .collect();
        let view = View::new(self.datasets, &self.working, input, at);
        let mut lineage = sql::expression(&expr, &scope, input.dialect, &view, self.allowance);
        for unknown in std::mem::take(&mut lineage.unknowns) {
            self.unknowns.push(Unknown { dataset: Some(input.id.clone()), ..unknown.at(place.clone()) });
        }
        let relations = self.relations(at, &lineage);
        let to = expression.column.as_deref().and_then(|name| self.column(at, Some(input), name, input));
        let to = Point { dataset: id(at), column: to };
        let reads = lineage.columns.iter().flat_map(|made| &made.reads).chain(&lineage.rows);
        for read in reads {
            let kind = match (expression.kind, read.kind) {
                (EdgeKind::Transformation | EdgeKind::Identity, found) => found,
                (EdgeKind::Aggregation, EdgeKind::Identity | EdgeKind::Transformation) => {
                    EdgeKind::Aggregation
                }
                (kind, _) => kind,
            };
            let mut places = Places { input: None, seen: BTreeMap::new() };
            self.read(&Read { kind, ..*read }, &relations, to, &mut places);
            if let Some(edge) = self.edges.last_mut() {
                edge.place = place.clone().map(Arc::new);
            }
        }
    }

    /// Datasets that an artefact says are read, where nothing else says so.
    fn reads(&mut self, at: usize, is_followed: bool, known: &BTreeSet<(DatasetId, DatasetId)>) {
        let Some(input) = self.inputs.get(at) else { return };
        for target in &input.reads {
            let Some(from) = self.datasets.target(target, input) else {
                self.missing(input, target);
                continue;
            };
            if known.contains(&(id(at), id(from))) {
                continue;
            }
            // SQL that was followed and does not read it runs something else that does: a macro, a hook.
            let is_end = input.sql.is_none() && !input.wants_sql;
            let certainty = if is_end || is_followed { Certainty::Likely } else { Certainty::CannotTell };
            self.edges.push(Edge {
                from: Point::whole(id(from)),
                to: Point::whole(id(at)),
                kind: EdgeKind::Reads,
                star: false,
                certainty,
                place: input.place.clone().map(Arc::new),
            });
        }
    }

    fn finish(self, mut report: Report) -> Graph {
        let Self { inputs, working, mut edges, mut stars, added, unknowns, .. } = self;
        report.diagnostics.extend(joined::nothing(inputs, &added, &edges, &stars));
        report.unknowns.extend(unknowns);
        report.settle();
        let mut doubt: BTreeMap<&str, Certainty> = BTreeMap::new();
        for unknown in &report.unknowns {
            if let Some(dataset) = &unknown.dataset {
                let certainty = doubt.entry(dataset).or_insert(Certainty::Certain);
                *certainty = (*certainty).max(unknown.certainty);
            }
        }
        let mut datasets: Vec<(Dataset, usize)> = Vec::with_capacity(working.len());
        for (at, working) in working.into_iter().enumerate() {
            let mut dataset = match inputs.get(at) {
                Some(input) => dataset(input),
                None => external(added.get(at - inputs.len())),
            };
            dataset.columns = working.columns;
            dataset.is_complete = working.is_complete;
            dataset.certainty = doubt.get(dataset.id.as_str()).copied().unwrap_or(dataset.certainty);
            datasets.push((dataset, at));
        }
        datasets.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        let mut moved = vec![DatasetId(0); datasets.len()];
        for (index, (_, at)) in datasets.iter().enumerate() {
            if let Some(slot) = moved.get_mut(*at) {
                *slot = id(index);
            }
        }
        let new = |old: DatasetId| moved.get(old.0 as usize).copied().unwrap_or(old);
        for edge in &mut edges {
            (edge.from.dataset, edge.to.dataset) = (new(edge.from.dataset), new(edge.to.dataset));
        }
        for star in &mut stars {
            (star.from, star.to) = (new(star.from), new(star.to));
        }
        let datasets: Vec<Dataset> = datasets.into_iter().map(|(dataset, _)| dataset).collect();
        report.datasets = datasets.len();
        report.columns = datasets.iter().map(|dataset| dataset.columns.len()).sum();
        Graph::new(datasets, edges, stars, report)
    }
}

fn dataset(input: &Input) -> Dataset {
    Dataset {
        id: input.id.clone(),
        system: input.system,
        kind: input.kind,
        name: input.name.clone(),
        relations: input.relations.clone(),
        dialect: input.dialect,
        columns: Vec::new(),
        is_complete: false,
        owners: input.owners.clone(),
        place: input.place.clone(),
        certainty: Certainty::Certain,
        facts: input.facts.clone(),
    }
}

fn external(relation: Option<&Relation>) -> Dataset {
    let name = relation.map(ToString::to_string).unwrap_or_default();
    let mut input =
        Input::new(format!("external:{}", name.to_lowercase()), System::Elsewhere, Kind::External, name);
    input.relations = relation.into_iter().cloned().collect();
    Dataset { certainty: Certainty::Likely, ..dataset(&input) }
}

/// Places in the file of one dataset, each made once.
struct Places<'a> {
    input: Option<&'a Input>,
    seen: BTreeMap<u32, Option<Arc<Place>>>,
}

impl<'a> Places<'a> {
    fn new(input: Option<&'a Input>) -> Self {
        Self { input, seen: BTreeMap::new() }
    }

    /// The place of a line of the SQL.
    fn at(&mut self, line: u32) -> Option<Arc<Place>> {
        let input = self.input?;
        let made = || {
            let place = input.place.as_ref()?;
            let lines = input.sql.as_ref().map(|sql| sql.lines.as_slice()).unwrap_or_default();
            let line = match (lines, line.checked_sub(1)) {
                ([], _) => line,
                (lines, Some(at)) => lines.get(at as usize).copied().unwrap_or(0),
                (_, None) => 0,
            };
            let line = if line == 0 { place.line } else { line };
            Some(Arc::new(Place { path: place.path.clone(), line }))
        };
        self.seen.entry(line).or_insert_with(made).clone()
    }
}
