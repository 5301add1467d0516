use std::{
    fs,
    time::{Duration, Instant},
};

use belljar_notify::{
    Event, HookInput, HookReport, Run,
    config::{Config, Hooks},
    run_hooks,
};

fn hooks(text: &str) -> Hooks {
    Config::parse(text).unwrap_or_else(|problems| panic!("{problems:?}")).hooks
}

fn shell(script: &str, limit: &str) -> Hooks {
    let script = serde_json::to_string(script).unwrap();
    hooks(&format!("[hooks]\ntime-limit = '{limit}'\ncheck.failed = ['/bin/sh', '-c', {script}]\n"))
}

/// Runs hooks in a folder of their own.
fn run(hooks: &Hooks, document: Option<&str>) -> (Vec<HookReport>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let run = Run::default().stated(Some("a\"b"), None).unwrap();
    let input = HookInput {
        event: Event::CheckFailed,
        exit_code: 1,
        run: &run,
        project: "shop",
        document,
        failure: None,
    };
    (run_hooks(hooks, folder.path(), input), folder)
}

#[test]
fn a_hook_gets_json_and_variables() {
    let script = "cat > input.json; echo \"$BELLJAR_EVENT $BELLJAR_EXIT_CODE\"; echo oh >&2";
    let (reports, folder) = run(&shell(script, "30s"), Some("{\"passed\": false}"));
    assert_eq!(reports[0].failure, None);
    let mut output = reports[0].output.clone();
    output.sort_unstable();
    assert_eq!(output, ["check.failed 1", "oh"]);
    let text = fs::read_to_string(folder.path().join("input.json")).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&value["format"], &value["event"], &value["exit_code"]),
        (&"1.0".into(), &"check.failed".into(), &1.into())
    );
    assert_eq!((&value["document"]["passed"], &value["run"]["change"]), (&false.into(), &"a\"b".into()));
}

/// The process that made the document is not trusted with the rest of the input.
#[test]
fn a_document_that_is_no_json_is_none() {
    for document in ["{", "{}, \"event\": \"check.passed\"", "", "null null"] {
        let (_, folder) = run(&shell("cat > input.json", "30s"), Some(document));
        let text = fs::read_to_string(folder.path().join("input.json")).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (&value["document"], &value["event"]),
            (&serde_json::Value::Null, &"check.failed".into()),
            "{document}"
        );
    }
}

/// A line of the document could be taken for an input of its own.
#[test]
fn the_input_is_one_line() {
    let document = "{\n\"a\":\r\n{\"event\": \"check.passed\"}\n,\"b\": \"\\n\"}\n";
    let (_, folder) = run(&shell("cat > input.json", "30s"), Some(document));
    let text = fs::read_to_string(folder.path().join("input.json")).unwrap();
    assert!(text.lines().count() == 1 && text.ends_with('\n') && !text.contains('\r'), "{text}");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["document"], serde_json::from_str::<serde_json::Value>(document).unwrap());
}

/// This test runs itself with the variable, as it can't set it for itself.
#[test]
fn a_hook_does_not_get_the_file() {
    if std::env::var_os("BELLJAR_NOTIFY").is_some() {
        let (reports, _) = run(&shell("echo \"<$BELLJAR_NOTIFY>\"", "30s"), None);
        assert_eq!(reports[0].output, ["<>"]);
        return;
    }
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "hooks::a_hook_does_not_get_the_file"]).env("BELLJAR_NOTIFY", "x.toml");
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
fn a_hook_that_fails_is_reported() {
    for (script, failure) in [
        ("exit 3", "it exited with 3"),
        ("kill -9 $$", "it was ended by signal 9"),
        ("sleep 60", "it took more than 500ms, and was ended"),
        ("sleep 60 & sleep 60", "it took more than 500ms, and was ended"),
        ("yes", "it took more than 500ms, and was ended"),
        ("trap '' TERM INT HUP; while :; do :; done", "it took more than 500ms, and was ended"),
    ] {
        let begun = Instant::now();
        let (reports, _) = run(&shell(script, "500ms"), None);
        assert_eq!(reports[0].failure.as_deref(), Some(failure), "{script}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{script}: {:?}", begun.elapsed());
    }
    let (reports, _) = run(&hooks("[hooks]\ncheck.failed = ['belljar-no-such-program']\n"), None);
    assert!(reports[0].failure.as_ref().unwrap().starts_with("it can't be started"), "{reports:?}");
}

