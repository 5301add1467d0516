//! What a graph looks like as text, Mermaid, DOT and OpenLineage.
#![expect(clippy::expect_used, reason = "the lints do not take the helpers of tests for tests")]

use belljar_lineage::{
    Builder, Dialect, Input,
    graph::{Direction, EdgeKind, Graph, Kind, Owner, OwnerKind, Relation, System, WalkLimits},
    input::{InputColumn, InputEdge, Sql, Target},
    render::{Dot, Mermaid, Selection, Tree, openlineage},
};
use jsonschema::Registry;
use serde_json::{Value, json};

/// A name that is markup everywhere.
const NASTY: &str = "x\"]--><b>`\u{1b}[2J\n\\N#;|%%";

fn graph() -> Graph {
    let mut builder = Builder::new();
    let mut raw = Input::new("raw", System::Landing, Kind::LandedTable, "raw.users");
    raw.relations = vec![Relation::new(["raw", "users"])];
    raw.is_complete = true;
    raw.columns = vec![
        InputColumn { ty: Some("INTEGER".to_owned()), ..InputColumn::new("id") },
        InputColumn::new("email"),
        InputColumn::new("state"),
    ];
    builder.add(raw);
    let mut model = Input::new("model.a", System::Dbt, Kind::Model, "a");
    model.relations = vec![Relation::new(["dbt", "a"])];
    model.dialect = Dialect::Postgres;
    model.sql = Some(Sql {
        text: "select id, lower(email) as mail, count(*) over (partition by id) as n from raw.users where state = 'x'".to_owned(),
        lines: Vec::new(),
    });
    model.owners = vec![Owner { name: "ann".to_owned(), email: None, kind: OwnerKind::Meta }];
    builder.add(model);
    let mut nasty = Input::new("nasty", System::Tableau, Kind::TableauWorksheet, NASTY);
    nasty.columns = vec![InputColumn::new(NASTY)];
    nasty.edges = vec![
        InputEdge::new(Target::Id("model.a".to_owned()), Some("mail"), Some(NASTY), EdgeKind::Identity),
        // A way back.
        InputEdge::new(Target::Id("nasty".to_owned()), Some(NASTY), Some(NASTY), EdgeKind::Transformation),
    ];
    builder.add(nasty);
    builder.finish()
}

#[test]
fn a_tree() {
    let graph = graph();
    let raw = graph.find("raw").expect("it is there");
    let start = graph.find_column(raw, "email").expect("it is there");
    let limits = WalkLimits { depth: 10, points: 100 };
    let tree =
        Tree { graph: &graph, start, direction: Direction::Downstream, limits, keys: false }.to_string();
    let lines: Vec<&str> = tree.lines().collect();
    assert_eq!(lines[0], "raw.users.email");
    assert!(lines[1].starts_with("└─ a.mail  transformation"), "{tree}");
    assert!(lines[2].starts_with("   └─ x\"]--><b>`\\u{1b}[2J\\u{a}\\N#;|%%."), "{tree}");
    assert!(lines[3].contains("(see above)"), "{tree}");
    let short = WalkLimits { depth: 10, points: 1 };
    let tree = Tree { graph: &graph, start, direction: Direction::Downstream, limits: short, keys: false }
        .to_string();
    assert!(tree.ends_with("… and more\n"), "{tree}");
    let model = graph.find("model.a").expect("it is there");
    let mail = graph.find_column(model, "mail").expect("it is there");
    let tree =
        Tree { graph: &graph, start: mail, direction: Direction::Upstream, limits, keys: false }.to_string();
    assert!(
        tree.contains("├─ raw.users.email  transformation") && tree.contains("└─ raw.users.state  filter"),
        "{tree}"
    );
}

