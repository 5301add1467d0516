use belljar_artefacts::dataform::{Kind, Target, parse_graph};

const GRAPH: &str = r#"{
  "projectConfig": {"warehouse": "bigquery", "defaultDatabase": "acme", "defaultSchema": "analytics"},
  "dataformCoreVersion": "3.0.20",
  "tables": [
    {"enumType": "VIEW", "type": "view", "target": {"database": "acme", "schema": "analytics_dev", "name": "customers"},
     "canonicalTarget": {"database": "acme", "schema": "analytics", "name": "customers"},
     "query": "select id, email from `acme.raw.users`", "fileName": "definitions/customers.sqlx", "tags": ["daily"],
     "dependencyTargets": [{"database": "acme", "schema": "raw", "name": "users"}],
     "actionDescriptor": {"description": "who buys", "columns": [{"path": ["email"], "description": "where to write"}]}},
    {"type": "incremental", "target": {"schema": "analytics", "name": "orders"}, "query": "select 1 as a",
     "incrementalQuery": "select 2 as a", "preOps": ["set x = 1"], "dependencies": ["raw.orders"]},
    7,
    {"query": "select 1"}
  ],
  "declarations": [{"target": {"database": "acme", "schema": "raw", "name": "users"}}],
  "assertions": [{"target": {"schema": "a", "name": "unique_id"}, "query": "select 1",
                  "parentAction": {"schema": "analytics", "name": "customers"}}],
  "operations": [{"target": {"schema": "a", "name": "op"}, "queries": ["create table x as select 1", "grant"], "hasOutput": true}],
  "views": {},
  "graphErrors": {"compilationErrors": [{"fileName": "definitions/bad.sqlx", "message": "Unexpected identifier"}]}
}"#;

#[test]
fn a_graph() {
    let reading = parse_graph(GRAPH.as_bytes(), "graph.json");
    let graph = reading.value;
    assert_eq!(graph.warehouse.as_deref(), Some("bigquery"));
    assert_eq!((graph.database.as_deref(), graph.schema.as_deref()), (Some("acme"), Some("analytics")));
    let kinds: Vec<Kind> = graph.actions.iter().map(|action| action.kind).collect();
    assert_eq!(kinds, [Kind::View, Kind::Incremental, Kind::Assertion, Kind::Operation, Kind::Declaration]);
    let view = &graph.actions[0];
    assert_eq!(view.target.schema.as_deref(), Some("analytics_dev"));
    assert_eq!(view.canonical.as_ref().and_then(|one| one.schema.as_deref()), Some("analytics"));
    assert_eq!(view.columns[0].path, ["email"]);
    assert_eq!(
        (view.place.path.as_str(), view.description.as_deref()),
        ("definitions/customers.sqlx", Some("who buys"))
    );
    let incremental = &graph.actions[1];
    assert_eq!(
        incremental.dependencies,
        [Target { database: None, schema: Some("raw".into()), name: "orders".into() }]
    );
    assert_eq!(incremental.incremental_query.as_deref(), Some("select 2 as a"));
    assert_eq!(incremental.operations, ["set x = 1"]);
    assert!(graph.actions[3].has_output && graph.actions[3].queries.len() == 2);
    assert_eq!(graph.actions[2].parent.as_ref().map(|one| one.name.as_str()), Some("customers"));
    let messages: Vec<&str> = reading.diagnostics.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`/tables/2` must be an object",
            "`/tables/3` has no target, so it has no name",
            "`/views` must be a list",
            "`definitions/bad.sqlx` did not compile: Unexpected identifier",
        ]
    );
}

#[test]
fn what_is_no_graph() {
    for (text, code) in [
        ("", "graph-not-json"),
        ("{\"tables\": [", "graph-not-json"),
        ("[]", "graph-not-compiled"),
        ("{\"nodes\": {}}", "graph-not-compiled"),
    ] {
        let reading = parse_graph(text.as_bytes(), "graph.json");
        assert_eq!(reading.value.actions, []);
        assert_eq!(reading.diagnostics[0].code, code, "{text}");
        assert_eq!(
            reading.diagnostics[0].place.as_ref().map(|place| place.path.as_str()),
            Some("graph.json")
        );
    }
}
