//! The message channel. Code can import it and send what it likes; the host believes none of it: what makes no sense is
//! counted and dropped, what is too much ends the run, and what is forged can only be about the repository itself.

use belljar_schema::{Document, Severity};

use crate::{
    attack::{reaching::reaching, terminal::obeyed},
    support::{Belljar, Project, between, only_harm_is_lost},
};

/// What every attack begins with; `fill` makes any frame with one text in every field.
const FORGE: &str = r"
import types, typing
from belljar_guest import frames
from wit_world.imports.channel import emit

def send(frame): emit(frames.encode(frame))

def number(value):
    out = bytearray()
    frames._varint(out, value)
    return bytes(out)

def fill(kind, text):
    if kind in (str, int, bool): return {str: text, int: 7, bool: True}[kind]
    inner = [one for one in typing.get_args(kind) if one is not type(None)]
    if typing.get_origin(kind) is list: return [fill(inner[0], text)]
    if inner: return fill(inner[0], text)
    return kind(**{name: fill(hint, text) for name, hint in typing.get_type_hints(kind).items()})

def kinds(): return [kind for kind in typing.get_args(frames.Frame) if kind not in (frames.Hello, frames.Done)]
";

fn sending(code: &str) -> Project {
    between(&reaching(&format!("{FORGE}\n{code}")))
}

#[track_caller]
fn document(code: &str, arguments: &[&str], exit: i32) -> Document {
    let project = sending(code);
    let arguments = [&["--format", "json"], arguments].concat();
    Belljar::extract(project.path(), arguments).run().exits_with(exit).document()
}

fn said(document: &Document, code: &str) -> Vec<String> {
    let found = document.diagnostics.iter().filter(|item| item.code == code);
    found.map(|item| item.message.clone()).collect()
}

fn names(document: &Document) -> Vec<&str> {
    document.tables.iter().map(|table| table.name.as_str()).collect()
}

#[test]
fn bytes_that_are_no_frames() {
    let code = r"
for data in (b'', b'\xff' * 100, bytes([99]), b'\x00\x01', bytes([16, 1]), number(2**70), bytes(range(256)) * 100): emit(data)
whole = frames.encode(frames.Remark('x', 'text', None))
for length in range(len(whole)): emit(whole[:length])
emit(whole + b'\x00')
emit(bytes([4, 1, 109, 1, 112, 1, 1]) + number(2**40))
emit(bytes([16]) + number(2**62) + b'x')
emit(frames.encode(frames.Remark('x', 'text', None)).replace(b'text', b'\xff\xfe\xfd\xfc'))
";
    let document = document(code, &[], 0);
    assert_eq!(names(&document), ["first", "harm", "last"], "what is whole counts");
    assert_eq!(document.summary.tables_exact, 3);
    let sent = 7 + 9 + 1 + 3;
    assert_eq!(said(&document, "frames-refused"), [format!("{sent} invalid frames were dropped")]);
}

#[test]
fn another_version_and_a_second_greeting() {
    let code = "send(frames.Hello(99, 'x', 'x'))\nsend(frames.Hello(frames.PROTOCOL, 'x', 'x'))";
    let document = document(code, &[], 0);
    assert_eq!(names(&document), ["first", "harm", "last"]);
    assert_eq!(said(&document, "frames-refused"), ["2 invalid frames were dropped"]);
}

/// An end that is forged hides what comes after it. The others run again without it, and that frames were dropped is said.
#[test]
fn an_end_before_the_end() {
    let document = document("send(frames.Done(0, []))", &[], 0);
    assert_eq!(names(&document), ["first", "last"]);
    let unresolved: Vec<_> = document.unresolved.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(unresolved, ["harm"]);
    assert_eq!(said(&document, "frames-refused").len(), 1);
    assert_eq!(said(&document, "interference").len(), 2);
}

#[test]
fn out_of_order() {
    let code = "
send(frames.ModuleLoaded('c_last', 'c_last.py'))
send(frames.ModuleLoaded('nobody', 'nobody.py'))
send(frames.ModuleStarted('a_first', 'a_first.py'))
send(frames.ModuleStarted('nobody', '/etc/passwd'))
send(frames.ModuleFailed('a_first', 'a_first.py', 1, 'E', 'lie'))
";
    let document = document(code, &[], 0);
    assert_eq!(names(&document), ["first", "harm", "last"]);
}

/// Names of what is not there, and places outside: nothing is looked up there.
#[test]
fn references_that_lead_nowhere() {
    let code = r"
ref = frames.ClassRef('no.module', 'NoClass')
place = frames.Place('../../../../etc/passwd', 1)
send(frames.Class(ref, [ref] * 5000, 'nothing', ['nothing.t'], True, [frames.ColumnAttribute('x', 'y')] * 5000, ref, 'joined', 'x', [], []))
table = fill(frames.Table, 'forged')
import dataclasses
send(dataclasses.replace(table, serial=10**9, place=place))
send(dataclasses.replace(table, serial=10**9 + 1, name='far', place=frames.Place('a_first.py', 2**32 - 1)))
import belljar_guest.channel as c
done = c.Channel.done
c.Channel.done = lambda self, tables: done(self, [*tables, 10**9, 10**9 + 1, 2**63])
";
    let project = sending(code);
    let extract = |arguments: &[&str]| Belljar::extract(project.path(), arguments).run();
    let found = extract(&["--format", "json"]).exits_with(0).document();
    assert_eq!(names(&found), ["first", "harm", "last", "far", "forged"], "{found:#?}");
    for name in ["forged", "far"] {
        let run = Belljar::new(project.path()).arguments(["explain", name, "--timeout", "30m"]).run();
        assert!(run.stdout.contains("declared"), "{run}");
        assert!(!run.stdout.contains("root:"), "a file outside was read\n{run}");
    }
}

