use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub enum Frame {
    /// First of all: who speaks.
    Hello(Hello),
    /// A module of the repository begins to run.
    ModuleStarted(ModuleStarted),
    /// A module has run to its end, possibly with statements skipped.
    ModuleLoaded(ModuleLoaded),
    /// A module gave nothing at all.
    ModuleFailed(ModuleFailed),
    /// A statement failed and was passed over.
    StatementSkipped(StatementSkipped),
    /// A module was stood in for.
    StandIn(StandIn),
    /// A stand-in became an ordinary value, so that what depends on it can't be known.
    Guess(Guess),
    /// A table of a `MetaData`, sent when the module that made it has run, and again at the end if it changed.
    Table(Table),
    /// A mapped class.
    Class(Class),
    /// A class that looks like a model and is deliberately not mapped (a mixin, an abstract base).
    PlainClass(PlainClass),
    /// A sequence that is declared, by itself or with a column.
    DeclaredSequence(DeclaredSequence),
    /// A view, materialized or not.
    View(View),
    /// Something else that the code declares in a database: a function, a trigger, a piece of DDL.
    Object(Object),
    /// A type that has a name in the database: an enumeration or a domain.
    NamedType(NamedType),
    /// Something that the code declares and that can't be known here.
    Unresolved(Unresolved),
    /// DDL text of one `MetaData` for one dialect.
    Ddl(Ddl),
    /// Something the guest has to say that belongs to none of the above.
    Remark(Remark),
    /// Last of all: the run came to its end.
    Done(Done),
    /// What some changes become in one dialect; a rendering sends nothing else.
    Rendered(Rendered),
    /// A migration script.
    Script(Script),
}

/// Who speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Hello {
    /// [`crate::PROTOCOL`].
    pub protocol: u32,
    /// Version of Python.
    pub python: String,
    /// Version of SQLAlchemy.
    pub sqlalchemy: String,
}

/// A module of the repository begins to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ModuleStarted {
    /// Dotted name.
    pub name: String,
    /// Path in the tree.
    pub path: String,
}

/// A module of the repository has run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ModuleLoaded {
    /// Dotted name.
    pub name: String,
    /// Path in the tree.
    pub path: String,
}

/// A module that gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ModuleFailed {
    /// Dotted name.
    pub name: String,
    /// Path in the tree, empty where none was found.
    pub path: String,
    /// Line, or 0.
    pub line: u32,
    /// Class of the exception.
    pub error: String,
    /// Its text.
    pub message: String,
}

/// A statement that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct StatementSkipped {
    /// Dotted name of the module.
    pub module: String,
    /// Path in the tree.
    pub path: String,
    /// First line of the statement.
    pub line: u32,
    /// Last line of the statement.
    pub end_line: u32,
    /// Names that it should have bound, and that are stood in for.
    pub names: Vec<String>,
    /// Class of the exception.
    pub error: String,
    /// Its text.
    pub message: String,
}

/// A module that was stood in for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct StandIn {
    /// Dotted name of the module.
    pub module: String,
    /// `package` where one would end it; else `part`, `standard_library`, `extension` or `failed`.
    pub kind: String,
    /// Where it was first asked for.
    pub place: Option<Place>,
}

/// A stand-in that became an ordinary value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Guess {
    /// Dotted origin of the stand-in.
    pub origin: String,
    /// What it was taken for: `truth`, `number`, `iteration`, `comparison`.
    pub kind: String,
    /// Where.
    pub place: Option<Place>,
}

/// A place in the tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
pub struct Place {
    /// Path in the tree.
    pub path: String,
    /// Line, counted from 1.
    pub line: u32,
}

/// Why something is in doubt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
pub struct Reason {
    /// Stable code.
    pub code: String,
    /// What happened.
    pub message: String,
    /// Dotted origin of the stand-in that had a part in it.
    pub origin: Option<String>,
}

