//! What a name becomes.
//!
//! A name of lower-case letters, digits and single underscores that begins with a letter is what every service keeps as it
//! is, up to the case that the warehouse has; such a name is sure. Of others the documents do not say all, and what comes
//! out is likely.

mod airbyte;
mod fivetran;
mod stitch;

use belljar_lineage::Dialect;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What brings tables to a warehouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Fivetran.
    Fivetran,
    /// Airbyte, with "Destinations V2".
    Airbyte,
    /// Stitch.
    Stitch,
    /// Something that keeps names, such as replication; or the application's own database is read.
    None,
}

impl Service {
    /// By the names that a configuration has.
    pub const NAMES: &'static [(&'static str, Self)] = &[
        ("fivetran", Self::Fivetran),
        ("airbyte", Self::Airbyte),
        ("stitch", Self::Stitch),
        ("none", Self::None),
    ];

    /// As a configuration has it, and ids of datasets.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Fivetran => "fivetran",
            Self::Airbyte => "airbyte",
            Self::Stitch => "stitch",
            Self::None => "landed",
        }
    }

    /// Columns that the service adds to a table.
    pub const fn added(self) -> &'static [&'static str] {
        match self {
            Self::Fivetran => fivetran::ADDED,
            Self::Airbyte => airbyte::ADDED,
            Self::Stitch => stitch::ADDED,
            Self::None => &[],
        }
    }

    /// Columns that the service adds to some tables: in history mode, from a log of changes, without a key.
    pub const fn sometimes_added(self) -> &'static [&'static str] {
        match self {
            Self::Fivetran => fivetran::SOMETIMES_ADDED,
            Self::Airbyte => airbyte::SOMETIMES_ADDED,
            Self::Stitch => stitch::SOMETIMES_ADDED,
            Self::None => &[],
        }
    }

    /// What a table or a schema is called.
    pub fn table(self, name: &str, warehouse: Dialect) -> Named {
        self.name(name, warehouse, true)
    }

    /// What a column is called.
    pub fn column(self, name: &str, warehouse: Dialect) -> Named {
        self.name(name, warehouse, false)
    }

    fn name(self, name: &str, warehouse: Dialect, is_table: bool) -> Named {
        let (text, longest) = match self {
            Self::Fivetran => (fivetran::name(name, is_table), fivetran::LONGEST),
            Self::Airbyte => (airbyte::name(name, warehouse), airbyte::longest(warehouse)),
            Self::Stitch => (stitch::name(name, warehouse), stitch::longest(warehouse, is_table)),
            Self::None => return Named { text: name.to_owned(), sure: true },
        };
        let sure = is_plain(name) && text.len() <= longest;
        Named { text, sure }
    }
}

/// A name in a warehouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub text: String,
    /// The documents leave no room for another.
    pub sure: bool,
}

/// Lower-case letters, digits and single underscores, a letter first.
fn is_plain(name: &str) -> bool {
    name.starts_with(|one: char| one.is_ascii_lowercase())
        && name.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
        && !name.contains("__")
}

/// Without accents; what has no form in ASCII stays.
fn without_accents(name: &str) -> String {
    name.nfkd().filter(|one| !is_combining_mark(*one)).collect()
}
