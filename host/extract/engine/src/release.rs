//! Columns that depend on which release of SQLAlchemy is installed, where the project admits several that differ.
//!
//! The guest says for which columns SQLAlchemy chose a type that other releases choose otherwise. They are in doubt unless
//! the project pins its release.

use std::collections::BTreeSet;

use belljar_frames as frames;
use belljar_schema::{Document, Reason, Status, Table};

use crate::{generation::Part, stage::PartRuns};

/// Generations, with the class of the type for the annotation `float` in each: `Mapped[float]` is FLOAT in 2.0, and DOUBLE
/// from 2.1 on.
const OF_FLOAT: [(&str, &str); 2] = [("2.0", "Float"), ("2.1", "Double")];

/// The code of the doubt.
const CODE: &str = "release";

/// Puts columns in doubt that another release gives otherwise, where the project admits it. `versions` are those that there
/// are.
pub(crate) fn doubt_releases(versions: &[&str], runs: &[PartRuns], document: &mut Document) -> bool {
    let mut found = false;
    for runs in runs {
        found |= doubt_part(versions, runs, document);
    }
    found
}

/// Puts the columns of one part in doubt. True where there are some.
fn doubt_part(versions: &[&str], runs: &PartRuns, document: &mut Document) -> bool {
    let Some(requested) = runs.part.open() else { return false };
    let admitted = requested.all_fitting(versions);
    let Some(other) = other(&runs.part, &admitted) else { return false };
    let tables = runs.results.iter().flat_map(|result| &result.findings.tables);
    let columns: BTreeSet<_> = tables
        .flat_map(|table| {
            let of_float = table.columns.iter().filter(|column| column.ty.of_float);
            of_float.map(|column| key(table, &column.name))
        })
        .collect();
    let why = runs.part.admits();
    let mut found = false;
    for table in &mut document.tables {
        found |= doubt_table(table, &columns, &other, &why);
    }
    found
}

/// Another release that is admitted, and how its type differs.
struct Other<'a> {
    version: &'a str,
    class: &'static str,
    /// The one that ran.
    ran: &'a str,
}

fn other<'a>(part: &'a Part, admitted: &[&'a str]) -> Option<Other<'a>> {
    let ran = part.generation.version.as_str();
    let is_of = |version: &str, generation: &str| {
        version.strip_prefix(generation).is_some_and(|rest| rest.starts_with('.'))
    };
    OF_FLOAT.iter().find(|(generation, _)| is_of(ran, generation))?;
    OF_FLOAT.iter().filter(|(generation, _)| !is_of(ran, generation)).find_map(|(generation, class)| {
        let version = admitted.iter().copied().find(|version| is_of(version, generation))?;
        Some(Other { version, class, ran })
    })
}

/// What tells a column from others: its name, and the name and the place of its table.
type Key = (String, Option<(String, u32)>, String);

fn key(table: &frames::Table, column: &str) -> Key {
    let place = table.place.as_ref().map(|place| (place.path.clone(), place.line));
    (table.name.clone(), place, column.to_owned())
}

fn doubt_table(table: &mut Table, columns: &BTreeSet<Key>, other: &Other<'_>, why: &str) -> bool {
    let place = table.place.as_ref().map(|place| (place.path.clone(), place.line));
    let mut found = false;
    for column in table.columns.iter_mut().filter(|column| column.status == Status::Exact) {
        let key = (table.name.clone(), place.clone(), column.name.clone());
        if !columns.contains(&key) || column.ty.class == other.class {
            continue;
        }
        let (here, there) = (&column.ty.class, other.class);
        let (ran, version) = (other.ran, other.version);
        let message =
            format!("its type is `{here}` with SQLAlchemy {ran} and `{there}` with {version}; {why}");
        let hint = Some("pin the release, as a lock file does, or name it with `--sqlalchemy`".to_owned());
        column.reasons.push(Reason { code: CODE.to_owned(), message, hint, package: None });
        column.status = Status::Partial;
        found = true;
    }
    found
}
