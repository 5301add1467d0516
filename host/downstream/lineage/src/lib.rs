//! Which columns and datasets are made from which, from an application's tables to what reads them.
//!
//! Readers make [`Input`]s of their artefacts: the application's schema here, dbt and the rest in other crates. A [`Builder`]
//! resolves them to columns and joins them to one [`graph::Graph`]. All of it is pure.
//!
//! * [`graph`]: datasets, columns, edges, and walks over them
//! * [`input`]: the form that every reader makes
//! * [`replication`]: where the tables of an application come to lie in a warehouse
//! * [`render`]: as a text tree, Mermaid, DOT and OpenLineage events
//! * [`Report`]: what was read, and what of it was not understood
//! * [`work`] and [`budget`]: what readers need so that a hostile artefact costs itself alone

mod application;
pub mod budget;
pub mod graph;
pub mod input;
pub mod render;
pub mod replication;
mod report;
mod resolve;
pub mod sql;
pub mod work;

pub use application::table_id;
pub use belljar_dialect::Dialect;
pub use input::Input;
pub use replication::{Replicated, Replication};
pub use report::{Cause, NOTHING_JOINED, Report, Unknown};
pub use resolve::Builder;
