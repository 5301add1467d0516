//! Prints the graph of a dbt manifest as JSON, with the SQL that was resolved, for the tool that compares it with others.
//!
//! `lineage MANIFEST [CATALOG [VARIABLES]]`

use std::io::Write;

use belljar_artefacts::dbt;
use belljar_lineage::Builder;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let manifest = std::fs::read(arguments.next().ok_or("the path of a manifest is needed")?)?;
    let catalog = arguments.next().map(std::fs::read).transpose()?;
    let vars = arguments.next().map(std::fs::read).transpose()?;
    let vars = vars.map(|bytes| serde_json::from_slice(&bytes)).transpose()?.unwrap_or_default();
    let options = dbt::Options { vars, ..dbt::Options::default() };
    let reading = dbt::parse_project(&manifest, catalog.as_deref(), &options);
    let sql: std::collections::BTreeMap<String, Option<String>> = reading
        .inputs
        .iter()
        .filter(|input| input.wants_sql)
        .map(|input| (input.id.clone(), input.sql.as_ref().map(|sql| sql.text.clone())))
        .collect();
    let mut builder = Builder::new();
    reading.give(&mut builder);
    let graph = builder.finish();
    let out = serde_json::json!({ "sql": sql, "graph": graph.document() });
    serde_json::to_writer(std::io::stdout().lock(), &out)?;
    std::io::stdout().flush()?;
    Ok(())
}
