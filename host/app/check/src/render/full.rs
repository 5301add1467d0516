//! Text with the source of each finding: for people.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    fmt::Write as _,
};

use annotate_snippets::{AnnotationKind, Element, Group, Level, Message, Origin, Renderer, Snippet};
use belljar_diff::{Side, Subject};
use belljar_rules::Advice;
use belljar_schema::{Place, Severity};
use belljar_text::{brief, safe};
use belljar_tree::Tree;

use super::{at, bounds, declaration, lines::Lines, only, text};
use crate::{Item, SpotKind, Verdict};

/// The maximum number of findings that are listed below the first one of a declaration.
const MOST_OTHERS: usize = 12;

/// The files of both sides, of which lines are shown, and what is shown besides.
#[derive(Debug, Clone, Copy, Default)]
pub struct TextOptions<'a> {
    /// The files of the head, if it has files.
    pub head: Option<&'a Tree>,
    /// The files of the base, if it has files.
    pub base: Option<&'a Tree>,
    /// Whether the explanation of each rule with findings follows.
    pub explain: bool,
}

/// For a terminal, with colours: the findings with their source, the most severe first. Findings about one declaration are
/// shown together.
pub fn full(verdict: &Verdict, options: TextOptions<'_>) -> String {
    let mut out = String::new();
    text::problems(verdict, &mut out);
    let mut sides = Sides { head: Lines::new(options.head), base: Lines::new(options.base) };
    let renderer = Renderer::styled();
    for (lead, others) in groups(verdict) {
        let rendered = renderer.render(&[report(lead, &others, verdict, &mut sides)]);
        // Writing to a string does not fail.
        let _ = writeln!(out, "{}\n", rendered.trim_end());
    }
    text::details(verdict, &mut out);
    if options.explain {
        explanations(verdict, &mut out);
    }
    text::result(verdict, &mut out);
    out
}

/// The lines of both sides.
struct Sides<'a> {
    head: Lines<'a>,
    base: Lines<'a>,
}

/// The findings about each declaration: the most severe one, and the others.
fn groups(verdict: &Verdict) -> Vec<(&Item, Vec<&Item>)> {
    let columns = lines_of_columns(verdict);
    let mut groups: Vec<(&Item, Vec<&Item>)> = Vec::new();
    let mut known: BTreeMap<Declaration<'_>, usize> = BTreeMap::new();
    for item in &verdict.findings {
        let Some(declaration) = declaration_of(item, &columns) else {
            groups.push((item, Vec::new()));
            continue;
        };
        match known.entry(declaration) {
            Entry::Occupied(position) => {
                groups.get_mut(*position.get()).into_iter().for_each(|(_, others)| others.push(item));
            }
            Entry::Vacant(entry) => {
                entry.insert(groups.len());
                groups.push((item, Vec::new()));
            }
        }
    }
    groups
}

/// A line of a column, which may be a column of many tables; of something else the line with the whole name.
type Declaration<'a> = (&'a Place, Option<(&'a belljar_diff::Path, bool)>);

/// The declaration that a finding is about; `None` if no line has it.
fn declaration_of<'a>(item: &'a Item, columns: &BTreeSet<&Place>) -> Option<Declaration<'a>> {
    let own = item.spot.own.as_ref().filter(|own| own.line > 0)?;
    let is_line = item.spot.kind == SpotKind::Line;
    Some((own, (!columns.contains(own)).then_some((&item.finding.change.path, is_line))))
}

/// The lines of columns that change.
fn lines_of_columns(verdict: &Verdict) -> BTreeSet<&Place> {
    let changes = verdict.diff.changes.iter().filter(|change| change.subject == Subject::Column);
    let declared = changes.filter(|change| change.after.is_some());
    declared.filter_map(|change| change.head.as_ref()).collect()
}

