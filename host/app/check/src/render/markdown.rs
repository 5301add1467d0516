use std::{collections::BTreeSet, fmt::Write as _};

use belljar_diff::render::Markdown;
use belljar_rules::Severity;
use belljar_schema::Diagnostic;
use belljar_text::{MOST_BYTES, Page, block, code, prose};

use super::{
    also, asked, at, count, databases, doubt, ending, known, only, rows, severity, tally,
    undetermined_version,
};
use crate::{Item, JudgedVersions, SettledFinding, UndeterminedVersion, Verdict};

/// The number of findings shown unfolded; the rest is folded.
const MOST_OPEN: usize = 12;

/// The maximum number of findings, doubts and recipes.
const MOST: usize = 100;
const MOST_RECIPES: usize = 12;

/// The size below which a section is omitted, in bytes.
const LEAST: usize = 500;

/// For a comment on a pull request that is rewritten with every run: short, the most severe first, the rest folded, and
/// never more than [`MOST_BYTES`]. Its first line is a comment by which it is found again; it is the same for the same
/// `prefix` ([`crate::Input::prefix`]). `diagram` is a Mermaid diagram of what changes.
pub fn markdown(verdict: &Verdict, prefix: &str, diagram: Option<&str>) -> String {
    let mut comment = Comment { page: Page::new(MOST_BYTES), left_out: false };
    let is_alone = verdict.migrations.as_ref().is_some_and(|migrations| migrations.alone);
    comment.page.close(&marker(prefix, if is_alone { "migrations" } else { "check" }));
    comment.open(verdict);
    if let Some(diagram) = diagram {
        comment.folded("Diagram", |_| vec![format!("```mermaid\n{}\n```\n", diagram.trim_end())]);
    }
    if let Some(impact) = &verdict.impact {
        let report = belljar_impact::render::Markdown(impact);
        comment.folded(&downstream(impact), |room| vec![report.within(room)]);
    }
    comment.folded("Silenced by comments", |_| silenced(verdict));
    comment.folded("Settled by migrations", |_| settled(verdict));
    comment.folded("What to do instead", |_| recipes(verdict));
    comment.folded("Uncertain", |_| doubts(verdict));
    comment.folded("Judged only in part", |_| undetermined(verdict));
    let changes = verdict.diff.changes.len();
    if changes > 0 {
        let report = Markdown(&verdict.diff);
        comment.folded(&format!("All that changes ({changes})"), |room| vec![report.within(room)]);
    }
    let mut page = comment.page;
    if comment.left_out {
        page.close("The rest is too long for a comment; `belljar check` shows it.\n\n");
    }
    let asked = asked(verdict).map(|asked| format!("; {}", prose(&asked))).unwrap_or_default();
    page.close(&format!("<sub>{}; {}{asked}</sub>\n", ending(verdict), prose(&databases(verdict))));
    page.into_text()
}

