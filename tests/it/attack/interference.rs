//! One module against the tables of others: what it loses, changes or puts in doubt comes back, or is said.
//!
//! The engine is called directly: there are many cases. Each has its harm between modules that run before and after it,
//! of which none imports it.

use std::{collections::BTreeSet, sync::OnceLock};

use belljar_engine::{Extraction, Options, Progress, Source};
use belljar_schema::{Diagnostic, Severity, Status, Table};
use belljar_snapshots::Snapshots;
use belljar_tree::Tree;

use super::reaching::reaching;
use crate::support::cache;

const BASE: &str = "
from sqlalchemy.orm import declarative_base
Base = declarative_base()
";

const ORDERS: &str = "
from sqlalchemy import Column, ForeignKey, Index, Integer, Numeric, String
from shop.base import Base

class Order(Base):
    __tablename__ = 'orders'
    id = Column(Integer, primary_key=True)
    total = Column(Numeric(10, 2), nullable=False, server_default='0')
    note = Column(String(50))
    customer = Column(Integer, ForeignKey('customers.id'))
    __table_args__ = (Index('by_note', 'note'),)
";

const CUSTOMERS: &str = "
from sqlalchemy import Boolean, Column, Integer, String
from shop.base import Base

class Customer(Base):
    __tablename__ = 'customers'
    id = Column(Integer, primary_key=True)
    name = Column(String(80), nullable=False, unique=True)
    active = Column(Boolean, nullable=False)
";

const STOCK: &str = "
from sqlalchemy import Column, Integer, MetaData, String, Table
metadata = MetaData()
stock = Table('stock', metadata, Column('id', Integer, primary_key=True), Column('place', String(20), nullable=False))
";

const HARM: &str = "
from sqlalchemy import *
from shop.base import Base
class Harm(Base):
    __tablename__ = 'harm'
    id = Column(Integer, primary_key=True)
";

const GOOD: [&str; 3] = ["orders", "customers", "stock"];

fn snapshots() -> &'static Snapshots {
    static SNAPSHOTS: OnceLock<Snapshots> = OnceLock::new();
    SNAPSHOTS.get_or_init(|| Snapshots::new(belljar_snapshots::ALL, cache().to_owned()))
}

pub(super) fn extract(files: &[(&str, &str)], options: &Options) -> Extraction {
    let tree =
        Tree::in_memory(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())));
    let source = Source {
        tree,
        diagnostics: Vec::new(),
        description: "a test".to_owned(),
        compiled: std::collections::BTreeMap::new(),
    };
    belljar_engine::extract(&source, snapshots(), options, &Progress::default()).unwrap()
}

pub(super) fn options() -> Options {
    let mut options = Options::default();
    options.limits.fuel = 20_000_000_000;
    options.limits.timeout = std::time::Duration::from_mins(30);
    options
}

/// The shop, with a module that does harm in the middle.
fn with(harm: &str) -> Extraction {
    let harm = format!("{HARM}{}\n", reaching(harm));
    let files = [
        ("shop/__init__.py", ""),
        ("shop/base.py", BASE),
        ("shop/a_orders.py", ORDERS),
        ("shop/b_harm.py", harm.as_str()),
        ("shop/c_customers.py", CUSTOMERS),
        ("shop/d_stock.py", STOCK),
    ];
    extract(&files, &options())
}

fn control() -> &'static Extraction {
    static CONTROL: OnceLock<Extraction> = OnceLock::new();
    CONTROL.get_or_init(|| with(""))
}

fn table<'a>(extraction: &'a Extraction, name: &str) -> Option<&'a Table> {
    extraction.document.tables.iter().find(|table| table.name == name)
}

fn is_exact(table: &Table) -> bool {
    table.status == Status::Exact && table.columns.iter().all(|column| column.status == Status::Exact)
}

/// A table without what may differ: which name leads to its `MetaData`.
fn plain(table: &Table) -> Table {
    Table { metadata: String::new(), ..table.clone() }
}

