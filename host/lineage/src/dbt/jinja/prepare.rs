//! What of a template is written otherwise, because `minijinja`'s lists can't be added to and dbt's own blocks are unknown
//! to it.

/// Blocks of dbt that hold a query; their tags go, and what is in them stays.
const BLOCKS: &[&str] = &["snapshot", "endsnapshot"];

/// The same template with lists that can be added to.
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

fn next(text: &str) -> Option<usize> {
    match (text.find("{%"), text.find("{#")) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn changed(tag: &str) -> String {
    let body = tag.trim_start_matches(['{', '%', '-', '+']).trim_start();
    let word = body.split(|one: char| !one.is_alphanumeric()).next().unwrap_or_default();
    if BLOCKS.contains(&word) {
        return String::new();
    }
    let Some((left, right)) = tag.split_once('=').filter(|_| word == "set") else { return tag.to_owned() };
    let Some(value) = right.strip_suffix("%}") else { return tag.to_owned() };
    let value = value.strip_suffix(['-', '+']).unwrap_or(value);
    let close = right.strip_prefix(value).unwrap_or_default();
    let inner = value.trim();
    let wrapped = if is_whole(inner, '[', ']') {
        format!(" __list({inner})")
    } else if is_whole(inner, '{', '}') {
        format!(" __dict({inner})")
    } else {
        value.replace("[]", "__list([])").replace("{}", "__dict({})")
    };
    format!("{left}={wrapped} {close}")
}

/// The first bracket is closed by the last letter.
fn is_whole(text: &str, open: char, close: char) -> bool {
    if !text.starts_with(open) || !text.ends_with(close) {
        return false;
    }
    let mut depth = 0usize;
    let mut quote = None;
    for (at, one) in text.char_indices() {
        match quote {
            Some(end) if one == end => quote = None,
            None if one == '"' || one == '\'' => quote = Some(one),
            None if one == open => depth += 1,
            None if one == close => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + one.len_utf8() == text.len();
                }
            }
            _ => {}
        }
    }
    false
}
