use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// A message from the guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub enum Frame {
    /// The first message: the versions of the guest.
    Hello(Hello),
    /// A module of the repository starts to run.
    ModuleStarted(ModuleStarted),
    /// A module has finished, possibly with skipped statements.
    ModuleLoaded(ModuleLoaded),
    /// A module failed as a whole.
    ModuleFailed(ModuleFailed),
    /// A statement failed and was skipped.
    StatementSkipped(StatementSkipped),
    /// A stand-in replaces a module.
    StandIn(StandIn),
    /// A stand-in became an ordinary value, so that its dependents are in doubt.
    Guess(Guess),
    /// A table of a `MetaData`, sent when the module that created it has run, and again at the end if it changed.
    Table(Table),
    /// A class that is mapped to tables.
    Class(Class),
    /// A class that looks like a model and is deliberately not mapped (a mixin, an abstract base).
    PlainClass(PlainClass),
    /// A declared sequence, alone or with a column.
    DeclaredSequence(DeclaredSequence),
    /// A view, materialized or not.
    View(View),
    /// Another declared object of a database: a function, a trigger, a DDL statement.
    Object(Object),
    /// A named type of the database: an enumeration or a domain.
    NamedType(NamedType),
    /// A declaration whose result can't be determined here.
    Unresolved(Unresolved),
    /// DDL text of one `MetaData` for one dialect.
    Ddl(Ddl),
    /// Any other report of the guest.
    Remark(Remark),
    /// The last message: the run finished.
    Done(Done),
    /// The statements for some changes in one dialect; a rendering sends nothing else.
    Rendered(Rendered),
    /// A rendered migration script.
    Script(Script),
    /// A version file of Alembic; only a run of migrations sends these.
    Migration(Migration),
    /// An operation of a version file.
    Operation(Operation),
    /// What is known about a recorded head as a whole.
    RecordedHead(RecordedHead),
    /// A statement of a version file that is judged.
    Step(Step),
    /// The database that was read; only a run of `inspect` sends it.
    Database(Database),
    /// What a database says to a question about its rows.
    Answer(Answer),
    /// Models for a schema; only a run of `generate` sends them.
    Generated(Generated),
}

/// Models for a schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Generated {
    /// The files.
    pub files: Vec<GeneratedFile>,
    /// What they leave out.
    pub gaps: Vec<GeneratedGap>,
    /// Number of comments about parts of the schema that are in doubt.
    pub doubts: u64,
}

/// A file of models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct GeneratedFile {
    /// Its name.
    pub name: String,
    /// Its contents.
    pub text: String,
}

/// A part of a schema that models do not declare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct GeneratedGap {
    /// Schema of the table.
    pub schema: Option<String>,
    /// Name of the table.
    pub table: String,
    /// Name of the column, constraint or index; empty for the table itself.
    pub part: String,
    /// Kind of the part, as of a change.
    pub subject: String,
    /// The aspect that is left out, as of a change; empty if it is all of the part.
    pub aspect: String,
    /// What is left out, and why.
    pub message: String,
}

/// What a database says to a question about its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Answer {
    /// The number of the question.
    pub question: u32,
    /// The number of rows; an estimate if `bytes` is set.
    pub count: Option<i64>,
    /// Whether there are more rows than that.
    pub is_capped: bool,
    /// The size of the table with its indexes, in bytes.
    pub bytes: Option<i64>,
    /// Why there is no number. It contains no value of the database.
    pub error: Option<String>,
}

/// The database that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Database {
    /// The dialect: `postgresql`, `mysql`, `mariadb` or `sqlite`.
    pub dialect: String,
    /// The version of the server.
    pub version: String,
    /// The schema of what is named without one.
    pub schema: Option<String>,
    /// Schemas that exist and were not read.
    pub unread: Vec<String>,
}

/// The versions of the guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Hello {
    /// The protocol version, [`crate::PROTOCOL`].
    pub protocol: u32,
    /// Version of the Python interpreter, such as `3.13.1`.
    pub python: String,
    /// Version of SQLAlchemy, such as `2.0.44`.
    pub sqlalchemy: String,
}

