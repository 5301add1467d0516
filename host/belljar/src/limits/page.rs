//! `docs/limits.md`, written from the limits.

use std::fmt::Write as _;

use super::{ALL, Kind, Limit, Limits, Scope};

/// Everything around the tables.
const TEXT: &str = include_str!("page.md");

/// The page.
pub(super) fn page() -> String {
    [("{runs}", Scope::Run), ("{sources}", Scope::Source), ("{jobs}", Scope::Job)]
        .into_iter()
        .fold(TEXT.to_owned(), |text, (place, scope)| text.replace(place, table(scope).trim_end()))
}

fn table(scope: Scope) -> String {
    let mut out =
        "| limit | what it bounds | default | what you see | how to raise it |\n|---|---|---|---|---|\n"
            .to_owned();
    for limit in ALL.iter().filter(|limit| limit.scope == scope) {
        let Limit { key, bounds, seen, .. } = limit;
        let raise = if limit.flag { format!("`--{key}`, or the file") } else { "the file".to_owned() };
        writeln!(out, "| `{key}` | {bounds} | {} | {seen} | {raise} |", default(limit)).unwrap();
    }
    out
}

/// The default, with a comma between thousands.
fn default(limit: &Limit) -> String {
    let shown = limit.kind.show((limit.get)(&Limits::default()));
    if limit.kind != Kind::Count {
        return shown;
    }
    let digits: Vec<&str> =
        shown.as_bytes().rchunks(3).rev().map(|part| str::from_utf8(part).unwrap()).collect();
    digits.join(",")
}
