//! Results of earlier runs: the same bytes with them and without, and no way for a source to make one for another.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::support::{Belljar, GOOD, Project, Run, cache, commit, git, good_and, repository, write_all};

/// A cache folder of its own, with the snapshots of all tests.
struct Cache(TempDir);

impl Cache {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        for entry in fs::read_dir(cache()).unwrap() {
            let entry = entry.unwrap();
            if entry.path().is_file() {
                fs::hard_link(entry.path(), folder.path().join(entry.file_name())).unwrap();
            }
        }
        Self(folder)
    }

    /// A call that uses it.
    fn call(&self, folder: &Path, arguments: &[&str]) -> Belljar {
        let call =
            Belljar::new(folder).env("BELLJAR_CACHE_DIR", self.0.path()).env_remove("BELLJAR_NO_CACHE");
        call.arguments(arguments)
    }

    fn run(&self, folder: &Path, arguments: &[&str]) -> Run {
        self.call(folder, arguments).run()
    }

    /// The files of all results.
    fn entries(&self) -> Vec<PathBuf> {
        let folder = fs::read_dir(self.0.path().join("results")).into_iter().flatten();
        let mut found: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
        found.sort();
        found
    }
}

const FROM_CACHE: &str = "this result is from the cache";

/// A call twice with the cache, and once without: three times the same. The second says that nothing ran.
#[track_caller]
fn same_three_times(cache: &Cache, folder: &Path, arguments: &[&str]) -> Run {
    let without = Belljar::new(folder).arguments(arguments).run();
    for round in ["first", "second"] {
        let with = cache.run(folder, arguments);
        assert_eq!(
            (with.code, &with.stdout, &with.stderr),
            (without.code, &without.stdout, &without.stderr),
            "{round}"
        );
    }
    let verbose = cache.run(folder, &[arguments, &["-v"]].concat());
    assert!(verbose.stderr.contains(FROM_CACHE), "{verbose}");
    assert_eq!((verbose.code, &verbose.stdout), (without.code, &without.stdout));
    without
}

#[test]
fn a_result_is_the_same_with_the_cache() {
    let project = good_and(&[
        ("broken.py", "from sqlalchemy import Table\nraise ValueError('no')\n"),
        (
            "partial.py",
            "
from sqlalchemy import Column, Integer, MetaData, Table
from absent import Money
metadata = MetaData()
Table('partial', metadata, Column('id', Integer), Column('price', Money))
",
        ),
    ]);
    for arguments in [
        &["extract", "--format", "json"][..],
        &["extract", "--format", "text"],
        &["extract", "--format", "sql"],
        &["extract", "--format", "text", "--strict"],
        &["extract", "--format", "json", "--isolate"],
        &["explain", "partial.price"],
        &["contract", "shop", "good"],
    ] {
        let cache = Cache::new();
        same_three_times(&cache, project.path(), arguments);
        assert_eq!(cache.entries().len(), 1, "{arguments:?}");
    }
}

/// What isolation keeps and what this process keeps is one and the same.
#[test]
fn a_process_of_its_own_shares_the_cache() {
    let project = Project::new(&[GOOD]);
    let cache = Cache::new();
    cache.run(project.path(), &["extract", "--format", "json", "--isolate"]).exits_with(0);
    let run = cache.run(project.path(), &["extract", "--format", "json", "-v"]).exits_with(0);
    assert!(run.stderr.contains(FROM_CACHE), "{run}");
    assert_eq!(cache.entries().len(), 1);
}

/// Everything that can change a result changes its key.
#[test]
fn what_a_result_depends_on_is_never_taken_for_the_same() {
    let files: &[(&str, &str)] = &[
        GOOD,
        (
            "reads.py",
            "
from pathlib import Path
from sqlalchemy import Column, Integer, MetaData, Table
metadata = MetaData()
for name in Path(__file__).with_name('names.txt').read_text().split():
    Table(name, metadata, Column('id', Integer))
",
        ),
        ("names.txt", "one two"),
        ("requirements.txt", "sqlalchemy==2.0.30\n"),
    ];
    let project = Project::new(files);
    let cache = Cache::new();
    let arguments: &[&str] = &["extract", "--format", "json", "-v"];
    let first = cache.run(project.path(), arguments).exits_with(0);
    assert!(!first.stderr.contains(FROM_CACHE) && first.stdout.contains("\"two\""), "{first}");
    let changes: &[(&str, &str)] = &[
        ("names.txt", "one three"),
        ("requirements.txt", "sqlalchemy==1.4.50\n"),
        ("good.py", "from sqlalchemy import MetaData\n"),
        ("further.py", GOOD.1),
        (".gitignore", "reads.py\n"),
    ];
    for (path, text) in changes {
        let before = fs::read(project.path().join(path)).ok();
        write_all(project.path(), &[(path, text)]);
        let with = cache.run(project.path(), arguments);
        let without = Belljar::new(project.path()).arguments(arguments).run();
        assert!(!with.stderr.contains(FROM_CACHE), "{path}: {with}");
        assert_eq!((with.code, &with.stdout), (without.code, &without.stdout), "{path}");
        match before {
            Some(bytes) => fs::write(project.path().join(path), bytes).unwrap(),
            None => fs::remove_file(project.path().join(path)).unwrap(),
        }
    }
    for more in [
        &["--only", "good.py"][..],
        &["--exclude", "reads.py"],
        &["--include", "tests"],
        &["--sqlalchemy", "1.4"],
        &["--fuel", "100000000000"],
        &["--max-file-size", "1000"],
    ] {
        let run = cache.run(project.path(), &[arguments, more].concat());
        let may_share = more == ["--max-file-size", "1000"]; // nothing is left out by it, so nothing changes
        assert!(may_share || !run.stderr.contains(FROM_CACHE), "{more:?}: {run}");
    }
    let again = cache.run(project.path(), arguments).exits_with(0);
    assert!(again.stderr.contains(FROM_CACHE) && again.stdout == first.stdout, "{again}");
}

