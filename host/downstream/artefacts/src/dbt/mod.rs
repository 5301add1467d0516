//! dbt: manifests from version 7 to 12, with a catalog where there is one.
//!
//! [`read`] goes through the bytes of a manifest once and keeps what lineage needs, so what it holds is a fraction of them.
//! A damaged node costs that node, and a manifest that breaks off gives what stands before. Compiled SQL is taken where
//! there is any; else the template is rendered ([`jinja`]), with `ref`, `source` and the macros of the manifest, and what
//! stands in for the rest is counted.

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

/// What the reading of a manifest needs to know besides.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Path of the manifest, for messages.
    pub path: String,
    /// Folder of the project from the root of the source, without a `/` at its end; empty where it is the root.
    pub folder: String,
    /// The dialect, where the manifest names no adapter that is known.
    pub dialect: Option<Dialect>,
    /// Values of `var`, which a manifest does not hold.
    pub vars: BTreeMap<String, serde_json::Value>,
    /// Instructions that the templates of one model may take; 0 for the default, [`jinja::FUEL`].
    pub fuel: u64,
}

/// What was read of a manifest.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Sources, models and all else.
    pub inputs: Vec<Input>,
    /// What there is to say of the manifest and the catalog as a whole.
    pub diagnostics: Vec<Diagnostic>,
    /// Version of the manifest's form.
    pub version: Option<u32>,
    /// The adapter that the manifest was made for.
    pub adapter: String,
    /// Models with compiled SQL, and models of which the template was rendered.
    pub compiled: usize,
    /// Models of which the template was rendered.
    pub rendered: usize,
}

impl Reading {
    /// Gives all of it to a builder.
    pub fn give(self, builder: &mut Builder) {
        self.inputs.into_iter().for_each(|input| builder.add(input));
        self.diagnostics.into_iter().for_each(|diagnostic| builder.say(diagnostic));
    }
}

/// Reads a manifest, and the catalog that belongs to it.
pub fn read(manifest: &[u8], catalog: Option<&[u8]>, options: &Options) -> Reading {
    let mut diagnostics = Vec::new();
    let manifest = manifest::read(manifest, &options.path, &mut diagnostics);
    let catalog = catalog.map(|bytes| catalog::read(bytes, &mut diagnostics)).unwrap_or_default();
    // A template is as deep as its text is long, and so is what it makes.
    let read = on_large_stack(STACK, || inputs::inputs(&manifest, &catalog, options, diagnostics.clone()));
    read.unwrap_or_else(|fault| {
        let message = format!("the manifest was not read: {fault}");
        let diagnostic =
            Diagnostic::new(Severity::Error, "manifest-not-read", message).at(options.path.clone(), 0);
        diagnostics.push(diagnostic.hint(fault.hint()));
        Reading { diagnostics, ..Reading::default() }
    })
}
