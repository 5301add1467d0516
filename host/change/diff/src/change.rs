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
    /// What happened.
    pub action: Action,
    /// What it happened to.
    pub subject: Subject,
    /// What exactly differs, where something is modified; the broadest first (`type` before `length`).
    pub aspects: Vec<Aspect>,
    /// Its name, in the head where it is there.
    pub path: Path,
    /// Its name in the base, where that was another.
    pub was: Option<Path>,
    /// Index in the head, of a column or enumeration value that is added.
    pub position: Option<usize>,
    /// Whether a database hears of it.
    pub effect: Effect,
    /// The dialects whose DDL differs; empty where it is all of them, or none.
    pub dialects: Vec<String>,
    /// How sure it is.
    pub certainty: Certainty,
    /// The evidence for it, or what puts it in doubt.
    pub notes: Vec<Note>,
    /// Where the base declares it.
    pub base: Option<Place>,
    /// Where the head declares it.
    pub head: Option<Place>,
    /// What the base has, in the names of the head where something was renamed; null where it has nothing.
    pub before: Option<Value>,
    /// What the head has; null where it has nothing.
    pub after: Option<Value>,
}

impl Change {
    /// A certain change of the database, without sides.
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
        change.name();
        change
    }

    /// What the base alone has.
    pub(crate) fn dropped(subject: Subject, path: Path, before: Value) -> Self {
        Self { before: Some(before), ..Self::new(Action::Drop, subject, path) }
    }

    /// What the head alone has.
    pub(crate) fn added(subject: Subject, path: Path, after: Value) -> Self {
        Self { after: Some(after), ..Self::new(Action::Add, subject, path) }
    }

    /// What both have, and not the same.
    pub(crate) fn modified(
        subject: Subject,
        path: Path,
        aspects: Vec<Aspect>,
        before: Option<Value>,
        after: Option<Value>,
    ) -> Self {
        let mut change = Self { aspects, before, after, ..Self::new(Action::Modify, subject, path) };
        change.name();
        change
    }

    pub(crate) fn at(mut self, base: Option<&Place>, head: Option<&Place>) -> Self {
        (self.base, self.head) = (base.cloned(), head.cloned());
        self
    }

    /// The same, as something that no database hears of.
    pub(crate) fn information(mut self) -> Self {
        self.effect = Effect::Information;
        self
    }

    /// The same with notes that do not change how sure it is.
    pub(crate) fn noted(mut self, notes: Vec<Note>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// The same for those dialects only, where it is not for all; where it is for none, no database hears of it.
    pub(crate) fn only(mut self, dialects: Option<Vec<String>>) -> Self {
        if dialects.as_ref().is_some_and(Vec::is_empty) {
            self.effect = Effect::Information;
        }
        self.dialects = dialects.unwrap_or_default();
        self
    }

    /// At most likely, when there is a note.
    pub(crate) fn likely_for(mut self, notes: Vec<Note>) -> Self {
        if !notes.is_empty() {
            self.certainty = self.certainty.max(Certainty::Likely);
        }
        self.noted(notes)
    }

    /// In doubt when there is a note: what is gone is then only missing, and what is new only unseen.
    pub(crate) fn doubted(mut self, notes: Vec<Note>) -> Self {
        if !notes.is_empty() {
            self.certainty = Certainty::CannotTell;
            self.action = match self.action {
                Action::Drop => Action::Missing,
                Action::Add => Action::Unseen,
                other => other,
            };
            self.name();
        }
        // The same may be said twice, of the thing and of what it is a part of.
        for note in notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        self
    }

    fn name(&mut self) {
        self.code = format!("{}-{}", self.action.text(), self.subject.text());
        if self.action == Action::Modify
            && let Some(aspect) = self.aspects.first()
        {
            self.code = format!("{}-{}", self.code, aspect.text());
        }
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The head alone has it.
    Add,
    /// The base alone has it.
    Drop,
    /// Both have it, by different names.
    Rename,
    /// Both have it, in different database schemas.
    Move,
    /// Both have it, and not the same.
    Modify,
    /// The base has it, and the head does not show it; whether it was dropped can't be told.
    Missing,
    /// The head has it, and the base does not show it; whether it is new can't be told.
    Unseen,
}

/// What a change happens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A table.
    Table,
    /// A column.
    Column,
    /// A primary key.
    PrimaryKey,
    /// A unique constraint.
    Unique,
    /// A foreign key constraint.
    ForeignKey,
    /// A check constraint.
    Check,
    /// An exclusion constraint.
    Exclude,
    /// An index of a table.
    Index,
    /// A type with a name of its own: an enumeration or a domain.
    Type,
    /// A value of an enumeration.
    EnumValue,
    /// A sequence.
    Sequence,
    /// A view or materialized view.
    View,
    /// A function, trigger, policy, extension or the like.
    Object,
    /// A mapped class.
    Class,
    /// A relationship of a class.
    Relationship,
    /// A hybrid, synonym or the like of a class.
    Property,
}