fn report<'a>(lead: &Item, others: &[&Item], verdict: &Verdict, sides: &mut Sides<'_>) -> Group<'a> {
    let title = level(lead.finding.severity).primary_title(message(lead, verdict)).id(name(lead));
    let mut elements: Vec<Element<'a>> = Vec::new();
    let is_dropped = lead.finding.side == Side::Base;
    if let (Some(place), Some(own)) = (&lead.spot.place, &lead.spot.own) {
        let items: Vec<&Item> = std::iter::once(lead).chain(others.iter().copied()).collect();
        let snippet =
            sides.head.line(own).map(|line| snippet(line, place, &path(place), &items, !is_dropped));
        elements.push(snippet.map_or_else(|| origin(place), Element::Cause));
    }
    if let (Some(place), Some(own)) = (&lead.spot.was, &lead.spot.own_was) {
        let shown = format!("{} (base)", path(place));
        match sides.base.line(own) {
            Some(line) => elements.push(Element::Cause(snippet(line, place, &shown, &[lead], true))),
            None => elements.push(note(Level::NOTE, format!("was at {}", safe(&at(place))))),
        }
    }
    for other in others.iter().take(MOST_OTHERS) {
        let level = level(other.finding.severity).with_name(Some(named_level(other)));
        elements.push(note(level, message(other, verdict)));
    }
    if let Some(more) = others.len().checked_sub(MOST_OTHERS).filter(|more| *more > 0) {
        elements.push(note(
            Level::NOTE,
            format!("{more} more findings on this line; `--format concise` lists them"),
        ));
    }
    if let Some(step) = lead.finding.recipe.first() {
        elements.push(note(Level::HELP, help(step)));
    }
    title.elements(elements)
}

/// A step with its statement, if that is one line.
fn help(step: &Advice) -> String {
    let sql = step.sql.as_deref().filter(|sql| !sql.contains('\n') && !sql.contains('…'));
    let text = step.text.strip_suffix('.').filter(|_| sql.is_some()).unwrap_or(&step.text);
    let sql = sql.map(|sql| format!(": `{}`", sql.trim_end_matches(';'))).unwrap_or_default();
    brief(&safe(&format!("{text}{sql}")), bounds::MESSAGE)
}

/// A line with carets under the part that each finding is about.
fn snippet<'a>(
    line: String,
    place: &Place,
    path: &str,
    items: &[&Item],
    is_primary: bool,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let mut parts: Vec<(std::ops::Range<usize>, Vec<String>)> = Vec::new();
    for item in items {
        let range = declaration::part(&line, &item.finding.change.code);
        let code = item.finding.code.clone();
        match parts.iter_mut().find(|(known, _)| *known == range) {
            Some((_, codes)) if codes.contains(&code) => {}
            Some((_, codes)) => codes.push(code),
            None => parts.push((range, vec![code])),
        }
    }
    let is_one = items.len() == 1;
    let annotations = parts.into_iter().enumerate().map(|(position, (range, codes))| {
        let is_first = position == 0 && is_primary;
        let kind = if is_first { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(range).label((!is_one).then(|| codes.join(", ")))
    });
    let annotations: Vec<_> = annotations.collect();
    let start = usize::try_from(place.line).unwrap_or(usize::MAX);
    Snippet::source(line).line_start(start).path(Some(path.to_owned())).fold(false).annotations(annotations)
}

fn origin<'a>(place: &Place) -> Element<'a> {
    let origin = Origin::path(path(place));
    let line = usize::try_from(place.line).unwrap_or_default();
    Element::Origin(if line == 0 { origin } else { origin.line(line) })
}

fn note<'a>(level: Level<'a>, text: String) -> Element<'a> {
    let message: Message<'a> = level.message(text);
    Element::Message(message)
}

/// A path as it is shown.
fn path(place: &Place) -> String {
    safe(&place.path)
}

fn level<'a>(severity: Severity) -> Level<'a> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// The code and the name of the rule.
fn name(item: &Item) -> String {
    format!("{} {}", item.finding.code, item.finding.name)
}

fn named_level(item: &Item) -> String {
    format!("{}[{}]", super::severity(item.finding.severity), name(item))
}

/// The message of a finding, with its databases and the rules that are merged into it.
fn message(item: &Item, verdict: &Verdict) -> String {
    let only = only(item, verdict).map(|titles| format!(" ({titles})")).unwrap_or_default();
    brief(
        &safe(&format!("{}{only}{}{}", item.finding.message, super::also(item), super::rows(item))),
        bounds::MESSAGE,
    )
}

/// The page of each rule that has findings, in the order of the findings.
fn explanations(verdict: &Verdict, out: &mut String) {
    let mut seen: Vec<&str> = Vec::new();
    for item in &verdict.findings {
        let code = item.finding.code.as_str();
        if seen.contains(&code) {
            continue;
        }
        seen.push(code);
        if let Some(rule) = belljar_rules::find(code) {
            let _ = writeln!(out, "{}", rule.page());
        }
    }
}
