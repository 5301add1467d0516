//! `BJ01.`: what a change would alter in its own check, and what it hides from it.

mod artefact_changed;
mod exactness_lost;
mod generation_changed;
mod metadata_moved;
mod settings_changed;
mod silence_added;

use crate::Rule;

/// In the order of their codes.
pub(super) const ALL: &[Rule] = &[
    settings_changed::RULE,
    silence_added::RULE,
    artefact_changed::RULE,
    generation_changed::RULE,
    exactness_lost::RULE,
    metadata_moved::RULE,
];