/// A pair of texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
pub struct Entry {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Table {
    /// Number of the table in the order they were made; a later frame with the same number replaces this one.
    pub serial: u64,
    /// Name of the `MetaData` that holds it, unique in a run.
    pub metadata: String,
    /// Database schema.
    pub schema: Option<String>,
    /// Name.
    pub name: String,
    /// Doubts about the table as a whole.
    pub reasons: Vec<Reason>,
    /// Where the call or class statement stands that made it.
    pub place: Option<Place>,
    /// Columns in order.
    pub columns: Vec<Column>,
    /// The primary key.
    pub primary_key: PrimaryKey,
    /// Unique constraints.
    pub unique: Vec<UniqueConstraint>,
    /// Foreign key constraints.
    pub foreign_keys: Vec<ForeignKeyConstraint>,
    /// Check constraints.
    pub checks: Vec<NamedSql>,
    /// Indexes.
    pub indexes: Vec<Index>,
    /// Exclusion constraints.
    pub excludes: Vec<NamedSql>,
    /// Comment.
    pub comment: Option<String>,
    /// Prefixes.
    pub prefixes: Vec<String>,
    /// Dialect options.
    pub options: Vec<Entry>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Key in `Table.c`.
    pub key: String,
    /// Doubts about the column.
    pub reasons: Vec<Reason>,
    /// Where the call stands that made it, if a file of the repository made it.
    pub place: Option<Place>,
    /// Type.
    pub ty: ColumnType,
    /// Takes NULL.
    pub nullable: bool,
    /// Part of the primary key.
    pub primary_key: bool,
    /// `auto`, `true`, `false` or `ignore_fk`.
    pub autoincrement: String,
    /// Text of the server default.
    pub server_default: Option<String>,
    /// It is a string of the code, which a database gets as a literal.
    pub server_default_literal: bool,
    /// Text of the server-side `onupdate`.
    pub server_onupdate: Option<String>,
    /// Client-side default.
    pub default: Option<Default>,
    /// Client-side `onupdate`.
    pub onupdate: Option<Default>,
    /// Computed.
    pub computed: Option<Computed>,
    /// Identity.
    pub identity: Option<Identity>,
    /// Sequence.
    pub sequence: Option<Sequence>,
    /// Comment.
    pub comment: Option<String>,
    /// What it refers to.
    pub foreign_keys: Vec<ForeignKey>,
    /// Whatever else it is given.
    pub options: Vec<Entry>,
}

/// A column's type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ColumnType {
    /// Name of the class.
    pub class_name: String,
    /// Module of the class.
    pub module: String,
    /// `repr`.
    pub repr: String,
    /// Values of an enumeration.
    pub enum_values: Option<Vec<String>>,
    /// Name of an enumeration or domain.
    pub enum_name: Option<String>,
    /// DDL by dialect, where it compiles.
    pub ddl: Vec<Entry>,
}

/// A client-side default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Default {
    /// `scalar`, `callable`, `clause` or `sequence`.
    pub kind: String,
    /// Value, name or SQL text.
    pub text: String,
}

/// A computed column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Computed {
    /// Expression.
    pub sql: String,
    /// Stored.
    pub persisted: Option<bool>,
}

/// An identity column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Identity {
    /// `ALWAYS`.
    pub always: bool,
    /// First value.
    pub start: Option<i64>,
    /// Step.
    pub increment: Option<i64>,
    /// Whatever else it is given.
    pub options: Vec<Entry>,
}

/// A sequence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
pub struct Sequence {
    /// Database schema.
    pub schema: Option<String>,
    /// Name.
    pub name: String,
    /// First value.
    pub start: Option<i64>,
    /// Step.
    pub increment: Option<i64>,
    /// `MINVALUE`.
    pub min_value: Option<i64>,
    /// `MAXVALUE`.
    pub max_value: Option<i64>,
    /// `CYCLE`.
    pub cycle: Option<bool>,
    /// `CACHE`.
    pub cache: Option<i64>,
    /// DDL text of its type (PostgreSQL dialect).
    pub data_type: Option<String>,
    /// Whatever else it is given.
    pub options: Vec<Entry>,
}

/// A sequence with where it is declared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
pub struct DeclaredSequence {
    /// Name of the `MetaData` that makes it.
    pub metadata: Option<String>,
    /// The sequence.
    pub sequence: Sequence,
    /// Doubts about it.
    pub reasons: Vec<Reason>,
    /// Where it is made.
    pub place: Option<Place>,
}

/// One column's reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ForeignKey {
    /// `[schema.]table.column`.
    pub target: String,
    /// `ON DELETE`.
    pub ondelete: Option<String>,
    /// `ON UPDATE`.
    pub onupdate: Option<String>,
}

/// What of a constraint or an index differs between dialects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Scope {
    /// Its name by dialect, where that is not the written one.
    pub names: Vec<Entry>,
    /// The dialects that make it; none stands for all.
    pub dialects: Option<Vec<String>>,
}

/// The primary key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct PrimaryKey {
    /// Name.
    pub name: Option<String>,
    /// Columns.
    pub columns: Vec<String>,
    /// Dialect options and whatever else it is given.
    pub options: Vec<Entry>,
    /// What differs between dialects.
    pub scope: Scope,
}

