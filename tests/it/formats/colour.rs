//! Colour is for terminals, and for who asks for it.

use crate::support::{Belljar, GOOD, Project, Run};

const ESCAPE: char = '\u{1b}';

fn run(variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let project = Project::new(&[GOOD, ("torn.py", "import sqlalchemy\nclass (")]);
    let call = Belljar::extract(project.path(), ["--format", "text"]).arguments(arguments);
    variables.iter().fold(call, |call, (name, value)| call.env(name, value)).run()
}

#[test]
fn none_in_a_pipe() {
    let run = run(&[], &[]).exits_with(0);
    assert!(!run.stdout.contains(ESCAPE) && !run.stderr.contains(ESCAPE), "{run}");
}

#[test]
fn clicolor_force_brings_it() {
    let run = run(&[("CLICOLOR_FORCE", "1")], &[]).exits_with(0);
    assert!(run.stdout.contains(ESCAPE) && run.stderr.contains(ESCAPE), "{run}");
}

#[test]
fn no_color_wins() {
    let run = run(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]).exits_with(0);
    assert!(!run.stdout.contains(ESCAPE) && !run.stderr.contains(ESCAPE), "{run}");
}

#[test]
fn none_in_a_file() {
    let project = Project::new(&[GOOD]);
    Belljar::extract(project.path(), ["-o", "out.txt"]).env("CLICOLOR_FORCE", "1").run().exits_with(0);
    assert!(!std::fs::read_to_string(project.path().join("out.txt")).unwrap().contains(ESCAPE));
}

#[test]
fn without_colour_the_words_are_the_same() {
    let plain = run(&[], &[]);
    let coloured = run(&[("CLICOLOR_FORCE", "1")], &[]);
    assert_ne!(coloured.stdout, plain.stdout);
    assert_eq!(anstream::adapter::strip_str(&coloured.stdout).to_string(), plain.stdout);
    assert_eq!(anstream::adapter::strip_str(&coloured.stderr).to_string(), plain.stderr);
}
