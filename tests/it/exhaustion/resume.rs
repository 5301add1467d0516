//! A module that ends a run is left out, and the rest runs without it.

use belljar_schema::{Document, Severity};

use crate::support::Project;

const HARM: [(&str, &str); 3] = [
    ("endless", "while True: pass"),
    ("exit", "import posix\nposix._exit(3)"),
    ("stack", "import sys\nsys.setrecursionlimit(2**30)\ndef deeper(): deeper()\ndeeper()"),
];

/// A module with one table.
fn module(name: &str) -> String {
    format!(
        "
from sqlalchemy import Column, Integer
from shop.base import Base

class {name}(Base):
    __tablename__ = '{name}'
    id = Column(Integer, primary_key=True)
"
    )
}

/// A package of fifty modules with a table each, and `harm` at the end of these.
fn shop(harmful: &[(usize, &str)]) -> Project {
    let base = "\nfrom sqlalchemy.orm import declarative_base\nBase = declarative_base()\n";
    let mut files =
        vec![("shop/__init__.py".to_owned(), String::new()), ("shop/base.py".to_owned(), base.to_owned())];
    for number in 0..50 {
        let harm = harmful.iter().find(|(at, _)| *at == number).map_or("", |(_, harm)| harm);
        files.push((
            format!("shop/m{number:02}.py"),
            format!("{}\n{harm}\n", module(&format!("t{number:02}"))),
        ));
    }
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Project::new(&files)
}

#[track_caller]
fn document(project: &Project, fuel: &str) -> Document {
    // Fuel is what is meant here: a busy machine must not come to the end of the time first.
    project.extract(&["--format", "json", "--fuel", fuel, "--timeout", "1h"]).exits_with(1).document()
}

fn unresolved(document: &Document) -> Vec<&str> {
    document.unresolved.iter().map(|item| item.name.as_str()).collect()
}

#[test]
fn one_among_fifty_loses_only_its_own() {
    for (kind, harm) in HARM {
        let document = document(&shop(&[(25, harm)]), "20000000000");
        assert_eq!(document.summary.tables_exact, 49, "{kind}: {:#?}", document.diagnostics);
        assert_eq!((document.summary.tables_partial, unresolved(&document)), (0, vec!["t25"]), "{kind}");
        let errors: Vec<_> =
            document.diagnostics.iter().filter(|item| item.severity == Severity::Error).collect();
        let [error] = errors.as_slice() else { panic!("{kind}: {errors:#?}") };
        assert!(error.message.starts_with("`shop/m25.py` was left out"), "{kind}: {error:?}");
    }
}

#[test]
fn several_among_fifty() {
    let harmful: Vec<_> = [3, 17, 18, 40].into_iter().map(|at| (at, HARM[1].1)).collect();
    let document = document(&shop(&harmful), "50000000000");
    assert_eq!(document.summary.tables_exact, 46, "{:#?}", document.diagnostics);
    assert_eq!(unresolved(&document), ["t03", "t17", "t18", "t40"]);
}

#[test]
fn more_than_there_are_attempts_for() {
    let harmful: Vec<_> = (10..40).map(|at| (at, HARM[1].1)).collect();
    let document = document(&shop(&harmful), "50000000000");
    assert!(document.summary.tables_exact >= 10, "what came before is kept");
    let known = document.summary.tables_exact + document.summary.tables_partial + document.summary.unresolved;
    assert_eq!(known, 50, "every table is made or listed");
}

#[test]
fn what_others_take_from_it_is_absent() {
    let project = Project::new(&[
        ("base.py", "\nfrom sqlalchemy.orm import declarative_base\nBase = declarative_base()\n"),
        ("harm.py", "\nfrom sqlalchemy import Integer\nimport posix\nposix._exit(1)\nKind = Integer\n"),
        (
            "models.py",
            "
from sqlalchemy import Column, Integer
from base import Base
from harm import Kind

class A(Base):
    __tablename__ = 'a'
    id = Column(Integer, primary_key=True)
    kind = Column(Kind)
",
        ),
        (
            "other.py",
            "
from sqlalchemy import Column, Integer
from base import Base

class B(Base):
    __tablename__ = 'b'
    id = Column(Integer, primary_key=True)
",
        ),
    ]);
    let document = document(&project, "20000000000");
    let summary = &document.summary;
    assert_eq!((summary.tables_exact, summary.tables_partial, summary.unresolved), (1, 1, 0));
    let table = document.tables.iter().find(|table| table.name == "a").unwrap();
    assert_eq!(table.columns[1].reasons[0].message, "its type is `harm.Kind`, which is absent");
}

/// The type ends the run when all modules have run, so that no module can be named.
#[test]
fn halved_until_it_is_alone() {
    let harm = "
from sqlalchemy.types import UserDefinedType

class Endless(UserDefinedType):
    def get_col_spec(self, **kw):
        while True: pass

t25.__table__.append_column(Column('bad', Endless()))
";
    // What a run has by default: each half takes half of what is left.
    let document = document(&shop(&[(25, harm)]), "200000000000");
    assert!(document.summary.tables_exact >= 49, "{:#?}", document.summary);
}

/// What runs behind the last module.
const BEHIND: [&str; 4] = [
    "class Odd:\n    def __del__(self):\n        while True: pass\nodd = Odd()\nodd.itself = odd\ndel odd",
    "import gc\ndef odd(*_):\n    while True: pass\ngc.callbacks.append(odd)",
    "import weakref\nclass Odd: pass\nodd = Odd()\nodd.itself = odd\ndef end():\n    while True: pass\n\
     weakref.finalize(odd, end)\ndel odd",
    "def odd():\n    try:\n        yield\n    finally:\n        while True: pass\nit = odd()\nnext(it)\nring = [it]\n\
     ring.append(ring)\ndel it, ring",
];

#[test]
fn no_table_comes_twice_whatever_runs_at_the_end() {
    for harm in BEHIND {
        let models = |name: &str| module(name);
        let last = format!("{}\n{harm}\n", models("t3"));
        let base = "\nfrom sqlalchemy.orm import declarative_base\nBase = declarative_base()\n";
        let project = Project::new(&[
            ("shop/__init__.py", ""),
            ("shop/base.py", base),
            ("shop/m1.py", &models("t1")),
            ("shop/m2.py", &models("t2")),
            ("shop/m3.py", &last),
        ]);
        // What waits for the collector may run or not; either way each table comes once.
        let extracted = project.extract(&["--format", "json", "--fuel", "4000000000", "--timeout", "1h"]);
        let document = extracted.document();
        let mut names: Vec<_> = document.tables.iter().map(|table| table.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["t1", "t2", "t3"], "{harm}");
    }
}
