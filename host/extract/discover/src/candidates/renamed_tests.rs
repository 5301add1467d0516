//! Files that use a model under another name, or what makes one: which of them are imported.

use super::tests::found;

const BASE: &str = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n";
const METADATA: &str = "from sqlalchemy import Table, MetaData, Column\nmd = MetaData()\n";

/// Whether `use.py` is imported, in a tree of it and these.
fn is_imported(files: &[(&str, &str)], text: &str) -> bool {
    let files: Vec<_> = files.iter().copied().chain([("use.py", text)]).collect();
    found(&files).iter().any(|(path, ..)| path == "use.py")
}

#[test]
fn names_that_are_passed_on() {
    let layouts: [&[(&str, &str)]; 3] = [
        &[("db/base.py", BASE), ("db/__init__.py", "from .base import Base as Model\n")],
        &[
            ("db/inner/base.py", BASE),
            ("db/inner/__init__.py", "from .base import *\n"),
            ("db/middle.py", "from .inner import \\\n    Base as Other\n"),
            ("db/__init__.py", "from db.middle import (\n    Other as Model,  # for all\n)\n"),
        ],
        &[("db/base.py", BASE), ("db/__init__.py", "from . import base as b\nModel = b.Base\n")],
    ];
    for files in layouts {
        for text in [
            "from db import Model as M\nclass A(M): pass\n",
            "from db import Model\nclass A(Model): pass\n",
            "import db\nclass A(db.Model): pass\n",
            "import db as d\nclass A(d.Model): pass\n",
            "from db import *\nclass A(Model): pass\n",
            "from db import Model\nM = Model\nclass A(M): pass\n",
            "from db import Model\nA = type('A', (Model,), {})\n",
            "import types, db\nA = types.new_class('A', (db.Model,))\n",
            "from db import Model\ndef f():\n    class A(Model): pass\nf()\n",
            "from db import Model as M\ndef make(n): return type(n, (M,), {})\nA = make('A')\n",
        ] {
            assert!(is_imported(files, text), "{text}");
        }
        for text in [
            "from db import Model\ndef f(): return Model.query\n",
            "from db import Model\nx: Model = None\nquery = Model.query.all()\n",
            "from db import Model\nregister(Model)\n",
            "from db import Model\nclass Schema:\n    model = Model\n",
            "from db import Model\nclass Service(Generic[Model]): pass\n",
            "from db import Model\nM = Model\n",
            "from db import Model\ntype(Model)\n",
            "from other import Model\nclass A(Model): pass\n",
            "class Model: pass\nclass A(Model): pass\n",
        ] {
            assert!(!is_imported(files, text), "{text}");
        }
    }
}

#[test]
fn names_that_are_assigned() {
    for line in [
        "Model = Base",
        "Model: type = Base",
        "try:\n    from x import Fancy as Model\nexcept ImportError:\n    Model = Base",
        "if FLAG:\n    Model = object\nelse:\n    Model = Base",
        "Model = Base if FLAG else object",
        "Other = Model = Base",
        "Model = cast(type, Base)",
        "def Model(): return Base",
        "def make(): return Base\nModel = make()",
    ] {
        let text = format!("{BASE}{line}\n");
        let files = [("db.py", text.as_str())];
        let base = if line.starts_with("def Model") { "Model()" } else { "Model" };
        for text in [
            format!("from db import Model\nclass A({base}): pass\n"),
            format!("import db\nclass A(db.{base}): pass\n"),
        ] {
            assert!(is_imported(&files, &text), "{line}: {text}");
        }
    }
    let bases = format!("{BASE}bases = {{'a': Base}}\n");
    assert!(is_imported(&[("db.py", &bases)], "from db import bases\nclass A(bases['a']): pass\n"));
    let extension = "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n";
    for text in [
        "from ext import db\nM = db.Model\nclass A(M): pass\n",
        "from ext import db\nA = type('A', (db.Model,), {})\n",
        "import ext\nclass A(ext.db.Model): pass\n",
    ] {
        assert!(is_imported(&[("ext.py", extension)], text), "{text}");
    }
    assert!(!is_imported(
        &[("ext.py", extension)],
        "from ext import db\ndb.init_app(app)\nsession = db.session\n"
    ));
}

