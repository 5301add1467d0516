//! Data tests of dbt: what they look at, and what they demand of it.

use belljar_lineage::{
    Input,
    graph::{EdgeKind, Kind, System},
    input::{InputEdge, Target},
};
use serde_json::Value;

use super::{
    Project, beside, jinja,
    manifest::{Node, TestMetadata},
    shared::Of,
};

/// A test as a dataset that nothing reads: `test` among its facts says what it demands, `values` which are accepted.
pub(super) fn input(of: &Of<'_>, node: &Node, templates: &jinja::Templates, project: &mut Project) -> Input {
    let mut input = Input::new(node.unique_id.clone(), System::Dbt, Kind::Test, node.name.clone());
    input.dialect = of.dialect;
    input.place = of.place(&node.original_file_path);
    input.owners = of.owners(node);
    input.reads = node.depends_on.nodes.iter().map(|id| Target::Id(id.clone())).collect();
    match &node.test_metadata {
        Some(metadata) => generic(node, metadata, &mut input),
        None => Of::sql(node, &mut input, templates, project),
    }
    input
}

fn generic(node: &Node, metadata: &TestMetadata, input: &mut Input) {
    let namespace = metadata.namespace.as_ref().map(|name| format!("{name}.")).unwrap_or_default();
    input.facts.push(("test".to_owned(), format!("{namespace}{}", metadata.name)));
    let argument = |name: &str| metadata.kwargs.get(name);
    if let Some(values) = argument("values").or_else(|| argument("value_set")) {
        input.facts.push(("values".to_owned(), values.to_string()));
    }
    let column = node.column.as_deref().or_else(|| argument("column_name").and_then(Value::as_str));
    // What it is attached to: the manifest says so from version 10 on; else the last it depends on, as dbt has it.
    let own = node.attached.as_ref().or_else(|| match node.depends_on.nodes.as_slice() {
        [one] => Some(one),
        several if metadata.name == "relationships" => several.last(),
        several => several.first(),
    });
    let Some(own) = own else { return };
    let columns: Vec<&str> = column.into_iter().chain(listed(argument("combination_of_columns"))).collect();
    for column in &columns {
        let edge = InputEdge::new(Target::Id(own.clone()), Some(bare(column)), None, EdgeKind::Reads);
        input.edges.push(edge);
    }
    // dbt runs the test on the rows that it picks.
    if let Some(rows) =
        node.config.rest.get("where").and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    {
        beside::expression(input, &Target::Id(own.clone()), "where", rows.trim().to_owned());
    }
    if let (Some(field), Some(other)) =
        (argument("field").and_then(Value::as_str), node.depends_on.nodes.iter().find(|id| *id != own))
    {
        let edge = InputEdge::new(Target::Id(other.clone()), Some(bare(field)), None, EdgeKind::Reads);
        input.edges.push(edge);
    }
}

fn listed(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// A name without its quotes.
fn bare(name: &str) -> &str {
    name.trim_matches(['"', '`'])
}
