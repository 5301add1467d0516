//! The examples of `docs/what-is-exact.md`: run, and compared with what stands under them.

use crate::support::Project;

const PAGE: &str = include_str!("../../docs/what-is-exact.md");

/// The text of the next block in a language, and what comes after it.
fn block<'a>(text: &'a str, language: &str) -> Option<(&'a str, &'a str)> {
    let (_, after) = text.split_once(&format!("```{language}\n"))?;
    after.split_once("```")
}

#[test]
fn what_is_exact() {
    let mut rest = PAGE;
    let mut wrong = Vec::new();
    let mut count = 0;
    while let Some((code, after)) = block(rest, "python") {
        let (shown, after) = block(after, "text").expect("an example without its output");
        rest = after;
        count += 1;
        let project = Project::new(&[("models.py", code)]);
        let run = project.extract(&["--format", "text", "--quiet"]).exits_with(0);
        if run.stdout.trim_end() != shown.trim_end() {
            wrong.push(format!("example {count} gives\n{}\n", run.stdout));
        }
    }
    assert!(count >= 9, "{count} examples");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