/// A module of the repository starts to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ModuleStarted {
    /// Dotted name of the module.
    pub name: String,
    /// Path in the tree of the file.
    pub path: String,
}

/// A module of the repository has finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ModuleLoaded {
    /// Dotted name of the module.
    pub name: String,
    /// Path in the tree of the file.
    pub path: String,
}

/// A module that failed as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ModuleFailed {
    /// Dotted name of the module.
    pub name: String,
    /// Path in the tree, empty if none was found.
    pub path: String,
    /// The line that failed, counted from 1; 0 if unknown.
    pub line: u32,
    /// Class of the exception.
    pub error: String,
    /// Text of the exception.
    pub message: String,
}

/// A statement that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct StatementSkipped {
    /// Dotted name of the module.
    pub module: String,
    /// Path in the tree of the file.
    pub path: String,
    /// First line of the statement.
    pub line: u32,
    /// Last line of the statement.
    pub end_line: u32,
    /// Names that it should have bound, and that stand-ins replace.
    pub names: Vec<String>,
    /// Class of the exception.
    pub error: String,
    /// Text of the exception.
    pub message: String,
}

/// A module that a stand-in replaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct StandIn {
    /// Dotted name of the module.
    pub module: String,
    /// `package` if a package would provide it; else `part`, `standard_library`, `extension` or `failed`.
    pub kind: String,
    /// Place of the first import.
    pub place: Option<Place>,
}

/// A stand-in that became an ordinary value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Guess {
    /// Dotted origin of the stand-in.
    pub origin: String,
    /// The kind of value: `truth`, `number`, `iteration`, `comparison`.
    pub kind: String,
    /// Place of the use.
    pub place: Option<Place>,
}

/// A place in the tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
pub struct Place {
    /// Path in the tree of the file.
    pub path: String,
    /// Line, counted from 1.
    pub line: u32,
}

/// A reason for a doubt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
pub struct Reason {
    /// Stable code of the situation.
    pub code: String,
    /// What happened, values in backticks.
    pub message: String,
    /// Dotted origin of the stand-in that contributed to it.
    pub origin: Option<String>,
}

/// A pair of texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
pub struct Entry {
    /// Name of the entry.
    pub name: String,
    /// Text of the value.
    pub value: String,
}

/// A table of a `MetaData`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Table {
    /// Number of the table in the order of creation; a later frame with the same number replaces this one.
    pub serial: u64,
    /// Name of the `MetaData` that holds it, unique in a run.
    pub metadata: String,
    /// Schema in the database, if one is set.
    pub schema: Option<String>,
    /// Name of the table.
    pub name: String,
    /// Doubts about the table as a whole.
    pub reasons: Vec<Reason>,
    /// Place of the call or class statement that created it.
    pub place: Option<Place>,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// The primary key, which has no columns if there is none.
    pub primary_key: PrimaryKey,
    /// The unique constraints of the table.
    pub unique: Vec<UniqueConstraint>,
    /// Its foreign key constraints.
    pub foreign_keys: Vec<ForeignKeyConstraint>,
    /// The check constraints of the table.
    pub checks: Vec<NamedSql>,
    /// The indexes of the table.
    pub indexes: Vec<Index>,
    /// The exclusion constraints of the table.
    pub excludes: Vec<NamedSql>,
    /// Comment on the table.
    pub comment: Option<String>,
    /// Prefixes of `CREATE TABLE`.
    pub prefixes: Vec<String>,
    /// Dialect options with their text.
    pub options: Vec<Entry>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Column {
    /// Name of the column.
    pub name: String,
    /// The key of the column in `Table.c`.
    pub key: String,
    /// Doubts about the column.
    pub reasons: Vec<Reason>,
    /// Place of the call that created it, if it is in a file of the repository.
    pub place: Option<Place>,
    /// Type of the column.
    pub ty: ColumnType,
    /// Whether it is nullable.
    pub nullable: bool,
    /// Part of the primary key.
    pub primary_key: bool,
    /// `auto`, `true`, `false` or `ignore_fk`.
    pub autoincrement: String,
    /// Text of the server default.
    pub server_default: Option<String>,
    /// Whether it is a string in the code, which becomes a literal in DDL.
    pub server_default_literal: bool,
    /// Text of the server-side `onupdate`.
    pub server_onupdate: Option<String>,
    /// Default that SQLAlchemy applies on insert.
    pub default: Option<Default>,
    /// Default that SQLAlchemy applies on update.
    pub onupdate: Option<Default>,
    /// Expression of a computed column.
    pub computed: Option<Computed>,
    /// Its identity, if it has one.
    pub identity: Option<Identity>,
    /// Its sequence, if it has one.
    pub sequence: Option<Sequence>,
    /// Comment on the column.
    pub comment: Option<String>,
    /// The foreign keys that consist of this column alone.
    pub foreign_keys: Vec<ForeignKey>,
    /// Arguments that have no field here, such as those of a dialect.
    pub options: Vec<Entry>,
}

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ColumnType {
    /// Name of the class.
    pub class_name: String,
    /// Module of the class.
    pub module: String,
    /// `repr` of the type.
    pub repr: String,
    /// Values of an enumeration.
    pub enum_values: Option<Vec<String>>,
    /// Name of an enumeration or domain.
    pub enum_name: Option<String>,
    /// DDL by dialect, where it compiles.
    pub ddl: Vec<Entry>,
    /// Whether SQLAlchemy chose it for the annotation `float`, for which releases choose differently.
    pub of_float: bool,
}

