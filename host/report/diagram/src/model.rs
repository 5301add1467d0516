//! The parts of a diagram.

/// Tables and views, and the links between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagram {
    /// The tables and views, sorted by schema, name and `MetaData`.
    pub entities: Vec<Entity>,
    /// The links, sorted by both ends, then by columns.
    pub links: Vec<Link>,
}

/// A table or a view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entity {
    /// Letters, digits and `_`, unique in the diagram.
    pub id: String,
    /// Schema in the database, if one is set.
    pub schema: Option<String>,
    /// Name in the database, without its schema.
    pub name: String,
    /// What it is drawn together with, if groups are asked for.
    pub group: Option<String>,
    /// The columns that are shown, in the order of the table.
    pub rows: Vec<Row>,
    /// The comment on it.
    pub comment: Option<String>,
    /// What is remarkable about it.
    pub marks: Vec<Mark>,
}

impl Entity {
    /// `[schema.]name`.
    pub fn full_name(&self) -> String {
        belljar_schema::full_name(self.schema.as_deref(), &self.name)
    }

    /// Its name, with what is remarkable about it.
    pub fn label(&self) -> String {
        let words: Vec<&str> = self.marks.iter().map(|mark| mark.word()).collect();
        let marks = if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) };
        format!("{}{marks}", self.full_name())
    }
}

/// What is remarkable about a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// A view.
    View,
    /// A foreign key refers to it, and the document has no such table.
    Undeclared,
    /// It is declared, and no run produced it.
    Unresolved,
    /// It, or one of its columns, is partial.
    Partial,
    /// The head adds it.
    Added,
    /// The head drops it.
    Dropped,
    /// The head changes it.
    Changed,
}

impl Mark {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Undeclared => "not declared",
            Self::Unresolved => "unresolved",
            Self::Partial => "partial",
            Self::Added => "added",
            Self::Dropped => "dropped",
            Self::Changed => "changed",
        }
    }

    /// The colour of its frame, as `#rrggbb`.
    pub(crate) const fn color(self) -> &'static str {
        match self {
            Self::View | Self::Undeclared => "#8a8a8a",
            Self::Unresolved | Self::Partial => "#9a6700",
            Self::Added => "#1a7f37",
            Self::Dropped => "#cf222e",
            Self::Changed => "#0969da",
        }
    }
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Name in the database.
    pub name: String,
    /// The DDL of its type; empty if the database can't have it, or it is unknown.
    pub ty: String,
    /// Whether it is part of the primary key.
    pub primary: bool,
    /// Whether it is part of a foreign key.
    pub foreign: bool,
    /// Whether it is unique by itself.
    pub unique: bool,
    /// Whether it is nullable.
    pub nullable: bool,
    /// The text of its server default.
    pub default: Option<String>,
    /// The comment on it.
    pub comment: Option<String>,
    /// What a change does to it.
    pub mark: Option<Mark>,
}

/// A foreign key, or that a view reads a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The position of the entity that refers to the other.
    pub from: usize,
    /// The position of the other.
    pub to: usize,
    /// The columns that refer; empty for a view.
    pub columns: Vec<String>,
    /// The columns that they refer to.
    pub targets: Vec<String>,
    /// Whether at most one row refers to a row of the other.
    pub single: bool,
    /// Whether a row may refer to none.
    pub optional: bool,
    /// The `ON DELETE` action.
    pub on_delete: Option<String>,
    /// The `ON UPDATE` action.
    pub on_update: Option<String>,
}
