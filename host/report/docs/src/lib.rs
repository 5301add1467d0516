//! A schema as Markdown for a repository: a page for each table and view, and an index.
//!
//! [`pages`] writes them, with stable names and bytes. [`with_notes`] keeps what people wrote on a page, and [`is_own`]
//! tells the pages of this program from all other files. No text of a document is markup in a page: it is in code
//! spans and code blocks, or consists of plain words.

mod index;
mod names;
mod notes;
mod page;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use belljar_dialect::Database;
use belljar_schema::Document;

pub use names::is_page_name;
pub use notes::{BrokenNotes, has_notes, is_own, with_notes};

/// The name of the index, which hosting services show for the folder.
pub const INDEX: &str = "README.md";

/// The pages of a document, by the names of their files, with types of a database.
pub fn pages(document: &Document, database: Database) -> BTreeMap<String, String> {
    let schema = page::Schema::new(document, database);
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    for (at, table) in document.tables.iter().enumerate() {
        pages.insert(schema.files.table(at).to_owned(), page::of_table(&schema, table));
    }
    for (at, view) in document.views.iter().enumerate() {
        pages.insert(schema.files.view(at).to_owned(), page::of_view(&schema, view));
    }
    pages.insert(INDEX.to_owned(), index::write(&schema));
    pages
}
