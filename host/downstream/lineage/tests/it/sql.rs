//! The shapes of queries that lineage tools have been wrong about.

use belljar_lineage::{Cause, Dialect};
use belljar_testing::graph::{column_sources, rows};

use crate::make::{query, query_graph};

const A: &str = "a(id, x, y)";
const B: &str = "b(id, z)";

#[track_caller]
fn check(dialect: Dialect, tables: &[&str], sql: &str, expected: &[&str]) {
    assert_eq!(query(dialect, tables, sql), expected, "{sql}");
}

#[test]
fn a_star_goes_through_ctes_and_windows() {
    let sql = "with one as (select * from a), two as (
        select *, row_number() over (partition by id order by y desc) as n from one
    ) select * from two where n = 1";
    check(Dialect::Snowflake, &[A], sql, &["id: =a.id", "x: =a.x", "y: =a.y", "n: a.id, a.y"]);
}

#[test]
fn a_star_stands_beside_an_expression() {
    check(
        Dialect::BigQuery,
        &[A],
        "select *, x + y as total, upper(x) from a",
        &["id: =a.id", "x: =a.x", "y: =a.y", "total: a.x, a.y", "upper: a.x"],
    );
}

#[test]
fn stars_leave_out_replace_and_rename() {
    let full = &["id: =a.id", "y: =a.y"];
    check(Dialect::BigQuery, &[A], "select * except (x) from a", full);
    check(Dialect::Snowflake, &[A], "select * exclude x from a", full);
    check(Dialect::DuckDb, &[A], "select * exclude (x) from a", full);
    check(Dialect::Databricks, &[A], "select * except (X) from a", full);
    check(
        Dialect::BigQuery,
        &[A],
        "select * replace (x * 2 as y) from a",
        &["id: =a.id", "x: =a.x", "y: a.x"],
    );
    check(Dialect::Snowflake, &[A], "select * exclude y rename (x as w) from a", &["id: =a.id", "w: =a.x"]);
}

#[test]
fn qualified_stars_take_one_side() {
    check(
        Dialect::Postgres,
        &[A, B],
        "select a.*, b.z from a join b on a.id = b.id",
        &["id: =a.id", "x: =a.x", "y: =a.y", "z: =b.z"],
    );
}

#[test]
fn unions_go_by_position_and_take_the_first_names() {
    check(
        Dialect::Redshift,
        &[A, B],
        "select id, x as v from a union all select z, id from b union all select 1, 'c'",
        &["id: =a.id, =b.z", "v: =a.x, =b.id"],
    );
    check(
        Dialect::DuckDb,
        &[A, B],
        "select id, x from a union by name select x, id from (select id, z as x from b)",
        &["id: =a.id, =b.id", "x: =a.x, =b.z"],
    );
}

#[test]
fn the_right_side_of_except_decides_and_gives_nothing() {
    let graph = query_graph(Dialect::Postgres, &[A, B], "select id from a except select z from b");
    assert_eq!(column_sources(&graph, "model.m"), ["id: =a.id"]);
    assert_eq!(rows(&graph, "model.m"), ["filter b.z"]);
}

#[test]
fn recursion_comes_to_rest() {
    let sql = "with recursive tree as (
        select id, x as parent, 0 as depth from a
        union all
        select a.id, tree.parent, tree.depth + b.z from a join tree on a.x = tree.id join b on b.id = a.id
    ) select id, parent, depth from tree";
    check(Dialect::Postgres, &[A, B], sql, &["id: =a.id", "parent: =a.x", "depth: b.z"]);
}

#[test]
fn a_cte_may_be_named_like_a_table() {
    check(
        Dialect::Snowflake,
        &[A],
        "with a as (select id, x as v from a) select * from a",
        &["id: =a.id", "v: =a.x"],
    );
    check(
        Dialect::BigQuery,
        &["p.d.a(id, x)"],
        "with a as (select * from `p.d.a`) select a.id, a.x from a",
        &["id: =p.d.a.id", "x: =p.d.a.x"],
    );
}

#[test]
fn an_inner_cte_hides_an_outer_one() {
    let sql = "with c as (select id from a) select q.id as p, c.id as r from (with c as (select z as id from b) select * from c) q join c on q.id = c.id";
    check(Dialect::Postgres, &[A, B], sql, &["p: =b.z", "r: =a.id"]);
}

#[test]
fn correlated_subqueries_see_outwards() {
    let sql = "select id, (select max(z) from b where b.id = a.id and y > 0) as top from a";
    let graph = query_graph(Dialect::Postgres, &[A, B], sql);
    assert_eq!(column_sources(&graph, "model.m"), ["id: =a.id", "top: +b.z"]);
    assert_eq!(rows(&graph, "model.m"), ["filter a.id", "filter a.y", "filter b.id"]);
}

#[test]
fn lateral_subqueries_see_what_stands_before() {
    let sql = "select a.id, l.w from a cross join lateral (select b.z + a.x as w from b where b.id = a.id) l";
    check(Dialect::Postgres, &[A, B], sql, &["id: =a.id", "w: a.x, b.z"]);
}

