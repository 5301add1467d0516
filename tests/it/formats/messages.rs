//! What is said on standard error.

use insta::assert_snapshot;

use crate::support::{GOOD, Project};

const MIXED: &[(&str, &str)] = &[
    GOOD,
    (
        "shaky.py",
        "
import sys
from good import Column, Integer, Table, metadata
import absent

print('said at import', file=sys.stderr)
print('and this goes nowhere')
Table('broken', metadata, 'no column')
Table('shaky', metadata, Column('id', Integer))
",
    ),
    ("torn.py", "from sqlalchemy import Table\nTable('torn', m, (\n"),
];

#[test]
fn by_default_what_people_should_know() {
    assert_snapshot!(Project::new(MIXED).extract(&["--format", "text", "--summary"]), @r"
    exit code: 0
    ----- stdout -----
    good  1 column  good.py:5
    shaky  1 column  shaky.py:9
    broken  shaky.py:8  unresolved: line 8 failed: `ArgumentError: 'SchemaItem' object, such as a 'Column' or a 'Constraint' expected, got 'no column'`
    torn  torn.py:2  unresolved: line 2 failed: `SyntaxError: '(' was never closed (torn.py, line 2)`

    tables: 2 exact, 0 partial, 2 unresolved; columns: 2 exact, 0 partial
      2 × line 8 failed: `ArgumentError: 'SchemaItem' object, such as a 'Column' or a 'Constraint' expected, got 'no column'`; and similar
          hint: check that line: what it does at import cannot be done here

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: shaky.py:8: a statement failed and was skipped: `ArgumentError: 'SchemaItem' object, such as a 'Column' or a 'Constraint' expected, got 'no column'`
    warning: torn.py:3: `torn.py` has a syntax error: unexpected EOF while parsing
      hint: Python would reject the whole file; the other statements are run all the same
    ");
}

#[test]
fn quiet_prints_only_errors() {
    assert_snapshot!(Project::new(MIXED).extract(&["--format", "text", "--summary", "--quiet"]), @r"
    exit code: 0
    ----- stdout -----
    good  1 column  good.py:5
    shaky  1 column  shaky.py:9
    broken  shaky.py:8  unresolved: line 8 failed: `ArgumentError: 'SchemaItem' object, such as a 'Column' or a 'Constraint' expected, got 'no column'`
    torn  torn.py:2  unresolved: line 2 failed: `SyntaxError: '(' was never closed (torn.py, line 2)`

    tables: 2 exact, 0 partial, 2 unresolved; columns: 2 exact, 0 partial
      2 × line 8 failed: `ArgumentError: 'SchemaItem' object, such as a 'Column' or a 'Constraint' expected, got 'no column'`; and similar
          hint: check that line: what it does at import cannot be done here

    ----- stderr -----
    ");
}

#[test]
fn verbose_prints_everything() {
    let run = Project::new(MIXED).extract(&["--format", "text", "--summary", "--verbose"]);
    let mut settings = insta::Settings::clone_current();
    settings.add_filter("fuel [0-9]+, memory [0-9.]+ MiB, frames [0-9]+, time [0-9a-z ]+", "[USED]");
    let _bound = settings.bind_to_scope();
    assert_snapshot!(run, @r"
    exit code: 0
    ----- stdout -----
    good  1 column  good.py:5
    shaky  1 column  shaky.py:9
    broken  shaky.py:8  unresolved: line 8 failed: `ArgumentError: 'SchemaItem' object, such as a 'Column' or a 'Constraint' expected, got 'no column'`
    torn  torn.py:2  unresolved: line 2 failed: `SyntaxError: '(' was never closed (torn.py, line 2)`

    tables: 2 exact, 0 partial, 2 unresolved; columns: 2 exact, 0 partial
      2 × line 8 failed: `ArgumentError: 'SchemaItem' object, such as a 'Column' or a 'Constraint' expected, got 'no column'`; and similar
          hint: check that line: what it does at import cannot be done here

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: shaky.py:8: a statement failed and was skipped: `ArgumentError: 'SchemaItem' object, such as a 'Column' or a 'Constraint' expected, got 'no column'`
    warning: torn.py:3: `torn.py` has a syntax error: unexpected EOF while parsing
      hint: Python would reject the whole file; the other statements are run all the same
    note: torn.py:2: a statement failed and was skipped: `SyntaxError: '(' was never closed (torn.py, line 2)`
    run of `.`: it finished, 3 modules requested; [USED]
      stderr: said at import
    verification run of `shaky.py`: it finished, 1 modules requested; [USED]
      stderr: said at import
    verification run of `torn.py`: it finished, 1 modules requested; [USED]
    ");
}

#[test]
fn quiet_and_verbose_do_not_go_together() {
    Project::new(&[GOOD]).extract(&["--quiet", "--verbose"]).exits_with(2);
}

#[test]
fn many_warnings_become_a_count() {
    let lines =
        (0..30).map(|n| format!("Table('t{n}', metadata, 'no column {n}')\n")).collect::<Vec<_>>().concat();
    let text = format!("from good import *\nfrom sqlalchemy import *\n{lines}");
    let project = Project::new(&[GOOD, ("many.py", &text)]);
    let said = |flag: &str| {
        let run = project.extract(&["--format", "text", "--summary", flag]);
        let count = run.stderr.lines().filter(|line| line.starts_with("warning:")).count();
        (count, run.stderr.contains("--verbose"))
    };
    assert_eq!(said("--strict"), (8, true));
    assert_eq!(said("--verbose"), (30, false));
    assert_eq!(said("--quiet"), (0, false));
}

/// What is said after the line on what was read.
fn said(file: (&str, &str)) -> String {
    let run = Project::new(&[GOOD, file]).extract(&["--format", "text", "--summary"]);
    assert!(run.stdout.contains("good  1 column"), "{run}");
    run.stderr.lines().skip(1).collect::<Vec<_>>().join("\n")
}

#[test]
fn similar_diagnostics_are_printed_once() {
    let lines = "Table('t', missing)\n".repeat(20);
    let text = format!("from sqlalchemy import Table\n{lines}Table('t', other)\n");
    assert_snapshot!(said(("many.py", &text)), @r"
    warning: many.py:2: a statement failed and was skipped: `NameError: name 'missing' is not defined` (and at 19 other places)
    warning: many.py:22: a statement failed and was skipped: `NameError: name 'other' is not defined`
    ");
}

#[test]
fn a_page_of_advice_is_cut_to_its_first_line() {
    let text = "
from sqlalchemy import Table
raise LookupError('no configuration\\nlooked at:\\n/etc/a\\n/etc/b')
Table('t')
";
    assert_snapshot!(said(("advice.py", text)), @r"
    warning: advice.py:3: a statement failed and was skipped: `LookupError: no configuration…`
    warning: advice.py:4: a statement failed and was skipped: `TypeError: Table() takes at least two positional-only arguments 'name', and 'metadata'`
    ");
}
