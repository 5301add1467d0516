//! Which files run again: those about which evidence outside of the guest's reach disagrees with the first run.

use std::collections::{BTreeMap, BTreeSet};

use belljar_discover::{ColumnFacts, StaticIndex, Tablename};
use belljar_schema::{Document, Reason, Status, Table};

use super::context::Context;
use crate::attempt::RunResult;

/// A file that runs again.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Suspect {
    pub(super) path: String,
    pub(super) why: Why,
}

/// Why a file runs again, the most severe reason first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// Evidence about it that the file itself does not explain.
    Evidence,
    /// A module of its run replaced a part of what it ran with.
    Replaced,
    /// It failed in a part, which may well be its own doing.
    Failed,
}

/// The code of the remark about a module that replaced a part of SQLAlchemy, of Python, or of the guest.
pub(super) const REPLACED: &str = "replaced";

/// All files that run again, the most severe reasons first.
pub(super) fn find(context: &Context<'_>, document: &Document, results: &[&RunResult]) -> Vec<Suspect> {
    let index = &context.inputs.discovery.index;
    let mut found: BTreeMap<String, Why> = BTreeMap::new();
    let mut add = |path: &str, why: Why| {
        let known = found.entry(path.to_owned()).or_insert(why);
        *known = why.min(*known);
    };
    for item in &document.unresolved {
        match item.reason.code.as_str() {
            // Nothing that another module does makes a function be called.
            "in-function" => {}
            "table-gone" | "not-imported" => add(&item.place.path, Why::Evidence),
            "not-reached" if is_certain(index, &item.place.path, item.place.line) => {
                add(&item.place.path, Why::Evidence);
            }
            _ => add(&item.place.path, Why::Failed),
        }
    }
    for result in results {
        result.findings.with_lost_tables.iter().for_each(|path| add(path, Why::Evidence));
        for path in with_replacement(result, index) {
            add(&path, Why::Replaced);
        }
    }
    for table in &document.tables {
        let Some(place) = &table.place else { continue };
        if contradiction(table, index).is_some() || lacks_class(table, index) {
            add(&place.path, Why::Evidence);
        } else if is_odd(table) {
            add(&place.path, Why::Failed);
        }
    }
    for path in missing_columns(document, index) {
        add(&path, Why::Evidence);
    }
    for path in hidden_calls(document, index) {
        add(&path, Why::Evidence);
    }
    context.doubted.iter().for_each(|path| add(path, Why::Evidence));
    // A file that ended its run is named for that; no other file removed its tables.
    for path in results.iter().filter_map(|result| result.left_out.as_deref()) {
        found.remove(path);
    }
    let mut suspects: Vec<_> = found.into_iter().map(|(path, why)| Suspect { path, why }).collect();
    suspects.sort_by_key(|suspect| suspect.why);
    suspects
}

/// Whether a class that came to nothing must have been mapped.
fn is_certain(index: &StaticIndex, path: &str, line: u32) -> bool {
    index.class_around(path, line).is_some_and(|class| {
        class.line == line && class.declarative && matches!(class.tablename, Tablename::Literal(_))
    })
}

/// The files that declare something and ran with one that replaced a part of what runs them: after it, or while it ran,
/// as what it imports does. The one that is blamed may be imported by the one that did it, so it is no exception.
fn with_replacement(result: &RunResult, index: &StaticIndex) -> BTreeSet<String> {
    let mut remarks = result.findings.remarks.iter();
    if !remarks.any(|remark| remark.code == REPLACED) {
        return BTreeSet::new();
    }
    let classes =
        index.classes().iter().filter(|class| class.tablename != Tablename::None || class.declarative);
    let declaring: BTreeSet<&str> = classes
        .map(|class| class.path.as_str())
        .chain(index.tables().iter().map(|call| call.path.as_str()))
        .collect();
    let targets = result.run.targets.iter().map(|target| target.path.as_str());
    targets.filter(|path| declaring.contains(path)).map(str::to_owned).collect()
}

/// How a table contradicts what its text says of its columns in literals.
pub(super) fn contradiction(table: &Table, index: &StaticIndex) -> Option<String> {
    let place = table.place.as_ref()?;
    let texts = texts(table, index, &place.path)?;
    let columns: BTreeMap<&str, _> =
        table.columns.iter().map(|column| (column.name.as_str(), column)).collect();
    texts.iter().find_map(|(name, facts)| {
        let Some(column) = columns.get(name) else {
            return Some(format!("its text has a column `{name}`, and it has none"));
        };
        let what = facts.contradiction(column).filter(|_| column.status == Status::Exact)?;
        Some(format!("column `{name}`: {what}"))
    })
}

