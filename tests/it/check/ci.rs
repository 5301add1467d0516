//! The page about checking a change. What the definitions for CI run is tried in packaging/tests.

use crate::support::Belljar;

/// The example of the page is what comes out.
#[test]
fn the_page() {
    let page = include_str!("../../../docs/check.md");
    let blocks = |language: &str| -> Vec<&str> {
        let fence = format!("```{language}\n");
        let parts: Vec<&str> = page.split(&fence).skip(1).collect();
        parts.into_iter().map(|part| part.split("```").next().unwrap()).collect()
    };
    let (code, config) = (blocks("python"), blocks("toml"));
    let project = super::shop::commits(config[0], code[0], code[1]);
    let run = super::shop::last(&project, &[]).exits_with(1);
    assert_eq!(run.stdout, blocks("text")[0]);
    let comment = super::shop::last(&project, &["--format", "markdown"]).stdout;
    assert!(comment.starts_with(blocks("markdown")[0].trim_end()), "{comment}");
    // Everything that the page says can be set can be.
    for text in config {
        let run = Belljar::new(super::shop::commits(text, code[0], code[1]).path())
            .arguments(["check", "HEAD~1", "HEAD", "--quiet", "--fail-on", "never"])
            .run();
        run.exits_with(0);
    }
}
