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
    /// Google BigQuery.
    BigQuery,
    /// Databricks and Spark.
    Databricks,
    /// `DuckDB`.
    DuckDb,
    /// MySQL and MariaDB.
    MySql,
    /// Microsoft SQL Server, Fabric and Synapse.
    MsSql,
    /// Oracle.
    Oracle,
    /// PostgreSQL.
    Postgres,
    /// Amazon Redshift.
    Redshift,
    /// Snowflake.
    Snowflake,
    /// SQLite.
    Sqlite,
    /// Trino, Athena and Presto.
    Trino,
    /// `ClickHouse`.
    ClickHouse,
}

/// The names of dialects: the adapters of dbt, and common names.
const NAMES: &[(&str, Dialect)] = &[
    ("generic", Dialect::Generic),
    ("bigquery", Dialect::BigQuery),
    ("databricks", Dialect::Databricks),
    ("spark", Dialect::Databricks),
    ("duckdb", Dialect::DuckDb),
    ("mysql", Dialect::MySql),
    ("mariadb", Dialect::MySql),
    ("mssql", Dialect::MsSql),
    ("sqlserver", Dialect::MsSql),
    ("tsql", Dialect::MsSql),
    ("synapse", Dialect::MsSql),
    ("fabric", Dialect::MsSql),
    ("oracle", Dialect::Oracle),
    ("postgres", Dialect::Postgres),
    ("postgresql", Dialect::Postgres),
    ("redshift", Dialect::Redshift),
    ("snowflake", Dialect::Snowflake),
    ("sqlite", Dialect::Sqlite),
    ("trino", Dialect::Trino),
    ("presto", Dialect::Trino),
    ("athena", Dialect::Trino),
    ("clickhouse", Dialect::ClickHouse),
];

impl Dialect {
    /// The dialect by the name of a dbt adapter, of a sqlglot dialect or of a SQLAlchemy dialect.
    pub fn find(name: &str) -> Option<Self> {
        let wanted = name.to_ascii_lowercase();
        NAMES.iter().find(|(name, _)| *name == wanted).map(|(_, dialect)| *dialect)
    }

    /// Every name that [`Dialect::find`] knows, for messages.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
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
