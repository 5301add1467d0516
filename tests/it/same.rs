//! What must not make a difference: the way a project is given, and everything outside of it.

use std::{fs, path::Path};

use tempfile::TempDir;

use crate::support::{Belljar, Project, Tar, gzip, repository, write_all, zipped};

/// A project with something of everything: exact, partial and unresolved tables, and diagnostics.
const FILES: &[(&str, &str)] = &[
    ("pyproject.toml", "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['sqlalchemy>=2.0,<2.1']\n"),
    ("src/shop/__init__.py", ""),
    (
        "src/shop/base.py",
        "
import os, random, sys, time, uuid
from sqlalchemy.orm import DeclarativeBase

class Base(DeclarativeBase):
    pass
",
    ),
    (
        "src/shop/models.py",
        "
from sqlalchemy import Column, Integer, String, Table
from sqlalchemy.orm import Mapped, mapped_column
from money import Money
from shop.base import Base, os, random, sys, time, uuid

class Item(Base):
    __tablename__ = 'items'
    id: Mapped[int] = mapped_column(primary_key=True)
    price = mapped_column(Money)

# Whatever the surroundings could leak in would show in these names.
for text in {'a set', 'of texts', 'in the order', 'of their hashes'}:
    Table('hash_' + text, Base.metadata, Column('id', Integer))
for leak in (random.random(), uuid.uuid4(), time.time(), time.tzname, os.getcwd(), sorted(os.environ), sys.argv, __file__):
    Table(f'leak_{leak}', Base.metadata, Column('id', Integer))
Table('broken', Base.metadata, 'no column')
",
    ),
    ("src/shop/torn.py", "from sqlalchemy import Table\nTable('torn', m, (\n"),
    ("README.md", "A shop.\n"),
];

fn json(folder: &Path, arguments: &[&str]) -> String {
    let run = Belljar::extract(folder, ["--format", "json"]).arguments(arguments).run().exits_with(0);
    assert!(run.document().tables.len() > 10, "{run}");
    assert!(!run.document().unresolved.is_empty() && !run.document().diagnostics.is_empty(), "{run}");
    run.stdout
}

fn from_directory() -> String {
    json(Project::new(FILES).path(), &[])
}

/// Writes an archive and reads it.
fn from_archive(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    json(folder.path(), &[name])
}

#[test]
fn twice() {
    assert_eq!(from_directory(), from_directory());
}

#[test]
fn a_source_distribution() {
    let sdist = gzip(&Tar::of("shop-1.0", FILES).finish());
    assert_eq!(from_archive("shop-1.0.tar.gz", &sdist), from_directory());
}

#[test]
fn a_plain_tar_in_another_order() {
    let reversed: Vec<_> = FILES.iter().rev().copied().collect();
    assert_eq!(from_archive("shop.tar", &Tar::of("shop", &reversed).finish()), from_directory());
}

#[test]
fn a_zip() {
    assert_eq!(from_archive("shop.zip", &zipped(FILES)), from_directory());
}

#[test]
fn a_git_revision_whatever_lies_on_the_disk() {
    let project = repository(FILES);
    fs::write(project.path().join("src/shop/models.py"), "changed since").unwrap();
    fs::write(project.path().join("new.py"), "import sqlalchemy").unwrap();
    assert_eq!(json(project.path(), &["--rev", "HEAD"]), from_directory());
}

#[test]
fn a_git_work_tree() {
    assert_eq!(json(repository(FILES).path(), &[]), from_directory());
}

#[test]
fn the_environment() {
    let project = Project::new(FILES);
    let home = tempfile::tempdir().unwrap();
    let run = Belljar::extract(project.path(), ["--format", "json"])
        .env("TZ", "Pacific/Chatham")
        .env("LANG", "tr_TR.UTF-8")
        .env("LC_ALL", "C")
        .env("HOME", home.path())
        .env("PYTHONHASHSEED", "7")
        .env("PYTHONPATH", project.path())
        .env("GIT_DIR", home.path())
        .run();
    assert_eq!(run.stdout, from_directory());
}

#[test]
fn the_current_folder_and_how_the_path_is_written() {
    let project = Project::new(FILES);
    let path = project.path().to_str().unwrap();
    let expected = from_directory();
    assert_eq!(json(Path::new("/"), &[path]), expected);
    assert_eq!(json(project.path(), &[&format!("{path}/")]), expected);
    assert_eq!(json(&project.path().join("src"), &[".."]), expected);
}

#[test]
fn the_order_in_which_files_were_made() {
    let folder = tempfile::tempdir().unwrap();
    let scattered = |folder: &TempDir| {
        // Other files in between, gone again, give the folder's entries another order.
        for number in 0..300 {
            fs::write(folder.path().join(format!("gone{number}")), "").unwrap();
        }
        for file in FILES.iter().rev() {
            write_all(folder.path(), &[*file]);
        }
        for number in 0..300 {
            fs::remove_file(folder.path().join(format!("gone{number}"))).unwrap();
        }
    };
    scattered(&folder);
    assert_eq!(json(folder.path(), &[]), from_directory());
}

#[test]
fn every_form_of_the_output_is_the_same_twice() {
    let project = Project::new(FILES);
    for format in ["text", "sql"] {
        let once = || project.extract(&["--format", format]).exits_with(0);
        let (first, second) = (once(), once());
        assert!(first.stdout.contains("items"), "{first}");
        assert_eq!((first.stdout, first.stderr), (second.stdout, second.stderr));
    }
}
