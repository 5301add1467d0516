//! Columns that depend on which release of SQLAlchemy is installed, where the project admits several that differ.
//!
//! Files with something that the releases are known to take differently run once more, alone, with the other one; what
//! comes out otherwise is in doubt. A project that pins its release, or has nothing of the kind, runs once.

use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::{Column, ColumnType, Document, Place, Reason, Status};

use crate::{
    assemble,
    generation::Part,
    stage::{PartRuns, Stage},
};

/// Two generations, and what stands on a line of a file which they take differently: a word, and one of some.
struct Difference {
    between: [&'static str; 2],
    word: &'static str,
    beside: &'static [&'static str],
}

/// `Mapped[float]` is FLOAT in 2.0, and DOUBLE from 2.1 on.
const KNOWN: [Difference; 1] =
    [Difference { between: ["2.0", "2.1"], word: "float", beside: &["Mapped[", "Annotated[", "type "] }];

/// The code of the doubt.
const CODE: &str = "release";

/// Puts columns in doubt that another release gives otherwise, where the project admits it.
pub(crate) fn doubt_releases(stage: &mut Stage<'_>, runs: &[PartRuns], document: &mut Document) {
    let mut found = false;
    for part in runs.iter().map(|runs| &runs.part) {
        found |= doubt_part(stage, part, document);
    }
    if found {
        assemble::settle(document, &stage.inputs.discovery.requested.projects);
    }
}

/// Puts the columns of one part in doubt. True where there are some.
fn doubt_part(stage: &mut Stage<'_>, part: &Part, document: &mut Document) -> bool {
    let Some(requested) = part.open() else { return false };
    let admitted = requested.all_fitting(&stage.snapshots.versions());
    let mut found = false;
    for difference in &KNOWN {
        let Some(other) = other(difference, &part.generation.version, &admitted) else { continue };
        let files = files_with_words(stage, part, difference);
        if files.is_empty() {
            continue;
        }
        let Some(alone) = stage.run_files(part, other, &files) else { continue };
        let why = part.admits();
        let versions = [part.generation.version.as_str(), other];
        found |= compare(document, &alone, &files, versions, &why);
    }
    found
}

/// The candidates of a part that have the words of a difference.
fn files_with_words(stage: &Stage<'_>, part: &Part, difference: &Difference) -> BTreeSet<String> {
    let holds = |line: &[u8], word: &str| memchr::memmem::find(line, word.as_bytes()).is_some();
    let has = |path: &&str| {
        let bytes = stage.tree.read(path).unwrap_or_default();
        holds(&bytes, difference.word)
            && bytes.split(|byte| *byte == b'\n').any(|line| {
                holds(line, difference.word) && difference.beside.iter().any(|word| holds(line, word))
            })
    };
    let candidates = &stage.inputs.discovery.candidates;
    let paths = part.candidates.iter().filter_map(|position| candidates.get(*position));
    paths.map(|candidate| candidate.path.as_str()).filter(has).map(str::to_owned).collect()
}

/// The other of two generations, where one of them runs and both are admitted.
fn other<'a>(difference: &Difference, version: &str, admitted: &[&'a str]) -> Option<&'a str> {
    let is_of = |version: &str, generation: &str| {
        version.strip_prefix(generation).is_some_and(|rest| rest.starts_with('.'))
    };
    let [one, two] = difference.between;
    let wanted = if is_of(version, one) {
        two
    } else if is_of(version, two) {
        one
    } else {
        return None;
    };
    admitted.iter().copied().find(|version| is_of(version, wanted))
}

/// Puts columns in doubt that differ in the tables of some files.
fn compare(
    document: &mut Document,
    alone: &Document,
    files: &BTreeSet<String>,
    versions: [&str; 2],
    why: &str,
) -> bool {
    let mut others: BTreeMap<(&str, Option<&Place>), Vec<&Column>> = BTreeMap::new();
    for table in &alone.tables {
        others.entry((&table.name, table.place.as_ref())).or_default().extend(&table.columns);
    }
    let mut found = false;
    for table in &mut document.tables {
        let is_of_files = table.place.as_ref().is_some_and(|place| files.contains(&place.path));
        let Some(columns) = others.get(&(table.name.as_str(), table.place.as_ref())).filter(|_| is_of_files)
        else {
            continue;
        };
        for column in &mut table.columns {
            let Some(other) = columns.iter().find(|other| other.name == column.name) else { continue };
            if column.status != Status::Exact || other.status != Status::Exact {
                continue;
            }
            let Some((here, there)) = unlike(&column.ty, &other.ty) else { continue };
            let [version, another] = versions;
            let message =
                format!("its type is `{here}` with SQLAlchemy {version} and `{there}` with {another}; {why}");
            let hint =
                Some("pin the release, as a lock file does, or name it with `--sqlalchemy`".to_owned());
            column.reasons.push(Reason { code: CODE.to_owned(), message, hint, package: None });
            column.status = Status::Partial;
            found = true;
        }
    }
    found
}

/// How two types differ by their classes. That releases write one type otherwise for some database is no doubt about what
/// the code says.
fn unlike<'a>(one: &'a ColumnType, other: &'a ColumnType) -> Option<(&'a str, &'a str)> {
    (one.class != other.class).then_some((&one.class, &other.class))
}
