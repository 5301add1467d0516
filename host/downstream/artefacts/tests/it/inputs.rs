//! What the readers found, in the lineage graph.

use belljar_artefacts::{dataform, inputs, lookml, tableau};
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
    let reading = dataform::parse_graph(text.as_bytes(), "g.json");
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
    let reading = lookml::parse_file(LOOKML.replace("'acme'", "\"acme\"").as_bytes(), "a.lkml");
    assert_eq!(reading.diagnostics, []);
    let project = lookml::Project::from_files(&[reading.value]);
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
    let reading = tableau::parse_workbook(crate::tableau::WORKBOOK.as_bytes(), "a.twb");
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

const MANIFEST: &str = "constant: raw { value: \"raw.shop\" export: override_optional }
constant: total { value: \"${TABLE}.total\" }";

/// Each is a view `v` over `raw.shop.orders`, with what has to be read for its field or table.
const VIEWS: &[(&str, &str)] = &[
    (
        "view: v { sql_table_name: @{raw}.orders ;; dimension: t { sql: ${TABLE}.total ;; } }",
        "raw.shop.orders.total",
    ),
    (
        "view: v { sql_table_name: raw.shop.orders ;; dimension: t { sql: @{total} * 2 ;; } }",
        "raw.shop.orders.total",
    ),
    (
        "view: v { derived_table: { sql: select total as t from @{raw}.orders ;; } dimension: t {} }",
        "raw.shop.orders.total",
    ),
    (
        "view: v { sql_table_name: raw.shop.orders ;; dimension: t { sql: {% if x %} ${TABLE}.id {% else %} total {% endif %} ;; } }",
        "raw.shop.orders.total",
    ),
    (
        "view: v { sql_table_name: raw.shop.orders ;; dimension: t { sql: date_diff(day, id, {% date_start x %}) + total ;; } }",
        "raw.shop.orders.total",
    ),
    (
        "view: v { sql_table_name: {% if x %} raw.shop.users {% else %} raw.shop.orders {% endif %} ;; measure: t { type: count } }",
        "raw.shop.orders",
    ),
    (
        "view: v { derived_table: { sql: select {% if x %} id {% else %} total {% endif %} as t from raw.shop.orders ;; } dimension: t {} }",
        "raw.shop.orders.total",
    ),
    (
        "view: v { derived_table: { sql: select id as t from raw.shop.orders where {% condition x %} total {% endcondition %} ;; } dimension: t {} }",
        "raw.shop.orders.total",
    ),
    (
        "view: o { sql_table_name: raw.shop.orders ;; dimension: total {} } view: v { sql_table_name: raw.shop.users ;; dimension: t { sql: ${buyers.total} ;; } } explore: e { from: v join: buyers { from: o sql_on: 1 = 1 ;; } }",
        "o.total",
    ),
    (
        "view: o { sql_table_name: raw.shop.orders ;; dimension: total {} } explore: o {} view: v { derived_table: { explore_source: o { column: total { field: o.total } derived_column: t { sql: rank() over (order by total) ;; } } } dimension: t {} }",
        "v (derived table).total",
    ),
];

#[test]
fn a_view_with_constants_and_templates_is_read() {
    for (text, wanted) in VIEWS {
        let files = [MANIFEST, text].map(|text| {
            let reading = lookml::parse_file(text.as_bytes(), "a.lkml");
            assert_eq!(reading.diagnostics, [], "{text}");
            reading.value
        });
        let mut all = inputs::lookml(&lookml::Project::from_files(&files), Dialect::Postgres);
        all.push(warehouse(&["raw", "shop", "orders"], &["id", "total"]));
        all.push(warehouse(&["raw", "shop", "users"], &["id"]));
        let graph = graph(all);
        let labels: Vec<String> = graph.edges().iter().map(|edge| graph.label(edge.from)).collect();
        assert!(labels.contains(&(*wanted).to_owned()), "{text}: {labels:#?}");
        let lost = [Cause::SqlNotParsed, Cause::NodeNotFound];
        let lost = graph.report().unknowns.iter().filter(|one| lost.contains(&one.cause)).count();
        assert_eq!(lost, 0, "{text}: {:#?}", graph.report().unknowns);
    }
    let reading =
        lookml::parse_file(b"view: v { sql_table_name: @{nowhere}.orders ;; dimension: t {} }", "a.lkml");
    let graph = graph(inputs::lookml(&lookml::Project::from_files(&[reading.value]), Dialect::Snowflake));
    assert_eq!(
        graph.report().counts.get(&Cause::VariableStoodIn),
        Some(&1),
        "a constant of no file is reported"
    );
}

#[test]
fn sets_groups_and_extracts_of_tableau() {
    let text = r"<workbook><datasources><datasource name='d'>
        <connection class='federated'><named-connections><named-connection name='c'>
          <connection class='snowflake' dbname='raw' schema='shop'/></named-connection></named-connections>
          <relation connection='c' name='orders' table='[shop].[orders]' type='table'/></connection>
        <column name='[region]'/><column name='[total]'/>
        <column caption='Areas' name='[region (group)]'><calculation class='categorical-bin' column='[region]' new-bin='true'/></column>
        <column name='[total (bin)]'><calculation class='bin' formula='[total]' size='10'/></column>
        <group caption='Best' name='[Best Set]'><groupfilter function='end' count='10'>
          <groupfilter function='order' expression='SUM([total])'><groupfilter function='level-members' level='[none:region:nk]'/></groupfilter></groupfilter></group>
        <extract><connection class='hyper' dbname='x.hyper' schema='Extract'>
          <relation name='Extract' table='[Extract].[Extract]' type='table'/>
          <metadata-records><metadata-record class='column'><remote-name>region</remote-name><local-name>[region]</local-name>
            <parent-name>[Extract]</parent-name><family>orders</family></metadata-record></metadata-records></connection></extract>
      </datasource></datasources></workbook>";
    let reading = tableau::parse_workbook(text.as_bytes(), "a.twb");
    assert_eq!(reading.diagnostics, []);
    let mut all = inputs::tableau(&reading.value, "a.twb");
    all.push(warehouse(&["raw", "shop", "orders"], &["region", "total"]));
    let graph = graph(all);
    let found = into(&graph, "tableau:a.twb#d");
    for edge in [
        "raw.shop.orders.region -> region Identity",
        "d.region -> Areas Transformation",
        "d.total -> total (bin) Transformation",
        "d.region -> Best Transformation",
        "d.total -> Best Transformation",
    ] {
        assert!(found.contains(&edge.to_owned()), "{edge}: {found:#?}");
    }
    assert_eq!(graph.report().unknowns, [], "a copy of Tableau's own is no table that is missing");
}

#[test]
fn what_dataform_runs_beside_a_query_is_read() {
    let text = r#"{"projectConfig": {"warehouse": "bigquery", "defaultDatabase": "p", "defaultSchema": "d"}, "tables": [{
        "target": {"database": "p", "schema": "d", "name": "m"}, "type": "incremental", "query": "select id from p.d.o",
        "incrementalQuery": "select id from p.d.o where a > 1", "preOps": ["delete from p.d.m where id in (select b from p.d.o)"],
        "postOps": ["insert into p.d.log select c from p.d.o"], "incrementalPreOps": ["delete from p.d.m where id = (select max(d) from p.d.o)"],
        "incrementalPostOps": ["insert into p.d.log select e from p.d.o"]}]}"#;
    let reading = dataform::parse_graph(text.as_bytes(), "g.json");
    let mut all = inputs::dataform(&reading.value);
    all.push(warehouse(&["p", "d", "o"], &["id", "a", "b", "c", "d", "e"]));
    let graph = graph(all);
    let found = into(&graph, "dataform:p.d.m").join("\n");
    for column in ["id", "a", "b", "c", "d", "e"] {
        assert!(found.contains(&format!("p.d.o.{column} ->")), "{column}: {found}");
    }
}
