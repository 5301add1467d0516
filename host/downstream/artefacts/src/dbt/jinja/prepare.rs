//! What of a template is written otherwise before it is read, because dbt's own blocks are unknown to `minijinja`.

/// Blocks of dbt that hold a query; their tags go, and what is in them stays.
const BLOCKS: &[&str] = &["snapshot", "endsnapshot"];

/// The same template in blocks that are known.
pub(super) fn prepare(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    loop {
        let Some(start) = next(rest) else {
            out.push_str(rest);
            return out;
        };
        let (before, tag) = rest.split_at(start);
        out.push_str(before);
        if tag.starts_with("{#") {
            // What is said in a comment is nothing to change.
            let end = tag.find("#}").map_or(tag.len(), |end| end + 2);
            let (comment, after) = tag.split_at(end);
            out.push_str(comment);
            rest = after;
            continue;
        }
        let end = tag.find("%}").map_or(tag.len(), |end| end + 2);
        let (tag, after) = tag.split_at(end);
        // What keeps a line's end is the default here, and `minijinja` has no sign for it behind a tag.
        let changed = changed(tag);
        match changed.strip_suffix("+%}") {
            Some(before) => out.extend([before, "%}"]),
            None => out.push_str(&changed),
        }
        rest = after;
    }
}

/// Where the next tag or comment begins.
fn next(text: &str) -> Option<usize> {
    let mut braces = text.match_indices('{').map(|(at, _)| at);
    braces.find(|at| matches!(text.as_bytes().get(at + 1), Some(b'%' | b'#')))
}

fn changed(tag: &str) -> String {
    let body = tag.trim_start_matches(['{', '%', '-', '+']).trim_start();
    let word = body.split(|one: char| !one.is_alphanumeric()).next().unwrap_or_default();
    if BLOCKS.contains(&word) {
        return String::new();
    }
    tag.to_owned()
}
