use std::fmt;

use belljar_schema::{
    Certainty, CheckConstraint, Column, ColumnType, Computed, DeclaredObject, Default, ExcludeConstraint,
    ForeignKeyConstraint, Identity, Index, Inheritance, MappedClass, NamedType, Place, PrimaryKey, Property,
    Reason, Relationship, Sequence, Table, UniqueConstraint, View,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One difference between two schemas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Stable, lower-case, dashed code that follows from the rest: `drop-table`, `modify-column-type`.
    pub code: String,
    /// The kind of difference, such as `add` or `drop`.
    pub action: Action,
    /// The kind of object.
    pub subject: Subject,
    /// What exactly differs, if something is modified; the broadest first (`type` before `length`).
    pub aspects: Vec<Aspect>,
    /// Its name in the head, if it exists there.
    pub path: Path,
    /// Its name in the base, if it differs.
    pub was: Option<Path>,
    /// Its index in the head, for a column or enumeration value that is added.
    pub position: Option<usize>,
    /// Whether it changes the database.
    pub effect: Effect,
    /// The dialects whose DDL differs; empty if it is all of them, or none.
    pub dialects: Vec<String>,
    /// The certainty of the change.
    pub certainty: Certainty,
    /// The evidence for it, or the reasons to doubt it.
    pub notes: Vec<Note>,
    /// Where the base declares it.
    pub base: Option<Place>,
    /// Where the head declares it.
    pub head: Option<Place>,
    /// The value in the base, in the names of the head if something was renamed; null if the base has none.
    pub before: Option<Value>,
    /// The value in the head; null if the head has none.
    pub after: Option<Value>,
}

impl Change {
    /// A certain change of the database without values.
    pub(crate) fn new(action: Action, subject: Subject, path: Path) -> Self {
        let mut change = Self {
            code: String::new(),
            action,
            subject,
            aspects: Vec::new(),
            path,
            was: None,
            position: None,
            effect: Effect::Database,
            dialects: Vec::new(),
            certainty: Certainty::Certain,
            notes: Vec::new(),
            base: None,
            head: None,
            before: None,
            after: None,
        };
        change.derive_code();
        change
    }

    /// A change of what only the base has.
    pub(crate) fn dropped(subject: Subject, path: Path, before: Value) -> Self {
        Self { before: Some(before), ..Self::new(Action::Drop, subject, path) }
    }

    /// A change of what only the head has.
    pub(crate) fn added(subject: Subject, path: Path, after: Value) -> Self {
        Self { after: Some(after), ..Self::new(Action::Add, subject, path) }
    }

    /// A change of what both sides have in different forms.
    pub(crate) fn modified(
        subject: Subject,
        path: Path,
        aspects: Vec<Aspect>,
        before: Option<Value>,
        after: Option<Value>,
    ) -> Self {
        let mut change = Self { aspects, before, after, ..Self::new(Action::Modify, subject, path) };
        change.derive_code();
        change
    }

    pub(crate) fn at(mut self, base: Option<&Place>, head: Option<&Place>) -> Self {
        (self.base, self.head) = (base.cloned(), head.cloned());
        self
    }

    /// The same change, as one that does not affect the database.
    pub(crate) fn information(mut self) -> Self {
        self.effect = Effect::Information;
        self
    }

