//! What a repository, a link or a file that is left out could make of a comparison: nothing of another repository, and
//! no table that is dropped because nobody saw it.

use std::{fs, os::unix::fs::symlink};

use crate::support::{Belljar, Project, Run, commit, git, repository, write_all, zipped};

const MODELS: &str = "
from sqlalchemy import Column, Integer, MetaData, Table

metadata = MetaData()
users = Table('users', metadata, Column('id', Integer, primary_key=True))
";

const PRIVATE: &str = "
from sqlalchemy import Column, Integer, MetaData, Table

private = Table('private', MetaData(), Column('id', Integer))
";

#[track_caller]
fn run(project: &Project, arguments: &[&str]) -> Run {
    Belljar::new(project.path()).arguments(arguments).run()
}

/// Ordinary files that git tracks, in the directory that the check is about.
#[test]
fn a_planted_repository_does_not_hide_changes() {
    let project = repository(&[("services/api/models.py", MODELS)]);
    let api = project.path().join("services/api");
    write_all(
        &api,
        &[
            ("models.py", &MODELS.replace("users", "customers")),
            ("HEAD", &git(project.path(), &["rev-parse", "HEAD"])),
            ("config", "[core]\nrepositoryformatversion = 0\nbare = true\n"),
            ("objects/info/alternates", "../../../.git/objects\n"),
            ("refs/k", ""),
        ],
    );
    commit(project.path(), "planted");
    for arguments in
        [&["HEAD~1", "HEAD"][..], &["HEAD~1"], &["HEAD~1...HEAD"], &["HEAD~1", "HEAD", "--isolate"]]
    {
        let found = run(&project, &[&["diff", "--repo", "services/api", "--quiet"], arguments].concat());
        assert!(found.stdout.contains("customers") && found.stdout.contains("users"), "{found}");
    }
}

#[test]
fn a_tracked_link_is_no_way_to_another_repository() {
    let other = repository(&[("models.py", PRIVATE)]);
    let project = repository(&[("models.py", MODELS)]);
    symlink(other.path(), project.path().join("linked")).unwrap();
    symlink("/dev/zero", project.path().join("zero.json")).unwrap();
    commit(project.path(), "links");
    for arguments in [
        &["diff", "HEAD", "path:linked"][..],
        &["diff", "HEAD", "./linked"],
        &["diff", "path:linked", "--isolate"],
        &["check", "HEAD", "path:linked"],
        &["diff", "HEAD", "--repo", "linked"],
        &["extract", "linked"],
        &["check", "HEAD", "--config", "zero.json"],
        &["diff", "HEAD", "zero.json"],
    ] {
        let found = run(&project, arguments).exits_with(2);
        assert!(!found.stdout.contains("private"), "{found}");
        assert!(found.stderr.contains("out of"), "{found}");
    }
    // The control: what is named itself is read.
    let path = other.path().to_str().unwrap();
    let found = run(&project, &["diff", "HEAD", path, "--quiet"]);
    assert!(found.stdout.contains("private"), "{found}");
}

/// The only file with models grows over the limit: its tables are not dropped.
#[test]
fn a_table_in_a_file_that_was_left_out_is_not_dropped() {
    let project = repository(&[("models.py", MODELS)]);
    let padded = format!("{MODELS}# {}\n", "x".repeat(5000));
    write_all(project.path(), &[("models.py", &padded)]);
    commit(project.path(), "large");
    let limit = ["--max-file-size", "2KiB", "--quiet"];
    for isolate in [&[][..], &["--isolate"]] {
        let of = |command: &[&str]| run(&project, &[command, &limit, isolate].concat());
        for sides in [&["HEAD~1", "HEAD"][..], &["HEAD~1"]] {
            let found = of(&[&["diff"], sides].concat());
            assert!(
                found.stdout.contains("undetermined") && !found.stdout.contains("table users dropped"),
                "{found}"
            );
            let found = of(&[&["check", "--format", "json"], sides].concat());
            assert!(found.stdout.contains("\"file-too-large\""), "{found}");
            assert!(!found.stdout.contains("\"code\": \"drop-table\""), "{found}");
        }
        // From the other side it is not known to be new.
        let back = of(&["diff", "HEAD", "HEAD~1"]);
        assert!(back.stdout.contains("undetermined"), "{back}");
        let sql = of(&["diff", "HEAD~1", "HEAD", "--format", "sql"]);
        assert!(!sql.stdout.contains("DROP TABLE"), "{sql}");
    }
    // The control: what is gone is dropped.
    write_all(project.path(), &[("models.py", "import sqlalchemy\n")]);
    let found = run(&project, &["diff", "HEAD~1", "--format", "sql", "--quiet"]);
    assert!(found.stdout.contains("DROP TABLE users"), "{found}");
}

