//! The model of an extracted schema.
//!
//! Plain values without I/O. Every list has one order that follows from the code, so the same repository gives the same
//! bytes. The JSON form of [`Document`] is the published output of `belljar extract --format json`; its JSON Schema is
//! derived from these types by [`json_schema`].
//!
//! * [`Document`]: the result of one extraction
//! * [`Table`], [`Column`] and the constraints: the tables of a database
//! * [`View`], [`DeclaredObject`], [`NamedType`]: its other objects
//! * [`MappedClass`]: the classes, which a database does not store
//! * [`Unresolved`], [`Reason`], [`Diagnostic`]: what is unknown, and why

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
    Document, FORMAT_VERSION, Generation, LiveDatabase, ProjectGeneration, StandIn, StandInKind, Tally,
    Unresolved, json_schema,
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
