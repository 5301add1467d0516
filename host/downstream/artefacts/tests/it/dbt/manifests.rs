//! Manifests: whole, old, new, damaged, without compiled code.

use belljar_artefacts::dbt;
use belljar_lineage::{
    Builder, Cause, Dialect,
    graph::{Graph, OwnerKind},
};
use belljar_testing::graph::{column_sources, downstream};
use serde_json::{Value, json};

fn node(name: &str, code: &str) -> Value {
    json!({
        "resource_type": "model", "name": name, "package_name": "shop", "database": "db", "schema": "s", "alias": name,
        "relation_name": format!("db.s.{name}"), "raw_code": code, "original_file_path": format!("models/{name}.sql"),
        "depends_on": {"nodes": []}, "config": {"materialized": "table", "meta": {"owner": "@data"}},
    })
}

fn manifest() -> Value {
    json!({
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "adapter_type": "snowflake", "project_name": "shop",
        },
        "sources": {"source.shop.app.orders": {
            "resource_type": "source", "name": "orders", "source_name": "app", "package_name": "shop",
            "database": "raw", "schema": "app", "identifier": "orders", "columns": {"id": {"name": "id"}, "total": {"name": "total"}},
        }},
        "nodes": {
            "model.shop.stg": node("stg", "{{ config(materialized='view') }}\nselect id, {{ cents('total') }} as total\nfrom {{ source('app', 'orders') }}\n{% if is_incremental() %}where id > (select max(id) from {{ this }}){% endif %}"),
            "model.shop.fct": node("fct", "{%- set columns = [] -%}{%- for one in ['total'] -%}{%- do columns.append('sum(' ~ one ~ ') as ' ~ one) -%}{%- endfor -%}\nselect id, {{ columns | join(', ') }} from {{ ref('stg') }} group by 1"),
            "test.shop.not_null_fct_total": {
                "resource_type": "test", "name": "not_null_fct_total", "package_name": "shop", "column_name": "total",
                "attached_node": "model.shop.fct", "depends_on": {"nodes": ["model.shop.fct"]},
                "test_metadata": {"name": "not_null", "kwargs": {"column_name": "total"}},
            },
        },
        "macros": {
            "macro.shop.cents": {"name": "cents", "package_name": "shop", "macro_sql": "{% macro cents(c) %}{{ return(adapter.dispatch('cents', 'shop')(c)) }}{% endmacro %}"},
            "macro.shop.default__cents": {"name": "default__cents", "package_name": "shop", "macro_sql": "{% macro default__cents(c) %}({{ c }} / 100){% endmacro %}"},
        },
        "exposures": {"exposure.shop.board": {
            "name": "board", "type": "dashboard", "owner": {"name": "Ann", "email": "ann@shop.example"},
            "depends_on": {"nodes": ["model.shop.fct"]},
        }},
    })
}

fn parse_manifest(manifest: &Value) -> (dbt::Project, Graph) {
    let reading = dbt::parse_project(manifest.to_string().as_bytes(), None, &dbt::Options::default());
    let mut builder = Builder::new();
    reading.clone().give(&mut builder);
    (reading, builder.finish())
}

#[test]
fn templates_are_rendered_where_nothing_is_compiled() {
    let (reading, graph) = parse_manifest(&manifest());
    assert_eq!((reading.version, reading.rendered, reading.compiled), (Some(12), 2, 0));
    assert_eq!(column_sources(&graph, "model.shop.fct"), ["id: =stg.id", "total: +stg.total"]);
    let reached = downstream(&graph, "source.shop.app.orders", "total");
    assert_eq!(reached, ["stg.total", "fct.total", "not_null_fct_total", "board"]);
    let board = graph.dataset(graph.find("exposure.shop.board").expect("there")).expect("there");
    assert_eq!(
        board.owners.first().map(|owner| (owner.name.as_str(), owner.kind)),
        Some(("Ann", OwnerKind::Exposure))
    );
    let unknowns: Vec<_> =
        graph.report().unknowns.iter().filter(|one| one.cause != Cause::StarNotExpanded).collect();
    assert!(unknowns.is_empty(), "{unknowns:#?}");
}

#[test]
fn types_are_those_that_dbt_would_write() {
    let mut text = manifest();
    text["nodes"]["model.shop.fct"]["raw_code"] = json!(
        "select cast(id as {{ api.Column.translate_type('string') }}) as id, cast(total as {{ api.Column.numeric_type('numeric', 12, 2) }}) as total from {{ ref('stg') }}"
    );
    let (reading, graph) = parse_manifest(&text);
    let sql =
        reading.inputs.iter().find(|input| input.id == "model.shop.fct").and_then(|input| input.sql.as_ref());
    assert_eq!(
        sql.map(|sql| sql.text.trim()),
        Some("select cast(id as varchar) as id, cast(total as numeric) as total from db.s.stg")
    );
    assert_eq!(column_sources(&graph, "model.shop.fct"), ["id: stg.id", "total: stg.total"]);
}

