//! Tableau's workbooks (`.twb`, `.twbx`) and data sources (`.tds`, `.tdsx`).
//!
//! Their XML is published as `tableau/tableau-document-schemas`, which states that it is not complete; this reader
//! follows what the program itself writes. The XML is read as a stream, and only XML's own five entities are expanded,
//! so that no document grows in memory. Packed files are zip archives: the first workbook or data source is read, and
//! extracts and images are skipped.

mod formula;
mod package;
mod stack;
mod xml;

use belljar_schema::Place;

pub use formula::{FieldReference, references};

use crate::{FileDiagnostics, Reading};

/// The maximum size of a document, in bytes, packed or not.
pub const LARGEST: usize = 256 << 20;

/// A workbook; for a `.tds`, its data source alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workbook {
    /// Data sources in the order of the file.
    pub sources: Vec<DataSource>,
    /// Worksheets in the order of the file.
    pub worksheets: Vec<Worksheet>,
    /// Dashboards in the order of the file.
    pub dashboards: Vec<Dashboard>,
}

/// A data source of a workbook, or published alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataSource {
    /// Its name within the workbook, often generated.
    pub name: String,
    /// The name that people see.
    pub caption: Option<String>,
    /// The connections to its data.
    pub connections: Vec<Connection>,
    /// Tables, queries and joins; each once.
    pub relations: Vec<Relation>,
    /// Columns, by their name in the data source, sorted.
    pub columns: Vec<Column>,
    /// The published data source that it stands for: then its relations are not in this file.
    pub published: Option<String>,
    /// Its place in the file.
    pub place: Option<Place>,
}

/// A connection to a database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connection {
    /// The name that relations refer to.
    pub name: Option<String>,
    /// `snowflake`, `bigquery`, `redshift`, `postgres`, `federated`, …
    pub class: String,
    /// The database, in BigQuery the project.
    pub database: Option<String>,
    /// The schema, in BigQuery the dataset.
    pub schema: Option<String>,
}

/// The kind of a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelationKind {
    /// A table, by its parts: `[schema].[table]`.
    Table(Vec<String>),
    /// Custom SQL, which Tableau runs as a subquery.
    Query(String),
    /// A join of two relations, with the columns of its condition.
    Join(Vec<FieldReference>),
    /// A union of relations.
    Union,
    /// Anything else (`stored-proc`, `pivot`, `project`, …), by its name.
    Other(String),
}

/// A relation of a data source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The name used in columns.
    pub name: Option<String>,
    /// The name of its connection.
    pub connection: Option<String>,
    /// A table, a join or a query.
    pub kind: RelationKind,
    /// Its place in the file.
    pub place: Place,
}

/// A column of a data source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// Its name, without brackets.
    pub name: String,
    /// The name that people see.
    pub caption: Option<String>,
    /// The relation, and the column in it.
    pub remote: Option<(String, String)>,
    /// The formula of a calculated field.
    pub formula: Option<String>,
    /// Its place in the file.
    pub place: Option<Place>,
}

/// A worksheet, with the columns that it shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Worksheet {
    /// The name that people see.
    pub name: String,
    /// Data source and column of its inputs; sorted.
    pub columns: Vec<(String, String)>,
    /// Its place in the file.
    pub place: Option<Place>,
}

/// A dashboard, with its worksheets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dashboard {
    /// The name that people see.
    pub name: String,
    /// The worksheets in it, sorted.
    pub worksheets: Vec<String>,
    /// Its place in the file.
    pub place: Option<Place>,
}

/// Reads a workbook or a data source; `path` is used in places and diagnostics. The first bytes show whether it is
/// packed.
pub fn parse_workbook(bytes: &[u8], path: &str) -> Reading<Workbook> {
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
                    "save the workbook again, or pass its `.twb` or `.tds`",
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
    let workbook = xml::parse_document(text, &mut diagnostics);
    diagnostics.with(workbook)
}