/// A default that SQLAlchemy applies, and not the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Default {
    /// `scalar`, `callable`, `clause` or `sequence`.
    pub kind: String,
    /// Value, name or SQL text.
    pub text: String,
}

/// The expression of a column that the database computes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Computed {
    /// The SQL of the expression.
    pub sql: String,
    /// Whether it is stored.
    pub persisted: Option<bool>,
}

/// The identity of a column that the database numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Identity {
    /// Whether it is `GENERATED ALWAYS`.
    pub always: bool,
    /// First value of the sequence.
    pub start: Option<i64>,
    /// Increment of the sequence.
    pub increment: Option<i64>,
    /// Arguments that have no field here, such as those of a dialect.
    pub options: Vec<Entry>,
}

/// A sequence of the database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
pub struct Sequence {
    /// Schema in the database, if one is set.
    pub schema: Option<String>,
    /// Name of the sequence.
    pub name: String,
    /// First value of the sequence.
    pub start: Option<i64>,
    /// Increment of the sequence.
    pub increment: Option<i64>,
    /// `MINVALUE` of the sequence.
    pub min_value: Option<i64>,
    /// `MAXVALUE` of the sequence.
    pub max_value: Option<i64>,
    /// Whether it has `CYCLE`.
    pub cycle: Option<bool>,
    /// `CACHE` of the sequence.
    pub cache: Option<i64>,
    /// DDL text of its type (PostgreSQL dialect).
    pub data_type: Option<String>,
    /// Arguments that have no field here, such as those of a dialect.
    pub options: Vec<Entry>,
}

/// A sequence with its declaration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
pub struct DeclaredSequence {
    /// Name of the `MetaData` that creates it.
    pub metadata: Option<String>,
    /// The sequence that is declared.
    pub sequence: Sequence,
    /// Doubts about the sequence.
    pub reasons: Vec<Reason>,
    /// Place where the sequence is created.
    pub place: Option<Place>,
}

/// A reference from one column to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ForeignKey {
    /// The referenced column, `[schema.]table.column`.
    pub target: String,
    /// Its `ON DELETE` action.
    pub ondelete: Option<String>,
    /// Its `ON UPDATE` action.
    pub onupdate: Option<String>,
}

/// Differences of a constraint or an index between dialects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Scope {
    /// Its name by dialect, if it differs from the written one.
    pub names: Vec<Entry>,
    /// The dialects that create it; empty for all.
    pub dialects: Option<Vec<String>>,
}

/// The primary key of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct PrimaryKey {
    /// Name of the primary key.
    pub name: Option<String>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Dialect options and other arguments.
    pub options: Vec<Entry>,
    /// The dialects that create it, and its names in them.
    pub scope: Scope,
}