#[test]
fn a_macro_of_the_adapter_comes_before_the_default_of_dbt() {
    let mut text = manifest();
    text["macros"]["macro.dbt.now"] = json!({"name": "now", "package_name": "dbt", "macro_sql": "{% macro now() %}{{ adapter.dispatch('now', 'dbt')() }}{% endmacro %}"});
    text["macros"]["macro.dbt.default__now"] = json!({"name": "default__now", "package_name": "dbt", "macro_sql": "{% macro default__now() %}{{ exceptions.raise_not_implemented('now') }}{% endmacro %}"});
    text["macros"]["macro.dbt_snowflake.snowflake__now"] = json!({"name": "snowflake__now", "package_name": "dbt_snowflake", "macro_sql": "{% macro snowflake__now() %}sysdate(){% endmacro %}"});
    text["nodes"]["model.shop.fct"]["raw_code"] =
        json!("select coalesce({{ dbt.now() }}, total) as total from {{ ref('stg') }}");
    let (_, graph) = parse_manifest(&text);
    assert_eq!(column_sources(&graph, "model.shop.fct"), ["total: stg.total"]);
}

#[test]
fn stand_ins_are_reported() {
    let mut text = manifest();
    text["nodes"]["model.shop.fct"]["raw_code"] =
        json!("select id, {{ lost('a') }} as l, '{{ var(\"day\") }}' as d from {{ ref('stg') }}");
    let (_, graph) = parse_manifest(&text);
    let counts = &graph.report().counts;
    assert_eq!((counts.get(&Cause::MacroStoodIn), counts.get(&Cause::VariableStoodIn)), (Some(&1), Some(&1)));
    assert_eq!(column_sources(&graph, "model.shop.fct"), ["id: =stg.id", "l:", "d:"]);
}

#[test]
fn every_version_is_read_and_others_are_reported() {
    for version in 7..=12 {
        let mut text = manifest();
        text["metadata"]["dbt_schema_version"] =
            json!(format!("https://schemas.getdbt.com/dbt/manifest/v{version}.json"));
        if version < 8 {
            for name in ["stg", "fct"] {
                let node = &mut text["nodes"][format!("model.shop.{name}")];
                node["raw_sql"] = node["raw_code"].take();
                node.as_object_mut().expect("a node").remove("raw_code");
            }
        }
        let (reading, graph) = parse_manifest(&text);
        assert_eq!(reading.diagnostics, [], "version {version}");
        assert_eq!(
            column_sources(&graph, "model.shop.fct"),
            ["id: =stg.id", "total: +stg.total"],
            "version {version}"
        );
    }
    let mut text = manifest();
    text["metadata"]["dbt_schema_version"] = json!("https://schemas.getdbt.com/dbt/manifest/v99.json");
    let (reading, graph) = parse_manifest(&text);
    let messages: Vec<&str> = reading.diagnostics.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(messages, ["manifest version 99 is not supported; it was read as version 12"]);
    assert!(graph.find("model.shop.fct").is_some());
}

#[test]
fn a_damaged_node_costs_that_node() {
    let mut text = manifest();
    text["nodes"]["model.shop.bad"] = json!({"resource_type": 7});
    let (_, graph) = parse_manifest(&text);
    assert_eq!(graph.report().counts.get(&Cause::Damaged), Some(&1));
    assert_eq!(column_sources(&graph, "model.shop.fct"), ["id: =stg.id", "total: +stg.total"]);
}

#[test]
fn a_manifest_that_breaks_off_gives_what_stands_before() {
    let text = manifest().to_string();
    for cut in (0..text.len()).step_by(97) {
        let reading = dbt::parse_project(&text.as_bytes()[..cut], None, &dbt::Options::default());
        assert!(reading.diagnostics.iter().any(|one| one.code == "manifest-damaged"), "cut at {cut}");
        let mut builder = Builder::new();
        reading.give(&mut builder);
        builder.finish();
    }
}

