//! A job in a process of its own: the same result, and the loss of that process is the loss of one job.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::support::{Belljar, GOOD, Project, Run, Tar, commit, git, good_and, gzip, repository, write_all};

/// How long a test waits for what has to happen.
const PATIENCE: Duration = Duration::from_mins(3);

/// A project of all that a document speaks of: exact, partial, unresolved, skipped, left out, data that is read.
fn varied() -> Project {
    good_and(&[
        ("data/names.txt", "alpha\nbeta\n"),
        (
            "models.py",
            "
from pathlib import Path
from sqlalchemy import Column, Integer, MetaData, Table, Uuid
from absent import Money

metadata = MetaData()
for line in (Path(__file__).parent / 'data' / 'names.txt').read_text().split():
    Table(line, metadata, Column('id', Integer), Column('price', Money))
raise ValueError('no')
later = Table('later', metadata, Column('id', Integer))

def never():
    Table('never', metadata)
",
        ),
    ])
}

#[track_caller]
fn same(project: &Project, arguments: &[&str]) -> Run {
    let here = project.extract(arguments);
    let isolated = project.extract(&[arguments, &["--isolate"]].concat());
    assert_eq!((here.code, &here.stdout, &here.stderr), (isolated.code, &isolated.stdout, &isolated.stderr));
    isolated
}

#[test]
fn the_result_is_the_same() {
    let project = varied();
    for arguments in [
        &["--format", "json"][..],
        &["--format", "text"],
        &["--format", "sql", "--dialect", "mysql"],
        &["--format", "text", "--strict"],
    ] {
        let run = same(&project, arguments);
        assert!(run.stdout.contains("alpha") && run.stdout.contains("beta"), "{run}");
    }
}

#[test]
fn of_a_revision_and_of_an_archive_too() {
    let project = repository(&[GOOD]);
    fs::remove_file(project.path().join("good.py")).unwrap();
    commit(project.path(), "without it");
    let run = same(&project, &["--format", "text", "--rev", "HEAD~1"]);
    assert!(run.stdout.contains("good"), "{run}");
    git(project.path(), &["checkout", "-q", "HEAD~1"]);
    let packed = gzip(&Tar::with_files("p-1.0", &[GOOD]).finish());
    fs::write(project.path().join("p.tar.gz"), packed).unwrap();
    let run = same(&project, &["--format", "text", "p.tar.gz"]).exits_with(0);
    assert!(run.stdout.contains("good"), "{run}");
}

#[test]
fn of_a_wheelhouse_too() {
    let project = Project::new(&[
        (
            "models.py",
            "
from real import Money
from sqlalchemy import Column, MetaData, Table

metadata = MetaData()
Table('exact', metadata, Column('price', Money))
",
        ),
        ("site/real/__init__.py", "from sqlalchemy import Numeric\nclass Money(Numeric): pass\n"),
    ]);
    let run =
        same(&project, &["--format", "text", "--only", "models.py", "--wheelhouse", "site"]).exits_with(0);
    assert!(run.stdout.contains("1 exact, 0 partial"), "{run}");
}

#[test]
fn generations_that_are_tried_later_are_there() {
    // `bind` went with 2.0, and nothing says which SQLAlchemy the project wants.
    let project = Project::new(&[(
        "models.py",
        "
from sqlalchemy import Column, Integer, MetaData, Table

metadata = MetaData(bind=None)
old = Table('old', metadata, Column('id', Integer))
",
    )]);
    let run = same(&project, &["--format", "text"]).exits_with(0);
    assert!(run.stderr.contains("SQLAlchemy 1.4"), "{run}");
}

#[test]
fn limits_hold_and_keep_what_was_found() {
    for harm in [
        "for _ in range(10 ** 12): pass",
        "import posix\nposix._exit(3)",
        "import sys\nsys.setrecursionlimit(2 ** 30)\ndef deep(n): return deep(n + 1)\ndeep(0)",
        "hoard = 'x' * 2_000_000_000",
        "import sys\nfor _ in range(2000): print('x' * 10_000, file=sys.stderr)",
    ] {
        let harm = format!("{}\n{harm}\n", GOOD.1.replace("good", "harm"));
        let project = Project::new(&[GOOD, ("harm.py", &harm)]);
        let run = same(&project, &["--format", "text", "--fuel", "2000000000", "--memory", "300MiB"]);
        assert!(run.stdout.contains("good  good.py:5"), "{harm}\n{run}");
    }
}

#[test]
fn errors_are_the_same() {
    let project = Project::new(&[("a.txt", "")]);
    same(&project, &[]).exits_with(2);
    same(&project, &["--rev", "HEAD"]).exits_with(2);
    same(&project, &["nowhere"]).exits_with(2);
    same(&Project::new(&[GOOD]), &["--sqlalchemy", "0.9"]).exits_with(2);
}

