//! dbt: manifests from version 7 to 12, with a catalog where there is one.
//!
//! [`parse_project`] goes through the bytes of a manifest once and keeps what lineage needs, so its memory is a
//! fraction of their size. A damaged node is skipped alone, and a manifest that breaks off gives the part before.
//! Compiled SQL is used if present; otherwise the template is rendered ([`jinja`]), with `ref`, `source` and the macros
//! of the manifest, and stand-ins for the rest are counted.

mod beside;
mod catalog;
mod data_tests;
mod ends;
mod inputs;
pub mod jinja;
mod lines;
mod manifest;
mod semantic;
mod shared;

use std::collections::BTreeMap;

use belljar_lineage::{
    Builder, Dialect, Input,
    work::{STACK, on_large_stack},
};
use belljar_schema::{Diagnostic, Severity};

/// Options for reading a manifest.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Path of the manifest, for messages.
    pub path: String,
    /// Folder of the project from the root of the source, without a trailing `/`; empty if it is the root.
    pub folder: String,
    /// The dialect, if the manifest names no known adapter.
    pub dialect: Option<Dialect>,
    /// Values of `var`, which a manifest does not hold.
    pub vars: BTreeMap<String, serde_json::Value>,
    /// Instructions that the templates of one model may take; 0 for the default, [`jinja::FUEL`].
    pub fuel: u64,
}

/// The datasets of a dbt project, from its manifest and its catalog.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// Sources, models and all other datasets.
    pub inputs: Vec<Input>,
    /// Diagnostics about the manifest and the catalog as a whole.
    pub diagnostics: Vec<Diagnostic>,
    /// Version of the manifest.
    pub version: Option<u32>,
    /// The adapter that the manifest was made for.
    pub adapter: String,
    /// Number of models with compiled SQL or a rendered template.
    pub compiled: usize,
    /// Number of models with a rendered template.
    pub rendered: usize,
}

impl Project {
    /// Adds all of it to a builder.
    pub fn give(self, builder: &mut Builder) {
        self.inputs.into_iter().for_each(|input| builder.add(input));
        self.diagnostics.into_iter().for_each(|diagnostic| builder.report(diagnostic));
    }
}

/// Reads a manifest, and its catalog.
pub fn parse_project(manifest: &[u8], catalog: Option<&[u8]>, options: &Options) -> Project {
    let mut diagnostics = Vec::new();
    let manifest = manifest::parse_manifest(manifest, &options.path, &mut diagnostics);
    let catalog = catalog.map(|bytes| catalog::parse_catalog(bytes, &mut diagnostics)).unwrap_or_default();
    // The tree of a template is as deep as its text is long, and so is its result.
    let read = on_large_stack(STACK, || inputs::inputs(&manifest, &catalog, options, diagnostics.clone()));
    read.unwrap_or_else(|fault| {
        let message = format!("the manifest was not read: {fault}");
        let diagnostic =
            Diagnostic::new(Severity::Error, "manifest-not-read", message).at(options.path.clone(), 0);
        diagnostics.push(diagnostic.hint(fault.hint()));
        Project { diagnostics, ..Project::default() }
    })
}
