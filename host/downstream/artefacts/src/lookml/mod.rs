//! LookML: views over tables, their fields, and the explores that join them.
//!
//! No parser of LookML for Rust is published, so there is one here, after the syntax that Google's reference
//! ("LookML terms and concepts") describes: parameters, blocks, lists, and values that run to `;;`.
//!
//! [`read`] reads one file; [`Project`] puts files together: a view that `extends` another has its fields, a refinement
//! (`+name`) adds to what it refines. Constants of a manifest (`@{…}`) are put in. Templates of Liquid (`{{ … }}`, `{% … %}`)
//! are not run: [`readings`] gives what stands around them, and what holds one says so.

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

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 16 << 20;

/// What one file declares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// The connection of a model, which decides the dialect elsewhere.
    pub connection: Option<String>,
    /// Files that it includes, as patterns.
    pub includes: Vec<String>,
    /// In the order of the file.
    pub views: Vec<View>,
    /// In the order of the file.
    pub explores: Vec<Explore>,
    /// Constants of a manifest, by name.
    pub constants: Vec<(String, String)>,
}

/// SQL with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sql {
    /// As it is written, with its `${…}`.
    pub text: String,
    /// Line of its parameter, counted from 1.
    pub line: u32,
}

/// A view: a table with fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Without the `+` of a refinement.
    pub name: String,
    /// It adds to a view that another file declares.
    pub refinement: bool,
    /// Views whose fields it has too.
    pub extends: Vec<String>,
    /// It is there to be extended, and no view of its own.
    pub extension_required: bool,
    /// The table. Without this and a derived table it is the one that is named like the view.
    pub table: Option<Sql>,
    /// A query instead of a table.
    pub derived: Option<Derived>,
    /// In the order of the file.
    pub fields: Vec<Field>,
    /// Where it is declared.
    pub place: Place,
}

/// A derived table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Derived {
    /// A query.
    Sql(Sql),
    /// A selection of fields of an explore: a "native" derived table.
    Explore {
        /// The explore.
        explore: String,
        /// Column here, and the field `view.field` that it is.
        columns: Vec<(String, String)>,
        /// Columns that are computed from the others.
        computed: Vec<(String, Option<Sql>)>,
        /// Line, counted from 1.
        line: u32,
    },
}

/// What a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldKind {
    /// `dimension`.
    Dimension,
    /// `dimension_group`: one dimension for every time frame or interval.
    DimensionGroup,
    /// `measure`: an aggregate, where its type is not `number`, `string`, `date` or `yesno`.
    Measure,
    /// `filter`.
    Filter,
    /// `parameter`.
    Parameter,
}

/// A field of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What it is.
    pub kind: FieldKind,
    /// Its name.
    pub name: String,
    /// `type`, where it is written.
    pub ty: Option<String>,
    /// `sql`, and the parameters that hold SQL besides: `sql_start`, `sql_latitude`, `case`, …
    pub sql: Vec<Sql>,
    /// Fields of filters, drilling and the like, each `field` or `view.field`.
    pub fields: Vec<String>,
    /// It is the key of its view.
    pub primary_key: bool,
    /// It is not shown.
    pub hidden: bool,
    /// Where it is declared.
    pub place: Place,
}

/// An explore: a view with those that are joined to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explore {
    /// Without the `+` of a refinement.
    pub name: String,
    /// It adds to an explore that another file declares.
    pub refinement: bool,
    /// Explores whose joins it has too.
    pub extends: Vec<String>,
    /// It is there to be extended.
    pub extension_required: bool,
    /// The view that it starts from, where that has another name.
    pub view: Option<String>,
    /// In the order of the file.
    pub joins: Vec<Join>,
    /// Conditions that always hold.
    pub conditions: Vec<Sql>,
    /// Fields that it is restricted to.
    pub fields: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// A join of an explore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// Its name, which fields are written with.
    pub name: String,
    /// The view, where that has another name.
    pub view: Option<String>,
    /// Its condition: `sql_on`, `sql_where`.
    pub conditions: Vec<Sql>,
    /// The field that holds the key of the view.
    pub foreign_key: Option<String>,
    /// Where it is declared.
    pub place: Place,
}

/// Reads one file, `.lkml` or `.lookml`; `path` is what places and diagnostics name.
pub fn read(bytes: &[u8], path: &str) -> Reading<File> {
    let mut diagnostics = FileDiagnostics::new(path);
    if bytes.len() > LARGEST {
        let message = format!("it has {} bytes; the limit is {LARGEST}", bytes.len());
        diagnostics.error("lookml-too-large", 0, message, "split the file");
        return diagnostics.with(File::default());
    }
    if path.ends_with(".dashboard.lookml") {
        let message = "a dashboard, which is YAML and no LookML, is not read";
        diagnostics.warning("lookml-dashboard", 0, message, "what it shows is told by its explores");
        return diagnostics.with(File::default());
    }
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, std::borrow::Cow::Owned(_)) {
        diagnostics.warning("lookml-not-utf8", 0, "some of its bytes are no UTF-8", "save the file as UTF-8");
    }
    let nodes = tree::parse(&text, &mut diagnostics);
    let file = model::file(&nodes, &diagnostics);
    diagnostics.with(file)
}
