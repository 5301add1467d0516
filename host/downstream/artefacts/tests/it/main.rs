//! Tests of the readers: what they read, and what hostile files may not do to them.

#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests are not in functions that are tests"
)]

mod attacks;
mod dataform;
mod dbt;
mod inputs;
mod lookml;
mod tableau;
