//! What counts where a file alone gives another table than all files together.

use std::collections::{BTreeMap, BTreeSet};

use belljar_discover::{StaticIndex, Tablename};
use belljar_schema::{Document, Reason, Status, Table};

use super::{
    relation::{Relation, difference_of, relation},
    suspects::{self, Suspect, Why},
};

/// What another file did to a table.
#[derive(Debug)]
pub(super) enum Harm {
    /// It was not there, and is.
    Gone,
    /// It was in doubt, and is not.
    Doubted,
    /// It has changed, and is in doubt.
    Changed {
        /// What differs, as a clause.
        what: String,
    },
}

/// A table that another file did something to.
#[derive(Debug)]
pub(super) struct Harmed {
    pub(super) table: String,
    pub(super) what: Harm,
    /// Where it is among the tables of the document, if it is to be doubted.
    pub(super) index: Option<usize>,
}

/// The result of a second look.
#[derive(Debug, Default)]
pub(super) struct Settled {
    pub(super) harms: Vec<Harmed>,
    /// Something in the document changed.
    pub(super) changed: bool,
}

/// Compares all that a file declares, and puts what it gives alone into the document where that is better.
pub(super) fn settle(
    document: &mut Document,
    solo: &Document,
    suspect: &Suspect,
    others: &BTreeSet<String>,
    index: &StaticIndex,
) -> Settled {
    let mut settled = Settled::default();
    let known = by_name(document);
    let renamed = renamed(document, solo, &suspect.path);
    for table in of_file(solo, &suspect.path) {
        let harmed = match counterpart(document, &known, table) {
            Some(position) => together(document, position, table, suspect, others, index),
            None => {
                document.tables.push(table.clone());
                Some(Harmed { table: table.full_name(), what: Harm::Gone, index: None })
            }
        };
        settled.harms.extend(harmed);
    }
    settled.harms.extend(renamed);
    let before =
        (document.unresolved.len(), document.classes.len(), document.views.len(), document.objects.len());
    let doubted = rest(document, solo, &suspect.path);
    let after =
        (document.unresolved.len(), document.classes.len(), document.views.len(), document.objects.len());
    settled.changed = !settled.harms.is_empty() || before != after || doubted;
    settled
}

/// Tables that stand where a file alone declares another one, and that it alone does not give: the same under another name
/// or in another schema.
fn renamed(document: &Document, solo: &Document, path: &str) -> Vec<Harmed> {
    let known = by_name(solo);
    let tables = document.tables.iter().enumerate();
    tables
        .filter(|(_, table)| counterpart(solo, &known, table).is_none())
        .filter_map(|(position, table)| {
            let alone = of_file(solo, path).find(|alone| alone.place == table.place)?;
            // A line in a loop or a function makes several.
            let is_there = counterpart(document, &by_name(document), alone).is_some();
            let what = format!("it is `{}` where its module runs alone", alone.full_name());
            (!is_there).then(|| Harmed {
                table: table.full_name(),
                what: Harm::Changed { what },
                index: Some(position),
            })
        })
        .collect()
}

/// Settles one table that is there in both cases.
fn together(
    document: &mut Document,
    position: usize,
    alone: &Table,
    suspect: &Suspect,
    others: &BTreeSet<String>,
    index: &StaticIndex,
) -> Option<Harmed> {
    let relation = relation(alone, document.tables.get(position)?, document);
    let together = document.tables.get_mut(position)?;
    if is_declared_elsewhere(together, alone, index) {
        return None;
    }
    let harmed = |what, index| Some(Harmed { table: alone.full_name(), what, index });
    let is_better = is_exact(alone) && !is_exact(together) && !mentions(together, others);
    let take = |together: &mut Table| {
        let metadata = std::mem::take(&mut together.metadata);
        *together = alone.clone();
        if !metadata.is_empty() {
            together.metadata = metadata;
        }
    };
    match relation {
        Relation::Differs(_) | Relation::Same if is_better => {
            take(together);
            harmed(Harm::Doubted, None)
        }
        // Where both are exact, no other evidence shows that one of them is wrong.
        Relation::Differs(what) if suspect.why != Why::Failed || is_exact(alone) && is_exact(together) => {
            let contradicts = |table: &Table| suspects::contradiction(table, index).is_some();
            if contradicts(together) && !contradicts(alone) {
                take(together);
            }
            harmed(Harm::Changed { what }, Some(position))
        }
        _ => {
            adopt(together, alone);
            None
        }
    }
}

/// Takes over where a table and its columns are declared, and by which class: what ran in between may stand there else.
fn adopt(together: &mut Table, alone: &Table) {
    if alone.class.is_some() {
        together.class.clone_from(&alone.class);
    }
    together.place.clone_from(&alone.place);
    let columns: BTreeMap<&str, _> =
        alone.columns.iter().map(|column| (column.name.as_str(), column)).collect();
    for column in &mut together.columns {
        if let Some(other) = columns.get(column.name.as_str()) {
            column.attribute.clone_from(&other.attribute);
            column.place.clone_from(&other.place);
        }
    }
}

