//! Names in a warehouse.
//!
//! A name of lower-case letters, digits and single underscores that begins with a letter is kept by every service, up
//! to the case of the warehouse; such a name is certain. For others the documentation is incomplete, and the result is
//! likely.

mod airbyte;
mod fivetran;
mod stitch;

use belljar_lineage::Dialect;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A service that copies tables to a warehouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Fivetran's rules for names.
    Fivetran,
    /// Airbyte, with "Destinations V2".
    Airbyte,
    /// Stitch's rules for names.
    Stitch,
    /// Replication that keeps names; or reading the application's own database.
    None,
}

impl Service {
    /// Finds a service by its name in a configuration.
    pub const NAMES: &'static [(&'static str, Self)] = &[
        ("fivetran", Self::Fivetran),
        ("airbyte", Self::Airbyte),
        ("stitch", Self::Stitch),
        ("none", Self::None),
    ];

    /// The name in configurations and in ids of datasets.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Fivetran => "fivetran",
            Self::Airbyte => "airbyte",
            Self::Stitch => "stitch",
            Self::None => "landed",
        }
    }

    /// Columns that the service adds to every table.
    pub const fn added(self) -> &'static [&'static str] {
        match self {
            Self::Fivetran => fivetran::ADDED,
            Self::Airbyte => airbyte::ADDED,
            Self::Stitch => stitch::ADDED,
            Self::None => &[],
        }
    }

    /// Columns that the service adds to some tables: in history mode, for change capture, for tables without a key.
    pub const fn sometimes_added(self) -> &'static [&'static str] {
        match self {
            Self::Fivetran => fivetran::SOMETIMES_ADDED,
            Self::Airbyte => airbyte::SOMETIMES_ADDED,
            Self::Stitch => stitch::SOMETIMES_ADDED,
            Self::None => &[],
        }
    }

    /// The name of a table or a schema in the warehouse.
    pub fn table(self, name: &str, warehouse: Dialect) -> Named {
        self.convert(name, warehouse, true)
    }

    /// The name of a column in the warehouse.
    pub fn column(self, name: &str, warehouse: Dialect) -> Named {
        self.convert(name, warehouse, false)
    }

    fn convert(self, name: &str, warehouse: Dialect, is_table: bool) -> Named {
        let (text, longest) = match self {
            Self::Fivetran => (fivetran::convert_name(name, is_table), fivetran::LONGEST),
            Self::Airbyte => (airbyte::convert_name(name, warehouse), airbyte::longest(warehouse)),
            Self::Stitch => (stitch::convert_name(name, warehouse), stitch::longest(warehouse, is_table)),
            Self::None => return Named { text: name.to_owned(), sure: true },
        };
        let sure = is_plain(name) && text.len() <= longest;
        Named { text, sure }
    }
}

/// A name in a warehouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The text of the name.
    pub text: String,
    /// Whether the documentation allows no other name.
    pub sure: bool,
}

/// Lower-case letters, digits and single underscores, a letter first.
fn is_plain(name: &str) -> bool {
    name.starts_with(|one: char| one.is_ascii_lowercase())
        && name.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
        && !name.contains("__")
}

/// Removes accents; characters without an ASCII form stay.
fn without_accents(name: &str) -> String {
    name.nfkd().filter(|one| !is_combining_mark(*one)).collect()
}
