//! What must not make a difference: the way a project is given, and everything outside of it. The same bytes come out,
//! and the same fuel is burnt for them.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, SystemTime},
};

use tempfile::TempDir;

use crate::support::{Belljar, Project, Run, Tar, cache, gzip, repository, write_all, zipped};

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

/// What must be the same.
#[derive(Debug, PartialEq, Eq)]
struct Came {
    /// The document, as printed.
    json: String,
    /// How each run went: its ending, fuel, memory and frames. Only its time may differ.
    runs: Vec<String>,
}

#[track_caller]
fn came(belljar: Belljar) -> Came {
    let run = belljar.arguments(["--format", "json", "-v"]).run().exits_with(0);
    let document = run.document();
    assert!(document.tables.len() > 10, "{run}");
    assert!(!document.unresolved.is_empty() && !document.diagnostics.is_empty(), "{run}");
    let runs = runs(&run);
    Came { json: run.stdout, runs }
}

/// The lines about runs, without their times.
#[track_caller]
fn runs(run: &Run) -> Vec<String> {
    let lines = run.stderr.lines().filter(|line| line.contains("; fuel "));
    let runs: Vec<_> = lines.map(|line| line.split_once(", time ").expect(line).0.to_owned()).collect();
    assert!(!runs.is_empty(), "{run}");
    runs
}

#[track_caller]
fn json(folder: &Path, arguments: &[&str]) -> Came {
    came(Belljar::extract(folder, arguments))
}

#[track_caller]
fn from_directory() -> Came {
    json(Project::new(FILES).path(), &[])
}

/// Writes an archive and reads it.
fn from_archive(name: &str, bytes: &[u8]) -> Came {
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
    let sdist = gzip(&Tar::with_files("shop-1.0", FILES).finish());
    assert_eq!(from_archive("shop-1.0.tar.gz", &sdist), from_directory());
}

#[test]
fn a_plain_tar_in_another_order() {
    let reversed: Vec<_> = FILES.iter().rev().copied().collect();
    assert_eq!(from_archive("shop.tar", &Tar::with_files("shop", &reversed).finish()), from_directory());
}

#[test]
fn a_zip() {
    assert_eq!(from_archive("shop.zip", &zipped(FILES)), from_directory());
}

#[test]
fn a_git_revision_with_other_files_on_the_disk() {
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
    let expected = from_directory();
    for (zone, language, locale) in [
        ("Pacific/Chatham", "tr_TR.UTF-8", "C"),
        ("America/Adak", "C", "de_DE@euro"),
        ("UTC-14", "", "ja_JP.SJIS"),
    ] {
        let belljar = Belljar::extract::<&str>(project.path(), [])
            .env("TZ", zone)
            .env("LANG", language)
            .env("LC_ALL", locale)
            .env("HOME", home.path())
            .env("USER", "somebody")
            .env("PYTHONHASHSEED", "7")
            .env("PYTHONPATH", project.path())
            .env("GIT_DIR", home.path());
        assert_eq!(came(belljar), expected, "{zone} {language} {locale}");
    }
}

#[test]
fn another_user() {
    /// Nobody in particular, on every system.
    const NOBODY: u32 = 65_534;
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        println!("only root can become another user: not tried");
        return;
    }
    let project = Project::new(FILES);
    fs::set_permissions(project.path(), fs::Permissions::from_mode(0o755)).unwrap();
    // The cache belongs to one user alone.
    let theirs = tempfile::tempdir().unwrap();
    fs::set_permissions(theirs.path(), fs::Permissions::from_mode(0o700)).unwrap();
    chown(theirs.path(), Some(NOBODY), Some(NOBODY)).unwrap();
    let mut command = Belljar::extract(project.path(), ["--format", "json", "-v"])
        .env("BELLJAR_CACHE_DIR", theirs.path())
        .into_command();
    let output = command.uid(NOBODY).gid(NOBODY).output().unwrap();
    let run = Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    let run = run.exits_with(0);
    let made = fs::read_dir(theirs.path()).unwrap().map(|entry| entry.unwrap().metadata().unwrap().uid());
    let made: Vec<_> = made.collect();
    assert!(!made.is_empty() && made.iter().all(|uid| *uid == NOBODY), "{made:?}");
    let runs = runs(&run);
    assert_eq!(Came { json: run.stdout, runs }, from_directory());
}