/// A repository of two commits with all that commands read: models, settings, comments, artefacts, owners, and names that
/// are no names.
fn everything() -> Project {
    let models = |columns: &str| {
        format!(
            "from sqlalchemy import *\nfrom absent import Money\nm = MetaData()\n\
             evil = '\\x1b[2Jx`\\x9b \\u202e ::error::e\'\n\
             Table('orders', m, Column('id', Integer, primary_key=True), {columns}, Column(evil, Money))\n\
             Table(evil, m, Column('a', String(9), comment=evil))  # belljar: ignore[BJ101] \x1b[31m why\n"
        )
    };
    let manifest = include_str!("../../host/downstream/impact/tests/data/story/manifest.json");
    let (before, after) = (models("Column('total', Numeric(10, 2))"), models("Column('amount', Integer)"));
    let project = repository(&[
        (
            "belljar.toml",
            "[downstream]\ndbt = ['target/manifest.json']\nlookml = ['no/*.lkml']\n[[landing]]\nservice = 'fivetran'\n\
             warehouse = 'snowflake'\ndatabase = 'raw'\nschema = 'shop'\n[contracts.revenue.tables]\norders = ['total']\n",
        ),
        ("models.py", &before),
        ("target/manifest.json", manifest),
        ("CODEOWNERS", "* @all\n"),
    ]);
    let settings = "[rules]\ndrop-column = 'off'\n";
    write_all(project.path(), &[("models.py", &after), ("belljar.toml", settings)]);
    commit(project.path(), "after");
    project
}

/// Every command in every form: the same on both streams, the same exit code, and the same in files.
#[test]
fn every_command_gives_the_same_bytes() {
    let project = everything();
    let two = ["HEAD~1", "HEAD"];
    let mut calls: Vec<Vec<&str>> = vec![
        [&["check"], &two[..], &["-f", "text", "--report", "sarif=a", "--report", "junit=b", "-o", "c"]]
            .concat(),
        [&["check"], &two[..], &["--config-from", "head", "--contract", "nowhere.yaml"]].concat(),
        [&["check"], &two[..], &["--config", "belljar.toml", "--dbt", "target/manifest.json"]].concat(),
        vec!["check", "nowhere", "HEAD"],
        vec!["explain", "orders.total", "--rev", "HEAD~1"],
        vec!["explain", "nothing"],
        vec!["explain", "BJ010"],
        vec!["contract", "c", "orders"],
        vec!["contract", "c", "orders", "-f", "odcs"],
        [&["diff"], &two[..], &["--format", "sql", "--dialect", "mysql"]].concat(),
        [&["diff"], &two[..], &["--format", "alembic", "--sqlalchemy", "1.4"]].concat(),
    ];
    for form in ["text", "markdown", "json", "sarif", "github", "gitlab", "junit"] {
        calls.push([&["check"], &two[..], &["-f", form]].concat());
    }
    for form in ["text", "markdown", "json"] {
        calls.push([&["diff"], &two[..], &["-f", form]].concat());
        calls.push([&["impact"], &two[..], &["-f", form]].concat());
    }
    for form in ["text", "mermaid", "dot", "json", "openlineage"] {
        calls.push(vec!["lineage", "--rev", "HEAD~1", "-f", form]);
    }
    for form in ["text", "json", "sql"] {
        calls.push(vec!["extract", "-f", form, "--verbose"]);
    }
    let written = || ["a", "b", "c"].map(|name| fs::read_to_string(project.path().join(name)).ok());
    for call in calls {
        let run = |isolate: &str| {
            let run =
                Belljar::new(project.path()).arguments(&call).arguments(["--timeout", "30m", isolate]).run();
            // What a run used differs each time, and only one of both processes is confined.
            let moment = |line: &&str| !line.starts_with("run of") && !line.starts_with("confined by");
            let said: Vec<String> = run.stderr.lines().filter(moment).map(str::to_owned).collect();
            (run.code, run.stdout, said, written())
        };
        let (here, apart) = (run("--isolate=never"), run("--isolate=always"));
        assert_eq!(here, apart, "{call:?}");
        let obeyed = |text: &str| text.chars().any(|one| one.is_control() && one != '\n' && one != '\t');
        assert!(!obeyed(&apart.1) && !apart.2.iter().any(|line| obeyed(line)), "{call:?}: {apart:?}");
    }
    let [sarif, junit, text] = written();
    assert!(
        sarif.unwrap().contains("BJ010")
            && junit.unwrap().contains("BJ010")
            && text.unwrap().contains("BJ010")
    );
}

