use std::fmt::{self, Write as _};

use belljar_diff::render::Changes;
use belljar_text::safe;
use owo_colors::OwoColorize as _;

use super::{between, diff, short, summary};
use crate::log::{Log, LoggedCommit};

/// For a terminal, in colours.
pub fn text(log: &Log) -> String {
    let mut out = String::new();
    for commit in &log.commits {
        let _ = write_commit(commit, &mut out); // writing to a string does not fail
    }
    for line in summary(log) {
        let _ = writeln!(out, "{line}");
    }
    out
}

fn write_commit(commit: &LoggedCommit, out: &mut String) -> fmt::Result {
    let date = commit.date.split('T').next().unwrap_or_default();
    write!(out, "{} {}", "commit".yellow(), short(&commit.id).yellow())?;
    writeln!(out, "  {}  {}", safe(date), safe(&commit.author))?;
    writeln!(out, "    {}", safe(&commit.subject).bold())?;
    if let Some(number) = &commit.pull_request {
        let kind = if number.starts_with('!') { "merge request" } else { "pull request" };
        writeln!(out, "    {kind} {}", safe(number))?;
    }
    for path in &commit.migrations {
        writeln!(out, "    migration {}", safe(path))?;
    }
    if let Some(reason) = &commit.reason {
        return writeln!(out, "    {}: {}\n", "not known".magenta(), safe(reason));
    }
    if let Some(between) = between(commit) {
        writeln!(out, "    {}: {between}", "changed".magenta())?;
    }
    writeln!(out)?;
    write!(out, "{}", Changes(&diff(commit)))
}
