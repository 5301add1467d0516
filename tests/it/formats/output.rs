//! Where the output goes.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    process::Stdio,
};

use insta::assert_snapshot;

use crate::support::{Belljar, GOOD, Project};

/// Files of the project's folder whose names have something to do with the output.
fn written(project: &Project) -> Vec<String> {
    let names =
        fs::read_dir(project.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name != GOOD.0).collect();
    names.sort();
    names
}

#[test]
fn the_ending_of_the_file_decides_the_form() {
    for (name, start) in [
        ("a.json", "{\n  \"format\""),
        ("a.sql", "-- good:metadata"),
        ("a.txt", "good  good.py:5"),
        ("a", "good  "),
    ] {
        let project = Project::new(&[GOOD]);
        let run = project.extract(&["--output", name]).exits_with(0);
        assert_eq!(run.stdout, "", "{run}");
        let text = fs::read_to_string(project.path().join(name)).unwrap();
        assert!(text.starts_with(start), "{name}: {text}");
        assert_eq!(written(&project), [name], "and nothing else");
    }
}

#[test]
fn a_form_that_is_asked_for_wins() {
    let project = Project::new(&[GOOD]);
    project.extract(&["--output", "a.json", "--format", "text"]).exits_with(0);
    assert!(fs::read_to_string(project.path().join("a.json")).unwrap().starts_with("good  "));
}

#[test]
fn the_file_is_what_would_be_printed_and_readable() {
    let project = Project::new(&[GOOD]);
    let printed = project.extract(&["--format", "json"]).exits_with(0).stdout;
    project.extract(&["-o", "out.json"]).exits_with(0);
    let file = project.path().join("out.json");
    assert_eq!(fs::read_to_string(&file).unwrap(), printed);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o644);
}

#[test]
fn an_older_file_is_replaced_and_kept_when_there_is_nothing_new() {
    let project = Project::new(&[GOOD]);
    let file = project.path().join("out.json");
    fs::write(&file, "old").unwrap();
    project.extract(&["-o", "out.json", "--rev", "main"]).exits_with(2);
    assert_eq!(fs::read_to_string(&file).unwrap(), "old");
    project.extract(&["-o", "out.json"]).exits_with(0);
    assert_ne!(fs::read_to_string(&file).unwrap(), "old");
}

#[test]
fn a_folder_that_is_not_there() {
    let project = Project::new(&[GOOD]);
    assert_snapshot!(project.extract(&["-o", "nowhere/out.json"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: cannot write `nowhere/out.json`: No such file or directory (os error 2)
    hint: specify another file with `--output`
    ");
    assert!(written(&project).is_empty());
}

#[test]
fn a_folder_instead_of_a_file() {
    let project = Project::new(&[GOOD]);
    fs::create_dir(project.path().join("out")).unwrap();
    assert_snapshot!(project.extract(&["-o", "out"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: cannot write `out`: is a directory
    hint: specify another file with `--output`
    ");
    assert_eq!(written(&project), ["out"]);
}

#[test]
fn a_folder_that_may_not_be_written_to() {
    let project = Project::new(&[GOOD, ("out/x", "")]);
    let folder = project.path().join("out");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
    let run = project.extract(&["-o", "out/a.json"]);
    let refused = fs::write(folder.join("probe"), "").is_err();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    // Root may write everywhere.
    if refused {
        let run = run.exits_with(2);
        assert!(run.stderr.contains("error: cannot write `out/a.json`: permission denied\nhint: "), "{run}");
    } else {
        run.exits_with(0);
    }
}

#[test]
fn a_device_is_written_to_and_not_replaced() {
    let project = Project::new(&[GOOD]);
    project.extract(&["-o", "/dev/null"]).exits_with(0);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn a_full_disk_is_an_error() {
    let project = Project::new(&[GOOD]);
    assert_snapshot!(project.extract(&["-o", "/dev/full", "-f", "json"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    error: cannot write `/dev/full`: No space left on device (os error 28)
    hint: specify another file with `--output`
    ");
}

#[test]
fn a_reader_that_has_read_enough_is_no_error() {
    let columns = (0..800)
        .map(|n| format!("Table('{n:0>120}', m, Column('a', Integer))\n"))
        .collect::<Vec<_>>()
        .concat();
    let model = format!("from sqlalchemy import *\nm = MetaData()\n{columns}");
    let project = Project::new(&[("models.py", &model)]);
    for format in ["text", "json", "sql"] {
        let mut command = Belljar::extract(project.path(), ["--format", format, "--quiet"]).into_command();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        // Reads a line, and closes the pipe.
        BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(!first.is_empty());
        assert_eq!(output.status.code(), Some(0), "{format}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{format}");
    }
}

/// Rust's runtime puts `/dev/null` where a stream is closed, and what is written there is lost.
#[test]
fn standard_output_that_is_closed() {
    let project = Project::new(&[GOOD]);
    let shell = |redirection: &str| {
        let program = Belljar::extract(project.path(), ["--format", "json"]).into_command();
        let words: Vec<&str> = program.get_args().map(|word| word.to_str().unwrap()).collect();
        let line = format!("exec \"$0\" {} {redirection}", words.join(" "));
        let mut command = Belljar::new(project.path()).into_command();
        let variables: Vec<_> = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect();
        command = std::process::Command::new("sh");
        command.current_dir(project.path()).env_clear().envs(variables).stdin(Stdio::null());
        command.args(["-c", &line, env!("CARGO_BIN_EXE_belljar")]).output().unwrap()
    };
    let closed = shell(">&-");
    let reported = String::from_utf8_lossy(&closed.stderr).into_owned();
    assert_eq!(closed.status.code(), Some(2), "{reported}");
    assert!(reported.contains("error: cannot write `standard output`: it is closed"), "{reported}");
    // The control: what is thrown away on purpose is no error, and nor is a file.
    for redirection in [">/dev/null", "<>/dev/null >&0", ">&- -o out.json"] {
        assert_eq!(shell(redirection).status.code(), Some(0), "{redirection}");
    }
}

/// A link that a repository lays where a report goes is replaced, wherever it leads.
#[test]
fn a_link_is_not_followed() {
    let project = Project::new(&[GOOD]);
    for (name, target) in
        [("file.json", "good.py"), ("device.json", "/dev/full"), ("nowhere.json", "nowhere")]
    {
        let link = project.path().join(name);
        std::os::unix::fs::symlink(target, &link).unwrap();
        project.extract(&["-o", name]).exits_with(0);
        assert!(fs::symlink_metadata(&link).unwrap().is_file(), "{name}");
        assert!(fs::read_to_string(&link).unwrap().starts_with("{\n"), "{name}");
    }
    assert_eq!(fs::read_to_string(project.path().join("good.py")).unwrap(), GOOD.1);
    // The control: a link of the system's own is followed.
    let run = project.extract(&["-f", "json", "-o", "/dev/stdout"]).exits_with(0);
    assert!(run.stdout.starts_with("{\n"), "{run}");
}
