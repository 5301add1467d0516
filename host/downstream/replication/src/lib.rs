//! Names of an application's tables after replication to a warehouse.
//!
//! ```toml
//! [[landing]]
//! application = "shop"            # the application, if there are several
//! service = "fivetran"            # airbyte, stitch, or none: names do not change
//! warehouse = "snowflake"         # bigquery, redshift, postgresql, databricks, duckdb
//! database = "raw"                # database, project or catalog
//! schema = "shop"                 # the schema; `{schema}` stands for that of the table
//! source-schema = "public"        # the schema of tables that name none
//! prefix = "src_"                 # before every table (Airbyte)
//! naming = "source"               # Fivetran's "Source naming"
//! schema-in-names = true          # Stitch's "Include schema names in destination tables"
//! only = ["orders", "crm.*"]      # tables that are replicated; by default all
//! except = ["*_secret"]
//!
//! [landing.tables]
//! users = "raw.shop.app_users"    # an explicit name
//! [landing.columns]
//! "users.email" = "mail"
//! "users.password" = ""           # not replicated
//! ```
//!
//! [`Replications`] is [`belljar_lineage::Replication`]; [`Origins`] is the inverse. [`names`] maps names by the
//! documentation of the services. Where that is incomplete, the certainty is [`belljar_schema::Certainty::Likely`].

mod config;
pub mod names;
mod origins;
mod replicate;

use belljar_lineage::Dialect;
use globset::GlobSet;

pub use names::Service;
pub use origins::{Origin, Origins};

/// The replications of a configuration, from its `[[landing]]` tables.
#[derive(Debug, Clone, Default)]
pub struct Replications {
    /// The replications in the order of the file.
    pub all: Vec<ReplicationRule>,
}

/// The replication of one application, or a part of it.
#[derive(Debug, Clone)]
pub struct ReplicationRule {
    /// The application; any, if not set.
    pub application: Option<String>,
    /// The service that copies the tables.
    pub service: Service,
    /// The dialect of the warehouse that they are copied to.
    pub warehouse: Dialect,
    /// Database, project or catalog of the warehouse.
    pub database: Option<String>,
    /// Schema in the warehouse.
    pub schema: Option<String>,
    /// The schema of tables that name none, in the application's database.
    pub source_schema: Option<String>,
    /// The prefix of every table.
    pub prefix: String,
    /// Whether names stay unchanged (Fivetran).
    pub source_naming: bool,
    /// Whether the schema is part of the name of the table (Stitch).
    pub schema_in_names: bool,
    /// Tables that are replicated.
    pub only: Option<GlobSet>,
    /// Tables that are not replicated.
    pub except: GlobSet,
    /// Tables with an explicit name: the table, its relation, the line.
    pub tables: Vec<(String, String, u32)>,
    /// Columns with an explicit name, or excluded: `table.column`, the name, the line.
    pub columns: Vec<(String, String, u32)>,
    /// The path of the configuration.
    pub file: String,
    /// Its line there, counted from 1.
    pub line: u32,
}
