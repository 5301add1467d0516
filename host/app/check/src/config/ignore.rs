use belljar_diff::{Aspect, Change, Subject};
use globset::{Glob, GlobMatcher};

/// A kind of object that can be ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// Tables, with everything in them.
    Table,
    /// Columns.
    Column,
    /// Keys, unique, check and exclusion constraints.
    Constraint,
    /// Indexes.
    Index,
    /// Comments on tables and columns.
    Comment,
    /// Views.
    View,
    /// Enumerations and domains.
    Type,
    /// Sequences.
    Sequence,
    /// All other objects.
    Object,
}

impl ObjectKind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Table,
        Self::Column,
        Self::Constraint,
        Self::Index,
        Self::Comment,
        Self::View,
        Self::Type,
        Self::Sequence,
        Self::Object,
    ];

    /// The key of a configuration.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Table => "tables",
            Self::Column => "columns",
            Self::Constraint => "constraints",
            Self::Index => "indexes",
            Self::Comment => "comments",
            Self::View => "views",
            Self::Type => "types",
            Self::Sequence => "sequences",
            Self::Object => "objects",
        }
    }

    /// The kind of what a change is about.
    fn of(change: &Change) -> Option<Self> {
        if change.aspects == [Aspect::Comment] {
            return Some(Self::Comment);
        }
        Some(match change.subject {
            Subject::Table => Self::Table,
            Subject::Column => Self::Column,
            Subject::PrimaryKey
            | Subject::Unique
            | Subject::ForeignKey
            | Subject::Check
            | Subject::Exclude => Self::Constraint,
            Subject::Index => Self::Index,
            Subject::Type | Subject::EnumValue => Self::Type,
            Subject::Sequence => Self::Sequence,
            Subject::View => Self::View,
            Subject::Object => Self::Object,
            Subject::Class | Subject::Relationship | Subject::Property => return None,
        })
    }
}

/// What a comparison with a database leaves out, by kind and pattern.
#[derive(Debug, Clone, Default)]
pub struct Ignore(Vec<(ObjectKind, GlobMatcher)>);

impl Ignore {
    /// Adds a pattern; one that is no glob matches nothing.
    pub fn add(&mut self, kind: ObjectKind, pattern: &str) {
        if let Ok(glob) = Glob::new(pattern) {
            self.0.push((kind, glob.compile_matcher()));
        }
    }

    /// Whether a table is ignored.
    pub(crate) fn has_table(&self, name: &str) -> bool {
        self.has(ObjectKind::Table, name)
    }

    /// Whether a view is ignored.
    pub(crate) fn has_view(&self, name: &str) -> bool {
        self.has(ObjectKind::View, name)
    }

    fn has(&self, kind: ObjectKind, name: &str) -> bool {
        self.0.iter().any(|(own, pattern)| *own == kind && pattern.is_match(name))
    }

    /// The key of the pattern that a change matches.
    pub(crate) fn matching(&self, change: &Change) -> Option<ObjectKind> {
        let kind = ObjectKind::of(change)?;
        let object = change.path.full_name();
        let whole =
            change.path.part.as_ref().map_or_else(|| object.clone(), |part| format!("{object}.{part}"));
        // Everything in a table goes with it, such as its columns, and a comment with its column.
        let is_in_table =
            !matches!(kind, ObjectKind::View | ObjectKind::Type | ObjectKind::Sequence | ObjectKind::Object);
        let kinds = [(kind, &whole), (ObjectKind::Column, &whole), (ObjectKind::Table, &object)];
        let wanted = kinds.into_iter().enumerate().filter(|(position, (other, _))| {
            let is_comment = kind == ObjectKind::Comment && *other == ObjectKind::Column;
            *position == 0 || is_comment || (is_in_table && *other == ObjectKind::Table)
        });
        wanted.map(|(_, found)| found).find(|(kind, name)| self.has(*kind, name)).map(|(kind, _)| kind)
    }
}