#[test]
fn times_and_modes_of_files() {
    let project = Project::new(FILES);
    for (path, _) in FILES {
        let file = fs::File::options().write(true).open(project.path().join(path)).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_hours(24 * 365 * 30)).unwrap();
        file.set_permissions(fs::Permissions::from_mode(0o700)).unwrap();
    }
    assert_eq!(json(project.path(), &[]), from_directory());
}

/// Sets a flag when it is dropped, after a panic too: threads that wait for it must not wait for ever.
struct Sets<'a>(&'a AtomicBool);

impl Drop for Sets<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Calls `f` while every core has more to do than it can.
fn under_load<T>(f: impl FnOnce() -> T) -> T {
    let done = AtomicBool::new(false);
    let cores = thread::available_parallelism().unwrap().get();
    thread::scope(|scope| {
        for _ in 0..2 * cores {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let _over = Sets(&done);
        f()
    })
}

#[test]
fn a_busy_machine() {
    assert_eq!(under_load(from_directory), from_directory());
}

#[test]
fn others_at_the_same_time() {
    let expected = from_directory();
    // Others have other files, and so other things on their minds.
    let other = Project::new(&[(
        "m.py",
        "from sqlalchemy import *\nt = Table('t', MetaData(), Column('id', Integer))\n",
    )]);
    thread::scope(|scope| {
        let same: Vec<_> = (0..3).map(|_| scope.spawn(from_directory)).collect();
        let others: Vec<_> = (0..2).map(|_| scope.spawn(|| other.document())).collect();
        for came in same {
            assert_eq!(came.join().unwrap(), expected);
        }
        for document in others {
            assert_eq!(document.join().unwrap().tables.len(), 1);
        }
    });
}

#[test]
fn others_at_the_same_time_in_one_process() {
    use belljar_engine::{Options, Progress, Request, SourceLimits, extract, open};
    use belljar_snapshots::Snapshots;
    let project = Project::new(FILES);
    let snapshots = Snapshots::new(belljar_snapshots::ALL, cache().to_owned());
    let once = || {
        let source = open(&Request::new(project.path()), &SourceLimits::default()).unwrap();
        let mut options = Options::default();
        options.limits.timeout = Duration::from_mins(30);
        let extraction = extract(&source, &snapshots, &options, &Progress::default()).unwrap();
        let runs: Vec<_> = extraction
            .runs
            .iter()
            .map(|run| (run.outcome.fuel, run.outcome.memory, run.outcome.frames))
            .collect();
        assert!(extraction.document.tables.len() > 10 && !runs.is_empty());
        (serde_json::to_string(&extraction.document).unwrap(), runs)
    };
    let expected = once();
    thread::scope(|scope| {
        let same: Vec<_> = (0..4).map(|_| scope.spawn(once)).collect();
        for came in same {
            assert_eq!(came.join().unwrap(), expected);
        }
    });
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

/// A folder with the files, in memory where the system has a place for that: there the entries of a folder come in the
/// order of their making.
fn made_in_order<'a>(files: impl Iterator<Item = &'a (&'a str, &'a str)>) -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    // Other files in between, gone again, give the folder's entries another order on a disk.
    let passing: Vec<_> = (0..300).map(|number| folder.path().join(format!("gone{number}"))).collect();
    for path in &passing {
        fs::write(path, "").unwrap();
    }
    files.for_each(|file| write_all(folder.path(), &[*file]));
    for path in &passing {
        fs::remove_file(path).unwrap();
    }
    folder
}

#[test]
fn the_order_in_which_files_were_made() {
    let order = |folder: &TempDir| -> Vec<_> {
        fs::read_dir(folder.path().join("src/shop"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect()
    };
    let (one, other) = (made_in_order(FILES.iter()), made_in_order(FILES.iter().rev()));
    if one.path().starts_with("/dev/shm") {
        assert_ne!(order(&one), order(&other), "the folders list their files alike, so this proves nothing");
    }
    let came = json(one.path(), &[]);
    assert_eq!(came, json(other.path(), &[]));
    assert_eq!(came, from_directory());
}

#[test]
fn every_form_of_the_output_is_the_same_twice() {
    let project = Project::new(FILES);
    // The SQL leaves out the table whose type is absent, and says so.
    for (format, code) in [("text", 0), ("sql", 1)] {
        let once = || project.extract(&["--format", format]).exits_with(code);
        let (first, second) = (once(), once());
        assert!(first.stdout.contains("items"), "{first}");
        assert_eq!((first.stdout, first.stderr), (second.stdout, second.stderr));
    }
}
