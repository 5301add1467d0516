//! What is made from what: queries, whole graphs, manifests.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::format_push_string,
    reason = "the lints do not take the helpers of tests for tests, and a long text is made of parts"
)]

mod beside;
mod dbt;
mod graph;
mod hostile;
mod joined;
mod lost;
mod make;
mod pairs;
mod real;
mod sql;