#[test]
fn one_name_many_times() {
    let code = "
import dataclasses
table = dataclasses.replace(fill(frames.Table, 'twin'), place=frames.Place('b_harm.py', 5))
serials = [10**9 + n for n in range(300)]
for serial in serials: send(dataclasses.replace(table, serial=serial))
for serial in serials: send(dataclasses.replace(table, serial=serials[0]))
import belljar_guest.channel as c
done = c.Channel.done
c.Channel.done = lambda self, tables: done(self, tables + serials)
";
    let document = document(code, &[], 0);
    assert_eq!(document.tables.iter().filter(|table| table.name == "twin").count(), 300);
    assert!(document.tables.iter().filter(|table| table.name != "twin").count() == 3, "the others stay");
}

#[test]
fn a_frame_over_its_size() {
    let document = document("emit(frames.encode(frames.Remark('x', 'y' * (16 << 20), None)))", &[], 1);
    assert_eq!(names(&document), ["first", "last"]);
    let errors: Vec<_> =
        document.diagnostics.iter().filter(|item| item.severity == Severity::Error).collect();
    assert_eq!(
        errors[0].message,
        "the run ended early while `b_harm` ran: it sent more than the limit allows"
    );
}

#[test]
fn a_long_text_is_cut() {
    let document = document("send(frames.Remark('x', 'y' * (15 << 20), None))", &[], 0);
    assert_eq!(names(&document), ["first", "harm", "last"]);
    assert_eq!(said(&document, "x"), [format!("{}…", "y".repeat(300))]);
}

#[test]
fn frames_without_end() {
    let document = document("while True: emit(b'')", &["--fuel", "4000000000"], 1);
    // Half of the fuel is no guard against frames that make no sense; the last file runs alone.
    assert_eq!(names(&document), ["first", "last"]);
    assert!(said(&document, "run-ended")[0].ends_with("it used up its fuel"), "{document:#?}");
}

/// A call that is not even one.
#[test]
fn a_call_of_the_wrong_type() {
    for call in ["emit('text')", "emit(None)", "emit([1, 2, 300])"] {
        let project = sending(call);
        let document = Belljar::extract(project.path(), ["--format", "json"]).run().exits_with(1).document();
        only_harm_is_lost(
            &document,
            "the interpreter trapped: wasm trap: wasm `unreachable` instruction executed",
        );
    }
}

/// Every text of every frame is hostile; nothing of it reaches a terminal in any form of the output.
#[test]
fn what_a_terminal_would_obey_in_every_field() {
    let code = r"
text = '\x1b]0;owned\x07\x1b[2J\r\n\x9b2J\u202ename\u2066\x7f\u200b\U000e0041\x00'
for kind in kinds(): send(fill(kind, text))
for dialect in ('postgresql', 'mysql', 'sqlite', 'mssql', 'oracle'):
    send(frames.Ddl(text, dialect, [text], [frames.Entry(text, text)]))
import belljar_guest.channel as c
done = c.Channel.done
c.Channel.done = lambda self, tables: done(self, [*tables, 7])
";
    let project = sending(code);
    let path = project.path();
    let check = |run: crate::support::Run, shows: bool| {
        assert_eq!((obeyed(&run.stdout), obeyed(&run.stderr)), (String::new(), String::new()), "{run}");
        assert_eq!(run.stdout.contains("owned") || run.stderr.contains("owned"), shows, "{run}");
    };
    for arguments in [
        &["--format", "text", "--verbose"][..],
        &["--format", "text", "--summary"],
        &["--format", "json"],
        &["--format", "sql", "--dialect", "postgresql"],
        &["--format", "sql", "--dialect", "mysql"],
        &["--format", "sql", "--dialect", "sqlite"],
        &["--format", "sql", "--dialect", "mssql"],
        &["--format", "sql", "--dialect", "oracle"],
    ] {
        check(Belljar::extract(path, arguments).run(), true);
    }
    let name = "\x1b]0;owned\x07\x1b[2J\r\n\u{9b}2J\u{202e}name\u{2066}\x7f\u{200b}\u{e0041}";
    check(Belljar::new(path).arguments(["explain", name, "--timeout", "30m"]).run(), true);
    check(Belljar::new(path).arguments(["explain", "harm", "--timeout", "30m"]).run(), true);
    let plain = Belljar::extract(between("").path(), ["--format", "json"]).run().exits_with(0);
    let hostile = Belljar::extract(path, ["--format", "json"]).run();
    std::fs::write(path.join("plain.json"), plain.stdout).unwrap();
    std::fs::write(path.join("hostile.json"), hostile.stdout).unwrap();
    for format in ["text", "markdown", "json"] {
        for sides in [["plain.json", "hostile.json"], ["hostile.json", "plain.json"]] {
            check(Belljar::new(path).arguments(["diff", "--format", format]).arguments(sides).run(), true);
        }
    }
}