    /// Adds notes that do not change its certainty.
    pub(crate) fn noted(mut self, notes: Vec<Note>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// Limits it to dialects; if it applies to none, it does not affect the database.
    pub(crate) fn only(mut self, dialects: Option<Vec<String>>) -> Self {
        if dialects.as_ref().is_some_and(Vec::is_empty) {
            self.effect = Effect::Information;
        }
        self.dialects = dialects.unwrap_or_default();
        self
    }

    /// Makes it at most likely, if there is a note.
    pub(crate) fn likely_for(mut self, notes: Vec<Note>) -> Self {
        if !notes.is_empty() {
            self.certainty = self.certainty.max(Certainty::Likely);
        }
        self.noted(notes)
    }

    /// Makes it undetermined if there is a note: what was removed is then only missing, and what is new only unseen.
    pub(crate) fn doubted(mut self, notes: Vec<Note>) -> Self {
        if !notes.is_empty() {
            self.certainty = Certainty::CannotTell;
            self.action = match self.action {
                Action::Drop => Action::Missing,
                Action::Add => Action::Unseen,
                other => other,
            };
            self.derive_code();
        }
        // The same note may be given twice, of the object and of the table that it is part of.
        for note in notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        self
    }

    fn derive_code(&mut self) {
        self.code = format!("{}-{}", self.action.text(), self.subject.text());
        if self.action == Action::Modify
            && let Some(aspect) = self.aspects.first()
        {
            self.code = format!("{}-{}", self.code, aspect.text());
        }
    }
}

/// The kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Only the head has it.
    Add,
    /// Only the base has it.
    Drop,
    /// Both have it, under different names.
    Rename,
    /// Both have it, in different database schemas.
    Move,
    /// Both have it, in different forms.
    Modify,
    /// The base has it, and the head does not show it; it can't be determined whether it was dropped.
    Missing,
    /// The head has it, and the base does not show it; it can't be determined whether it is new.
    Unseen,
}

/// The kind of object that a change affects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A table, with everything in it.
    Table,
    /// A column of a table.
    Column,
    /// The primary key of a table.
    PrimaryKey,
    /// A unique constraint of a table.
    Unique,
    /// A foreign key constraint.
    ForeignKey,
    /// A check constraint of a table.
    Check,
    /// An exclusion constraint of a table.
    Exclude,
    /// An index of a table.
    Index,
    /// A type with a name of its own: an enumeration or a domain.
    Type,
    /// A value of an enumeration.
    EnumValue,
    /// A sequence of the database.
    Sequence,
    /// A view or materialized view.
    View,
    /// A function, trigger, policy, extension or similar object.
    Object,
    /// A class that SQLAlchemy maps to a table.
    Class,
    /// A relationship of a class.
    Relationship,
    /// A hybrid, synonym or similar attribute of a class.
    Property,
}

/// The property that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is named after the field of the schema that differs")]
pub enum Aspect {
    Attribute,
    Autoincrement,
    BackPopulates,
    Cache,
    Class,
    Collation,
    Columns,
    Comment,
    Computed,
    Creation,
    Cycle,
    DataType,
    Default,
    Deferrable,
    Dialects,
    Direction,
    Elements,
    Expression,
    Identity,
    Increment,
    Indexes,
    Inheritance,
    Initially,
    Key,
    Kind,
    Length,
    Match,
    Materialized,
    MaxValue,
    Method,
    MinValue,
    Name,
    Nullable,
    Ondelete,
    Onupdate,
    OperatorClass,
    Option,
    Options,
    Order,
    Precision,
    Predicate,
    Prefixes,
    Query,
    Secondary,
    Sequence,
    ServerDefault,
    ServerOnupdate,
    Start,
    Statement,
    Table,
    Tables,
    Target,
    Targets,
    Text,
    Timezone,
    Type,
    Unique,
    Uselist,
    UseAlter,
    Values,
}

/// Whether a change affects the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The contents of a database would differ.
    Database,
    /// Only the code differs: a class, a client-side default, the order in which a new table would have its columns.
    Information,
}

/// A side of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The schema before the change.
    Base,
    /// The schema after the change.
    Head,
}

/// Evidence for a change, or a reason to doubt it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// Stable, lower-case, dashed code such as `same-class`; that of the reason, where a side is partial.
    pub code: String,
    /// A lower-case fragment without a final period, values in backticks.
    pub message: String,
    /// The side that it is about, if it is about one.
    pub side: Option<Side>,
    /// The place, if there is one.
    pub place: Option<Place>,
    /// What to do next, as a lower-case fragment.
    pub hint: Option<String>,
}

impl Note {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), side: None, place: None, hint: None }
    }

    /// The reason why a side is partial.
    pub(crate) fn reason(side: Side, reason: &Reason) -> Self {
        Self { side: Some(side), hint: reason.hint.clone(), ..Self::new(&reason.code, &*reason.message) }
    }
}

