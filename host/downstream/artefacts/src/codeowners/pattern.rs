use globset::{Glob, GlobBuilder};

use super::Host;

/// The maximum length of a pattern.
const LONGEST: usize = 1_000;

/// The globs for a pattern.
pub(super) fn globs(pattern: &str, host: Host) -> Result<Vec<Glob>, String> {
    let pattern = if host == Host::Gitlab { pattern.strip_prefix('!').unwrap_or(pattern) } else { pattern };
    if pattern.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    if host == Host::Github && pattern.starts_with('!') {
        return Err("GitHub does not support `!`".to_owned());
    }
    if host == Host::Github && pattern.contains(['[', ']']) {
        return Err("GitHub does not support `[…]`".to_owned());
    }
    let (body, directory) = match pattern.strip_suffix('/') {
        Some(body) => (body, true),
        None => (pattern, false),
    };
    let anchored = body.starts_with('/') || host == Host::Github && body.contains('/');
    let body = body.trim_start_matches('/');
    if body.is_empty() {
        // `/` alone matches everything.
        return if directory { one("**").map(|glob| vec![glob]) } else { Err("it is empty".to_owned()) };
    }
    let start = if anchored || body == "**" || body.starts_with("**/") { "" } else { "**/" };
    let body = format!("{start}{}", escaped(body, host));
    let mut out = Vec::new();
    if !directory {
        out.push(one(&body)?);
    }
    // GitHub: a name also matches a directory with all its contents, but `docs/*` matches only direct entries.
    let last = body.rsplit('/').next().unwrap_or_default();
    let alone = !pattern.contains('/');
    if directory || host == Host::Github && (alone || !last.contains('*')) {
        out.push(one(&format!("{body}/**"))?);
    }
    Ok(out)
}

/// Braces have no meaning in these files.
fn escaped(body: &str, host: Host) -> String {
    let mut out = String::new();
    for letter in body.chars() {
        let special = matches!(letter, '{' | '}') || host == Host::Github && matches!(letter, '[' | ']');
        if special {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

fn one(glob: &str) -> Result<Glob, String> {
    let built = GlobBuilder::new(glob).literal_separator(true).backslash_escape(true).build();
    built.map_err(|error| format!("it is not a valid pattern: {}", error.kind()))
}
