//! SARIF 2.1.0 (OASIS, errata 01), the subset that is needed: one run with its rules, results and notifications.

pub(crate) mod log;

use std::io;

use belljar_diff::Side;
use belljar_rules::Rule;
use belljar_schema::{Diagnostic, Place, Severity};
use belljar_text::{brief, safe};
use serde::Serialize;

use super::{
    bounds::{FINDINGS, MESSAGE, NAME, OTHERS, first, more},
    certainty, doubt, full_message, problem_text, undetermined_version,
};
use crate::{
    Doubt, FILE_NAME, Item, JudgedVersions, SettledFinding, Silenced, SpotKind, UndeterminedVersion, Verdict,
};
use log::{
    Configuration, Descriptor, Driver, Fingerprints, HOMEPAGE, Help, Id, Invocation, Location, Log,
    Notification, Run, SarifResult, Suppression, Tags, Text, Tool, level, location,
};

impl Fingerprints {
    fn new(item: &Item) -> Self {
        let is_own_line = item.spot.kind == SpotKind::Line;
        let line_hash = (!is_own_line).then(|| format!("{}:1", item.fingerprint));
        Self { own: item.fingerprint.clone(), primary_location_line_hash: line_hash }
    }
}

/// Properties that SARIF does not define.
#[derive(Serialize)]
struct Properties {
    /// `certain`, `likely` or `cannot-tell`.
    certainty: &'static str,
    /// `base` if the finding is about something dropped, so that its location is approximate.
    side: &'static str,
    /// How precise the location is.
    spot: SpotKind,
    /// The databases that the finding applies to.
    databases: Vec<&'static str>,
    change: String,
}

/// Renders a SARIF 2.1.0 log.
pub fn sarif(verdict: &Verdict) -> io::Result<String> {
    let settled = || verdict.migrations.iter().flat_map(|one| &one.settled).map(|one| &one.item);
    let silenced = || verdict.silenced.iter().map(|one| &one.item);
    let all = || verdict.findings.iter().chain(silenced()).chain(settled());
    let rules: Vec<&Rule> = belljar_rules::rules()
        .iter()
        .filter(|rule| all().any(|item| item.finding.code == rule.code))
        .collect();
    let open = verdict.findings.iter().map(|item| result(item, verdict, &rules, Vec::new()));
    let silenced =
        verdict.silenced.iter().map(|one| result(&one.item, verdict, &rules, vec![suppression(one)]));
    let (mut results, more_open) = first(open, FINDINGS);
    let (silenced, more_silenced) = first(silenced, OTHERS);
    results.extend(silenced);
    let settled = verdict.migrations.iter().flat_map(|one| &one.settled);
    let settled = settled.map(|one| result(&one.item, verdict, &rules, vec![settlement(one)]));
    let (settled, more_settled) = first(settled, OTHERS);
    results.extend(settled);
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "Belljar",
                semantic_version: verdict.belljar.clone(),
                information_uri: HOMEPAGE,
                rules: rules.iter().map(|rule| descriptor(rule)).collect(),
            },
        },
        column_kind: "unicodeCodePoints",
        invocations: [Invocation {
            execution_successful: verdict.compared,
            tool_execution_notifications: notifications(verdict, more_open + more_silenced + more_settled),
        }],
        results,
    };
    Log::new(run).to_text()
}

fn descriptor(rule: &Rule) -> Descriptor {
    let page = rule.page();
    Descriptor {
        id: rule.code,
        name: rule.name,
        short_description: Text { text: rule.title.to_owned() },
        full_description: Text { text: rule.explanation.to_owned() },
        // Each row of `docs/rules.md` has such an anchor.
        help_uri: format!("{HOMEPAGE}/rules#{}", rule.code.to_ascii_lowercase()),
        help: Help { text: page.clone(), markdown: page },
        default_configuration: Configuration { enabled: rule.enabled, level: level(rule.severity) },
        properties: Tags { tags: [rule.category().text()] },
    }
}

fn result(
    item: &Item,
    verdict: &Verdict,
    rules: &[&Rule],
    suppressions: Vec<Suppression>,
) -> SarifResult<Properties> {
    let finding = &item.finding;
    SarifResult {
        rule_id: finding.code.clone(),
        rule_index: rules.iter().position(|rule| rule.code == finding.code).unwrap_or_default(),
        level: level(finding.severity),
        message: Text::message(&format!("{}{}", full_message(item, verdict), shown_at(item))),
        locations: vec![result_location(item)],
        related_locations: Vec::new(),
        partial_fingerprints: Fingerprints::new(item),
        suppressions,
        properties: Properties {
            certainty: certainty(finding.certainty),
            side: if finding.side == Side::Base { "base" } else { "head" },
            spot: item.spot.kind,
            databases: finding.dialects.iter().map(|dialect| dialect.title()).collect(),
            change: finding.change.code.clone(),
        },
    }
}

/// The location of a result. It always has one, with a line, as code scanning rejects a file with results that do not: for
/// something that the head has lost the nearest line, or the first.
fn result_location(item: &Item) -> Location {
    let Some(place) = &item.spot.place else {
        return location(&Place { path: FILE_NAME.to_owned(), line: 1 }, None);
    };
    if place.line > 0 {
        return location(place, item.spot.columns);
    }
    let line = item.spot.near.unwrap_or(1);
    location(&Place { path: place.path.clone(), line }, None)
}

