//! Lineage of columns and datasets, from an application's tables to their readers.
//!
//! Readers make [`Input`]s of their artefacts: the application's schema here, dbt and the rest in other crates. A [`Builder`]
//! resolves them to columns and joins them to one [`graph::Graph`]. All of it is pure.
//!
//! * [`graph`]: datasets, columns, edges, and walks over them
//! * [`input`]: the form that every reader makes
//! * [`replication`]: names of an application's tables in a warehouse
//! * [`render`]: as a text tree, Mermaid, DOT and OpenLineage events
//! * [`Report`]: counts, and the parts that could not be resolved
//! * [`work`] and [`budget`]: limits for readers, so that a hostile artefact affects only itself

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
