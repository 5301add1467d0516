//! Code that takes more than it may. Each case ends within its limit, blames the file that did it, leaves its neighbours
//! whole, and the host's memory stays bounded.

use std::time::Duration;

use belljar_schema::{Document, Severity};

use crate::{
    attack::reaching::reaching,
    support::{between, measured},
};

/// What is known to run beside the guest's own memory, MiB: the program, compiled code that is touched, stack, frames.
const BESIDE: u64 = 300;

/// A case: what it is called, the code, the limits, and how much guest memory they allow, MiB.
struct Case {
    name: &'static str,
    harm: &'static str,
    limits: &'static [&'static str],
    memory: u64,
}

impl Case {
    const fn new(name: &'static str, harm: &'static str) -> Self {
        Self { name, harm, limits: &["--fuel", "4000000000", "--memory", "256MiB"], memory: 256 }
    }

    /// Runs it; the neighbours are exact whatever comes of it.
    #[track_caller]
    fn run(&self) -> Document {
        let project = between(self.harm);
        let found = measured(self.name, project.path(), &[&["--format", "json"], self.limits].concat());
        assert!(found.run.code == 0 || found.run.code == 1, "{}", found.run);
        let document = found.run.document();
        for name in ["first", "last"] {
            let table = document.tables.iter().find(|table| table.name == name);
            assert!(table.is_some(), "{}: `{name}` is lost\n{:#?}", self.name, document.diagnostics);
        }
        assert!(found.peak < self.memory + BESIDE, "{}: {found}", self.name);
        document
    }

    /// The run had to be ended, for this reason, and the file is named.
    #[track_caller]
    fn ends(&self, why: &str) {
        let document = self.run();
        let errors: Vec<_> =
            document.diagnostics.iter().filter(|item| item.severity == Severity::Error).collect();
        let [error] = errors.as_slice() else { panic!("{}: {errors:#?}", self.name) };
        let expected = format!("`b_harm.py` was left out, the rest ran without it: {why}");
        assert!(error.message.starts_with(&expected), "{}: {error:#?}", self.name);
        assert_eq!(error.place.as_ref().map(|place| place.path.as_str()), Some("b_harm.py"));
    }

    /// Python itself refused, at a line of the file, with an exception of this class.
    #[track_caller]
    fn is_refused(&self, error: &str) {
        let document = self.run();
        assert_eq!(document.tables.len(), 3, "{}: what the file made before is kept", self.name);
        let expected = format!("a statement failed and was skipped: `{error}");
        let of_harm = |path: &str| path == "b_harm.py";
        let said = document.diagnostics.iter().any(|item| {
            item.message.starts_with(&expected)
                && item.place.as_ref().is_some_and(|place| of_harm(&place.path))
        });
        assert!(said, "{}: {:#?}", self.name, document.diagnostics);
    }
}

#[test]
fn loops() {
    for (name, harm) in [
        ("a loop", "while True: pass"),
        ("a loop in C", "sum(iter(int, 1))"),
        ("a generator", "def endless():\n    while True: yield 1\nlist(1 for _ in endless() if _ == 2)"),
        (
            "a class that grows",
            "class Odd(dict):\n    def __len__(self): return 1\n    def __iter__(self):\n        while True: yield 'x'\nset(Odd())",
        ),
        ("a property", "class P:\n    @property\n    def x(self):\n        while True: pass\nP().x"),
        (
            "an exception that is caught",
            "while True:\n    try: raise SystemExit\n    except BaseException: pass",
        ),
        ("a finally", "def f():\n    while True:\n        try: return\n        finally: continue\nf()"),
        (
            "a comparison",
            "class E:\n    def __eq__(self, other): return other == self\n    def __hash__(self): return 1\nimport sys\nwhile True:\n    try: E() == E()\n    except RecursionError: pass",
        ),
    ] {
        Case::new(name, harm).ends("it used up its fuel");
    }
}

/// Modules that are reported leave no quiet stretch to end the run by, so that there is nothing left for the others.
#[test]
fn a_loop_of_imports() {
    let harm = "import importlib, sys\nwhile True: importlib.reload(sys.modules['a_first'])";
    let arguments = ["--format", "json", "--fuel", "2000000000"];
    let found = measured("a loop of imports", between(harm).path(), &arguments);
    let document = found.run.exits_with(1).document();
    assert_eq!(
        document.tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(),
        ["first", "last"]
    );
    let unresolved: Vec<_> = document.unresolved.iter().map(|item| item.reason.code.as_str()).collect();
    assert_eq!(unresolved, ["run-ended"]);
}

#[test]
fn a_catastrophic_regular_expression() {
    Case::new("a regular expression", "import re\nre.match(r'(a+)+$', 'a' * 100 + 'b')")
        .ends("it used up its fuel");
}

