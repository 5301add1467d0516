//! Edges that are easy to lose, and doubts that there is no reason for.

use belljar_lineage::{
    Cause, Dialect, Input,
    graph::{EdgeKind, Graph, Kind, Relation, System},
    input::{InputColumn, InputEdge, Target},
};
use belljar_testing::graph::{column_sources, downstream, rows};

use crate::make::{graph, model, query, query_graph, table};

const A: &str = "a(id, status, total, created_at, updated_at)";

#[test]
fn a_comparison_as_an_argument_is_no_name() {
    for (dialect, sql, expected) in [
        (Dialect::DuckDb, "select coalesce(status = 'paid', false) as c from a", "c: a.status"),
        (Dialect::DuckDb, "select count_if(status = 'paid') as c from a", "c: +a.status"),
        (Dialect::DuckDb, "select count_if(a.status = 'paid') as c from a", "c: +a.status"),
        (Dialect::Generic, "select max(status = total) as c from a", "c: +a.status, +a.total"),
        (Dialect::Postgres, "select bool_or(status = 'paid') as c from a", "c: +a.status"),
        (Dialect::MySql, "select sum(status = 'paid') as c from a", "c: +a.status"),
        (Dialect::Snowflake, "select count_if(status = 'paid') as c from a", "c: +a.status"),
        // These are names.
        (Dialect::DuckDb, "select struct_pack(status := total) as c from a", "c: a.total"),
        (Dialect::Postgres, "select make_interval(days => total) as c from a", "c: a.total"),
    ] {
        assert_eq!(query(dialect, &[A], sql), [expected], "{sql}");
    }
}

#[test]
fn columns_are_chosen_by_their_names() {
    for (sql, expected) in [
        (
            "select id, columns('.*_at') from a",
            &["id: =a.id", "created_at: =a.created_at", "updated_at: =a.updated_at"][..],
        ),
        ("select max(columns('.*_at')) from a", &["created_at: +a.created_at", "updated_at: +a.updated_at"]),
        ("select columns(['id', 'total']) from a", &["id: =a.id", "total: =a.total"]),
        (
            "select columns(* exclude (id, status, total)) from a",
            &["created_at: =a.created_at", "updated_at: =a.updated_at"],
        ),
    ] {
        assert_eq!(query(Dialect::DuckDb, &[A], sql), expected, "{sql}");
    }
    let graph = query_graph(Dialect::DuckDb, &[A], "select columns('(') from a");
    assert_eq!(column_sources(&graph, "model.m").len(), 5, "what can't be determined is everything");
    assert_eq!(graph.report().counts.get(&Cause::StarNotExpanded), Some(&1));
}

/// Whether a column is named, or only handed on, on any way.
fn is_star(sql: &str) -> Vec<bool> {
    let graph = query_graph(Dialect::Postgres, &[A], sql);
    let mut all: Vec<(String, bool)> = graph
        .edges()
        .iter()
        .filter(|edge| edge.kind.is_direct())
        .map(|edge| (graph.label(edge.from), edge.star))
        .collect();
    all.sort();
    all.into_iter().filter(|(name, _)| name == "a.total").map(|(_, star)| star).collect()
}

#[test]
fn a_column_that_anybody_names_is_named() {
    for (sql, expected) in [
        ("select * from a", true),
        ("select total from a", false),
        ("with o as (select * from a) select total from o", false),
        ("with o as (select * from a) select * from o", true),
        ("with o as (select total from a) select * from o", false),
        ("with o as (select * from a) select total + 1 as t from o", false),
        ("select o.total from (select * from a) o", false),
        ("select * from a join (select 1 as total) b using (total)", false),
        ("select * from a union all select id, status, total, created_at, updated_at from a", false),
        // Whole rows are of no column in particular.
        ("select to_json(a) as j from a", true),
        ("select to_json(a.*) as j from a", true),
        ("select to_json(o) as j from (select * from a) o", true),
        ("select to_json(o) as j from (select total from a) o", false),
    ] {
        assert_eq!(is_star(sql), [expected], "{sql}");
    }
}

