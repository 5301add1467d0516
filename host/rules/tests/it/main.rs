//! What the rules find, and what they do not.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "the lints do not take the helpers of tests for tests"
)]

mod cases;
mod doubt;
mod listed;
mod make;
mod published;
mod settings;
