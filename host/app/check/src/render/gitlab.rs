use std::io;

use belljar_rules::Severity;
use belljar_schema::{Diagnostic, Place};
use belljar_text::{brief, json, safe};
use serde::Serialize;

use super::{
    bounds::{FINDINGS, NAME, OTHERS, first, more},
    doubt, full_message, problem_text, severity,
};
use crate::{Doubt, FILE_NAME, Verdict};

/// An issue of GitLab's code quality report, the part of Code Climate's that GitLab reads. See
/// <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.
#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Renders GitLab's code quality report.
pub fn gitlab(verdict: &Verdict) -> io::Result<String> {
    let findings = verdict.findings.iter().map(|item| Issue {
        description: full_message(item, verdict),
        check_name: format!("{} {}", item.finding.code, item.finding.name),
        fingerprint: item.fingerprint.clone(),
        severity: match item.finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "info",
        },
        location: location(item.spot.place.as_ref()),
    });
    let (problems, more_problems) = first(verdict.problems.iter().map(problem), OTHERS);
    let (findings, more_findings) = first(findings, FINDINGS);
    let (doubts, more_doubts) = first(verdict.new_doubts().map(in_doubt), OTHERS);
    let mut issues: Vec<Issue> = problems.into_iter().chain(findings).chain(doubts).collect();
    issues.extend(more(more_problems + more_findings + more_doubts).map(|description| Issue {
        fingerprint: fingerprint(&["left-out"], None),
        check_name: "belljar left-out".to_owned(),
        description,
        severity: "info",
        location: location(None),
    }));
    let mut out = Vec::new();
    json(&mut out, &issues)?;
    String::from_utf8(out).map_err(io::Error::other)
}

fn problem(problem: &Diagnostic) -> Issue {
    Issue {
        description: problem_text(problem),
        check_name: format!("belljar {}", brief(&safe(&problem.code), NAME)),
        fingerprint: fingerprint(&[&problem.code, &problem_text(problem)], problem.place.as_ref()),
        severity: match severity(problem.severity) {
            "error" => "critical",
            "warning" => "minor",
            _ => "info",
        },
        location: location(problem.place.as_ref()),
    }
}

fn in_doubt(one: &Doubt) -> Issue {
    Issue {
        description: format!("uncertain: {}", doubt(one)),
        check_name: "belljar not-known-for-sure".to_owned(),
        fingerprint: fingerprint(&["doubt", &one.name, &one.reason.message], one.place.as_ref()),
        severity: "info",
        location: location(one.place.as_ref()),
    }
}

/// GitLab drops issues without a place; they are shown at the configuration file.
fn location(place: Option<&Place>) -> Location {
    let path = place.map_or_else(|| FILE_NAME.to_owned(), |place| place.path.clone());
    Location { path, lines: Lines { begin: place.map_or(1, |place| place.line.max(1)) } }
}

fn fingerprint(parts: &[&str], place: Option<&Place>) -> String {
    let mut hasher = blake3::Hasher::new();
    let line = place.map_or(0, |place| place.line).to_string();
    for part in parts.iter().copied().chain(place.map(|place| &*place.path)).chain([&*line]) {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().chars().take(32).collect()
}