#[test]
fn rows_as_values_are_read_by_no_name() {
    for (dialect, sql) in [
        (Dialect::BigQuery, "select to_json_string(o) as j from a as o"),
        (Dialect::Snowflake, "select hash(*) as j from a"),
        (Dialect::Snowflake, "select object_construct(*) as j from a"),
        (Dialect::Postgres, "select row_to_json(a) as j from a"),
        (Dialect::Databricks, "select to_json(struct(*)) as j from a"),
        (Dialect::Databricks, "select xxhash64(*) as j from a"),
    ] {
        let graph = query_graph(dialect, &[A], sql);
        let edges: Vec<_> = graph.edges().iter().filter(|edge| edge.kind.is_direct()).collect();
        assert_eq!(edges.len(), 5, "{sql}");
        assert!(edges.iter().all(|edge| edge.star && edge.kind == EdgeKind::Transformation), "{sql}");
    }
}

#[test]
fn a_field_of_a_row_is_named() {
    for (dialect, sql, expected) in [
        (Dialect::Postgres, "select (a).total as c from a", "c: =a.total"),
        (Dialect::BigQuery, "select any_value(o).total as c from a as o", "c: +a.total"),
        (Dialect::BigQuery, "select array_agg(o)[offset(0)].total as c from a as o", "c: +a.total"),
    ] {
        let graph = query_graph(dialect, &[A], sql);
        let found = column_sources(&graph, "model.m").concat().replace('=', "");
        assert_eq!(found, expected.replace('=', ""), "{sql}");
        assert!(graph.edges().iter().all(|edge| !edge.star), "{sql}");
    }
}

#[test]
fn what_makes_columns_of_data_still_needs_what_it_names() {
    for values in ["any", "any order by status", "select status from a"] {
        let sql = format!("select * from a pivot(sum(total) for status in ({values}))");
        let graph = query_graph(Dialect::Snowflake, &[A], &sql);
        let found = rows(&graph, "model.m");
        for column in ["reads a.status", "reads a.total"] {
            assert!(found.contains(&column.to_owned()), "{sql}: {found:?}");
        }
    }
    let sql = "select v, k from a as t, unpivot t.total as v at k";
    assert_eq!(query(Dialect::Redshift, &[A], sql), ["v: a.total", "k: a.total"]);
    let sql = "select id from a start with status = 'x' connect by prior id = total";
    let found = rows(&query_graph(Dialect::Oracle, &[A], sql), "model.m");
    assert_eq!(found, ["filter a.status", "join a.id", "join a.total"]);
}

#[test]
fn what_a_query_has_of_its_own_is_no_column() {
    let sql = "select level as l, rownum as r, a.rowid as i from a connect by prior id = total and level < 5";
    assert_eq!(query(Dialect::Oracle, &[A], sql), ["l:", "r:", "i:"]);
    assert_eq!(query(Dialect::Snowflake, &["a(level)"], "select level from a"), ["level: =a.level"]);
}

#[test]
fn a_table_that_is_made_from_itself_is_no_circle() {
    let mut own = model(
        "s.m",
        "create or replace table s.m as select id, total from s.m where id > 0",
        Dialect::Snowflake,
    );
    own.columns = vec![InputColumn::new("id"), InputColumn::new("total")];
    let graph = graph([own]);
    assert_eq!(graph.report().unknowns, []);
    let both = crate::make::graph([
        model("x", "select id from y", Dialect::Snowflake),
        model("y", "select id from x", Dialect::Snowflake),
    ]);
    assert_eq!(both.report().counts.get(&Cause::Cycle), Some(&2), "two that are made from each other are");
}

#[test]
fn a_source_with_a_star_in_its_name_is_every_relation_that_begins_so() {
    let mut source = table("p.d.events_*(id, …)", Dialect::BigQuery);
    source.id = "source.events".to_owned();
    let read = |relation: &str| {
        let graph =
            graph([source.clone(), model("m", &format!("select id from `{relation}`"), Dialect::BigQuery)]);
        downstream(&graph, "source.events", "id")
    };
    for relation in ["p.d.events_*", "p.d.events_20240101", "d.events_20240101"] {
        assert_eq!(read(relation), ["m.id"], "{relation}");
    }
    for relation in ["p.e.events_20240101", "p.d.event_20240101"] {
        assert!(read(relation).is_empty(), "{relation}");
    }
}

#[test]
fn a_seed_that_a_source_describes_gets_what_lands_there() {
    let mut replicated = Input::new("landed:raw.orders", System::Landing, Kind::LandedTable, "raw.orders");
    replicated.relations = vec![Relation::parse("raw.orders")];
    replicated.columns = vec![InputColumn::new("id")];
    let of = |kind, id: &str| {
        let mut input = Input::new(id, System::Dbt, kind, id);
        input.relations = vec![Relation::parse("raw.orders")];
        input.columns = vec![InputColumn::new("id")];
        input
    };
    let reader = model("m", "select id from raw.orders", Dialect::Postgres);
    let seed = of(Kind::Seed, "seed.orders");
    let both = graph([replicated.clone(), seed.clone(), of(Kind::Source, "source.orders"), reader.clone()]);
    assert!(downstream(&both, "landed:raw.orders", "id").contains(&"m.id".to_owned()));
    let alone = graph([replicated, seed, reader]);
    assert!(downstream(&alone, "landed:raw.orders", "id").is_empty(), "a seed alone is made by dbt");
}

