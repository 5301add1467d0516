//! Rules that look at what a whole version leaves: a later statement may add what they ask for, such as an index, or put
//! something in the place of a constraint that was dropped.

use std::collections::{BTreeMap, BTreeSet};

use belljar_diff::{Options, diff};
use belljar_schema::{Document, Table};

use super::{Judge, Step, change::certain};
use crate::{Category, Finding, check};

/// Rules about a constraint that is dropped, and may be replaced.
const REPLACED: &[&str] = &["BJ105", "BJ106"];

/// Whether a finding is about what the version leaves.
pub(super) fn is_of_whole(finding: &Finding) -> bool {
    finding.category == Category::Design || REPLACED.contains(&finding.code.as_str())
}

/// What these rules find after a version.
pub(super) struct Left {
    found: BTreeSet<(String, String)>,
    /// The tables that are there before and after the version.
    tables: BTreeSet<String>,
}

impl Left {
    pub(super) fn has(&self, finding: &Finding) -> bool {
        // A table that gets another name can't be followed here.
        let is_followed =
            finding.category == Category::Design || self.tables.contains(&finding.change.path.full_name());
        !is_followed || self.found.contains(&(finding.code.clone(), finding.message.clone()))
    }
}

impl Judge<'_> {
    /// What is still found after all statements of a version.
    pub(super) fn left(&self, steps: &[Step<'_>]) -> Left {
        let (mut first, mut last): (BTreeMap<String, &Table>, BTreeMap<String, &Table>) = Default::default();
        let mut made = BTreeSet::new();
        for step in steps {
            for table in &step.before.tables {
                let name = table.full_name();
                if !made.contains(&name) {
                    first.entry(name.clone()).or_insert(table);
                }
                last.remove(&name);
            }
            for table in &step.after.tables {
                made.insert(table.full_name());
                last.insert(table.full_name(), table);
            }
        }
        let tables = first.keys().filter(|name| last.contains_key(*name)).cloned().collect();
        let side = |tables: BTreeMap<String, &Table>| {
            let mut document =
                steps.first().map(|step| Document { tables: Vec::new(), ..step.before.clone() })?;
            document.types.clear();
            document.tables = tables.into_values().cloned().collect();
            Some(certain(&document))
        };
        let (Some(before), Some(after)) = (side(first), side(last)) else {
            return Left { found: BTreeSet::new(), tables };
        };
        let found = diff(&before, &after, &Options::default());
        let report = check(&found, &before, &after, &self.config, &[]);
        let of_whole = report.findings.into_iter().filter(is_of_whole);
        Left { found: of_whole.map(|finding| (finding.code, finding.message)).collect(), tables }
    }
}
