//! The result of a relation or a query: columns, each with its inputs.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use belljar_schema::Certainty;

use crate::graph::EdgeKind;

/// A column of a relation that is read: the index of the relation, and of the column.
pub(crate) type Source = (u32, u32);

/// How a value flows from a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flow {
    pub(crate) kind: EdgeKind,
    /// It is not named: only stars pass it on, or the whole row is used.
    pub(crate) star: bool,
    pub(crate) certainty: Certainty,
    pub(crate) line: u32,
}

/// The same inputs, with the columns named explicitly.
pub(crate) fn named(inputs: &Inputs) -> Inputs {
    if inputs.iter().all(|(_, flow)| !flow.star) {
        return inputs.clone();
    }
    Rc::new(inputs.iter().map(|(source, flow)| (*source, Flow { star: false, ..*flow })).collect())
}

/// Inputs, sorted by source and kind, without duplicates.
pub(crate) type Inputs = Rc<Vec<(Source, Flow)>>;

/// A column of a projection.
#[derive(Debug, Clone)]
pub(crate) struct ProjectedColumn {
    pub(crate) name: String,
    pub(crate) key: String,
    pub(crate) inputs: Inputs,
}

/// A relation whose columns are all passed on.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    pub(crate) relation: u32,
    pub(crate) except: Rc<BTreeSet<String>>,
    pub(crate) is_complete: bool,
}

/// The columns of a relation or a query.
#[derive(Debug, Clone, Default)]
pub(crate) struct Projection {
    pub(crate) columns: Vec<ProjectedColumn>,
    /// The first column of each key.
    pub(crate) index: BTreeMap<String, usize>,
    /// Relations whose columns are all passed on.
    pub(crate) passes: Vec<Pass>,
    /// The inputs that filter its rows.
    pub(crate) rows: Inputs,
    /// Whether it has unknown columns of its own.
    pub(crate) hidden: Option<Inputs>,
}

impl Projection {
    pub(crate) fn new(columns: Vec<ProjectedColumn>) -> Self {
        let mut projection = Self::default();
        for column in columns {
            projection.push(column);
        }
        projection
    }

    pub(crate) fn push(&mut self, column: ProjectedColumn) {
        self.index.entry(column.key.clone()).or_insert(self.columns.len());
        self.columns.push(column);
    }

    /// Once for each relation and set of exclusions: nested stars would double them repeatedly.
    pub(crate) fn pass(&mut self, pass: Pass) {
        let is_same = |one: &Pass| one.relation == pass.relation && one.except == pass.except;
        if !self.passes.iter().any(is_same) {
            self.passes.push(pass);
        }
    }

    pub(crate) fn column(&self, key: &str) -> Option<&ProjectedColumn> {
        self.columns.get(*self.index.get(key)?)
    }

    /// Relations that could have a column with this key, although it is not known.
    pub(crate) fn open(&self, key: &str) -> impl Iterator<Item = u32> {
        self.passes
            .iter()
            .filter(move |pass| !pass.is_complete && !pass.except.contains(key))
            .map(|pass| pass.relation)
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.hidden.is_none() && self.passes.iter().all(|pass| pass.is_complete)
    }

    /// The same columns under other names, by position; surplus names are columns without inputs.
    pub(crate) fn renamed(&self, names: &[(String, String)]) -> Self {
        let mut columns = self.columns.clone();
        let nothing = self.hidden.clone().unwrap_or_default();
        for (at, (name, key)) in names.iter().enumerate() {
            match columns.get_mut(at) {
                Some(column) => (column.name, column.key) = (name.clone(), key.clone()),
                None => columns.push(ProjectedColumn {
                    name: name.clone(),
                    key: key.clone(),
                    inputs: nothing.clone(),
                }),
            }
        }
        let covered = names.len() >= self.columns.len() && self.is_complete();
        let hidden = if covered { None } else { self.hidden.clone() };
        Self { passes: self.passes.clone(), rows: self.rows.clone(), hidden, ..Self::new(columns) }
    }
}

/// Sorts inputs and merges duplicates, with the lowest certainty.
pub(crate) fn settle(mut inputs: Vec<(Source, Flow)>) -> Inputs {
    inputs.sort_by_key(|(source, flow)| (*source, flow.kind, flow.certainty, flow.star, flow.line));
    inputs.dedup_by(|(other, more), (source, flow)| {
        let key = |flow: &Flow| (flow.kind.is_direct(), row_kind(flow.kind));
        let is_same = other == source && key(more) == key(flow);
        if is_same {
            // Named in one place is named.
            flow.star &= more.star;
        }
        is_same
    });
    Rc::new(inputs)
}

/// Kinds for rows are kept beside each other; of direct kinds, only the first.
fn row_kind(kind: EdgeKind) -> Option<EdgeKind> {
    (!kind.is_direct()).then_some(kind)
}

/// The composition of two flows.
pub(crate) fn through(inner: EdgeKind, outer: EdgeKind) -> EdgeKind {
    match (inner, outer) {
        (inner, EdgeKind::Identity) => inner,
        (EdgeKind::Identity, outer) => outer,
        (_, outer) if !outer.is_direct() => outer,
        (EdgeKind::Aggregation, _) | (_, EdgeKind::Aggregation) => EdgeKind::Aggregation,
        _ => EdgeKind::Transformation,
    }
}
