use belljar_text::{brief, safe};

use super::{label, likely};
use crate::{
    drift::Drift,
    render::{
        bounds::MESSAGE,
        github::{Annotations, Level},
    },
};

/// Workflow commands of GitHub Actions, which become annotations: the most severe first.
pub fn github(drift: &Drift) -> String {
    let mut out = Annotations::default();
    let mut findings: Vec<_> = drift.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    for finding in findings {
        let message = format!("{}{}", finding.message, likely(finding));
        let title = format!("{} {}", finding.kind.name(), label(finding));
        let message = brief(&safe(&message), MESSAGE);
        out.add(Level::of(finding.severity), (finding.place.as_ref(), None), &title, &message);
    }
    for item in &drift.not_compared {
        let message = brief(&safe(&super::not_compared(item)), MESSAGE);
        let level = Level::of(belljar_schema::Severity::Note);
        out.add(level, (item.place.as_ref(), None), "not-compared", &message);
    }
    out.into_text()
}
