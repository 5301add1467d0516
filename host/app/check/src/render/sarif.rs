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
use crate::{Doubt, Item, Silenced, SpotKind, Verdict};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

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
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    name: &'static str,
    short_description: Text,
    full_description: Text,
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

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "belljar/v1")]
    own: String,
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
        message: Text::message(&full_message(item, verdict)),
        locations: item.spot.place.iter().map(|place| location(place, item.spot.columns)).collect(),
        partial_fingerprints: Fingerprints { own: item.fingerprint.clone() },
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
    let (doubts, more_doubts) = first(verdict.doubts.iter().map(doubt), OTHERS);
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
    use super::Text;

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
