use super::*;
use crate::{Discovery, Options, Reason, discover};

fn run(files: &[(&str, &str)]) -> Discovery {
    discover(&Tree::in_memory(files.iter().copied()), &Options::default())
}

pub(super) fn found(files: &[(&str, &str)]) -> Vec<(String, Reason, u32)> {
    run(files).candidates.into_iter().map(|found| (found.path, found.reason, found.line)).collect()
}

/// The reason to import a module of this text alone.
fn check(text: &str, expected: Option<(Reason, u32)>) {
    let found = found(&[("m.py", text)]);
    assert_eq!(found.first().map(|(_, reason, line)| (*reason, *line)), expected, "{text}");
}

#[test]
fn mapped_classes() {
    check("import sqlalchemy\nclass A(Base):\n    __tablename__ = 'a'\n", Some((Reason::DeclaredClass, 2)));
    check("class A(Base):\n    __table__ = t\n", Some((Reason::DeclaredClass, 1)));
    check("class A(SQLModel, table=True):\n    id: int\n", Some((Reason::DeclaredClass, 1)));
    check("class A(Hero, table = True):\n    id: int\n", Some((Reason::DeclaredClass, 1)));
    check("@registry.mapped\nclass A:\n    x = Column()\n", Some((Reason::DeclaredClass, 2)));
    check("class A:\n    __mapper_args__ = {}\n", Some((Reason::Columns, 1)));
    check("class A:\n    x = sa.Column(Integer)\n", Some((Reason::Columns, 1)));
    check("class A:\n    x: Mapped[int]\n", Some((Reason::Columns, 1)));
    check("from base import db\nclass A(db.Model):\n    pass\n", Some((Reason::MappedSubclass, 2)));
}

#[test]
fn classes_that_only_look_alike() {
    check("from django.db import models\nclass A(models.Model):\n    x = models.Column()\n", None);
    check("import django_tables2 as tables\nclass A(tables.Table):\n    x = tables.Column()\n", None);
    check(
        "from pydantic import BaseModel, Field\nclass A(BaseModel):\n    sqlalchemy: int = Field(1)\n",
        None,
    );
    check("class A:\n    __tablename__ = None\n", None);
    check("import sqlalchemy\nclass A(Exception):\n    x = 1\n", None);
}

#[test]
fn tables() {
    check("from sqlalchemy import Table\nt = Table('t', m)\n", Some((Reason::Table, 2)));
    check("import sqlalchemy as sa\nclass M:\n    t = sa.Table('t', m)\n", Some((Reason::Table, 3)));
    check("from base import db\nt = db.Table('t', db.Column('a'))\n", Some((Reason::Table, 2)));
    check("from x import sautils\nt = sautils.Table('t', metadata)\n", Some((Reason::Table, 2)));
    check("from sqlalchemy import *\nm = make()\nTable('t', m)\n", Some((Reason::Table, 3)));
    check("from sqlalchemy import *\ndef f():\n    Table('t', meta)\n", Some((Reason::TableInFunction, 3)));
}

#[test]
fn tables_that_only_look_alike() {
    check("from rich.table import Table\nt = Table('a', 'b')\n", None);
    check("import sqlalchemy as sa\nt = sa.table('t', sa.column('a'))\n", None);
    check("from alembic import op\nop.create_table('t', sa.Column('a'))\n", None);
    check("from x.cli import Table\nt = Table('a', title='b')\n", None);
}

#[test]
fn other_ways_to_map() {
    check("from sqlalchemy.orm import mapper\nmapper(A, t)\n", Some((Reason::ImperativeMapping, 2)));
    check("import sqlalchemy\nreg.map_imperatively(A, t)\n", Some((Reason::ImperativeMapping, 2)));
    check("import sqlalchemy\ndata.mapper(A)\n", None);
    check("Base = declarative_base()\n", Some((Reason::DeclarativeBase, 1)));
    check("Base: Any = cast(Any, automap_base())\n", Some((Reason::DeclarativeBase, 1)));
    check("class Base(DeclarativeBase):\n    pass\n", Some((Reason::DeclarativeBase, 1)));
    check("@as_declarative()\nclass Base:\n    pass\n", Some((Reason::DeclarativeBase, 2)));
    check("class Base(metaclass=DeclarativeMeta):\n    pass\n", Some((Reason::DeclarativeBase, 1)));
    check("A = type('A', (B,), {'__tablename__': f'{x}'})\n", Some((Reason::DynamicClass, 1)));
    check("Base = declarative_base()\nA = type('A', (Base,), d)\n", Some((Reason::DynamicClass, 2)));
}

#[test]
fn subclasses_across_files_to_a_fixpoint() {
    let files = [
        ("pkg/__init__.py", "from .base import Base\n"),
        ("pkg/base.py", "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n"),
        ("pkg/a.py", "from pkg import Base\nclass Common(Base): pass\n"),
        ("pkg/b.py", "from . import a\nclass B(a.Common): pass\n"),
        ("pkg/c.py", "from .b import B as Parent\nclass C(Parent): pass\n"),
        ("pkg/other.py", "from elsewhere import Common\nclass O(Common): pass\n"),
        ("pkg/plain.py", "class Common: pass\n"),
        ("pkg/same.py", "from pkg.plain import Common\nclass S(Common): pass\n"),
        ("pkg/local.py", "class Base: pass\nclass L(Base): pass\n"),
    ];
    let reasons: Vec<_> = found(&files).into_iter().map(|(path, reason, _)| (path, reason)).collect();
    let expected = [
        ("pkg/a.py", Reason::MappedSubclass),
        ("pkg/b.py", Reason::MappedSubclass),
        ("pkg/base.py", Reason::DeclarativeBase),
        ("pkg/c.py", Reason::MappedSubclass),
    ];
    let expected: Vec<_> = expected.iter().map(|(path, reason)| ((*path).to_owned(), *reason)).collect();
    assert_eq!(reasons, expected);
}

