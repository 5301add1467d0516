//! What the rules find, and what they do not.
#![expect(
    clippy::expect_used,
    clippy::assigning_clones,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "the lints do not take the helpers of tests for tests, and a table is long"
)]

mod cases;
mod compared;
mod config;
mod data;
mod doubt;
mod external;
mod hidden;
mod keys;
mod listed;
mod make;
mod merged;
mod neighbours;
mod published;
mod recipes;
mod steps;
mod types;