#[test]
fn mermaid_and_dot_hold_nothing_that_is_markup() {
    let graph = graph();
    let selection = Selection::all(&graph, 1_000);
    let mermaid = Mermaid(&selection).to_string();
    let frames = mermaid.lines().filter(|line| line.trim_start().starts_with("subgraph")).count();
    assert_eq!((frames, mermaid.lines().filter(|line| line.trim() == "end").count()), (3, 3), "{mermaid}");
    for line in mermaid.lines() {
        let inside = line.split('"').nth(1).unwrap_or_default();
        assert!(!inside.contains(['<', '>', '`', '[', ']', '|', '%', '\u{1b}']), "{line}");
        assert!(line.matches('"').count() <= 2, "{line}");
    }
    let dot = Dot(&selection).to_string();
    assert!(dot.contains(r#"label="x\"]--><b>`\\u{1b}[2J\\u{a}\\N#;|%%""#), "{dot}");
    assert_eq!(Mermaid(&selection).to_string(), mermaid, "twice is the same");
}

#[test]
fn what_is_around_a_point() {
    let graph = graph();
    let raw = graph.find("raw").expect("it is there");
    let start = graph.find_column(raw, "id").expect("it is there");
    let selection = Selection::around(&graph, start, Direction::Downstream, WalkLimits::default(), false);
    assert!(
        selection.edges.iter().all(|edge| edge.from == start || edge.from.dataset != raw),
        "{selection:?}"
    );
    assert!(!selection.edges.is_empty());
}

fn parse_json(text: &str) -> Value {
    serde_json::from_str(text).expect("a published schema is JSON")
}

#[test]
fn openlineage_events_have_column_and_row_lineage() {
    let options = openlineage::Options {
        producer: "https://example.com/belljar",
        time: "2026-01-02T03:04:05Z",
        namespace: "belljar",
        runs: false,
    };
    let events = openlineage::events(&graph(), &options);
    let event = &events[0];
    let fields = &event["outputs"][0]["facets"]["columnLineage"]["fields"];
    let mail = &fields["mail"]["inputFields"][0];
    assert_eq!(
        (&mail["field"], &mail["transformations"][0]["subtype"]),
        (&json!("email"), &json!("TRANSFORMATION"))
    );
    let rows = &event["outputs"][0]["facets"]["columnLineage"]["dataset"][0];
    assert_eq!((&rows["field"], &rows["transformations"][0]["subtype"]), (&json!("state"), &json!("FILTER")));
}

/// Against the schemas as OpenLineage publishes them (Apache-2.0).
#[test]
fn openlineage_events_are_valid() {
    let event = parse_json(include_str!("data/openlineage/OpenLineage.json"));
    let facets = [
        ("columnLineage", parse_json(include_str!("data/openlineage/ColumnLineageDatasetFacet.json"))),
        ("schema", parse_json(include_str!("data/openlineage/SchemaDatasetFacet.json"))),
        ("ownership", parse_json(include_str!("data/openlineage/OwnershipDatasetFacet.json"))),
    ];
    let id = |schema: &Value| schema["$id"].as_str().expect("it has an id").to_owned();
    let registry = Registry::new()
        .add(id(&event), event.clone())
        .expect("a valid schema")
        .prepare()
        .expect("all is there");
    let validator = |schema: &Value| {
        jsonschema::options()
            .with_registry(&registry)
            .should_validate_formats(true)
            .build(schema)
            .expect("a valid schema")
    };
    let graph = graph();
    for runs in [false, true] {
        let options = openlineage::Options {
            producer: "https://example.com/belljar",
            time: "2026-01-02T03:04:05Z",
            namespace: "belljar",
            runs,
        };
        let events = openlineage::events(&graph, &options);
        assert_eq!(events.len(), 2);
        assert_eq!(events, openlineage::events(&graph, &options), "twice is the same");
        let form = if runs { "RunEvent" } else { "JobEvent" };
        let one = json!({"$schema": event["$schema"], "$ref": format!("{}#/$defs/{form}", id(&event))});
        let whole = validator(&one);
        for event in &events {
            let wrong: Vec<String> = whole.iter_errors(event).map(|error| error.to_string()).collect();
            assert_eq!(wrong, Vec::<String>::new(), "{event:#}");
            for (name, schema) in &facets {
                let facet = &event["outputs"][0]["facets"][name];
                if facet.is_null() {
                    continue;
                }
                let wrapped = json!({ (*name): facet });
                let wrong: Vec<String> =
                    validator(schema).iter_errors(&wrapped).map(|error| error.to_string()).collect();
                assert_eq!(wrong, Vec::<String>::new(), "{facet:#}");
            }
        }
        // The validator is not one that takes everything.
        let mut broken = events[0].clone();
        broken["outputs"][0]["facets"]["columnLineage"]["fields"] = json!(3);
        let lineage = json!({ "columnLineage": broken["outputs"][0]["facets"]["columnLineage"] });
        assert!(!validator(&facets[0].1).is_valid(&lineage));
        broken["job"] = json!(3);
        assert!(!whole.is_valid(&broken));
    }
}