#[test]
fn a_name_that_two_tables_have_is_not_sure_to_mean_the_first() {
    let tables = [table("x.orders(id)", Dialect::Postgres), table("y.orders(id)", Dialect::Postgres)];
    let mut view = Input::new("looker:view:orders", System::Looker, Kind::LookmlView, "view");
    let from = Target::Relation(Relation::parse("orders"));
    view.edges = vec![InputEdge::new(from, Some("id"), Some("id"), EdgeKind::Identity)];
    view.columns = vec![InputColumn::new("id")];
    for reader in [view, model("m", "select id from orders", Dialect::Postgres)] {
        let (id, dialect) = (reader.id.clone(), Dialect::Postgres);
        let graph = graph(tables.iter().cloned().chain([Input { dialect, ..reader }]));
        assert_eq!(graph.report().counts.get(&Cause::Duplicate), Some(&1), "{id}");
        let reader = graph.find(&id).expect("there");
        let certainty = graph.dataset(reader).map(|one| one.certainty);
        assert_eq!(certainty, Some(belljar_schema::Certainty::Likely), "{id}");
        let other = graph.find("source.y.orders").expect("there");
        assert!(
            graph.out_of_whole(other).any(|edge| edge.to.dataset == reader),
            "{id}: the other is not lost"
        );
    }
    // With its schema it is sure.
    let graph = graph(tables.into_iter().chain([model("m", "select id from x.orders", Dialect::Postgres)]));
    assert_eq!(graph.report().unknowns, []);
}

/// What a query names has to be there, whether or not anything that it gives comes of it.
#[test]
fn what_is_named_and_not_taken() {
    for sql in [
        "with o as (select id, status from orders) select id from o",
        "with o as (select id, status from orders), f as (select id from o) select * from f",
        "select id from (select id, status from orders) z",
        "with o as (select id, upper(status) as s from orders) select id from o",
        "with o as (select id, max(status) as s from orders group by 1) select id from o",
        "with o as (select id, case when status = 'x' then 1 end as s from orders) select id from o",
        "with o as (select id, (select max(status) from orders) as s from orders) select id from o",
        "with o as (select id, status from orders union all select id, id from orders) select id from o",
        "with recursive r as (select id, status from orders union all select id, status from r) select id from r",
        "with unused as (select status from orders) select id from orders",
        "with s as (select * from orders), t as (select id, status from s) select id from t",
    ] {
        let graph = query_graph(Dialect::Postgres, &["orders(id, status, total)"], sql);
        assert_eq!(rows_named(&graph), ["status"], "{sql}");
    }
    for (dialect, sql) in [
        (Dialect::DuckDb, "select * exclude (status) from orders"),
        (Dialect::BigQuery, "select * except (status) from orders"),
        (Dialect::BigQuery, "select o.* except (status) from orders o"),
        (Dialect::Snowflake, "select * exclude status from orders"),
        (Dialect::Snowflake, "select * exclude (status, total) from orders"),
    ] {
        let graph = query_graph(dialect, &["orders(id, status, total)"], sql);
        assert!(rows_named(&graph).contains(&"status".to_owned()), "{sql}");
    }
    // Controls: what is taken is said as it is taken, and what a star brings along is named nowhere.
    for sql in [
        "with o as (select id, status from orders) select id, status from o",
        "with o as (select id, status from orders) select id from o where status = 'x'",
        "with o as (select * from orders) select id from o",
        "select id from orders",
    ] {
        let graph = query_graph(Dialect::Postgres, &["orders(id, status, total)"], sql);
        assert_eq!(rows_named(&graph), [""; 0], "{sql}");
    }
}

fn rows_named(graph: &Graph) -> Vec<String> {
    let of = graph.find("model.m").expect("the model");
    let named = graph.into_whole(of).iter().filter(|edge| edge.kind == EdgeKind::Named);
    named.map(|edge| graph.label(edge.from).rsplit('.').next().unwrap_or_default().to_owned()).collect()
}