/// A unique constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct UniqueConstraint {
    /// Name.
    pub name: Option<String>,
    /// Columns.
    pub columns: Vec<String>,
    /// `DEFERRABLE`.
    pub deferrable: Option<bool>,
    /// `INITIALLY`.
    pub initially: Option<String>,
    /// Dialect options.
    pub options: Vec<Entry>,
    /// What differs between dialects.
    pub scope: Scope,
}

/// A foreign key constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ForeignKeyConstraint {
    /// Name.
    pub name: Option<String>,
    /// Columns here.
    pub columns: Vec<String>,
    /// Columns there.
    pub targets: Vec<String>,
    /// `ON DELETE`.
    pub ondelete: Option<String>,
    /// `ON UPDATE`.
    pub onupdate: Option<String>,
    /// `DEFERRABLE`.
    pub deferrable: Option<bool>,
    /// `INITIALLY`.
    pub initially: Option<String>,
    /// `MATCH`.
    pub match_type: Option<String>,
    /// Made by `ALTER TABLE`.
    pub use_alter: bool,
    /// Dialect options and whatever else it is given.
    pub options: Vec<Entry>,
    /// What differs between dialects.
    pub scope: Scope,
}

/// A constraint that is a piece of SQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct NamedSql {
    /// Name.
    pub name: Option<String>,
    /// Text.
    pub sql: String,
    /// Dialect options and whatever else it is given.
    pub options: Vec<Entry>,
    /// What differs between dialects.
    pub scope: Scope,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Index {
    /// Name.
    pub name: Option<String>,
    /// Unique.
    pub unique: bool,
    /// Elements in order.
    pub elements: Vec<IndexElement>,
    /// Dialect options.
    pub options: Vec<Entry>,
    /// What differs between dialects.
    pub scope: Scope,
}

/// One element of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct IndexElement {
    /// The column, where it is one.
    pub column: Option<String>,
    /// SQLAlchemy's name or text of the element.
    pub text: String,
    /// DDL text.
    pub sql: String,
}

/// A class by module and qualified name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
pub struct ClassRef {
    /// Dotted module.
    pub module: String,
    /// `__qualname__`.
    pub name: String,
}

/// A mapped class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Class {
    /// Itself.
    pub itself: ClassRef,
    /// Its method resolution order, itself first, classes of the repository only.
    pub lineage: Vec<ClassRef>,
    /// `MetaData` of its table.
    pub metadata: Option<String>,
    /// Tables, the local one first, `[schema.]name`.
    pub tables: Vec<String>,
    /// Whether the local table is its own (not inherited from a single-table base).
    pub owns_table: bool,
    /// Column attributes of the local table.
    pub columns: Vec<ColumnAttribute>,
    /// The mapped class that it inherits from.
    pub inherits: Option<ClassRef>,
    /// `single`, `joined` or `concrete`.
    pub inheritance: Option<String>,
    /// Discriminator value.
    pub polymorphic_identity: Option<String>,
    /// Relationships.
    pub relationships: Vec<Relationship>,
    /// Other properties.
    pub properties: Vec<Property>,
}

/// Which attribute a column is mapped to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ColumnAttribute {
    /// Column name.
    pub column: String,
    /// Attribute.
    pub attribute: String,
}

/// A relationship.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Relationship {
    /// Attribute.
    pub name: String,
    /// Class or name it leads to.
    pub target: String,
    /// `one_to_many`, `many_to_one`, `many_to_many`.
    pub direction: Option<String>,
    /// A collection.
    pub uselist: Option<bool>,
    /// Association table.
    pub secondary: Option<String>,
    /// The other side's attribute.
    pub back_populates: Option<String>,
}

/// A mapped attribute that is neither column nor relationship.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Property {
    /// Attribute.
    pub name: String,
    /// `hybrid`, `synonym`, `composite`, `column_property`, `association_proxy`.
    pub kind: String,
    /// SQL text or target.
    pub text: Option<String>,
}

/// A class that looks like a model and is not mapped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct PlainClass {
    /// Itself.
    pub itself: ClassRef,
    /// Origins of its absent bases.
    pub lost_bases: Vec<String>,
}

