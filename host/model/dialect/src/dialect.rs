use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A dialect of SQL: how it is parsed, and how it compares names.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// Unknown: everything that any dialect accepts, and names without case.
    #[default]
    Generic,
    /// The dialect of Google BigQuery, called `GoogleSQL`.
    BigQuery,
    /// The dialect of Databricks and of Apache Spark.
    Databricks,
    /// The dialect of `DuckDB`.
    DuckDb,
    /// The dialect of MySQL and of MariaDB.
    MySql,
    /// Microsoft SQL Server, Fabric and Synapse.
    MsSql,
    /// The dialect of Oracle Database.
    Oracle,
    /// The dialect of PostgreSQL.
    Postgres,
    /// The dialect of Amazon Redshift.
    Redshift,
    /// The dialect of Snowflake.
    Snowflake,
    /// The dialect of SQLite.
    Sqlite,
    /// Trino, Athena and Presto.
    Trino,
    /// The dialect of `ClickHouse`.
    ClickHouse,
}

impl Dialect {
    /// The names of dialects: in the adapters of dbt, in sqlglot, in SQLAlchemy, and common names.
    pub const NAMES: &[(&str, Self)] = &[
        ("generic", Self::Generic),
        ("bigquery", Self::BigQuery),
        ("databricks", Self::Databricks),
        ("spark", Self::Databricks),
        ("duckdb", Self::DuckDb),
        ("mysql", Self::MySql),
        ("mariadb", Self::MySql),
        ("mssql", Self::MsSql),
        ("sqlserver", Self::MsSql),
        ("tsql", Self::MsSql),
        ("synapse", Self::MsSql),
        ("fabric", Self::MsSql),
        ("oracle", Self::Oracle),
        ("postgres", Self::Postgres),
        ("postgresql", Self::Postgres),
        ("redshift", Self::Redshift),
        ("snowflake", Self::Snowflake),
        ("sqlite", Self::Sqlite),
        ("trino", Self::Trino),
        ("presto", Self::Trino),
        ("athena", Self::Trino),
        ("clickhouse", Self::ClickHouse),
    ];

    /// Finds a dialect by one of [`Dialect::NAMES`], in any case.
    pub fn find(name: &str) -> Option<Self> {
        let wanted = name.to_ascii_lowercase();
        Self::NAMES.iter().find(|(name, _)| *name == wanted).map(|(_, dialect)| *dialect)
    }

    /// The form in which names of columns are compared.
    ///
    /// PostgreSQL keeps quoted names and folds others to lower case (manual, 4.1.1), Oracle and Snowflake to upper case
    /// (Snowflake, "Identifier requirements"). All others compare columns without case, quoted or not.
    pub fn column_key(self, name: &str, quoted: bool) -> String {
        match self {
            Self::Postgres if quoted => name.to_owned(),
            Self::Snowflake | Self::Oracle => {
                if quoted {
                    name.to_owned()
                } else {
                    name.to_uppercase()
                }
            }
            _ => name.to_lowercase(),
        }
    }

    /// The form in which names of relations, schemas and databases are compared. BigQuery distinguishes datasets and
    /// tables by case ("Case sensitivity" of its lexical structure).
    pub fn relation_key(self, name: &str, quoted: bool) -> String {
        match self {
            Self::BigQuery => name.to_owned(),
            _ => self.column_key(name, quoted),
        }
    }
}
