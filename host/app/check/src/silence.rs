//! Comments that silence a finding.
//!
//! `# belljar: ignore[BJ204] the column was filled in March` on the line of the finding, on the line where the brackets
//! around it close, or alone above it; `# belljar: ignore-file[BJ101] …` anywhere in a file for what is shown of the file
//! as a whole, such as a table that is gone. A code or a name of a rule, several with commas; and a reason, without which
//! nothing is silenced.
//!
//! A comment of the head counts where the base has it too: in the same file, for the same rule, on the same declaration
//! ([`Silences`]). Otherwise a change could silence what it does, or move a comment from one column to another.

use std::collections::BTreeSet;

use belljar_rules::{Category, Finding, ReviewFinding};
use belljar_schema::{Diagnostic, Document, Place, Severity};
use belljar_tree::Tree;

use crate::{
    declared::Declared,
    spot::{Spot, SpotKind},
};

/// The prefix of such a comment.
const MARK: &str = "belljar:";

/// The maximum length of a reason; the rest of it is omitted.
const LONGEST_REASON: usize = 300;

/// A comment in the models that suppresses findings.
#[derive(Debug)]
pub(crate) struct Silence {
    pub(crate) code: &'static str,
    /// Its place, and the lines it applies to; `None` for the file as a whole.
    pub(crate) place: Place,
    lines: Option<Vec<u32>>,
    pub(crate) reason: String,
}

impl Silence {
    /// Whether it applies to a finding of a rule at a spot.
    fn is_for(&self, code: &str, spot: &Spot) -> bool {
        let stands_at = |place: &Place| {
            self.place.path == place.path
                && match &self.lines {
                    Some(lines) => lines.contains(&place.line),
                    None => spot.kind == SpotKind::File,
                }
        };
        let declared = spot.declared.as_ref().map(|declared| &declared.place);
        self.code == code && spot.own.iter().chain(declared).any(stands_at)
    }
}

impl Silence {
    /// Whether it applies to this line.
    fn stands_on(&self, place: &Place) -> bool {
        self.place.path == place.path && self.lines.as_ref().is_some_and(|lines| lines.contains(&place.line))
    }
}

/// The effect of comments on a finding.
pub(crate) enum Fate<'a> {
    /// No comment applies to it.
    Open,
    /// This comment silences it, for this reason.
    Silenced(&'a Silence, &'a str),
    /// This one would silence it, if it were in the base.
    Proposed(&'a Silence),
}

/// The comments of the head, and those of the base that confirm them.
#[derive(Debug, Default)]
pub(crate) struct Silences<'a> {
    head: Vec<Silence>,
    in_head: Declared<'a>,
    /// The comments of the base; `None` if the head is trusted.
    base: Option<(Vec<Silence>, Declared<'a>)>,
}