/// How a good table came out: `exact`, `partial`, `unresolved`, or what is wrong.
fn outcome(extraction: &Extraction, name: &str) -> String {
    let expected = plain(table(control(), name).unwrap());
    let mut tables = extraction.document.tables.iter();
    let Some(found) = tables.find(|table| table.name == name && table.place == expected.place) else {
        let listed = extraction.document.unresolved.iter().find(|item| item.name == name);
        let has_reason = listed.is_some_and(|item| !item.reason.message.is_empty());
        return if has_reason { "unresolved" } else { "absent without a word" }.to_owned();
    };
    if is_exact(found) {
        let (found, expected) = (lines(&plain(found)), lines(&expected));
        let differing: Vec<_> =
            found.lines().zip(expected.lines()).filter(|(one, other)| one != other).collect();
        return if found == expected {
            "exact".to_owned()
        } else {
            format!("silently different: {differing:?}")
        };
    }
    let mut reasons = found.reasons.iter().chain(found.columns.iter().flat_map(|column| &column.reasons));
    if reasons.any(|reason| !reason.message.is_empty()) { "partial" } else { "partial without a reason" }
        .to_owned()
}

fn lines(table: &Table) -> String {
    serde_json::to_string_pretty(table).unwrap()
}

/// All good tables, where none can be known for sure: what changes is done in the open, or could be.
const ALL: &[&str] = &GOOD;

