use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

use crate::{
    DeclaredObject, DeclaredSequence, Diagnostic, MappedClass, NamedType, Need, Place, Reason, Table, View,
};

/// Version of the JSON form. The major part changes when a reader of the old form would be wrong about the new one.
pub const FORMAT_VERSION: &str = "1.3";

/// The result of one extraction.
///
/// It contains nothing of the machine, of the time, or of the way the source was given, so a directory, a git revision
/// and an archive of the same files give the same document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: String,
    /// Version of Belljar that made the document.
    pub belljar: String,
    /// The SQLAlchemy release that the code ran with.
    pub sqlalchemy: Generation,
    /// The database, if the document is of a live one and not of code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<LiveDatabase>,
    /// Projects of the same repository that require another SQLAlchemy and ran with it, sorted by path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub projects: Vec<ProjectGeneration>,
    /// Counts of the contents.
    pub summary: Tally,
    /// Tables, sorted by schema, name, `MetaData`.
    pub tables: Vec<Table>,
    /// Views, sorted by schema, name.
    pub views: Vec<View>,
    /// Sequences of a `MetaData`, those of columns among them; sorted by schema, name.
    pub sequences: Vec<DeclaredSequence>,
    /// Named types, sorted by schema, name.
    pub types: Vec<NamedType>,
    /// Functions, triggers, policies and all other declared objects; sorted by kind, schema, name.
    pub objects: Vec<DeclaredObject>,
    /// Mapped classes, sorted by name.
    pub classes: Vec<MappedClass>,
    /// Declarations that no run produced: sorted by name, place.
    pub unresolved: Vec<Unresolved>,
    /// Packages that would make more of it exact: by the number of tables, most first, then by name.
    pub needs: Vec<Need>,
    /// Imported names that stand-ins replace, sorted.
    pub stand_ins: Vec<StandIn>,
    /// Diagnostics of the stages about their input, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// The SQLAlchemy release, and the reason for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Generation {
    /// Full version of SQLAlchemy.
    pub version: String,
    /// The reason for the choice.
    pub reason: String,
}

/// A database that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LiveDatabase {
    /// Its name in SQLAlchemy: `postgresql`, `mysql`, `mariadb` or `sqlite`.
    pub dialect: String,
    /// The version of the server.
    pub version: String,
    /// The schema of what is named without one, such as `public`.
    pub schema: Option<String>,
    /// Schemas that exist and were not read: others were asked for, or the user may not use them. Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
}

/// The SQLAlchemy release that the code of one project ran with, and the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ProjectGeneration {
    /// Directory of the project; it applies to everything below it, except projects in it that are listed themselves.
    pub path: String,
    /// Full version of SQLAlchemy.
    pub version: String,
    /// The reason for the choice.
    pub reason: String,
}

impl Document {
    /// The SQLAlchemy that the code of a file ran with: that of the nearest project with its own.
    pub fn version_at(&self, path: &str) -> &str {
        let holds = |project: &&ProjectGeneration| {
            let rest = path.strip_prefix(project.path.as_str());
            project.path.is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let nearest = self.projects.iter().filter(holds).max_by_key(|project| project.path.len());
        nearest.map_or(&self.sqlalchemy.version, |project| &project.version)
    }

    /// Whether the source declares no tables: nothing was found, and nothing is in doubt.
    pub fn empty(belljar: &str, sqlalchemy: Generation) -> Self {
        Self {
            format: FORMAT_VERSION.to_owned(),
            belljar: belljar.to_owned(),
            sqlalchemy,
            database: None,
            projects: Vec::new(),
            summary: Tally::default(),
            tables: Vec::new(),
            views: Vec::new(),
            sequences: Vec::new(),
            types: Vec::new(),
            objects: Vec::new(),
            classes: Vec::new(),
            unresolved: Vec::new(),
            needs: Vec::new(),
            stand_ins: Vec::new(),
            diagnostics: Vec::new(),
        }
    }
}

/// Counts over a [`Document`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// Tables that are exact with all their columns.
    pub tables_exact: usize,
    /// Tables that are partial, or have a partial column.
    pub tables_partial: usize,
    /// Unresolved tables and classes.
    pub unresolved: usize,
    /// Exact columns in tables that are not partial as a whole.
    pub columns_exact: usize,
    /// Number of all other columns.
    pub columns_partial: usize,
    /// Views that are exact with all their columns.
    pub views_exact: usize,
    /// Views that are partial, or have a partial column.
    pub views_partial: usize,
    /// Other objects that are exact.
    pub objects_exact: usize,
    /// Other objects that are partial.
    pub objects_partial: usize,
}

/// A table or class that the code declares and no run produced.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Unresolved {
    /// The table's name if it is written in the code, else the class.
    pub name: String,
    /// The class, if one declares it.
    pub class: Option<String>,
    /// Place of its declaration.
    pub place: Place,
    /// Why no run produced it.
    pub reason: Reason,
}

/// An imported name that is neither in the repository nor in the snapshot, and that no wheelhouse provides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct StandIn {
    /// Dotted name of the module that a stand-in replaces.
    pub module: String,
    /// The kind of absence.
    pub kind: StandInKind,
    /// Place of the first import.
    pub place: Option<Place>,
}

/// Why a stand-in replaces a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StandInKind {
    /// Its package is absent; a wheelhouse could provide it.
    Package,
    /// Its package is present, but has no such module.
    Part,
    /// A part of the standard library that the sandbox lacks.
    StandardLibrary,
    /// A compiled extension of a package of the wheelhouse.
    Extension,
    /// A module of the wheelhouse, or a part of a library of the program, that could not be imported.
    Failed,
}

/// The JSON Schema (draft 2020-12) of a [`Document`].
pub fn json_schema() -> Schema {
    schema_for!(Document)
}
