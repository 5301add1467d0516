//! What code sends: much of it, what is large in memory and small on the wire, and what makes the host compare
//! everything with everything.

use std::time::Duration;

use crate::{
    attack::reaching::reaching,
    support::{GOOD, Project, measured},
};

/// What a file needs to send frames of its own.
const SEND: &str = "
import dataclasses
from belljar_guest import frames
from wit_world.imports.channel import emit
def send(frame): emit(frames.encode(frame))
def number(value):
    out = bytearray()
    frames._varint(out, value)
    return bytes(out)
";

/// A table, without which a file is not run.
const OWN: &str = "from sqlalchemy import *\nm = MetaData()\nTable('own', m, Column('id', Integer))";

fn sending(code: &str, more: &str) -> Project {
    Project::new(&[GOOD, ("models.py", &reaching(&format!("{more}\n{SEND}\n{code}")))])
}

/// Fifteen million empty texts are 15 MB on the wire, and 360 MB as they are held.
#[test]
fn what_is_small_on_the_wire() {
    let code = "
count = 15_000_000
frame = bytes([4]) + b'\\x01m' + b'\\x01p' + b'\\x01\\x01' + number(count) + bytes(count) + b'\\x01E\\x01M'
for _ in range(30): emit(frame)
";
    let found = measured("450 MB of empty texts", sending(code, OWN).path(), &["--format", "json"]);
    let document = found.run.exits_with(1).document();
    assert!(document.tables.iter().any(|table| table.name == "good"), "what came before is kept");
    let said = "the run ended early while `models` ran: it sent more than the limit allows";
    assert!(document.diagnostics.iter().any(|item| item.message == said), "{:?}", document.diagnostics.len());
    assert!(found.peak < 1024 + 300, "{} MiB", found.peak);
}

/// Each of ten thousand declared classes could be compared with each of ten thousand skipped statements and tables.
#[test]
fn everything_with_everything() {
    let mut classes =
        "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\nif False:\n".to_owned();
    let lines = (0..10_000).map(|n| format!("    class C{n}(Base): __tablename__ = 't{n}'\n"));
    classes.extend(lines);
    let code = "
for n in range(10_000):
    send(frames.StatementSkipped('models', 'other.py', 10**6 + n, 10**6 + n, [], 'E', 'm'))
    send(frames.StatementSkipped('models', 'models.py', 10**6 + n, 10**6 + n, [], 'E', 'm'))
long = '.'.join(['a'] * 30_000)
for n in range(300):
    send(frames.Unresolved('u', frames.Place('models.py', n), frames.Reason('x', 'y', long)))
";
    let found = measured("everything with everything", sending(code, &classes).path(), &["--format", "json"]);
    let document = found.run.exits_with(0).document();
    assert_eq!(document.unresolved.len(), 10_000 + 300);
    assert!(found.elapsed < Duration::from_secs(40), "{:?}", found.elapsed);
    assert!(found.peak < 900, "{} MiB", found.peak);
}

/// Two runs that see the same many tables.
#[test]
fn many_tables_in_two_runs() {
    let many = "
from sqlalchemy import *
metadata = MetaData()
for n in range(1500): Table(f't{n}', metadata, Column('id', Integer))
";
    let other =
        "import shared\nfrom sqlalchemy import *\nTable('other', shared.metadata, Column('id', Integer))\n";
    let project = Project::new(&[("one/shared.py", many), ("two/models.py", other)]);
    let found = measured("1,500 tables in two runs", project.path(), &["--format", "json"]);
    let document = found.run.exits_with(0).document();
    assert_eq!(document.tables.len(), 1501, "each counts once");
    assert!(found.elapsed < Duration::from_mins(1), "{:?}", found.elapsed);
}

#[test]
#[ignore = "long: make soak"]
fn thousands_of_tables() {
    let code = "
from sqlalchemy import *
metadata = MetaData()
for n in range(5000): Table(f't{n}', metadata, *(Column(f'c{m}', Integer) for m in range(10)))
";
    let project = Project::new(&[GOOD, ("models.py", code)]);
    for format in [&["--format", "json"][..], &["--format", "sql"], &["--format", "text"]] {
        let found = measured(&format!("5,000 tables {format:?}"), project.path(), format);
        assert!(found.run.code == 0 && found.run.stdout.contains("t4999"), "{}", found.run.stderr);
        assert!(found.peak < 1500, "{} MiB", found.peak);
    }
}

#[test]
#[ignore = "long: make soak"]
fn a_million_tables() {
    let code = "
def fill(kind):
    import types, typing
    if kind in (str, int, bool): return {str: 't', int: 7, bool: True}[kind]
    if typing.get_origin(kind) is list: return []
    if typing.get_args(kind): return None
    return kind(**{name: fill(hint) for name, hint in typing.get_type_hints(kind).items()})
table = frames.encode(fill(frames.Table))
assert table[1] == 7
for n in range(10**6 + 10): emit(table[:1] + number(10**9 + n) + table[2:])
";
    let project = sending(code, OWN);
    let found = measured("a million tables", project.path(), &["--format", "json"]);
    let document = found.run.exits_with(1).document();
    assert!(document.tables.iter().any(|table| table.name == "good"), "what came before is kept");
    println!("{} tables", document.tables.len());
    assert!(found.peak < 4000, "{} MiB", found.peak);
}