/// A unique constraint of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct UniqueConstraint {
    /// Name of the unique constraint.
    pub name: Option<String>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Whether it is `DEFERRABLE`.
    pub deferrable: Option<bool>,
    /// `INITIALLY` of the constraint.
    pub initially: Option<String>,
    /// Dialect options with their text.
    pub options: Vec<Entry>,
    /// The dialects that create it, and its names in them.
    pub scope: Scope,
}

/// A foreign key constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ForeignKeyConstraint {
    /// Name of the foreign key.
    pub name: Option<String>,
    /// The columns that refer to another table, in their order.
    pub columns: Vec<String>,
    /// The columns that they refer to, in the same order.
    pub targets: Vec<String>,
    /// Its `ON DELETE` action.
    pub ondelete: Option<String>,
    /// Its `ON UPDATE` action.
    pub onupdate: Option<String>,
    /// Whether it is `DEFERRABLE`.
    pub deferrable: Option<bool>,
    /// `INITIALLY` of the constraint.
    pub initially: Option<String>,
    /// `MATCH` of the foreign key.
    pub match_type: Option<String>,
    /// Created by `ALTER TABLE`.
    pub use_alter: bool,
    /// Dialect options and other arguments.
    pub options: Vec<Entry>,
    /// The dialects that create it, and its names in them.
    pub scope: Scope,
}

/// A constraint with SQL text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct NamedSql {
    /// Name of the constraint.
    pub name: Option<String>,
    /// SQL text of the constraint.
    pub sql: String,
    /// Dialect options and other arguments.
    pub options: Vec<Entry>,
    /// The dialects that create it, and its names in them.
    pub scope: Scope,
}

/// An index of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Index {
    /// Name of the index.
    pub name: Option<String>,
    /// Whether the index is unique.
    pub unique: bool,
    /// Its elements, in order.
    pub elements: Vec<IndexElement>,
    /// Dialect options with their text.
    pub options: Vec<Entry>,
    /// The dialects that create it, and its names in them.
    pub scope: Scope,
}

/// One element of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct IndexElement {
    /// The column, if it is one.
    pub column: Option<String>,
    /// SQLAlchemy's name or text of the element.
    pub text: String,
    /// The text of the element in DDL: a column or an expression.
    pub sql: String,
}

/// A class by module and qualified name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
pub struct ClassRef {
    /// Dotted name of the module.
    pub module: String,
    /// `__qualname__` of the class.
    pub name: String,
}

/// A class that is mapped to tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Class {
    /// Its method resolution order, itself first, only classes of the repository.
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
    /// Value in the discriminator column.
    pub polymorphic_identity: Option<String>,
    /// Relationships of the class.
    pub relationships: Vec<Relationship>,
    /// Its other mapped attributes.
    pub properties: Vec<Property>,
}

/// The attribute that a column is mapped to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ColumnAttribute {
    /// Name of the column.
    pub column: String,
    /// Name of the attribute.
    pub attribute: String,
}

/// A relationship of a mapped class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Relationship {
    /// Name of the attribute.
    pub name: String,
    /// Target class, or its name.
    pub target: String,
    /// The direction: `one_to_many`, `many_to_one` or `many_to_many`.
    pub direction: Option<String>,
    /// Whether it is a collection.
    pub uselist: Option<bool>,
    /// Name of the association table.
    pub secondary: Option<String>,
    /// The other side's attribute.
    pub back_populates: Option<String>,
}

/// A mapped attribute that is neither column nor relationship.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Property {
    /// Name of the attribute.
    pub name: String,
    /// `hybrid`, `synonym`, `composite`, `column_property`, `association_proxy`.
    pub kind: String,
    /// SQL text or target.
    pub text: Option<String>,
}

/// A class that looks like a model but is not mapped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct PlainClass {
    /// The module, the name and the place of the class.
    pub itself: ClassRef,
    /// Origins of its absent bases.
    pub lost_bases: Vec<String>,
}