#[test]
fn a_template_that_does_not_end_is_ended() {
    let mut text = manifest();
    text["nodes"]["model.shop.fct"]["raw_code"] =
        json!("{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}");
    text["nodes"]["model.shop.stg"]["raw_code"] = json!("select {{ turn() }}");
    text["macros"]["macro.shop.turn"] = json!({"name": "turn", "package_name": "shop", "macro_sql": "{% macro turn() %}{{ turn() }}{{ turn() }}{% endmacro %}"});
    let (_, graph) = parse_manifest(&text);
    assert_eq!(graph.report().counts.get(&Cause::TemplateNotRendered), Some(&2));
}

#[test]
fn a_catalog_expands_stars() {
    let mut text = manifest();
    text["nodes"]["model.shop.stg"]["raw_code"] = json!("select * from {{ source('app', 'orders') }}");
    let catalog = json!({"sources": {"source.shop.app.orders": {"columns": {
        "TOTAL": {"name": "TOTAL", "index": 2, "type": "NUMBER"}, "ID": {"name": "ID", "index": 1}, "LATE": {"name": "LATE", "index": 3},
    }}}});
    let reading = dbt::parse_project(
        text.to_string().as_bytes(),
        Some(catalog.to_string().as_bytes()),
        &dbt::Options::default(),
    );
    let mut builder = Builder::new();
    reading.give(&mut builder);
    let graph = builder.finish();
    assert_eq!(
        column_sources(&graph, "model.shop.stg"),
        ["ID: =app.orders.ID", "TOTAL: =app.orders.TOTAL", "LATE: =app.orders.LATE"]
    );
    assert_eq!(graph.report().unknowns, []);
}

#[test]
fn an_unknown_dialect_is_reported() {
    let mut text = manifest();
    text["metadata"]["adapter_type"] = json!("abacus");
    let (reading, graph) = parse_manifest(&text);
    assert!(reading.diagnostics.iter().any(|one| one.code == "dialect-not-known" && one.hint.is_some()));
    assert_eq!(
        graph.dataset(graph.find("model.shop.fct").expect("there")).map(|one| one.dialect),
        Some(Dialect::Generic)
    );
}

/// What the engine's lexer can't count costs the model that has it, and no other; so does a macro that has it.
#[test]
fn a_template_that_cannot_be_counted_costs_that_model() {
    let long = |open: &str, count: usize| open.repeat(count);
    let beyond = usize::from(u16::MAX);
    let unclosed = ["{# ", "{{ ", "{% ", "{{ '", "{%- raw %}"];
    let mut texts: Vec<String> = unclosed.iter().map(|open| long(open, 100_000)).collect();
    texts.extend(unclosed.iter().map(|open| format!("{}{open}", long("x", beyond - open.len()))));
    texts.extend(unclosed.iter().map(|open| format!("{}{open}", long("x", beyond))));
    texts.extend(unclosed.iter().map(|open| format!("{}{open}", long("\n", beyond))));
    texts.push(format!("{}{{{{ 1 ! }}}}", long("é", beyond - 1)));
    texts.push(format!("{{{{ 1 ! {}", long("é", beyond)));
    for raw in &texts {
        let mut text = manifest();
        text["nodes"]["model.shop.bad"] = node("bad", raw);
        text["nodes"]["model.shop.user"] = node("user", "select {{ wide() }} as id from {{ ref('stg') }}");
        let wide = format!("{{% macro wide() %}}{raw}{{% endmacro %}}");
        text["macros"]["macro.shop.wide"] =
            json!({"name": "wide", "package_name": "shop", "macro_sql": wide});
        let (reading, graph) = parse_manifest(&text);
        let shown: String = raw.chars().take(20).collect();
        assert_eq!(reading.diagnostics, [], "{shown}");
        assert_eq!(column_sources(&graph, "model.shop.fct"), ["id: =stg.id", "total: +stg.total"], "{shown}");
        let lost = graph.report().unknowns.iter().filter(|one| one.cause == Cause::TemplateNotRendered);
        let lost: Vec<&str> = lost.filter_map(|one| one.dataset.as_deref()).collect();
        assert!(lost.contains(&"model.shop.bad") && lost.len() <= 2, "{shown}: {lost:?}");
        // Controls: what is compiled needs no template.
        text["nodes"]["model.shop.bad"]["compiled_code"] = json!("select id from db.s.stg");
        assert_eq!(column_sources(&parse_manifest(&text).1, "model.shop.bad"), ["id: =stg.id"], "{shown}");
    }
    let mut text = manifest();
    let raw = format!("select {}, id from {{{{ ref('stg') }}}}", long("1,", 35_000).trim_end_matches(','));
    text["nodes"]["model.shop.bad"] = node("bad", &raw);
    let (_, graph) = parse_manifest(&text);
    // What is sound is rendered, however long its lines are.
    assert_eq!(graph.report().counts.get(&Cause::TemplateNotRendered), None);
}
