//! Writes the differences for people and for programs.

use std::fmt;

use belljar_schema::{Certainty, Place, Severity};
use belljar_text::{counted, prose, safe};

use super::{Drift, Finding, Kind};

/// For a terminal.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a>(pub &'a [Drift]);

/// For a comment on a pull request.
#[derive(Debug, Clone, Copy)]
pub struct Markdown<'a>(pub &'a [Drift]);

/// The most notes of a finding.
const MOST_NOTES: usize = 3;

/// The headings in their order: the kind, or what can't be determined.
const GROUPS: [(Option<Kind>, &str); 4] = [
    (Some(Kind::NotMigrated), "The models have, and no migration creates"),
    (Some(Kind::NotDeclared), "The migrations create, and no model declares"),
    (Some(Kind::Differs), "Migrations and models differ"),
    (None, "Can't be determined"),
];

/// The findings of a group, in order.
fn group(drift: &Drift, kind: Option<Kind>) -> Vec<&Finding> {
    let is_in = |finding: &&Finding| match kind {
        Some(kind) => finding.certainty != Certainty::CannotTell && finding.kind == kind,
        None => finding.certainty == Certainty::CannotTell,
    };
    drift.findings.iter().filter(is_in).collect()
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, drift) in self.0.iter().enumerate() {
            if position > 0 {
                writeln!(out)?;
            }
            writeln!(out, "{}", safe(&title(drift)))?;
            for (kind, heading) in GROUPS {
                let findings = group(drift, kind);
                if findings.is_empty() {
                    continue;
                }
                writeln!(out, "\n{heading}:")?;
                for finding in findings {
                    write_finding(finding, out)?;
                }
            }
            if !drift.reasons.is_empty() {
                writeln!(out, "\nThe recorded head may be incomplete:")?;
            }
            for reason in &drift.reasons {
                writeln!(out, "  {}", safe(&reason.message))?;
            }
            writeln!(out, "\n{}", summary(drift))?;
        }
        Ok(())
    }
}

fn write_finding(finding: &Finding, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(out, "  {}: {}{}", word(finding.severity), safe(&finding.message), likely(finding))?;
    for (what, place) in places(finding) {
        writeln!(out, "    {what} {}", safe(&place))?;
    }
    for note in finding.notes.iter().take(MOST_NOTES) {
        writeln!(out, "    {}", safe(note))?;
    }
    Ok(())
}

fn likely(finding: &Finding) -> &'static str {
    if finding.certainty == Certainty::Likely { " (likely)" } else { "" }
}

const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// Both places of a finding, with their labels.
fn places(finding: &Finding) -> Vec<(&'static str, String)> {
    let text = |place: &Place| {
        if place.line > 0 { format!("{}:{}", place.path, place.line) } else { place.path.clone() }
    };
    let labelled = [("models:", &finding.models), ("migrations:", &finding.migrations)];
    labelled.into_iter().filter_map(|(label, place)| Some((label, text(place.as_ref()?)))).collect()
}

fn title(drift: &Drift) -> String {
    let heads = match drift.heads.as_slice() {
        [] => "no head".to_owned(),
        [head] => format!("head {head}"),
        heads => format!("{}: {}", counted(heads.len(), "head"), heads.join(", ")),
    };
    format!("{}: {}, {heads}, {}", drift.environment, counted(drift.versions, "version"), drift.dialect)
}

fn summary(drift: &Drift) -> String {
    let warnings = drift.findings.len() - drift.errors() - drift.undetermined();
    let compared = format!(
        "{} of the migrations compared with {} of the models",
        counted(drift.migrated_tables, "table"),
        counted(drift.model_tables, "table")
    );
    if drift.findings.is_empty() && drift.reasons.is_empty() {
        return format!("{compared}: no differences");
    }
    format!(
        "{compared}: {}, {}, {} undetermined",
        counted(drift.errors(), "error"),
        counted(warnings, "warning"),
        drift.undetermined()
    )
}

impl fmt::Display for Markdown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "### Migrations and models\n")?;
        for drift in self.0 {
            writeln!(out, "#### {}\n", prose(&title(drift)))?;
            for (kind, heading) in GROUPS {
                let findings = group(drift, kind);
                if findings.is_empty() {
                    continue;
                }
                writeln!(out, "**{heading}**\n")?;
                for finding in findings {
                    let places: Vec<String> = places(finding)
                        .iter()
                        .map(|(what, place)| format!("{what} {}", prose(place)))
                        .collect();
                    let places =
                        if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) };
                    let message = prose(&finding.message);
                    writeln!(out, "- {}: {message}{}{places}", word(finding.severity), likely(finding))?;
                    for note in finding.notes.iter().take(MOST_NOTES) {
                        writeln!(out, "  - {}", prose(note))?;
                    }
                }
                writeln!(out)?;
            }
            if !drift.reasons.is_empty() {
                writeln!(out, "**The recorded head may be incomplete**\n")?;
                for reason in &drift.reasons {
                    writeln!(out, "- {}", prose(&reason.message))?;
                }
                writeln!(out)?;
            }
            writeln!(out, "{}\n", summary(drift))?;
        }
        Ok(())
    }
}
