//! What a guest's doubt means to a person: a reason with the package and the next step.

use std::collections::BTreeSet;

use belljar_discover::Discovery;
use belljar_frames as frames;
use belljar_schema::Reason;

use super::diagnostics::one_line;
use crate::RunResult;

/// Knows which top-level names are packages that are not there.
pub(super) struct Reasons {
    absent: BTreeSet<String>,
}

impl Reasons {
    /// Every module that was stood in for counts, but what the repository itself offers does not.
    pub(super) fn new(discovery: &Discovery, results: &[RunResult]) -> Self {
        let own: BTreeSet<&str> =
            discovery.roots.iter().flat_map(|root| root.names.iter().map(String::as_str)).collect();
        let stand_ins = results.iter().flat_map(|result| &result.findings.stand_ins);
        let tops = stand_ins.filter_map(|frame| frame.module.split('.').next());
        Self { absent: tops.filter(|top| !own.contains(top)).map(str::to_owned).collect() }
    }

    /// The package that a dotted origin leads to, when it is one that is not there.
    pub(super) fn package(&self, origin: &str) -> Option<String> {
        let top = origin.split(['.', '(', '[']).next()?;
        self.absent.contains(top).then(|| top.to_owned())
    }

    /// A reason as the schema has it.
    pub(super) fn reason(&self, reason: &frames::Reason) -> Reason {
        let package = reason.origin.as_deref().and_then(|origin| self.package(origin));
        let hint = match (&package, reason.origin.as_deref(), reason.code.as_str()) {
            (Some(package), ..) => Some(format!(
                "put the sources of `{package}` into the tree, next to the code that imports it"
            )),
            (None, Some(origin), _) => Some(format!(
                "`{origin}` is made by a statement that failed or a file that is not there; see the diagnostics"
            )),
            (None, None, "statement-skipped") => {
                Some("look at that line: what it does at import can't be done here".to_owned())
            }
            (None, None, _) => None,
        };
        Reason { code: reason.code.clone(), message: one_line(&reason.message), hint, package }
    }

    /// All reasons of a table or column.
    pub(super) fn all(&self, reasons: &[frames::Reason]) -> Vec<Reason> {
        reasons.iter().map(|reason| self.reason(reason)).collect()
    }
}
