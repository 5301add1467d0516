//! The shared state of a resolution: the catalog, relations read, unknowns, and limits.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use belljar_schema::Certainty;
use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

use super::{
    Catalog, Entry, ReadRelation,
    allowance::Allowance,
    projection::{Flow, Inputs, Pass, ProjectedColumn, Projection, Source},
};
use crate::{
    Cause, Dialect, Unknown,
    graph::{Column, EdgeKind, Relation},
};

/// The maximum number of inputs of one text. Each is a few dozen bytes.
const INPUTS: usize = 1_000_000;

/// The maximum number of unknowns listed for one text.
const UNKNOWNS: usize = 200;

pub(crate) struct Resolver<'c> {
    pub(crate) catalog: &'c dyn Catalog,
    pub(crate) dialect: Dialect,
    pub(crate) relations: Vec<ReadRelation>,
    pub(crate) unknowns: Vec<Unknown>,
    /// Inputs of statements without a result that is followed.
    pub(crate) beside: Vec<(Source, Flow)>,
    /// Columns that are named anywhere in the text, each with its first flow.
    mentioned: BTreeMap<Source, Flow>,
    /// The allowance of all queries of the graph.
    pub(super) allowance: &'c Allowance,
    /// The remaining number of inputs.
    left: usize,
    is_spent: bool,
    /// Index of a relation by its number in the catalog, or by its name.
    known: BTreeMap<Result<u32, Vec<String>>, u32>,
    projections: Vec<Rc<Projection>>,
    /// Index of a column of each relation by its key.
    keys: Vec<BTreeMap<String, u32>>,
}