/// Harms, after each of which every good table has to be exact, but those that are named, which are partial or exact.
#[track_caller]
fn all_come_out(harms: &[(&str, &[&str])]) {
    let mut wrong = Vec::new();
    for (harm, inexact) in harms {
        let extraction = with(harm);
        for name in GOOD {
            let found = outcome(&extraction, name);
            let expected = if inexact.contains(&name) { "partial" } else { "exact" };
            if found != expected && found != "exact" {
                let said: Vec<_> = extraction.document.diagnostics.iter().map(|item| &item.message).collect();
                wrong.push(format!("{name} is {found} and not {expected} after\n{harm}\n{said:#?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_control() {
    let document = &control().document;
    assert_eq!((document.summary.tables_exact, document.diagnostics.as_slice()), (4, [].as_slice()));
}

#[test]
fn what_tables_are_made_of() {
    all_come_out(&[
        ("MetaData._add_table = lambda *a: None", &[]),
        ("MetaData._add_table = lambda self, name, schema, table: 1 / 0", &[]),
        ("MetaData.tables = property(lambda self: {})", &[]),
        ("MetaData.__init__ = lambda self, *a, **k: None", &[]),
        ("Table.__new__ = lambda cls, *a, **k: None", &[]),
        ("Table.__init__ = lambda self, *a, **k: None", &[]),
        ("Table._init = lambda self, *a, **k: None", &[]),
        ("Table.append_column = lambda self, *a, **k: None", &[]),
        ("Table.columns = property(lambda self: [])", ALL),
        ("Table.indexes = property(lambda self: set(), lambda self, value: None)", ALL),
        ("Column.__init__ = lambda self, *a, **k: None", &[]),
        (
            "old = Column.__init__\ndef init(self, *a, **k):\n    k.pop('nullable', None)\n    old(self, *a, **k)\nColumn.__init__ = init",
            ALL,
        ),
        (
            "old = Column.__init__\ndef init(self, *a, **k):\n    k.pop('server_default', None)\n    k.pop('unique', None)\n    old(self, *a, **k)\nColumn.__init__ = init",
            ALL,
        ),
        ("Column.nullable = property(lambda self: True, lambda self, value: None)", ALL),
        ("Column._set_parent = lambda self, *a, **k: None", ALL),
        ("Index.__init__ = lambda self, *a, **k: None", &[]),
        ("ForeignKey._set_parent = lambda self, *a, **k: None", &[]),
        ("String.__init__ = lambda self, *a, **k: None", ALL),
        ("Integer.compile = lambda self, *a, **k: 'TEXT'", ALL),
        (
            "from sqlalchemy.sql.type_api import TypeEngine\ndef compile(self, *a, **k): raise SystemExit\nTypeEngine.compile = compile",
            ALL,
        ),
        ("import sqlalchemy.sql.schema as s\nfor name in list(vars(s)): setattr(s, name, None)", ALL),
        ("import sqlalchemy\nsqlalchemy.Column = sqlalchemy.Table = lambda *a, **k: None", ALL),
        ("import sqlalchemy\nsqlalchemy.Integer = sqlalchemy.String", ALL),
        ("import sqlalchemy\nvars(sqlalchemy).clear()", ALL),
    ]);
}

#[test]
fn what_classes_are_mapped_by() {
    all_come_out(&[
        ("from sqlalchemy.orm import DeclarativeMeta\nDeclarativeMeta.__init__ = lambda *a, **k: None", &[]),
        ("type(Base).__setattr__ = lambda *a: None", &[]),
        (
            "from sqlalchemy.orm import registry\nregistry.map_declaratively = registry._map_declaratively = None",
            &[],
        ),
        ("from sqlalchemy.orm import decl_base\ndecl_base._as_declarative = lambda *a: None", &[]),
        ("from sqlalchemy.orm import Mapper\nMapper.__init__ = lambda *a, **k: None", &[]),
        (
            "from sqlalchemy.orm import decl_base\nfor name in list(vars(decl_base)): setattr(decl_base, name, None)",
            &[],
        ),
        ("Base.__init_subclass__ = classmethod(lambda cls, **k: setattr(cls, '__abstract__', True))", &[]),
        ("Base.__init_subclass__ = classmethod(lambda cls, **k: delattr(cls, '__tablename__'))", &[]),
        (
            "def lose(cls, **k):\n    for name in ('name', 'active'): delattr(cls, name)\nBase.__init_subclass__ = classmethod(lose)",
            ALL,
        ),
        ("Base.metadata = MetaData()", &[]),
        ("Base.registry.dispose()", &[]),
        ("Base.__abstract__ = True", &[]),
    ]);
}

#[test]
fn what_listens() {
    all_come_out(&[
        (
            "@event.listens_for(Table, 'after_parent_attach')\ndef lose(table, metadata):\n    metadata.remove(table)",
            &[],
        ),
        (
            "@event.listens_for(Column, 'before_parent_attach')\ndef change(column, table): column.nullable = True",
            ALL,
        ),
        (
            "@event.listens_for(Column, 'after_parent_attach')\ndef change(column, table): column.type = Text()",
            ALL,
        ),
        (
            "@event.listens_for(Table, 'before_parent_attach')\ndef fail(table, metadata): raise SystemExit",
            ALL,
        ),
        (
            "from sqlalchemy.ext.compiler import compiles\n@compiles(Integer)\ndef integer(*a, **k): raise SystemExit",
            ALL,
        ),
        (
            "from sqlalchemy.ext.compiler import compiles\n@compiles(String)\ndef string(*a, **k): return 'TEXT'",
            ALL,
        ),
        (
            "from sqlalchemy.ext.compiler import compiles\n@compiles(Numeric)\n@compiles(Boolean)\ndef number(*a, **k): raise KeyboardInterrupt",
            ALL,
        ),
        (
            "from sqlalchemy.orm import Mapper\n@event.listens_for(Mapper, 'before_configured')\ndef lose(): Base.metadata.clear()",
            &[],
        ),
        (
            "from sqlalchemy.orm import Mapper\n@event.listens_for(Mapper, 'after_configured')\ndef lose():\n    import sys\n    for name in list(sys.modules):\n        if name.startswith('shop'): vars(sys.modules[name]).clear()",
            &[],
        ),
    ]);
}

#[test]
fn what_was_made_before() {
    all_come_out(&[
        ("Base.metadata.clear()", &[]),
        ("Base.metadata.remove(Base.metadata.tables['orders'])", &[]),
        ("dict.pop(Base.metadata.tables, 'orders')", &[]),
        ("orders = Base.metadata.tables['orders']\norders.c.total.nullable = True", &["orders"]),
        ("orders = Base.metadata.tables['orders']\norders.c.note.type = Text()", &["orders"]),
        ("orders = Base.metadata.tables['orders']\norders._columns.remove(orders.c.note)", &["orders"]),
        ("orders = Base.metadata.tables['orders']\norders.indexes.clear()", &["orders"]),
        ("orders = Base.metadata.tables['orders']\norders.c.total.server_default = None", &["orders"]),
        ("orders = Base.metadata.tables['orders']\norders.name = 'other'", &[]),
        (
            "orders = Base.metadata.tables['orders']\norders.foreign_keys.clear()\norders.constraints.clear()\norders.c.customer.foreign_keys.clear()",
            &["orders"],
        ),
        (
            "Base.metadata.clear()\nTable('orders', Base.metadata, Column('id', Integer, primary_key=True))",
            &["orders"],
        ),
        (
            "Base.metadata.remove(Base.metadata.tables['orders'])\nTable('or' + 'ders', MetaData(), Column('id', Integer))",
            &["orders"],
        ),
        ("import sys\nvars(sys.modules['shop.a_orders']).clear()", &[]),
        (
            "import gc\nfor thing in gc.get_objects():\n    if isinstance(thing, Column): thing.nullable = True",
            &["orders"],
        ),
        ("import gc\nfor thing in gc.get_objects():\n    if isinstance(thing, MetaData): thing.clear()", &[]),
        ("import gc\nfor thing in gc.get_objects():\n    if type(thing) is dict: thing.clear()", &[]),
    ]);
}

#[test]
fn the_interpreter() {
    all_come_out(&[
        ("import sys\nsys.modules.clear()", &[]),
        ("import sys\nsys.path_hooks.clear()\nsys.path_importer_cache.clear()", &[]),
        ("import sys\nsys.meta_path.clear()", &[]),
        ("import sys\nsys.path.clear()", &[]),
        ("import sys\nsys.modules['sqlalchemy'] = sys.modules['os']", &[]),
        ("import sys\nsys.modules['shop'] = sys.modules['shop.base'] = None", &[]),
        (
            "import sys\nclass Finder:\n    @staticmethod\n    def find_spec(name, *a): raise SystemExit\nsys.meta_path.insert(0, Finder)",
            &[],
        ),
        (
            "import sys\ndef trace(frame, *_):\n    if 'c_customers' in frame.f_code.co_filename: raise SystemExit\nsys.settrace(trace)",
            &[],
        ),
        ("import sys\nsys.setprofile(lambda *_: 1 / 0)", &[]),
        ("import sys\nsys.setrecursionlimit(40)", &[]),
        ("import builtins\nbuiltins.compile = None", &[]),
        ("import builtins\nbuiltins.exec = lambda *a, **k: None", &[]),
        ("import builtins\nbuiltins.__build_class__ = lambda *a, **k: None", &[]),
        ("import builtins\nbuiltins.__import__ = lambda *a, **k: None", &[]),
        ("import builtins\nbuiltins.isinstance = lambda *a: True", &[]),
        ("import builtins\nbuiltins.sorted = lambda *a, **k: []", &[]),
        ("import builtins\nbuiltins.vars = builtins.getattr = builtins.str = None", &[]),
        ("import builtins\nbuiltins.open = None", &[]),
        ("import builtins\nbuiltins.type = None", &[]),
        (
            "import importlib._bootstrap_external as e\ne.SourceFileLoader.get_data = e.FileLoader.get_data = lambda *a: b''",
            &[],
        ),
        ("import importlib.util as u\nu.decode_source = lambda data: ''", &[]),
        ("import importlib\nimportlib.import_module = lambda name: None", &[]),
        ("import gc\ngc.get_referrers = lambda *a: []", &[]),
        ("import gc, weakref\ngc.disable()\ngc.collect = lambda: 0\nweakref.ref = None", &[]),
        ("import json, re, codecs\njson.loads = re.compile = codecs.lookup = None", &[]),
        (
            "import atexit, threading\natexit.register(lambda: 1 / 0)\nthreading.Thread(target=Base.metadata.clear).start()",
            &[],
        ),
        ("import os\nos.chdir('/')\nos.getcwd = os.path.isfile = None", &[]),
        ("import inspect, types\ninspect.signature = types.ModuleType = None", &[]),
        ("import posix\nposix._exit(0)", &[]),
        ("while True: pass", &[]),
    ]);
}

#[test]
fn the_extractor() {
    all_come_out(&[
        ("import belljar_guest.channel as c\nc.Channel.send = c.Recorder.send = lambda *_: None", &[]),
        ("import belljar_guest.frames as f\nf.encode = lambda frame: b''", &[]),
        (
            "import belljar_guest.frames as f\ndef encode(frame): return b''\nf.encode.__code__ = encode.__code__",
            &[],
        ),
        (
            "import belljar_guest.extract.extraction as e\ne.Extraction.early = e.Extraction.final = lambda self: []",
            &[],
        ),
        ("import belljar_guest.extract.tables as t\nt.tables_of = lambda metadata: []", &[]),
        (
            "import belljar_guest.extract.tables as t\nt.is_ours = lambda table: table.name != 'customers'",
            &[],
        ),
        (
            "import belljar_guest.extract.columns as c\nold = c.type_frame\nc.type_frame = lambda ty: old(Text())",
            ALL,
        ),
        ("import belljar_guest.extract.metadata as m\nm.objects_of = lambda kind: []", &[]),
        ("import belljar_guest.extract.classes as c\nc.all_mappers = lambda: []", &[]),
        ("import belljar_guest.load.recovery as r\nr.run = lambda *a: None", &[]),
        ("import belljar_guest.load.repository as r\nr.Repository.load = lambda *a: None", &[]),
        (
            "import belljar_guest.load.integrity as i\ni.Integrity._compare = lambda *a: None\nMetaData._add_table = lambda *a: None",
            &[],
        ),
        (
            "import belljar_guest.stand_in.ledger as l\nl.Ledger.new_tables = lambda self: []\nl.note_table = lambda table: 0",
            &[],
        ),
        (
            "import sys\nframe = sys._getframe()\nwhile frame:\n    if 'extraction' in frame.f_locals: frame.f_locals['extraction']._channel.done([])\n    frame = frame.f_back",
            &[],
        ),
        (
            "import sys\nframe = sys._getframe()\nwhile frame:\n    if 'plan' in frame.f_locals: object.__setattr__(frame.f_locals['plan'], 'targets', ())\n    frame = frame.f_back",
            &[],
        ),
    ]);
}

/// Whether a run says of the module that does harm that it replaced something.
fn is_reported(extraction: &Extraction) -> bool {
    extraction.document.diagnostics.iter().any(|item| {
        item.code == "replaced" && item.place.as_ref().is_some_and(|place| place.path == "shop/b_harm.py")
    })
}

/// A harm that is noticed when the module has run, and after which every good table is as it is without it, or in doubt.
#[track_caller]
fn are_reported(harms: &[&str]) {
    for harm in harms {
        let extraction = with(harm);
        assert!(is_reported(&extraction), "{harm}\n{:#?}", extraction.document.diagnostics);
        for name in GOOD {
            let found = outcome(&extraction, name);
            assert!(["exact", "partial"].contains(&found.as_str()), "{name} is {found} after\n{harm}");
        }
    }
}

#[test]
fn listeners_to_any_class() {
    are_reported(&[
        "@event.listens_for(Index, 'after_parent_attach')\ndef change(index, table): index.unique = True",
        "@event.listens_for(UniqueConstraint, 'after_parent_attach')\ndef change(item, table): item.deferrable = True",
        "@event.listens_for(ForeignKey, 'after_parent_attach')\ndef change(key, column): key.ondelete = 'CASCADE'",
        "@event.listens_for(ForeignKeyConstraint, 'before_parent_attach')\ndef change(key, table): key.ondelete = 'CASCADE'",
        "@event.listens_for(PrimaryKeyConstraint, 'after_parent_attach')\ndef change(key, table): key.name = 'evil'",
        "from sqlalchemy.sql.schema import Constraint\n@event.listens_for(Constraint, 'after_parent_attach')\ndef change(*a): pass",
        "@event.listens_for(Enum, 'after_parent_attach')\ndef change(*a): pass",
        "from sqlalchemy.orm import Mapper\n@event.listens_for(Mapper, 'instrument_class')\ndef change(mapper, cls):\n    for column in mapper.local_table.columns: column.nullable = True",
    ]);
}

/// The base is one that `shop.base` has made, whatever a class says of itself, and whatever is put back in the end.
#[test]
fn listeners_to_an_imported_base() {
    let change =
        "def change(mapper, cls):\n    for column in mapper.local_table.columns: column.comment = 'evil'";
    let listen = "event.listen(Base, 'instrument_class', change, propagate=True)";
    let harms = [
        format!("{change}\n{listen}"),
        format!(
            "{change}\n{listen}\nimport shop.c_customers\nevent.remove(Base, 'instrument_class', change)"
        ),
        format!("Base.__module__ = 'shop.b_harm'\n{change}\n{listen}"),
        format!(
            "import sys\nvars(sys.modules['shop.base']).pop('Base')\n{change}\n{listen}\nsys.modules['shop.base'].Base = Base"
        ),
        format!(
            "{change}\nfrom shop.base import Base as Own\nevent.listen(Own, 'mapper_configured', change, propagate=True)"
        ),
        format!("{change}\nfrom shop.a_orders import Order\nevent.listen(Order, 'instrument_class', change)"),
    ];
    are_reported(&harms.iter().map(String::as_str).collect::<Vec<_>>());
    let extraction = with(&harms[0]);
    assert_eq!(outcome(&extraction, "customers"), "partial");
}

/// What no literal tells of, and a module that others import leaves behind.
#[test]
fn differences_without_a_literal() {
    are_reported(&[
        "@event.listens_for(Column, 'after_parent_attach')\ndef change(column, table): column.comment = 'evil'",
        "@event.listens_for(Table, 'after_parent_attach')\ndef change(table, metadata): table.comment = 'evil'",
        "@event.listens_for(Table, 'after_parent_attach')\ndef change(table, metadata): table.dialect_options['mysql']['engine'] = 'evil'",
        "@event.listens_for(ForeignKeyConstraint, 'after_parent_attach')\ndef change(key, table): key.deferrable = True",
        "@event.listens_for(ForeignKeyConstraint, 'after_parent_attach')\ndef change(key, table): key.name = 'evil'",
        "@event.listens_for(ForeignKey, 'after_parent_attach')\ndef change(key, column): key._colspec = 'evil.' + str(key._colspec)",
        "@event.listens_for(Column, 'after_parent_attach')\ndef change(column, table): column.autoincrement = False",
        "@event.listens_for(Table, 'after_parent_attach')\ndef change(table, metadata): table._columns._collection.reverse()",
    ]);
}

/// The names of constraints are not sure where a module that another may import first decides about them.
#[test]
fn names_that_come_late() {
    let extraction = with("Base.metadata.naming_convention = {'pk': 'pk_%(table_name)s'}");
    assert!(is_reported(&extraction));
    assert_eq!(
        (outcome(&extraction, "orders").as_str(), outcome(&extraction, "customers").as_str()),
        ("exact", "partial")
    );
    let customers = table(&extraction, "customers").unwrap();
    assert!(
        customers.reasons[0].message.contains("`pk_customers`, and `none` where its module runs alone"),
        "{customers:#?}"
    );
}

#[test]
fn listeners_of_any_kind() {
    let change = "def change(index, table, *a): index.unique = True";
    let harms = [
        "class Change:\n    def __call__(self, index, table): index.unique = True\nevent.listen(Index, 'after_parent_attach', Change())".to_owned(),
        format!("import functools\n{change}\nevent.listen(Index, 'after_parent_attach', functools.partial(change))"),
        "class Change:\n    def change(self, index, table): index.unique = True\nheld = Change()\nevent.listen(Index, 'after_parent_attach', held.change)".to_owned(),
        format!("space = {{}}\nexec(compile('{change}', '/usr/lib/x.py', 'exec'), space)\nevent.listen(Index, 'after_parent_attach', space['change'])"),
        format!("import sqlalchemy.sql.schema as s\nexec(compile('{change}', s.__file__, 'exec'), vars(s))\nevent.listen(Index, 'after_parent_attach', vars(s).pop('change'))"),
    ];
    are_reported(&harms.iter().map(String::as_str).collect::<Vec<_>>());
}

/// Listeners for rows and connections, and those of a module to what it makes itself, are nothing to other modules.
#[test]
fn listeners_that_concern_no_other_module() {
    for harmless in [
        "from sqlalchemy.engine import Engine\n@event.listens_for(Engine, 'connect')\ndef heard(*a): pass",
        "from sqlalchemy.orm import Session\n@event.listens_for(Session, 'before_flush')\ndef heard(*a): pass",
        "from sqlalchemy.orm import Mapper\n@event.listens_for(Mapper, 'before_update')\ndef heard(*a): pass",
        "@event.listens_for(Harm, 'instrument_class')\ndef heard(*a): pass",
        "@event.listens_for(Harm, 'instrument_class')\ndef heard(*a): pass\nimport shop.c_customers",
        "from sqlalchemy.orm import declarative_base\nOwn = declarative_base()\n@event.listens_for(Own, 'instrument_class', propagate=True)\ndef heard(*a): pass\nclass Mine(Own):\n    __tablename__ = 'mine'\n    id = Column(Integer, primary_key=True)",
        "@event.listens_for(Harm.__table__, 'after_create')\ndef heard(*a): pass",
        "from sqlalchemy.ext.mutable import MutableDict\nclass Doc(Base):\n    __tablename__ = 'doc'\n    id = Column(Integer, primary_key=True)\n    data = Column(MutableDict.as_mutable(JSON))",
    ] {
        let extraction = with(harmless);
        let reported = &extraction.document.diagnostics;
        assert!(!reported.iter().any(|item| item.code == "replaced"), "{harmless}\n{reported:#?}");
    }
}

#[test]
fn compilers_and_what_names() {
    are_reported(&[
        "from sqlalchemy.dialects.postgresql.base import PGTypeCompiler\nPGTypeCompiler.visit_VARCHAR = lambda self, *a, **k: 'TEXT'",
        "from sqlalchemy.dialects.mysql.base import MySQLTypeCompiler\nMySQLTypeCompiler.visit_NUMERIC = lambda self, *a, **k: 'TEXT'",
        "from sqlalchemy.dialects.sqlite.base import SQLiteDDLCompiler\nSQLiteDDLCompiler.get_column_specification = lambda *a, **k: ''",
        "from sqlalchemy.sql.compiler import GenericTypeCompiler\nGenericTypeCompiler.visit_VARCHAR = lambda self, *a, **k: 'TEXT'",
        "from sqlalchemy.sql import elements\nelements.quoted_name.__new__ = lambda cls, *a: str.__new__(cls, 'evil')",
        "from sqlalchemy.sql import naming\nnaming._constraint_name_for_table = lambda *a: 'evil'",
        "from sqlalchemy.sql import ddl\nddl.sort_tables = lambda *a, **k: []",
        "from sqlalchemy.sql import coercions\nold = coercions.expect\ncoercions.expect = lambda *a, **k: old(*a, **k)",
    ]);
}

#[test]
fn settings_of_metadata() {
    are_reported(&[
        "Base.metadata.schema = 'evil'",
        "Base.metadata.naming_convention = {'ix': 'evil_%(table_name)s', 'uq': 'evil_%(table_name)s'}",
    ]);
}

#[test]
fn what_hears_and_reads_files() {
    are_reported(&[
        "import sys\nsys.addaudithook(lambda *a: None)",
        "import io\nold = io.open_code\nio.open_code = lambda path: old(path)",
        "import _io\n_io.open_code = lambda path: __import__('io').BytesIO(b'')",
        "import marshal\nmarshal.loads = lambda *a: None",
        "import tokenize\ntokenize.open = lambda *a: None",
        "import os\nos.fspath = lambda path: '/'",
    ]);
}

/// What a module puts back before it ends has reached what it imported meanwhile.
#[test]
fn what_is_put_back() {
    let extraction = with(
        "old = Column.__init__
def init(self, *a, **k):
    old(self, *a, **k)
    self.nullable = True
Column.__init__ = init
import shop.c_customers
Column.__init__ = old",
    );
    assert!(is_reported(&extraction), "{:#?}", extraction.document.diagnostics);
    assert_eq!(outcome(&extraction, "orders"), "exact");
    assert_ne!(outcome(&extraction, "customers"), "absent without a word");
    let customers = outcome(&extraction, "customers");
    assert!(["exact", "partial"].contains(&customers.as_str()), "{customers}");
}

fn interference(extraction: &Extraction) -> Vec<&Diagnostic> {
    extraction.document.diagnostics.iter().filter(|item| item.code == "interference").collect()
}

#[test]
fn the_culprit_is_named() {
    let named = |harm: &str| {
        let extraction = with(harm);
        let found: Vec<String> =
            interference(&extraction).into_iter().map(|item| item.message.clone()).collect();
        found
    };
    assert_eq!(
        named("MetaData._add_table = lambda *a: None"),
        [
            "`shop/b_harm.py`, which replaces `sqlalchemy.sql.schema.MetaData._add_table`, takes `customers` away from `shop/c_customers.py`; what `shop/c_customers.py` makes alone counts",
            "`shop/b_harm.py`, which replaces `sqlalchemy.sql.schema.MetaData._add_table`, takes `stock` away from `shop/d_stock.py`; what `shop/d_stock.py` makes alone counts",
        ]
    );
    // Nothing is replaced: it is found by running them together.
    assert_eq!(
        named("Base.metadata.remove(Base.metadata.tables['orders'])"),
        [
            "`shop/b_harm.py` takes `orders` away from `shop/a_orders.py`; what `shop/a_orders.py` makes alone counts"
        ]
    );
}

/// What modules do to each other openly stays as it is, and nothing is said of it.
#[test]
fn what_others_add_stays() {
    for (more, what) in [
        ("orders = Base.metadata.tables['orders']\norders.append_column(Column('more', Integer))", "more"),
        ("from shop.a_orders import Order\nOrder.more = Column('more', Integer)", "more"),
        ("Table('orders', Base.metadata, Column('more', Integer), extend_existing=True)", "more"),
        (
            "from shop.a_orders import Order\nfrom sqlalchemy.orm import relationship\nHarm.orders = relationship(Order, primaryjoin='Harm.id == foreign(Order.customer)', backref='harm')",
            "id",
        ),
        ("Index('by_total', Base.metadata.tables['orders'].c.total)", "total"),
    ] {
        let extraction = with(more);
        let orders = table(&extraction, "orders").unwrap();
        assert!(is_exact(orders), "{more}\n{orders:#?}");
        assert!(orders.columns.iter().any(|column| column.name == what), "{more}");
        assert_eq!(interference(&extraction), Vec::<&Diagnostic>::new(), "{more}");
    }
}

/// A file that was doubted beforehand is looked at, and nothing else.
#[test]
fn a_file_that_is_doubted() {
    let evasive = "
import belljar_guest.load.integrity as i
i.Integrity._compare = lambda *a: None
old = Index.__init__
def init(self, name, *a, **k): old(self, name, *a, **{**k, 'unique': True})
Index.__init__ = init
";
    let files = [
        ("shop/__init__.py", ""),
        ("shop/base.py", BASE),
        ("shop/a_harm.py", &format!("{HARM}{}", reaching(evasive))),
        ("shop/b_orders.py", ORDERS),
        ("shop/c_customers.py", CUSTOMERS),
    ];
    // No literal tells of it: this is what determined code can do, and what a check of a change is there for.
    let unseen = extract(&files, &options());
    assert!(is_exact(table(&unseen, "orders").unwrap()));
    let doubted = Options { doubted: BTreeSet::from(["shop/b_orders.py".to_owned()]), ..options() };
    let seen = extract(&files, &doubted);
    assert!(!is_exact(table(&seen, "orders").unwrap()));
    assert_eq!(interference(&seen).len(), 1);
    assert!(interference(&seen).iter().all(|item| item.severity == Severity::Warning));
}
