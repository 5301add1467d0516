//! The model of what was found in a repository.
//!
//! Plain values without I/O. Every list has one order that follows from the code read, so the same
//! repository gives the same bytes. The JSON form of [`Document`] is the published output of
//! `belljar extract --format json`; its JSON Schema is derived from these types by [`json_schema`].
//!
//! * [`Document`]: everything one extraction found
//! * [`Table`], [`Column`] and the constraints: what a database would hold
//! * [`View`], [`DeclaredObject`], [`NamedType`]: what else it would hold
//! * [`MappedClass`]: what a database forgets
//! * [`Unresolved`], [`Reason`], [`Diagnostic`]: what is not known, and why

mod certainty;
mod diagnostic;
mod document;
mod mapped;
mod need;
mod object;
mod table;

pub use certainty::Certainty;
pub use diagnostic::{Diagnostic, Severity};
pub use document::{
    Document, FORMAT_VERSION, Generation, ProjectGeneration, StandIn, StandInKind, Tally, Unresolved,
    json_schema,
};
pub use mapped::{ClassRef, Inheritance, MappedClass, Property, PropertyKind, Relationship};
pub use need::{Need, project_name};
pub use object::{
    Creation, DeclaredObject, DeclaredSequence, Maker, NamedType, ObjectKind, TypeKind, View, ViewColumn,
};
pub use table::{
    CheckConstraint, Column, ColumnType, Computed, Default, ExcludeConstraint, ForeignKey,
    ForeignKeyConstraint, Identity, Index, IndexElement, Place, PrimaryKey, Reason, Sequence, Status, Table,
    UniqueConstraint, full_name,
};
