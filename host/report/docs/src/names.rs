//! Names of files: stable, and different from each other on every file system.
//!
//! The name of a page depends on its own table alone, so that another table never renames it. A plain name is kept; any
//! other is shortened to what every file system allows, with a hash of the whole. A plain name has no `-`, so the two never meet,
//! and no name has capitals, which some file systems ignore.

use std::collections::BTreeMap;

use belljar_schema::{Document, full_name};

/// The maximum length of a name without its suffix.
const LONGEST: usize = 80;

/// The number of hexadecimal digits of a hash.
const DIGITS: usize = 12;

/// The names of the files of a document.
pub(crate) struct Files {
    tables: Vec<String>,
    views: Vec<String>,
    /// The file of a full name: that of the first table or view of it.
    by_name: BTreeMap<String, String>,
}

impl Files {
    pub(crate) fn new(document: &Document) -> Self {
        let tables = document.tables.iter().map(|table| Key {
            schema: table.schema.as_deref(),
            name: &table.name,
            metadata: Some(&table.metadata),
        });
        let views = document.views.iter().map(|view| Key {
            schema: view.schema.as_deref(),
            name: &view.name,
            metadata: view.metadata.as_deref(),
        });
        let all: Vec<Key<'_>> = tables.chain(views).collect();
        let mut numbers: BTreeMap<(Option<&str>, &str), usize> = BTreeMap::new();
        for key in &all {
            *numbers.entry((key.schema, key.name)).or_default() += 1;
        }
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        let mut by_name = BTreeMap::new();
        let mut files: Vec<String> = Vec::new();
        for key in &all {
            let is_alone = numbers.get(&(key.schema, key.name)) == Some(&1);
            let own = key.stem(is_alone);
            // A table and a view of one name in one `MetaData`; the document has them in a stable order.
            let number = taken.entry(own.clone()).or_default();
            *number += 1;
            let file = if *number == 1 { format!("{own}.md") } else { format!("{own}-{number}.md") };
            by_name.entry(full_name(key.schema, key.name)).or_insert_with(|| file.clone());
            files.push(file);
        }
        let views = files.split_off(document.tables.len());
        Self { tables: files, views, by_name }
    }

    pub(crate) fn table(&self, position: usize) -> &str {
        self.tables.get(position).map_or("", String::as_str)
    }

    pub(crate) fn view(&self, position: usize) -> &str {
        self.views.get(position).map_or("", String::as_str)
    }

    /// The file of `[schema.]name`.
    pub(crate) fn named(&self, name: &str) -> Option<&str> {
        self.by_name.get(name).map(String::as_str)
    }
}

struct Key<'a> {
    schema: Option<&'a str>,
    name: &'a str,
    metadata: Option<&'a str>,
}

impl Key<'_> {
    /// The name of the file without its suffix.
    fn stem(&self, is_alone: bool) -> String {
        let whole = full_name(self.schema, self.name);
        let parts_are_plain = self.schema.into_iter().chain([self.name]).all(is_plain);
        if is_alone && parts_are_plain && whole.len() <= LONGEST && !is_reserved(&whole) {
            return whole;
        }
        let metadata = self.metadata.filter(|_| !is_alone).unwrap_or_default();
        // Lengths keep the parts apart: a point may be part of a name.
        let mut hash = blake3::Hasher::new();
        for part in [self.schema.unwrap_or_default(), self.name, metadata] {
            hash.update(&part.len().to_le_bytes());
            hash.update(part.as_bytes());
        }
        hash.update(&[u8::from(self.schema.is_some())]);
        let hash: String = hash.finalize().to_hex().chars().take(DIGITS).collect();
        let kept = |letter: char| if is_kept(letter) { letter } else { '_' };
        let short: String = whole.to_lowercase().chars().map(kept).take(LONGEST - DIGITS - 1).collect();
        // No name is hidden, and none is that of a device.
        let short = if short.starts_with('.') || is_reserved(&short) { format!("t_{short}") } else { short };
        format!("{short}-{hash}")
    }
}

fn is_kept(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_' || letter == '.'
}

fn is_plain(part: &str) -> bool {
    !part.is_empty() && part.chars().all(|letter| is_kept(letter) && letter != '.')
}

/// Whether a name is that of the index, or of a device in Windows, whatever its suffix is.
fn is_reserved(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or_default();
    let of_port = first.strip_prefix("com").or_else(|| first.strip_prefix("lpt"));
    matches!(first, "con" | "prn" | "aux" | "nul" | "conin$" | "conout$")
        || of_port.is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|one| one.is_ascii_digit()))
        || matches!(name, "readme" | "index")
}

/// Whether a file may be a page by its name: in the folder itself, and not hidden.
pub fn is_page_name(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".md") else { return false };
    let is_kept = |letter: char| is_kept(letter) || letter == '-';
    name == crate::INDEX
        || (stem.len() <= LONGEST + 24
            && !stem.is_empty()
            && !stem.starts_with('.')
            && !is_reserved(stem)
            && stem.chars().all(is_kept))
}
