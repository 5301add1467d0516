//! Which files a second look is worth: those that something outside of the guest's reach disagrees about.

use std::collections::{BTreeMap, BTreeSet};

use belljar_discover::{ColumnFacts, StaticIndex, Tablename};
use belljar_schema::{Document, Reason, Status, Table};

use super::Context;
use crate::RunResult;

/// A file to be looked at.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Suspect {
    pub(super) path: String,
    /// What is known of it can't be explained by the file itself. Otherwise it may well be its own doing.
    pub(super) strong: bool,
}

/// The code of the remark about a module that replaced a part of SQLAlchemy, of Python, or of the guest.
pub(super) const REPLACED: &str = "replaced";

/// Every file to be looked at, the strong ones first.
pub(super) fn find(context: &Context<'_>, document: &Document, results: &[RunResult]) -> Vec<Suspect> {
    let index = &context.discovery.index;
    let mut found: BTreeMap<String, bool> = BTreeMap::new();
    let mut add = |path: &str, strong: bool| *found.entry(path.to_owned()).or_default() |= strong;
    for item in &document.unresolved {
        match item.reason.code.as_str() {
            // Nothing that another module does makes a function be called.
            "in-function" => {}
            "table-gone" | "not-imported" => add(&item.place.path, true),
            "not-reached" => add(&item.place.path, is_certain(index, &item.place.path, item.place.line)),
            _ => add(&item.place.path, false),
        }
    }
    for result in results {
        result.findings.robbed.iter().for_each(|path| add(path, true));
        after_replacement(result, index).iter().for_each(|path| add(path, true));
    }
    for table in &document.tables {
        let Some(place) = &table.place else { continue };
        if contradiction(table, index).is_some() || lacks_class(table, index) {
            add(&place.path, true);
        } else if is_odd(table, context) {
            add(&place.path, false);
        }
    }
    missing_columns(document, index).iter().for_each(|path| add(path, true));
    hidden_calls(document, index).iter().for_each(|path| add(path, true));
    context.doubted.iter().for_each(|path| add(path, true));
    let mut suspects: Vec<_> = found.into_iter().map(|(path, strong)| Suspect { path, strong }).collect();
    suspects.sort_by_key(|suspect| !suspect.strong);
    suspects
}

/// Whether a class that came to nothing must have been mapped.
fn is_certain(index: &StaticIndex, path: &str, line: u32) -> bool {
    let mut here = index.classes().iter().filter(|class| class.path == path && class.line == line);
    here.any(|class| class.declarative && matches!(class.tablename, Tablename::Literal(_)))
}

/// The files that declare something and ran after one that replaced a part of what runs them.
fn after_replacement(result: &RunResult, index: &StaticIndex) -> BTreeSet<String> {
    let remarks = result.findings.remarks.iter().filter(|remark| remark.code == REPLACED);
    let culprits: BTreeSet<&str> =
        remarks.filter_map(|remark| remark.place.as_ref()).map(|place| place.path.as_str()).collect();
    if culprits.is_empty() {
        return BTreeSet::new();
    }
    let classes =
        index.classes().iter().filter(|class| class.tablename != Tablename::None || class.declarative);
    let declaring: BTreeSet<&str> = classes
        .map(|class| class.path.as_str())
        .chain(index.tables().iter().map(|call| call.path.as_str()))
        .collect();
    let targets = result.run.targets.iter().map(|target| target.path.as_str());
    targets.filter(|path| declaring.contains(path) && !culprits.contains(path)).map(str::to_owned).collect()
}

/// How a table contradicts what its text says of its columns in literals.
pub(super) fn contradiction(table: &Table, index: &StaticIndex) -> Option<String> {
    let place = table.place.as_ref()?;
    let texts = texts(table, index, &place.path)?;
    texts.iter().find_map(|(name, facts)| {
        let Some(column) = table.columns.iter().find(|column| column.name == *name) else {
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
    let call = index
        .tables()
        .iter()
        .find(|call| call.path == path && (call.line..=call.end_line).contains(&line))?;
    let is_named = call.name.as_ref() == Some(&table.name);
    is_named.then(|| call.columns.iter().map(|column| (column.name.as_str(), &column.facts)).collect())
}

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
        let own: Vec<&Table> =
            class.tables.iter().filter_map(|name| tables.get(name)).flatten().copied().collect();
        let lacks =
            declared.attributes.iter().filter(|attribute| attribute.facts.is_some()).any(|attribute| {
                let name = attribute.column_name.as_ref().unwrap_or(&attribute.name);
                !own.iter().any(|table| table.columns.iter().any(|column| column.name == *name))
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
fn is_odd(table: &Table, context: &Context<'_>) -> bool {
    let own: BTreeSet<&str> =
        context.discovery.roots.iter().flat_map(|root| root.names.iter().map(String::as_str)).collect();
    let is_there = |origin: &str| {
        let top = origin.split(['.', '(', '[']).next().unwrap_or_default();
        ["sqlalchemy", "builtins"].contains(&top) || own.contains(top)
    };
    let is_odd = |reason: &Reason| {
        let quoted = reason.message.split('`').skip(1).step_by(2);
        reason.code == "statement-skipped" || quoted.clone().any(is_there)
    };
    table.reasons.iter().chain(table.columns.iter().flat_map(|column| &column.reasons)).any(is_odd)
}
