//! Inputs of a model besides its query: the incremental branch, hooks, keys, contracts, freshness.

use std::collections::BTreeSet;

use belljar_lineage::{
    Cause, Input, Unknown,
    graph::{EdgeKind, Kind, System},
    input::{Beside, Expression, InputEdge, Sql, Target},
};
use serde_json::Value;

use super::{jinja, lines, manifest::Node, shared::Of};

/// Settings that name columns of the query.
const OWN_COLUMNS: &[&str] = &[
    "unique_key",
    "updated_at",
    "check_cols",
    "cluster_by",
    "partition_by",
    "sort",
    "dist",
    "merge_update_columns",
    "event_time",
];

/// Macros that query the warehouse for existing columns, and list them.
const LISTING: &[&str] = &[
    "star",
    "union_relations",
    "get_columns_in_relation",
    "get_filtered_columns_in_relation",
    "deduplicate",
    "unpivot",
    "generate_columns",
];

pub(super) fn add(node: &Node, input: &mut Input, templates: &jinja::Templates) {
    if let Some(rendered) = templates.render_incremental(node) {
        match rendered.text {
            Some(text) if input.sql.as_ref().is_none_or(|sql| sql.text != text) => {
                put(input, "incremental branch", node.raw_code.as_deref().unwrap_or_default(), text);
            }
            Some(_) => {}
            None => input.unknowns.extend(rendered.unknowns.into_iter().map(Unknown::likely)),
        }
    }
    for (setting, what) in [("pre-hook", "pre-hook"), ("post-hook", "post-hook")] {
        for hook in hooks(node.config.rest.get(setting)) {
            run(node, input, templates, what, hook);
        }
    }
    settings(node, input);
}

fn run(node: &Node, input: &mut Input, templates: &jinja::Templates, what: &'static str, raw: &str) {
    let rendered = templates.render_text(node, raw, false);
    match rendered.text {
        Some(text) if text.trim().is_empty() => {}
        Some(text) => put(input, what, raw, text),
        None => input.unknowns.extend(rendered.unknowns.into_iter().map(Unknown::likely)),
    }
}

fn put(input: &mut Input, what: &'static str, raw: &str, text: String) {
    input.beside.push(Beside { what, sql: Sql { lines: lines::map(raw, &text), text } });
}

