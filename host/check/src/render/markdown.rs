use std::{collections::BTreeSet, fmt::Write as _};

use belljar_diff::render::{Markdown, code, prose};
use belljar_rules::Severity;
use belljar_schema::Diagnostic;

use super::{also, at, count, databases, doubt, ending, only, severity, tally};
use crate::{Item, Verdict};

/// The most that a comment may have on GitHub is 65,536 characters; some are left for whoever posts it.
const LONGEST: usize = 60_000;

/// How many findings stand in the open; the rest is folded.
const MOST_OPEN: usize = 12;

/// How many findings, doubts and recipes are told at all.
const MOST: usize = 100;
const MOST_RECIPES: usize = 12;

/// For a comment on a pull request that is written anew with every run: short, the gravest first, and the rest folded. Its
/// first line is a comment by which it is found again; it is the same for the same `prefix` ([`crate::Input::prefix`]).
pub fn markdown(verdict: &Verdict, prefix: &str) -> String {
    let mut page = Page { text: marker(prefix), left_out: false };
    page.open(verdict);
    if let Some(impact) = &verdict.impact {
        page.folded(&downstream(impact), &belljar_impact::render::Markdown(impact).to_string());
    }
    page.folded("Silenced by comments", &silenced(verdict));
    page.folded("What to do instead", &recipes(verdict));
    page.folded("Not known for sure", &doubts(verdict));
    let changes = verdict.diff.changes.len();
    if changes > 0 {
        page.folded(&format!("All that changes ({changes})"), &Markdown(&verdict.diff).to_string());
    }
    if page.left_out {
        page.text.push_str("What is left out here is too long for a comment; `belljar check` shows it.\n\n");
    }
    let _ = writeln!(page.text, "<sub>{}; {}</sub>", ending(verdict), databases(verdict));
    page.text
}

/// What is folded of those who read the schema, in a line.
fn downstream(impact: &belljar_impact::Impact) -> String {
    let summary = &impact.summary;
    format!(
        "Downstream: {} {}, {} silently, {} not affected",
        summary.breaks,
        if summary.breaks == 1 { "breaks" } else { "break" },
        if summary.changes_silently == 1 {
            "1 changes".to_owned()
        } else {
            format!("{} change", summary.changes_silently)
        },
        summary.not_affected
    )
}

/// The line that a comment is found by. Only what can stand in a comment of HTML is taken of a folder's name.
fn marker(prefix: &str) -> String {
    let plain =
        |letter: char| if letter.is_ascii_alphanumeric() || "/._".contains(letter) { letter } else { '_' };
    let prefix: String = prefix.trim_end_matches('/').chars().map(plain).collect();
    let of = if prefix.is_empty() { String::new() } else { format!(" {prefix}") };
    format!("<!-- belljar-check{of} -->\n")
}

struct Page {
    text: String,
    left_out: bool,
}

impl Page {
    fn open(&mut self, verdict: &Verdict) {
        // Writing to a string does not fail.
        let _ = write!(self.text, "### Schema check: {}\n\n", headline(verdict));
        for problem in verdict.problems.iter().take(MOST_OPEN) {
            let _ = writeln!(self.text, "- {}", self::problem(problem));
        }
        let (grave, notes): (Vec<&Item>, Vec<&Item>) =
            verdict.findings.iter().partition(|item| item.finding.severity > Severity::Note);
        for item in grave.iter().take(MOST_OPEN) {
            self.text.push_str(&line(item, verdict));
        }
        if !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
        let lines = |items: &[&Item]| -> String {
            let shown = items.iter().take(MOST).map(|item| line(item, verdict));
            let more = items.len().saturating_sub(MOST);
            let more = if more > 0 { format!("- … and {more} more\n") } else { String::new() };
            shown.chain([more]).collect()
        };
        if let Some(rest) = grave.get(MOST_OPEN..) {
            self.folded(&format!("{} more", rest.len()), &lines(rest));
        }
        self.folded(&count(notes.len(), "note"), &lines(&notes));
    }

