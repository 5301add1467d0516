//! Rewrites blocks of dbt that `minijinja` does not know.

/// Blocks of dbt that contain a query; their tags are removed, and their contents stay.
const BLOCKS: &[&str] = &["snapshot", "endsnapshot"];

/// The same template with known blocks.
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
            // Comments are not changed.
            let end = tag.find("#}").map_or(tag.len(), |end| end + 2);
            let (comment, after) = tag.split_at(end);
            out.push_str(comment);
            rest = after;
            continue;
        }
        let end = tag.find("%}").map_or(tag.len(), |end| end + 2);
        let (tag, after) = tag.split_at(end);
        // Keeping line ends is the default here, and `minijinja` has no marker for it after a tag.
        let changed = changed(tag);
        match changed.strip_suffix("+%}") {
            Some(before) => out.extend([before, "%}"]),
            None => out.push_str(&changed),
        }
        rest = after;
    }
}

/// The position of the next tag or comment.
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
