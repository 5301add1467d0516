//! What the tests of several crates make and look at. It is a development dependency only.
//!
//! * [`make`]: documents of an application, and what differs between two
//! * [`graph`], with the feature of that name: what a lineage graph says, as lines
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test that asks for what is not there fails"
)]

#[cfg(feature = "graph")]
pub mod graph;
pub mod make;