/// States where a finding is shown, if that is not its own line.
fn shown_at(item: &Item) -> &'static str {
    match item.spot.kind {
        SpotKind::Line => "",
        SpotKind::Around => "; shown at the table that had it",
        SpotKind::File if item.finding.side == Side::Head => "; shown at the file as a whole",
        SpotKind::File if item.spot.near.is_some() => "; shown at the nearest line that is left",
        SpotKind::File => "; shown at the first line of its file",
        SpotKind::Gone => "; shown at its file, which is gone",
        SpotKind::Nowhere => "; shown at the configuration, as it has no place in the repository",
    }
}

fn suppression(one: &Silenced) -> Suppression {
    Suppression {
        kind: "inSource",
        justification: brief(&safe(&one.reason), MESSAGE),
        location: location(&one.comment, None),
    }
}

fn settlement(one: &SettledFinding) -> Suppression {
    Suppression {
        kind: "inSource",
        justification: brief(&safe(&one.reason), MESSAGE),
        location: location(&one.by, None),
    }
}

/// The notifications: problems, doubts about the head, and the number of omitted entries.
fn notifications(verdict: &Verdict, left_out: usize) -> Vec<Notification> {
    let problem = |problem: &Diagnostic| Notification {
        level: match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        message: Text::message(&problem_text(problem)),
        descriptor: Id { id: brief(&safe(&problem.code), NAME) },
        locations: problem.place.iter().map(|place| location(place, None)).collect(),
    };
    let doubt = |one: &Doubt| Notification {
        level: "note",
        message: Text::message(&format!("uncertain: {}", doubt(one))),
        descriptor: Id { id: brief(&safe(&one.reason.code), NAME) },
        locations: one.place.iter().map(|place| location(place, None)).collect(),
    };
    let version = |one: &UndeterminedVersion| Notification {
        level: "note",
        message: Text::message(&undetermined_version(one)),
        descriptor: Id { id: "undetermined-version".to_owned() },
        locations: one.place.iter().map(|place| location(place, None)).collect(),
    };
    let (mut notifications, more_problems) = first(verdict.problems.iter().map(problem), OTHERS);
    let (doubts, more_doubts) = first(verdict.new_doubts().map(doubt), OTHERS);
    notifications.extend(doubts);
    let versions = verdict.migrations.iter().flat_map(JudgedVersions::undetermined);
    let (versions, more_versions) = first(versions.map(version), OTHERS);
    notifications.extend(versions);
    notifications.extend(more(left_out + more_problems + more_doubts + more_versions).map(|message| {
        Notification {
            level: "warning",
            message: Text::message(&message),
            descriptor: Id { id: "left-out".to_owned() },
            locations: Vec::new(),
        }
    }));
    notifications
}

#[cfg(test)]
mod tests {
    use super::{Text, result_location, shown_at};
    use crate::{
        Item, Spot, SpotKind,
        fakes::{at, finding},
    };

    /// Code scanning rejects a file in which one result has no line.
    #[test]
    fn each_result_has_a_line_and_says_whose() {
        for (kind, place, near, expected, says) in [
            (SpotKind::Line, Some(at("a.py", 3)), None, ("a.py", 3), ""),
            (SpotKind::Around, Some(at("a.py", 3)), None, ("a.py", 3), "the table that had it"),
            (SpotKind::File, Some(at("a.py", 0)), Some(7), ("a.py", 7), "the nearest line"),
            (SpotKind::File, Some(at("a.py", 0)), None, ("a.py", 1), "the file as a whole"),
            (SpotKind::Gone, Some(at("a b.py", 0)), None, ("a%20b.py", 1), "its file, which is gone"),
            (SpotKind::Nowhere, None, None, ("belljar.toml", 1), "the configuration"),
        ] {
            let spot = Spot {
                place,
                kind,
                columns: None,
                was: None,
                near,
                own: None,
                own_was: None,
                declared: None,
            };
            let side = if near.is_some() { belljar_diff::Side::Base } else { belljar_diff::Side::Head };
            let finding = belljar_rules::Finding { side, ..finding("BJ101", "a", 2) };
            let item = Item {
                finding,
                spot,
                fails: true,
                fingerprint: "f".to_owned(),
                owners: Vec::new(),
                rows: Vec::new(),
            };
            let shown = result_location(&item).physical_location;
            let line = shown.region.map(|region| region.start_line);
            assert_eq!(
                (shown.artifact_location.uri.as_str(), line),
                (expected.0, Some(expected.1)),
                "{kind:?}"
            );
            assert!(
                shown_at(&item).contains(says) && shown_at(&item).is_empty() == says.is_empty(),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn a_message_has_no_links_and_no_placeholders() {
        for (text, expected) in [
            ("[x](https://e.example)", r"\[x\](https://e.example)"),
            (r"\[x](1)", r"\\\[x\](1)"),
            (r"\\[x](1)", r"\\\\\[x\](1)"),
            ("{0} {1}", "{{0}} {{1}}"),
            (r"a\b \u{1b}", r"a\b \u{{1b}}"),
        ] {
            assert_eq!(Text::message(text).text, expected);
        }
    }
}
