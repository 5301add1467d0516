//! What a side does not know: reasons why something that it does not show may exist.

use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::{Column, Diagnostic, Document, Place, Severity, Status, Table, Unresolved};

use crate::{
    Note, Side,
    lost::{Lost, Seen},
    names::without_module,
};

/// The maximum number of notes of one kind for a change; the first few explain it.
const MOST: usize = 3;

/// An object of the other side that is looked up here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) schema: Option<&'a str>,
    pub(crate) name: &'a str,
    pub(crate) class: Option<&'a str>,
    pub(crate) place: Option<&'a Place>,
}

impl<'a> From<&'a Table> for Wanted<'a> {
    fn from(table: &'a Table) -> Self {
        let (schema, class) = (table.schema.as_deref(), table.class.as_deref());
        Self { schema, name: &table.name, class, place: table.place.as_ref() }
    }
}

/// The gaps of one side.
pub(crate) struct Unknown<'a> {
    side: Side,
    by_name: BTreeMap<&'a str, Vec<&'a Unresolved>>,
    by_class: BTreeMap<&'a str, Vec<&'a Unresolved>>,
    /// Unresolved declarations without a counterpart on the other side, which may be anything, by file.
    unnamed: BTreeMap<&'a str, Vec<&'a Unresolved>>,
    /// Diagnostics for parts that were not seen, by file or folder.
    lost: BTreeMap<&'a str, Vec<&'a Diagnostic>>,
    /// Statements that were skipped, by file.
    skipped: BTreeMap<&'a str, Vec<&'a Diagnostic>>,
    everywhere: Vec<&'a Diagnostic>,
    /// Tables whose names contain a stand-in: they may be any table.
    marked: Vec<&'a Table>,
}

impl<'a> Unknown<'a> {
    /// The gaps of `document`, which is one side; `other` is the other side.
    pub(crate) fn new(side: Side, document: &'a Document, other: &Document) -> Self {
        let mut unknown = Self {
            side,
            by_name: BTreeMap::new(),
            by_class: BTreeMap::new(),
            unnamed: BTreeMap::new(),
            lost: BTreeMap::new(),
            skipped: BTreeMap::new(),
            everywhere: Vec::new(),
            marked: document.tables.iter().filter(|table| is_marked(&table.name)).collect(),
        };
        let names: BTreeSet<&str> =
            if document.unresolved.is_empty() { BTreeSet::new() } else { names(other).collect() };
        for item in &document.unresolved {
            unknown.by_name.entry(&item.name).or_default().push(item);
            let class = item.class.as_deref().map(without_module);
            if let Some(class) = class {
                unknown.by_class.entry(class).or_default().push(item);
            }
            if !names.contains(&*item.name) && class.is_none_or(|class| !names.contains(class)) {
                unknown.unnamed.entry(&item.place.path).or_default().push(item);
            }
        }
        let seen = Seen::new(other);
        for diagnostic in &document.diagnostics {
            unknown.diagnostic(diagnostic, &seen);
        }
        unknown
    }

    fn diagnostic(&mut self, diagnostic: &'a Diagnostic, other: &Seen<'_>) {
        match Lost::from_diagnostic(diagnostic) {
            Lost::Everything => self.everywhere.push(diagnostic),
            Lost::Part { place, may_hold_any } => {
                self.lost.entry(place).or_default().push(diagnostic);
                // A table may have been moved to such a file. A gap that the other side has too is not where it was.
                if may_hold_any && !other.lacks(place) {
                    self.everywhere.push(diagnostic);
                }
            }
            Lost::Nothing => {
                let skipped = diagnostic.code == "statement-skipped" && diagnostic.severity > Severity::Note;
                if let Some(place) = diagnostic.place.as_ref().filter(|_| skipped) {
                    self.skipped.entry(&place.path).or_default().push(diagnostic);
                }
            }
        }
    }

