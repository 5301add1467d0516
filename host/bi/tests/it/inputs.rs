//! What the readers found, in the lineage graph.

use belljar_bi::{dataform, inputs, lookml, tableau};
use belljar_lineage::{
    Builder, Cause, Dialect, Input,
    graph::{Graph, Kind, Point, Relation, System},
    input::InputColumn,
};

fn warehouse(name: &[&str], columns: &[&str]) -> Input {
    let mut out =
        Input::new(format!("raw:{}", name.join(".")), System::Landing, Kind::LandedTable, name.join("."));
    out.relations = vec![Relation::new(name.iter().copied())];
    out.columns = columns.iter().map(|name| InputColumn::new(*name)).collect();
    out.is_complete = true;
    out
}

fn graph(inputs: impl IntoIterator<Item = Input>) -> Graph {
    let mut builder = Builder::new();
    for input in inputs {
        builder.add(input);
    }
    builder.finish()
}

/// Edges into a dataset, as `from -> column kind`.
fn into(graph: &Graph, id: &str) -> Vec<String> {
    let dataset = graph.find(id).unwrap_or_else(|| panic!("no {id}"));
    let edges = graph.into(Point::whole(dataset)).iter();
    edges
        .map(|edge| {
            let column = graph.column(edge.to).map_or("*", |column| column.name.as_str());
            format!("{} -> {column} {:?}", graph.label(edge.from), edge.kind)
        })
        .collect()
}

#[test]
fn a_dataform_project() {
    let text = r#"{"projectConfig": {"warehouse": "bigquery", "defaultDatabase": "acme", "defaultSchema": "dw"},
        "tables": [{"type": "table", "target": {"name": "a"}, "query": "select id, upper(email) as mail from acme.raw.users", "fileName": "a.sqlx"}],
        "declarations": [{"target": {"schema": "raw", "name": "users"}}],
        "assertions": [{"target": {"name": "t"}, "query": "select * from acme.dw.a where mail is null"}]}"#;
    let reading = dataform::read(text.as_bytes(), "g.json");
    assert_eq!(reading.diagnostics, []);
    let mut all = inputs::dataform(&reading.value);
    all.push(warehouse(&["acme", "raw", "users"], &["id", "email"]));
    let graph = graph(all);
    let found = into(&graph, "dataform:acme.dw.a");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found.iter().any(|one| one.ends_with(".email -> mail Transformation")
            || one.ends_with("users.email -> mail Transformation")),
        "{found:?}"
    );
    let found = into(&graph, "dataform:acme.dw.t");
    assert!(found.contains(&"a.mail -> * Filter".to_owned()), "{found:?}");
}

const LOOKML: &str = "
view: users {
  sql_table_name: raw.users ;;
  dimension: id { primary_key: yes sql: ${TABLE}.id ;; }
  dimension: email {}
  dimension: domain { sql: split_part(${email}, '@', 2) ;; }
  dimension_group: created { type: time timeframes: [raw, date] sql: ${TABLE}.created_at ;; }
  dimension: flavour { sql: {% if x %} ${TABLE}.id {% endif %} ;; }
  measure: users { type: count_distinct sql: ${id} ;; filters: [domain: 'acme'] }
}
view: sums {
  derived_table: { sql: select user_id, sum(total) as total from ${orders.SQL_TABLE_NAME} group by 1 ;; }
  dimension: total { sql: ${TABLE}.total ;; }
  dimension: user_id {}
}
view: orders { sql_table_name: raw.orders ;; dimension: day { sql: ${users.created_date} ;; } }
explore: people { from: users join: sums { sql_on: ${people.id} = ${sums.user_id} ;; } }
";

#[test]
fn a_lookml_project() {
    let reading = lookml::read(LOOKML.replace("'acme'", "\"acme\"").as_bytes(), "a.lkml");
    assert_eq!(reading.diagnostics, []);
    let project = lookml::Project::of(&[reading.value]);
    assert_eq!(project.diagnostics, []);
    let mut all = inputs::lookml(&project, Dialect::Postgres);
    all.push(warehouse(&["raw", "users"], &["id", "email", "created_at"]));
    all.push(warehouse(&["raw", "orders"], &["user_id", "total"]));
    let graph = graph(all);
    let found = into(&graph, "looker:view:users");
    for edge in [
        "raw.users.id -> id Identity",
        "raw.users.email -> email Identity",
        "users.email -> domain Transformation",
        "raw.users.created_at -> created Identity",
        "raw.users.id -> flavour Transformation",
        "users.id -> users Aggregation",
        "users.domain -> users Filter",
    ] {
        assert!(found.contains(&edge.to_owned()), "{edge}: {found:#?}");
    }
    let found = into(&graph, "looker:derived:sums");
    assert!(found.contains(&"raw.orders.total -> total Aggregation".to_owned()), "{found:?}");
    let found = into(&graph, "looker:view:sums");
    assert!(found.contains(&"sums (derived table).total -> total Identity".to_owned()), "{found:?}");
    let found = into(&graph, "looker:view:orders");
    assert!(found.contains(&"users.created -> day Identity".to_owned()), "{found:?}");
    let found = into(&graph, "looker:explore:people");
    for edge in ["users -> * Reads", "users.id -> * Join", "sums.user_id -> * Join"] {
        assert!(found.contains(&edge.to_owned()), "{edge}: {found:?}");
    }
    assert_eq!(graph.report().counts.get(&Cause::TemplateNotRendered), Some(&1));
}

#[test]
fn a_tableau_workbook() {
    let reading = tableau::read(crate::tableau::WORKBOOK.as_bytes(), "a.twb");
    let mut all = inputs::tableau(&reading.value, "a.twb");
    all.push(warehouse(&["raw", "shop", "users"], &["id", "email"]));
    all.push(warehouse(&["raw", "shop", "orders"], &["user_id", "total"]));
    let graph = graph(all);
    let found = into(&graph, "tableau:a.twb#federated.1");
    for edge in [
        "raw.shop.users.email -> Mail Identity",
        "raw.shop.orders.total -> Total Identity",
        "Shop & more.Mail -> Per Mail Transformation",
        "Shop & more.Total -> Per Mail Transformation",
        "raw.shop.users.id -> * Join",
        "raw.shop.orders.user_id -> * Join",
    ] {
        assert!(found.contains(&edge.to_owned()), "{edge}: {found:#?}");
    }
    assert_eq!(
        into(&graph, "tableau:a.twb#sheet/Revenue"),
        ["Shop & more.Per Mail -> * Reads", "Shop & more.Mail -> * Reads"]
    );
    assert_eq!(into(&graph, "tableau:a.twb#dashboard/Board"), ["Revenue -> * Reads"]);
    let unknown: Vec<&str> = graph.report().unknowns.iter().map(|one| one.subject.as_str()).collect();
    assert!(unknown.contains(&"Published"), "{unknown:?}");
}