/// A view that the code declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct View {
    /// Name of the `MetaData` that creates it, or contains its table.
    pub metadata: Option<String>,
    /// Schema in the database, if one is set.
    pub schema: Option<String>,
    /// Name of the view.
    pub name: String,
    /// Whether it is materialized.
    pub materialized: bool,
    /// The mapped class with this table.
    pub owner: Option<ClassRef>,
    /// The query; empty if the code does not state it.
    pub query: Option<String>,
    /// The query for PostgreSQL, if it differs.
    pub postgresql: Option<String>,
    /// Columns in order, as far as they are known.
    pub columns: Vec<ViewColumn>,
    /// Indexes of a materialized view.
    pub indexes: Vec<Index>,
    /// `[schema.]name` of the tables that it reads; empty if the query is plain text.
    pub reads: Option<Vec<String>>,
    /// Options of the statement, such as `or_replace`.
    pub options: Vec<Entry>,
    /// When it is created.
    pub creation: Creation,
    /// Doubts about the view.
    pub reasons: Vec<Reason>,
    /// Place of its declaration.
    pub place: Option<Place>,
}

/// A column of a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct ViewColumn {
    /// Name of the column.
    pub name: String,
    /// Type, where it is known.
    pub ty: Option<ColumnType>,
    /// Comment on the column.
    pub comment: Option<String>,
    /// Doubts about the column.
    pub reasons: Vec<Reason>,
    /// Place of the call that created it.
    pub place: Option<Place>,
}

/// When an object other than a table is created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Creation {
    /// `create_all`, `migration`, or `unknown` if the code declares it and nothing shows who creates it.
    pub made_by: String,
    /// The event that creates it: `before_create` or `after_create`.
    pub event: Option<String>,
    /// The target of the event: `[schema.]table`, or the name of a `MetaData`.
    pub target: Option<String>,
    /// The dialects it is created for; all, if empty.
    pub dialects: Vec<String>,
    /// The function that decides whether to create it.
    pub condition: Option<String>,
}

/// An object that the code declares in a database, besides tables, views and sequences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Object {
    /// `function`, `trigger`, `policy`, …; `listener` for a Python function whose SQL is unknown.
    pub kind: String,
    /// Name of the `MetaData` that creates it.
    pub metadata: Option<String>,
    /// Schema in the database, if one is set.
    pub schema: Option<String>,
    /// Name; the signature of a function.
    pub name: String,
    /// `[schema.]name` of the table that it belongs to.
    pub table: Option<String>,
    /// The statement that creates it; empty if unknown.
    pub definition: Option<String>,
    /// The statement for PostgreSQL, if it differs.
    pub postgresql: Option<String>,
    /// When it is created.
    pub creation: Creation,
    /// Doubts about the object.
    pub reasons: Vec<Reason>,
    /// Place of its declaration.
    pub place: Option<Place>,
}

/// A named type of the database (PostgreSQL).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
pub struct NamedType {
    /// The kind of type: `enum` or `domain`.
    pub kind: String,
    /// Name of the `MetaData` that creates it.
    pub metadata: Option<String>,
    /// Schema in the database, if one is set.
    pub schema: Option<String>,
    /// Name of the type.
    pub name: String,
    /// Values of an enumeration, in order.
    pub values: Vec<String>,
    /// The statement that creates it.
    pub definition: Option<String>,
    /// Whether SQLAlchemy creates it; otherwise it must exist already.
    pub created: bool,
    /// `[schema.]table.column` of the columns with this type.
    pub columns: Vec<String>,
    /// Doubts about the type.
    pub reasons: Vec<Reason>,
    /// Place of the first of its columns.
    pub place: Option<Place>,
}

/// A declaration whose result can't be determined here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Unresolved {
    /// The table, if it is named; else the call.
    pub name: String,
    /// Place of the event, if known.
    pub place: Place,
    /// Reason for the doubt.
    pub reason: Reason,
}

/// The DDL text of a `MetaData`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Ddl {
    /// Name of its `MetaData`.
    pub metadata: String,
    /// Name of the dialect.
    pub dialect: String,
    /// Statements in an order that a database accepts.
    pub statements: Vec<String>,
    /// What could not be rendered, with the reason.
    pub failures: Vec<Entry>,
}

