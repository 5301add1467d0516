//! Whole graphs: names joined across systems, walks, cycles.

use belljar_lineage::{
    Builder, Cause, Dialect, Input, Replicated, Replication,
    graph::{Direction, EdgeKind, Kind, Relation, System, WalkLimits},
    input::{InputEdge, Target},
};
use belljar_schema::Certainty;
use belljar_schema::{Document, Generation, Table};
use belljar_testing::graph::{column_sources, downstream};

use crate::make::{graph, model, table};

fn document() -> Document {
    let generation = Generation { version: "2.1.9".to_owned(), reason: "a test".to_owned() };
    let mut document = Document::empty("0", generation);
    let column = |name: &str| {
        serde_json::json!({
            "name": name, "status": "exact", "reasons": [], "nullable": true, "primary_key": name == "id",
            "autoincrement": "auto", "foreign_keys": [], "type": {"class": "Integer", "module": "m", "repr": "Integer()"},
        })
    };
    let made = |name: &str, columns: &[&str], keys: serde_json::Value| -> Table {
        let columns: Vec<_> = columns.iter().map(|name| column(name)).collect();
        serde_json::from_value(serde_json::json!({
            "metadata": "m:Base.metadata", "schema": null, "name": name, "status": "exact", "reasons": [],
            "place": {"path": "models.py", "line": 3}, "class": null, "columns": columns,
            "primary_key": {"name": null, "columns": ["id"]}, "unique": [], "foreign_keys": keys, "checks": [],
            "indexes": [], "excludes": [], "comment": null, "prefixes": [], "options": {},
        }))
        .expect("a table")
    };
    let keys =
        serde_json::json!([{ "columns": ["customer_id"], "targets": ["customers.id"], "use_alter": false }]);
    document.tables = vec![
        made("customers", &["id", "email"], serde_json::json!([])),
        made("orders", &["id", "customer_id", "total"], keys),
    ];
    document
}

struct Raw;
impl Replication for Raw {
    fn replicate(&self, _: &str, table: &Table) -> Vec<Replicated> {
        vec![Replicated {
            service: "test".to_owned(),
            relation: Relation::new(["shop", table.name.as_str()]),
            columns: table.columns.iter().map(|one| (one.name.clone(), one.name.to_uppercase())).collect(),
            added: vec!["_SYNCED".to_owned()],
            certainty: Certainty::Certain,
            place: None,
        }]
    }
}

#[test]
fn an_application_column_reaches_a_model_through_its_replica_and_source() {
    let mut builder = Builder::new();
    builder.application("", &document(), Dialect::Postgres, &Raw, Dialect::Snowflake);
    let mut source = Input::new("source.shop.customers", System::Dbt, Kind::Source, "shop.customers");
    source.relations = vec![Relation::new(["raw", "shop", "customers"])];
    source.dialect = Dialect::Snowflake;
    builder.add(source);
    builder.add(model(
        "dim",
        "select * from raw.shop.customers where _synced is not null",
        Dialect::Snowflake,
    ));
    let graph = builder.finish();
    assert_eq!(graph.report().unknowns, []);
    let expected = ["shop.customers.EMAIL", "shop.customers.EMAIL", "dim.EMAIL"];
    assert_eq!(downstream(&graph, "app:customers", "email"), expected);
    assert_eq!(graph.stars().len(), 4, "landings, source and model hand on what is added");
}

#[test]
fn a_key_leads_to_what_refers() {
    let mut builder = Builder::new();
    builder.application("", &document(), Dialect::Postgres, &Raw, Dialect::Snowflake);
    let graph = builder.finish();
    let id = graph.find_column(graph.find("app:customers").expect("there"), "id").expect("there");
    let keys = graph.out_of(id).filter(|edge| edge.kind == EdgeKind::Key);
    let to: Vec<String> = keys.map(|edge| graph.label(edge.to)).collect();
    assert_eq!(to, ["orders.customer_id"]);
}

#[test]
fn cycles_end_and_are_reported() {
    let d = Dialect::Postgres;
    let graph = graph([
        table("raw(id)", d),
        model("a", "select b.id from b join raw on raw.id = b.id", d),
        model("b", "select id from a", d),
        model("c", "select id from b", d),
    ]);
    assert_eq!(graph.report().counts.get(&Cause::Cycle), Some(&2));
    let reached = downstream(&graph, "source.raw", "id");
    assert_eq!(reached, ["a", "b.id", "a.id", "c.id"]);
}

#[test]
fn what_is_not_described_is_there_all_the_same() {
    let graph = graph([model("m", "select x.id from lost.things x", Dialect::Postgres)]);
    assert_eq!(column_sources(&graph, "model.m"), ["id: =lost.things.id"]);
    assert_eq!(graph.report().counts.get(&Cause::RelationNotFound), Some(&1));
    assert!(graph.find("external:lost.things").is_some());
}

#[test]
fn a_column_behind_a_star_of_unknown_width_is_found() {
    let d = Dialect::BigQuery;
    let graph = graph([
        table("raw(id, …)", d),
        model("a", "select * from raw", d),
        model("b", "select late from a", d),
    ]);
    assert_eq!(downstream(&graph, "source.raw", "late"), ["a.late", "b.late"]);
    assert_eq!(graph.report().edges, graph.edges().len());
    assert!(graph.report().edges > 0);
}

#[test]
fn what_does_not_parse_still_reads() {
    let d = Dialect::Postgres;
    let mut broken = model("m", "selec nothing", d);
    broken.reads = vec![Target::Id("source.raw".to_owned())];
    let graph = graph([table("raw(id)", d), broken]);
    assert_eq!(downstream(&graph, "source.raw", "id"), ["m"]);
    let m = graph.dataset(graph.find("model.m").expect("there")).expect("there");
    assert_eq!(m.certainty, Certainty::CannotTell);
}

#[test]
fn a_walk_upstream_takes_in_what_decides_over_rows() {
    let d = Dialect::Postgres;
    let graph = graph([table("raw(id, kind)", d), model("m", "select id from raw where kind = 1", d)]);
    let start = graph.find_column(graph.find("model.m").expect("there"), "id").expect("there");
    let reached = graph.walk(start, Direction::Upstream, WalkLimits::default(), &|_| true);
    let names: Vec<String> = reached.iter().map(|one| graph.label(one.point)).collect();
    assert_eq!(names, ["raw.id", "raw.kind"]);
}

#[test]
fn a_mistyped_name_has_suggestions() {
    let d = Dialect::Postgres;
    let mut end = Input::new("exposure.e", System::Dbt, Kind::Exposure, "e");
    end.edges =
        vec![InputEdge::new(Target::Id("source.raw".to_owned()), Some("emial"), None, EdgeKind::Reads)];
    let graph = graph([table("raw(id, email)", d), end]);
    let unknown = graph.report().unknowns.first().expect("it is reported");
    assert_eq!(
        (unknown.cause, unknown.hint.as_deref()),
        (Cause::ColumnNotFound, Some("did you mean `email`?"))
    );
    assert_eq!(graph.suggest("raw.emial"), ["raw.email", "raw.id", "raw"]);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let make = |turn: bool| {
        let d = Dialect::Snowflake;
        let mut all = vec![
            table("raw(id, x)", d),
            model("a", "select * from raw", d),
            model("b", "select max(x) as m from a", d),
        ];
        if turn {
            all.reverse();
        }
        serde_json::to_string(&graph(all).document()).expect("JSON")
    };
    assert_eq!(make(false), make(true));
}
