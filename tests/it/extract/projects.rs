//! Several projects in one tree, and parts of one: which root a module has, which package is meant, which SQLAlchemy runs.

use belljar_schema::{Document, Status};

use crate::support::{Belljar, Project, commit, repository};

/// A model that names itself after the SQLAlchemy that ran it.
const RAN: &str = "
import sqlalchemy
from sqlalchemy import Column, Integer
from sqlalchemy.ext.declarative import declarative_base

Base = declarative_base()

class Ran(Base):
    __tablename__ = 'NAME_' + '_'.join(sqlalchemy.__version__.split('.')[:2])
    id = Column(Integer, primary_key=True)
";

fn ran(name: &str) -> String {
    RAN.replace("NAME", name)
}

fn names(document: &Document) -> Vec<&str> {
    document.tables.iter().map(|table| table.name.as_str()).collect()
}

/// The names of the tables that are in doubt, and the codes of the reasons.
fn doubts(document: &Document) -> Vec<(&str, Vec<&str>)> {
    let partial = document.tables.iter().filter(|table| {
        table.status == Status::Partial || table.columns.iter().any(|column| column.status == Status::Partial)
    });
    partial
        .map(|table| {
            let of_columns = table.columns.iter().flat_map(|column| &column.reasons);
            let mut codes: Vec<_> =
                table.reasons.iter().chain(of_columns).map(|it| it.code.as_str()).collect();
            codes.dedup();
            (table.name.as_str(), codes)
        })
        .collect()
}

#[test]
fn each_project_runs_with_its_own_sqlalchemy() {
    let (old, new, silent) = (ran("old"), ran("new"), ran("silent"));
    let project = Project::new(&[
        ("old/requirements.txt", "sqlalchemy<2\n"),
        ("old/models.py", &old),
        ("new/pyproject.toml", "[project]\nname = 'new'\ndependencies = ['sqlalchemy>=2,<2.1']\n"),
        ("new/src/new/__init__.py", ""),
        ("new/src/new/models.py", &new),
        ("new/src/new/more.py", &ran("more")),
        ("silent/models.py", &silent),
    ]);
    let run = project.extract(&["--format", "json"]).exits_with(0);
    let document = run.document();
    assert_eq!(names(&document), ["more_2_0", "new_2_0", "old_1_4", "silent_2_0"]);
    assert_eq!(doubts(&document), []);
    assert!(document.sqlalchemy.version.starts_with("2.0"), "{:?}", document.sqlalchemy);
    let [old] = document.projects.as_slice() else { panic!("{:?}", document.projects) };
    assert_eq!((old.path.as_str(), old.reason.as_str()), ("old", "`sqlalchemy<2` in `old/requirements.txt`"));
    assert!(old.version.starts_with("1.4"));
    let shown = run.to_string();
    assert!(
        shown.contains("`old` with SQLAlchemy 1.4.x (`sqlalchemy<2` in `old/requirements.txt`)"),
        "{shown}"
    );
    let again = project.extract(&["--format", "json"]).exits_with(0);
    assert_eq!(run.stdout, again.stdout);
}

#[test]
fn projects_with_their_own_sqlalchemy_may_share_code() {
    let base = "
from sqlalchemy import Column, Integer
from sqlalchemy.ext.declarative import declarative_base

Base = declarative_base()

class Shared(Base):
    __tablename__ = 'shared'
    id = Column(Integer, primary_key=True)
";
    let model =
        |name: &str| ran(name).replace("Base = declarative_base()", "from shared.base import Base, Shared");
    let (one, two) = (model("one"), model("two"));
    let project = Project::new(&[
        ("shared/setup.py", "setup(name='shared', install_requires=['sqlalchemy>=1.4'])"),
        ("shared/shared/__init__.py", ""),
        ("shared/shared/base.py", base),
        ("one/requirements.txt", "sqlalchemy<2\n-e ../shared\n"),
        ("one/models.py", &one),
        ("two/requirements.txt", "sqlalchemy>=2,<2.1\n-e ../shared\n"),
        ("two/models.py", &two),
    ]);
    let document = project.document();
    assert_eq!(names(&document), ["one_1_4", "shared", "two_2_0"]);
    assert_eq!(doubts(&document), []);
}