/// One tenant can't see, by the time it takes, what another one had.
#[test]
fn tenants_share_no_results() {
    let project = Project::new(&[GOOD]);
    let limits = tempfile::tempdir().unwrap();
    let file = limits.path().join("limits.toml");
    fs::write(&file, "[tenant.a]\n[tenant.b]\n").unwrap();
    let cache = Cache::new();
    let run = |tenant: &str| {
        let limits = ["--limits", file.to_str().unwrap(), "--tenant", tenant];
        cache
            .run(project.path(), &[&["extract", "--format", "json", "-v"][..], &limits].concat())
            .exits_with(0)
    };
    assert!(!run("a").stderr.contains(FROM_CACHE));
    assert!(!run("b").stderr.contains(FROM_CACHE));
    assert!(run("a").stderr.contains(FROM_CACHE));
}

/// Damaged, cut short, of another project, of another build, a link, a pipe: the result is that of the files.
#[test]
fn a_bad_entry_changes_nothing() {
    let (project, other) =
        (Project::new(&[GOOD]), Project::new(&[("good.py", &GOOD.1.replace("'good'", "'evil'"))]));
    let arguments: &[&str] = &["extract", "--format", "json"];
    let cache = Cache::new();
    let wanted = cache.run(project.path(), arguments).exits_with(0);
    let [own] = cache.entries().try_into().unwrap();
    let whole = fs::read(&own).unwrap();
    cache.run(other.path(), arguments).exits_with(0);
    let theirs = cache.entries().into_iter().find(|path| *path != own).unwrap();
    let theirs = fs::read(theirs).unwrap();
    // The key of the own entry, and the digest and text of the other's.
    let spliced = [&whole[..48], &theirs[48..]].concat();
    let half = whole[..whole.len() / 2].to_vec();
    let flipped =
        whole.iter().enumerate().map(|(at, byte)| if at == whole.len() - 3 { byte ^ 1 } else { *byte });
    for (what, bytes) in [
        ("of another project", theirs),
        ("spliced", spliced),
        ("cut short", half),
        ("flipped", flipped.collect()),
        ("empty", Vec::new()),
        ("garbage", b"{}".repeat(1000)),
    ] {
        fs::write(&own, bytes).unwrap();
        let run = cache.run(project.path(), arguments).exits_with(0);
        assert_eq!(run.stdout, wanted.stdout, "{what}");
        let again = cache.run(project.path(), &[arguments, &["-v"]].concat());
        assert!(
            again.stderr.contains(FROM_CACHE) && again.stdout == wanted.stdout,
            "{what}: it is kept again"
        );
    }
}

/// Where no result can be kept, nothing is lost but time.
#[test]
fn a_cache_that_can_not_be_used_changes_nothing() {
    let project = Project::new(&[GOOD]);
    for isolate in ["--isolate=never", "--isolate=always"] {
        let cache = Cache::new();
        fs::write(cache.0.path().join("results"), "a file in its place").unwrap();
        let run = cache.run(project.path(), &["extract", "--format", "text", isolate]).exits_with(0);
        assert!(run.stdout.contains("good"), "{run}");
        let without = Belljar::new(project.path()).arguments(["extract", "--format", "text", isolate]).run();
        assert_eq!((run.stdout, run.stderr), (without.stdout, without.stderr));
    }
}

#[test]
fn without_the_cache_nothing_is_read_or_kept() {
    let project = Project::new(&[GOOD]);
    let cache = Cache::new();
    for isolate in ["--isolate=never", "--isolate=always"] {
        cache.run(project.path(), &["extract", "--format", "json", "--no-cache", isolate]).exits_with(0);
        assert!(cache.entries().is_empty());
    }
    cache.run(project.path(), &["extract", "--format", "json"]).exits_with(0);
    let run = cache.run(project.path(), &["extract", "--format", "json", "-v", "--no-cache"]).exits_with(0);
    assert!(!run.stderr.contains(FROM_CACHE), "{run}");
}

