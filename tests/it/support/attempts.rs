//! What code gets when it tries something inside the sandbox. It can't say so itself, so it names tables by what it got.

use belljar_schema::Document;

use super::Project;

/// Tells of one attempt after the other: `try_("name", function)` names a table after the result, the name of the
/// error number, or the class of the exception.
const PROBE: &str = "
import errno, os
from sqlalchemy import Column, Integer, MetaData, Table

metadata = MetaData()

def try_(name, function):
    try:
        result = function()
    except OSError as error:
        result = errno.errorcode.get(error.errno, f'{type(error).__name__} {error.errno}')
    except BaseException as error:
        result = type(error).__name__
    Table(f'{name}: {result}', metadata, Column('id', Integer))
";

/// The generation that is taken where it does not matter.
fn newest() -> &'static str {
    belljar_snapshots::ALL.last().unwrap().generation
}

/// A file with attempts, beside a text that can be read and a shared library that can't be loaded.
pub(crate) fn attempting(code: &str) -> Project {
    let model = format!("{PROBE}\n{code}\n");
    let library = "\u{7f}ELF\u{2}\u{1}\u{1}";
    Project::new(&[("models.py", &model), ("data/text.txt", "in the tree"), ("data/native.so", library)])
}

/// What the attempts gave.
#[track_caller]
pub(crate) fn document_of_attempts(generation: &str, code: &str) -> Document {
    let arguments = ["--format", "json", "--sqlalchemy", generation];
    let document = attempting(code).extract(&arguments).exits_with(0).document();
    assert!(document.unresolved.is_empty() && !document.tables.is_empty(), "{document:#?}");
    document
}

/// What each attempt gave with the newest SQLAlchemy, sorted.
#[track_caller]
pub(crate) fn attempts(code: &str) -> Vec<String> {
    document_of_attempts(newest(), code).tables.into_iter().map(|table| table.name).collect()
}

/// Runs the same code twice and wants the same of both.
#[track_caller]
pub(crate) fn repeats(code: &str) -> Vec<String> {
    let first = attempts(code);
    assert_eq!(first, attempts(code));
    first
}

/// Wants just this of the newest SQLAlchemy; of one attempt at least it has to be that it succeeds.
#[track_caller]
pub(crate) fn gives(code: &str, expected: &[&str]) {
    same(&attempts(code), expected, newest());
}

/// Wants the same of every generation.
#[track_caller]
pub(crate) fn gives_in_all(code: &str, expected: &[&str]) {
    for packed in belljar_snapshots::ALL {
        let document = document_of_attempts(packed.generation, code);
        let found: Vec<_> = document.tables.into_iter().map(|table| table.name).collect();
        same(&found, expected, packed.generation);
    }
}

#[track_caller]
fn same(found: &[String], expected: &[&str], generation: &str) {
    let controls = expected.iter().filter(|line| line.starts_with("control"));
    assert!(controls.count() > 0, "without a control, a sandbox that runs nothing would pass");
    let mut expected: Vec<_> = expected.to_vec();
    expected.sort_unstable();
    let differ = |one: &[String], other: &[String]| -> Vec<String> {
        one.iter().filter(|line| !other.contains(line)).cloned().collect()
    };
    let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
    let (surplus, missing) = (differ(found, &expected), differ(&expected, found));
    assert_eq!(
        (surplus, missing),
        (vec![], vec![]),
        "SQLAlchemy {generation}: what is new, and what is missing"
    );
    assert_eq!(found.len(), expected.len());
}
