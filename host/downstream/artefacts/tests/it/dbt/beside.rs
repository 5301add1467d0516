//! What dbt runs and demands beside the query of a model.

use belljar_artefacts::dbt;
use belljar_lineage::{
    Builder,
    graph::{EdgeKind, Graph},
};
use belljar_testing::graph::rows;
use serde_json::{Value, json};

fn graph_of(nodes: &Value, others: &Value) -> Graph {
    let mut manifest = json!({
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "adapter_type": "postgres", "project_name": "shop",
        },
        "sources": {"source.shop.app.orders": {
            "resource_type": "source", "name": "orders", "source_name": "app", "package_name": "shop",
            "database": "raw", "schema": "app", "identifier": "orders", "loaded_at_field": "synced_at",
            "columns": {"id": {"name": "id"}, "total": {"name": "total"}, "updated_at": {"name": "updated_at"}},
        }},
        "nodes": nodes,
    });
    manifest.as_object_mut().expect("an object").extend(others.as_object().cloned().unwrap_or_default());
    let mut builder = Builder::new();
    dbt::parse_project(manifest.to_string().as_bytes(), None, &dbt::Options::default()).give(&mut builder);
    builder.finish()
}

fn node(kind: &str, code: &str, config: &Value) -> Value {
    json!({
        "resource_type": kind, "name": "m", "package_name": "shop", "relation_name": "db.s.m", "raw_code": code,
        "original_file_path": "models/m.sql", "config": config,
    })
}

#[test]
fn the_incremental_branch_is_read_too() {
    let code = "select id from {{ source('app', 'orders') }}\
                {% if is_incremental() %} where updated_at > (select max(id) from {{ this }}){% endif %}";
    let graph = graph_of(
        &json!({"model.shop.m": node("model", code, &json!({"materialized": "incremental"}))}),
        &json!({}),
    );
    assert!(
        rows(&graph, "model.shop.m").contains(&"filter app.orders.updated_at".to_owned()),
        "{:?}",
        rows(&graph, "model.shop.m")
    );
    // Where a compiled query stands, the branch is still in the file.
    let mut compiled = node("model", code, &json!({"materialized": "incremental"}));
    compiled["compiled_code"] = json!("select id from raw.app.orders");
    let graph = graph_of(&json!({"model.shop.m": compiled}), &json!({}));
    assert!(rows(&graph, "model.shop.m").contains(&"filter app.orders.updated_at".to_owned()));
}

#[test]
fn hooks_need_what_they_read() {
    for hook in [
        "insert into log select total from raw.app.orders",
        "delete from {{ this }} where id in (select total from raw.app.orders)",
        "update {{ this }} set id = o.total from raw.app.orders o where o.id = m.id",
        "merge into {{ this }} m using raw.app.orders o on o.total = m.id when matched then delete",
        "create index on raw.app.orders (total)",
    ] {
        for config in [json!({"post-hook": [{"sql": hook, "transaction": true}]}), json!({"pre-hook": hook})]
        {
            let graph =
                graph_of(&json!({"model.shop.m": node("model", "select 1 as id", &config)}), &json!({}));
            let found = rows(&graph, "model.shop.m");
            assert!(found.iter().any(|one| one.ends_with("app.orders.total")), "{hook}: {found:?}");
        }
    }
    let grant = json!({"post-hook": ["grant select on {{ this }} to reporter"]});
    let graph = graph_of(&json!({"model.shop.m": node("model", "select 1 as id", &grant)}), &json!({}));
    assert_eq!(graph.report().unknowns, []);
    let operation = json!({"operation.shop.end": {
        "resource_type": "operation", "name": "end", "package_name": "shop",
        "raw_code": "insert into log select total from raw.app.orders", "original_file_path": "dbt_project.yml",
    }});
    let found = rows(&graph_of(&operation, &json!({})), "operation.shop.end");
    assert_eq!(found, ["reads app.orders.total"]);
}

#[test]
fn settings_name_columns_of_the_query() {
    for (kind, config) in [
        ("snapshot", json!({"strategy": "timestamp", "updated_at": "total", "unique_key": "id"})),
        ("snapshot", json!({"strategy": "check", "check_cols": ["total"], "unique_key": "id"})),
        ("model", json!({"materialized": "incremental", "unique_key": ["id", "total"]})),
        ("model", json!({"partition_by": {"field": "total", "data_type": "date"}})),
        ("model", json!({"cluster_by": ["total"]})),
    ] {
        let graph = graph_of(&json!({"m": node(kind, "select * from raw.app.orders", &config)}), &json!({}));
        assert!(
            rows(&graph, "m").contains(&"filter m.total".to_owned()),
            "{config}: {:?}",
            rows(&graph, "m")
        );
    }
    let all = json!({"strategy": "check", "check_cols": "all"});
    let graph = graph_of(&json!({"m": node("snapshot", "select * from raw.app.orders", &all)}), &json!({}));
    assert!(rows(&graph, "m").iter().all(|one| !one.ends_with("m.all")));
}

#[test]
fn what_fixes_the_columns_of_a_model_is_known() {
    for (config, expected) in [
        (json!({"contract": {"enforced": true}}), Some("its contract is enforced")),
        (json!({"on_schema_change": "fail"}), Some("`on_schema_change` is `fail`")),
        (json!({"contract": {"enforced": false}, "on_schema_change": "ignore"}), None),
    ] {
        let graph =
            graph_of(&json!({"m": node("model", "select * from raw.app.orders", &config)}), &json!({}));
        let model = graph.dataset(graph.find("m").expect("there")).expect("there");
        assert_eq!(model.fact("columns"), expected, "{config}");
    }
}

