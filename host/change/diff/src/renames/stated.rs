use std::collections::BTreeMap;

use belljar_schema::{Diagnostic, Document, Severity, Table, full_name};

use super::Sides;
use crate::{Change, Options, Rename, Subject};

/// The statement about one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statement<'a> {
    /// No rename was stated for it.
    Nothing,
    /// It was not renamed.
    NoRename,
    /// It was renamed, to this name.
    Renamed(&'a str),
}

/// The stated renames, by kind.
#[derive(Debug, Default)]
pub(super) struct Stated {
    /// New names by old names, both `[schema.]name`, and `table.column` for a column; `None` states that it was not
    /// renamed.
    found: BTreeMap<(Subject, String), Option<String>>,
    /// Objects without a statement.
    is_all: bool,
}

impl Stated {
    pub(super) fn from_options(
        sides: Sides<'_>,
        options: &Options,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut stated = Self::default();
        for rename in &options.renames {
            if let Err(message) = stated.add(sides, rename, options) {
                let hint = "names are written `[schema.]table`, `[schema.]table.column` or `type.value`";
                let message =
                    format!("`--rename {}={}`: {message}", rename.old, rename.new.as_deref().unwrap_or(""));
                diagnostics.push(Diagnostic::new(Severity::Warning, "rename-unused", message).hint(hint));
            }
        }
        stated
    }

    /// The renames of values of enumerations by their new names.
    pub(super) fn back(renames: &[&Change]) -> Self {
        let values = renames.iter().filter(|change| change.subject == Subject::EnumValue);
        let found = values.filter_map(|change| {
            let (new, was) = (change.path.part.as_ref()?, change.was.as_ref()?);
            let ty = change.path.full_name();
            Some(((Subject::EnumValue, format!("{ty}.{new}")), was.part.clone()))
        });
        Self { found: found.collect(), is_all: true }
    }

    pub(super) fn get(&self, subject: Subject, old: &str) -> Statement<'_> {
        if self.found.is_empty() && !self.is_all {
            return Statement::Nothing;
        }
        match self.found.get(&(subject, old.to_owned())) {
            None if self.is_all => Statement::NoRename,
            None => Statement::Nothing,
            Some(None) => Statement::NoRename,
            Some(Some(new)) => Statement::Renamed(new),
        }
    }

    fn add(&mut self, sides: Sides<'_>, rename: &Rename, options: &Options) -> Result<(), &'static str> {
        let subjects = [Subject::Table, Subject::Type, Subject::Sequence, Subject::View, Subject::Class];
        for subject in subjects {
            let Some(old) = lookup(&names(sides.base, subject), &rename.old) else { continue };
            let new = match &rename.new {
                Some(new) => {
                    Some(beside(&names(sides.head, subject), new, &old).ok_or("the head has no such name")?)
                }
                None => None,
            };
            let taken = new.as_ref().is_some_and(|new| names(sides.base, subject).contains(new));
            let leaves =
                |new: &String| options.renames.iter().any(|other| other.old == *new && other.new.is_some());
            if taken && !new.as_ref().is_some_and(leaves) {
                return Err("the base has the new name too");
            }
            self.found.insert((subject, old), new);
            return Ok(());
        }
        self.part(sides, rename)
    }

    /// A column, or a value of an enumeration.
    fn part(&mut self, sides: Sides<'_>, rename: &Rename) -> Result<(), &'static str> {
        let (owner, part) = rename.old.rsplit_once('.').ok_or("the base has no such name")?;
        // The table may have been renamed, so only the part after its name is compared.
        let new =
            rename.new.as_deref().map(|new| new.rsplit_once('.').map_or(new, |(_, part)| part).to_owned());
        if let Some(table) = lookup(&names(sides.base, Subject::Table), owner) {
            let found = sides.base.tables.iter().find(|other| other.full_name() == table);
            let has = |name: &str| {
                found.is_some_and(|table| table.columns.iter().any(|column| column.name == name))
            };
            if !has(part) {
                return Err("the base has no such column");
            }
            if new.as_deref().is_some_and(has) {
                return Err("the base has the new name too");
            }
            self.found.insert((Subject::Column, format!("{table}.{part}")), new);
            return Ok(());
        }
        let ty = lookup(&names(sides.base, Subject::Type), owner).ok_or("the base has no such name")?;
        self.found.insert((Subject::EnumValue, format!("{ty}.{part}")), new);
        Ok(())
    }
}

fn names(document: &Document, subject: Subject) -> Vec<String> {
    let full = |schema: &Option<String>, name: &str| full_name(schema.as_deref(), name);
    match subject {
        Subject::Table => document.tables.iter().map(Table::full_name).collect(),
        Subject::Type => document.types.iter().map(|ty| full(&ty.schema, &ty.name)).collect(),
        Subject::Sequence => {
            document.sequences.iter().map(|item| full(&item.sequence.schema, &item.sequence.name)).collect()
        }
        Subject::View => document.views.iter().map(|view| full(&view.schema, &view.name)).collect(),
        Subject::Class => document.classes.iter().map(|class| class.name.clone()).collect(),
        _ => Vec::new(),
    }
}

/// The exact name, or the only one with this ending.
fn lookup(names: &[String], wanted: &str) -> Option<String> {
    if names.iter().any(|name| name == wanted) {
        return Some(wanted.to_owned());
    }
    let mut ends = names.iter().filter(|name| name.rsplit(['.', ':']).next() == Some(wanted));
    ends.next().filter(|_| ends.next().is_none()).cloned()
}

/// The new name, in the schema of the old one if it names none.
fn beside(names: &[String], wanted: &str, old: &str) -> Option<String> {
    let same_schema = old.rsplit_once('.').map(|(schema, _)| format!("{schema}.{wanted}"));
    same_schema.filter(|name| names.contains(name)).or_else(|| lookup(names, wanted))
}
