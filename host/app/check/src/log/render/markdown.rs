use std::fmt::Write as _;

use belljar_diff::render::Markdown;
use belljar_text::{MOST_BYTES, Page, code, prose};

use super::{between, diff, short, summary};
use crate::log::{Log, LoggedCommit};

/// For a page or a comment. All texts of a commit are in code spans, so that they can't be markup, a link or a mention.
pub fn markdown(log: &Log) -> String {
    let mut page = Page::new(MOST_BYTES);
    for commit in &log.commits {
        page.push(&heading(commit));
        Markdown(&diff(commit)).changes(&mut page);
    }
    if page.left_out() > 0 {
        page.close(&format!("… and {} more lines, too many for a comment\n\n", page.left_out()));
    }
    page.close(&summary(log).join("\n\n"));
    page.close("\n");
    page.into_text()
}

fn heading(commit: &LoggedCommit) -> String {
    let date = commit.date.split('T').next().unwrap_or_default();
    let mut out = format!("### {}\n\n", code(&commit.subject));
    let mut line = format!("{}, {}, {}", code(short(&commit.id)), code(date), code(&commit.author));
    if let Some(number) = &commit.pull_request {
        let _ = write!(line, ", {}", code(number)); // writing to a string does not fail
    }
    for path in &commit.migrations {
        let _ = write!(line, ", migration {}", code(path));
    }
    out.push_str(&line);
    out.push_str("\n\n");
    if let Some(reason) = &commit.reason {
        let _ = write!(out, "**Not known**: {}\n\n", prose(reason));
    }
    if let Some(between) = between(commit) {
        let _ = write!(out, "**Changed** {between}\n\n");
    }
    out
}