/// What compares with what a stranger proposes is isolated unless that is switched off.
#[test]
fn by_default_comparisons_are_isolated() {
    let project = everything();
    let is_confined = |arguments: &[&str]| {
        let run = Belljar::new(project.path())
            .arguments(arguments)
            .arguments(["--verbose", "--timeout", "30m"])
            .run();
        run.stderr.contains("confined by: ")
    };
    for command in ["check", "diff", "impact"] {
        assert!(is_confined(&[command, "HEAD~1", "HEAD"]), "{command}");
    }
    assert!(!is_confined(&["check", "HEAD~1", "HEAD", "--isolate=never"]));
    assert!(
        !is_confined(&["extract", "-f", "text"]) && is_confined(&["extract", "-f", "text", "--isolate=auto"])
    );
}

#[test]
fn verbose_reports_the_confinement() {
    let run = Project::new(&[GOOD]).extract(&["--isolate", "--verbose", "--format", "text"]).exits_with(0);
    let confinement = run.stderr.lines().find_map(|line| line.strip_prefix("confined by: ")).unwrap();
    assert!(confinement.ends_with(", seccomp") && confinement.contains("Landlock"), "{confinement}");
    println!("confined by: {confinement}");
}

#[test]
fn a_source_larger_than_the_memory_for_it_loses_what_is_not_python_first() {
    let (large, limits) = ("x".repeat(5000), "timeout = '30m'\nmax-source-memory = 4096\n");
    let project = Project::new(&[GOOD, ("large.txt", &large), ("limits.toml", limits)]);
    let run = |more: &[&str]| {
        let all = [&["extract", "--limits", "limits.toml", "--format", "text"], more].concat();
        Belljar::new(project.path()).arguments(all).run().exits_with(0)
    };
    assert!(!run(&[]).stderr.contains("is skipped: the files exceed"), "a directory is not held in memory");
    let isolated = run(&["--isolate"]);
    assert!(isolated.stderr.contains("`large.txt` is skipped"), "{isolated}");
    assert!(isolated.stdout.contains("1 exact"), "{isolated}");
}

/// The children of a process.
fn children(of: u32) -> Vec<String> {
    let text = fs::read_to_string(format!("/proc/{of}/task/{of}/children")).unwrap_or_default();
    text.split_whitespace().map(str::to_owned).collect()
}

/// Runs a job that does not end by itself, and does something to its process once that is confined.
fn while_it_runs(arguments: &[&str], act: impl FnOnce(&str)) -> Run {
    while_it_runs_in(None, arguments, |child, _| act(child))
}

