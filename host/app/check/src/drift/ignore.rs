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

/// Tables that tools keep for themselves, and whose. They are ignored where the code does not declare them.
const KNOWN: [(&str, &str); 14] = [
    ("alembic_version", "Alembic"),
    ("databasechangelog", "Liquibase"),
    ("databasechangeloglock", "Liquibase"),
    ("flyway_schema_history", "Flyway"),
    ("schema_migrations", "a tool for migrations"),
    ("django_migrations", "Django"),
    ("_yoyo_log", "yoyo"),
    ("_yoyo_migration", "yoyo"),
    ("_yoyo_version", "yoyo"),
    ("yoyo_lock", "yoyo"),
    ("spatial_ref_sys", "PostGIS"),
    ("geometry_columns", "PostGIS and SpatiaLite"),
    ("geography_columns", "PostGIS"),
    ("raster_columns", "PostGIS"),
];

/// The tool that keeps a table for itself.
pub(super) fn known_tool(name: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, tool)| *tool)
}

impl Ignore {
    /// Adds a pattern; one that is no glob matches nothing.
    pub fn add(&mut self, kind: ObjectKind, pattern: &str) {
        if let Ok(glob) = Glob::new(pattern) {
            self.0.push((kind, glob.compile_matcher()));
        }
    }

    /// Whether a table is ignored, or the table of a column.
    pub(super) fn has_table(&self, name: &str) -> bool {
        let table = name.rsplit_once('.').map_or(name, |(table, _)| table);
        let mut patterns = self.0.iter().filter(|(kind, _)| *kind == ObjectKind::Table);
        patterns.any(|(_, pattern)| pattern.is_match(name) || pattern.is_match(table))
    }

    /// The key of the pattern that a change matches.
    pub(super) fn matching(&self, change: &Change) -> Option<ObjectKind> {
        let kind = ObjectKind::of(change)?;
        let object = change.path.full_name();
        let whole =
            change.path.part.as_ref().map_or_else(|| object.clone(), |part| format!("{object}.{part}"));
        let has = |kind: ObjectKind, name: &str| {
            self.0.iter().any(|(own, pattern)| *own == kind && pattern.is_match(name))
        };
        // Everything in a table goes with it, such as its columns, and a comment with its column.
        let is_in_table =
            !matches!(kind, ObjectKind::View | ObjectKind::Type | ObjectKind::Sequence | ObjectKind::Object);
        let kinds = [(kind, &whole), (ObjectKind::Column, &whole), (ObjectKind::Table, &object)];
        let wanted = kinds.into_iter().enumerate().filter(|(position, (other, _))| {
            let is_comment = kind == ObjectKind::Comment && *other == ObjectKind::Column;
            *position == 0 || is_comment || (is_in_table && *other == ObjectKind::Table)
        });
        wanted.map(|(_, found)| found).find(|(kind, name)| has(*kind, name)).map(|(kind, _)| kind)
    }
}

#[cfg(test)]
mod tests {
    use super::known_tool;

    #[test]
    fn tables_of_tools() {
        assert_eq!(known_tool("alembic_version"), Some("Alembic"));
        assert_eq!(known_tool("DATABASECHANGELOG"), Some("Liquibase"));
        assert_eq!(known_tool("versions"), None);
    }
}
