use std::collections::BTreeMap;

use belljar_text::suggest;

use super::{Column, ColumnId, Dataset, DatasetId, Edge, Point, Star};
use crate::Report;

/// Datasets, edges, and unresolved parts. The same input gives the same graph.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    datasets: Vec<Dataset>,
    edges: Vec<Edge>,
    stars: Vec<Star>,
    report: Report,
    /// The index of each dataset by its id.
    ids: BTreeMap<String, DatasetId>,
    /// Edges in the order of their `from`; the list itself is in the order of their `to`.
    out: Order,
}

/// Indices of edges, in the order of one of their ends.
type Order = Vec<u32>;

impl Graph {
    /// Sorts datasets and edges. Edges to missing datasets are an error of the caller and are dropped.
    pub(crate) fn new(
        datasets: Vec<Dataset>,
        mut edges: Vec<Edge>,
        mut stars: Vec<Star>,
        mut report: Report,
    ) -> Self {
        let is_there = |point: &Point| {
            datasets.get(point.dataset.0 as usize).is_some_and(|dataset| {
                point.column.is_none_or(|column| (column.0 as usize) < dataset.columns.len())
            })
        };
        edges.retain(|edge| is_there(&edge.from) && is_there(&edge.to));
        // Of equal edges, the most certain comes first and is kept.
        edges.sort_by(|a, b| {
            (a.to, a.from, a.kind, a.certainty, a.star, &a.place).cmp(&(
                b.to,
                b.from,
                b.kind,
                b.certainty,
                b.star,
                &b.place,
            ))
        });
        edges.dedup_by(|a, b| (a.to, a.from, a.kind) == (b.to, b.from, b.kind));
        report.edges = edges.len();
        stars.sort_by(|a, b| (a.to, a.from, &a.except, &a.place).cmp(&(b.to, b.from, &b.except, &b.place)));
        stars.dedup_by(|a, b| (a.to, a.from, &a.except) == (b.to, b.from, &b.except));
        let mut ids = BTreeMap::new();
        for (index, dataset) in (0u32..).zip(&datasets) {
            ids.entry(dataset.id.clone()).or_insert(DatasetId(index));
        }
        let mut out: Order = (0u32..).take(edges.len()).collect();
        out.sort_by_key(|index| edges.get(*index as usize).map(|edge| edge.from));
        Self { datasets, edges, stars, report, ids, out }
    }

    /// The datasets, sorted by id.
    pub fn datasets(&self) -> &[Dataset] {
        &self.datasets
    }

