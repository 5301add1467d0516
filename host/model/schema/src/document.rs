use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

use crate::{
    DeclaredObject, DeclaredSequence, Diagnostic, MappedClass, NamedType, Need, Place, Reason, Table, View,
};

/// Version of the JSON form. The major part changes when a reader of the old form would be wrong about the new one.
pub const FORMAT_VERSION: &str = "1.2";

/// Everything one extraction found.
///
/// It holds nothing of the machine, of the time, or of the way the source was given, so a directory, a git
/// revision and an archive of the same files give the same document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: String,
    /// Version of Belljar.
    pub belljar: String,
    /// The SQLAlchemy the code ran with.
    pub sqlalchemy: Generation,
    /// Projects of the same repository that ask for another SQLAlchemy and ran with it, sorted by path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub projects: Vec<ProjectGeneration>,
    /// Counts.
    pub summary: Tally,
    /// Sorted by schema, name, `MetaData`.
    pub tables: Vec<Table>,
    /// Sorted by schema, name.
    pub views: Vec<View>,
    /// Sequences of a `MetaData`, those of columns among them; sorted by schema, name.
    pub sequences: Vec<DeclaredSequence>,
    /// Types with a name of their own, sorted by schema, name.
    pub types: Vec<NamedType>,
    /// Functions, triggers, policies and all else that the code declares; sorted by kind, schema, name.
    pub objects: Vec<DeclaredObject>,
    /// Sorted by name.
    pub classes: Vec<MappedClass>,
    /// Declared, and not made: sorted by name, place.
    pub unresolved: Vec<Unresolved>,
    /// Packages that would make more of it exact: by the number of tables, most first, then by name.
    pub needs: Vec<Need>,
    /// Names that were stood in for, sorted.
    pub stand_ins: Vec<StandIn>,
    /// What the stages have to say about their input, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Which SQLAlchemy, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Generation {
    /// Full version.
    pub version: String,
    /// What decided it.
    pub reason: String,
}

/// Which SQLAlchemy the code of one project ran with, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ProjectGeneration {
    /// Directory of the project; what lies below it ran so, but for projects in it that are named themselves.
    pub path: String,
    /// Full version.
    pub version: String,
    /// What decided it.
    pub reason: String,
}

impl Document {
    /// The SQLAlchemy that the code of a file ran with: that of the nearest project that has its own.
    pub fn version_at(&self, path: &str) -> &str {
        let holds = |project: &&ProjectGeneration| {
            let rest = path.strip_prefix(project.path.as_str());
            project.path.is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let nearest = self.projects.iter().filter(holds).max_by_key(|project| project.path.len());
        nearest.map_or(&self.sqlalchemy.version, |project| &project.version)
    }

    /// Nothing was found, and nothing is in doubt: a source that declares no tables.
    pub fn empty(belljar: &str, sqlalchemy: Generation) -> Self {
        Self {
            format: FORMAT_VERSION.to_owned(),
            belljar: belljar.to_owned(),
            sqlalchemy,
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
    /// Tables whose status, and whose every column's, is exact.
    pub tables_exact: usize,
    /// Tables that are partial, or hold a partial column.
    pub tables_partial: usize,
    /// Tables and classes that are unresolved.
    pub unresolved: usize,
    /// Exact columns in tables that are not partial as a whole.
    pub columns_exact: usize,
    /// All other columns.
    pub columns_partial: usize,
    /// Views whose status, and whose every column's, is exact.
    pub views_exact: usize,
    /// Views that are partial, or hold a partial column.
    pub views_partial: usize,
    /// Other objects that are exact.
    pub objects_exact: usize,
    /// Other objects that are partial.
    pub objects_partial: usize,
}

/// A table or class that the code declares and no run produced.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Unresolved {
    /// The table's name where it is written in the code, else the class.
    pub name: String,
    /// The class, where one declares it.
    pub class: Option<String>,
    /// Where it is declared.
    pub place: Place,
    /// Why nothing came of it.
    pub reason: Reason,
}

/// An imported name that is neither in the repository nor in the snapshot, and can't be had from a wheelhouse either.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct StandIn {
    /// Dotted module that was stood in for.
    pub module: String,
    /// What kind of absence it is.
    pub kind: StandInKind,
    /// Where it was first asked for.
    pub place: Option<Place>,
}

/// Why a module was stood in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StandInKind {
    /// It is of a package that is not there; a wheelhouse could have it.
    Package,
    /// Its package is there, and has no such module.
    Part,
    /// A part of the standard library that the sandbox does not have.
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
