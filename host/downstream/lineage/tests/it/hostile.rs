//! Input that is meant to hurt.

use belljar_lineage::{Cause, Dialect};
use proptest::prelude::*;

use crate::make::{graph, model, query_graph, table};

#[test]
fn deep_nesting_is_reported_and_survived() {
    let deep = |open: &str, close: &str, count: usize| {
        format!("select {}1{} as c from a", open.repeat(count), close.repeat(count))
    };
    for sql in [deep("(", ")", 50_000), deep("f(", ")", 50_000), deep("case when ", " then 1 end", 20_000)] {
        let graph = query_graph(Dialect::Postgres, &["a(id)"], &sql);
        assert_eq!(graph.report().counts.get(&Cause::OverLimit), Some(&1));
    }
    let nested = format!("{}select id from a{}", "select * from (".repeat(5_000), ") q".repeat(5_000));
    let graph = query_graph(Dialect::Postgres, &["a(id)"], &nested);
    assert!(!graph.report().unknowns.is_empty());
}

#[test]
fn long_chains_are_followed() {
    let sum = format!("select {} as c from a", vec!["id"; 20_000].join(" + "));
    let graph = query_graph(Dialect::Postgres, &["a(id)"], &sum);
    assert_eq!(graph.report().unknowns, []);
    let unions = vec!["select id from a"; 3_000].join(" union all ");
    let graph = query_graph(Dialect::Postgres, &["a(id)"], &unions);
    assert_eq!(graph.report().unknowns, []);
}

#[test]
fn growth_is_limited_and_reported() {
    // Each doubles what the one before gives.
    let mut sql = "with c0 as (select * from a)".to_owned();
    for at in 1..40 {
        let before = at - 1;
        sql += &format!(", c{at} as (select x.*, y.* from c{before} x cross join c{before} y)");
    }
    sql += " select * from c39";
    let graph = query_graph(Dialect::Postgres, &["a(id, b)"], &sql);
    assert!(graph.report().counts.contains_key(&Cause::OverLimit));
}

/// Each query is within its own limits, and there are many of them.
#[test]
fn memory_of_many_queries_is_limited_and_reported() {
    let d = Dialect::Postgres;
    let columns: Vec<String> = (0..40_000).map(|at| format!("c{at}")).collect();
    let mut all = vec![table(&format!("m0({})", columns.join(", ")), d)];
    all.extend((1..50).map(|at| model(&format!("m{at:03}"), "select * from m0", d)));
    let graph = graph(all);
    let report = graph.report();
    let left_out = report.counts.get(&Cause::OverLimit).copied().unwrap_or_default();
    assert!((5..45).contains(&left_out), "{left_out}");
    assert_eq!(graph.edges().len() / 40_000, 49 - left_out, "what is not reported is whole");
    assert_eq!(report.queries - report.queries_followed, 0);
}

#[test]
fn a_long_line_of_models_is_walked() {
    let d = Dialect::Postgres;
    let mut all = vec![table("m0(id)", d)];
    all.extend((1..3_000).map(|at| model(&format!("m{at}"), &format!("select * from m{}", at - 1), d)));
    let graph = graph(all);
    let start = graph.find_column(graph.find("source.m0").expect("there"), "id").expect("there");
    let reached = graph.walk(
        start,
        belljar_lineage::graph::Direction::Downstream,
        belljar_lineage::graph::WalkLimits::default(),
        &|_| true,
    );
    assert_eq!(reached.len(), 2_999);
    assert_eq!(reached.last().map(|one| one.path.len()), Some(2_999));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever stands there: it ends, and what is not followed is reported.
    #[test]
    fn any_text_is_survived(text in "[a-z(),.*'\"`\\[\\]{}%$; \n0-9]{0,200}") {
        let graph = query_graph(Dialect::Generic, &["a(id)"], &text);
        let report = graph.report();
        prop_assert!(report.queries_followed == 1 || !report.unknowns.is_empty());
    }
}
