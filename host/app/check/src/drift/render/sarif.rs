use std::io;

use belljar_schema::{Certainty, Place};
use belljar_text::{brief, safe};
use serde::Serialize;

use crate::{
    drift::{Drift, Finding, Kind},
    render::{
        bounds::{FINDINGS, MESSAGE, NAME, OTHERS, first, more},
        sarif::log::{
            Descriptor, Driver, Fingerprints, HOMEPAGE, Id, Invocation, Log, Notification, Run, SarifResult,
            Text, Tool, level, location,
        },
    },
};

/// Properties that SARIF does not define.
#[derive(Serialize)]
struct Properties {
    /// `certain`, `likely` or `cannot-tell`.
    certainty: &'static str,
    /// The database, without a password.
    database: String,
    /// The code of the change from the database to the code.
    change: String,
}

/// The file of a result that has no place in the code. Code scanning rejects a result without one.
const NOWHERE: &str = "belljar.toml";

/// Renders a SARIF 2.1.0 log: a result for each finding.
pub fn sarif(drift: &Drift) -> io::Result<String> {
    let all = drift.findings.iter().map(|finding| result(finding, drift));
    let (results, left_out) = first(all, FINDINGS);
    Log::new(Run {
        tool: Tool {
            driver: Driver {
                name: "Belljar",
                semantic_version: drift.belljar.clone(),
                information_uri: HOMEPAGE,
                rules: Kind::ALL
                    .iter()
                    .map(|kind| Descriptor::of_kind(kind.name(), kind.title(), "drift"))
                    .collect(),
            },
        },
        column_kind: "unicodeCodePoints",
        invocations: [Invocation {
            execution_successful: true,
            tool_execution_notifications: notifications(drift, left_out),
        }],
        results,
    })
    .to_text()
}

fn result(finding: &Finding, drift: &Drift) -> SarifResult<Properties> {
    let place = finding.place.clone().unwrap_or_else(|| Place { path: NOWHERE.to_owned(), line: 1 });
    let place = Place { line: place.line.max(1), ..place };
    let mut hasher = blake3::Hasher::new();
    let part = finding.part.as_deref().unwrap_or_default();
    for text in [&drift.database.name, finding.kind.name(), &finding.code, &finding.name, part] {
        hasher.update(text.as_bytes());
        hasher.update(&[0]);
    }
    SarifResult {
        rule_id: finding.kind.name().to_owned(),
        rule_index: Kind::ALL.iter().position(|kind| *kind == finding.kind).unwrap_or_default(),
        level: level(finding.severity),
        message: Text::message(&brief(&safe(&finding.message), MESSAGE)),
        locations: vec![location(&place, None)],
        related_locations: Vec::new(),
        partial_fingerprints: Fingerprints {
            own: hasher.finalize().to_hex().chars().take(32).collect(),
            primary_location_line_hash: None,
        },
        suppressions: Vec::new(),
        properties: Properties {
            certainty: match finding.certainty {
                Certainty::Certain => "certain",
                Certainty::Likely => "likely",
                Certainty::CannotTell => "cannot-tell",
            },
            database: brief(&safe(&drift.database.name), NAME),
            change: finding.code.clone(),
        },
    }
}

/// The notifications: what is not compared, and the number of omitted entries.
fn notifications(drift: &Drift, left_out: usize) -> Vec<Notification> {
    let of = |level, id: &str, message: &str, place: Option<&Place>| Notification {
        level,
        message: Text::message(&brief(&safe(message), MESSAGE)),
        descriptor: Id { id: id.to_owned() },
        locations: place.iter().map(|place| location(place, None)).collect(),
    };
    let others = drift.not_compared.iter();
    let others =
        others.map(|item| of("note", "not-compared", &super::not_compared(item), item.place.as_ref()));
    let (mut found, more_others) = first(others, OTHERS);
    found.extend(more(left_out + more_others).map(|message| of("warning", "left-out", &message, None)));
    found
}
