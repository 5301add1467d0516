//! A schema as a page: one HTML file, with everything in it that it needs, for people to search and to look at.
//!
//! The page itself is built from `page/` by `make page`, and is part of the program. This crate packs documents into it:
//! compressed and as base64, so that no name of a schema is text of the HTML. `page/README.md` describes the format.

mod pack;
mod prune;

use std::collections::BTreeMap;

use belljar_schema::{Document, Table};
use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use pack::Packer;

/// The version of the data that the page reads.
const FORMAT: &str = "1.0";

/// The text of the page that the data replace.
const PLACEHOLDER: &str = "\"BELLJAR-DATA\"";

/// The built page; empty in a program that was built without it.
const BUILT: &str = include_str!(concat!(env!("OUT_DIR"), "/page.html"));

/// The number of tables, or of classes, that the page reads at once.
const CHUNK: usize = 100;

/// What a page says about itself.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Meta {
    /// The title of the page.
    pub title: String,
    /// Version of Belljar.
    pub belljar: String,
    /// The name of the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The name of the head, or of the only side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// The address of a line in the files of the head, with `{path}` and `{line}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The same for the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_link: Option<String>,
    /// The owners of files that declare tables.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub owners: BTreeMap<String, Vec<String>>,
}

/// The documents of a page.
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    /// What the page says about itself.
    pub meta: &'a Meta,
    /// The document of the head, or of the only side.
    pub head: &'a Document,
    /// The tables of the base that changed.
    pub base: &'a [&'a Table],
    /// The JSON of `belljar check`.
    pub check: Option<&'a [u8]>,
    /// The JSON of `belljar lineage`.
    pub lineage: Option<&'a [u8]>,
}

/// Why there is no page.
#[derive(Debug, Error)]
pub enum PageError {
    /// The program was built without the page.
    #[error("this program was built without the page of `belljar report`")]
    NotBuilt,
    /// The built page has no place for data, or several.
    #[error("the page of this program is damaged")]
    Damaged,
    /// A document can't be written as JSON.
    #[error("cannot write the documents of the page: {0}")]
    Json(#[from] serde_json::Error),
    /// The documents can't be compressed.
    #[error("cannot compress the documents of the page: {0}")]
    Compress(#[from] std::io::Error),
}

/// Whether the program includes the page.
pub const fn is_built() -> bool {
    !BUILT.is_empty()
}

/// The page with these documents.
pub fn page(content: Content<'_>) -> Result<Vec<u8>, PageError> {
    if BUILT.is_empty() {
        return Err(PageError::NotBuilt);
    }
    filled(BUILT, content)
}

/// A page with these documents in the place of its placeholder.
pub fn filled(template: &str, content: Content<'_>) -> Result<Vec<u8>, PageError> {
    let (before, after) = template.split_once(PLACEHOLDER).ok_or(PageError::Damaged)?;
    if after.contains(PLACEHOLDER) {
        return Err(PageError::Damaged);
    }
    let mut packer = Packer::new(before, FORMAT);
    packer.part("meta", None, content.meta)?;
    packer.part("document", Some("head"), &rest_of(content.head)?)?;
    for tables in content.head.tables.chunks(CHUNK) {
        packer.part("tables", Some("head"), &pruned(tables)?)?;
    }
    for classes in content.head.classes.chunks(CHUNK) {
        packer.part("classes", Some("head"), &pruned(classes)?)?;
    }
    for tables in content.base.chunks(CHUNK) {
        packer.part("tables", Some("base"), &pruned(tables)?)?;
    }
    if let Some(check) = content.check {
        packer.json("check", check)?;
    }
    if let Some(lineage) = content.lineage {
        packer.json("lineage", lineage)?;
    }
    Ok(packer.finish(after))
}

/// A document without its tables and classes, which are parts of their own.
fn rest_of(document: &Document) -> Result<Value, PageError> {
    let rest = Document { tables: Vec::new(), classes: Vec::new(), ..document.clone() };
    Ok(prune::pruned(serde_json::to_value(rest)?))
}

/// Values without what is null, empty or false.
fn pruned(values: &(impl Serialize + ?Sized)) -> Result<Value, PageError> {
    Ok(prune::pruned(serde_json::to_value(values)?))
}
