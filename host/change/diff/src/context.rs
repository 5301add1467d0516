use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::{Document, Table};

use crate::{
    Change, Note, Path, Side, Subject, Value,
    metadata::Labels,
    normalise,
    renames::{Renames, Sides},
    uncertain::Wanted,
};

/// The inputs and the result of every comparison.
pub(crate) struct Context<'a> {
    /// The base, with the names of the head for renamed objects.
    pub(crate) sides: Sides<'a>,
    pub(crate) renames: &'a Renames,
    /// The pairs of `MetaData`.
    pub(crate) labels: &'a Labels,
    /// The sides ran with different releases of SQLAlchemy.
    pub(crate) other_sqlalchemy: bool,
    /// Sequences of a `MetaData` on both sides, which are compared separately.
    pub(crate) sequences: BTreeSet<String>,
    pub(crate) out: Vec<Change>,
    /// A cache of normalised server defaults, by text and type: a schema has few distinct ones, and uses them often.
    defaults: BTreeMap<(String, Option<String>), String>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(sides: Sides<'a>, renames: &'a Renames, labels: &'a Labels) -> Self {
        let names = |document: &Document| -> BTreeSet<String> {
            let sequences = document.sequences.iter().map(|one| &one.sequence);
            sequences
                .map(|sequence| belljar_schema::full_name(sequence.schema.as_deref(), &sequence.name))
                .collect()
        };
        let sequences = names(sides.base).intersection(&names(sides.head)).cloned().collect();
        let versions = |document: &Document| {
            let projects = document.projects.iter().map(|one| (one.path.clone(), one.version.clone()));
            (document.sqlalchemy.version.clone(), projects.collect::<Vec<_>>())
        };
        let other_sqlalchemy = versions(sides.base) != versions(sides.head);
        Self {
            sides,
            renames,
            labels,
            other_sqlalchemy,
            sequences,
            out: Vec::new(),
            defaults: BTreeMap::new(),
        }
    }

    /// Whether two server defaults of columns of these types mean the same.
    pub(crate) fn same_default(&mut self, base: (&str, Option<&str>), head: (&str, Option<&str>)) -> bool {
        base.0 == head.0 || self.default(base) == self.default(head)
    }

    fn default(&mut self, (text, ty): (&str, Option<&str>)) -> String {
        let key = (text.to_owned(), ty.map(str::to_owned));
        self.defaults.entry(key).or_insert_with(|| normalise::default(text, ty)).clone()
    }

    /// Reports what only the base has. `notes` are the doubts about it.
    pub(crate) fn gone(
        &mut self,
        subject: Subject,
        path: Path,
        value: Value,
        wanted: Wanted<'_>,
        notes: Vec<Note>,
    ) {
        let doubts = self.sides.unknown_head.missing(wanted);
        let possible = self.renames.possible(Side::Base, subject, &path);
        let change = Change::dropped(subject, path, value).at(wanted.place, None);
        self.out.push(change.likely_for(possible).likely_for(notes).doubted(doubts));
    }

    /// Reports what only the head has. `notes` are the doubts about it.
    pub(crate) fn new_one(
        &mut self,
        subject: Subject,
        path: Path,
        value: Value,
        wanted: Wanted<'_>,
        notes: Vec<Note>,
    ) {
        let doubts = self.sides.unknown_base.missing(wanted);
        let possible = self.renames.possible(Side::Head, subject, &path);
        let change = Change::added(subject, path, value).at(None, wanted.place);
        self.out.push(change.likely_for(possible).likely_for(notes).doubted(doubts));
    }

    /// Marks the last change as undetermined, if there is a note.
    pub(crate) fn doubt_last(&mut self, doubts: Vec<Note>) {
        if let Some(change) = self.out.pop() {
            self.out.push(change.doubted(doubts));
        }
    }

    /// Why a side may have a table that it does not show, if the other side has it; by `[schema.]name`.
    pub(crate) fn lost_table(&self, side: Side, name: &str) -> Vec<Note> {
        let (own, other, unknown) = match side {
            Side::Base => (self.sides.base, self.sides.head, self.sides.unknown_base),
            Side::Head => (self.sides.head, self.sides.base, self.sides.unknown_head),
        };
        match find(other, name) {
            Some(table) if find(own, name).is_none() => unknown.missing(table.into()),
            _ => Vec::new(),
        }
    }
}

/// Finds a table by `[schema.]name`.
pub(crate) fn find<'a>(document: &'a Document, name: &str) -> Option<&'a Table> {
    document.tables.iter().find(|table| match &table.schema {
        None => table.name == name,
        Some(schema) => {
            name.strip_prefix(schema.as_str()).and_then(|rest| rest.strip_prefix('.')) == Some(&table.name)
        }
    })
}

/// The path of an object that is not part of a table.
pub(crate) fn path_of(metadata: Option<&String>, schema: Option<&String>, name: &str) -> Path {
    Path { metadata: metadata.cloned(), schema: schema.cloned(), name: name.to_owned(), part: None }
}

/// A text as a value of a change.
pub(crate) fn text(text: Option<&String>) -> Option<Value> {
    text.map(|text| Value::Text(text.clone()))
}
