//! Which columns are promised to whoever reads them, and which change breaks a promise.
//!
//! A [`Contract`] is read from `belljar.toml` or from the YAML of the Open Data Contract Standard (ODCS) v3, and written as
//! either. [`Contracts::check`] holds the promises against both sides of a comparison: what held in the base and does not
//! in the head is a [`Breach`] that the change makes.
//!
//! ```toml
//! [contracts.orders]
//! owners = ["data@acme.example"]
//! description = "what the revenue reports stand on"
//! [contracts.orders.tables]
//! orders = ["id", "total"]                      # these columns
//! customers = "*"                               # all that the base has
//! "crm.users" = { email = { type = "VARCHAR(320)", required = true, unique = true, values = ["…"] } }
//! ```
//!
//! A column that is promised by its name alone may change its type within its family (a longer text, a larger number), and
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

/// All that is promised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contracts {
    /// Sorted by name where a configuration has them, then in the order in which files were read.
    pub all: Vec<Contract>,
}

/// One contract.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contract {
    /// Its name; of ODCS its `id` where it has no name.
    pub name: String,
    /// Its own version.
    pub version: Option<String>,
    /// `active`, `draft`, `deprecated`, `retired`, …; of the last nothing is checked.
    pub status: Option<String>,
    /// Whom to tell.
    pub owners: Vec<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What is promised.
    pub tables: Vec<PromisedTable>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// What is promised of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PromisedTable {
    /// `[schema.]name`.
    pub name: String,
    /// Every column that the base has is promised.
    pub all: bool,
    /// Columns, as far as they are named.
    pub columns: Vec<PromisedColumn>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// What is promised of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PromisedColumn {
    /// Its name in the database.
    pub name: String,
    /// Its type, as DDL.
    pub ty: Option<String>,
    /// The family of its type.
    pub family: Option<Family>,
    /// It takes no NULL.
    pub required: bool,
    /// No value is there twice.
    pub unique: bool,
    /// The values that it may have.
    pub values: Option<Vec<String>>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// A promise that is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Breach {
    /// Stable, lower-case, dashed: `contract-column-gone`.
    pub code: String,
    /// The contract.
    pub contract: String,
    /// Whom to tell.
    pub owners: Vec<String>,
    /// `[schema.]table`, as it is promised.
    pub table: String,
    /// The column, where it is one.
    pub column: Option<String>,
    /// A lower-case fragment without a final period, values in backticks.
    pub message: String,
    /// The change makes it: the base keeps the promise. Otherwise it was not kept before either.
    pub by_change: bool,
    /// How sure it is.
    pub certainty: Certainty,
    /// Indices of the changes that make it, in [`belljar_diff::Diff::changes`].
    pub changes: Vec<usize>,
    /// Where it is promised.
    pub promised: Option<Place>,
    /// Where the head declares what breaks it; the base, where the head has nothing.
    pub place: Option<Place>,
    /// What to do next.
    pub hint: Option<String>,
}

impl Contracts {
    /// Puts the contracts of another file to these.
    pub fn add(&mut self, other: impl IntoIterator<Item = Contract>) {
        self.all.extend(other);
    }
}
