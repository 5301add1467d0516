use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Place;

/// A class by module and qualified name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ClassRef {
    /// Dotted name of the module.
    pub module: String,
    /// `__qualname__` of the class.
    pub name: String,
}

/// A mapped class: what SQLAlchemy knows and a database does not store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MappedClass {
    /// Qualified name of the class, as `package.module:Class`.
    pub name: String,
    /// Place of its declaration.
    pub place: Option<Place>,
    /// Tables it is mapped to, `[schema.]name`; several with joined inheritance.
    pub tables: Vec<String>,
    /// Its inheritance from another mapped class.
    pub inheritance: Option<Inheritance>,
    /// Relationships to other mapped classes, sorted by name.
    pub relationships: Vec<Relationship>,
    /// Hybrids, synonyms, column properties and similar attributes, sorted by name.
    pub properties: Vec<Property>,
}

/// The inheritance of a mapped class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Inheritance {
    /// The class it inherits from.
    pub base: String,
    /// `single`, `joined` or `concrete`.
    pub kind: String,
    /// Value in the discriminator column.
    pub polymorphic_identity: Option<String>,
}

/// A relationship of a mapped class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Relationship {
    /// Name of the attribute.
    pub name: String,
    /// The target class, or its name.
    pub target: String,
    /// `one_to_many`, `many_to_one` or `many_to_many`; null if mappers can't be configured.
    pub direction: Option<String>,
    /// Whether it is a collection rather than one object.
    pub uselist: Option<bool>,
    /// Name of the association table.
    pub secondary: Option<String>,
    /// The attribute on the other side.
    pub back_populates: Option<String>,
}

/// Kind of a mapped attribute that is neither column nor relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PropertyKind {
    /// A `hybrid_property` or `hybrid_method`.
    Hybrid,
    /// A `synonym` of another attribute.
    Synonym,
    /// A `composite` of several columns.
    Composite,
    /// `column_property` over an expression.
    ColumnProperty,
    /// An `association_proxy` to an attribute of a related class.
    AssociationProxy,
}

/// A mapped attribute that is neither column nor relationship.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Property {
    /// Name of the attribute.
    pub name: String,
    /// The construct of SQLAlchemy that declares it.
    pub kind: PropertyKind,
    /// SQL text or target, if it has one.
    pub text: Option<String>,
}
