//! Rules on how tables are made. A statement may leave to a later one of its version what they ask for, such as an index.

use std::collections::{BTreeMap, BTreeSet};

use belljar_diff::{Options, diff};
use belljar_schema::{Document, Table};

use super::{Judge, Step, change::certain};
use crate::{Category, Finding, check};

/// Whether a finding is about how a table is made.
pub(super) fn is_design(finding: &Finding) -> bool {
    finding.category == Category::Design
}

/// What rules on how tables are made find after a version.
pub(super) struct Left(BTreeSet<(String, String)>);

impl Left {
    pub(super) fn has(&self, finding: &Finding) -> bool {
        self.0.contains(&(finding.code.clone(), finding.message.clone()))
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
        let side = |tables: BTreeMap<String, &Table>| {
            let mut document =
                steps.first().map(|step| Document { tables: Vec::new(), ..step.before.clone() })?;
            document.types.clear();
            document.tables = tables.into_values().cloned().collect();
            Some(certain(&document))
        };
        let (Some(before), Some(after)) = (side(first), side(last)) else { return Left(BTreeSet::new()) };
        let found = diff(&before, &after, &Options::default());
        let report = check(&found, &before, &after, &self.config, &[]);
        let design = report.findings.into_iter().filter(is_design);
        Left(design.map(|finding| (finding.code, finding.message)).collect())
    }
}
