//! The message of a generic webhook, which is also the input of a hook: an envelope around the published types.

use belljar_check::{Counts, FailOn, Item, Verdict};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use super::fitting;
use crate::{Event, Run, notice::Notice};

/// The version of the JSON. The major part changes when a reader of the old form would be wrong about the new one.
pub(super) const FORMAT_VERSION: &str = "1.0";

/// The maximum size of a message, in bytes.
const LARGEST: usize = 1 << 20;

/// The maximum number of findings.
const MOST: usize = 2_000;

/// The message of a webhook.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Envelope<'a> {
    /// The version of this form.
    pub format: &'static str,
    /// Version of Belljar.
    pub belljar: &'static str,
    /// What happened.
    pub event: Event,
    /// Whether it is a sample of `belljar notify --test`.
    pub sample: bool,
    /// The name of the project.
    pub project: &'a str,
    /// The run of CI.
    pub run: &'a Run,
    /// The outcome, in one line.
    pub headline: &'a str,
    /// The outcome of the check; null if it could not run.
    pub check: Option<Outcome<'a>>,
    /// The findings for this target, as in the JSON of `belljar check`, the most severe first.
    pub findings: &'a [&'a Item],
    /// Number of findings for this target that were left out to limit the size.
    pub left_out: usize,
    /// Why the check could not run, or could not read everything.
    pub problems: &'a [String],
    /// What else is known, for people.
    pub remarks: &'a [String],
}

/// The outcome of a check.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Outcome<'a> {
    /// Whether both sides were read.
    pub compared: bool,
    /// Whether no finding fails the check.
    pub passed: bool,
    /// The lowest severity at which a finding fails it.
    pub fail_on: FailOn,
    /// The numbers of all findings, also of those for others.
    pub summary: &'a Counts,
    /// Numbers of readers that the change affects; null without artefacts.
    pub impact: Option<&'a belljar_impact::Summary>,
}

/// The JSON Schema (draft 2020-12) of an [`Envelope`].
pub fn json_schema() -> Schema {
    schema_for!(Envelope<'static>)
}

/// The body of a request.
pub(crate) fn webhook(notice: &Notice<'_>) -> Vec<u8> {
    let items = notice.items.as_slice();
    fitting(items.len().min(MOST), LARGEST, &|count| {
        let shown = items.get(..count).unwrap_or_default();
        serde_json::to_value(envelope(notice, shown, items.len() - shown.len())).unwrap_or_default()
    })
}

fn envelope<'a>(notice: &'a Notice<'a>, findings: &'a [&'a Item], left_out: usize) -> Envelope<'a> {
    let outcome = |verdict: &'a Verdict| Outcome {
        compared: verdict.compared,
        passed: verdict.passed,
        fail_on: verdict.fail_on,
        summary: &verdict.summary,
        impact: verdict.impact.as_ref().map(|impact| &impact.summary),
    };
    Envelope {
        format: FORMAT_VERSION,
        belljar: env!("CARGO_PKG_VERSION"),
        event: notice.event,
        sample: notice.is_sample,
        project: &notice.name,
        run: notice.run,
        headline: &notice.headline,
        check: notice.verdict.map(outcome),
        findings,
        left_out,
        problems: &notice.problems,
        remarks: &notice.remarks,
    }
}
