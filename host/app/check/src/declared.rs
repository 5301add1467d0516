//! Which declarations stand on which line, so that a comment on one side can be matched on the other.

use std::collections::{BTreeMap, BTreeSet};

use belljar_diff::Path;
use belljar_schema::{Document, Place, full_name};

/// A table, view, type, sequence or object by `[schema.]name`; with a second name, a column of it.
pub(crate) type Thing = (String, Option<String>);

/// The declarations of a document by path and line.
#[derive(Debug, Default)]
pub(crate) struct Declared<'a>(BTreeMap<(&'a str, u32), BTreeSet<Thing>>);

impl<'a> Declared<'a> {
    pub(crate) fn from_document(document: &'a Document) -> Self {
        let mut found = Self::default();
        for table in &document.tables {
            let name = table.full_name();
            found.add(table.place.as_ref(), &name, None);
            for column in &table.columns {
                found.add(column.place.as_ref(), &name, Some(&column.name));
            }
        }
        for view in &document.views {
            let name = full_name(view.schema.as_deref(), &view.name);
            found.add(view.place.as_ref(), &name, None);
            for column in &view.columns {
                found.add(column.place.as_ref(), &name, Some(&column.name));
            }
        }
        for object in &document.objects {
            found.add(object.place.as_ref(), &full_name(object.schema.as_deref(), &object.name), None);
        }
        for ty in &document.types {
            found.add(ty.place.as_ref(), &full_name(ty.schema.as_deref(), &ty.name), None);
        }
        for sequence in &document.sequences {
            let own = &sequence.sequence;
            found.add(sequence.place.as_ref(), &full_name(own.schema.as_deref(), &own.name), None);
        }
        for item in &document.unresolved {
            found.add(Some(&item.place), &item.name, None);
        }
        found
    }

    fn add(&mut self, place: Option<&'a Place>, name: &str, part: Option<&str>) {
        if let Some(place) = place {
            let things = self.0.entry((&place.path, place.line)).or_default();
            things.insert((name.to_owned(), part.map(str::to_owned)));
        }
    }

    /// The declarations on some lines of a file.
    pub(crate) fn on(&self, path: &str, lines: &[u32]) -> BTreeSet<Thing> {
        let things = lines.iter().filter_map(|line| self.0.get(&(path, *line)));
        things.flatten().cloned().collect()
    }

    /// What a comment has to stand at in both sides, so that it speaks of a finding about `subject` on a line: the column
    /// where it is declared there, else its table, else the columns of that table on that line. Nothing where the line
    /// declares other things: a comment on these says nothing of the subject.
    pub(crate) fn wanted(&self, path: &str, line: u32, subject: &Path) -> BTreeSet<Thing> {
        let all = self.on(path, &[line]);
        let name = full_name(subject.schema.as_deref(), &subject.name);
        let exact = (name.clone(), subject.part.clone());
        let whole = (name.clone(), None);
        match [exact, whole].into_iter().find(|thing| all.contains(thing)) {
            Some(found) => BTreeSet::from([found]),
            None => all.into_iter().filter(|(table, _)| *table == name).collect(),
        }
    }
}
