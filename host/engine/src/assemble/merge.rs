//! Tables and classes of several runs: a repository's packages import each other, so one table can turn up twice.

use std::collections::BTreeMap;

use belljar_discover::StaticIndex;
use belljar_frames as frames;
use belljar_schema::{MappedClass, Table};

use super::{classes, places::Places, reasons::Reasons, tables};
use crate::RunResult;

/// All tables, each once, sorted by schema, name and `MetaData`.
pub(super) fn tables(results: &[RunResult], index: &StaticIndex, reasons: &Reasons) -> Vec<Table> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (position, result) in results.iter().enumerate() {
        let owners = owners(&result.findings.classes);
        let places = Places::new(index, &result.findings);
        for frame in &result.findings.tables {
            if belongs_elsewhere(results, position, frame) {
                continue;
            }
            let owner = owners.get(&(frame.metadata.as_str(), full_name(frame))).copied();
            let mut table = tables::table(frame, owner, &places, reasons);
            // Two import roots may use one module name for different modules.
            if *taken.entry(table.metadata.clone()).or_insert(position) != position {
                table.metadata = format!("{}!{}", result.run.root, table.metadata);
            }
            found.push(table);
        }
    }
    found.sort_by(|a, b| {
        (&a.schema, &a.name, &a.metadata, &a.place).cmp(&(&b.schema, &b.name, &b.metadata, &b.place))
    });
    found
}

/// `[schema.]name`, as mapped classes name their tables.
fn full_name(frame: &frames::Table) -> String {
    frame.schema.as_ref().map_or_else(|| frame.name.clone(), |schema| format!("{schema}.{}", frame.name))
}

/// The class that owns each table, by `MetaData` and full name; of several the first that does not inherit it.
fn owners(classes: &[frames::Class]) -> BTreeMap<(&str, String), &frames::Class> {
    let mut found = BTreeMap::new();
    for class in classes.iter().filter(|class| class.owns_table) {
        if let (Some(metadata), Some(table)) = (&class.metadata, class.tables.first()) {
            found.entry((metadata.as_str(), table.clone())).or_insert(class);
        }
    }
    found
}

/// Whether a table that this run saw, declared in a file that another run was asked for, was seen by that one too.
fn belongs_elsewhere(results: &[RunResult], position: usize, frame: &frames::Table) -> bool {
    let Some(place) = &frame.place else { return false };
    let asked = |result: &RunResult| result.run.targets.iter().any(|target| target.path == place.path);
    let seen = |result: &RunResult| result.findings.tables.iter().any(|other| same(frame, other));
    let own = results.get(position).is_some_and(asked);
    let mut others = results.iter().enumerate().filter(|(other, _)| *other != position);
    // A file that nobody was asked for belongs to the first run that imported it.
    others.any(|(other, result)| {
        seen(result) && !own && (asked(result) || (other < position && !results.iter().any(asked)))
    })
}

fn same(a: &frames::Table, b: &frames::Table) -> bool {
    a.place == b.place && a.schema == b.schema && a.name == b.name
}

/// All mapped classes, each once, sorted by name.
pub(super) fn classes(results: &[RunResult], index: &StaticIndex) -> Vec<MappedClass> {
    let mut found = Vec::new();
    for result in results {
        let places = Places::new(index, &result.findings);
        found.extend(result.findings.classes.iter().map(|frame| classes::class(frame, &places)));
    }
    found.sort_by(|a, b| (&a.name, &a.place, &a.tables).cmp(&(&b.name, &b.place, &b.tables)));
    found.dedup();
    found
}