#[test]
fn a_library_runs_as_those_do_that_use_it() {
    let (library, service) = (ran("library"), ran("service"));
    let files = |requirement: &str| {
        let document = Project::new(&[
            ("library/setup.py", "setup(name='library', install_requires=['sqlalchemy>=1.4'])"),
            ("library/library/__init__.py", ""),
            ("library/library/models.py", &library),
            ("library/library/more.py", &ran("more")),
            ("service/requirements.txt", requirement),
            ("service/models.py", &service),
        ])
        .document();
        names(&document).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(files("sqlalchemy==1.4.54\n-e ../library\n"), ["library_1_4", "more_1_4", "service_1_4"]);
    // The control: who does not use it has no say.
    assert_eq!(files("sqlalchemy==1.4.54\n"), ["library_2_1", "more_2_1", "service_1_4"]);
}

const VERSIONS: &str = "
from sqlalchemy import Column, Integer

class Versioned:
    version = Column(Integer)
";

/// A service that mixes in a class of a package that two libraries offer.
fn two_libraries(pyproject: &str) -> Document {
    let other = VERSIONS.replace("version =", "revision =");
    let model = "
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base
from versions import Versioned

Base = declarative_base()

class Through(Versioned, Base):
    __tablename__ = 'through'
    id = Column(Integer, primary_key=True)

class Own(Base):
    __tablename__ = 'own'
    id = Column(Integer, primary_key=True)
";
    Project::new(&[
        ("service/pyproject.toml", pyproject),
        ("service/models.py", model),
        ("libs/versions/pyproject.toml", "[project]\nname = 'versions'\n"),
        ("libs/versions/versions/__init__.py", VERSIONS),
        ("libs/versions-alt/pyproject.toml", "[project]\nname = 'versions'\n"),
        ("libs/versions-alt/src/versions/__init__.py", &other),
    ])
    .document()
}

#[test]
fn the_package_that_the_project_depends_on() {
    let of = |column: &str, address: &str| {
        let pyproject = format!("[project]\nname = 'service'\ndependencies = ['versions @ {address}']\n");
        let document = two_libraries(&pyproject);
        assert_eq!(doubts(&document), [], "{address}");
        let through = document.tables.iter().find(|table| table.name == "through").unwrap();
        let columns: Vec<_> = through.columns.iter().map(|column| column.name.as_str()).collect();
        assert!(columns.contains(&column), "{address}: {columns:?}");
    };
    of("version", "git+https://example.com/x.git@main#subdirectory=libs/versions");
    of("revision", "git+https://example.com/x.git@main#subdirectory=libs/versions-alt");
    of("revision", "file:../libs/versions-alt");
}

#[test]
fn a_package_that_may_be_either_is_a_doubt() {
    let document = two_libraries("[project]\nname = 'service'\ndependencies = ['versions']\n");
    assert_eq!(doubts(&document), [("through", vec!["two-places"])]);
    let through = document.tables.iter().find(|table| table.name == "through").unwrap();
    let reason = &through.reasons[0];
    for place in ["`libs/versions/versions`", "`libs/versions-alt/src/versions`"] {
        assert!(reason.message.contains(place), "{reason:?}");
    }
    let said: Vec<_> = document.diagnostics.iter().filter(|said| said.code == "two-places").collect();
    assert_eq!(said.len(), 1, "{:?}", document.diagnostics);
}

#[test]
fn a_marker_in_a_directory_that_is_no_package() {
    let base = "
from sqlalchemy.orm import DeclarativeBase

class Base(DeclarativeBase):
    pass
";
    let model = "
from sqlalchemy.orm import Mapped, mapped_column
from pay.models.base import Base
from .. import config

class Account(Base):
    __tablename__ = 'accounts'
    id: Mapped[int] = mapped_column(primary_key=True)
";
    let document = Project::new(&[
        ("api/setup.py", "setup(name='pay', package_dir={'': 'src'}, packages=find_packages('src'))"),
        ("api/src/__init__.py", ""),
        ("api/src/pay/__init__.py", ""),
        ("api/src/pay/config.py", "from . import models\n"),
        ("api/src/pay/models/__init__.py", "from .account import Account\n"),
        ("api/src/pay/models/base.py", base),
        ("api/src/pay/models/account.py", model),
        ("jobs/tasks.py", "from pay.models import Account\n"),
    ])
    .document();
    assert_eq!(names(&document), ["accounts"]);
    assert_eq!(document.tables[0].class.as_deref(), Some("pay.models.account:Account"));
    assert_eq!(doubts(&document), []);
}

#[test]
fn packages_that_are_installed_into_the_tree() {
    let model = ran("own").replace("import sqlalchemy\n", "import sqlalchemy\nfrom sizes import SIZE\n");
    let document = Project::new(&[
        ("requirements.txt", "sqlalchemy>=1.3\n"),
        ("app/models.py", &model),
        ("libs/SQLAlchemy-1.4.49.dist-info/METADATA", "Name: SQLAlchemy\nVersion: 1.4.49\n"),
        ("libs/sqlalchemy/__init__.py", "raise SystemExit\n"),
        ("libs/sizes-1.0.dist-info/METADATA", "Name: sizes\nRequires-Dist: sqlalchemy>=2.1\n"),
        ("libs/sizes-1.0.dist-info/RECORD", "sizes/__init__.py,,\nsizes/models.py,,\n"),
        ("libs/sizes/__init__.py", "SIZE = 3\n"),
        ("libs/sizes/models.py", &ran("theirs")),
    ])
    .document();
    assert_eq!(names(&document), ["own_1_4"]);
    assert_eq!((doubts(&document), document.unresolved.len()), (vec![], 0));
    assert!(document.stand_ins.is_empty(), "{:?}", document.stand_ins);
    let reason = &document.sqlalchemy.reason;
    assert!(reason.contains("`sqlalchemy 1.4.49` in `libs/SQLAlchemy-1.4.49.dist-info`"), "{reason}");
}

/// A repository whose service needs a sibling, and pins at its top.
fn shop() -> Project {
    let base = "
from sqlalchemy.ext.declarative import declarative_base

Base = declarative_base()
";
    let model = ran("order").replace("Base = declarative_base()", "from shop.base import Base");
    let other = ran("other").replace("Base = declarative_base()", "from shop.base import Base");
    repository(&[
        ("pyproject.toml", "[project]\nname = 'shop'\ndependencies = ['sqlalchemy<2']\n"),
        ("src/shop/__init__.py", ""),
        ("src/shop/base.py", base),
        ("src/shop/orders/__init__.py", ""),
        ("src/shop/orders/models.py", &model),
        ("src/shop/other/__init__.py", ""),
        ("src/shop/other/models.py", &other),
    ])
}

#[test]
fn a_directory_is_a_view_of_its_project() {
    let project = shop();
    let whole = project.document();
    assert_eq!(names(&whole), ["order_1_4", "other_1_4"]);
    for (directory, expected) in [
        ("src/shop/orders", vec!["order_1_4"]),
        ("src/shop", vec!["order_1_4", "other_1_4"]),
        ("src", vec!["order_1_4", "other_1_4"]),
    ] {
        let folder = project.path().join(directory);
        for arguments in [&[][..], &["--rev", "HEAD"]] {
            let run = Belljar::extract(&folder, [&["--format", "json"], arguments].concat()).run();
            let document = run.exits_with(0).document();
            assert_eq!(names(&document), expected, "{directory}");
            assert_eq!((doubts(&document), &document.sqlalchemy), (vec![], &whole.sqlalchemy), "{directory}");
            for table in &document.tables {
                let same = whole.tables.iter().find(|other| other.name == table.name).unwrap();
                assert_eq!((&table.class, &table.columns[0].ty), (&same.class, &same.columns[0].ty));
                let (place, there) = (table.place.as_ref().unwrap(), same.place.as_ref().unwrap());
                assert_eq!(
                    (format!("{directory}/{}", place.path), place.line),
                    (there.path.clone(), there.line)
                );
            }
        }
    }
}

#[test]
fn a_change_in_a_directory_is_checked_with_what_is_around() {
    let project = shop();
    let path = project.path().join("src/shop/orders/models.py");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text + "    gone = Column(Integer)\n").unwrap();
    commit(project.path(), "two");
    let check = |base: &str, head: &str| {
        let arguments = ["check", base, head, "--repo", "src/shop/orders", "--format", "json"];
        Belljar::new(project.path()).arguments(arguments).run()
    };
    let run = check("rev:HEAD", "rev:HEAD~1").exits_with(1);
    assert!(run.stdout.contains("\"path\": \"src/shop/orders/models.py\""), "{run}");
    assert!(!run.stdout.contains("is absent"), "{run}");
    let gone = run.stdout.matches("gone").count();
    assert!(gone > 0, "{run}");
}

