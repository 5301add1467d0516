//! Comments that silence a finding.
//!
//! `# belljar: ignore[BJ204] the column was filled in March` on the line of the finding, on the line where the brackets
//! around it close, or alone above it; `# belljar: ignore-file[BJ101] …` anywhere in a file for what is shown of the file
//! as a whole, such as a table that is gone. A code or a name of a rule, several with commas; and a reason, without which
//! nothing is silenced.

use std::collections::BTreeSet;

use belljar_schema::{Diagnostic, Document, Place, Severity as Matter};
use belljar_tree::Tree;

use crate::spot::{Spot, SpotKind};

/// What such a comment begins with.
const MARK: &str = "belljar:";

/// How long a reason may be; the rest of it is left out.
const LONGEST_REASON: usize = 300;

/// A comment that silences.
#[derive(Debug)]
pub(crate) struct Silence {
    code: &'static str,
    /// Where it stands, and the lines it speaks of; none for the file as a whole.
    pub(crate) place: Place,
    lines: Option<Vec<u32>>,
    pub(crate) reason: String,
}

impl Silence {
    /// Whether a finding of a rule, shown at a spot, is silenced by it.
    pub(crate) fn is_for(&self, code: &str, spot: &Spot) -> bool {
        let Some(place) = &spot.own else { return false };
        self.code == code
            && self.place.path == place.path
            && match &self.lines {
                Some(lines) => lines.contains(&place.line),
                None => spot.kind == SpotKind::File,
            }
    }
}

/// The comments of all files that declare something in the head; what is wrong with them goes to `problems`.
pub(crate) fn comments(head: &Document, tree: &Tree, problems: &mut Vec<Diagnostic>) -> Vec<Silence> {
    let mut found = Vec::new();
    for path in files(head) {
        let Ok(bytes) = tree.read(path) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        if !text.contains(MARK) {
            continue;
        }
        let Some(comments) = belljar_discover::comments(&text) else {
            let message = "the file can't be parsed, so no comment of it silences anything";
            problems.push(Diagnostic::new(Matter::Warning, "comments-unread", message).at(path, 0));
            continue;
        };
        for comment in comments {
            let place = Place { path: path.to_owned(), line: comment.line };
            let mut reader = Reader { place, lines: comment.targets, found: &mut found, problems };
            comment.text.split('#').for_each(|part| reader.part(part.trim()));
        }
    }
    found
}

/// The files that declare something.
fn files(head: &Document) -> BTreeSet<&str> {
    let tables = head.tables.iter().flat_map(|table| {
        table.columns.iter().map(|column| column.place.as_ref()).chain([table.place.as_ref()])
    });
    let views = head.views.iter().map(|view| view.place.as_ref());
    let classes = head.classes.iter().map(|class| class.place.as_ref());
    let unresolved = head.unresolved.iter().map(|item| Some(&item.place));
    let places = tables.chain(views).chain(classes).chain(unresolved).flatten();
    places.map(|place| place.path.as_str()).filter(|path| path.rsplit('.').next() == Some("py")).collect()
}

struct Reader<'a> {
    place: Place,
    lines: Vec<u32>,
    found: &'a mut Vec<Silence>,
    problems: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    /// Reads what stands between two `#`.
    fn part(&mut self, part: &str) {
        let Some(order) = part.strip_prefix(MARK) else { return };
        let read = order.trim_start().strip_prefix("ignore").and_then(|rest| {
            let (whole_file, rest) = rest.strip_prefix("-file").map_or((false, rest), |rest| (true, rest));
            let (codes, reason) = rest.strip_prefix('[')?.split_once(']')?;
            Some((whole_file, codes, reason.trim()))
        });
        let Some((whole_file, codes, reason)) = read else {
            let message = format!("`{part}` is not understood, and silences nothing");
            return self.problem("silence-unknown", message, "write `# belljar: ignore[CODE] reason`");
        };
        if !reason.chars().any(char::is_alphanumeric) {
            let message = "a comment that gives no reason silences nothing".to_owned();
            return self.problem("silence-without-reason", message, "write why after the code");
        }
        for code in codes.split(',').map(str::trim) {
            match belljar_rules::find(code) {
                Some(rule) => self.found.push(Silence {
                    code: rule.code,
                    place: self.place.clone(),
                    lines: (!whole_file).then(|| self.lines.clone()),
                    reason: reason.chars().take(LONGEST_REASON).collect(),
                }),
                None => self.unknown(code),
            }
        }
    }

    fn unknown(&mut self, code: &str) {
        let known: Vec<&str> =
            belljar_rules::rules().iter().flat_map(|rule| [rule.code, rule.name]).collect();
        let hint =
            belljar_settings::meant(code, &known).unwrap_or_else(|| "`belljar rules` lists them".to_owned());
        self.problem("unknown-rule", format!("no rule is called `{code}`, so nothing is silenced"), &hint);
    }

    fn problem(&mut self, code: &str, message: String, hint: &str) {
        let diagnostic = Diagnostic::new(Matter::Warning, code, message).hint(hint);
        self.problems.push(diagnostic.at(self.place.path.clone(), self.place.line));
    }
}