/// A process that a hook leaves behind ends with it, and does not keep the program waiting.
#[test]
fn nothing_outlasts_a_hook() {
    let begun = Instant::now();
    let script = "(sleep 2; touch late) & echo done";
    let (reports, folder) = run(&shell(script, "30s"), None);
    assert_eq!(
        (reports[0].failure.as_deref(), reports[0].output.as_slice()),
        (None, &["done".to_owned()][..])
    );
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    std::thread::sleep(Duration::from_millis(2_500));
    assert!(!folder.path().join("late").exists());
}

#[test]
fn output_is_text_and_limited() {
    let (reports, _) = run(&shell("printf '\\033[2J\\007a\\n::error::x\\n'", "30s"), None);
    assert_eq!(reports[0].output, ["\\u{1b}[2J\\u{7}a", "::error::x"]);
    let (reports, _) = run(&shell("head -c 10000000 /dev/zero | tr '\\0' x", "30s"), None);
    let size: usize = reports[0].output.iter().map(String::len).sum();
    assert!(size < 40_000 && reports[0].failure.is_none(), "{size}");
    // Lines of both outputs are not mixed, and `…` stands for what is left out, and for nothing else.
    let script = "for _ in 1 2 3 4 5 6; do printf '%02046d' 1; printf '%02046d' 2 >&2; done; echo; echo >&2";
    let (reports, _) = run(&shell(script, "30s"), None);
    let expected = [1, 2].map(|digit| format!("{digit:02046}").repeat(6));
    assert_eq!(reports[0].output, expected);
    for (size, marks) in [(16 << 10, 0), ((16 << 10) + 1, 1)] {
        let (reports, _) = run(&shell(&format!("head -c {size} /dev/zero | tr '\\0' x"), "30s"), None);
        assert_eq!(reports[0].output.iter().filter(|line| *line == "…").count(), marks, "{size}");
    }
}

/// An input that the hook does not read, and no shell between.
#[test]
fn arguments_are_passed_as_they_are() {
    let large = format!("\"{}\"", "x".repeat(4 << 20));
    let text = "[hooks]\ncheck.failed = [['echo', '$HOME; touch x', '*'], ['/bin/true']]\ncheck.passed = ['touch', 'passed']\n";
    let (reports, folder) = run(&hooks(text), Some(&large));
    assert_eq!(reports.len(), 2, "{reports:?}");
    assert_eq!(reports[0].output, ["$HOME; touch x *"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// Programs with a path count from the folder of the configuration, not from the repository in which the command runs.
#[test]
fn programs_are_those_of_the_operator() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("hook.sh"), "pwd\n").unwrap();
    let run = Run::default();
    let input = HookInput {
        event: Event::CheckFailed,
        exit_code: 1,
        run: &run,
        project: "p",
        document: None,
        failure: None,
    };
    let reports = run_hooks(&hooks("[hooks]\ncheck.failed = ['sh', 'hook.sh']\n"), folder.path(), input);
    assert_eq!(
        reports[0].output,
        [folder.path().canonicalize().unwrap().display().to_string()],
        "{reports:?}"
    );
    let reports = run_hooks(&hooks("[hooks]\ncheck.failed = ['./hook.sh']\n"), folder.path(), input);
    assert!(reports[0].failure.as_ref().unwrap().contains("Permission denied"), "it is found: {reports:?}");
}
