use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A database with a dialect in SQLAlchemy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Database {
    /// PostgreSQL, with the dialect `postgresql`.
    Postgresql,
    /// MySQL, with the dialect `mysql`.
    Mysql,
    /// MariaDB, which uses the DDL of MySQL with other limits.
    Mariadb,
    /// SQLite, with the dialect `sqlite`.
    Sqlite,
    /// Microsoft SQL Server, with the dialect `mssql`.
    Mssql,
    /// Oracle Database, with the dialect `oracle`.
    Oracle,
}

impl Database {
    /// Every database, in the order in which they are listed.
    pub const ALL: [Self; 6] =
        [Self::Postgresql, Self::Mysql, Self::Mariadb, Self::Sqlite, Self::Mssql, Self::Oracle];

    /// The name of its dialect in SQLAlchemy, in documents and in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Postgresql => "postgresql",
            Self::Mysql => "mysql",
            Self::Mariadb => "mariadb",
            Self::Sqlite => "sqlite",
            Self::Mssql => "mssql",
            Self::Oracle => "oracle",
        }
    }

    /// The name in messages.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Postgresql => "PostgreSQL",
            Self::Mysql => "MySQL",
            Self::Mariadb => "MariaDB",
            Self::Sqlite => "SQLite",
            Self::Mssql => "SQL Server",
            Self::Oracle => "Oracle",
        }
    }

    /// Finds a database by its [`Database::name`].
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|database| database.name() == name)
    }

    /// The database whose DDL it uses: MySQL for MariaDB, itself for all others. SQLAlchemy names the options of both
    /// after MySQL.
    #[must_use]
    pub const fn family(self) -> Self {
        match self {
            Self::Mariadb => Self::Mysql,
            own => own,
        }
    }

    /// Whether it is MySQL or MariaDB.
    pub const fn is_mysql(self) -> bool {
        matches!(self, Self::Mysql | Self::Mariadb)
    }

    /// Whether a list of names, as used by SQLAlchemy and in changes, includes it: `mysql` includes MariaDB.
    pub fn is_among(self, names: &[String]) -> bool {
        names.iter().any(|name| name == self.name() || name == self.family().name())
    }
}

impl fmt::Display for Database {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.title())
    }
}

#[cfg(test)]
mod tests {
    use super::Database;

    #[test]
    fn names_lead_back() {
        for database in Database::ALL {
            assert_eq!(Database::find(database.name()), Some(database));
            assert_eq!(serde_json::to_value(database).ok(), Some(database.name().into()));
        }
        for name in ["", "postgres", "MySQL", "mysql+pymysql"] {
            assert_eq!(Database::find(name), None, "{name}");
        }
    }

    #[test]
    fn names_include_a_database() {
        for (names, included) in [
            (&[][..], &[][..]),
            (&["postgresql"], &[Database::Postgresql]),
            (&["mysql"], &[Database::Mysql, Database::Mariadb]),
            (&["mariadb"], &[Database::Mariadb]),
            (&["sqlite", "mssql"], &[Database::Sqlite, Database::Mssql]),
        ] {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let found: Vec<Database> =
                Database::ALL.into_iter().filter(|database| database.is_among(&names)).collect();
            assert_eq!(found, included, "{names:?}");
        }
    }
}