    /// The datasets with their index, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = (DatasetId, &Dataset)> {
        (0u32..).map(DatasetId).zip(&self.datasets)
    }

    /// The edges, sorted by target, source, kind.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// The stars, sorted by target, source.
    pub fn stars(&self) -> &[Star] {
        &self.stars
    }

    /// Counts, and the parts that could not be resolved.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The dataset with an index.
    pub fn dataset(&self, id: DatasetId) -> Option<&Dataset> {
        self.datasets.get(id.0 as usize)
    }

    /// The column with an index.
    pub fn column(&self, point: Point) -> Option<&Column> {
        self.dataset(point.dataset)?.columns.get(point.column?.0 as usize)
    }

    /// The label `dataset` or `dataset.column` for people.
    pub fn label(&self, point: Point) -> String {
        let dataset = self.dataset(point.dataset).map_or("", |dataset| dataset.name.as_str());
        match self.column(point) {
            Some(column) => format!("{dataset}.{}", column.name),
            None => dataset.to_owned(),
        }
    }

    /// Finds a dataset by its id.
    pub fn find(&self, id: &str) -> Option<DatasetId> {
        self.ids.get(id).copied()
    }

    /// Finds a column of a dataset by its name, as unquoted SQL would, else exactly.
    pub fn find_column(&self, dataset: DatasetId, name: &str) -> Option<Point> {
        let of = self.dataset(dataset)?;
        let key = of.dialect.column_key(name, false);
        let by_key = of.columns.iter().position(|column| column.key == key);
        let index = by_key.or_else(|| of.columns.iter().position(|column| column.name == name))?;
        Some(Point { dataset, column: Some(ColumnId(u32::try_from(index).ok()?)) })
    }

    /// The points that a text may refer to: an id or a name of a dataset, optionally with a column after the last dot.
    /// All matches, sorted; names are compared without case.
    pub fn search(&self, text: &str) -> Vec<Point> {
        let wanted = text.to_lowercase();
        let is_named = |dataset: &Dataset, name: &str| {
            dataset.id.to_lowercase() == name
                || dataset.name.to_lowercase() == name
                || dataset
                    .relations
                    .iter()
                    .any(|relation| ends_with(&relation.to_string().to_lowercase(), name))
        };
        let whole = self.iter().filter(|(_, dataset)| is_named(dataset, &wanted));
        let mut found: Vec<Point> = whole.map(|(id, _)| Point::whole(id)).collect();
        if let Some((dataset, column)) = wanted.rsplit_once('.') {
            for (id, of) in self.iter().filter(|(_, of)| is_named(of, dataset)) {
                let columns = (0u32..).zip(&of.columns);
                let named = columns.filter(|(_, one)| one.name.to_lowercase() == column);
                found.extend(named.map(|(at, _)| Point { dataset: id, column: Some(ColumnId(at)) }));
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// Names similar to a text for which [`Graph::search`] finds nothing, the most similar first, at most three.
    pub fn suggest(&self, text: &str) -> Vec<String> {
        let columns = self.datasets.iter().flat_map(|dataset| {
            dataset.columns.iter().map(move |column| format!("{}.{}", dataset.name, column.name))
        });
        let datasets = self.datasets.iter().map(|dataset| dataset.name.clone());
        let is_column = text.contains('.');
        let names: Vec<String> = datasets.chain(columns.filter(|_| is_column)).collect();
        suggest(text, &names).into_iter().map(str::to_owned).collect()
    }

    /// Edges that leave a point; for a dataset as a whole, those that leave it or any of its columns.
    pub fn out_of(&self, point: Point) -> impl Iterator<Item = &Edge> {
        let from = |index: &u32| self.edges.get(*index as usize).map(|edge| edge.from);
        let start = self.out.partition_point(|index| from(index).is_some_and(|one| one < point));
        let end = self.out.partition_point(|index| from(index).is_some_and(|one| !is_past(one, point)));
        let indices = self.out.get(start..end).unwrap_or(&[]);
        indices.iter().filter_map(|index| self.edges.get(*index as usize))
    }

    /// Edges that leave a dataset as a whole, without those of its columns.
    pub fn out_of_whole(&self, dataset: DatasetId) -> impl Iterator<Item = &Edge> {
        let whole = Point::whole(dataset);
        self.out_of(whole).take_while(move |edge| edge.from == whole)
    }

    /// Edges that enter a point; for a dataset as a whole, those that enter it or any of its columns.
    pub fn into(&self, point: Point) -> &[Edge] {
        let start = self.edges.partition_point(|edge| edge.to < point);
        let end = self.edges.partition_point(|edge| !is_past(edge.to, point));
        self.edges.get(start..end).unwrap_or(&[])
    }

    /// Edges that enter a dataset as a whole, without those of its columns: filters, joins and similar.
    pub fn into_whole(&self, dataset: DatasetId) -> &[Edge] {
        let all = self.into(Point::whole(dataset));
        let end = all.partition_point(|edge| edge.to.column.is_none());
        all.get(..end).unwrap_or(&[])
    }

    /// Stars that pass on the columns of a dataset.
    pub fn stars_of(&self, dataset: DatasetId) -> impl Iterator<Item = &Star> {
        self.stars.iter().filter(move |star| star.from == dataset)
    }
}

/// Whether it is part of the points.
fn is_past(one: Point, point: Point) -> bool {
    match point.column {
        None => one.dataset > point.dataset,
        Some(_) => one > point,
    }
}

/// Whether the text ends with the name, at the start of one of its parts.
fn ends_with(text: &str, name: &str) -> bool {
    text.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}
