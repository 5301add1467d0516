//! Limits from a file: what the operator sets holds, and callers can lower it.

use insta::assert_snapshot;

use crate::support::{Belljar, GOOD, Project, Run};

const LIMITS: &str = "timeout = '30m'
memory = '512MiB'

[tenant.acme]
fuel = 1_000_000
";

#[track_caller]
fn with(limits: &str, arguments: &[&str]) -> Run {
    let project = Project::new(&[GOOD, ("limits.toml", limits)]);
    let arguments = [&["extract", "--format", "text", "--limits", "limits.toml"], arguments].concat();
    Belljar::new(project.path()).arguments(arguments).run()
}

#[test]
fn what_the_file_sets_holds() {
    with(LIMITS, &[]).exits_with(0);
    let run = with(LIMITS, &["--tenant", "acme"]).exits_with(1);
    assert!(run.stderr.contains("it used up its fuel"), "{run}");
    let run = with("timeout = '30m'\nmax-files = 1", &[]).exits_with(2);
    assert!(run.stderr.contains("more than 1 files"), "{run}");
}

#[test]
fn a_flag_lowers_what_the_file_sets() {
    let run = with(LIMITS, &["--fuel", "1000000"]).exits_with(1);
    assert!(run.stderr.contains("it used up its fuel"), "{run}");
}

#[test]
fn a_flag_that_would_raise_it_is_refused() {
    assert_snapshot!(with(LIMITS, &["--memory", "1GiB"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `--memory` is 1GiB, over the 512MiB that limits.toml:2 sets
    hint: give 512MiB or less, or ask the operator to raise it in `limits.toml`
    ");
    assert_snapshot!(with(LIMITS, &["--tenant", "acme", "--fuel", "1000001"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `--fuel` is 1000001, over the 1000000 that limits.toml:5 sets for tenant `acme`
    hint: give 1000000 or less, or ask the operator to raise it in `limits.toml`
    ");
}

#[test]
fn a_key_that_is_none_is_refused() {
    assert_snapshot!(with("fuel = 1\nmax-fiels = 3", &[]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: limits.toml:2: unknown limit `max-fiels`
    hint: did you mean `max-files`?
    ");
}

/// The text of the first block in a language.
fn block<'a>(page: &'a str, language: &str) -> &'a str {
    let (_, after) = page.split_once(&format!("```{language}\n")).unwrap();
    after.split_once("```").unwrap().0
}

#[test]
fn the_example_of_the_page() {
    let page = include_str!("../../docs/limits.md");
    let shown = block(page, "console");
    let (call, reported) = shown.split_once('\n').unwrap();
    let arguments: Vec<&str> =
        call.trim_start_matches("$ belljar extract --limits limits.toml ").split(' ').collect();
    assert_eq!(with(block(page, "toml"), &arguments).exits_with(2).stderr, reported);
}

#[test]
fn a_tenant_needs_a_file() {
    let project = Project::new(&[GOOD]);
    let run = project.extract(&["--tenant", "acme"]).exits_with(2);
    assert!(run.stderr.contains("--limits <FILE>"), "{run}");
}