#[test]
fn bases_of_packages_make_tables_of_empty_classes() {
    check("from advanced_alchemy.base import UUIDAuditBase\nclass A(UUIDAuditBase): pass\n", MAPPED);
    check("from advanced_alchemy.base import UUIDBase as Base\nclass A(Base): pass\n", MAPPED);
    check("from advanced_alchemy import base\nclass A(base.BigIntBase): pass\n", MAPPED);
    check("from advanced_alchemy.extensions.litestar import base\nclass A(base.UUIDv7Base): pass\n", MAPPED);
    check("from litestar.plugins.sqlalchemy import base\nclass A(base.UUIDBase): pass\n", MAPPED);
    check("from neutron_lib.db import model_base\nclass A(model_base.BASEV2): pass\n", MAPPED);
    check("from advanced_alchemy.repository import Repository\nclass A(Repository): pass\n", None);
    check("from litestar import Controller\nclass A(Controller): pass\n", None);
    let files = [
        (
            "base.py",
            "from advanced_alchemy.base import UUIDBase\nclass Own(UUIDBase):\n    __abstract__ = True\n",
        ),
        ("models.py", "from base import Own\nclass A(Own): pass\n"),
    ];
    let paths: Vec<_> = found(&files).into_iter().map(|(path, ..)| path).collect();
    assert_eq!(paths, ["base.py", "models.py"]);
}

/// A class on the second line that stands on a model.
const MAPPED: Option<(Reason, u32)> = Some((Reason::MappedSubclass, 2));

#[test]
fn candidates_name_module_and_root() {
    let found = run(&[("src/pkg/__init__.py", ""), ("src/pkg/m.py", "Base = declarative_base()\n")]);
    let candidate = &found.candidates[0];
    assert_eq!((candidate.module.as_str(), candidate.root), ("pkg.m", 0));
    assert_eq!(
        (found.roots[0].path.as_str(), found.roots[0].names.as_slice()),
        ("src", &["pkg".to_owned()][..])
    );
}

/// The codes of the diagnostics of a bad file; a good one beside it must survive.
fn bad(text: impl Into<Vec<u8>>) -> Vec<(String, u32)> {
    let good = b"Base = declarative_base()\n".to_vec();
    let tree = Tree::in_memory([("bad.py", text.into()), ("good.py", good)]);
    let found = discover(&tree, &Options::default());
    assert!(found.candidates.iter().any(|candidate| candidate.path == "good.py"));
    let line = |diagnostic: &Diagnostic| diagnostic.place.as_ref().map_or(0, |place| place.line);
    found.diagnostics.iter().map(|diagnostic| (diagnostic.code.clone(), line(diagnostic))).collect()
}

fn code(text: &str, expected: &str, line: u32) {
    assert_eq!(bad(text), [(expected.to_owned(), line)], "{text:.60}");
}

#[test]
fn bad_files_cost_nothing_else() {
    code("import sqlalchemy\nclass A(:\n    x = 1\n", "syntax-error", 2);
    code("import sqlalchemy\nprint 'a'\n", "python2", 2);
    code("import sqlalchemy\ntry: pass\nexcept KeyError, e: pass\n", "python2", 3);
    assert_eq!(bad("import sqlalchemy\ntry: pass\nexcept KeyError, TypeError: pass\n"), []);
    code(&format!("import sqlalchemy\nx = {}", "(".repeat(100_000)), "too-deep", 0);
    code(&format!("import sqlalchemy\nx = 1{}", " + 1".repeat(100_000)), "too-deep", 0);
    assert_eq!(bad(b"import sqlalchemy\nx = '\xff'\n".to_vec()), [("not-utf8".to_owned(), 2)]);
    let large = format!("import sqlalchemy\nx = '''{}'''\n", "x\n".repeat(3 << 20));
    code(&large, "too-large", 0);
}

#[test]
fn what_can_be_read_of_a_broken_file_is_read() {
    let found = run(&[("m.py", "class A(Base):\n    __tablename__ = 'a'\n    x = = 1\n    y = Column()\n")]);
    assert_eq!(found.candidates.len(), 1);
    assert_eq!(found.index.class("m", "A").and_then(|class| class.attribute_line("y")), Some(4));
}

#[test]
fn other_encodings_and_marks_are_fine() {
    let tree = Tree::in_memory([
        ("a.py", b"# coding: latin-1\nBase = declarative_base()  # \xe9\n".to_vec()),
        ("b.py", b"\xef\xbb\xbfBase = declarative_base()\n".to_vec()),
    ]);
    let found = discover(&tree, &Options::default());
    assert_eq!((found.candidates.len(), found.diagnostics.len()), (2, 0));
    assert_eq!(found.candidates[1].line, 1);
}

#[test]
fn a_name_that_no_import_can_have() {
    let found = run(&[("m.old.py", "Base = declarative_base()\n")]);
    assert_eq!(found.candidates, []);
    assert_eq!(found.diagnostics[0].code, "unimportable-name");
}

#[test]
fn the_same_tree_gives_the_same_answer() {
    let files =
        [("b.py", "class B(A): pass\nfrom a import A\n"), ("a.py", "class A(B):\n    __tablename__ = 'a'\n")];
    assert_eq!(format!("{:?}", run(&files)), format!("{:?}", run(&files)));
}
