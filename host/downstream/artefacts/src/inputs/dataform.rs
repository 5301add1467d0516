use belljar_lineage::{
    Dialect, Input,
    graph::{Kind as DatasetKind, Relation, System},
    input::{Beside, InputColumn, Sql, Target as Read},
};

use crate::dataform::{Action, Graph, Kind, Target};

/// The datasets for the actions of a compiled graph.
pub fn dataform(graph: &Graph) -> Vec<Input> {
    let dialect = graph.warehouse.as_deref().and_then(Dialect::find).unwrap_or_default();
    graph.actions.iter().map(|action| input(graph, action, dialect)).collect()
}

fn input(graph: &Graph, action: &Action, dialect: Dialect) -> Input {
    let relation = convert_target(graph, &action.target);
    let kind = match action.kind {
        Kind::Declaration => DatasetKind::Declaration,
        Kind::Assertion => DatasetKind::Assertion,
        Kind::Operation => DatasetKind::Operation,
        Kind::Table | Kind::View | Kind::Incremental | Kind::Inline | Kind::Other => DatasetKind::Action,
    };
    let mut out =
        Input::new(format!("dataform:{relation}"), System::Dataform, kind, action.target.name.clone());
    let canonical = action.canonical.as_ref().map(|target| convert_target(graph, target));
    out.relations.push(relation);
    out.relations.extend(canonical.filter(|other| !out.relations.contains(other)));
    out.dialect = dialect;
    out.place = Some(action.place.clone());
    out.columns =
        action.columns.iter().filter_map(|column| column.path.first()).map(InputColumn::new).collect();
    out.columns.dedup_by(|one, other| one.name == other.name);
    out.wants_sql = !matches!(action.kind, Kind::Declaration | Kind::Other);
    if !action.queries.is_empty() && out.wants_sql {
        // The line of a query in its file is not in the graph: the compiler generated the query.
        let text = action.queries.join(";\n");
        out.sql = Some(Sql { lines: vec![0; text.lines().count()], text });
    }
    let sql = |text: &String| Sql { lines: vec![0; text.lines().count()], text: text.clone() };
    let incremental = action.incremental_query.iter().map(|text| ("incremental query", text));
    let operations = action.operations.iter().map(|text| ("operation", text));
    out.beside = incremental.chain(operations).map(|(what, text)| Beside { what, sql: sql(text) }).collect();
    out.reads =
        action.dependencies.iter().map(|target| Read::Relation(convert_target(graph, target))).collect();
    out.reads.extend(action.parent.iter().map(|target| Read::Relation(convert_target(graph, target))));
    let mut fact = |name: &str, value: String| out.facts.push((name.to_owned(), value));
    if action.disabled {
        fact("disabled", "true".to_owned());
    }
    if !action.tags.is_empty() {
        fact("tags", action.tags.join(", "));
    }
    if let Some(description) = &action.description {
        fact("description", description.clone());
    }
    out
}

/// With the project's database and schema if the target names none.
fn convert_target(graph: &Graph, target: &Target) -> Relation {
    let database = target.database.clone().or_else(|| graph.database.clone());
    let schema = target.schema.clone().or_else(|| graph.schema.clone());
    Relation::new([database, schema, Some(target.name.clone())].into_iter().flatten())
}
