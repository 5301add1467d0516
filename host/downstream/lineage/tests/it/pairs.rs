//! Queries beside sqlglot's answers, which `tests/lineage/pairs.py` wrote. A difference is one only with a reason.

use std::collections::BTreeMap;

use belljar_lineage::{Dialect, graph::Graph};
use serde::Deserialize;

use crate::make::query_graph;

/// Of each column the columns that it is made from.
type Edges = BTreeMap<String, Vec<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pairs {
    sqlglot: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    dialect: String,
    tables: Vec<String>,
    sql: String,
    sqlglot: Option<Edges>,
    error: Option<String>,
    ours: Option<Edges>,
    reason: Option<String>,
}

fn edges(graph: &Graph) -> Edges {
    let model = graph.find("model.m").expect("the model");
    let columns = &graph.dataset(model).expect("the model").columns;
    let from = |name: &str| {
        let point = graph.find_column(model, name).expect("its own column");
        let direct = graph.into(point).iter().filter(|edge| edge.kind.is_direct());
        let mut all: Vec<String> = direct.map(|edge| graph.label(edge.from).to_lowercase()).collect();
        all.sort();
        all
    };
    columns.iter().map(|column| (column.name.to_lowercase(), from(&column.name))).collect()
}

#[test]
fn lineage_is_that_of_sqlglot_or_differs_for_a_reason() {
    let pairs: Pairs = serde_json::from_str(include_str!("../data/sqlglot/pairs.json")).expect("the pairs");
    assert!(pairs.cases.len() >= 60 && !pairs.sqlglot.is_empty(), "{} pairs", pairs.cases.len());
    let mut wrong = String::new();
    for case in &pairs.cases {
        assert!(case.sqlglot.is_some() != case.error.is_some(), "{}: an answer or an error", case.name);
        let dialect = Dialect::find(&case.dialect).expect("a dialect");
        let tables: Vec<&str> = case.tables.iter().map(String::as_str).collect();
        let found = edges(&query_graph(dialect, &tables, &case.sql));
        let expected = case.ours.as_ref().or(case.sqlglot.as_ref());
        if expected != Some(&found) {
            wrong += &format!("{}\n  expected {expected:?}\n  found    {found:?}\n", case.name);
        }
        // A reason for what is no difference any more would hide the next one.
        if case.ours.is_some() && (case.ours == case.sqlglot || case.reason.is_none()) {
            wrong +=
                &format!("{}: a difference without a reason, or a reason without a difference\n", case.name);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
