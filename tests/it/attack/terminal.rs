//! Names that try to write to the terminal: escapes, and marks that turn the direction of writing.

use crate::support::{Belljar, Project, Run};

const HOSTILE: &str = r#"
from sqlalchemy import Column, Enum, Integer, MetaData, String, Table, CheckConstraint
from absent import Thing

metadata = MetaData()
red, flip, bell, csi = "\x1b[31mred", "\u202eflip", "\x07bell\r\n", "\x9b2J"
Table(
    f"table {red} {flip} {bell} {csi}",
    metadata,
    Column(f"column {red} {flip}", Integer, primary_key=True, comment=red),
    Column("kind", Enum(red, flip, name=f"enum {bell}")),
    Column("text", String, server_default=f"default {csi}"),
    Column("thing", Thing),
    CheckConstraint(f"x = '{red}'", name=f"check {flip}"),
    schema=f"schema {csi}",
)
raise ValueError(f"message {red} {flip} {bell}")
Table(f"late {red}")
"#;

/// Characters that a terminal obeys, or that are there and can't be seen; lines end, and nothing else.
pub(crate) fn obeyed(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let unseen = |c: char| matches!(c, '\u{200b}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    text.chars().filter(|c| (c.is_control() && *c != '\n') || turns(*c) || unseen(*c)).collect()
}

#[track_caller]
fn check(run: &Run, expected: &[&str]) {
    assert_eq!(obeyed(&run.stdout), "", "{:?}", run.stdout);
    assert_eq!(obeyed(&run.stderr), "", "{:?}", run.stderr);
    for part in expected {
        assert!(run.stdout.contains(part), "`{part}` is not shown at all\n{run}");
    }
}

fn project() -> Project {
    Project::new(&[
        ("models.py", HOSTILE),
        ("\u{202e}yp.\u{1b}[2J.py", "from sqlalchemy import *\nTable('x', MetaData(), (\n"),
    ])
}

#[test]
fn text() {
    let shown = [r"table \u{1b}[31mred \u{202e}flip \u{7}bell", r"schema \u{9b}2J", r"column \u{1b}[31mred"];
    check(&project().extract(&["--format", "text", "--verbose"]), &shown);
    check(&project().extract(&["--format", "text", "--summary"]), &shown[..2]);
}

#[test]
fn sql() {
    for dialect in ["postgresql", "mysql", "sqlite", "mssql", "oracle"] {
        let run = project().extract(&["--format", "sql", "--dialect", dialect]);
        check(&run, &[r"table \u{1b}[31mred"]);
    }
}

#[test]
fn json() {
    let run = project().extract(&["--format", "json"]).exits_with(0);
    // JSON has escapes of its own, so that names come back as they are.
    assert_eq!(obeyed(&run.stdout), "");
    assert!(run.document().tables.iter().any(|table| table.name.contains("\u{1b}[31mred")), "{run}");
}

#[test]
fn diagnostics() {
    let run = project().extract(&["--format", "text", "--verbose"]);
    check(&run, &[]);
    assert!(run.stderr.contains(r"message \u{1b}[31mred \u{202e}flip"), "{run}");
}

#[test]
fn a_path_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let run = Belljar::extract(folder.path(), ["\u{1b}[31m\u{202e}nowhere"]).run().exits_with(2);
    check(&run, &[]);
    assert!(run.stderr.contains(r"\u{1b}[31m\u{202e}nowhere"), "{run}");
}

#[test]
fn what_the_code_prints() {
    let text = "
import sys
from sqlalchemy import *
Table('loud', MetaData(), Column('id', Integer))
sys.stderr.write('\\x1b[31mred\\u202e\\n')
sys.stdout.write('\\x1b[31mred\\u202e\\n')
";
    let run = Project::new(&[("loud.py", text)]).extract(&["--format", "text", "--verbose"]);
    check(&run, &["loud"]);
    assert!(run.stderr.contains(r"stderr: \u{1b}[31mred\u{202e}"), "{run}");
}
