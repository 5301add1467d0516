//! Readers of changed parts of the schema, and contracts with them: findings that come from outside the schema.

use belljar_contract::Breach;
use belljar_diff::{Certainty, Diff};
use belljar_impact::{Affected, ChangeImpact, Impact, Options, Verdict};
use belljar_lineage::graph::Graph;
use belljar_rules::ExternalFinding;
use belljar_schema::{Diagnostic, Document, Severity};

use crate::{CheckConfig, Input};

/// The maximum number of readers that one finding names.
const MOST_NAMED: usize = 3;

/// The readers of the schema of the base.
#[derive(Clone, Copy)]
pub struct Downstream<'a> {
    /// The graph of the base, whose names it uses.
    pub graph: &'a Graph,
    /// The owners of files, by CODEOWNERS.
    pub owners: &'a dyn Fn(&str) -> Vec<String>,
}

impl std::fmt::Debug for Downstream<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Downstream").field("graph", self.graph).finish_non_exhaustive()
    }
}

/// Gives the owners of a file.
pub type OwnersOf<'a> = dyn Fn(&str) -> Vec<String> + 'a;

/// The owners of files, by their paths from the directory that is checked; the default knows none.
#[derive(Clone, Copy, Default)]
pub struct Owners<'a>(pub Option<&'a OwnersOf<'a>>);

impl Owners<'_> {
    /// The owners of a file.
    pub(crate) fn of(self, path: &str) -> Vec<String> {
        self.0.map(|owners| owners(path)).unwrap_or_default()
    }
}

impl std::fmt::Debug for Owners<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Owners").field(&self.0.is_some()).finish()
    }
}

/// The downstream effects of a change.
#[derive(Default)]
pub(crate) struct DownstreamEffects {
    pub(crate) impact: Option<Impact>,
    pub(crate) breaches: Vec<Breach>,
    /// The findings for the rules.
    pub(crate) external: Vec<ExternalFinding>,
    /// What does not belong to a rule: contracts that were already breached before, and artefacts that can't be read.
    pub(crate) problems: Vec<Diagnostic>,
}

/// `config` is that of the input, or another to compare its result.
pub(crate) fn effects(
    input: &Input<'_>,
    config: &CheckConfig,
    base: &Document,
    diff: &Diff,
) -> DownstreamEffects {
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
                let before = if breach.by_change { "" } else { ", and was breached before" };
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

/// One finding for all readers that a change affects in the same way; it names the most certain and nearest ones.
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
