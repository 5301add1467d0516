//! Builds the lineage graph downstream of an application from settings and artefacts.
//!
//! [`Settings`] are those of `belljar.toml`, an [`Artefact`] is a file written by a tool, [`pick`] finds those in a
//! tree that the settings name, and [`graph()`] joins them to the declarations of an application. It is pure: the
//! caller reads the files.

mod artefact;
mod graph;
mod settings;

pub use artefact::{Artefact, Form, pick};
pub use graph::graph;
pub use settings::{ROOT, Settings};
