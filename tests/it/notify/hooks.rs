use std::fs;

use serde_json::Value;

use super::setup::{AFTER, BEFORE, Setup};

/// Hooks that append their input to a file of the operator.
const ALL: &str = "[hooks]
extract.finished = ['/bin/sh', '-c', 'cat >> events']
extract.error = ['/bin/sh', '-c', 'cat >> events']
check.passed = ['/bin/sh', '-c', 'cat >> events']
check.failed = ['/bin/sh', '-c', 'cat >> events']
check.error = ['/bin/sh', '-c', 'cat >> events']
";

fn events(setup: &Setup) -> Vec<Value> {
    let text = fs::read_to_string(setup.operator.path().join("events")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn hooks_get_the_document_of_the_command() {
    let setup = Setup::new(ALL);
    let file = setup.file();
    let file = file.to_str().unwrap();
    setup.check(&[]).exits_with(1);
    setup.check(&["--fail-on", "never", "--isolate=never"]).exits_with(0);
    setup.belljar(&["check", "no-such-revision", "HEAD", "--notify", file]).exits_with(2);
    setup.belljar(&["extract", "--timeout", "30m", "--notify", file]).exits_with(0);
    setup
        .belljar(&["extract", "--timeout", "30m", "--isolate", "--notify", file, "--format", "sql"])
        .exits_with(0);
    setup.belljar(&["extract", "no-such-folder", "--notify", file]).exits_with(2);
    let events = events(&setup);
    let shown: Vec<(&str, i64, bool)> = events
        .iter()
        .map(|one| {
            (one["event"].as_str().unwrap(), one["exit_code"].as_i64().unwrap(), one["document"].is_object())
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("check.failed", 1, true),
            ("check.passed", 0, true),
            ("check.error", 2, false),
            ("extract.finished", 0, true),
            ("extract.finished", 0, true),
            ("extract.error", 2, false),
        ]
    );
    assert_eq!(events[0]["document"]["findings"][0]["code"], "BJ102");
    assert_eq!(events[3]["document"]["tables"][0]["name"], "users");
    assert!(events[2]["failure"].as_str().unwrap().contains("no-such-revision"), "{}", events[2]);
}

#[test]
fn a_hook_does_not_change_the_result() {
    for (command, part) in [
        (
            "['/bin/sh', '-c', 'exit 7']",
            "the hook `/bin/sh -c exit 7` of check.failed failed: it exited with 7",
        ),
        ("['/bin/sleep', '60']", "it took more than 1s, and was ended"),
        ("['no-such-program']", "it can't be started"),
    ] {
        let setup = Setup::new(&format!("[hooks]\ntime-limit = '1s'\ncheck.failed = {command}\n"));
        let run = setup.check(&[]).exits_with(1);
        assert!(run.stderr.contains(part) && run.stdout.contains("BJ102"), "{run}");
    }
}

#[test]
fn what_a_hook_prints_is_text() {
    let setup =
        Setup::new("[hooks]\ncheck.failed = ['/usr/bin/printf', '::error::x\\n\\033[2J##[add-mask]a\\n']\n");
    let run = setup.check(&[]).exits_with(1);
    let lines: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("hook ")).collect();
    assert_eq!(
        lines,
        ["hook check.failed: ::error::x", "hook check.failed: \\u{1b}[2J#\\u{23}[add-mask]a"],
        "{run}"
    );
}

/// Programs and configurations with the names of those of the operator lie in the change, which is where the command runs.
#[test]
fn a_change_runs_nothing() {
    let evil = "#!/bin/sh\ntouch /tmp/belljar-evil-$$; echo evil\n";
    let config = "[hooks]\ncheck.failed = ['/bin/sh', 'hook.sh']\n";
    let setup = Setup::of(
        config,
        &[("models.py", BEFORE)],
        &[
            ("models.py", AFTER),
            ("hook.sh", evil),
            ("sh", evil),
            ("notify.toml", "[hooks]\ncheck.failed = ['evil']\n"),
        ],
    );
    fs::write(setup.operator.path().join("hook.sh"), "echo mine; pwd\n").unwrap();
    let run = setup.check(&[]).exits_with(1);
    assert!(run.stderr.contains("hook check.failed: mine") && !run.stderr.contains("evil"), "{run}");
}
