//! Effects on readers, over an application, a warehouse, models and dashboards.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the lints do not take the helpers of tests for tests"
)]

mod named;
mod story;
mod unread;

use belljar_diff::{Certainty, Options as DiffOptions, Rename, diff};
use belljar_impact::{Impact, Options, Verdict, impact, render::Markdown, render::Text};
use belljar_lineage::{
    Builder, Dialect, Input,
    graph::{EdgeKind, Graph, Kind, Owner, OwnerKind, Relation, System},
    input::{InputEdge, Sql, Target},
};
use belljar_replication::Replications;
use belljar_schema::{Document, Place, Status};
use belljar_testing::make::{column, document, enum_of, id, named, table, ty_of};

fn shop() -> Document {
    let mut users = table(
        "users",
        vec![id(), column("email", "VARCHAR(320)"), column("name", "TEXT"), column("state", "TEXT")],
    );
    users.columns[1].nullable = false;
    users.columns[3].ty = enum_of("state", &["new", "old"]);
    let orders = table("orders", vec![id(), column("user_id", "INTEGER"), column("total", "NUMERIC(10, 2)")]);
    let mut out = document(vec![orders, users]);
    out.types = vec![named("state", &["new", "old"], &["users.state"])];
    out
}

fn model(name: &str, sql: &str, owner: Option<&str>) -> Input {
    let mut input = Input::new(format!("model.shop.{name}"), System::Dbt, Kind::Model, name);
    input.relations = vec![Relation::new(["analytics", "dbt", name])];
    input.dialect = Dialect::Snowflake;
    input.sql = Some(Sql { text: sql.to_owned(), lines: Vec::new() });
    input.wants_sql = true;
    input.place = Some(Place { path: format!("models/{name}.sql"), line: 1 });
    input.owners = owner
        .into_iter()
        .map(|name| Owner { name: name.to_owned(), email: None, kind: OwnerKind::Meta })
        .collect();
    input
}

fn test(name: &str, of: &str, on: &str) -> Input {
    let mut input = Input::new(
        format!("test.shop.{name}_{of}_{on}"),
        System::Dbt,
        Kind::Test,
        format!("{name}_{of}_{on}"),
    );
    input.facts = vec![("test".to_owned(), name.to_owned())];
    input.edges =
        vec![InputEdge::new(Target::Id(format!("model.shop.{of}")), Some(on), None, EdgeKind::Reads)];
    input
}

fn graph(document: &Document) -> Graph {
    let (replications, problems) = Replications::parse(
        "[[landing]]\nservice = 'none'\nwarehouse = 'snowflake'\ndatabase = 'raw'\nschema = 'shop'\n",
    );
    assert_eq!(problems, []);
    let mut builder = Builder::new();
    builder.application("", document, Dialect::Postgres, &replications, Dialect::Snowflake);
    builder.add(model(
        "stg_users",
        "select id as user_id, email, state from raw.shop.users where state = 'new'",
        Some("ann"),
    ));
    builder.add(model("all_users", "select * from raw.shop.users", None));
    builder.add(model(
        "by_mail",
        "select lower(u.email) as mail, count(*) as n from analytics.dbt.stg_users u join \
                                  raw.shop.orders o on o.user_id = u.user_id group by 1",
        Some("bob"),
    ));
    builder.add(model("totals", "select sum(total) as total from raw.shop.orders", None));
    builder.add(test("not_null", "all_users", "email"));
    builder.add(test("accepted_values", "all_users", "state"));
    let mut board = Input::new("exposure.shop.board", System::Dbt, Kind::Exposure, "board");
    board.reads = vec![Target::Id("model.shop.by_mail".to_owned())];
    board.owners =
        vec![Owner { name: "eve".into(), email: Some("eve@acme.example".into()), kind: OwnerKind::Exposure }];
    builder.add(board);
    builder.finish()
}

fn impact_of(change: impl FnOnce(&mut Document), renames: &[&str]) -> Impact {
    let (base, mut head) = (shop(), shop());
    change(&mut head);
    let renames = renames.iter().filter_map(|text| Rename::parse(text)).collect();
    let diff = diff(&base, &head, &DiffOptions { renames, ..DiffOptions::default() });
    let owners =
        |path: &str| if path.ends_with("by_mail.sql") { vec!["@acme/data".to_owned()] } else { Vec::new() };
    impact(&graph(&base), &diff, &Options { application: "", owners: &owners })
}

