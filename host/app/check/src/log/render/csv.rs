use belljar_diff::render;
use belljar_schema::Certainty;
use belljar_text::safe;

use crate::log::{Log, LoggedCommit};

const HEADER: [&str; 15] = [
    "commit",
    "date",
    "author",
    "pull_request",
    "subject",
    "migrations",
    "status",
    "or_in",
    "kind",
    "name",
    "part",
    "code",
    "certainty",
    "change",
    "place",
];

/// Comma-separated values (RFC 4180, with plain line ends), with a row for each change, and one for each commit that is not known.
///
/// Spreadsheets run a cell that begins like a formula, so such a cell gets an apostrophe, as OWASP advises.
pub fn csv(log: &Log) -> String {
    let mut out = row(&HEADER.map(str::to_owned));
    for commit in &log.commits {
        let start = of_commit(commit);
        if let Some(reason) = &commit.reason {
            let end = ["", "", "", "", "", reason, ""].map(str::to_owned);
            out.push_str(&row(&[start.as_slice(), &end].concat()));
        }
        for change in &commit.changes {
            let place = render::place(change).map(|place| format!("{}:{}", place.path, place.line));
            let end = [
                change.subject.text().to_owned(),
                change.path.full_name(),
                change.path.part.clone().unwrap_or_default(),
                change.code.clone(),
                certainty(change.certainty).to_owned(),
                render::line(change),
                place.unwrap_or_default(),
            ];
            out.push_str(&row(&[start.as_slice(), &end].concat()));
        }
    }
    out
}

fn of_commit(commit: &LoggedCommit) -> [String; 8] {
    let status = if commit.reason.is_some() { "not_known" } else { "changed" };
    [
        commit.id.clone(),
        commit.date.clone(),
        commit.author.clone(),
        commit.pull_request.clone().unwrap_or_default(),
        commit.subject.clone(),
        commit.migrations.join(" "),
        status.to_owned(),
        commit.or_in.join(" "),
    ]
}

const fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "certain",
        Certainty::Likely => "likely",
        Certainty::CannotTell => "undetermined",
    }
}

fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    format!("{}\n", cells.join(","))
}

/// A cell: one line without control characters, which no spreadsheet takes for a formula, in quotes where it has to be.
fn quoted(text: &str) -> String {
    let mut text = safe(text);
    if text.trim_start_matches([' ', '\'', '"']).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
    {
        text.insert(0, '\'');
    }
    if text.contains([',', '"', ';', ' ', '\'']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for text in
            ["=1+1", "+1", "-1", "@A1", " =1", "\t=1", "\r=1", "'=1", "\"=1", "＝1", "=cmd|' /C calc'!A0"]
        {
            let cell = quoted(text);
            let inside = cell.trim_matches('"').replace("\"\"", "\"");
            assert!(!inside.starts_with(['=', '+', '-', '@', '＝', ' ', '\t', '\r', '"']), "{text}: {cell}");
        }
        for text in ["a", "a=b", "users", "1-2", ""] {
            assert_eq!(quoted(text), text);
        }
    }

    #[test]
    fn quotes_and_lines_stay_in_their_cell() {
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
        assert_eq!(quoted("a\r\nb\u{1b}[31m").matches(['\r', '\n', '\u{1b}']).count(), 0);
        assert_eq!(row(&["a".to_owned(), "b c".to_owned()]), "a,\"b c\"\n");
    }
}
