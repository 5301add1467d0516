//! SARIF 2.1.0 (OASIS, errata 01), the subset that is needed: one run with its rules, results and notifications.

use std::io;

use belljar_diff::Side;
use belljar_rules::Rule;
use belljar_schema::{Diagnostic, Place, Severity};
use belljar_text::{brief, json, safe};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::{
    bounds::{FINDINGS, MESSAGE, NAME, OTHERS, first, more},
    certainty, doubt, full_message, problem_text,
};
use crate::{Doubt, FILE_NAME, Item, Silenced, SpotKind, Verdict};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Where the documents are published.
const HOMEPAGE: &str = env!("CARGO_PKG_HOMEPAGE");

/// What a path keeps in a URI (RFC 3986): the unreserved characters, and `/` between its parts.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    invocations: [Invocation; 1],
    results: Vec<SarifResult>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: String,
    information_uri: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    name: &'static str,
    short_description: Text,
    full_description: Text,
    help_uri: String,
    help: Help,
    default_configuration: Configuration,
    properties: Tags,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

impl Text {
    /// A message, in which brackets would be a link and braces a placeholder (§3.11.5, §3.11.6).
    fn message(text: &str) -> Self {
        let mut out = String::with_capacity(text.len());
        // Backslashes before the letter, which are escaped only where an escape follows.
        let mut backslashes = 0;
        for letter in text.chars() {
            match letter {
                '[' | ']' => {
                    out.extend(std::iter::repeat_n('\\', backslashes + 1));
                    out.push(letter);
                }
                '{' | '}' => out.extend([letter, letter]),
                _ => out.push(letter),
            }
            backslashes = if letter == '\\' { backslashes + 1 } else { 0 };
        }
        Self { text: out }
    }
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    enabled: bool,
    level: &'static str,
}

#[derive(Serialize)]
struct Tags {
    tags: [&'static str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
    descriptor: Id,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
}

#[derive(Serialize)]
struct Id {
    id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
    properties: Properties,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    end_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

/// Both stay the same when lines move.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fingerprints {
    #[serde(rename = "belljar/v1")]
    own: String,
    /// The one that GitHub compares. It computes its own from the text of the line; where the finding is not about that
    /// line, several of them would be one alert.
    #[serde(skip_serializing_if = "Option::is_none")]
    primary_location_line_hash: Option<String>,
}

impl Fingerprints {
    fn new(item: &Item) -> Self {
        let is_own_line = item.spot.kind == SpotKind::Line;
        let line_hash = (!is_own_line).then(|| format!("{}:1", item.fingerprint));
        Self { own: item.fingerprint.clone(), primary_location_line_hash: line_hash }
    }
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    justification: String,
    location: Location,
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
    let all = || verdict.findings.iter().chain(verdict.silenced.iter().map(|one| &one.item));
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
            tool_execution_notifications: notifications(verdict, more_open + more_silenced),
        }],
        results,
    };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    let mut out = Vec::new();
    json(&mut out, &log)?;
    String::from_utf8(out).map_err(io::Error::other)
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

fn result(item: &Item, verdict: &Verdict, rules: &[&Rule], suppressions: Vec<Suppression>) -> SarifResult {
    let finding = &item.finding;
    SarifResult {
        rule_id: finding.code.clone(),
        rule_index: rules.iter().position(|rule| rule.code == finding.code).unwrap_or_default(),
        level: level(finding.severity),
        message: Text::message(&format!("{}{}", full_message(item, verdict), shown_at(item))),
        locations: vec![result_location(item)],
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
    let (mut notifications, more_problems) = first(verdict.problems.iter().map(problem), OTHERS);
    let (doubts, more_doubts) = first(verdict.new_doubts().map(doubt), OTHERS);
    notifications.extend(doubts);
    notifications.extend(more(left_out + more_problems + more_doubts).map(|message| Notification {
        level: "warning",
        message: Text::message(&message),
        descriptor: Id { id: "left-out".to_owned() },
        locations: Vec::new(),
    }));
    notifications
}

fn location(place: &Place, columns: Option<(u32, u32)>) -> Location {
    let (start, end) = columns.unzip();
    let region = (place.line > 0).then_some(Region {
        start_line: place.line,
        start_column: start,
        end_line: place.line,
        end_column: end,
    });
    let uri = utf8_percent_encode(&place.path, PATH).to_string();
    Location {
        physical_location: Physical { artifact_location: Artifact { uri, uri_base_id: "%SRCROOT%" }, region },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
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
            let spot = Spot { place, kind, columns: None, was: None, near, own: None, own_was: None };
            let side = if near.is_some() { belljar_diff::Side::Base } else { belljar_diff::Side::Head };
            let finding = belljar_rules::Finding { side, ..finding("BJ101", "a", 2) };
            let item = Item { finding, spot, fails: true, fingerprint: "f".to_owned(), owners: Vec::new() };
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