#[test]
fn numbers_and_texts() {
    for (name, harm) in [
        ("a power", "10 ** 10 ** 9"),
        ("a shift", "1 << 2 ** 40"),
        ("a text", "'x' * 2 ** 31"),
        ("a text in steps", "text = 'x'\nwhile True: text += text"),
        ("a list", "[None] * 2 ** 30"),
        ("a format", "'{:2000000000}'.format(1)"),
        ("a percent", "'%2000000000d' % 1"),
        ("bytes", "bytearray(2 ** 31 - 1)"),
        ("a join", "('x' * 10_000_000).join(['y'] * 1000)"),
        ("a translation", "('x' * 1_000_000).replace('x', 'y' * 10_000)"),
        ("compressed", "import zlib\nzlib.decompress(zlib.compress(bytes(50_000_000)) , bufsize=2 ** 30)"),
    ] {
        let document = Case::new(name, harm).run();
        let refused = ["MemoryError", "OverflowError", "ValueError"];
        let said = document.diagnostics.iter().any(|item| {
            item.code == "run-ended"
                || refused.iter().any(|error| item.message.contains(&format!("skipped: `{error}")))
        });
        assert!(said, "{name}: {:#?}", document.diagnostics);
    }
    Case::new("digits", "str(10 ** 5000)").is_refused("ValueError: Exceeds the limit");
    Case::new("digits read", "int('9' * 10_000)").is_refused("ValueError: Exceeds the limit");
}

#[test]
fn memory_in_steps() {
    for (name, harm) in [
        ("a list of lists", "hoard = []\nwhile True: hoard = [hoard, [0] * 1000]"),
        ("a dictionary", "hoard = {}\nwhile True: hoard[len(hoard)] = 'x' * 1000"),
        ("a chain", "class N: pass\nn = None\nwhile True:\n    m = N(); m.n = n; m.pad = bytes(1000); n = m"),
        (
            "strings that are interned",
            "import sys\nn = 0\nwhile True:\n    n += 1; sys.intern(f'{n}' * 100); vars()[f'v{n}'] = 'x' * 5000",
        ),
    ] {
        let mut case = Case::new(name, harm);
        case.limits = &["--fuel", "60000000000", "--memory", "256MiB"];
        let document = case.run();
        let said = document.diagnostics.iter().any(|item| item.code == "memory");
        assert!(said, "{name}: {:#?}", document.diagnostics);
    }
}

#[test]
fn nesting() {
    let deep = [
        ("lists in a text", "eval('[' * 100_000 + ']' * 100_000)"),
        ("parentheses in a text", "compile('(' * 1_000_000, 'x', 'exec')"),
        ("blocks", "exec(''.join(' ' * n + 'if 1:\\n' for n in range(200)) + ' ' * 200 + 'pass')"),
        ("a long chain of calls", "eval('x' + '()' * 100_000)"),
        ("a long sum", "eval('+'.join(['1'] * 300_000))"),
        ("minus", "eval('-' * 100_000 + '1')"),
        ("attributes", "eval('x' + '.y' * 100_000)"),
        (
            "a tree",
            "import ast\nnode = ast.Constant(1)\nfor _ in range(100_000): node = ast.UnaryOp(ast.USub(), node)\ncompile(ast.fix_missing_locations(ast.Expression(node)), 'x', 'eval')",
        ),
    ];
    for (name, harm) in deep {
        let document = Case::new(name, harm).run();
        let said = document
            .diagnostics
            .iter()
            .any(|item| item.place.as_ref().is_some_and(|place| place.path == "b_harm.py"));
        assert!(said || document.summary.tables_exact == 3, "{name}: {:#?}", document.diagnostics);
    }
}

#[test]
fn the_stack() {
    for (name, harm) in [
        ("recursion", "def deep(): return deep()\ndeep()"),
        ("recursion through C", "class D:\n    def __repr__(self): return repr([self])\nrepr(D())"),
        ("recursion through sort", "def deep(x): return sorted([1], key=deep)[0]\ndeep(1)"),
        (
            "recursion through getattr",
            "class D:\n    def __getattr__(self, name): return getattr(self, name)\nD().x",
        ),
        (
            "recursion through a metaclass",
            "class M(type):\n    def __instancecheck__(c, x): return isinstance(x, c)\nclass D(metaclass=M): pass\nisinstance(1, D)",
        ),
    ] {
        Case::new(name, harm).is_refused("RecursionError");
    }
}

/// The wall clock where nothing burns much fuel, and where much is burnt; how long after the limit is printed.
#[test]
fn the_wall_clock() {
    for (name, harm) in [
        ("a loop under the clock", "while True: pass"),
        ("copies under the clock", "a = bytes(100_000_000); b = bytearray(a)\nwhile True: b[:] = a"),
        ("regular expression under the clock", "import re\nre.match(r'(a+)+$', 'a' * 100 + 'b')"),
        ("files under the clock", "while True: open(__file__).read()"),
        ("folders under the clock", "import os\nwhile True: os.listdir('.')"),
        ("random data under the clock", "import os\nwhile True: os.urandom(1 << 20)"),
        (
            "frames under the clock",
            &reaching("from wit_world.imports.channel import emit\nwhile True: emit(b'x' * 1_000_000)"),
        ),
        ("floods under the clock", "import os\nwhile True: os.write(2, b'x' * 60_000)"),
    ] {
        let project = between(harm);
        let limits =
            ["--format", "json", "--timeout", "3s", "--fuel", "1000000000000", "--max-output", "100GiB"];
        let found = measured(name, project.path(), &limits);
        assert_eq!(found.run.code, 1, "{}", found.run);
        let document = found.run.document();
        assert!(
            document.tables.iter().any(|table| table.name == "first"),
            "{name}: what came before is kept"
        );
        let ended = document.diagnostics.iter().find(|item| item.code == "run-ended").unwrap();
        assert!(ended.message.contains("b_harm") && ended.hint.is_some(), "{ended:?}");
        assert!(found.elapsed < Duration::from_secs(12), "{name}: {found}");
    }
}
