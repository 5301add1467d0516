use belljar_dialect::Database;
use belljar_schema::{Document, Status};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Every database for which rules report.
pub const DATABASES: &[Database] =
    &[Database::Postgresql, Database::Mysql, Database::Mariadb, Database::Sqlite];
/// For rules that only concern PostgreSQL.
pub(crate) const POSTGRESQL: &[Database] = &[Database::Postgresql];
/// Both MySQL and MariaDB.
pub(crate) const MYSQLS: &[Database] = &[Database::Mysql, Database::Mariadb];
/// For rules that only concern SQLite.
pub(crate) const SQLITE: &[Database] = &[Database::Sqlite];
/// All databases that alter a table in place.
pub(crate) const SERVERS: &[Database] = &[Database::Postgresql, Database::Mysql, Database::Mariadb];

/// The databases that support a document's tables: those with DDL for every type of an exact column, or all if none
/// has. A `JSONB` leaves only PostgreSQL; a `String` without a length excludes MySQL.
pub fn databases_for(document: &Document) -> Vec<Database> {
    let columns = document.tables.iter().flat_map(|table| &table.columns);
    let exact: Vec<_> = columns.filter(|column| column.status == Status::Exact).collect();
    let has_all = |database: &Database| exact.iter().all(|column| column.ty.ddl(*database).is_some());
    let found: Vec<Database> = DATABASES.iter().copied().filter(has_all).collect();
    if found.is_empty() { DATABASES.to_vec() } else { found }
}

/// A release of a database: major, minor, patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Version(pub u16, pub u16, pub u16);

/// The oldest supported release of each database.
///
/// The defaults are the oldest releases that were maintained, or widely installed, at the time of writing: PostgreSQL
/// 14, MySQL 8.4, MariaDB 10.6, SQLite 3.40.
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

impl Versions {
    /// Sets the oldest release of a database; others are ignored.
    pub fn set(&mut self, database: Database, version: Version) {
        match database {
            Database::Postgresql => self.postgresql = version,
            Database::Mysql => self.mysql = version,
            Database::Mariadb => self.mariadb = version,
            Database::Sqlite => self.sqlite = version,
            Database::Mssql | Database::Oracle => {}
        }
    }
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
