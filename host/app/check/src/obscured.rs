//! What was exact in the base and is in doubt in the head, also where nothing else differs.
//!
//! Of what is in doubt no change is certain, and many are not seen at all. A head that puts a table in doubt could so keep
//! what it does to it from every other rule.

use std::collections::{BTreeMap, BTreeSet};

use belljar_diff::{Certainty, Diff, Path, renamed};
use belljar_rules::{ReviewFinding, Severity, within_quotes};
use belljar_schema::{Document, Place, Reason, Status, Table};

use crate::Input;

/// The maximum number of columns that a message names.
const MOST_NAMED: usize = 5;

/// The reasons that only the code of a head causes, whatever is absent: it reads its environment, declares a table
/// twice, or changes the table of another module.
const CONCEALING: [&str; 5] =
    ["environment", "declared-twice", "interference", "changed-elsewhere", "changed-later"];

/// The code of a note of a diff: several tables have one name.
const NAMESAKE: &str = "namesake";

/// One finding for every such table.
pub(crate) fn state(input: &Input<'_>, base: &Document, diff: &Diff) -> Vec<ReviewFinding> {
    // Another release of SQLAlchemy may be supported less well.
    if input.base.is_err() || base.belljar != input.head.belljar {
        return Vec::new();
    }
    let own = renamed(base, diff);
    let before = by_name(own.as_ref().unwrap_or(base));
    let after = by_name(input.head);
    let mut found: BTreeMap<Name<'_>, ReviewFinding> = BTreeMap::new();
    for (name, tables) in &after {
        let Some(old) = before.get(name) else { continue };
        let of_table = tables.iter().filter_map(|table| {
            let own = old.iter().find(|one| one.metadata == table.metadata);
            let own = own.or(if let ([one], [_]) = (&**old, &**tables) { Some(one) } else { None })?;
            is_one_release((base, own), (input.head, table)).then(|| of_table(own, table)).flatten()
        });
        // Of several tables of one name the most severe counts.
        let of_table = of_table.max_by_key(|stated| stated.severity);
        found.extend(of_table.map(|stated| (*name, stated)));
    }
    for path in namesakes(diff) {
        let name = (path.schema.as_deref(), path.name.as_str());
        let (Some([old]), Some(tables)) = (before.get(&name).map(Vec::as_slice), after.get(&name)) else {
            continue;
        };
        if tables.len() > 1 && is_exact(old) {
            let place = tables.iter().find(|table| table.metadata != old.metadata).or(tables.first());
            found.insert(name, of_namesake(old, place.and_then(|table| table.place.as_ref())));
        }
    }
    found.into_values().collect()
}

pub(crate) type Name<'a> = (Option<&'a str>, &'a str);

/// Whether the code of a table ran with the same release of SQLAlchemy on both sides: support for another may differ.
fn is_one_release(base: (&Document, &Table), head: (&Document, &Table)) -> bool {
    let version = |(document, table): (&Document, &Table)| {
        document.version_at(table.place.as_ref().map_or("", |place| &place.path)).to_owned()
    };
    version(base) == version(head)
}

/// The tables of a document by their names; several where their `MetaData` differ.
pub(crate) fn by_name(document: &Document) -> BTreeMap<Name<'_>, Vec<&Table>> {
    let mut found: BTreeMap<Name<'_>, Vec<&Table>> = BTreeMap::new();
    for table in &document.tables {
        found.entry((table.schema.as_deref(), table.name.as_str())).or_default().push(table);
    }
    found
}

fn is_exact(table: &Table) -> bool {
    table.status == Status::Exact && table.columns.iter().all(|column| column.status == Status::Exact)
}

fn of_table(base: &Table, head: &Table) -> Option<ReviewFinding> {
    let whole = base.status == Status::Exact && head.status == Status::Partial;
    let was_exact =
        |name: &str| base.columns.iter().any(|column| column.name == name && column.status == Status::Exact);
    let columns: Vec<_> = head
        .columns
        .iter()
        .filter(|column| column.status == Status::Partial && was_exact(&column.name))
        .collect();
    if !whole && columns.is_empty() {
        return None;
    }
    let of_whole = head.reasons.iter().filter(|_| whole);
    let reasons: Vec<&Reason> = of_whole.chain(columns.iter().flat_map(|column| &column.reasons)).collect();
    let concealing = reasons.iter().find(|reason| CONCEALING.contains(&reason.code.as_str()));
    let place = columns.iter().find_map(|column| column.place.as_ref()).filter(|_| !whole);
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let subject = if whole { subject(head) } else { format!("{} of {}", listed(&names), subject(head)) };
    let also = if whole && !names.is_empty() { format!(" ({})", listed(&names)) } else { String::new() };
    let why = concealing.or(reasons.first()).map_or("no reason is known", |reason| reason.message.as_str());
    let severity = if concealing.is_some() { Severity::Error } else { Severity::Warning };
    let (were, are) = if whole || names.len() == 1 { ("was", "is") } else { ("were", "are") };
    let message = format!("{subject} {were} exact in the base and {are} not in the head{also}: {why}");
    Some(stated(head, severity, message, place.or(head.place.as_ref())))
}

fn of_namesake(table: &Table, place: Option<&Place>) -> ReviewFinding {
    let message = format!(
        "{} was exact in the base and is not in the head: several `MetaData` have a table of that name, and it is not \
         certain which is which",
        subject(table)
    );
    stated(table, Severity::Error, message, place)
}

fn stated(table: &Table, severity: Severity, message: String, place: Option<&Place>) -> ReviewFinding {
    ReviewFinding {
        code: "BJ014",
        severity,
        subject: table.full_name(),
        part: None,
        message,
        place: place.cloned(),
    }
}

fn subject(table: &Table) -> String {
    format!("table `{}`", within_quotes(&table.full_name()))
}

/// Lists columns by their names.
fn listed(names: &[&str]) -> String {
    let shown: Vec<String> =
        names.iter().take(MOST_NAMED).map(|name| format!("`{}`", within_quotes(name))).collect();
    let more = names.len() - shown.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let kind = if names.len() == 1 { "column" } else { "columns" };
    format!("{kind} {}{more}", shown.join(", "))
}

/// The tables that the head has several of, so that no change of them is certain.
fn namesakes(diff: &Diff) -> BTreeSet<&Path> {
    let in_doubt = diff.changes.iter().filter(|change| change.certainty == Certainty::CannotTell);
    let is_it = |change: &&belljar_diff::Change| change.notes.iter().any(|note| note.code == NAMESAKE);
    in_doubt.filter(is_it).map(|change| &change.path).collect()
}
