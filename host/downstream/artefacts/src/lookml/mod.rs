//! LookML: views over tables, their fields, and the explores that join them.
//!
//! No LookML parser for Rust is published, so this is one, following Google's reference ("LookML terms and concepts"):
//! parameters, blocks, lists, and values that run to `;;`.
//!
//! [`parse_file`] reads one file; [`Project`] combines files: a view that `extends` another has its fields, a refinement
//! (`+name`) adds to what it refines. Constants of a manifest (`@{…}`) are substituted. Liquid templates (`{{ … }}`,
//! `{% … %}`) are not run: [`readings`] gives the text around them, and a note marks it.

mod constants;
mod liquid;
mod model;
mod project;
mod refs;
mod tree;

use belljar_schema::Place;

pub use liquid::readings;
pub use project::Project;
pub use refs::{Reference, References, references};

use crate::{FileDiagnostics, Reading};

/// The maximum size of a file, in bytes.
pub const LARGEST: usize = 16 << 20;

/// The declarations of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// The connection of a model, which determines the dialect elsewhere.
    pub connection: Option<String>,
    /// Patterns of files that it includes.
    pub includes: Vec<String>,
    /// Views in the order of the file.
    pub views: Vec<View>,
    /// Explores in the order of the file.
    pub explores: Vec<Explore>,
    /// Constants of a manifest, by name.
    pub constants: Vec<(String, String)>,
}

/// SQL with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sql {
    /// The text, with its `${…}`.
    pub text: String,
    /// Line of its parameter, counted from 1.
    pub line: u32,
}

/// A view: a table with fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Name, without the `+` of a refinement.
    pub name: String,
    /// Whether it refines a view that another file declares.
    pub refinement: bool,
    /// Views whose fields it inherits.
    pub extends: Vec<String>,
    /// Whether it can only be extended, and is not a view itself.
    pub extension_required: bool,
    /// The table. Without this and a derived table, it is the table with the name of the view.
    pub table: Option<Sql>,
    /// A query instead of a table.
    pub derived: Option<Derived>,
    /// Fields in the order of the file.
    pub fields: Vec<Field>,
    /// The place of its declaration.
    pub place: Place,
}

/// The definition of a derived table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Derived {
    /// By an SQL query.
    Sql(Sql),
    /// A selection of fields of an explore: a "native" derived table.
    Explore {
        /// Name of the explore.
        explore: String,
        /// The column, and the field `view.field` that it selects.
        columns: Vec<(String, String)>,
        /// Columns that are computed from the others.
        computed: Vec<(String, Option<Sql>)>,
        /// Line, counted from 1.
        line: u32,
    },
}

/// The kind of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldKind {
    /// A `dimension`, a value of each row.
    Dimension,
    /// `dimension_group`: one dimension for every time frame or interval.
    DimensionGroup,
    /// `measure`: an aggregate, unless its type is `number`, `string`, `date` or `yesno`.
    Measure,
    /// A `filter`, which only restricts rows.
    Filter,
    /// A `parameter`, a value that the user of a report enters.
    Parameter,
}

/// A field of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Whether it is a dimension, a measure or another kind of field.
    pub kind: FieldKind,
    /// The name of the field, without that of its view.
    pub name: String,
    /// `type`, if it is written.
    pub ty: Option<String>,
    /// `sql`, and the other parameters with SQL: `sql_start`, `sql_latitude`, `case`, …
    pub sql: Vec<Sql>,
    /// Fields of filters, drilling and similar parameters, each `field` or `view.field`.
    pub fields: Vec<String>,
    /// Whether it is the key of its view.
    pub primary_key: bool,
    /// Whether it is hidden.
    pub hidden: bool,
    /// The place of its declaration.
    pub place: Place,
}

/// An explore: a view and the views that are joined to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explore {
    /// Name, without the `+` of a refinement.
    pub name: String,
    /// Whether it refines an explore that another file declares.
    pub refinement: bool,
    /// Explores whose joins it inherits.
    pub extends: Vec<String>,
    /// Whether it can only be extended.
    pub extension_required: bool,
    /// The view that it starts from, if its name differs.
    pub view: Option<String>,
    /// Joins in the order of the file.
    pub joins: Vec<Join>,
    /// Conditions that always apply.
    pub conditions: Vec<Sql>,
    /// Fields that it is restricted to.
    pub fields: Vec<String>,
    /// The place of its declaration.
    pub place: Place,
}

/// A join of an explore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// Its name, which is used in fields.
    pub name: String,
    /// The view, if its name differs.
    pub view: Option<String>,
    /// Its condition: `sql_on`, `sql_where`.
    pub conditions: Vec<Sql>,
    /// The field with the key of the view.
    pub foreign_key: Option<String>,
    /// The place of its declaration.
    pub place: Place,
}

/// Reads one file, `.lkml` or `.lookml`; `path` is used in places and diagnostics.
pub fn parse_file(bytes: &[u8], path: &str) -> Reading<File> {
    let mut diagnostics = FileDiagnostics::new(path);
    if bytes.len() > LARGEST {
        let message = format!("it has {} bytes; the limit is {LARGEST}", bytes.len());
        diagnostics.error("lookml-too-large", 0, message, "split the file");
        return diagnostics.with(File::default());
    }
    if path.ends_with(".dashboard.lookml") {
        let message = "a dashboard, which is YAML and not LookML, is not read";
        diagnostics.warning("lookml-dashboard", 0, message, "its explores show what it reads");
        return diagnostics.with(File::default());
    }
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, std::borrow::Cow::Owned(_)) {
        diagnostics.warning(
            "lookml-not-utf8",
            0,
            "some of its bytes are not UTF-8",
            "save the file as UTF-8",
        );
    }
    let nodes = tree::parse(&text, &mut diagnostics);
    let file = model::file(&nodes, &diagnostics);
    diagnostics.with(file)
}