#[test]
fn freshness_reads_a_column() {
    let graph = graph_of(&json!({}), &json!({}));
    assert_eq!(rows(&graph, "source.shop.app.orders#freshness"), ["reads app.orders.synced_at"]);
}

#[test]
fn freshness_can_filter_and_ask_a_query_of_its_own() {
    let source = |more: &Value| {
        let mut source = json!({
            "resource_type": "source", "name": "orders", "source_name": "app", "package_name": "shop",
            "database": "raw", "schema": "app", "identifier": "orders", "config": more,
            "columns": {"id": {"name": "id"}, "total": {"name": "total"}, "updated_at": {"name": "updated_at"}},
        });
        source["loaded_at_field"] = more["loaded_at_field"].clone();
        graph_of(&json!({}), &json!({"sources": {"source.shop.app.orders": source}}))
    };
    let name = "source.shop.app.orders#freshness";
    let graph = source(&json!({"loaded_at_field": "updated_at", "freshness": {"filter": "total > 5"}}));
    assert_eq!(rows(&graph, name), ["reads app.orders.total", "reads app.orders.updated_at"]);
    let graph = source(&json!({"loaded_at_query": "select max(updated_at) from raw.app.orders"}));
    assert!(
        rows(&graph, name).iter().any(|row| row.ends_with("app.orders.updated_at")),
        "{:?}",
        rows(&graph, name)
    );
    let graph = source(&json!({"loaded_at_query": "select max(updated_at) from {{ this }}"}));
    assert!(!graph.report().unknowns.is_empty(), "a template is said to be one");
    // Control: a filter alone runs nothing.
    assert!(source(&json!({"freshness": {"filter": "total > 5"}})).find(name).is_none());
}

#[test]
fn a_test_needs_what_picks_its_rows() {
    let test = |rows: &str| {
        let mut test = node("test", "", &json!({"where": rows}));
        test["test_metadata"] = json!({"name": "not_null", "kwargs": {"column_name": "id"}});
        test["attached_node"] = json!("source.shop.app.orders");
        test["depends_on"] = json!({"nodes": ["source.shop.app.orders"]});
        graph_of(&json!({"test.shop.t": test}), &json!({}))
    };
    assert!(rows(&test("total > 5"), "test.shop.t").contains(&"reads app.orders.total".to_owned()));
    assert!(!rows(&test(""), "test.shop.t").contains(&"reads app.orders.total".to_owned()));
}

#[test]
fn indexes_and_the_time_of_an_event_name_columns() {
    for config in
        [json!({"indexes": [{"columns": ["total"], "unique": true}]}), json!({"event_time": "total"})]
    {
        let code = "select id, total from {{ source('app', 'orders') }}";
        let graph = graph_of(&json!({"model.shop.m": node("model", code, &config)}), &json!({}));
        assert!(rows(&graph, "model.shop.m").iter().any(|row| row.starts_with("filter ")), "{config}");
    }
}

#[test]
fn metrics_and_saved_queries_filter_by_dimensions() {
    let others = json!({
        "semantic_models": {"semantic_model.shop.orders": {
            "unique_id": "semantic_model.shop.orders", "name": "orders", "depends_on": {"nodes": ["source.shop.app.orders"]},
            "entities": [{"name": "order", "expr": "id"}],
            "dimensions": [{"name": "changed", "expr": "updated_at"}],
            "measures": [{"name": "revenue", "expr": "total"}],
        }},
        "metrics": {"metric.shop.revenue": {
            "unique_id": "metric.shop.revenue", "name": "revenue", "depends_on": {"nodes": ["semantic_model.shop.orders"]},
            "type_params": {"measure": {"name": "revenue"}},
            "filter": {"where_filters": [{"where_sql_template": "{{ TimeDimension('order__changed', 'day') }} > '2024-01-01'"}]},
        }},
        "saved_queries": {"saved_query.shop.q": {
            "unique_id": "saved_query.shop.q", "name": "q", "depends_on": {"nodes": ["metric.shop.revenue"]},
            "query_params": {"metrics": ["revenue"], "group_by": ["Dimension('order__changed')"]},
        }},
    });
    let graph = graph_of(&json!({}), &others);
    for id in ["metric.shop.revenue", "saved_query.shop.q"] {
        let filters = graph.into_whole(graph.find(id).expect("there")).iter();
        let filters: Vec<String> =
            filters.filter(|edge| edge.kind == EdgeKind::Filter).map(|edge| graph.label(edge.from)).collect();
        assert_eq!(filters, ["orders.changed"], "{id}");
    }
}

#[test]
fn what_a_macro_lists_is_handed_on_as_by_a_star() {
    let model = |raw: &str| {
        let mut node = node("model", raw, &json!({}));
        node["compiled_code"] = json!("select id, total from raw.app.orders");
        let graph = graph_of(&json!({"m": node}), &json!({}));
        let mut edges: Vec<(String, bool)> =
            graph.edges().iter().map(|edge| (graph.label(edge.from), edge.star)).collect();
        edges.retain(|(name, _)| name != "app.orders.synced_at");
        edges
    };
    let both = |id: bool, total: bool| {
        [("app.orders.id".to_owned(), id), ("app.orders.total".to_owned(), total)].to_vec()
    };
    assert_eq!(
        model("select {{ dbt_utils.star(from=source('app', 'orders')) }} from {{ source('app', 'orders') }}"),
        both(true, true)
    );
    assert_eq!(
        model("select id, {{ dbt_utils.star(source('app', 'orders'), except=['id']) }} from x"),
        both(false, true)
    );
    assert_eq!(model("select id, total from {{ source('app', 'orders') }}"), both(false, false));
    assert_eq!(
        model("select id, {{ cents('total') }} from {{ source('app', 'orders') }}"),
        both(false, false)
    );
}