#[test]
fn a_view_of_what_is_left_out_as_a_rule() {
    let project = repository(&[
        ("pyproject.toml", "[project]\nname = 'shop'\n"),
        ("shop.py", ""),
        ("examples/small/models.py", &ran("small")),
    ]);
    for directory in ["examples", "examples/small"] {
        let run = Belljar::extract(&project.path().join(directory), ["--format", "json"]).run();
        assert_eq!(names(&run.exits_with(0).document()), ["small_2_1"], "{directory}");
    }
}

const FLOATS: &str = "
from typing import Optional
from sqlalchemy import Float
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class A(Base):
    __tablename__ = 'a'
    id: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[float]
    y: Mapped[Optional[float]]
    z: Mapped[float] = mapped_column(Float)
";

/// The columns of the only table that are in doubt, with the first reason.
fn of_release(files: &[(&str, &str)], arguments: &[&str]) -> Vec<(String, String)> {
    let project = Project::new(&[&[("models.py", FLOATS)], files].concat());
    let document = project.extract(&[&["--format", "json"], arguments].concat()).exits_with(0).document();
    let partial = document.tables[0].columns.iter().filter(|column| column.status == Status::Partial);
    partial
        .map(|column| {
            assert_eq!(column.reasons[0].code, "release");
            (column.name.clone(), column.reasons[0].message.clone())
        })
        .collect()
}