/// The outcomes of the first change, without what only describes where tables land.
fn outcomes(impact: &Impact) -> Vec<String> {
    let all = impact.changes.iter().flat_map(|change| &change.affected);
    let impact_of = all.filter(|one| one.verdict != Verdict::NotAffected && one.system != System::Landing);
    impact_of
        .map(|one| {
            let column =
                one.column.as_ref().map(|column| format!(".{}", column.to_lowercase())).unwrap_or_default();
            let sure = match one.certainty {
                Certainty::Certain => "",
                Certainty::Likely => " likely",
                Certainty::CannotTell => " undetermined",
            };
            format!("{}{column} {} {}{sure}", one.name, one.verdict.text(), one.code)
        })
        .collect()
}

#[test]
fn a_renamed_column() {
    let impact =
        impact_of(|head| head.tables[1].columns[1].name = "mail".into(), &["users.email=users.mail"]);
    assert_eq!(
        outcomes(&impact),
        [
            "stg_users.email breaks column-gone",
            "by_mail breaks upstream-breaks",
            "by_mail.mail breaks upstream-breaks",
            "not_null_all_users_email breaks column-gone",
            "board breaks upstream-breaks likely",
            "all_users.email changes silently star-loses-column",
        ]
    );
    assert_eq!(
        (impact.changes[0].path.as_str(), impact.changes[0].becomes.as_deref()),
        ("users.email", Some("users.mail"))
    );
    let notified: Vec<(&str, Verdict)> =
        impact.notify.iter().map(|one| (one.owner.name.as_str(), one.verdict)).collect();
    assert_eq!(
        notified,
        [
            ("@acme/data", Verdict::Breaks),
            ("ann", Verdict::Breaks),
            ("bob", Verdict::Breaks),
            ("eve", Verdict::Breaks)
        ]
    );
}

#[test]
fn a_dropped_table() {
    let impact = impact_of(|head| drop(head.tables.remove(0)), &[]);
    assert_eq!(
        outcomes(&impact),
        [
            "by_mail breaks table-gone",
            "totals.total breaks table-gone",
            "board breaks upstream-breaks likely",
        ]
    );
}

#[test]
fn a_column_that_may_be_null() {
    let impact = impact_of(|head| head.tables[1].columns[1].nullable = true, &[]);
    assert_eq!(
        outcomes(&impact),
        [
            "by_mail changes silently null-groups",
            "not_null_all_users_email changes silently test-not-null",
            "board changes silently rows-change likely",
        ]
    );
    let impact = impact_of(|head| head.tables[0].columns[1].nullable = false, &[]);
    assert_eq!(outcomes(&impact), Vec::<String>::new(), "fewer NULLs harm nobody");
}

#[test]
fn a_value_more() {
    let impact = impact_of(
        |head| {
            head.tables[1].columns[3].ty = enum_of("state", &["new", "old", "gone"]);
            head.types = vec![named("state", &["new", "old", "gone"], &["users.state"])];
        },
        &[],
    );
    let outcomes = outcomes(&impact);
    assert!(outcomes.contains(&"stg_users changes silently value-filtered".to_owned()), "{outcomes:?}");
    assert!(
        outcomes
            .contains(&"accepted_values_all_users_state changes silently test-accepted-values".to_owned()),
        "{outcomes:?}"
    );
    assert!(!outcomes.iter().any(|one| one.contains("breaks")), "{outcomes:?}");
}

#[test]
fn another_type() {
    let impact = impact_of(|head| head.tables[0].columns[2].ty = ty_of("TEXT"), &[]);
    assert_eq!(outcomes(&impact), ["totals.total breaks type-incompatible likely"]);
    let impact = impact_of(|head| head.tables[0].columns[2].ty = ty_of("NUMERIC(12, 2)"), &[]);
    assert_eq!(outcomes(&impact), Vec::<String>::new());
    assert!(impact.changes[0].affected.iter().any(|one| one.name == "totals"), "it is reached all the same");
}

#[test]
fn a_new_column_comes_by_stars_alone() {
    let impact = impact_of(|head| head.tables[1].columns.push(column("age", "INTEGER")), &[]);
    assert_eq!(outcomes(&impact), ["all_users changes silently star-gains-column"]);
}

/// A side that is not known well tells nothing for certain.
#[test]
fn a_table_in_doubt() {
    let impact = impact_of(
        |head| {
            head.tables[1].status = Status::Partial;
            head.tables[1].columns.remove(1);
        },
        &[],
    );
    let outcomes = outcomes(&impact);
    assert!(!outcomes.is_empty() && outcomes.iter().all(|one| one.ends_with("undetermined")), "{outcomes:?}");
}

