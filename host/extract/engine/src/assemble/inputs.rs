//! What is known of a source before anything runs.

use belljar_discover::Discovery;
use belljar_source::{Source, Wheelhouse};

/// What is known of a source before anything runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inputs<'a> {
    pub(crate) source: &'a Source,
    pub(crate) discovery: &'a Discovery,
    pub(crate) wheelhouse: &'a Wheelhouse,
}
