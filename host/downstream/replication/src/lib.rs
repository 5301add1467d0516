//! How the tables of an application are called after they were brought to a warehouse.
//!
//! ```toml
//! [[landing]]
//! application = "shop"            # which application, where there are several
//! service = "fivetran"            # airbyte, stitch, or none: the names stay
//! warehouse = "snowflake"         # bigquery, redshift, postgresql, databricks, duckdb
//! database = "raw"                # database, project or catalog
//! schema = "shop"                 # the schema; `{schema}` in it is that of the table
//! source-schema = "public"        # the schema of tables that name none
//! prefix = "src_"                 # before every table (Airbyte)
//! naming = "source"               # Fivetran's "Source naming"
//! schema-in-names = true          # Stitch's "Include schema names in destination tables"
//! only = ["orders", "crm.*"]      # tables that are brought; all, without it
//! except = ["*_secret"]
//!
//! [landing.tables]
//! users = "raw.shop.app_users"    # by another name
//! [landing.columns]
//! "users.email" = "mail"
//! "users.password" = ""           # not brought
//! ```
//!
//! [`Replications`] is [`belljar_lineage::Replication`]; [`Origins`] goes the other way. What a name becomes is in
//! [`names`], by the documents of the services. Where those leave room, the certainty is [`belljar_schema::Certainty::Likely`].

mod config;
pub mod names;
mod origins;
mod replicate;

use belljar_lineage::Dialect;
use globset::GlobSet;

pub use names::Service;
pub use origins::{Origin, Origins};

/// All that `belljar.toml` says of replication, in its `[[landing]]` tables.
#[derive(Debug, Clone, Default)]
pub struct Replications {
    /// In the order of the file.
    pub all: Vec<Rule>,
}

/// How one application, or a part of it, is brought.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The application; any, without one.
    pub application: Option<String>,
    /// What brings it.
    pub service: Service,
    /// Where to.
    pub warehouse: Dialect,
    /// Database, project or catalog there.
    pub database: Option<String>,
    /// Schema there.
    pub schema: Option<String>,
    /// The schema that tables without one have in the application's database.
    pub source_schema: Option<String>,
    /// Before every table's name.
    pub prefix: String,
    /// Names stay as they are (Fivetran).
    pub source_naming: bool,
    /// The schema is a part of the table's name (Stitch).
    pub schema_in_names: bool,
    /// Tables that are brought.
    pub only: Option<GlobSet>,
    /// Tables that are not.
    pub except: GlobSet,
    /// Tables with a name of their own there: the table, its relation, the line.
    pub tables: Vec<(String, String, u32)>,
    /// Columns with a name of their own there, or with none: `table.column`, the name, the line.
    pub columns: Vec<(String, String, u32)>,
    /// Its line in `belljar.toml`, counted from 1.
    pub line: u32,
}