/// The summary line of the folded downstream section.
fn downstream(impact: &belljar_impact::Impact) -> String {
    let summary = &impact.summary;
    if impact.unjoined.everything {
        return "Downstream: undetermined, as no table is joined to a reader".to_owned();
    }
    let lost = match impact.unjoined.queries.len() {
        0 => String::new(),
        count => format!(", {count} not followed"),
    };
    format!(
        "Downstream: {} {}, {} silently, {} not affected{lost}",
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

/// The line that identifies the comment. Only characters that are valid in an HTML comment are kept from the name of a
/// folder; if others were removed, a digest distinguishes it.
fn marker(prefix: &str, what: &str) -> String {
    const LONGEST: usize = 120;
    let prefix = prefix.trim_end_matches('/');
    let plain =
        |letter: char| if letter.is_ascii_alphanumeric() || "/._".contains(letter) { letter } else { '_' };
    let shown: String = prefix.chars().map(plain).take(LONGEST).collect();
    let digest = if shown == prefix {
        String::new()
    } else {
        format!(" {}", blake3::hash(prefix.as_bytes()).to_hex().chars().take(16).collect::<String>())
    };
    let of = if prefix.is_empty() { String::new() } else { format!(" {shown}{digest}") };
    format!("<!-- belljar-{what}{of} -->\n")
}

struct Comment {
    page: Page,
    left_out: bool,
}

impl Comment {
    fn open(&mut self, verdict: &Verdict) {
        let is_alone = verdict.migrations.as_ref().is_some_and(|migrations| migrations.alone);
        let title = if is_alone { "Migrations" } else { "Schema check" };
        self.page.close(&format!("### {title}: {}\n\n", headline(verdict)));
        let (serious, notes): (Vec<&Item>, Vec<&Item>) =
            verdict.findings.iter().partition(|item| item.finding.severity > Severity::Note);
        let mut lines: Vec<String> = verdict
            .problems
            .iter()
            .take(MOST_OPEN)
            .map(|problem| format!("- {}\n", render_problem(problem)))
            .collect();
        lines.extend(serious.iter().take(MOST_OPEN).map(|item| line(item, verdict)));
        if !lines.is_empty() {
            lines.push("\n".to_owned());
        }
        for line in lines {
            self.page.push(&line);
        }
        let pieces = |items: &[&Item]| -> Vec<String> {
            let shown = items.iter().take(MOST).map(|item| line(item, verdict));
            shown.chain(more(items.len())).collect()
        };
        if let Some(rest) = serious.get(MOST_OPEN..) {
            self.folded(&format!("{} more", rest.len()), |_| pieces(rest));
        }
        self.folded(&count(notes.len(), "note"), |_| pieces(&notes));
    }

    /// Adds a folded section, if it is not empty, with as many of its pieces as fit.
    fn folded(&mut self, title: &str, content: impl FnOnce(usize) -> Vec<String>) {
        let (start, end) = (format!("<details><summary>{title}</summary>\n\n"), "\n</details>\n\n");
        let room = self.page.room().saturating_sub(start.len() + end.len() + LEAST);
        let pieces = content(room);
        if pieces.iter().all(|piece| piece.trim().is_empty()) {
            return;
        }
        let mut section = Page::with_room(room);
        for piece in &pieces {
            section.push(piece);
        }
        self.left_out |= section.left_out() > 0;
        let text = section.into_text();
        if !text.is_empty() {
            self.page.push(&format!("{start}{}\n{end}", text.trim_end()));
            self.left_out |= self.page.left_out() > 0;
        }
    }
}

/// The last item of a list that was cut.
fn more(all: usize) -> Option<String> {
    all.checked_sub(MOST).filter(|more| *more > 0).map(|more| format!("- … and {more} more\n"))
}

fn headline(verdict: &Verdict) -> String {
    let summary = &verdict.summary;
    let touches = verdict.diff.touches_database();
    let mut text = match (verdict.findings.is_empty(), verdict.compared, touches) {
        (_, false, _) => "the base could not be read".to_owned(),
        (true, true, false) if verdict.migrations.as_ref().is_none_or(|migrations| !migrations.alone) => {
            "no schema changes".to_owned()
        }
        _ => tally(verdict),
    };
    if summary.cannot_tell > 0 && verdict.compared {
        let _ = write!(text, ", {} of them undetermined", summary.cannot_tell);
    }
    text
}

fn render_problem(problem: &Diagnostic) -> String {
    let place = problem.place.as_ref().map(|place| format!(" at {}", code(&at(place)))).unwrap_or_default();
    let hint = problem.hint.as_ref().map(|hint| format!("; {}", prose(hint))).unwrap_or_default();
    format!("**{}** {}{hint}{place}", super::severity(problem.severity), prose(&problem.message))
}

fn line(item: &Item, verdict: &Verdict) -> String {
    let finding = &item.finding;
    let place = item.spot.place.as_ref().map(|place| format!(" {}", code(&at(place)))).unwrap_or_default();
    let was = item.spot.was.as_ref().map(|place| format!(", was {}", code(&at(place)))).unwrap_or_default();
    let only = only(item, verdict).map(|only| format!(", {only}")).unwrap_or_default();
    let (level, text) = (severity(finding.severity), prose(&finding.message));
    let also = also(item);
    let rows = rows(item);
    let rows = rows.strip_prefix("; ").map(|rows| format!("  \n  {}", prose(rows))).unwrap_or_default();
    format!("- **{level}** {text}  \n  {} {}{place}{was}{only}{also}{rows}\n", finding.code, finding.name)
}

fn silenced(verdict: &Verdict) -> Vec<String> {
    let one = |one: &crate::Silenced| {
        let finding = &one.item.finding;
        let (text, reason, place) = (prose(&finding.message), code(&one.reason), code(&at(&one.comment)));
        format!("- {} {text}: {reason} {place}\n", finding.code)
    };
    verdict.silenced.iter().take(MOST).map(one).chain(more(verdict.silenced.len())).collect()
}

fn settled(verdict: &Verdict) -> Vec<String> {
    let all: Vec<_> = verdict.migrations.iter().flat_map(|one| &one.settled).collect();
    let line = |one: &&SettledFinding| {
        let finding = &one.item.finding;
        format!(
            "- {} {}: {} {}\n",
            finding.code,
            prose(&finding.message),
            prose(&one.reason),
            code(&at(&one.by))
        )
    };
    all.iter().take(MOST).map(line).chain(more(all.len())).collect()
}

/// The recipe of the first finding of each rule above a note.
fn recipes(verdict: &Verdict) -> Vec<String> {
    let mut shown = BTreeSet::new();
    let mut pieces = Vec::new();
    for item in verdict.findings.iter().filter(|item| item.finding.severity > Severity::Note) {
        let finding = &item.finding;
        if shown.len() == MOST_RECIPES || finding.recipe.is_empty() || !shown.insert(&finding.code) {
            continue;
        }
        let path = code(&finding.change.path.to_string());
        let mut piece = format!("{} {}, {path}\n\n", finding.code, finding.name);
        for (position, step) in finding.recipe.iter().enumerate() {
            let only: Vec<&str> = step.dialects.iter().map(|dialect| dialect.title()).collect();
            let only = if only.is_empty() { String::new() } else { format!(" ({})", only.join(", ")) };
            // Writing to a string does not fail.
            let _ = writeln!(piece, "{}. {}{only}", position + 1, prose(&step.text));
            if let Some(sql) = &step.sql {
                piece.push_str(&block(sql));
            }
        }
        piece.push('\n');
        pieces.push(piece);
    }
    pieces
}

fn undetermined(verdict: &Verdict) -> Vec<String> {
    let all: Vec<_> = verdict.migrations.iter().flat_map(JudgedVersions::undetermined).collect();
    let place = |one: &UndeterminedVersion| {
        one.place.as_ref().map(|place| format!(" {}", code(&at(place)))).unwrap_or_default()
    };
    let line =
        |one: &&UndeterminedVersion| format!("- {}{}\n", prose(&undetermined_version(one)), place(one));
    all.iter().take(MOST).map(line).chain(more(all.len())).collect()
}

fn doubts(verdict: &Verdict) -> Vec<String> {
    let place = |one: &crate::Doubt| one.place.as_ref().map(|place| format!(" {}", code(&at(place))));
    let one = |one: &crate::Doubt| format!("- {}{}\n", prose(&doubt(one)), place(one).unwrap_or_default());
    let news = verdict.new_doubts().count();
    let known = known(verdict).map(|text| format!("\n{text}\n"));
    verdict.new_doubts().take(MOST).map(one).chain(more(news)).chain(known).collect()
}
