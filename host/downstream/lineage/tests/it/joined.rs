//! Tables of an application and relations of a warehouse, where nobody says which is which.

use belljar_lineage::{
    Dialect, Input, NOTHING_JOINED,
    graph::{Graph, Kind, Relation, System},
    input::{InputColumn, InputEdge, Target},
};
use belljar_testing::graph::downstream;

use crate::make::{graph, model};

/// A table of the application.
fn own(name: &str, columns: &[&str]) -> Input {
    let mut input = Input::new(format!("app:{name}"), System::Application, Kind::ApplicationTable, name);
    input.relations = vec![Relation::parse(name).quoted()];
    input.is_complete = true;
    input.columns = columns.iter().map(|one| InputColumn::new(*one)).collect();
    input
}

fn source(relation: &str, columns: &[&str]) -> Input {
    let mut input = Input::new(format!("source.{relation}"), System::Dbt, Kind::Source, relation);
    input.relations = vec![Relation::parse(relation)];
    input.dialect = Dialect::Snowflake;
    input.columns = columns.iter().map(|one| InputColumn::new(*one)).collect();
    input
}

fn is_nothing_joined(graph: &Graph) -> bool {
    graph.report().diagnostics.iter().any(|one| one.code == NOTHING_JOINED)
}

#[test]
fn a_relation_is_the_table_of_its_name() {
    for (table, relation) in [
        ("orders", "raw.public.orders"),
        ("orders", "RAW.PUBLIC.ORDERS"),
        ("shop.orders", "raw.shop.orders"),
        ("shop.orders", "raw.pg.shop__orders"),
        ("OrderItems", "raw.public.order_items"),
        ("orders", "raw.airbyte._airbyte_raw_orders"),
        ("orders", "raw.public.orders_cdc"),
    ] {
        let query = format!("select total as t from {relation}");
        for described in [true, false] {
            let mut all = vec![own(table, &["id", "total"]), model("m", &query, Dialect::Snowflake)];
            all.extend(described.then(|| source(relation, &[])));
            let graph = graph(all);
            let reached = downstream(&graph, &format!("app:{table}"), "total");
            assert!(reached.contains(&"m.t".to_owned()), "{table} as {relation}: {reached:?}");
            assert!(!is_nothing_joined(&graph));
            let sure = graph.edges().iter().filter(|edge| {
                edge.certainty == belljar_schema::Certainty::Certain
                    && graph.dataset(edge.from.dataset).is_some_and(|one| one.system == System::Application)
            });
            assert_eq!(sure.count(), 0, "what is found by its name is never certain");
        }
    }
}

#[test]
fn columns_are_found_as_loaders_write_them() {
    let all = [
        own("orders", &["id", "createdAt", "userId"]),
        source("raw.public.orders", &["USER_ID"]),
        model("m", "select created_at, user_id from raw.public.orders", Dialect::Snowflake),
    ];
    let graph = graph(all);
    assert!(downstream(&graph, "app:orders", "createdAt").contains(&"m.created_at".to_owned()));
    assert!(downstream(&graph, "app:orders", "userId").contains(&"m.user_id".to_owned()));
}

#[test]
fn a_schema_distinguishes_tables_of_one_name() {
    let all = [
        own("shop.orders", &["id"]),
        own("crm.orders", &["id"]),
        source("raw.shop.orders", &[]),
        source("raw.other.orders", &[]),
    ];
    let graph = graph(all);
    assert!(downstream(&graph, "app:shop.orders", "id").contains(&"raw.shop.orders.id".to_owned()));
    let other = downstream(&graph, "app:crm.orders", "id");
    assert!(!other.contains(&"raw.shop.orders.id".to_owned()), "{other:?}");
    assert!(other.contains(&"raw.other.orders.id".to_owned()), "either may be it: {other:?}");
}

#[test]
fn views_of_looker_and_relations_of_tableau_are_joined_too() {
    let mut view = Input::new("looker:view:orders", System::Looker, Kind::LookmlView, "orders");
    let from = Target::Relation(Relation::parse("analytics.public.orders"));
    view.reads = vec![from.clone()];
    view.edges =
        vec![InputEdge::new(from, Some("total"), Some("total"), belljar_lineage::graph::EdgeKind::Identity)];
    view.columns = vec![InputColumn::new("total")];
    let graph = graph([own("orders", &["id", "total"]), view]);
    assert!(downstream(&graph, "app:orders", "total").contains(&"orders.total".to_owned()));
}

#[test]
fn unjoined_tables_are_reported_with_similar_names() {
    let graph = graph([
        own("orders", &["id"]),
        own("users", &["id"]),
        source("raw.public.app_order", &["id"]),
        source("raw.public.accounts", &["id"]),
        model("m", "select id from raw.public.app_order", Dialect::Snowflake),
    ]);
    let diagnostic: Vec<_> =
        graph.report().diagnostics.iter().filter(|one| one.code == NOTHING_JOINED).collect();
    let [diagnostic] = diagnostic.as_slice() else { panic!("{:?}", graph.report().diagnostics) };
    for wanted in ["`orders`, `users`", "`raw.public.accounts`, `raw.public.app_order`"] {
        assert!(diagnostic.message.contains(wanted), "{wanted}: {}", diagnostic.message);
    }
    let hint = diagnostic.hint.as_deref().unwrap_or_default();
    assert!(hint.contains("`\"orders\" = \"raw.public.app_order\"`"), "{hint}");
}

#[test]
fn nothing_is_guessed_where_a_replication_is_described() {
    let mut replicated =
        Input::new("landed:raw.shop.order", System::Landing, Kind::LandedTable, "raw.shop.order");
    replicated.relations = vec![Relation::parse("raw.shop.order")];
    replicated.stars = vec![Target::Id("app:orders".to_owned())];
    let graph = graph([own("orders", &["id"]), replicated, source("raw.public.orders", &["id"])]);
    assert!(is_nothing_joined(&graph));
    assert!(downstream(&graph, "app:orders", "id").is_empty());
}

#[test]
fn without_an_application_or_without_readers_there_is_nothing_to_join() {
    assert!(!is_nothing_joined(&graph([source("raw.public.orders", &["id"])])));
    assert!(!is_nothing_joined(&graph([own("orders", &["id"])])));
}
