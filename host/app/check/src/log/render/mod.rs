//! Writes a log. All texts of a commit are an author's: each format neutralises them.

mod csv;
mod markdown;
mod text;

pub use csv::csv;
pub use markdown::markdown;
pub use text::text;

use belljar_diff::Diff;
use belljar_text::counted;

use super::{End, Log, LoggedCommit};

/// The number of digits of a hash for people.
const SHORT: usize = 12;

fn short(id: &str) -> &str {
    id.get(..SHORT).unwrap_or(id)
}

/// The changes of a commit, to be written as those of a diff.
fn diff(commit: &LoggedCommit) -> Diff {
    Diff::of_changes(commit.changes.clone())
}

/// Where changes can have happened that are listed under a commit.
fn between(commit: &LoggedCommit) -> Option<String> {
    let oldest = commit.or_in.last()?;
    let count = counted(commit.or_in.len(), "commit");
    let end = commit.compared_with.as_deref().map_or_else(String::new, |id| format!(", after {}", short(id)));
    Some(format!(
        "in this commit or in {count} before it whose schema is not known, from {} on{end}",
        short(oldest)
    ))
}

/// The last lines: what was read, and what is not known.
fn summary(log: &Log) -> Vec<String> {
    let changed = log.commits.iter().filter(|commit| commit.reason.is_none()).count();
    let what = log.subject.as_ref().map_or("the schema", |_| "it");
    let read = counted(log.commits_read, "commit");
    let mut lines = vec![match changed {
        0 => format!("no change of {what} found in {read}"),
        1 => format!("1 of {read} changed {what}"),
        many => format!("{many} of {read} changed {what}"),
    }];
    if log.commits_not_known > 0 {
        let count = counted(log.commits_not_known, "commit");
        lines.push(format!(
            "the schema of {count} is not known: changes may be missing or listed under a later commit"
        ));
    }
    let end = match log.end {
        End::Root | End::Base | End::Since => None,
        End::Limit => Some("older commits were not read: `-n` sets how many are"),
        End::Missing => Some("older commits are missing in this clone: `git fetch --unshallow` fetches them"),
    };
    lines.extend(end.map(str::to_owned));
    lines
}
