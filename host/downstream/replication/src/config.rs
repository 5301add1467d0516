use belljar_config::{ConfigText, Key, Problem, Value, Walk, entries, parse_config};
use belljar_lineage::Dialect;
use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::{ReplicationRule, Replications, Service};

const KEYS: &[&str] = &[
    "application",
    "service",
    "warehouse",
    "database",
    "schema",
    "source-schema",
    "prefix",
    "naming",
    "schema-in-names",
    "only",
    "except",
    "tables",
    "columns",
];

/// The warehouses that services bring tables to.
const WAREHOUSES: [&str; 7] =
    ["bigquery", "snowflake", "redshift", "postgresql", "postgres", "databricks", "duckdb"];

/// The maximum length of a pattern.
const LONGEST_GLOB: usize = 1_000;

impl Replications {
    /// Reads the `[[landing]]` tables of a configuration, and ignores others. Errors are reported with their lines;
    /// valid tables are read all the same.
    pub fn parse<'a>(source: impl Into<ConfigText<'a>>) -> (Self, Vec<Problem>) {
        parse_config(source, |walk, root| {
            let mut replications = Self::default();
            for (key, value) in entries(root) {
                if key.name == "landing" {
                    let rules = walk.items("landing", value);
                    replications.all.extend(rules.into_iter().filter_map(|value| rule(walk, value)));
                }
            }
            replications
        })
    }
}

fn rule(walk: &mut Walk<'_>, value: &Value<'_>) -> Option<ReplicationRule> {
    let line = u32::try_from(walk.line(value.span().start)).unwrap_or(0);
    let mut service = None;
    let mut rule = ReplicationRule {
        application: None,
        service: Service::None,
        warehouse: Dialect::Generic,
        database: None,
        schema: None,
        source_schema: None,
        prefix: String::new(),
        source_naming: false,
        schema_in_names: false,
        only: None,
        except: GlobSet::empty(),
        tables: Vec::new(),
        columns: Vec::new(),
        file: walk.path().to_owned(),
        line,
    };
    for (key, value) in walk.table("landing", value) {
        let path = format!("landing.{}", key.name);
        match key.name {
            "application" => rule.application = walk.text(&path, value),
            "service" => service = walk.choice(&path, value, Service::NAMES),
            "warehouse" => rule.warehouse = warehouse(walk, &path, value).unwrap_or_default(),
            "database" => rule.database = walk.text(&path, value),
            "schema" => rule.schema = walk.text(&path, value),
            "source-schema" => rule.source_schema = walk.text(&path, value),
            "prefix" => rule.prefix = walk.text(&path, value).unwrap_or_default(),
            "naming" => {
                let naming = walk.choice(&path, value, &[("fivetran", false), ("source", true)]);
                rule.source_naming = naming.unwrap_or(false);
            }
            "schema-in-names" => rule.schema_in_names = walk.flag(&path, value).unwrap_or(false),
            "only" => rule.only = Some(globs(walk, &path, value)),
            "except" => rule.except = globs(walk, &path, value),
            "tables" => rule.tables = names(walk, &path, value),
            "columns" => rule.columns = columns(walk, &path, value),
            _ => walk.unknown(key, "landing", KEYS),
        }
    }
    rule.service = if let Some(service) = service {
        service
    } else {
        let hint = "write `service = \"fivetran\"`, `\"airbyte\"`, `\"stitch\"`, or `\"none\"` if names do not change";
        walk.problem(value.span().start, "`landing` has no `service`".to_owned(), Some(hint.to_owned()));
        return None;
    };
    Some(rule)
}

fn names(walk: &mut Walk<'_>, path: &str, value: &Value<'_>) -> Vec<(String, String, u32)> {
    let mut out = Vec::new();
    for (key, value) in walk.table(path, value) {
        let line = line_of(walk, key);
        if let Some(name) = walk.text(&format!("{path}.{}", key.name), value) {
            out.push((key.name.to_owned(), name, line));
        }
    }
    out
}

fn columns(walk: &mut Walk<'_>, path: &str, value: &Value<'_>) -> Vec<(String, String, u32)> {
    for (key, _) in walk.table(path, value) {
        if !key.name.contains('.') {
            let message = format!("`{path}` has `{}`, which is not the name of a column", key.name);
            walk.problem(key.start, message, Some("write `\"table.column\"`".to_owned()));
        }
    }
    names(walk, path, value)
}

fn warehouse(walk: &mut Walk<'_>, path: &str, value: &Value<'_>) -> Option<Dialect> {
    let known = WAREHOUSES.map(|name| (name, Dialect::find(name).unwrap_or_default()));
    walk.choice(path, value, &known)
}

fn line_of(walk: &Walk<'_>, key: Key<'_>) -> u32 {
    u32::try_from(walk.line(key.start)).unwrap_or(0)
}

fn globs(walk: &mut Walk<'_>, path: &str, value: &Value<'_>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for item in walk.items(path, value) {
        let Some(text) = walk.text(path, item) else { continue };
        match Glob::new(&text) {
            _ if text.len() > LONGEST_GLOB => {
                walk.problem(item.span().start, format!("`{path}` has a glob that is too long"), None);
            }
            Err(error) => {
                let message = format!("`{path}` has `{text}`, which is not a glob pattern: {}", error.kind());
                walk.problem(item.span().start, message, None);
            }
            Ok(glob) => {
                set.add(glob);
            }
        }
    }
    set.build().unwrap_or_else(|error| {
        walk.problem(value.span().start, format!("`{path}` exceeds the limit: {error}"), None);
        GlobSet::empty()
    })
}
