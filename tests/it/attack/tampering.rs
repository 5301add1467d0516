//! Code that turns against what runs it: the extractor, `sys`, the import system, the collector. It can lie about its own
//! repository and about nothing else; the host says that something is wrong, and the next run knows nothing of it.

use belljar_schema::{Document, Severity};

use super::reaching::reaching;
use crate::support::{Project, attempts, between, only_harm_is_lost};

/// What comes of a module that does this, among others. Its exit code is 0 or 1, and never that of an internal error.
#[track_caller]
fn after(harm: &str) -> Document {
    let run = between(&reaching(harm)).extract(&["--format", "json", "--fuel", "5000000000"]);
    assert!(run.code == 0 || run.code == 1, "{harm}\n{run}");
    run.document()
}

/// Every table is made, or listed as unresolved with a reason.
#[track_caller]
fn nothing_is_quietly_missing(document: &Document, harm: &str) {
    for name in ["first", "harm", "last"] {
        let made = document.tables.iter().any(|table| table.name == name);
        let listed =
            document.unresolved.iter().any(|item| item.name == name && !item.reason.message.is_empty());
        assert!(made || listed, "`{name}` is quietly missing after\n{harm}\n{document:#?}");
    }
}

fn errors(document: &Document) -> Vec<&str> {
    let errors = document.diagnostics.iter().filter(|item| item.severity == Severity::Error);
    errors.map(|item| item.code.as_str()).collect()
}

#[test]
fn the_control() {
    let document = after("");
    assert_eq!((document.summary.tables_exact, errors(&document)), (3, vec![]));
}

#[test]
fn the_interpreter_upside_down() {
    for harm in [
        "import sys\nsys.modules.clear()",
        "import sys\nsys.modules['sqlalchemy'] = None",
        "import builtins\nfor name in dir(builtins):\n    if name != '__import__': setattr(builtins, name, None)",
        "import builtins\nbuiltins.__import__ = lambda *a, **k: None",
        "import builtins\nbuiltins.isinstance = lambda *a: True",
        "import sys\nsys.meta_path.clear()\nsys.path.clear()\nsys.path_hooks.clear()",
        "import importlib\nimportlib.import_module = importlib.reload = None",
        "import gc, sys\ngc.collect = gc.get_objects = lambda *_: []\nsys.settrace(lambda *_: 1 / 0)",
        "import sys\nsys.setprofile(lambda *_: 1 / 0)\nsys.excepthook = sys.unraisablehook = None",
        "import sys\nsys.setrecursionlimit(30)",
        "import gc\nfor thing in gc.get_objects():\n    if isinstance(thing, dict): thing.clear()",
        "import sys\nframe = sys._getframe()\nwhile frame:\n    frame.f_locals.clear() if frame.f_back is None else None\n    frame = frame.f_back",
        "import atexit\natexit.register(lambda: 1 / 0)\nclass Late:\n    def __del__(self): raise SystemExit(3)\nlate = Late()",
    ] {
        let document = after(harm);
        nothing_is_quietly_missing(&document, harm);
    }
}

#[test]
fn the_extractor_rewritten() {
    for harm in [
        "import belljar_guest.channel as c\nc.Channel.send = c.Recorder.send = lambda *_: None",
        "import belljar_guest.channel as c\nc.Channel.done = lambda *_: None",
        "import belljar_guest.frames as f\nf.encode = lambda frame: b''",
        "import belljar_guest.frames as f\nf._text = lambda out, value: out.append(0)",
        "import belljar_guest.extract.extraction as e\ne.Extraction.early = e.Extraction.final = lambda self: []",
        "import belljar_guest.load.recovery as r\nfor name in list(vars(r)): setattr(r, name, None)",
        "import sys\nfor name in [name for name in sys.modules if name.startswith('belljar')]: vars(sys.modules[name]).clear()",
    ] {
        let document = after(harm);
        nothing_is_quietly_missing(&document, harm);
    }
}

/// A channel that is silenced costs the file that did it, and no other.
#[test]
fn a_channel_that_is_silenced() {
    for harm in [
        "import belljar_guest.channel as c\nc.Channel.send = c.Channel.send_encoded = c.Recorder.send = lambda *_: None",
        "import belljar_guest.frames as f\nf.encode = lambda frame: 1 / 0",
    ] {
        only_harm_is_lost(&after(harm), "the guest failed before it finished");
    }
}

/// What was stopped from coming to its end is not taken for whole, and the fault is not put on us alone.
#[test]
fn an_end_that_is_held_back() {
    // All modules have run, so that none can be named: the halves are tried.
    let document = after("import belljar_guest.channel as c\nc.Channel.done = lambda *_: None");
    assert_eq!((document.summary.tables_exact, errors(&document)), (3, vec!["no-end"]));
    let found = document.diagnostics.iter().find(|item| item.code == "no-end").unwrap();
    let hint = found.hint.as_deref().unwrap_or_default();
    assert!(hint.starts_with("the code may have changed the extractor"), "{hint}");
}

#[test]
fn one_project_cannot_leave_anything_for_the_next() {
    let leave = "import builtins, sqlalchemy\nbuiltins.left = sqlalchemy.left = 'left'\nos.environ['LEFT'] = 'x'\ntry_('left', lambda: left)";
    assert_eq!(attempts(leave), ["left: left"]);
    let look = "import builtins, sqlalchemy\ntry_('found', lambda: (hasattr(builtins, 'left'), hasattr(sqlalchemy, 'left'), 'LEFT' in os.environ))";
    assert_eq!(attempts(look), ["found: (False, False, False)"]);
}

/// Nor one run for the next run of the same repository: import roots are strangers to each other.
#[test]
fn one_run_cannot_leave_anything_for_the_next() {
    let model = |name: &str, more: &str| {
        format!(
            "\nimport builtins\nfrom sqlalchemy import *\nmetadata = MetaData()\n{more}\nTable(f'{name} {{hasattr(builtins, \"left\")}}', metadata, Column('id', Integer))\n"
        )
    };
    let project =
        Project::new(&[("one/a.py", &model("one", "builtins.left = 1")), ("two/b.py", &model("two", ""))]);
    let names: Vec<_> = project.document().tables.into_iter().map(|table| table.name).collect();
    assert_eq!(names, ["one True", "two False"]);
}
