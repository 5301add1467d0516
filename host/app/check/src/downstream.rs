//! Who reads what changes, and what they are promised: findings that come from outside of the schema.

use belljar_contract::Breach;
use belljar_diff::{Certainty, Diff};
use belljar_impact::{Affected, ChangeImpact, Impact, Options, Verdict};
use belljar_lineage::graph::Graph;
use belljar_rules::ExternalFinding;
use belljar_schema::{Diagnostic, Document, Severity};

use crate::{Config, Input};

/// Readers of one change that a finding names.
const MOST_NAMED: usize = 3;

/// Who reads the schema of the base.
#[derive(Clone, Copy)]
pub struct Downstream<'a> {
    /// Made of the base, whose names they use.
    pub graph: &'a Graph,
    /// Who owns a file, by CODEOWNERS.
    pub owners: &'a dyn Fn(&str) -> Vec<String>,
}

impl std::fmt::Debug for Downstream<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Downstream").field("graph", self.graph).finish_non_exhaustive()
    }
}

/// What a change comes to outside.
pub(crate) struct DownstreamEffects {
    pub(crate) impact: Option<Impact>,
    pub(crate) breaches: Vec<Breach>,
    /// For the rules.
    pub(crate) external: Vec<ExternalFinding>,
    /// What of it is no rule's: promises that were not kept before either, artefacts that can't be read.
    pub(crate) problems: Vec<Diagnostic>,
}

/// `config` is that of the input, or another to see what it would come to.
pub(crate) fn effects(input: &Input<'_>, config: &Config, base: &Document, diff: &Diff) -> DownstreamEffects {
    let settings = &config.downstream;
    let breaches = settings.contracts.check(base, input.head, diff);
    let impact = input.downstream.map(|downstream| {
        let options = Options { application: &settings.application, owners: downstream.owners };
        belljar_impact::impact(downstream.graph, diff, &options)
    });
    let (mut external, mut problems) = (Vec::new(), Vec::new());
    for breach in &breaches {
        let owners =
            if breach.owners.is_empty() { String::new() } else { format!(" ({})", breach.owners.join(", ")) };
        let message = format!("contract `{}`{owners} is broken: {}", breach.contract, breach.message);
        match breach.changes.first() {
            Some(change) if breach.by_change => {
                external.push(ExternalFinding {
                    code: "BJ001",
                    change: *change,
                    message,
                    certainty: breach.certainty,
                });
            }
            _ => {
                let before = if breach.by_change { "" } else { ", and was before" };
                let mut problem =
                    Diagnostic::new(Severity::Warning, &breach.code, format!("{message}{before}"));
                problem.place = breach.place.clone().or_else(|| breach.promised.clone());
                problem.hint.clone_from(&breach.hint);
                problems.push(problem);
            }
        }
    }
    if let Some(impact) = &impact {
        for change in &impact.changes {
            external.extend(of_verdict(change, Verdict::Breaks, "BJ002", "breaks", "break"));
            external.extend(of_verdict(
                change,
                Verdict::ChangesSilently,
                "BJ003",
                "changes silently",
                "change silently",
            ));
        }
        problems.extend(impact.diagnostics.iter().cloned());
    }
    DownstreamEffects { impact, breaches, external, problems }
}

/// One finding for all that a change does the same to: the surest and nearest are named.
fn of_verdict(
    change: &ChangeImpact,
    verdict: Verdict,
    code: &'static str,
    one: &str,
    many: &str,
) -> Option<ExternalFinding> {
    let mut named: Vec<&Affected> = Vec::new();
    for affected in change.affected.iter().filter(|one| one.verdict == verdict && one.is_reader()) {
        if !named.iter().any(|known| known.dataset == affected.dataset) {
            named.push(affected);
        }
    }
    let certainty: Certainty = named.iter().map(|affected| affected.certainty).min()?;
    let names: Vec<String> = named
        .iter()
        .take(MOST_NAMED)
        .map(|affected| format!("{} `{}`", belljar_impact::render::kind(affected.kind), affected.name))
        .collect();
    let more = named.len() - names.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let what = if named.len() == 1 { one } else { many };
    let why = named.first().map(|affected| affected.message.clone()).unwrap_or_default();
    Some(ExternalFinding {
        code,
        change: change.change,
        message: format!("{}{more} {what}: {why}", names.join(", ")),
        certainty,
    })
}
