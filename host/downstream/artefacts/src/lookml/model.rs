use super::{
    Derived, Explore, Field, FieldKind, File, Join, Sql, View,
    tree::{Node, Value},
};
use crate::FileDiagnostics;

/// The declarations in the parameters of a file.
pub(super) fn file(nodes: &[Node], diagnostics: &FileDiagnostics<'_>) -> File {
    let mut file = File::default();
    for node in nodes {
        match node.key.as_str() {
            "connection" => file.connection = node.text().map(str::to_owned),
            "include" => file.includes.extend(node.text().map(str::to_owned)),
            "view" => file.views.extend(view(node, diagnostics)),
            "explore" => file.explores.extend(explore(node, diagnostics)),
            "constant" => file.constants.extend(constant(node)),
            _ => {}
        }
    }
    file
}

fn constant(node: &Node) -> Option<(String, String)> {
    Some((node.name.clone()?, find(node.block(), "value").and_then(Node::text)?.to_owned()))
}

/// `+name` is a refinement of `name`.
fn parse_name(node: &Node) -> Option<(String, bool)> {
    let name = node.name.as_deref()?;
    Some((name.trim_start_matches('+').to_owned(), name.starts_with('+')))
}

fn view(node: &Node, diagnostics: &FileDiagnostics<'_>) -> Option<View> {
    let (name, refinement) = parse_name(node)?;
    let own = node.block();
    Some(View {
        name,
        refinement,
        extends: extends(own),
        extension_required: find(own, "extension").and_then(Node::text) == Some("required"),
        table: find(own, "sql_table_name").and_then(sql),
        derived: find(own, "derived_table").and_then(derived),
        fields: own.iter().filter_map(|node| field(node, diagnostics)).collect(),
        place: diagnostics.place(node.line),
    })
}

/// `extends: [a, b]`, and the older `extends: a`.
fn extends(nodes: &[Node]) -> Vec<String> {
    let all = nodes.iter().filter(|node| matches!(node.key.as_str(), "extends" | "extends__all"));
    all.flat_map(list).collect()
}

fn list(node: &Node) -> Vec<String> {
    match &node.value {
        Value::List(items) => items.clone(),
        Value::Text(text) => vec![text.clone()],
        Value::Expression(_) | Value::Block(_) => Vec::new(),
    }
}

fn derived(node: &Node) -> Option<Derived> {
    let own = node.block();
    if let Some(query) = find(own, "sql").and_then(sql) {
        return Some(Derived::Sql(query));
    }
    let source = find(own, "explore_source")?;
    let explore = source.name.clone().or_else(|| source.text().map(str::to_owned))?;
    let (mut columns, mut computed) = (Vec::new(), Vec::new());
    for node in source.block() {
        let Some(name) = &node.name else { continue };
        match node.key.as_str() {
            "column" => {
                let field = find(node.block(), "field").and_then(Node::text);
                columns.push((name.clone(), field.unwrap_or(name).to_owned()));
            }
            "derived_column" => computed.push((name.clone(), find(node.block(), "sql").and_then(sql))),
            _ => {}
        }
    }
    Some(Derived::Explore { explore, columns, computed, line: source.line })
}

fn field(node: &Node, diagnostics: &FileDiagnostics<'_>) -> Option<Field> {
    let kind = match node.key.as_str() {
        "dimension" => FieldKind::Dimension,
        "dimension_group" => FieldKind::DimensionGroup,
        "measure" => FieldKind::Measure,
        "filter" => FieldKind::Filter,
        "parameter" => FieldKind::Parameter,
        _ => return None,
    };
    let own = node.block();
    let mut sql = Vec::new();
    expressions(own, &mut sql);
    Some(Field {
        kind,
        name: node.name.clone()?,
        ty: find(own, "type").and_then(Node::text).map(str::to_owned),
        sql,
        fields: used_fields(own),
        primary_key: is_yes(own, "primary_key"),
        hidden: is_yes(own, "hidden"),
        place: diagnostics.place(node.line),
    })
}

/// SQL of a field, including that of its `case`.
fn expressions(nodes: &[Node], out: &mut Vec<Sql>) {
    for node in nodes {
        match &node.value {
            Value::Expression(_) if node.key.starts_with("sql") => out.extend(sql(node)),
            Value::Block(inner) if matches!(node.key.as_str(), "case" | "when") => expressions(inner, out),
            _ => {}
        }
    }
}

/// Fields that a field names without SQL: `filters: [view.field: "x"]`, and the older `filters: { field: view.field }`.
fn used_fields(nodes: &[Node]) -> Vec<String> {
    let mut out = Vec::new();
    for node in nodes {
        match (&*node.key, &node.value) {
            ("filters" | "filter", Value::Block(inner)) => {
                out.extend(find(inner, "field").and_then(Node::text).map(str::to_owned));
            }
            ("filters" | "required_fields", _) => out.extend(list(node)),
            _ => {}
        }
    }
    out
}

fn explore(node: &Node, diagnostics: &FileDiagnostics<'_>) -> Option<Explore> {
    // An explore needs no block; then its name is a value.
    let (name, refinement) = match (&node.name, &node.value) {
        (None, Value::Text(name)) => (name.trim_start_matches('+').to_owned(), name.starts_with('+')),
        _ => parse_name(node)?,
    };
    let own = node.block();
    let text = |key: &str| find(own, key).and_then(Node::text).map(str::to_owned);
    Some(Explore {
        name,
        refinement,
        extends: extends(own),
        extension_required: text("extension").as_deref() == Some("required"),
        view: text("from").or_else(|| text("view_name")),
        joins: own
            .iter()
            .filter(|node| node.key == "join")
            .filter_map(|node| join(node, diagnostics))
            .collect(),
        conditions: own.iter().filter(|node| node.key.starts_with("sql_always")).filter_map(sql).collect(),
        fields: find(own, "fields").map(list).unwrap_or_default(),
        place: diagnostics.place(node.line),
    })
}

fn join(node: &Node, diagnostics: &FileDiagnostics<'_>) -> Option<Join> {
    let own = node.block();
    let text = |key: &str| find(own, key).and_then(Node::text).map(str::to_owned);
    Some(Join {
        name: node.name.clone()?,
        view: text("from").or_else(|| text("view_name")),
        conditions: own
            .iter()
            .filter(|node| matches!(&*node.key, "sql_on" | "sql_where" | "sql"))
            .filter_map(sql)
            .collect(),
        foreign_key: text("foreign_key"),
        place: diagnostics.place(node.line),
    })
}

fn find<'a>(nodes: &'a [Node], key: &str) -> Option<&'a Node> {
    // Of two with one name, the later is used.
    nodes.iter().rev().find(|node| node.key == key)
}

fn is_yes(nodes: &[Node], key: &str) -> bool {
    find(nodes, key).and_then(Node::text) == Some("yes")
}

fn sql(node: &Node) -> Option<Sql> {
    node.text().map(|text| Sql { text: text.to_owned(), line: node.line })
}
