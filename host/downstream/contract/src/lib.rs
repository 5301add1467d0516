//! Contracts promise columns to their readers; this crate finds changes that breach one.
//!
//! A [`Contract`] is read from `belljar.toml` or from the YAML of the Open Data Contract Standard (ODCS) v3, and
//! written as either. [`Contracts::check`] checks both sides of a comparison: a promise that the base keeps and the
//! head does not is a [`Breach`] by the change.
//!
//! ```toml
//! [contracts.orders]
//! owners = ["data@acme.example"]
//! description = "the base of the revenue reports"
//! [contracts.orders.tables]
//! orders = ["id", "total"]                      # these columns
//! customers = "*"                               # all that the base has
//! "crm.users" = { email = { type = "VARCHAR(320)", required = true, unique = true, values = ["…"] } }
//! ```
//!
//! A column that is promised by name only may change its type within its family (a longer string, a larger number), but
//! not to another.

mod check;
mod config;
mod family;
mod odcs;
mod write;

use belljar_diff::Certainty;
use belljar_schema::Place;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use family::Family;
pub use odcs::{LARGEST, read_odcs};
pub use write::{of_tables, to_odcs, to_toml};

/// A set of contracts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contracts {
    /// The contracts, sorted by name if they are from a configuration, otherwise in the order of the files.
    pub all: Vec<Contract>,
}

/// A contract with the readers of a schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contract {
    /// Its name; for ODCS its `id` if it has no name.
    pub name: String,
    /// The version of the contract, which is any text.
    pub version: Option<String>,
    /// `active`, `draft`, `deprecated`, `retired`, …; the last is not checked.
    pub status: Option<String>,
    /// The owners to notify.
    pub owners: Vec<String>,
    /// The purpose of the contract.
    pub description: Option<String>,
    /// The tables that the contract promises.
    pub tables: Vec<PromisedTable>,
    /// The place of its declaration.
    pub place: Option<Place>,
}

/// A table that a contract promises to its readers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PromisedTable {
    /// The name of the table, as `[schema.]name`.
    pub name: String,
    /// Every column of the base is promised.
    pub all: bool,
    /// The promised columns, if they are named.
    pub columns: Vec<PromisedColumn>,
    /// The place of its declaration.
    pub place: Option<Place>,
}

/// A column that a contract promises to its readers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PromisedColumn {
    /// Its name in the database.
    pub name: String,
    /// The promised type, as DDL.
    pub ty: Option<String>,
    /// The promised family of types.
    pub family: Option<Family>,
    /// Whether it must be NOT NULL.
    pub required: bool,
    /// Whether its values must be unique.
    pub unique: bool,
    /// The values that the column may have.
    pub values: Option<Vec<String>>,
    /// The place of its declaration.
    pub place: Option<Place>,
}

/// A breach of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Breach {
    /// Stable, lower-case, dashed: `contract-column-gone`.
    pub code: String,
    /// Name of the contract.
    pub contract: String,
    /// The owners to notify.
    pub owners: Vec<String>,
    /// The promised table, as `[schema.]name`.
    pub table: String,
    /// The promised column, if it is about one.
    pub column: Option<String>,
    /// A lower-case fragment without a final period, values in backticks.
    pub message: String,
    /// Whether the change causes it: the base keeps the promise. Otherwise it was breached before.
    pub by_change: bool,
    /// The certainty of the breach.
    pub certainty: Certainty,
    /// Indices of the changes that cause it, in [`belljar_diff::Diff::changes`].
    pub changes: Vec<usize>,
    /// The place of the promise.
    pub promised: Option<Place>,
    /// The declaration in the head that causes it; in the base if the head has none.
    pub place: Option<Place>,
    /// What to do next, as a lower-case fragment.
    pub hint: Option<String>,
}

impl Contracts {
    /// Adds the contracts of another file.
    pub fn add(&mut self, other: impl IntoIterator<Item = Contract>) {
        self.all.extend(other);
    }
}