/// The same, started by a script of a shell; what is done gets the process of the job and the one that waits.
fn while_it_runs_in(script: Option<&str>, arguments: &[&str], act: impl FnOnce(&str, &str)) -> Run {
    let project = Project::new(&[GOOD, ("loop.py", &format!("{}\nwhile True: pass\n", GOOD.1))]);
    let all = [&["--timeout", "30m", "--fuel", "1000000000000000", "--isolate"], arguments].concat();
    let mut command = Belljar::extract(project.path(), all).into_command();
    if let Some(script) = script {
        let mut shell = Command::new("bash");
        shell.args(["-c", script]).arg(command.get_program()).args(command.get_args());
        shell
            .current_dir(project.path())
            .env("BELLJAR_CACHE_DIR", crate::support::cache())
            .env("BELLJAR_NO_CACHE", "1");
        command = shell;
    }
    let started = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    // The kernel tells who is confined.
    let confined = |child: &String| {
        let status = fs::read_to_string(format!("/proc/{child}/status")).unwrap_or_default();
        status.lines().any(|line| line.split_whitespace().eq(["Seccomp:", "2"]))
    };
    let child = loop {
        match children(started.id()).into_iter().find(confined) {
            Some(child) => break child,
            None => assert!(begun.elapsed() < PATIENCE, "no process is confined"),
        }
        thread::sleep(Duration::from_millis(5));
    };
    act(&child, &started.id().to_string());
    let output = started.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn signal(name: &str, process: &str) {
    assert!(Command::new("kill").args([name, process]).status().unwrap().success());
}

#[test]
fn a_crash_is_one_failed_job() {
    for (name, reported) in [
        ("-ABRT", "error: the process of the job was ended by SIGABRT\nhint: only this job failed"),
        ("-KILL", "error: the process of the job was ended by SIGKILL\nhint: only this job failed"),
        ("-SYS", "error: the process of the job was ended by the system-call filter (SIGSYS)"),
    ] {
        let run = while_it_runs(&[], |child| signal(name, child)).exits_with(101);
        assert!(run.stderr.starts_with(reported) && run.stdout.is_empty(), "{run}");
    }
}

#[test]
fn a_job_that_takes_too_long_is_ended() {
    let mut process = String::new();
    let run = while_it_runs(&["--job-timeout", "10s"], |child| process = child.to_owned()).exits_with(2);
    assert!(
        run.stderr
            .starts_with("error: the process of the job took more than 10s\nhint: raise `--job-timeout`"),
        "{run}"
    );
    assert!(fs::metadata(format!("/proc/{process}")).is_err(), "its process is still there");
}

/// The program, started by a shell that leaves so many files open for it, whatever the system passes on.
fn with_files_left_open(count: usize) -> Run {
    let project = Project::new(&[GOOD]);
    let mut command = Command::new("bash");
    let open: Vec<String> = (10..10 + count).map(|number| format!("exec {number}</dev/null; ")).collect();
    command
        .args(["-c", &format!("{}exec \"$0\" extract --isolate --format text --timeout 30m", open.concat())]);
    command.arg(env!("CARGO_BIN_EXE_belljar")).current_dir(project.path());
    command.env("BELLJAR_CACHE_DIR", crate::support::cache()).env("BELLJAR_NO_CACHE", "1");
    let output = command.output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn files_that_were_left_open_are_no_hindrance() {
    for count in [30, 200] {
        let run = with_files_left_open(count).exits_with(0);
        assert!(run.stdout.contains("good"), "{run}");
    }
}

/// Descriptors that were left open for the program, a secret among them, are not passed on to the process of the job.
#[test]
fn the_process_of_the_job_has_three_descriptors() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    fs::write(&secret, "secret").unwrap();
    let held = |process: &str| -> Vec<PathBuf> {
        let entries = fs::read_dir(format!("/proc/{process}/fd")).unwrap();
        entries.filter_map(|entry| fs::read_link(entry.unwrap().path()).ok()).collect()
    };
    let open = format!("exec 9<'{}' 250<'{}'; exec \"$0\" \"$@\"", secret.display(), secret.display());
    let mut seen = (Vec::new(), Vec::new());
    let run = while_it_runs_in(Some(&open), &["--job-timeout", "10s"], |child, parent| {
        seen = (held(child), held(parent));
    });
    run.exits_with(2);
    let (child, parent) = seen;
    assert_eq!(parent.iter().filter(|path| **path == secret).count(), 2, "the control: {parent:?}");
    // Three pipes, and the snapshots that it opened itself.
    let is_own = |path: &PathBuf| {
        path.to_string_lossy().starts_with("pipe:") || path.starts_with(crate::support::cache())
    };
    assert!(child.len() >= 3 && child.iter().all(is_own), "{child:?}");
}

#[test]
fn an_answer_that_is_too_large_is_refused() {
    let run = Project::new(&[GOOD]).extract(&["--isolate", "--max-result", "100"]).exits_with(2);
    assert!(
        run.stderr.starts_with("error: the process of the job answered with more than 100 bytes"),
        "{run}"
    );
}

#[test]
fn no_process_is_left_when_the_one_that_waits_is_killed() {
    let project = Project::new(&[GOOD, ("loop.py", &format!("{}\nwhile True: pass\n", GOOD.1))]);
    let all = ["--timeout", "30m", "--fuel", "1000000000000000", "--isolate"];
    let mut command = Belljar::extract(project.path(), all).into_command();
    let mut started = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    let child = loop {
        if let Some(child) = children(started.id()).pop() {
            break child;
        }
        assert!(begun.elapsed() < PATIENCE, "no process was started");
        thread::sleep(Duration::from_millis(5));
    };
    thread::sleep(Duration::from_secs(1)); // long enough to have come to where it asks to end with the other
    started.kill().unwrap();
    started.wait().unwrap();
    let is_there = || {
        let status = fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        !status.is_empty() && !status.contains(") Z ")
    };
    while is_there() {
        assert!(begun.elapsed() < PATIENCE, "its process is still there");
        thread::sleep(Duration::from_millis(5));
    }
}

/// What it costs. The figures are for people; only what is out of all proportion fails.
#[test]
fn the_cost_is_a_moment() {
    let project = varied();
    let time = |arguments: &[&str]| {
        let begun = Instant::now();
        project.extract(&[&["--format", "json", "--quiet"], arguments].concat()).exits_with(0);
        begun.elapsed()
    };
    time(&["--isolate"]); // the first time, files are not in memory
    let pairs: Vec<(Duration, Duration)> = (0..5).map(|_| (time(&[]), time(&["--isolate"]))).collect();
    let median = |pick: fn(&(Duration, Duration)) -> Duration| {
        let mut all: Vec<Duration> = pairs.iter().map(pick).collect();
        all.sort();
        all[all.len() / 2]
    };
    let (here, isolated) = (median(|pair| pair.0), median(|pair| pair.1));
    let ratio = isolated.as_secs_f64() / here.as_secs_f64();
    println!("extract: {here:?}; with --isolate: {isolated:?}; ratio {ratio:.2}");
    assert!(isolated < here * 20 + Duration::from_secs(5), "{here:?} without, {isolated:?} with");
}
