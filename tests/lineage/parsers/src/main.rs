//! Compares parsers of SQL: `parsers RENDERED PAIRS`. RENDERED is what `lineage_oracle.py` wrote (`rendered.jsonl`), PAIRS
//! the stored answers of sqlglot. Built with one feature for each parser beside the one that is used.

use std::{collections::BTreeMap, panic::catch_unwind, time::Instant};

use serde_json::Value;

type Edges = BTreeMap<String, Vec<String>>;

/// One parser: whether it reads a text, and the lineage of a query.
struct Parser {
    name: &'static str,
    reads: fn(&str, &str) -> bool,
    edges: Option<fn(&str, &str, &[(String, Vec<String>)]) -> Option<Edges>>,
}

fn sorted(mut found: Vec<String>) -> Vec<String> {
    found.sort();
    found.dedup();
    found
}

mod plain {
    use sqlparser::{dialect::*, parser::Parser};

    fn grammar(dialect: &str) -> Box<dyn Dialect> {
        match dialect {
            "snowflake" => Box::new(SnowflakeDialect {}),
            "bigquery" => Box::new(BigQueryDialect {}),
            "duckdb" => Box::new(DuckDbDialect {}),
            "postgres" => Box::new(PostgreSqlDialect {}),
            "redshift" => Box::new(RedshiftSqlDialect {}),
            "databricks" => Box::new(DatabricksDialect {}),
            "mssql" => Box::new(MsSqlDialect {}),
            _ => Box::new(GenericDialect {}),
        }
    }

    pub fn reads(sql: &str, dialect: &str) -> bool {
        Parser::parse_sql(grammar(dialect).as_ref(), sql).is_ok()
    }
}

#[cfg(feature = "flowscope")]
mod flowscope {
    use super::*;
    use flowscope_core::{AnalyzeRequest, Dialect, analyze, parse_sql_with_dialect};

    fn dialect_for(dialect: &str) -> Dialect {
        serde_json::from_value(Value::String(dialect.to_owned())).unwrap_or(Dialect::Generic)
    }

    pub fn reads(sql: &str, dialect: &str) -> bool {
        parse_sql_with_dialect(sql, dialect_for(dialect)).is_ok()
    }

    pub fn edges(sql: &str, dialect: &str, tables: &[(String, Vec<String>)]) -> Option<Edges> {
        let tables: Vec<Value> = tables
            .iter()
            .map(|(name, columns)| {
                let columns: Vec<Value> =
                    columns.iter().map(|one| serde_json::json!({ "name": one })).collect();
                let parts: Vec<&str> = name.split('.').collect();
                let mut table = serde_json::json!({ "name": parts.last(), "columns": columns });
                if parts.len() > 1 {
                    table["schema"] = parts[parts.len() - 2].into();
                }
                if parts.len() > 2 {
                    table["catalog"] = parts[parts.len() - 3].into();
                }
                table
            })
            .collect();
        let dialect = serde_json::to_value(dialect_for(dialect)).ok()?;
        let request = serde_json::json!({ "sql": sql, "dialect": dialect, "schema": { "tables": tables } });
        let request: AnalyzeRequest = serde_json::from_value(request).ok()?;
        let answer = serde_json::to_value(analyze(&request)).ok()?;
        let list = |name: &str| answer[name].as_array().cloned().unwrap_or_default();
        let nodes: BTreeMap<String, Value> = list("nodes")
            .into_iter()
            .map(|node| (node["id"].as_str().unwrap_or_default().to_owned(), node))
            .collect();
        let mut into: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut out = Edges::new();
        let mut owned = Vec::new();
        for edge in list("edges") {
            let (from, to) = (edge["from"].as_str()?.to_owned(), edge["to"].as_str()?.to_owned());
            match edge["type"].as_str()? {
                "ownership" if nodes.get(&from).is_some_and(|node| node["type"] == "output") => {
                    owned.push(to)
                }
                "data_flow" | "derivation" => into.entry(to).or_default().push(from),
                _ => {}
            }
        }
        for column in owned {
            let mut found = Vec::new();
            let (mut seen, mut waiting) = (vec![column.clone()], vec![column.clone()]);
            while let Some(at) = waiting.pop() {
                let before: Vec<&String> = into.get(&at).into_iter().flatten().collect();
                if before.is_empty() && at != column {
                    let name = &nodes.get(&at)?["canonicalName"];
                    let text = |key: &str| name[key].as_str().map(str::to_lowercase);
                    let parts = [text("catalog"), text("schema"), text("name"), text("column")];
                    let label = nodes.get(&at)?["label"].as_str().unwrap_or_default().to_lowercase();
                    let full = parts.into_iter().flatten().collect::<Vec<_>>().join(".");
                    found.push(if full.is_empty() { label } else { full });
                }
                for one in before {
                    if !seen.contains(one) {
                        seen.push(one.clone());
                        waiting.push(one.clone());
                    }
                }
            }
            let name = nodes.get(&column)?["label"].as_str()?.to_lowercase();
            out.entry(name).or_default().extend(found);
        }
        Some(out.into_iter().map(|(name, found)| (name, sorted(found))).collect())
    }
}

#[cfg(feature = "polyglot")]
mod polyglot {
    use super::*;
    use polyglot_sql::{
        DialectType, Expression,
        expressions::DataType,
        lineage::{OutputColumn, lineage_with_schema, output_columns_with_schema},
        parse, parse_one,
        schema::{MappingSchema, Schema},
        scope::SourceKind,
    };

