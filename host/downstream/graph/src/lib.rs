//! Builds the lineage graph downstream of an application from configuration and artefacts.
//!
//! [`GraphConfig`] is its part of `belljar.toml`, an [`Artefact`] is a file written by a tool, [`pick`] finds those in a
//! tree that the configuration names, and [`graph()`] joins them to the declarations of an application. It is pure: the
//! caller reads the files.

mod artefact;
mod config;
mod graph;

pub use artefact::{Artefact, Form, pick};
pub use config::{GraphConfig, ROOT};
pub use graph::graph;