impl<'c> Resolver<'c> {
    pub(crate) fn new(catalog: &'c dyn Catalog, dialect: Dialect, allowance: &'c Allowance) -> Self {
        Self {
            catalog,
            dialect,
            allowance,
            relations: Vec::new(),
            unknowns: Vec::new(),
            beside: Vec::new(),
            mentioned: BTreeMap::new(),
            left: INPUTS,
            is_spent: false,
            known: BTreeMap::new(),
            projections: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// Records that these columns are named, whether they are used or not.
    pub(crate) fn mention(&mut self, inputs: &Inputs) {
        for (source, flow) in inputs.iter().filter(|(_, flow)| !flow.star) {
            self.mentioned.entry(*source).or_insert(Flow { kind: EdgeKind::Named, ..*flow });
        }
    }

    /// The named columns that are not in a set.
    pub(crate) fn only_mentioned(&mut self, used: &BTreeSet<Source>) -> Vec<(Source, Flow)> {
        let all = std::mem::take(&mut self.mentioned);
        all.into_iter().filter(|(source, _)| !used.contains(source)).collect()
    }

    /// Takes from the remaining inputs. When none are left, no more are collected.
    pub(crate) fn spend(&mut self, inputs: usize) -> bool {
        if self.left >= inputs && self.allowance.count_lookup(inputs) {
            self.left -= inputs;
            return true;
        }
        let (name, message) = if self.left < inputs {
            self.left = 0;
            ("inputs", format!("its columns have more than {INPUTS} inputs, and were not all followed"))
        } else {
            ("queries", Allowance::message())
        };
        self.over_limit(name, message);
        false
    }

    /// Reports once that something was not followed.
    pub(super) fn over_limit(&mut self, name: &str, message: String) {
        if !self.is_spent {
            self.is_spent = true;
            self.unknowns.push(Unknown::new(Cause::OverLimit, name, message));
        }
    }

    /// The columns of a relation in the catalog, and whether they are all. Reading a wide relation repeatedly is
    /// limited: over the limit, a relation has no known columns.
    fn known_columns(&mut self, entry: Option<Entry<'c>>) -> (&'c [Column], bool) {
        let Some(entry) = entry else { return (&[], false) };
        if self.allowance.count_lookup(entry.columns.len()) {
            return (entry.columns, entry.is_complete);
        }
        let message = Allowance::message();
        self.over_limit("queries", message);
        (&[], false)
    }

    pub(crate) fn unknown(&mut self, unknown: Unknown) {
        if self.unknowns.len() < UNKNOWNS {
            self.unknowns.push(unknown);
        } else if self.unknowns.len() == UNKNOWNS {
            let message = format!("more than {UNKNOWNS} parts of it could not be resolved");
            self.unknowns.push(Unknown::new(Cause::OverLimit, "unknowns", message));
        }
    }

    /// The form in which the name of a column is compared.
    pub(crate) fn key(&self, name: &Ident) -> String {
        self.dialect.column_key(&name.value, name.quote_style.is_some())
    }

    /// A relation of the catalog, or an undescribed one.
    pub(crate) fn base(&mut self, name: &ObjectName) -> Rc<Projection> {
        let relation = relation(name);
        let line = first_line(name);
        let entry = self.catalog.find(&relation);
        let by = entry.map_or_else(|| Err(relation.key(self.dialect)), |entry| Ok(entry.id));
        if let Some(at) = self.known.get(&by) {
            return self.projections.get(*at as usize).cloned().unwrap_or_default();
        }
        let at = u32::try_from(self.relations.len()).unwrap_or(u32::MAX);
        let id = entry.map(|entry| entry.id);
        let (columns, is_complete) = self.known_columns(entry);
        let mut keys = BTreeMap::new();
        let mut made = Vec::with_capacity(columns.len());
        for (index, column) in (0u32..).zip(columns) {
            keys.entry(column.key.clone()).or_insert(index);
            made.push(ProjectedColumn {
                name: column.name.clone(),
                key: column.key.clone(),
                inputs: identity((at, index), line, column.certainty),
            });
        }
        let pass = Pass { relation: at, except: Rc::new(BTreeSet::new()), is_complete };
        let projection = Rc::new(Projection { passes: vec![pass], ..Projection::new(made) });
        self.relations.push(ReadRelation {
            name: relation,
            id,
            columns: columns.iter().map(|column| column.name.clone()).collect(),
            line,
        });
        self.known.insert(by, at);
        self.projections.push(projection.clone());
        self.keys.push(keys);
        projection
    }

    /// A column that a relation must have, because it is read.
    pub(crate) fn inferred(&mut self, relation: u32, name: &Ident) -> Inputs {
        let key = self.key(name);
        let line = line_of(name);
        let (Some(keys), Some(of)) =
            (self.keys.get_mut(relation as usize), self.relations.get_mut(relation as usize))
        else {
            return Inputs::default();
        };
        let next = u32::try_from(of.columns.len()).unwrap_or(u32::MAX);
        let index = *keys.entry(key).or_insert_with(|| {
            of.columns.push(name.value.clone());
            next
        });
        identity((relation, index), line, Certainty::Certain)
    }
}

fn identity(source: Source, line: u32, certainty: Certainty) -> Inputs {
    // Changed when the column is named.
    let flow = Flow { kind: EdgeKind::Identity, star: true, certainty, line };
    Rc::new(vec![(source, flow)])
}

/// Line of a name; 0 if it has none.
pub(crate) fn line_of(name: &Ident) -> u32 {
    u32::try_from(name.span.start.line).unwrap_or(0)
}

pub(crate) fn first_line(name: &ObjectName) -> u32 {
    name.0.first().and_then(ObjectNamePart::as_ident).map_or(0, line_of)
}

/// The name of a relation. BigQuery quotes a whole path at once.
pub(crate) fn relation(name: &ObjectName) -> Relation {
    let mut parts = Vec::new();
    let mut quoted = false;
    for part in name.0.iter().filter_map(ObjectNamePart::as_ident) {
        quoted |= part.quote_style.is_some();
        if part.quote_style == Some('`') {
            parts.extend(part.value.split('.').map(str::to_owned));
        } else {
            parts.push(part.value.clone());
        }
    }
    Relation { parts, quoted }
}

/// The names of a path, if it consists of names.
pub(crate) fn idents(name: &ObjectName) -> Vec<&Ident> {
    name.0.iter().filter_map(ObjectNamePart::as_ident).collect()
}