/// The statements for some changes in one dialect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Rendered {
    /// Name of the dialect.
    pub dialect: String,
    /// The indices of the changes, in the order of the diff.
    pub changes: Vec<u64>,
    /// Statements in an order that a database accepts; empty if there are only notes.
    pub statements: Vec<String>,
    /// What could not be rendered, and warnings to read before execution.
    pub notes: Vec<RenderNote>,
}

/// A note about rendered statements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct RenderNote {
    /// Whether something is omitted because of it.
    pub is_gap: bool,
    /// Text of the note.
    pub message: String,
}

/// A migration script for one dialect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Script {
    /// Name of the dialect.
    pub dialect: String,
    /// Contents of the file.
    pub text: String,
    /// Number of places, in either direction, where something is omitted.
    pub gaps: u64,
}

/// Another report of the guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Remark {
    /// Stable code of the situation.
    pub code: String,
    /// What happened, values in backticks.
    pub message: String,
    /// Place of the event, if known.
    pub place: Option<Place>,
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Done {
    /// Number of frames sent before this one.
    pub frames: u64,
    /// Serials of the tables that exist at the end; others were dropped again.
    pub tables: Vec<u64>,
}

/// A version file of Alembic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Migration {
    /// Name of the recorded head that it is part of.
    pub metadata: String,
    /// Its revision.
    pub revision: String,
    /// The revisions that it follows.
    pub down: Vec<String>,
    /// The revisions and labels that it depends on.
    pub depends_on: Vec<String>,
    /// Labels of the branch that it begins.
    pub labels: Vec<String>,
    /// First line of its description.
    pub message: String,
    /// Its place in the order in which the versions run, from 1; 0 if it does not run.
    pub number: u32,
    /// No other version follows it.
    pub is_head: bool,
    /// Its `downgrade` does something.
    pub is_reversible: bool,
    /// `run`, `partial` or `not-run`.
    pub outcome: String,
    /// Why it ran only in part, or not at all.
    pub reasons: Vec<Reason>,
    /// Place of its function `upgrade`.
    pub place: Option<Place>,
}

/// An operation of a version file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Operation {
    /// The revision of the version.
    pub revision: String,
    /// Name of the operation, such as `add_column`.
    pub kind: String,
    /// The table that it changes, with its schema.
    pub table: Option<String>,
    /// Name of the column, constraint or index, or the new name of the table.
    pub name: Option<String>,
    /// SQL text that it executes.
    pub text: Option<String>,
    /// Place in the version file.
    pub place: Option<Place>,
}

/// A statement of a version file that is judged, with the tables that it may change before and after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct Step {
    /// Name of the recorded head that it is part of.
    pub metadata: String,
    /// The revision of the version.
    pub revision: String,
    /// Name of the operation, or `statement` for SQL.
    pub kind: String,
    /// The table that it changes, with its schema.
    pub table: Option<String>,
    /// Name of the column, constraint or index, or the new name of the table.
    pub name: Option<String>,
    /// SQL text of a statement.
    pub text: Option<String>,
    /// How it is carried out: `autocommit`, `batch`, `concurrently`, `doubt`, `not-valid`, `recreates`, `repeatable`,
    /// `using`.
    pub flags: Vec<String>,
    /// The names of the `MetaData` of the tables before it.
    pub before: Vec<String>,
    /// The same after it.
    pub after: Vec<String>,
    /// Place in the version file.
    pub place: Option<Place>,
}

/// What is known about a recorded head as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Schema)]
pub struct RecordedHead {
    /// Name of its `MetaData` in the tables.
    pub metadata: String,
    /// Folder of the environment's scripts.
    pub environment: String,
    /// The dialect that the versions ran for.
    pub dialect: String,
    /// The revisions that no other follows.
    pub heads: Vec<String>,
    /// Why it may have more or fewer tables than those recorded.
    pub reasons: Vec<Reason>,
    /// Tables that the environment leaves out of comparisons, Alembic's own first.
    pub ignored: Vec<String>,
    /// The tables of the models that the environment names.
    pub targets: Vec<String>,
    /// Whether these are all that it names.
    pub has_targets: bool,
    /// Place of the environment's configuration.
    pub place: Option<Place>,
}
