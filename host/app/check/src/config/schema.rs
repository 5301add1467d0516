//! The JSON Schema of a configuration, for editors. These types describe what the readers accept, and are used for nothing
//! else; a test compares both.

#![expect(dead_code, reason = "only their schema is used")]

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, schema_for};

/// The JSON Schema (draft 2020-12) of a configuration, in TOML, YAML or JSON.
pub fn json_schema() -> Schema {
    let mut schema = schema_for!(Configuration);
    schema.insert("title".to_owned(), "Configuration of Belljar".into());
    schema
}

/// The configuration of Belljar: `belljar.toml`, `belljar.yaml`, `belljar.json`, or `[tool.belljar]` of `pyproject.toml`.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Configuration {
    /// Names this schema, for editors. Only in JSON.
    #[serde(rename = "$schema")]
    schema: Option<String>,
    /// The SQLAlchemy generation to run with, instead of the one that the requirements of the project state.
    sqlalchemy: Option<Generation>,
    /// What `belljar check` reports.
    check: Option<Check>,
    /// The oldest release of each database that a change will meet.
    versions: Option<Versions>,
    /// The severity and scope of rules: by code (`BJ204`), by name (`drop-index`) or by category (`destructive`).
    rules: Option<BTreeMap<String, Rule>>,
    /// What `belljar drift` leaves out.
    drift: Option<Drift>,
    /// The services of a repository with several, by name.
    service: Option<BTreeMap<String, Service>>,
    /// Files of tools that read the schema.
    downstream: Option<Downstream>,
    /// How tables are replicated to warehouses.
    landing: Option<Vec<Landing>>,
    /// Tables and columns that readers rely on, by the name of the contract.
    contracts: Option<BTreeMap<String, Contract>>,
}

/// A generation of SQLAlchemy.
#[derive(JsonSchema)]
enum Generation {
    #[serde(rename = "1.3")]
    V13,
    #[serde(rename = "1.4")]
    V14,
    #[serde(rename = "2.0")]
    V20,
    #[serde(rename = "2.1")]
    V21,
}

/// What `belljar check` reports.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Check {
    /// The lowest severity at which a finding fails the check. Default: `error`.
    fail_on: Option<FailOn>,
    /// The highest severity of a finding that can't be determined. Default: `warning`.
    doubtful: Option<Severity>,
    /// The databases of the schema. Default: those that support all of its types.
    databases: Option<Vec<Database>>,
    /// The number of columns above which `wide-index` reports an index. Default: 3.
    index_columns: Option<usize>,
    /// What is done with the version files that a head adds: `settle` judges them, and settles a danger in the models that
    /// they avoid; `judge` settles nothing; `off` does not look at them. Default: `settle`.
    migrations: Option<Migrations>,
    /// Renames: `old=new`, or `old=` for what was not renamed.
    renames: Option<Vec<String>>,
    /// The only rules that are applied: codes, beginnings of codes, names or categories. Default: all.
    select: Option<Vec<String>>,
    /// Rules that are not applied. What names a rule more exactly precedes.
    ignore: Option<Vec<String>>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Migrations {
    Settle,
    Judge,
    Off,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Severity {
    Error,
    Warning,
    Note,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Database {
    Postgresql,
    Mysql,
    Mariadb,
    Sqlite,
}

/// The oldest releases of the databases.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Versions {
    /// Such as `"14"`.
    postgresql: Option<Release>,
    /// Such as `"8.0"`.
    mysql: Option<Release>,
    /// Such as `"10.6"`.
    mariadb: Option<Release>,
    /// Such as `"3.35"`.
    sqlite: Option<Release>,
}

/// A release of a database.
#[derive(JsonSchema)]
#[serde(untagged)]
enum Release {
    Text(String),
    Number(f64),
}

/// The severity of a rule or a category, or a table with its scope.
#[derive(JsonSchema)]
#[serde(untagged)]
enum Rule {
    Level(Level),
    Scoped(RuleScope),
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Level {
    Off,
    On,
    Note,
    Warning,
    Error,
}

/// The severity and the scope of a rule.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RuleScope {
    /// The severity of its findings, or `off`; `on` for the severity of the rule itself.
    level: Option<Level>,
    /// Globs of the paths that it applies to, from the folder of the configuration. Default: all.
    only: Option<Vec<String>>,
    /// Globs of paths that it does not apply to.
    except: Option<Vec<String>>,
    /// Globs of `[schema.]table` that it does not apply to.
    except_tables: Option<Vec<String>>,
}

/// What `belljar drift` leaves out.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Drift {
    /// Globs of names, by the kind of object.
    ignore: Option<IgnoredObjects>,
}

