//! What is made from what: queries and whole graphs.
#![expect(
    clippy::expect_used,
    clippy::format_push_string,
    reason = "the lints do not take the helpers of tests for tests, and a long text is made of parts"
)]

mod graph;
mod hostile;
mod joined;
mod lost;
mod make;
mod pairs;
mod sql;
