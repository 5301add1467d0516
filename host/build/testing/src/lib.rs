//! Helpers for the tests of several crates. It is a development dependency only.
//!
//! * [`make`]: documents of an application, and differences between two * [`graph`], with the feature of that name: the
//! contents of a lineage graph, as lines
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test that asks for what is not there fails"
)]

#[cfg(feature = "graph")]
pub mod graph;
pub mod make;