#[test]
fn using_makes_one_column_of_two() {
    check(
        Dialect::Postgres,
        &[A, B],
        "select * from a join b using (id)",
        &["id: =a.id", "x: =a.x", "y: =a.y", "z: =b.z"],
    );
    check(Dialect::Postgres, &[A, B], "select id from a right join b using (id)", &["id: =b.id"]);
    check(Dialect::Postgres, &[A, B], "select id from a full join b using (id)", &["id: a.id, b.id"]);
    check(Dialect::Postgres, &[A, B], "select id, z from a natural join b", &["id: =a.id", "z: =b.z"]);
}

#[test]
fn arrays_become_rows() {
    check(
        Dialect::BigQuery,
        &["a(id, tags)"],
        "select id, tag from a, unnest(tags) as tag",
        &["id: =a.id", "tag: a.tags"],
    );
    check(
        Dialect::BigQuery,
        &["a(id, items)"],
        "select id, i.sku from a, a.items as i",
        &["id: =a.id", "sku: a.items"],
    );
    check(
        Dialect::Snowflake,
        &["a(id, doc)"],
        "select a.id, f.value:sku::string as sku from a, lateral flatten(input => a.doc:items) f",
        &["id: =a.id", "sku: a.doc"],
    );
    check(
        Dialect::Databricks,
        &["a(id, tags)"],
        "select id, tag from a lateral view explode(tags) t as tag",
        &["id: =a.id", "tag: a.tags"],
    );
    check(
        Dialect::Postgres,
        &["a(id, doc)"],
        "select id, e ->> 'k' as k from a, jsonb_array_elements(a.doc) as e",
        &["id: =a.id", "k: a.doc"],
    );
}

#[test]
fn pivots_use_up_columns() {
    check(
        Dialect::BigQuery,
        &["a(id, month, amount)"],
        "select * from a pivot (sum(amount) as s for month in ('jan', 'feb'))",
        &["id: =a.id", "s_jan: +a.month, +a.amount", "s_feb: +a.month, +a.amount"],
    );
    check(
        Dialect::Snowflake,
        &["a(id, jan, feb)"],
        "select * from a unpivot (amount for month in (jan, feb))",
        &["id: =a.id", "amount: =a.jan, =a.feb", "month:"],
    );
}

#[test]
fn inserts_go_by_their_list() {
    check(Dialect::Postgres, &[A], "insert into t (p, q) select y, x from a", &["p: =a.y", "q: =a.x"]);
    check(
        Dialect::Postgres,
        &[A, "t(one, two)"],
        "insert into t select y, x from a",
        &["one: =a.y", "two: =a.x"],
    );
    check(Dialect::Snowflake, &[A], "create view t (p, q) as select y, x from a", &["p: =a.y", "q: =a.x"]);
}

#[test]
fn statements_before_are_looked_through() {
    let sql = "create temporary table s as select id, x from a; insert into t (k) select x from s";
    check(Dialect::Redshift, &[A], sql, &["k: =a.x"]);
}

#[test]
fn qualify_and_windows_decide_over_rows() {
    let sql = "select id from a qualify row_number() over (partition by x order by y) = 1";
    let graph = query_graph(Dialect::Snowflake, &[A], sql);
    assert_eq!(column_sources(&graph, "model.m"), ["id: =a.id"]);
    assert_eq!(rows(&graph, "model.m"), ["filter a.x", "filter a.y"]);
    check(
        Dialect::Postgres,
        &[A],
        "select sum(x) over w as s from a window w as (partition by y)",
        &["s: +a.x, a.y"],
    );
}

#[test]
fn rows_are_filtered_joined_grouped_and_sorted() {
    let sql = "select a.x, count(*) as n from a join b on a.id = b.id where b.z > 0 group by 1 having max(a.y) > 1 order by n, x";
    let graph = query_graph(Dialect::Postgres, &[A, B], sql);
    assert_eq!(column_sources(&graph, "model.m"), ["x: =a.x", "n:"]);
    let expected = ["filter a.y", "filter b.z", "group a.x", "join a.id", "join b.id", "sort a.x"];
    assert_eq!(rows(&graph, "model.m"), expected);
}

#[test]
fn values_have_columns_of_nothing() {
    check(Dialect::Postgres, &[], "select k, v from (values (1, 'a'), (2, 'b')) as t(k, v)", &["k:", "v:"]);
}

#[test]
fn an_alias_can_be_used_again() {
    check(Dialect::Snowflake, &[A], "select x + 1 as w, w * y as v from a", &["w: a.x", "v: a.x, a.y"]);
    // A column comes before an alias of its name.
    check(Dialect::Redshift, &[A], "select y as x, x as w from a", &["x: =a.y", "w: =a.x"]);
    check(Dialect::Databricks, &[A], "select y as w from a where w > 0", &["w: =a.y"]);
}

