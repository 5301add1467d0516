use belljar_text::{brief, safe};

use super::{label, likely};
use crate::{
    migrations::Comparison,
    render::{
        bounds::MESSAGE,
        github::{Annotations, Level},
    },
};

/// Workflow commands of GitHub Actions, which become annotations: the most severe first.
pub fn github(comparison: &Comparison) -> String {
    let mut out = Annotations::default();
    for drift in &comparison.environments {
        for problem in &drift.problems {
            let message = brief(&safe(&problem.message), MESSAGE);
            out.add(Level::of(problem.severity), (problem.place.as_ref(), None), &problem.code, &message);
        }
        let mut findings: Vec<_> = drift.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        for finding in findings {
            let other = finding.other_place().map(|(side, place)| format!(" ({side}: {})", super::at(place)));
            let message = format!("{}{}{}", finding.message, likely(finding), other.unwrap_or_default());
            let title = format!("{} {}", finding.kind.name(), label(finding));
            let message = brief(&safe(&message), MESSAGE);
            out.add(Level::of(finding.severity), (finding.place(), None), &title, &message);
        }
    }
    out.into_text()
}