#[test]
fn columns_that_depend_on_the_release() {
    let found = of_release(&[("requirements.txt", "sqlalchemy>=2.0.4\n")], &[]);
    let columns: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(columns, ["x", "y"]);
    let message = &found[0].1;
    assert!(message.starts_with("its type is `Double` with SQLAlchemy 2.1"), "{message}");
    assert!(message.contains("and `Float` with 2.0"), "{message}");
    assert!(message.ends_with("`sqlalchemy>=2.0.4` in `requirements.txt` admits both"), "{message}");
    let silent = of_release(&[], &[]);
    assert!(silent[0].1.ends_with("the project does not say which"), "{silent:?}");
}

#[test]
fn no_column_depends_on_a_release_that_is_pinned() {
    let lock = |text: &str| text.replace("VERSION", "2.0.36");
    for (path, text) in [
        ("requirements.txt", "sqlalchemy==2.0.36\n".to_owned()),
        ("requirements.txt", "sqlalchemy>=2,<2.1\n".to_owned()),
        ("requirements.txt", "sqlalchemy>=2.1\n".to_owned()),
        ("constraints.txt", "sqlalchemy==2.0.36\n".to_owned()),
        ("Dockerfile", "FROM python:3.12\nRUN pip install sqlalchemy==2.0.36\n".to_owned()),
        ("environment.yml", "dependencies:\n  - sqlalchemy=2.0\n".to_owned()),
        ("pixi.lock", lock("packages:\n- kind: conda\n  name: sqlalchemy\n  version: VERSION\n")),
        ("pdm.lock", lock("[[package]]\nname = \"sqlalchemy\"\nversion = \"VERSION\"\n")),
        ("conda-lock.yml", lock("package:\n- name: sqlalchemy\n  version: VERSION\n  manager: conda\n")),
    ] {
        assert_eq!(of_release(&[(path, text.as_str())], &[]), [], "{path}");
    }
    assert_eq!(of_release(&[], &["--sqlalchemy", "2.0"]), []);
}

#[test]
fn a_template_of_a_project_is_reported() {
    let project = Project::new(&[
        ("cookiecutter.json", "{}"),
        ("{{cookiecutter.name}}/models.py", &ran("filled")),
        ("own.py", &ran("own")),
    ]);
    let document = project.document();
    assert_eq!(names(&document), ["filled_2_1", "own_2_1"]);
    assert_eq!(doubts(&document), [("filled_2_1", vec!["template"])]);
    let said: Vec<_> = document.diagnostics.iter().filter(|said| said.code == "template").collect();
    assert_eq!(said.len(), 1);
    assert!(said[0].message.starts_with("`{{cookiecutter.name}}` is a template"), "{said:?}");
}

#[test]
fn folders_that_are_called_like_modules_of_python() {
    for name in ["asyncio", "decimal", "profile", "tests", "types"] {
        let (base, model) = (format!("{name}/base.py"), format!("{name}/models.py"));
        let text = ran("own").replace("Base = declarative_base()", "from .base import Base");
        let marker = format!("{name}/__init__.py");
        let declared = "from sqlalchemy.ext.declarative import declarative_base\nBase = declarative_base()\n";
        let project = Project::new(&[(&marker, ""), (&base, declared), (&model, &text)]);
        let run = project.extract(&["--format", "json", "--include", "tests"]).exits_with(0);
        assert_eq!(names(&run.document()), ["own_2_1"], "{run}");
        assert_eq!(doubts(&run.document()), [], "{run}");
    }
}

#[test]
fn what_python_has_no_more_is_named_with_the_version() {
    let project = Project::new(&[(
        "models.py",
        "
import asyncore
import locale
from sqlalchemy import Column, Integer, MetaData, String, Table

metadata = MetaData()
SIZE = len(locale.format('%d', 3))
a = Table('a', metadata, Column('x', String(SIZE)))
b = Table('b', metadata, Column('y', Integer, comment=str(asyncore.dispatcher)))
",
    )]);
    let document = project.document();
    let reported: Vec<_> = document
        .tables
        .iter()
        .flat_map(|table| table.columns.iter().flat_map(|column| &column.reasons).chain(&table.reasons))
        .map(|reason| format!("{} {}", reason.message, reason.hint.as_deref().unwrap_or_default()))
        .collect();
    let reported = reported.join("\n");
    assert!(reported.contains("`locale.format` is gone since Python 3.12"), "{reported}");
    assert!(reported.contains("`asyncore` is gone since Python 3.12"), "{reported}");
}