/// Globs of names: `[schema.]name`, and `[schema.]table.name` for parts of tables. Differences of what they match are left out.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct IgnoredObjects {
    /// Tables, with everything in them.
    tables: Option<Vec<String>>,
    /// Columns.
    columns: Option<Vec<String>>,
    /// Constraints: primary and foreign keys, unique, check and exclusion constraints.
    constraints: Option<Vec<String>>,
    /// Indexes.
    indexes: Option<Vec<String>>,
    /// Comments on tables and columns.
    comments: Option<Vec<String>>,
    /// Views, materialized or not.
    views: Option<Vec<String>>,
    /// Enumerations and domains, with their values.
    types: Option<Vec<String>>,
    /// Sequences.
    sequences: Option<Vec<String>>,
    /// Functions, procedures, triggers, policies, extensions, schemas and all other objects.
    objects: Option<Vec<String>>,
}

/// A service of a repository with several.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Service {
    /// Its directory, from the folder of the configuration.
    path: String,
    /// The SQLAlchemy generation that it runs with, instead of the one that its requirements state.
    sqlalchemy: Option<Generation>,
    /// Its databases, instead of `check.databases`.
    databases: Option<Vec<Database>>,
    /// Its owners, instead of those of CODEOWNERS.
    owners: Option<Vec<String>>,
}

/// Files of tools that read the schema, as globs over the files of the repository.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Downstream {
    /// The name of the application, if several are replicated to one warehouse.
    application: Option<String>,
    /// The SQL dialect of files that do not state theirs.
    dialect: Option<String>,
    /// Manifests of dbt.
    dbt: Option<Vec<String>>,
    /// Outputs of `dataform compile --json`.
    dataform: Option<Vec<String>>,
    /// Files of LookML.
    lookml: Option<Vec<String>>,
    /// Workbooks and data sources of Tableau.
    tableau: Option<Vec<String>>,
}

