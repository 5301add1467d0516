use super::{
    INFORMATION, MOST_NOTES,
    group::{Group, groups},
    places,
    safe::code,
    sentence::{sentence, sign},
    side,
    text::tally,
};
use crate::{Certainty, Change, Diff, Effect};

/// For a comment on a pull request. All that comes from the repository stands in code spans, so that it can't be markup,
/// a link or a mention.
pub fn markdown(diff: &Diff) -> String {
    let mut out = String::new();
    for group in groups(diff, Effect::Database) {
        self::group(&group, &mut out);
    }
    let information = groups(diff, Effect::Information);
    if !information.is_empty() {
        out += &format!("<details><summary>{INFORMATION}</summary>\n\n");
        for group in &information {
            self::group(group, &mut out);
        }
        out += "</details>\n\n";
    }
    for diagnostic in &diff.diagnostics {
        out += &format!("Warning: {}\n\n", code(&diagnostic.message));
    }
    out + &tally(diff).replace('\n', "\n\n")
}

fn group(group: &Group<'_>, out: &mut String) {
    *out += &format!("#### {} {}\n\n", group.kind, code(&group.name));
    for change in &group.changes {
        self::change(change, out);
    }
    out.push('\n');
}

fn change(change: &Change, out: &mut String) {
    let places: Vec<String> = places(change)
        .iter()
        .map(|(was, place)| format!("{was}{}", code(&format!("{}:{}", place.path, place.line))))
        .collect();
    let sure = match change.certainty {
        Certainty::Certain => "",
        Certainty::Likely => " _(likely)_",
        Certainty::CannotTell => " _(can't tell)_",
    };
    let line = format!("- `{}` {}{sure} {}", sign(change), sentence(change, &code), places.join(", "));
    *out += &format!("{}\n", line.trim_end());
    for note in change.notes.iter().take(MOST_NOTES) {
        *out += &format!("  - {}{}\n", side(note.side), code(&note.message));
        if let Some(hint) = &note.hint {
            *out += &format!("    - hint: {}\n", code(hint));
        }
    }
    if let Some(more) = change.notes.len().checked_sub(MOST_NOTES + 1) {
        *out += &format!("  - … and {} more\n", more + 1);
    }
}