/// A text, or an object with `sql`; one or several.
fn hooks(value: Option<&Value>) -> Vec<&str> {
    fn one(value: &Value) -> Option<&str> {
        value.as_str().or_else(|| value.get("sql")?.as_str())
    }
    match value {
        Some(Value::Array(several)) => several.iter().filter_map(one).collect(),
        Some(value) => one(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Columns of the query that dbt reads because of settings, and its requirements on the columns as a whole.
fn settings(node: &Node, input: &mut Input) {
    let own = Target::Id(input.id.clone());
    let named = OWN_COLUMNS.iter().flat_map(|setting| columns(node.config.rest.get(*setting)));
    // Indexes, which dbt's adapter for PostgreSQL creates.
    let indexes = node.config.rest.get("indexes").and_then(Value::as_array).into_iter().flatten();
    let indexed = indexes.flat_map(|index| columns(index.get("columns")));
    for expr in named.chain(indexed) {
        input.expressions.push(Expression {
            column: None,
            sql: expr.to_owned(),
            scope: vec![(String::new(), own.clone())],
            kind: EdgeKind::Filter,
            place: None,
        });
    }
    let is_enforced = |value: &Value| value.get("enforced").and_then(Value::as_bool) == Some(true);
    if node.config.rest.get("contract").is_some_and(is_enforced) {
        input.facts.push(("columns".to_owned(), "its contract is enforced".to_owned()));
    } else if node.config.rest.get("on_schema_change").and_then(Value::as_str) == Some("fail") {
        input.facts.push(("columns".to_owned(), "`on_schema_change` is `fail`".to_owned()));
    }
}

/// Column names in `"a"`, `["a", "b"]` and BigQuery's `{"field": "a"}`; `all` is not a name.
fn columns(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) if text != "all" && !text.trim().is_empty() => vec![text],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        Some(Value::Object(fields)) => fields.get("field").and_then(Value::as_str).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The words of a file in which a macro lists columns.
pub(super) fn words(raw: &str) -> Option<BTreeSet<String>> {
    let split = |text: &str| -> BTreeSet<String> {
        text.split(|one: char| !(one.is_alphanumeric() || one == '_')).map(str::to_lowercase).collect()
    };
    // Each tag is scanned once, however it is closed.
    let mut rest = raw;
    let mut is_listing = false;
    while let Some((_, after)) = rest.split_once(['{']) {
        let Some(tag) = after.strip_prefix(['{', '%']) else {
            rest = after;
            continue;
        };
        let end = tag.find('}').unwrap_or(tag.len());
        let (tag, after) = tag.split_at(end);
        is_listing |= split(tag).iter().any(|word| LISTING.contains(&word.as_str()));
        rest = after;
    }
    is_listing.then(|| split(raw))
}

/// Hooks at the start and the end of a run.
pub(super) fn operation(of: &Of<'_>, node: &Node, templates: &jinja::Templates) -> Input {
    let mut input = Input::new(node.unique_id.clone(), System::Dbt, Kind::Operation, node.name.clone());
    input.dialect = of.dialect;
    input.place = of.place(&node.original_file_path);
    input.owners = of.owners(node);
    input.reads = node.depends_on.nodes.iter().map(|id| Target::Id(id.clone())).collect();
    run(node, &mut input, templates, "SQL", node.raw_code.as_deref().unwrap_or_default());
    input
}

/// Inputs of `dbt source freshness` for a source: a column or an expression, filtered rows, or a separate query.
pub(super) fn freshness(of: &Of<'_>, node: &Node) -> Option<Input> {
    let given = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let config = &node.config.rest;
    let field = given(node.loaded_at_field.as_deref());
    let filter = given(config.get("freshness").and_then(|all| all.get("filter")).and_then(Value::as_str));
    let query = given(config.get("loaded_at_query").and_then(Value::as_str));
    if field.is_none() && query.is_none() {
        return None;
    }
    let source = node.source_name.as_deref().unwrap_or_default();
    let name = format!("freshness of {source}.{}", node.name);
    let mut input = Input::new(format!("{}#freshness", node.unique_id), System::Dbt, Kind::Test, name);
    input.dialect = of.dialect;
    input.place = of.place(&node.original_file_path);
    input.owners = of.owners(node);
    input.facts.push(("test".to_owned(), "freshness".to_owned()));
    let own = Target::Id(node.unique_id.clone());
    for (setting, text) in [("loaded_at_field", field), ("freshness.filter", filter)] {
        if let Some(text) = text {
            expression(&mut input, &own, setting, text);
        }
    }
    match query {
        Some(text) if is_template(&text) => not_rendered(&mut input, own, "loaded_at_query", text),
        Some(text) => put(&mut input, "loaded_at_query", &text, text.clone()),
        None => {}
    }
    Some(input)
}

/// An expression over the columns of one relation. Most are the name of a column, which needs no parsing.
pub(super) fn expression(input: &mut Input, of: &Target, setting: &str, text: String) {
    let is_name = text.chars().all(|one| one.is_alphanumeric() || one == '_');
    if is_name {
        input.edges.push(InputEdge::new(of.clone(), Some(&text), None, EdgeKind::Reads));
    } else if is_template(&text) {
        not_rendered(input, of.clone(), setting, text);
    } else {
        input.expressions.push(Expression {
            column: None,
            sql: text,
            scope: vec![(String::new(), of.clone())],
            kind: EdgeKind::Reads,
            place: None,
        });
    }
}

fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

fn not_rendered(input: &mut Input, of: Target, setting: &str, text: String) {
    let message = format!("its `{setting}` contains a template: `{text}`");
    input.unknowns.push(Unknown::new(Cause::TemplateNotRendered, text, message));
    input.reads.push(of);
}