/// What ended by the clock may go on another time.
#[test]
fn what_the_clock_ended_is_not_kept() {
    let project = Project::new(&[GOOD, ("loop.py", &format!("{}\nwhile True: pass\n", GOOD.1))]);
    let cache = Cache::new();
    let limits = ["--timeout", "2s", "--fuel", "1000000000000000"];
    cache.run(project.path(), &[&["extract", "--format", "json"][..], &limits].concat());
    assert!(cache.entries().is_empty());
    // What ended by its fuel ends there each time.
    cache.run(project.path(), &["extract", "--format", "json", "--fuel", "1000000000", "--timeout", "30m"]);
    assert_eq!(cache.entries().len(), 1);
}

/// A check of two revisions: the same with the cache, also where the head differs in one file, or in nothing.
#[test]
fn a_comparison_is_the_same_with_the_cache() {
    let project = repository(&[
        GOOD,
        (
            "other.py",
            "from sqlalchemy import Column, Integer, MetaData, Table\nm = MetaData()\nTable('other', m, Column('id', Integer), Column('x', Integer))\n",
        ),
    ]);
    fs::write(project.path().join("README"), "new").unwrap();
    commit(project.path(), "documents");
    fs::write(project.path().join("other.py"), "from sqlalchemy import Column, Integer, MetaData, Table\nm = MetaData()\nTable('other', m, Column('id', Integer))\n").unwrap();
    commit(project.path(), "a column less");
    let cache = Cache::new();
    for (base, head) in [("HEAD~2", "HEAD~1"), ("HEAD~1", "HEAD"), ("HEAD", "HEAD"), ("HEAD", "HEAD~2")] {
        for command in ["check", "diff"] {
            for isolate in ["--isolate=never", "--isolate=always"] {
                let arguments = [command, base, head, isolate];
                same_three_times(&cache, project.path(), &arguments);
            }
        }
    }
    git(project.path(), &["checkout", "-q", "HEAD~1"]);
    let run = same_three_times(&cache, project.path(), &["check", "HEAD"]);
    assert_eq!(run.code, 0, "{run}");
}

/// Files on the disk that are those of the revision have its result, and run once together.
#[test]
fn a_clean_work_tree_is_its_revision() {
    let project = repository(&[GOOD]);
    let cache = Cache::new();
    for isolate in ["--isolate=never", "--isolate=always"] {
        cache.run(project.path(), &["check", "HEAD", isolate]).exits_with(0);
        assert_eq!(cache.entries().len(), 1, "{isolate}");
    }
    write_all(project.path(), &[("good.py", &GOOD.1.replace("'id'", "'number'"))]);
    let run = same_but_once(&cache, project.path(), &["check", "HEAD"]);
    assert!(run.stdout.contains("number"), "{run}");
    assert_eq!(cache.entries().len(), 2);
}

/// A call with the cache, and one without: the same.
#[track_caller]
fn same_but_once(cache: &Cache, folder: &Path, arguments: &[&str]) -> Run {
    let with = cache.run(folder, arguments);
    let without = Belljar::new(folder).arguments(arguments).run();
    assert_eq!((with.code, &with.stdout, &with.stderr), (without.code, &without.stdout, &without.stderr));
    with
}

/// The files of a head whose base lacks them are not those of a side without a base.
#[test]
fn a_head_is_not_taken_for_a_side_of_its_own() {
    let project = repository(&[GOOD]);
    // Each of them changes the other's table, so that together and alone differ.
    write_all(
        project.path(),
        &[(
            "zz.py",
            "
from good import good
from sqlalchemy import Column, Integer, MetaData, Table
m = MetaData()
own = Table('own', m, Column('id', Integer))
own.append_column(Column('later', Integer))
",
        )],
    );
    commit(project.path(), "another");
    let cache = Cache::new();
    cache.run(project.path(), &["extract", "--rev", "HEAD", "--format", "json"]).exits_with(0);
    let run = cache.run(project.path(), &["check", "HEAD~1", "HEAD", "-v"]);
    let without = Belljar::new(project.path()).arguments(["check", "HEAD~1", "HEAD"]).run();
    assert_eq!((run.code, &run.stdout), (without.code, &without.stdout), "{run}");
    assert!(!run.stderr.contains(FROM_CACHE), "{run}");
}

#[test]
fn the_cache_is_shown_and_cleared() {
    let project = Project::new(&[GOOD]);
    let cache = Cache::new();
    cache.run(project.path(), &["extract", "--format", "json"]).exits_with(0);
    let shown = cache.run(project.path(), &["cache"]).exits_with(0);
    assert!(shown.stdout.contains("results: 1, "), "{shown}");
    assert!(!shown.stdout.contains("snapshots: 0, "), "{shown}");
    let cleared = cache.run(project.path(), &["cache", "--clear"]).exits_with(0);
    assert!(
        cleared.stdout.starts_with("removed from ") && cleared.stdout.contains("results: 1, "),
        "{cleared}"
    );
    let empty = cache.run(project.path(), &["cache"]).exits_with(0);
    assert!(empty.stdout.contains("results: 0, ") && empty.stdout.contains("snapshots: 0, "), "{empty}");
    cache.run(project.path(), &["extract", "--format", "json"]).exits_with(0);
}