#[test]
fn fields_are_of_their_column() {
    check(
        Dialect::BigQuery,
        &["a(id, s)"],
        "select s.k, a.s.k.l, s.arr[offset(0)].m from a",
        &["k: a.s", "l: a.s", "m: a.s"],
    );
}

#[test]
fn names_are_compared_as_the_dialect_has_it() {
    check(Dialect::Snowflake, &["a(id, X)"], "select ID, x from A", &["ID: =a.id", "x: =a.X"]);
    check(Dialect::BigQuery, &["a(Id)"], "select ID from a", &["ID: =a.Id"]);
    // To PostgreSQL `X` is `x`, and `"X"` is another column.
    let graph = query_graph(Dialect::Postgres, &["a(x)"], "select \"X\" as q from a");
    assert_eq!(graph.report().counts.get(&Cause::ColumnNotFound), Some(&1));
    check(Dialect::Postgres, &["a(x)"], "select X as q from a", &["q: =a.x"]);
}

#[test]
fn parts_of_dates_are_no_columns() {
    check(
        Dialect::BigQuery,
        &["a(d, month)"],
        "select date_trunc(d, month) as t, month from a",
        &["t: a.d", "month: =a.month"],
    );
    check(
        Dialect::Snowflake,
        &["a(d, e)"],
        "select datediff(day, d, e) as n, current_date as c from a",
        &["n: a.d, a.e", "c:"],
    );
}

#[test]
fn words_of_the_language_may_be_columns() {
    let tables = &["a(d, month, user, default)"];
    check(
        Dialect::Snowflake,
        tables,
        "select last_day(d, month) as l, month as m, user:id as u from a",
        &["l: a.d", "m: =a.month", "u: a.user"],
    );
    check(Dialect::Trino, tables, "select default as f, user as u from a", &["f: =a.default", "u: =a.user"]);
    check(Dialect::Trino, tables, "with user as (select d from a) select user.d from user", &["d: =a.d"]);
    check(Dialect::Postgres, tables, "select user as u from a", &["u:"]);
    check(Dialect::Postgres, &[], "insert into t (k) values (default)", &["k:"]);
}

#[test]
fn trino_asks_json_in_its_own_words() {
    let tables = &["a(id, doc, note)"];
    let sql = "select json_query(doc, 'lax $.k' with array wrapper omit quotes null on empty) as k,
        json_object('id' : a.id, 'note' : upper(note) null on null) as o from a";
    check(Dialect::Trino, tables, sql, &["k: a.doc", "o: a.id, a.note"]);
    let sql = "select a.id, t.part from a cross join unnest(try_cast(doc as array(row(k varchar, v json)))) as t (part)";
    check(Dialect::Trino, tables, sql, &["id: =a.id", "part: a.doc"]);
    // Words like these in another place are names.
    let sql = "with omit as (select id as quotes from a) select omit.quotes from omit";
    check(Dialect::Trino, tables, sql, &["quotes: =a.id"]);
}

#[test]
fn parameters_of_lambdas_are_no_columns() {
    let tables = &["a(id, tags, x)"];
    check(
        Dialect::Trino,
        tables,
        "select regexp_replace(tags, '(.)(.)', x -> upper(x[1]) || x[2] || id) as t, transform(x, x -> x + 1) as u from a",
        &["t: a.id, a.tags", "u: a.x"],
    );
}

#[test]
fn the_nearest_relation_that_could_have_a_name_is_meant() {
    let sql = "select (select max(day) from b where b.id = a.id) as d from a";
    let graph = query_graph(Dialect::Snowflake, &["a(id, day)", "b(id, …)"], sql);
    assert_eq!(column_sources(&graph, "model.m"), ["d: +b.day"]);
    let known = query_graph(Dialect::Snowflake, &["a(id, day)", "b(id, z)"], sql);
    assert_eq!(column_sources(&known, "model.m"), ["d: +a.day"]);
}

#[test]
fn a_star_over_an_unknown_relation_is_reported() {
    let graph = query_graph(Dialect::Snowflake, &["a(id, …)"], "select *, id + 1 as n from a");
    assert_eq!(column_sources(&graph, "model.m"), ["id: =a.id", "n: a.id"]);
    assert_eq!(graph.report().counts.get(&Cause::StarNotExpanded), Some(&1));
}

#[test]
fn an_ambiguous_name_is_of_both_relations_and_reported() {
    let graph =
        query_graph(Dialect::Snowflake, &["a(id, …)", "b(id, …)"], "select w from a join b on a.id = b.id");
    assert_eq!(column_sources(&graph, "model.m"), ["w: =a.w, =b.w"]);
    assert_eq!(graph.report().counts.get(&Cause::ColumnAmbiguous), Some(&1));
}

#[test]
fn syntax_errors_are_reported() {
    let graph = query_graph(Dialect::Postgres, &[A], "select from where select");
    assert_eq!(graph.report().counts.get(&Cause::SqlNotParsed), Some(&1));
    assert_eq!((graph.report().queries, graph.report().queries_followed), (1, 0));
}
