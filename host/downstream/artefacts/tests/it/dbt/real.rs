//! Manifests that dbt 1.10 wrote, of a project of ours: `tests/lineage/real_manifest.py` has it write them.

use belljar_artefacts::dbt;
use belljar_lineage::{
    Builder, Cause,
    graph::{Graph, Kind},
};
use belljar_testing::graph::{column_sources, downstream, rows};

const PARSED: &[u8] = include_bytes!("../../data/dbt/parse.json");
const COMPILED: &[u8] = include_bytes!("../../data/dbt/compile.json");

fn parse_manifest(manifest: &[u8], vars: &str) -> (dbt::Project, Graph) {
    let vars = serde_json::from_str(vars).expect("variables");
    let reading = dbt::parse_project(manifest, None, &dbt::Options { vars, ..dbt::Options::default() });
    let mut builder = Builder::new();
    reading.clone().give(&mut builder);
    (reading, builder.finish())
}

#[test]
fn what_dbt_compiled_is_read_whole() {
    let (reading, graph) = parse_manifest(COMPILED, "{}");
    assert_eq!((reading.version, reading.compiled, reading.rendered), (Some(12), 6, 0));
    assert_eq!((graph.report().unknowns.as_slice(), reading.diagnostics.as_slice()), (&[][..], &[][..]));
    assert_eq!(
        column_sources(&graph, "model.shop.revenue"),
        [
            "customer_id: =stg_customers.customer_id",
            "name: =stg_customers.name",
            "region: =regions.region",
            "revenue: +stg_orders.total",
            "last_paid_on: +stg_orders.placed_on",
        ]
    );
    assert_eq!(
        rows(&graph, "model.shop.revenue"),
        [
            "filter stg_orders.status",
            "group regions.region",
            "group stg_customers.customer_id",
            "group stg_customers.name",
            "join regions.customer_id",
            "join stg_customers.customer_id",
            "join stg_orders.customer_id",
            "reads paid_orders",
        ]
    );
    let reached = downstream(&graph, "source.shop.app.orders", "total_cents");
    assert!(reached.iter().any(|one| one == "revenue.revenue"), "{reached:?}");
    assert!(reached.iter().any(|one| one == "revenue_board"), "{reached:?}");
    let tests = graph.datasets().iter().filter(|one| one.kind == Kind::Test).count();
    assert_eq!(tests, 4);
}

/// What stands between models is the same, rendered by us or compiled by dbt.
#[test]
fn templates_give_what_dbt_compiled() {
    let (_, compiled) = parse_manifest(COMPILED, "{}");
    let (reading, parsed) = parse_manifest(PARSED, r#"{"first_day": "2020-01-01"}"#);
    assert_eq!((reading.version, reading.compiled, reading.rendered), (Some(12), 0, 6));
    assert_eq!((parsed.report().unknowns.as_slice(), reading.diagnostics.as_slice()), (&[][..], &[][..]));
    for model in [
        "model.shop.stg_orders",
        "model.shop.stg_customers",
        "model.shop.daily",
        "snapshot.shop.customer_history",
    ] {
        assert_eq!(column_sources(&parsed, model), column_sources(&compiled, model), "{model}");
        assert_eq!(rows(&parsed, model), rows(&compiled, model), "{model}");
    }
    // dbt puts an ephemeral model into those that read it; we go through it.
    let start = ("source.shop.app.orders", "total_cents");
    assert!(downstream(&parsed, start.0, start.1).contains(&"revenue.revenue".to_owned()));
}

#[test]
fn a_variable_that_only_the_project_sets_is_reported() {
    let (_, graph) = parse_manifest(PARSED, "{}");
    assert_eq!(graph.report().counts.get(&Cause::VariableStoodIn), Some(&1));
    assert_eq!(graph.report().queries_followed, graph.report().queries);
}