impl<'a> Silences<'a> {
    /// `base` is `None` if the comments of the head are trusted, and has no files if there are none. Problems with
    /// comments of the head go to `problems`.
    pub(crate) fn collect(
        (head, version_files, tree): (&'a Document, &BTreeSet<String>, &Tree),
        base: Option<(&'a Document, Option<&Tree>)>,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let found = comments(head, version_files, tree, problems);
        let confirming = |(document, tree): (&'a Document, Option<&Tree>)| {
            // Problems with comments of the base do not concern the change.
            let of_tree = |tree| comments(document, version_files, tree, &mut Vec::new());
            (tree.map(of_tree).unwrap_or_default(), Declared::from_document(document))
        };
        let base = if found.is_empty() { None } else { base.map(confirming) };
        Self { head: found, in_head: Declared::from_document(head), base }
    }

    /// The effect of comments on a finding. No comment silences findings about the check itself, which are for a
    /// reviewer.
    pub(crate) fn fate(&self, finding: &Finding, spot: &Spot) -> Fate<'_> {
        let mut fate = Fate::Open;
        if finding.category == Category::Review {
            return fate;
        }
        for silence in self.head.iter().filter(|silence| silence.is_for(&finding.code, spot)) {
            match self.reason(silence, finding, spot) {
                Some(reason) => return Fate::Silenced(silence, reason),
                None if matches!(fate, Fate::Open) => fate = Fate::Proposed(silence),
                None => {}
            }
        }
        fate
    }

    /// The reason that the comment of the base gives.
    fn reason<'s>(&'s self, silence: &'s Silence, finding: &Finding, spot: &Spot) -> Option<&'s str> {
        let Some((base, in_base)) = &self.base else { return Some(&silence.reason) };
        let same = |other: &&Silence| other.code == silence.code && other.place.path == silence.place.path;
        let confirms = |other: &&Silence| match (&silence.lines, &other.lines, &spot.own) {
            (None, None, _) => true,
            // A comment on the call of an index, which the base has with the comment.
            (Some(_), Some(lines), Some(place)) if spot.declared.is_some() && silence.stands_on(place) => {
                let was = spot.declared.as_ref().and_then(|declared| declared.call_was);
                was.is_some_and(|line| lines.contains(&line))
            }
            (Some(_), Some(lines), Some(place)) => {
                let place = spot.declared.as_ref().map_or(place, |declared| &declared.place);
                let wanted = self.in_head.wanted(&place.path, place.line, &finding.change.path);
                !wanted.is_empty() && wanted.is_subset(&in_base.on(&other.place.path, lines))
            }
            _ => false,
        };
        base.iter().filter(same).find(confirms).map(|other| other.reason.as_str())
    }

    /// The comments that the base does not have, each with the findings that it would silence.
    pub(crate) fn state(&self, proposed: &[(Place, &'static str, String)]) -> Vec<ReviewFinding> {
        let new = self.head.iter().filter(|silence| !self.is_known(silence));
        new.map(|silence| {
            let is_own = |(place, code, _): &&(Place, &'static str, String)| {
                *place == silence.place && *code == silence.code
            };
            let would: Vec<&str> =
                proposed.iter().filter(is_own).map(|(_, _, what)| what.as_str()).collect();
            let effect = match would.as_slice() {
                [] => "silences no finding of this change".to_owned(),
                [one] => format!("would silence {one}"),
                [one, more @ ..] => format!("would silence {one} and {} more", more.len()),
            };
            ReviewFinding {
                code: "BJ011",
                severity: if would.is_empty() { Severity::Note } else { Severity::Warning },
                subject: silence.place.path.clone(),
                part: Some(silence.code.to_owned()),
                message: format!(
                    "a comment for {} is not in the base on this declaration, so it has no effect: it {effect}",
                    silence.code
                ),
                place: Some(silence.place.clone()),
            }
        })
        .collect()
    }

    /// Whether the base has a comment at each declaration that it applies to.
    fn is_known(&self, silence: &Silence) -> bool {
        let Some((base, in_base)) = &self.base else { return true };
        let same = |other: &&Silence| other.code == silence.code && other.place.path == silence.place.path;
        base.iter().filter(same).any(|other| match (&silence.lines, &other.lines) {
            (None, None) => true,
            (Some(lines), Some(others)) => {
                let own = self.in_head.on(&silence.place.path, lines);
                own.is_subset(&in_base.on(&other.place.path, others))
            }
            _ => false,
        })
    }
}

/// The comments of all files with declarations in the head, and of version files; problems with them go to `problems`.
fn comments(
    head: &Document,
    version_files: &BTreeSet<String>,
    tree: &Tree,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Silence> {
    let mut found = Vec::new();
    let mut paths = files(head);
    paths.extend(version_files.iter().map(String::as_str));
    for path in paths {
        let Ok(bytes) = tree.read(path) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        if !text.contains(MARK) {
            continue;
        }
        let Some(comments) = belljar_discover::comments(&text) else {
            let message = "the file can't be parsed, so its comments silence nothing";
            problems.push(Diagnostic::new(Severity::Warning, "comments-unread", message).at(path, 0));
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

/// The files with declarations.
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
    /// Parses the text between two `#`.
    fn part(&mut self, part: &str) {
        let Some(order) = part.strip_prefix(MARK) else { return };
        let read = order.trim_start().strip_prefix("ignore").and_then(|rest| {
            let (whole_file, rest) = rest.strip_prefix("-file").map_or((false, rest), |rest| (true, rest));
            let (codes, reason) = rest.strip_prefix('[')?.split_once(']')?;
            Some((whole_file, codes, reason.trim()))
        });
        let Some((whole_file, codes, reason)) = read else {
            let message = format!("`{part}` can't be parsed, and silences nothing");
            return self.problem("silence-unknown", message, "write `# belljar: ignore[CODE] reason`");
        };
        if !reason.chars().any(char::is_alphanumeric) {
            let message = "a comment without a reason silences nothing".to_owned();
            return self.problem("silence-without-reason", message, "write the reason after the code");
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
        let hint = belljar_text::did_you_mean(code, &known)
            .unwrap_or_else(|| "`belljar rules` lists them".to_owned());
        self.problem("unknown-rule", format!("there is no rule `{code}`, so nothing is silenced"), &hint);
    }

    fn problem(&mut self, code: &str, message: String, hint: &str) {
        let diagnostic = Diagnostic::new(Severity::Warning, code, message).hint(hint);
        self.problems.push(diagnostic.at(self.place.path.clone(), self.place.line));
    }
}

#[cfg(test)]
mod tests;