    fn dialect_for(dialect: &str) -> DialectType {
        match dialect {
            "snowflake" => DialectType::Snowflake,
            "bigquery" => DialectType::BigQuery,
            "duckdb" => DialectType::DuckDB,
            "postgres" => DialectType::PostgreSQL,
            "redshift" => DialectType::Redshift,
            "databricks" => DialectType::Databricks,
            "trino" => DialectType::Trino,
            _ => DialectType::Generic,
        }
    }

    pub fn reads(sql: &str, dialect: &str) -> bool {
        parse(sql, dialect_for(dialect)).is_ok()
    }

    pub fn edges(sql: &str, dialect: &str, tables: &[(String, Vec<String>)]) -> Option<Edges> {
        let of = dialect_for(dialect);
        let query = parse_one(sql, of).ok()?;
        let mut schema = MappingSchema::with_dialect(of);
        for (name, columns) in tables {
            let columns: Vec<(String, DataType)> =
                columns.iter().map(|one| (one.clone(), DataType::Unknown)).collect();
            schema.add_table(name, &columns, Some(of)).ok()?;
        }
        let mut out = Edges::new();
        for column in output_columns_with_schema(&query, Some(&schema), Some(of)).ok()?.columns {
            let OutputColumn::Named { name, .. } = column else { return None };
            let root = lineage_with_schema(&name, &query, Some(&schema), Some(of), false).ok()?;
            let mut found = Vec::new();
            for node in root.walk() {
                if node.downstream.is_empty() && node.source_kind == SourceKind::Table {
                    let column = node.name.rsplit('.').next().unwrap_or_default().to_lowercase();
                    let table = match &node.source {
                        Expression::Table(table) => table.name.name.to_lowercase(),
                        _ => node.source_name.to_lowercase(),
                    };
                    found.push(format!("{table}.{column}"));
                }
            }
            out.entry(name.to_lowercase()).or_default().extend(found);
        }
        Some(out.into_iter().map(|(name, found)| (name, sorted(found))).collect())
    }
}

fn parsers() -> Vec<Parser> {
    vec![
        Parser { name: "sqlparser 0.63.0", reads: plain::reads, edges: None },
        #[cfg(feature = "flowscope")]
        Parser { name: "flowscope-core 0.9.2", reads: flowscope::reads, edges: Some(flowscope::edges) },
        #[cfg(feature = "polyglot")]
        Parser { name: "polyglot-sql 0.13.5", reads: polyglot::reads, edges: Some(polyglot::edges) },
    ]
}

fn main() {
    // The parsers differ in how deep they go: all get the same stack.
    std::thread::Builder::new().stack_size(1 << 30).spawn(compared).unwrap().join().unwrap();
}

fn compared() {
    std::panic::set_hook(Box::new(|_| {}));
    let mut given = std::env::args().skip(1);
    let rendered = std::fs::read_to_string(given.next().expect("RENDERED")).expect("rendered.jsonl");
    let pairs = std::fs::read_to_string(given.next().expect("PAIRS")).expect("pairs.json");
    let queries: Vec<(String, String)> = rendered
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"))
        .map(|one| (one["dialect"].as_str().unwrap().to_owned(), one["sql"].as_str().unwrap().to_owned()))
        .filter(|(_, sql)| !sql.trim().is_empty())
        .collect();
    let pairs: Value = serde_json::from_str(&pairs).expect("pairs");
    for parser in parsers() {
        let mut by_dialect: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        let start = Instant::now();
        let mut panics = 0;
        for (dialect, sql) in &queries {
            let read = catch_unwind(|| (parser.reads)(sql, dialect));
            panics += usize::from(read.is_err());
            let count = by_dialect.entry(dialect).or_default();
            count.0 += usize::from(read.unwrap_or(false));
            count.1 += 1;
        }
        println!("{}: {:.2} s, {panics} panics", parser.name, start.elapsed().as_secs_f64());
        for (dialect, (read, all)) in &by_dialect {
            println!("  {dialect}: {read} of {all} read");
        }
        let Some(edges) = parser.edges else { continue };
        let (mut equal, mut none, mut all) = (0, 0, 0);
        for case in pairs["cases"].as_array().expect("cases") {
            let text = |key: &str| case[key].as_str().unwrap_or_default().to_owned();
            let expected = if case["ours"].is_object() { &case["ours"] } else { &case["sqlglot"] };
            let expected: Edges = serde_json::from_value(expected.clone()).expect("edges");
            let tables: Vec<(String, Vec<String>)> = case["tables"]
                .as_array()
                .expect("tables")
                .iter()
                .map(|one| {
                    let (name, columns) = one.as_str().unwrap().split_once('(').expect("columns");
                    (name.to_owned(), columns.trim_end_matches(')').split(", ").map(str::to_owned).collect())
                })
                .collect();
            let (sql, dialect) = (text("sql"), text("dialect"));
            let found = catch_unwind(|| edges(&sql, &dialect, &tables)).ok().flatten();
            all += 1;
            none += usize::from(found.is_none());
            if found.as_ref() == Some(&expected) {
                equal += 1;
            } else if std::env::var_os("SHOW").is_some() {
                println!("  {}: {found:?}\n    expected {expected:?}", text("name"));
            }
        }
        println!("  lineage: {equal} of {all} pairs, {none} without an answer");
    }
}
