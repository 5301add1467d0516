use std::fmt;

use belljar_schema::{Document, Status};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts::ddl;

/// A database that rules know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// PostgreSQL.
    Postgresql,
    /// MySQL.
    Mysql,
    /// MariaDB, which has the DDL of MySQL and other limits.
    Mariadb,
    /// SQLite.
    Sqlite,
}

/// Every dialect.
pub(crate) const ALL: &[Dialect] = &[Dialect::Postgresql, Dialect::Mysql, Dialect::Mariadb, Dialect::Sqlite];
/// PostgreSQL alone.
pub(crate) const POSTGRESQL: &[Dialect] = &[Dialect::Postgresql];
/// MySQL and MariaDB.
pub(crate) const MYSQLS: &[Dialect] = &[Dialect::Mysql, Dialect::Mariadb];
/// SQLite alone.
pub(crate) const SQLITE: &[Dialect] = &[Dialect::Sqlite];
/// All that change a table in place.
pub(crate) const SERVERS: &[Dialect] = &[Dialect::Postgresql, Dialect::Mysql, Dialect::Mariadb];

impl Dialect {
    /// Whose DDL it has, as SQLAlchemy and a change name it.
    pub const fn ddl(self) -> &'static str {
        match self {
            Self::Postgresql => "postgresql",
            Self::Mysql | Self::Mariadb => "mysql",
            Self::Sqlite => "sqlite",
        }
    }

    /// Whether one of these names, as SQLAlchemy and a change have them, is about it.
    pub(crate) fn is_among(self, names: &[String]) -> bool {
        names.iter().any(|name| name == self.ddl() || self == Self::Mariadb && name == "mariadb")
    }

    /// As people write it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Postgresql => "PostgreSQL",
            Self::Mysql => "MySQL",
            Self::Mariadb => "MariaDB",
            Self::Sqlite => "SQLite",
        }
    }

    /// The dialects that a document's tables can be made in: those that have DDL for every type of a column that is exact,
    /// or all where none has. A `JSONB` leaves PostgreSQL alone; a `String` without a length leaves MySQL out.
    pub fn of(document: &Document) -> Vec<Self> {
        let columns = document.tables.iter().flat_map(|table| &table.columns);
        let exact: Vec<_> = columns.filter(|column| column.status == Status::Exact).collect();
        let has_all = |dialect: &Self| exact.iter().all(|column| ddl(&column.ty, *dialect).is_some());
        let found: Vec<Self> = ALL.iter().copied().filter(has_all).collect();
        if found.is_empty() { ALL.to_vec() } else { found }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.title())
    }
}

/// A release of a database: major, minor, patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Version(pub u16, pub u16, pub u16);

/// The oldest release of each database that a change will meet.
///
/// The defaults are the oldest that were maintained, or widely installed, when this was written: PostgreSQL 14, MySQL 8.4,
/// MariaDB 10.6, SQLite 3.40.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Versions {
    /// PostgreSQL. From 11 a column with a constant default is added without a rewrite, from 12 `SET NOT NULL` uses a
    /// check that was validated before, and a new enumeration value can be added in a transaction.
    pub postgresql: Version,
    /// MySQL. From 8.0.12 a last column is added instantly, from 8.0.29 one anywhere, and from 8.0.16 checks are kept.
    pub mysql: Version,
    /// MariaDB. From 10.3.2 a last column is added instantly.
    pub mariadb: Version,
    /// SQLite. From 3.25 a column can be renamed, from 3.35 dropped.
    pub sqlite: Version,
}

impl Default for Versions {
    fn default() -> Self {
        Self {
            postgresql: Version(14, 0, 0),
            mysql: Version(8, 4, 0),
            mariadb: Version(10, 6, 0),
            sqlite: Version(3, 40, 0),
        }
    }
}
