//! `BJ00.`: readers of the schema outside this repository.

mod contract_broken;
mod downstream_breaks;
mod downstream_changes;

use crate::Rule;

/// In the order of their codes.
pub(super) const ALL: &[Rule] = &[contract_broken::RULE, downstream_breaks::RULE, downstream_changes::RULE];