    /// Why an object may exist although it is not shown; empty if there is no reason to assume so.
    pub(crate) fn missing(&self, wanted: Wanted<'_>) -> Vec<Note> {
        let full_name = belljar_schema::full_name(wanted.schema, wanted.name);
        let named = [wanted.name, &full_name].map(|name| self.by_name.get(name));
        let class = wanted.class.map(without_module).and_then(|class| self.by_class.get(class));
        let file = wanted.place.map(|place| place.path.as_str());
        let unnamed = file.and_then(|file| self.unnamed.get(file));
        let found: BTreeSet<&Unresolved> =
            named.into_iter().chain([class, unnamed]).flatten().flatten().copied().collect();
        let mut notes: Vec<Note> = found.into_iter().take(MOST).map(|item| self.unresolved(item)).collect();
        let lost = file.into_iter().flat_map(with_folders).filter_map(|path| self.lost.get(path)).flatten();
        // The declaration of a class is indexed without running it, so a class is unresolved, or removed.
        let skipped = file.and_then(|file| self.skipped.get(file)).into_iter().flatten();
        let skipped = skipped.filter(|_| wanted.class.is_none());
        let alike = self.marked.iter().filter(|table| {
            let same_file = file.is_some() && table.place.as_ref().map(|place| place.path.as_str()) == file;
            let same_class = wanted.class.is_some()
                && table.class.as_deref().map(without_module) == wanted.class.map(without_module);
            same_class || same_file
        });
        notes.extend(alike.take(MOST).map(|table| marked(self.side, &table.name, table.place.as_ref())));
        let candidates = lost.chain(&self.everywhere).chain(skipped);
        let mut chosen: Vec<&Diagnostic> = Vec::new();
        for diagnostic in candidates {
            if chosen.len() < MOST && !chosen.iter().any(|known| std::ptr::eq(*known, *diagnostic)) {
                chosen.push(diagnostic);
            }
        }
        notes.extend(chosen.into_iter().map(|diagnostic| self.lost(diagnostic)));
        notes
    }

    fn unresolved(&self, item: &Unresolved) -> Note {
        let message = format!("`{}` is declared, but no run produced it: {}", item.name, item.reason.message);
        let (place, hint) = (Some(item.place.clone()), item.reason.hint.clone());
        Note { side: Some(self.side), place, hint, ..Note::new("unresolved", message) }
    }

    fn lost(&self, diagnostic: &Diagnostic) -> Note {
        let (place, hint) = (diagnostic.place.clone(), diagnostic.hint.clone());
        Note { side: Some(self.side), place, hint, ..Note::new(&diagnostic.code, &*diagnostic.message) }
    }
}

/// A path, and the folders that contain it.
fn with_folders(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(folder, _)| folder))
}

/// Whether a name contains a stand-in.
pub(crate) fn is_marked(name: &str) -> bool {
    name.contains('⟪')
}

/// A note that a name may be any name.
pub(crate) fn marked(side: Side, name: &str, place: Option<&Place>) -> Note {
    let message = format!("the name `{name}` depends on something absent, so it may be this one");
    Note { side: Some(side), place: place.cloned(), ..Note::new("name-unknown", message) }
}

/// All that can identify a declaration.
fn names(document: &Document) -> impl Iterator<Item = &str> {
    let tables = document.tables.iter().flat_map(|table| [Some(&*table.name), table.class.as_deref()]);
    let views = document.views.iter().flat_map(|view| [Some(&*view.name), view.class.as_deref()]);
    let unresolved = document.unresolved.iter().flat_map(|item| [Some(&*item.name), item.class.as_deref()]);
    let classes = document.classes.iter().map(|class| Some(&*class.name));
    tables.chain(views).chain(unresolved).chain(classes).flatten().map(without_module)
}

/// Why a table as a whole is partial.
pub(crate) fn of_table(side: Side, table: &Table) -> Vec<Note> {
    notes_for(side, table.status, &table.reasons)
}

/// Why a column is partial.
pub(crate) fn of_column(side: Side, column: &Column) -> Vec<Note> {
    notes_for(side, column.status, &column.reasons)
}

/// Notes for the reasons of a partial object.
pub(crate) fn notes_for(side: Side, status: Status, reasons: &[belljar_schema::Reason]) -> Vec<Note> {
    match (status, reasons) {
        (Status::Exact, _) => Vec::new(),
        (Status::Partial, []) => {
            vec![Note { side: Some(side), ..Note::new("partial", "it is partial, and no reason is known") }]
        }
        (Status::Partial, reasons) => reasons.iter().map(|reason| Note::reason(side, reason)).collect(),
    }
}