/// A view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct View {
    /// Name of the `MetaData` that makes it, or that holds its table.
    pub metadata: Option<String>,
    /// Database schema.
    pub schema: Option<String>,
    /// Name.
    pub name: String,
    /// Materialized.
    pub materialized: bool,
    /// The mapped class whose table it is.
    pub owner: Option<ClassRef>,
    /// The query; none where the code does not say it.
    pub query: Option<String>,
    /// The same in PostgreSQL's dialect, where it differs.
    pub postgresql: Option<String>,
    /// Columns in order, as far as they are known.
    pub columns: Vec<ViewColumn>,
    /// Indexes of a materialized view.
    pub indexes: Vec<Index>,
    /// `[schema.]name` of the tables that it reads; none where it is only a text.
    pub reads: Option<Vec<String>>,
    /// Options of the statement, such as `or_replace`.
    pub options: Vec<Entry>,
    /// When it is made.
    pub creation: Creation,
    /// Doubts about it.
    pub reasons: Vec<Reason>,
    /// Where it is declared.
    pub place: Option<Place>,
}

/// A column of a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ViewColumn {
    /// Name.
    pub name: String,
    /// Type, where it is known.
    pub ty: Option<ColumnType>,
    /// Comment.
    pub comment: Option<String>,
    /// Doubts about it.
    pub reasons: Vec<Reason>,
    /// Where the call stands that made it.
    pub place: Option<Place>,
}

/// When something that is no table is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Creation {
    /// `create_all`, `migration`, or `unknown` where the code declares it and nothing says who runs it.
    pub made_by: String,
    /// `before_create` or `after_create`.
    pub event: Option<String>,
    /// Whose event: `[schema.]table`, or the name of a `MetaData`.
    pub target: Option<String>,
    /// The dialects it is made for; all, where there are none.
    pub dialects: Vec<String>,
    /// The function that is asked whether to make it.
    pub condition: Option<String>,
}

/// Something that the code declares in a database, besides tables, views and sequences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Object {
    /// `function`, `trigger`, `policy`, …; `listener` for a Python function whose SQL can't be known.
    pub kind: String,
    /// Name of the `MetaData` that makes it.
    pub metadata: Option<String>,
    /// Database schema.
    pub schema: Option<String>,
    /// Name; of a function its signature.
    pub name: String,
    /// `[schema.]name` of the table that it belongs to.
    pub table: Option<String>,
    /// The statement that makes it; none where it can't be known.
    pub definition: Option<String>,
    /// The same in PostgreSQL's dialect, where it differs.
    pub postgresql: Option<String>,
    /// When it is made.
    pub creation: Creation,
    /// Doubts about it.
    pub reasons: Vec<Reason>,
    /// Where it is declared.
    pub place: Option<Place>,
}

/// A type that has a name in the database (PostgreSQL).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
pub struct NamedType {
    /// `enum` or `domain`.
    pub kind: String,
    /// Name of the `MetaData` that makes it.
    pub metadata: Option<String>,
    /// Database schema.
    pub schema: Option<String>,
    /// Name.
    pub name: String,
    /// Values of an enumeration, in order.
    pub values: Vec<String>,
    /// The statement that makes it.
    pub definition: Option<String>,
    /// SQLAlchemy makes it; without, it must be there already.
    pub created: bool,
    /// `[schema.]table.column` of the columns that have it.
    pub columns: Vec<String>,
    /// Doubts about it.
    pub reasons: Vec<Reason>,
    /// Where the first of its columns is made.
    pub place: Option<Place>,
}

/// Something declared that can't be known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Unresolved {
    /// The table, where it is named; else the call.
    pub name: String,
    /// Where.
    pub place: Place,
    /// Why.
    pub reason: Reason,
}

/// DDL text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Ddl {
    /// Name of the `MetaData`.
    pub metadata: String,
    /// Dialect.
    pub dialect: String,
    /// Statements in an order that a database accepts.
    pub statements: Vec<String>,
    /// What could not be rendered, with the reason.
    pub failures: Vec<Entry>,
}

/// What some changes become in one dialect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Rendered {
    /// Dialect.
    pub dialect: String,
    /// The numbers of the changes, in the order of the diff.
    pub changes: Vec<u64>,
    /// Statements in an order that a database accepts; none where it is only told why.
    pub statements: Vec<String>,
    /// What could not be rendered, and what to know before it is carried out.
    pub notes: Vec<RenderNote>,
}

/// Something to know about what was rendered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct RenderNote {
    /// Something is left out of the statements because of it.
    pub is_gap: bool,
    /// What it is.
    pub message: String,
}

/// A migration script for one dialect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Script {
    /// Dialect.
    pub dialect: String,
    /// The whole file.
    pub text: String,
    /// Number of places, in either direction, where something is left out.
    pub gaps: u64,
}

/// Something else to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Remark {
    /// Stable code.
    pub code: String,
    /// What happened.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
}

/// The end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Done {
    /// Number of frames sent before this one.
    pub frames: u64,
    /// Serials of the tables that exist at the end; one that is not among them was dropped again.
    pub tables: Vec<u64>,
}
