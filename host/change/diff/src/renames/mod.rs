//! Renames: stated by the caller, or found with evidence. Never guessed silently: if the evidence is too weak, the
//! objects stay dropped and added, and both changes note the possible rename.
//!
//! The order matters: stated renames come first, as they take both names out of the candidates. Tables are paired
//! before their columns, since the columns of a renamed table can only be compared once its pair is known. In each
//! round the score of a pair must be unique in both directions ([`score`]): two equally good candidates prove nothing,
//! and a wrong rename would turn the loss of a column into a harmless change.

mod columns;
mod others;
mod schemas;
mod score;
mod stated;
mod tables;

pub(crate) use stated::Statement;

use std::collections::BTreeMap;

use belljar_schema::{Diagnostic, Document};

use crate::{Action, Certainty, Change, Note, Options, Path, Side, Subject, uncertain::Unknown};

/// All renames of one comparison.
#[derive(Debug, Default)]
pub(crate) struct Renames {
    /// As changes, tables before their columns.
    pub(crate) changes: Vec<Change>,
    possible: BTreeMap<(Side, Subject, String), Vec<Note>>,
    stated: stated::Stated,
    /// Diagnostics for stated renames that fit nothing.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Renames {
    /// The renames from the head back to the base.
    pub(crate) fn back(changes: &[Change]) -> Self {
        let is_rename = |change: &&Change| matches!(change.action, Action::Rename | Action::Move);
        let all: Vec<&Change> = changes.iter().filter(is_rename).collect();
        let swapped = all.iter().filter(|change| change.subject != Subject::EnumValue).filter_map(|change| {
            let mut swapped = (*change).clone();
            (swapped.path, swapped.was) = (change.was.clone()?, Some(change.path.clone()));
            (swapped.before, swapped.after) = (change.after.clone(), change.before.clone());
            Some(swapped)
        });
        Self { changes: swapped.collect(), stated: stated::Stated::back(&all), ..Self::default() }
    }

    /// Notes on possible renames of something that only one side has. A column is named with the name of its table in
    /// the head.
    pub(crate) fn possible(&self, side: Side, subject: Subject, path: &Path) -> Vec<Note> {
        if self.possible.is_empty() {
            return Vec::new();
        }
        self.possible.get(&(side, subject, path.to_string())).cloned().unwrap_or_default()
    }

    /// The stated rename of a value of a type, which is named as in the head.
    pub(crate) fn stated_value(&self, ty: &Path, value: &str) -> Statement<'_> {
        let is_it =
            |change: &&Change| change.subject == Subject::Type && change.path.full_name() == ty.full_name();
        let was = self.changes.iter().find(is_it).and_then(|change| change.was.as_ref()).unwrap_or(ty);
        self.stated.get(Subject::EnumValue, &format!("{}.{value}", was.full_name()))
    }

    /// Adds a note on weak evidence for a rename to both sides.
    fn maybe(&mut self, subject: Subject, (was, path): (&Path, &Path), evidence: &[Note], old: &str) {
        let what: Vec<&str> = evidence.iter().map(|note| note.message.as_str()).collect();
        let hint = format!("confirm with `--rename {old}={path}`, or reject with `--rename {old}=`");
        for (side, own, other, verb) in [(Side::Base, was, path, "to"), (Side::Head, path, was, "of")] {
            let message = format!("it may be a rename {verb} `{other}`: {}", what.join(", "));
            let note = Note { hint: Some(hint.clone()), ..Note::new("possible-rename", message) };
            self.possible.entry((side, subject, own.to_string())).or_default().push(note);
        }
    }

    fn rename(&mut self, subject: Subject, was: Path, path: Path, evidence: Vec<Note>) {
        let moved = was.name == path.name && was.part == path.part;
        let action = if moved { Action::Move } else { Action::Rename };
        let is_stated = evidence.iter().any(|note| note.code == "stated");
        let mut change = Change::new(action, subject, path).noted(evidence);
        change.certainty = if is_stated { Certainty::Certain } else { Certainty::Likely };
        change.before = Some(crate::Value::Text(was.to_string()));
        change.after = Some(crate::Value::Text(change.path.to_string()));
        change.was = Some(was);
        self.changes.push(change);
    }
}

/// The two sides, with what neither knows.
#[derive(Clone, Copy)]
pub(crate) struct Sides<'a> {
    pub(crate) base: &'a Document,
    pub(crate) head: &'a Document,
    pub(crate) unknown_base: &'a Unknown<'a>,
    pub(crate) unknown_head: &'a Unknown<'a>,
}

/// Finds all renames between two documents.
pub(crate) fn find(sides: Sides<'_>, options: &Options) -> Renames {
    let mut renames = Renames::default();
    let stated = stated::Stated::from_options(sides, options, &mut renames.diagnostics);
    let schemas = schemas::DefaultSchemas::detect(sides, &options.databases);
    let pairs = tables::find(sides, &stated, &schemas, &mut renames);
    for (base, head) in pairs {
        columns::find(base, head, &stated, &mut renames);
    }
    others::find(sides, &stated, &schemas, &mut renames);
    renames.stated = stated;
    renames
}

fn stated_note() -> Vec<Note> {
    vec![Note::new("stated", "it was stated with `--rename`")]
}

fn path(metadata: Option<&str>, schema: Option<&str>, name: &str) -> Path {
    Path {
        metadata: metadata.map(str::to_owned),
        schema: schema.map(str::to_owned),
        name: name.to_owned(),
        part: None,
    }
}