    /// Adds a section that opens on demand, where there is something in it and it still fits.
    fn folded(&mut self, title: &str, content: &str) {
        if content.is_empty() {
            return;
        }
        if self.text.len() + content.len() > LONGEST {
            self.left_out = true;
            return;
        }
        let content = content.trim_end();
        let _ = write!(self.text, "<details><summary>{title}</summary>\n\n{content}\n\n</details>\n\n");
    }
}

fn headline(verdict: &Verdict) -> String {
    let summary = &verdict.summary;
    let touches = verdict.diff.touches_database();
    let mut text = match (verdict.findings.is_empty(), verdict.compared, touches) {
        (_, false, _) => "the base could not be read".to_owned(),
        (true, true, false) => "no change of the schema".to_owned(),
        _ => tally(verdict),
    };
    if summary.cannot_tell > 0 && verdict.compared {
        let _ = write!(text, ", {} of them can't be told", summary.cannot_tell);
    }
    text
}

fn problem(problem: &Diagnostic) -> String {
    let place = problem.place.as_ref().map(|place| format!(" at {}", code(&at(place)))).unwrap_or_default();
    let hint = problem.hint.as_ref().map(|hint| format!("; {}", prose(hint))).unwrap_or_default();
    format!("**{}** {}{hint}{place}", super::matter(problem.severity), prose(&problem.message))
}

fn line(item: &Item, verdict: &Verdict) -> String {
    let finding = &item.finding;
    let place = item.spot.place.as_ref().map(|place| format!(" {}", code(&at(place)))).unwrap_or_default();
    let was = item.spot.was.as_ref().map(|place| format!(", was {}", code(&at(place)))).unwrap_or_default();
    let only = only(item, verdict).map(|only| format!(", {only}")).unwrap_or_default();
    let (level, text) = (severity(finding.severity), prose(&finding.message));
    let also = also(item);
    format!("- **{level}** {text}  \n  {} {}{place}{was}{only}{also}\n", finding.code, finding.name)
}

fn silenced(verdict: &Verdict) -> String {
    let one = |one: &crate::Silenced| {
        let finding = &one.item.finding;
        let (text, reason, place) = (prose(&finding.message), code(&one.reason), code(&at(&one.comment)));
        format!("- {} {text}: {reason} {place}\n", finding.code)
    };
    verdict.silenced.iter().take(MOST).map(one).collect()
}

/// What to do about the first finding of each rule that is more than a note.
fn recipes(verdict: &Verdict) -> String {
    let mut told = BTreeSet::new();
    let mut out = String::new();
    for item in verdict.findings.iter().filter(|item| item.finding.severity > Severity::Note) {
        let finding = &item.finding;
        if told.len() == MOST_RECIPES || finding.recipe.is_empty() || !told.insert(&finding.code) {
            continue;
        }
        let path = code(&finding.change.path.to_string());
        let _ = write!(out, "{} {}, {path}\n\n", finding.code, finding.name);
        for (position, step) in finding.recipe.iter().enumerate() {
            let only: Vec<&str> = step.dialects.iter().map(|dialect| dialect.title()).collect();
            let only = if only.is_empty() { String::new() } else { format!(" ({})", only.join(", ")) };
            let _ = writeln!(out, "{}. {}{only}", position + 1, prose(&step.text));
            if let Some(sql) = &step.sql {
                out.push_str(&fenced(sql));
            }
        }
        out.push('\n');
    }
    out
}

/// SQL in a block that no name of it can end.
fn fenced(sql: &str) -> String {
    let longest = sql.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let lines: Vec<String> =
        sql.lines().map(|line| format!("   {}\n", belljar_diff::render::safe(line))).collect();
    format!("   {fence}sql\n{}   {fence}\n", lines.concat())
}

fn doubts(verdict: &Verdict) -> String {
    let place = |one: &crate::Doubt| one.place.as_ref().map(|place| format!(" {}", code(&at(place))));
    let lines: Vec<String> = verdict
        .doubts
        .iter()
        .take(MOST)
        .map(|one| format!("- {}{}\n", prose(&doubt(one)), place(one).unwrap_or_default()))
        .collect();
    let mut out = lines.concat();
    if let Some(more) = verdict.doubts.len().checked_sub(MOST).filter(|more| *more > 0) {
        let _ = writeln!(out, "- … and {more} more");
    }
    out
}