/// The positions of the tables of a document by name.
pub(super) fn by_name(document: &Document) -> BTreeMap<String, Vec<usize>> {
    let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (position, table) in document.tables.iter().enumerate() {
        found.entry(table.name.clone()).or_default().push(position);
    }
    found
}

/// Where the same table is in the document.
pub(super) fn counterpart(
    document: &Document,
    known: &BTreeMap<String, Vec<usize>>,
    table: &Table,
) -> Option<usize> {
    known.get(&table.name)?.iter().copied().find(|position| {
        document.tables.get(*position).is_some_and(|other| {
            other.schema == table.schema
                && (other.metadata == table.metadata
                    || other.metadata.is_empty()
                    || other.place == table.place)
        })
    })
}

/// The tables that a file declares.
pub(super) fn of_file<'a>(document: &'a Document, path: &'a str) -> impl Iterator<Item = &'a Table> {
    document.tables.iter().filter(move |table| table.place.as_ref().is_some_and(|place| place.path == path))
}

/// Whether it is another file that declares a table which both make: the first that is imported does.
fn is_declared_elsewhere(together: &Table, alone: &Table, index: &StaticIndex) -> bool {
    let (Some(here), Some(there)) = (&alone.place, &together.place) else { return false };
    if here.path == there.path {
        return false;
    }
    let is_around =
        |path: &str, line: u32, end: u32| path == there.path && (line..=end).contains(&there.line);
    let of_classes = index.classes().iter().filter(|class| {
        matches!(&class.tablename, Tablename::Literal(name) if *name == together.name)
            && is_around(&class.path, class.line, class.end_line)
    });
    let of_calls = index.tables().iter().filter(|call| {
        call.name.as_ref() == Some(&together.name) && is_around(&call.path, call.line, call.end_line)
    });
    of_classes.count() + of_calls.count() > 0
}

/// Takes over what else a file declares: what is not unresolved any more, its classes, views and other objects. Those that
/// come out otherwise are in doubt; whether any did.
fn rest(document: &mut Document, solo: &Document, path: &str) -> bool {
    let mut doubted = false;
    let left: BTreeSet<_> = solo.unresolved.iter().map(|item| (&item.name, &item.place)).collect();
    document.unresolved.retain(|item| item.place.path != path || left.contains(&(&item.name, &item.place)));
    let is_here =
        |place: &Option<belljar_schema::Place>| place.as_ref().is_some_and(|place| place.path == path);
    for class in solo.classes.iter().filter(|class| is_here(&class.place)) {
        if !document.classes.iter().any(|known| known.name == class.name) {
            document.classes.push(class.clone());
        }
    }
    for view in solo.views.iter().filter(|view| is_here(&view.place)) {
        let mut known = document.views.iter_mut();
        match known.find(|known| (&known.schema, &known.name) == (&view.schema, &view.name)) {
            Some(known) => {
                let what = difference_of(view, known);
                doubted |= in_doubt(what, view.status, (&mut known.status, &mut known.reasons));
            }
            None => document.views.push(view.clone()),
        }
    }
    for item in solo.objects.iter().filter(|item| is_here(&item.place)) {
        let key = |item: &belljar_schema::DeclaredObject| (item.kind, item.schema.clone(), item.name.clone());
        match document.objects.iter_mut().find(|known| key(known) == key(item)) {
            Some(known) => {
                let what = difference_of(item, known);
                doubted |= in_doubt(what, item.status, (&mut known.status, &mut known.reasons));
            }
            None => document.objects.push(item.clone()),
        }
    }
    doubted
}

/// Puts in doubt what is exact in both cases and differs; whether it did.
fn in_doubt(what: Option<String>, alone: Status, (status, reasons): (&mut Status, &mut Vec<Reason>)) -> bool {
    let Some(what) = what.filter(|_| alone == Status::Exact && *status == Status::Exact) else {
        return false;
    };
    *status = Status::Partial;
    reasons.push(changed_elsewhere(&format!("another module changes it: it {what}")));
    true
}

fn changed_elsewhere(message: &str) -> Reason {
    Reason {
        code: "changed-elsewhere".to_owned(),
        message: message.to_owned(),
        hint: Some("see what that module does when it is imported".to_owned()),
        package: None,
    }
}

/// Puts a table in doubt.
pub(super) fn doubt(document: &mut Document, index: usize, message: &str) {
    let Some(table) = document.tables.get_mut(index) else { return };
    table.status = Status::Partial;
    table.reasons.push(changed_elsewhere(message));
}

fn is_exact(table: &Table) -> bool {
    table.status == Status::Exact && table.columns.iter().all(|column| column.status == Status::Exact)
}

/// Whether one of the reasons for a doubt lies in a file that did not run when the file ran alone: whatever failed there
/// may have been meant to change the table.
fn mentions(table: &Table, others: &BTreeSet<String>) -> bool {
    let reasons = table.reasons.iter().chain(table.columns.iter().flat_map(|column| &column.reasons));
    let mut messages = reasons.map(|reason| reason.message.as_str());
    messages.any(|message| others.iter().any(|path| message.contains(&format!("`{path}`"))))
}