/// Whether a table has lost the class that declares it.
fn lacks_class(table: &Table, index: &StaticIndex) -> bool {
    let Some(place) = table.place.as_ref().filter(|_| table.class.is_none()) else { return false };
    index.class_around(&place.path, place.line).is_some_and(|class| {
        class.declarative && matches!(&class.tablename, Tablename::Literal(name) if *name == table.name)
    })
}

/// The names and facts of the columns that the text of a table has.
fn texts<'a>(table: &Table, index: &'a StaticIndex, path: &str) -> Option<Vec<(&'a str, &'a ColumnFacts)>> {
    if let Some(class) = &table.class {
        let name = class.split_once(':').map_or(class.as_str(), |(_, name)| name);
        let class = index.class_at(path, name)?;
        // The last of a name counts.
        let attributes: BTreeMap<&str, _> =
            class.attributes.iter().map(|attribute| (attribute.name.as_str(), attribute)).collect();
        let named = attributes.into_values().filter_map(|attribute| {
            let name = attribute.column_name.as_deref().unwrap_or(&attribute.name);
            Some((name, attribute.facts.as_deref()?))
        });
        return Some(named.collect());
    }
    let line = table.place.as_ref()?.line;
    let call = index.call_around(path, line)?;
    let is_named = call.name.as_ref() == Some(&table.name);
    is_named.then(|| call.columns.iter().map(|column| (column.name.as_str(), &column.facts)).collect())
}

/// How many tables a class is believed to be mapped to.
const MOST_TABLES: usize = 16;

/// Files with a class that has no table of its own, and a column that none of its tables has.
fn missing_columns(document: &Document, index: &StaticIndex) -> BTreeSet<String> {
    let mut tables: BTreeMap<String, Vec<&Table>> = BTreeMap::new();
    for table in &document.tables {
        let name = table.schema.iter().chain([&table.name]).cloned().collect::<Vec<_>>().join(".");
        tables.entry(name).or_default().push(table);
    }
    let mut found = BTreeSet::new();
    for class in &document.classes {
        let Some(place) = &class.place else { continue };
        let name = class.name.split_once(':').map_or(class.name.as_str(), |(_, name)| name);
        let Some(declared) = index.class_at(&place.path, name) else { continue };
        let own: Vec<&Table> = class
            .tables
            .iter()
            .take(MOST_TABLES)
            .filter_map(|name| tables.get(name))
            .flatten()
            .copied()
            .collect();
        let columns: BTreeSet<&String> =
            own.iter().flat_map(|table| &table.columns).map(|column| &column.name).collect();
        let lacks =
            declared.attributes.iter().filter(|attribute| attribute.facts.is_some()).any(|attribute| {
                let name = attribute.column_name.as_ref().unwrap_or(&attribute.name);
                !columns.contains(name)
            });
        if lacks && !own.is_empty() {
            found.insert(place.path.clone());
        }
    }
    found
}

/// Files with a `Table()` call whose table, by its name, is made by code that has no such text.
fn hidden_calls(document: &Document, index: &StaticIndex) -> BTreeSet<String> {
    let mut made: BTreeMap<&str, Vec<&Table>> = BTreeMap::new();
    for table in &document.tables {
        made.entry(&table.name).or_default().push(table);
    }
    let declared: BTreeSet<(&str, &str)> = index
        .tables()
        .iter()
        .filter_map(|call| Some((call.path.as_str(), call.name.as_deref()?)))
        .chain(index.classes().iter().filter_map(|class| match &class.tablename {
            Tablename::Literal(name) => Some((class.path.as_str(), name.as_str())),
            _ => None,
        }))
        .collect();
    let is_hidden = |(path, name): &(&str, &str)| {
        made.get(name).is_some_and(|tables| {
            tables.iter().all(|table| {
                table.place.as_ref().is_some_and(|place| {
                    place.path != *path && !declared.contains(&(place.path.as_str(), *name))
                })
            })
        })
    };
    declared.iter().filter(|declared| is_hidden(declared)).map(|(path, _)| (*path).to_owned()).collect()
}

/// Whether a doubt about a table is one that its own file can hardly be the reason of: something is absent that is there.
fn is_odd(table: &Table) -> bool {
    let is_there = |origin: &str| {
        ["sqlalchemy", "builtins"].contains(&origin.split(['.', '(', '[']).next().unwrap_or_default())
    };
    let is_odd = |reason: &Reason| reason.message.split('`').skip(1).step_by(2).any(is_there);
    table.reasons.iter().chain(table.columns.iter().flat_map(|column| &column.reasons)).any(is_odd)
}