/// One file of a wheelhouse that can't be read costs itself.
#[test]
fn a_damaged_wheelhouse_costs_no_table() {
    let project = repository(&[("models.py", &format!("import good, torn\n{MODELS}"))]);
    let place = Project::new(&[("readme.txt", "")]);
    let wheels = place.path();
    let wheel = |name: &str, text: &str, damage: u8| {
        let info = format!("{name}-1.0.dist-info/METADATA");
        let mut bytes = zipped(&[(&format!("{name}.py"), text), (&info, "")]);
        bytes[45..60].iter_mut().for_each(|byte| *byte ^= damage);
        fs::write(wheels.join(format!("{name}-1.0-py3-none-any.whl")), bytes).unwrap();
    };
    let text = "value = 'a text of some length, so that there is something to damage'\n".repeat(9);
    wheel("good", &text, 0);
    wheel("torn", &text, 0x55);
    let pipe = wheels.join("pipe-1.0-py3-none-any.whl");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    symlink("/dev/zero", wheels.join("zero-1.0-py3-none-any.whl")).unwrap();
    symlink("nowhere", wheels.join("none-1.0-py3-none-any.whl")).unwrap();
    let folder = wheels.to_str().unwrap();
    for isolate in [&[][..], &["--isolate"]] {
        let found =
            run(&project, &[&["extract", "--format", "text", "--wheelhouse", folder], isolate].concat());
        assert!(found.stdout.contains("users"), "{found}");
        for name in ["pipe-1.0", "zero-1.0", "none-1.0", "torn"] {
            assert!(found.stderr.contains(name), "{name}: {found}");
        }
        assert!(!found.stderr.contains("good"), "{found}");
    }
    // Also where nothing else is in it.
    for name in ["good", "torn"] {
        fs::remove_file(wheels.join(format!("{name}-1.0-py3-none-any.whl"))).unwrap();
    }
    let found = run(&project, &["extract", "--format", "text", "--wheelhouse", folder]).exits_with(0);
    assert!(found.stdout.contains("users") && found.stderr.contains("pipe-1.0"), "{found}");
}

/// A report goes where the operator named it, and not where a tracked link leads.
#[test]
fn a_tracked_link_is_no_way_out_for_a_report() {
    let outside = tempfile::TempDir::new().unwrap();
    let project = repository(&[("models.py", MODELS), ("reports/kept.txt", "")]);
    symlink(outside.path(), project.path().join("out")).unwrap();
    symlink("reports", project.path().join("inside")).unwrap();
    commit(project.path(), "links");
    let check = |report: &str| run(&project, &["check", "HEAD~1", "HEAD", "--quiet", "--report", report]);
    for isolated in ["--isolate=always", "--isolate=never"] {
        let refused = run(
            &project,
            &["check", "HEAD~1", "HEAD", "--quiet", isolated, "--report", "json=out/report.json"],
        );
        assert!(refused.code == 2 && refused.stderr.contains("out of"), "{refused}");
    }
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    // Controls: a folder, and a link that stays inside.
    for report in ["json=reports/report.json", "json=inside/other.json"] {
        check(report).exits_with(0);
    }
    assert!(project.path().join("reports/report.json").is_file());
    assert!(project.path().join("reports/other.json").is_file());
}