#[test]
fn functions_that_make_tables_and_classes() {
    let table = |text: &str| format!("{METADATA}{text}\n");
    let class = |text: &str| format!("{BASE}{text}\n");
    for (text, call) in [
        (table("def make(n): return Table(n, md, Column('id'))"), "x = make('x')"),
        (
            table("def make(n): return Table(n, md, Column('id'))\ndef make_all(): return make('x')"),
            "make_all()",
        ),
        (
            table("def make(n):\n    def inner(): Table(n, md, Column('id'))\n    return inner()"),
            "x = make('x')",
        ),
        (table("class F:\n    def make(self, n): return Table(n, md, Column('id'))\nf = F()"), "f.make('x')"),
        (
            table("class F:\n    @staticmethod\n    def make(n): return Table(n, md, Column('id'))"),
            "F.make('x')",
        ),
        (table("class F:\n    def __init__(self, n): self.t = Table(n, md, Column('id'))"), "F('x')"),
        (table("class F:\n    def __init_subclass__(cls): Table('a', md, Column('id'))"), "class A(F): pass"),
        (
            table("class F(type):\n    def __new__(m, *a): Table('a', md, Column('id'))"),
            "class A(metaclass=F): pass",
        ),
        (class("def make(n): return type(n, (Base,), {})"), "X = make('X')"),
        (class("def make(n):\n    class X(Base): pass\n    return X"), "X = make('X')"),
        (class("def make(n):\n    class X(Base): pass\n    return X"), "class A(make('X')): pass"),
        (class("def deco(cls): return type(cls.__name__, (cls, Base), {})"), "@deco\nclass X: pass"),
        (
            class("def deco(n):\n    def d(cls): return type(n, (cls, Base), {})\n    return d"),
            "@deco('x')\nclass X: pass",
        ),
        (class("def deco(cls): return Base.registry.mapped(cls)"), "@deco\nclass X: pass"),
        (
            class(
                "import functools\ndef make(n, m): return type(n, (Base,), {})\nshort = functools.partial(make, 1)",
            ),
            "short('X')",
        ),
        (class("def make(n): return type(n, (Base,), {})"), "class Holder:\n    x = make('X')"),
        (class("def make(n): return type(n, (Base,), {})"), "for n in 'ab':\n    make(n)"),
        (class("def make(n): return type(n, (Base,), {})"), "register(make('x'))"),
    ] {
        let files = [("db.py", text.as_str()), ("pkg/__init__.py", "from db import *\n")];
        for import in ["from db import *", "from pkg import *"] {
            assert!(is_imported(&files, &format!("{import}\n{call}\n")), "{text}: {import} {call}");
        }
        // Where only a function calls it, or the file run as a program does.
        let later = format!("    {}\n", call.replace('\n', "\n    "));
        for around in ["if __name__ == '__main__':", "def f():"] {
            let text = format!("from db import *\n{around}\n{later}");
            let makes_inside = call.starts_with("class A(");
            assert!(makes_inside || !is_imported(&files, &text), "{text}");
        }
    }
}

#[test]
fn functions_that_make_none() {
    let table = |text: &str| format!("{METADATA}{text}\n");
    let class = |text: &str| format!("{BASE}{text}\n");
    for (text, call) in [
        (table("def read(n, e): return Table(n, MetaData(), autoload_with=e)"), "x = read('x', engine)"),
        (table("def count(n): return select(Table)"), "x = count('x')"),
        (class("def kind(x): return type(x)"), "x = kind(1)"),
        (class("class User(Base): pass\ndef find(): return User.query"), "x = find()"),
        (class("class User(Base): pass"), "x = User(name='x')"),
        (class("def check(cls): return cls"), "@check\nclass X: pass"),
    ] {
        let text = text.as_str();
        assert!(!is_imported(&[("db.py", text)], &format!("from db import *\n{call}\n")), "{text}: {call}");
    }
}

#[test]
fn names_without_end_are_bounded() {
    let class = |number| format!("class C{number}(Base):\n    __tablename__ = 't{number}'\n");
    let hub = (0..600).map(class).collect::<Vec<_>>().concat();
    let hub = format!("from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n{hub}");
    let mut files = vec![("p/__init__.py".to_owned(), String::new()), ("p/hub.py".to_owned(), hub)];
    files.extend((0..600).map(|number| {
        let next = (number + 1) % 600;
        (format!("p/m{number}.py"), format!("from p.hub import *\nfrom p.m{next} import *\n"))
    }));
    let tree = belljar_tree::Tree::in_memory(files);
    let found = crate::discover(&tree, &crate::Options::default());
    assert!(found.diagnostics.iter().any(|one| one.code == "too-many-names"), "{:?}", found.diagnostics);
    assert_eq!(found.candidates.iter().filter(|one| one.path == "p/hub.py").count(), 1);
}