/// What of something differs.
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

/// Whether a database hears of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// What a database would hold differs.
    Database,
    /// Only the code differs: a class, a client-side default, the order in which a new table would have its columns.
    Information,
}

/// A side of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// What was.
    Base,
    /// What will be.
    Head,
}

/// Evidence for a change, or a reason to doubt it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// Stable, lower-case, dashed code such as `same-class`; that of the reason, where a side is partial.
    pub code: String,
    /// A lower-case fragment without a final period, values in backticks.
    pub message: String,
    /// The side it speaks of, where it is one.
    pub side: Option<Side>,
    /// Where, when it has a place.
    pub place: Option<Place>,
    /// What to do next.
    pub hint: Option<String>,
}

impl Note {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), side: None, place: None, hint: None }
    }

    /// Why a side is partial.
    pub(crate) fn reason(side: Side, reason: &Reason) -> Self {
        Self { side: Some(side), hint: reason.hint.clone(), ..Self::new(&reason.code, &*reason.message) }
    }
}

/// The name of something in a database, or of a class.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Path {
    /// The `MetaData` that holds it, by the head's label where the head has it; see [`crate::Diff::metadata`].
    pub metadata: Option<String>,
    /// Database schema.
    pub schema: Option<String>,
    /// The table, type, sequence, view, object or class.
    pub name: String,
    /// What it is within that: a column, a constraint, a value, an attribute, an option.
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

/// What a side has: `{"table": …}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A name, an expression, a comment, an option.
    Text(String),
    /// A switch.
    Flag(bool),
    /// Names or values in order.
    List(Vec<String>),
    /// A whole table.
    Table(Box<Table>),
    /// A whole column.
    Column(Box<Column>),
    /// A type of a column.
    ColumnType(Box<ColumnType>),
    /// A client-side default.
    Default(Default),
    /// A computed column's expression.
    Computed(Computed),
    /// An identity.
    Identity(Identity),
    /// A primary key.
    PrimaryKey(PrimaryKey),
    /// A unique constraint.
    Unique(UniqueConstraint),
    /// A foreign key constraint.
    ForeignKey(ForeignKeyConstraint),
    /// A check constraint.
    Check(CheckConstraint),
    /// An exclusion constraint.
    Exclude(ExcludeConstraint),
    /// An index.
    Index(Index),
    /// An enumeration or domain.
    Type(Box<NamedType>),
    /// A sequence.
    Sequence(Sequence),
    /// A view.
    View(Box<View>),
    /// A function, trigger and the like.
    Object(Box<DeclaredObject>),
    /// A mapped class.
    Class(Box<MappedClass>),
    /// How a class inherits.
    Inheritance(Inheritance),
    /// A relationship.
    Relationship(Relationship),
    /// A mapped attribute.
    Property(Property),
}

impl Action {
    /// As codes and people have it.
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
    /// As codes have it.
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
    /// As codes have it.
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
