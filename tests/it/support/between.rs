use belljar_schema::{Document, Severity};

use super::Project;

/// A project with a file that does harm, between one that runs before it and one that would run after it.
pub(crate) fn between(harm: &str) -> Project {
    let harm = format!(
        "\nfrom sqlalchemy import *\nmetadata = MetaData()\nTable('harm', metadata, Column('id', Integer))\n{harm}\n"
    );
    let model = |name: &str| {
        format!(
            "\nfrom sqlalchemy import *\nmetadata = MetaData()\n{name} = Table('{name}', metadata, Column('id', Integer))\n"
        )
    };
    Project::new(&[("a_first.py", &model("first")), ("b_harm.py", &harm), ("c_last.py", &model("last"))])
}

/// Asserts that the file that does harm ended its run, that what is said of it begins so, and that the others have lost nothing.
#[track_caller]
pub(crate) fn only_harm_is_lost(document: &Document, why: &str) {
    let names: Vec<_> = document.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["first", "last"], "{:#?}", document.diagnostics);
    assert_eq!(document.summary.tables_exact, 2);
    let unresolved: Vec<_> = document.unresolved.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(unresolved, ["harm"]);
    let errors: Vec<_> =
        document.diagnostics.iter().filter(|item| item.severity == Severity::Error).collect();
    let [error] = errors.as_slice() else { panic!("{errors:#?}") };
    let expected = format!("`b_harm.py` was left out, the rest ran without it: {why}");
    assert!(error.message.starts_with(&expected), "{:?} and not {expected:?}", error.message);
}
