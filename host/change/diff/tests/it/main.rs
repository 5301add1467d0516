//! What a comparison finds, and what it does not.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::assigning_clones,
    reason = "the lints do not take the helpers of tests for tests"
)]

mod changes;
mod drift;
mod empty;
mod property;
mod published;
mod renames;
mod render;
mod services;
mod speed;
mod styles;
mod uncertain;
