//! Generates `docs/limits.md` from the limits.

use std::fmt::Write as _;

use super::{
    all::{ALL, Kind, Limit, Scope},
    values::AllLimits,
};

/// The page without its tables.
const TEXT: &str = include_str!("page.md");

/// Renders `docs/limits.md`, which lists all limits.
pub(super) fn page() -> String {
    let size = |bytes: u64| Kind::Size.show(bytes);
    let fixed = [
        ("{attempts}", belljar_engine::ATTEMPTS.to_string()),
        ("{generations}", (belljar_snapshots::ALL.len() - 1).to_string()),
        ("{stack}", size(belljar_sandbox::MAX_WASM_STACK as u64)),
        ("{python}", size(belljar_engine::MAX_SOURCE_BYTES)),
    ];
    let tables = [
        ("{runs}", Scope::Run),
        ("{sources}", Scope::Source),
        ("{jobs}", Scope::Job),
        ("{connections}", Scope::Connection),
    ];
    let tables = tables.map(|(place, scope)| (place, table(scope).trim_end().to_owned()));
    let put = |text: String, (place, with): (&str, String)| {
        assert!(text.contains(place), "{place}");
        text.replace(place, &with)
    };
    fixed.into_iter().chain(tables).fold(TEXT.to_owned(), put)
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
    let shown = limit.kind.show((limit.get)(&AllLimits::default()));
    if limit.kind != Kind::Count {
        return shown;
    }
    let digits: Vec<&str> =
        shown.as_bytes().rchunks(3).rev().map(|part| str::from_utf8(part).unwrap()).collect();
    digits.join(",")
}
