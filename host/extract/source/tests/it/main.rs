//! Sources of every kind, well-meant and hostile. Each attack names the diagnostic or error it must meet, and has
//! a control beside it that must succeed.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the lints do not take the helpers of tests for tests"
)]

mod bombs;
mod damage;
mod directory;
mod errors;
mod filters;
mod git;
mod hostile_git;
mod hostile_names;
mod ignored;
mod links;
mod part;
mod planted;
mod property;
mod same;
mod support;
mod wheelhouse;