/// How tables are replicated to a warehouse.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Landing {
    /// The application; any, if not set.
    application: Option<String>,
    /// The service that copies the tables; `none` if their names do not change.
    service: ReplicationService,
    /// The warehouse.
    warehouse: Option<Warehouse>,
    /// The database, project or catalog in the warehouse.
    database: Option<String>,
    /// The schema in the warehouse.
    schema: Option<String>,
    /// The schema of tables that name none.
    source_schema: Option<String>,
    /// The prefix of every table.
    prefix: Option<String>,
    /// Whether Fivetran changes names; `source` keeps them.
    naming: Option<Naming>,
    /// Whether the schema is part of the names of tables.
    schema_in_names: Option<bool>,
    /// Globs of tables that are replicated. Default: all.
    only: Option<Vec<String>>,
    /// Globs of tables that are not replicated.
    except: Option<Vec<String>>,
    /// Tables with another name: the table, and its relation in the warehouse.
    tables: Option<BTreeMap<String, String>>,
    /// Columns with another name, as `table.column`; an empty name for one that is not replicated.
    columns: Option<BTreeMap<String, String>>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum ReplicationService {
    Fivetran,
    Airbyte,
    Stitch,
    None,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Warehouse {
    Bigquery,
    Snowflake,
    Redshift,
    Postgresql,
    Postgres,
    Databricks,
    Duckdb,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Naming {
    Fivetran,
    Source,
}

/// Tables and columns that readers rely on.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Contract {
    /// Its version.
    version: Option<String>,
    /// Its status, such as `active`.
    status: Option<String>,
    /// Who is told of a breach.
    owners: Option<Vec<String>>,
    /// What it is for.
    description: Option<String>,
    /// The tables, by `[schema.]table`.
    tables: Option<BTreeMap<String, PromisedColumns>>,
}

/// The columns of a table that a contract promises: `"*"` for all, a list of names, or a table of them.
#[derive(JsonSchema)]
#[serde(untagged)]
enum PromisedColumns {
    All(All),
    Names(Vec<String>),
    Columns(BTreeMap<String, PromisedColumn>),
}

#[derive(JsonSchema)]
enum All {
    #[serde(rename = "*")]
    All,
}

/// A promised column: its type, or a table.
#[derive(JsonSchema)]
#[serde(untagged)]
enum PromisedColumn {
    Type(String),
    Promise(Promise),
}

/// What a contract promises of a column.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Promise {
    /// Its type in the database.
    r#type: Option<String>,
    /// The family of its type.
    logical_type: Option<LogicalType>,
    /// Whether it has a value in every row.
    required: Option<bool>,
    /// Whether its values differ in all rows.
    unique: Option<bool>,
    /// Its allowed values.
    values: Option<Vec<String>>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum LogicalType {
    String,
    Date,
    Timestamp,
    Time,
    Number,
    Integer,
    Object,
    Array,
    Boolean,
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::config::{CheckConfig, walk};

    fn schema() -> Value {
        serde_json::to_value(json_schema()).unwrap()
    }

    #[test]
    fn the_root_has_the_keys_that_are_read() {
        let schema = schema();
        let mut keys: Vec<&str> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        keys.retain(|key| *key != "$schema");
        keys.sort_unstable();
        assert_eq!(keys, walk::ROOT);
    }

    /// Every key of the schema is known to its reader, and the keys that a reader knows are in the schema: for an unknown key,
    /// its error lists them, or names the nearest.
    #[test]
    fn tables_have_the_keys_that_are_read() {
        let schema = schema();
        let definitions = schema["$defs"].as_object().unwrap();
        for (definition, table) in [
            ("Check", "[check]\n"),
            ("RuleScope", "[rules.BJ101]\n"),
            ("Service", "[service.a]\n"),
            ("Downstream", "[downstream]\n"),
            ("Landing", "[[landing]]\n"),
            ("Contract", "[contracts.a]\n"),
            ("Promise", "[contracts.a.tables.t.c]\n"),
            ("Versions", "[versions]\n"),
        ] {
            let properties = definitions[definition]["properties"].as_object().unwrap();
            let error = CheckConfig::parse(format!("{table}qqqqqqqqqqqq = 1\n").as_str()).unwrap_err();
            let hint = error
                .problems
                .iter()
                .find_map(|one| one.hint.clone().filter(|hint| hint.starts_with("expected")));
            let hint = hint.unwrap_or_else(|| panic!("{definition}: {error:?}"));
            let mut read: Vec<&str> = hint.split('`').skip(1).step_by(2).collect();
            let mut described: Vec<&str> = properties.keys().map(String::as_str).collect();
            read.sort_unstable();
            described.sort_unstable();
            assert_eq!(described, read, "{definition}");
        }
    }

    /// Editors show the descriptions.
    #[test]
    fn every_key_is_described() {
        fn visit(path: &str, value: &Value) {
            if let Some(properties) = value.get("properties").and_then(Value::as_object) {
                for (key, property) in properties {
                    assert!(property.get("description").is_some(), "{path}.{key} has no description");
                }
            }
        }
        let schema = schema();
        visit("", &schema);
        for (name, definition) in schema["$defs"].as_object().unwrap() {
            visit(name, definition);
        }
    }
}
