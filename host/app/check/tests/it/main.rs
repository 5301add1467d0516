//! What a verdict over hostile names looks like in every form, read as its readers read it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the lints do not take the helpers of tests for tests"
)]

mod data;
mod forms;
mod full;
mod hostile;
mod markdown;
mod obscured;
mod other_metadata;
mod published;
