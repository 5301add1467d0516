//! What lies downstream of an application: from settings and artefacts to one lineage graph.
//!
//! [`Settings`] is what `belljar.toml` says of it, [`Artefact`] a file that some tool wrote, [`pick`] finds those that the
//! settings name in a tree, and [`graph()`] joins them all to what an application declares. It is pure: whoever asks reads
//! the files.

mod artefact;
mod graph;
mod settings;

pub use artefact::{Artefact, Form, pick};
pub use graph::graph;
pub use settings::{ROOT, Settings};