/// The name of an object of a database, or of a class.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Path {
    /// The `MetaData` that holds it, by its label in the head if the head has it; see [`crate::Diff::metadata`].
    pub metadata: Option<String>,
    /// Schema of the database.
    pub schema: Option<String>,
    /// The table, type, sequence, view, object or class.
    pub name: String,
    /// The name of a part of that: a column, a constraint, a value, an attribute, an option.
    pub part: Option<String>,
}

impl Path {
    pub(crate) fn of_table(table: &Table) -> Self {
        let (metadata, schema) = (Some(table.metadata.clone()), table.schema.clone());
        Self { metadata, schema, name: table.name.clone(), part: None }
    }

    /// `[schema.]name`, without the part.
    pub fn full_name(&self) -> String {
        belljar_schema::full_name(self.schema.as_deref(), &self.name)
    }

    pub(crate) fn part(&self, part: impl Into<String>) -> Self {
        Self { part: Some(part.into()), ..self.clone() }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(out, "{schema}.")?;
        }
        write!(out, "{}", self.name)?;
        self.part.as_ref().map_or(Ok(()), |part| write!(out, ".{part}"))
    }
}

/// The value of a side: `{"table": …}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A text: a name, an expression, a comment, an option.
    Text(String),
    /// A property that is set or not, such as nullability.
    Flag(bool),
    /// A list of names or values.
    List(Vec<String>),
    /// A table with everything in it.
    Table(Box<Table>),
    /// A column with everything in it.
    Column(Box<Column>),
    /// A type of a column.
    ColumnType(Box<ColumnType>),
    /// A default that SQLAlchemy applies, and not the database.
    Default(Default),
    /// A computed column's expression.
    Computed(Computed),
    /// The identity of a column that the database numbers.
    Identity(Identity),
    /// The primary key of a table.
    PrimaryKey(PrimaryKey),
    /// A unique constraint of a table.
    Unique(UniqueConstraint),
    /// A foreign key constraint.
    ForeignKey(ForeignKeyConstraint),
    /// A check constraint of a table.
    Check(CheckConstraint),
    /// An exclusion constraint of a table.
    Exclude(ExcludeConstraint),
    /// An index of a table.
    Index(Index),
    /// An enumeration or domain.
    Type(Box<NamedType>),
    /// A sequence of the database.
    Sequence(Sequence),
    /// A view with everything in it.
    View(Box<View>),
    /// A function, trigger or similar object.
    Object(Box<DeclaredObject>),
    /// A mapped class with everything in it.
    Class(Box<MappedClass>),
    /// The inheritance of a class.
    Inheritance(Inheritance),
    /// A relationship of a mapped class.
    Relationship(Relationship),
    /// A mapped attribute that is neither column nor relationship.
    Property(Property),
}

impl Action {
    /// The name in codes and messages.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Drop => "drop",
            Self::Rename => "rename",
            Self::Move => "move",
            Self::Modify => "modify",
            Self::Missing => "missing",
            Self::Unseen => "unseen",
        }
    }
}

impl Subject {
    /// The name in codes.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Column => "column",
            Self::PrimaryKey => "primary-key",
            Self::Unique => "unique",
            Self::ForeignKey => "foreign-key",
            Self::Check => "check",
            Self::Exclude => "exclude",
            Self::Index => "index",
            Self::Type => "type",
            Self::EnumValue => "enum-value",
            Self::Sequence => "sequence",
            Self::View => "view",
            Self::Object => "object",
            Self::Class => "class",
            Self::Relationship => "relationship",
            Self::Property => "property",
        }
    }
}

impl Aspect {
    /// The name in codes.
    pub fn text(self) -> String {
        let mut text = String::new();
        for (position, letter) in format!("{self:?}").chars().enumerate() {
            if letter.is_uppercase() && position > 0 {
                text.push('-');
            }
            text.extend(letter.to_lowercase());
        }
        text
    }
}
