use std::io;

use belljar_schema::{Certainty, Diagnostic, Place};
use belljar_text::{brief, safe};
use serde::Serialize;

use crate::{
    migrations::{Comparison, Drift, Finding, Kind},
    render::{
        bounds::{FINDINGS, MESSAGE, NAME, OTHERS, first, more},
        sarif::log::{
            Descriptor, Driver, Fingerprints, HOMEPAGE, Id, Invocation, Log, Notification, Related, Run,
            SarifResult, Text, Tool, level, location,
        },
    },
};

/// Properties that SARIF does not define.
#[derive(Serialize)]
struct Properties {
    /// `certain`, `likely` or `cannot-tell`.
    certainty: &'static str,
    environment: String,
    /// The database that the versions ran for.
    dialect: String,
    /// The code of the change from the migrations to the models.
    change: String,
}

const KINDS: [Kind; 3] = [Kind::NotMigrated, Kind::NotDeclared, Kind::Differs];

/// Renders a SARIF 2.1.0 log: a result for each finding.
pub fn sarif(comparison: &Comparison) -> io::Result<String> {
    let of = |drift: &Drift| drift.findings.iter().map(|finding| result(finding, drift)).collect::<Vec<_>>();
    let (results, left_out) = first(comparison.environments.iter().flat_map(of), FINDINGS);
    Log::new(Run {
        tool: Tool {
            driver: Driver {
                name: "Belljar",
                semantic_version: comparison.belljar.clone(),
                information_uri: HOMEPAGE,
                rules: KINDS
                    .iter()
                    .map(|kind| Descriptor::of_kind(kind.name(), kind.title(), "migrations"))
                    .collect(),
            },
        },
        column_kind: "unicodeCodePoints",
        invocations: [Invocation {
            execution_successful: true,
            tool_execution_notifications: notifications(comparison, left_out),
        }],
        results,
    })
    .to_text()
}

fn result(finding: &Finding, drift: &Drift) -> SarifResult<Properties> {
    // Code scanning rejects a result without a line.
    let place =
        finding.place().cloned().unwrap_or_else(|| Place { path: drift.environment.clone(), line: 1 });
    let place = Place { line: place.line.max(1), ..place };
    let other = finding.other_place().map(|(side, place)| {
        Related::new(0, side, &Place { path: place.path.clone(), line: place.line.max(1) })
    });
    let mut hasher = blake3::Hasher::new();
    for part in [
        &drift.environment,
        finding.kind.name(),
        &finding.code,
        &finding.name,
        finding.part.as_deref().unwrap_or_default(),
    ] {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    SarifResult {
        rule_id: finding.kind.name().to_owned(),
        rule_index: KINDS.iter().position(|kind| *kind == finding.kind).unwrap_or_default(),
        level: level(finding.severity),
        message: Text::message(&brief(&safe(&finding.message), MESSAGE)),
        locations: vec![location(&place, None)],
        related_locations: other.into_iter().collect(),
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
            environment: brief(&safe(&drift.environment), NAME),
            dialect: drift.dialect.clone(),
            change: finding.code.clone(),
        },
    }
}

/// The notifications: what is wrong with the histories, why heads may be incomplete, and the number of omitted entries.
fn notifications(comparison: &Comparison, left_out: usize) -> Vec<Notification> {
    let problem = |problem: &Diagnostic| Notification {
        level: level(problem.severity),
        message: Text::message(&brief(&safe(&problem.message), MESSAGE)),
        descriptor: Id { id: brief(&safe(&problem.code), NAME) },
        locations: problem.place.iter().map(|place| location(place, None)).collect(),
    };
    let problems = comparison.environments.iter().flat_map(|drift| &drift.problems).map(problem);
    let (mut found, more_problems) = first(problems, OTHERS);
    let reasons =
        comparison.environments.iter().flat_map(|drift| &drift.reasons).map(|reason| Notification {
            level: "note",
            message: Text::message(&brief(&safe(&reason.message), MESSAGE)),
            descriptor: Id { id: brief(&safe(&reason.code), NAME) },
            locations: Vec::new(),
        });
    let (reasons, more_reasons) = first(reasons, OTHERS);
    found.extend(reasons);
    found.extend(more(left_out + more_problems + more_reasons).map(|message| Notification {
        level: "warning",
        message: Text::message(&message),
        descriptor: Id { id: "left-out".to_owned() },
        locations: Vec::new(),
    }));
    found
}
