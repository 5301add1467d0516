//! Tableau's workbooks (`.twb`, `.twbx`) and data sources (`.tds`, `.tdsx`).
//!
//! Their XML is published as `tableau/tableau-document-schemas`, whose schema says of itself that it is not complete; what
//! the program itself writes is followed here. The XML is read as a stream, and entities other than XML's own five are not
//! expanded, so that no document grows in memory. Packed files are zip archives: of one the first workbook or data source
//! is read, and extracts and images are passed over.

mod formula;
mod package;
mod stack;
mod xml;

use belljar_schema::Place;

pub use formula::{FieldReference, references};

use crate::{FileDiagnostics, Reading};

/// The largest document that is read, in bytes, packed or not.
pub const LARGEST: usize = 256 << 20;

/// A workbook; of a `.tds` its data source alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workbook {
    /// In the order of the file.
    pub sources: Vec<DataSource>,
    /// In the order of the file.
    pub worksheets: Vec<Worksheet>,
    /// In the order of the file.
    pub dashboards: Vec<Dashboard>,
}

/// A data source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataSource {
    /// Its name within the workbook, often made up.
    pub name: String,
    /// What people see.
    pub caption: Option<String>,
    /// Where its data is.
    pub connections: Vec<Connection>,
    /// Tables, queries and joins; each once.
    pub relations: Vec<Relation>,
    /// Columns, by their name in the data source, sorted.
    pub columns: Vec<Column>,
    /// The data source on a server that it stands for: then its relations are not in this file.
    pub published: Option<String>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// A connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connection {
    /// Name that relations refer to it with.
    pub name: Option<String>,
    /// `snowflake`, `bigquery`, `redshift`, `postgres`, `federated`, …
    pub class: String,
    /// Database or project.
    pub database: Option<String>,
    /// Schema or dataset.
    pub schema: Option<String>,
}

/// What a relation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelationKind {
    /// A table, by its parts: `[schema].[table]`.
    Table(Vec<String>),
    /// Custom SQL.
    Query(String),
    /// Two relations, with the columns of its condition.
    Join(Vec<FieldReference>),
    /// Several relations on top of each other.
    Union,
    /// Anything else (`stored-proc`, `pivot`, `project`, …), by its name.
    Other(String),
}

/// A relation of a data source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The name that columns are written with.
    pub name: Option<String>,
    /// The connection.
    pub connection: Option<String>,
    /// What it is.
    pub kind: RelationKind,
    /// Where it stands.
    pub place: Place,
}

/// A column of a data source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// Its name, without brackets.
    pub name: String,
    /// What people see.
    pub caption: Option<String>,
    /// The relation, and the column in it.
    pub remote: Option<(String, String)>,
    /// The formula of a calculated field.
    pub formula: Option<String>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// A worksheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Worksheet {
    /// What people see.
    pub name: String,
    /// Data source and column that it depends on; sorted.
    pub columns: Vec<(String, String)>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// A dashboard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dashboard {
    /// What people see.
    pub name: String,
    /// The worksheets in it, sorted.
    pub worksheets: Vec<String>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// Reads a workbook or a data source; `path` is what places and diagnostics name. Whether it is packed is seen from its
/// first bytes.
pub fn read(bytes: &[u8], path: &str) -> Reading<Workbook> {
    let mut diagnostics = FileDiagnostics::new(path);
    let unpacked;
    let text = if bytes.starts_with(b"PK") {
        match package::unpack(bytes) {
            Ok(inner) => {
                unpacked = inner;
                unpacked.as_slice()
            }
            Err(message) => {
                diagnostics.error(
                    "tableau-package",
                    0,
                    message,
                    "save the workbook anew, or give its `.twb` or `.tds`",
                );
                return diagnostics.with(Workbook::default());
            }
        }
    } else {
        bytes
    };
    if text.len() > LARGEST {
        let message = format!("it has {} bytes; the limit is {LARGEST}", text.len());
        diagnostics.error("tableau-too-large", 0, message, "");
        return diagnostics.with(Workbook::default());
    }
    let workbook = xml::read(text, &mut diagnostics);
    diagnostics.with(workbook)
}