#[test]
fn changes_without_readers() {
    let impact = impact_of(|head| drop(head.tables[1].columns.remove(2)), &[]);
    assert_eq!(outcomes(&impact), ["all_users.name changes silently star-loses-column"]);
    let impact = impact_of(|head| head.tables[1].comment = Some("new".into()), &[]);
    assert_eq!((impact.changes.len(), impact.notify.len()), (0, 0));
}

#[test]
fn for_people() {
    let impact =
        impact_of(|head| head.tables[1].columns[1].name = "mail".into(), &["users.email=users.mail"]);
    let text = Text(&impact).to_string();
    println!("{text}");
    assert!(text.starts_with("users.email becomes users.mail  app/models.py:11\n"), "{text}");
    assert!(text.contains("by users.email -> raw.shop.users.email -> stg_users.email -> by_mail"), "{text}");
    assert!(text.contains("notify:\n  @acme/data: by_mail (at worst: breaks)\n"), "{text}");
    let markdown = Markdown(&impact).to_string();
    println!("{markdown}");
    assert!(markdown.contains("#### `users.email` becomes `users.mail` `app/models.py:11`"), "{markdown}");
    assert!(markdown.contains("- **breaks** model `stg_users` "), "{markdown}");
    assert!(markdown.contains("- `@acme/data`: `by_mail` (at worst: breaks)"), "{markdown}");
    let json = serde_json::to_string(&impact).expect("it can be written");
    assert_eq!(serde_json::from_str::<Impact>(&json).expect("it can be read"), impact);
}

/// The text without its code spans: each ends with as many backticks as it begins with.
fn outside_of_code(mut text: &str) -> String {
    let mut out = String::new();
    while let Some(start) = text.find('`') {
        out.push_str(&text[..start]);
        let fence: String = text[start..].chars().take_while(|one| *one == '`').collect();
        let mut rest = &text[start + fence.len()..];
        while !rest.is_empty() {
            let end = rest.find('`').expect("a span ends");
            let run = rest[end..].chars().take_while(|one| *one == '`').count();
            rest = &rest[end + run..];
            if run == fence.len() {
                break;
            }
        }
        text = rest;
    }
    out + text
}

/// Names that are markup stay in their spans, and the same input gives the same bytes.
#[test]
fn hostile_names() {
    let mut base = document(vec![table("users", vec![id(), column("a`\u{1b}[2J<img>\n# x", "TEXT")])]);
    base.tables[0].name = "@everyone | [x](y)".to_owned();
    let head = document(vec![]);
    let found = diff(&base, &head, &DiffOptions::default());
    let (replications, _) = Replications::parse("[[landing]]\nservice = 'none'\n");
    let mut builder = Builder::new();
    builder.application("", &base, Dialect::Postgres, &replications, Dialect::Postgres);
    let mut board =
        Input::new("x", System::Tableau, Kind::TableauDashboard, "\u{202e}*b* @everyone <script>");
    board.reads = vec![Target::Relation(Relation::new(["@everyone | [x](y)"]))];
    board.owners = vec![Owner { name: "@everyone".into(), email: None, kind: OwnerKind::Other }];
    builder.add(board);
    let graph = builder.finish();
    let owners = |_: &str| Vec::new();
    let options = Options { application: "", owners: &owners };
    let one = impact(&graph, &found, &options);
    assert_eq!(one, impact(&graph, &found, &options));
    let markdown = Markdown(&one).to_string();
    assert!(markdown.contains("`\\u{202e}*b* @everyone <script>`"), "{markdown}");
    let outside = outside_of_code(&markdown);
    assert!(!outside.contains('@') && !outside.contains('<'), "{markdown}");
    assert!(!Text(&one).to_string().contains(['\u{1b}', '\u{202e}']));
}

/// A chain as long as a graph may be, and a circle.
#[test]
fn long_chains_and_circles_end() {
    let base = shop();
    let mut builder = Builder::new();
    let (replications, _) = Replications::parse("[[landing]]\nservice = 'none'\n");
    builder.application("", &base, Dialect::Postgres, &replications, Dialect::Postgres);
    let many = 5_000;
    for at in 0..many {
        let mut one = Input::new(format!("m{at:05}"), System::Dbt, Kind::Model, format!("m{at}"));
        one.columns = vec![belljar_lineage::input::InputColumn::new("email")];
        let from =
            if at == 0 { Target::Id("app:users".to_owned()) } else { Target::Id(format!("m{:05}", at - 1)) };
        one.edges = vec![InputEdge::new(from, Some("email"), Some("email"), EdgeKind::Identity)];
        if at == 0 {
            let back = Target::Id(format!("m{:05}", many - 1));
            one.edges.push(InputEdge::new(back, Some("email"), Some("email"), EdgeKind::Transformation));
        }
        builder.add(one);
    }
    let graph = builder.finish();
    let mut head = shop();
    head.tables[1].columns.remove(1);
    let found = diff(&base, &head, &DiffOptions::default());
    let owners = |_: &str| Vec::new();
    let start = std::time::Instant::now();
    let impact = impact(&graph, &found, &Options { application: "", owners: &owners });
    println!("a chain of {many}: {:?}", start.elapsed());
    assert_eq!(impact.summary.breaks, many);
}

/// A graph of tables that a service brings, with models over them.
fn brought(service: &str, models: &[(&str, &str)], facts: &[(&str, &str)]) -> Graph {
    let text = format!(
        "[[landing]]\nservice = '{service}'\nwarehouse = 'snowflake'\ndatabase = 'raw'\nschema = 'shop'\n"
    );
    let (replications, problems) = Replications::parse(&text);
    assert_eq!(problems, []);
    let mut builder = Builder::new();
    builder.application("", &shop(), Dialect::Postgres, &replications, Dialect::Snowflake);
    for (name, sql) in models {
        let mut input = model(name, sql, None);
        input.facts.extend(facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        if name.starts_with("snap") {
            input.kind = Kind::Snapshot;
        }
        builder.add(input);
    }
    builder.finish()
}

fn impact_on(graph: &Graph, change: impl FnOnce(&mut Document)) -> Impact {
    let (base, mut head) = (shop(), shop());
    change(&mut head);
    let diff = diff(&base, &head, &DiffOptions::default());
    impact(graph, &diff, &Options { application: "", owners: &|_| Vec::new() })
}

fn without_total(head: &mut Document) {
    head.tables[0].columns.remove(2);
}

#[test]
fn a_service_that_keeps_a_dropped_column_fills_it_with_null() {
    let models = [
        ("m", "select total + 1 as t from raw.shop.orders"),
        ("f", "select id from raw.shop.orders where total > 1"),
    ];
    for service in ["fivetran", "airbyte", "stitch"] {
        let found = impact_on(&brought(service, &models, &[]), without_total);
        let expected = [("f", "null-filtered"), ("m", "column-emptied")]
            .map(|(name, code)| (name.to_owned(), code.to_owned()));
        let mut outcomes: Vec<(String, String)> = found.changes[0]
            .affected
            .iter()
            .filter(|one| one.is_reader())
            .map(|one| (one.name.clone(), one.code.clone()))
            .collect();
        outcomes.sort();
        assert_eq!(outcomes, expected, "{service}");
        assert!(found.changes[0].affected.iter().all(|one| one.verdict != Verdict::Breaks), "{service}");
        let text = Text(&found).to_string();
        assert!(text.to_lowercase().contains("new rows have null in `raw.shop.orders"), "{service}: {text}");
        let gone = impact_on(&brought(service, &models, &[]), |head| drop(head.tables.remove(0)));
        assert_eq!(outcome_codes(&gone), ["stale"], "{service}");
    }
    assert_eq!(outcome_codes(&impact_on(&brought("none", &models, &[]), without_total)), ["column-gone"]);
}

/// The codes of the outcomes for readers, each once.
fn outcome_codes(impact: &Impact) -> Vec<String> {
    let all = impact.changes.iter().flat_map(|change| &change.affected).filter(|one| one.is_reader());
    let mut codes: Vec<String> = all.map(|one| one.code.clone()).collect();
    codes.sort();
    codes.dedup();
    codes
}

#[test]
fn whole_rows_lose_a_column_and_go_on() {
    for sql in [
        "select hash(*) as h from raw.shop.orders",
        "select object_construct(*) as h from raw.shop.orders",
        "with o as (select * from raw.shop.orders) select to_json(o) as h from o",
    ] {
        let graph = brought("none", &[("m", sql), ("n", "select h from analytics.dbt.m")], &[]);
        let found = impact_on(&graph, without_total);
        assert_eq!(outcome_codes(&found), ["row-loses-column", "value-computed"], "{sql}");
        assert!(found.changes[0].affected.iter().all(|one| one.verdict != Verdict::Breaks), "{sql}");
    }
    // The usual form of a model: what is imported by a star is named after that.
    let sql = "with o as (select * from raw.shop.orders) select total from o";
    assert_eq!(
        outcome_codes(&impact_on(&brought("none", &[("m", sql)], &[]), without_total)),
        ["column-gone"]
    );
}

#[test]
fn a_snapshot_keeps_what_its_query_does_not_give_any_more() {
    let models = [("snap", "select * from raw.shop.orders"), ("m", "select total from analytics.dbt.snap")];
    let found = impact_on(&brought("none", &models, &[]), without_total);
    assert_eq!(outcome_codes(&found), ["snapshot-keeps", "star-loses-column"]);
}

#[test]
fn columns_that_are_fixed_break_where_a_star_changes_them() {
    let models = [("m", "select * from raw.shop.orders")];
    let fixed = [("columns", "its contract is enforced")];
    let add = |head: &mut Document| head.tables[0].columns.push(column("note", "TEXT"));
    let retype = |head: &mut Document| head.tables[0].columns[2].ty = ty_of("TEXT");
    for (facts, lost, gained, retyped) in [
        (&fixed[..], "columns-fixed", "columns-fixed", "columns-fixed"),
        (&[][..], "star-loses-column", "star-gains-column", "type-changes"),
    ] {
        let graph = brought("none", &models, facts);
        assert_eq!(outcome_codes(&impact_on(&graph, without_total)), [lost]);
        assert_eq!(outcome_codes(&impact_on(&graph, add)), [gained]);
        assert_eq!(outcome_codes(&impact_on(&graph, retype)), [retyped]);
    }
}

#[test]
fn a_message_names_the_column_that_is_gone() {
    let replication = "[[landing]]\nservice = 'none'\ndatabase = 'raw'\nschema = 'shop'\n";
    let mut builder = Builder::new();
    builder.application(
        "",
        &shop(),
        Dialect::Postgres,
        &Replications::parse(replication).0,
        Dialect::Snowflake,
    );
    let mut board = Input::new("exposure.board", System::Dbt, Kind::Exposure, "board");
    board.reads = vec![Target::Relation(Relation::parse("raw.shop.orders"))];
    builder.add(board);
    let found = impact_on(&builder.finish(), without_total);
    let text = Text(&found).to_string();
    assert!(
        text.contains("it reads `raw.shop.orders`, whose column `raw.shop.orders.total` was dropped"),
        "{text}"
    );
}

#[test]
fn what_is_not_joined_is_no_comfort() {
    let mut builder = Builder::new();
    builder.application("", &shop(), Dialect::Postgres, &Replications::default(), Dialect::Snowflake);
    builder.add(model("m", "select id from warehouse.x.accounts", None));
    let found = impact_on(&builder.finish(), without_total);
    assert!(found.unjoined.everything);
    let (text, comment) = (Text(&found).to_string(), Markdown(&found).to_string());
    assert!(text.contains("undetermined: no table is joined") && text.contains("[[landing]]"), "{text}");
    assert!(!text.contains("0 break") && !comment.contains("nothing is affected"), "{text}\n{comment}");

    // Some are joined, and the one that changes is not.
    let mut builder = Builder::new();
    builder.application("", &shop(), Dialect::Postgres, &Replications::default(), Dialect::Snowflake);
    builder.add(model("m", "select id from warehouse.x.users join warehouse.x.accounts using (id)", None));
    let found = impact_on(&builder.finish(), without_total);
    assert_eq!(
        (found.unjoined.everything, found.unjoined.tables.as_slice()),
        (false, &["orders".to_owned()][..])
    );
    let comment = Markdown(&found).to_string();
    assert!(
        comment.contains("nothing is known to be affected") && comment.contains("`warehouse.x.accounts`"),
        "{comment}"
    );

    // A query that could not be followed is named.
    let mut builder = Builder::new();
    builder.application("", &shop(), Dialect::Postgres, &Replications::default(), Dialect::Snowflake);
    builder.add(model("good", "select id from raw.users", None));
    builder.add(model("bad", "selec", None));
    let found = impact_on(&builder.finish(), |head| drop(head.tables[1].columns.remove(2)));
    assert_eq!(found.unjoined.queries, ["bad"]);
    assert!(Text(&found).to_string().contains("could not be followed, so their inputs are unknown: bad"));
}

#[test]
fn a_table_that_is_joined_by_its_name_breaks_what_is_likely() {
    let mut builder = Builder::new();
    builder.application("", &shop(), Dialect::Postgres, &Replications::default(), Dialect::Snowflake);
    builder.add(model("m", "select total from raw.public.orders", None));
    let found = impact_on(&builder.finish(), without_total);
    let impact_of: Vec<_> =
        found.changes[0].affected.iter().filter(|one| one.verdict == Verdict::Breaks).collect();
    let names: Vec<(&str, Certainty)> =
        impact_of.iter().map(|one| (one.name.as_str(), one.certainty)).collect();
    assert!(names.contains(&("m", Certainty::Likely)), "{names:?}");
}
