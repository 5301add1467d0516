//! JSON: artefacts of dbt and Dataform, and documents.

use belljar_artefacts::dbt;
use belljar_schema::{Diagnostic, Document, Generation, Severity};

use crate::{
    Reader,
    Said::{Any, No, Yes},
    fill, numbered,
};

const MIB: usize = 1 << 20;

const SIZE: usize = 2 * MIB;

/// Values that become many times their text.
fn values() -> [(&'static str, String); 7] {
    [
        ("numbers", fill("[", "0,", "0]", SIZE)),
        ("lists", fill("[", "[],", "0]", SIZE)),
        ("objects", fill("[", "{\"\":0},", "0]", SIZE)),
        ("nested lists", fill("[", "[[[[[[0]]]]]],", "0]", SIZE)),
        ("keys", numbered("{", "\"#\":0,", "\"\":0}", SIZE)),
        ("depth", fill("", "[", "", SIZE)),
        ("a number", fill("", "1", "", SIZE)),
    ]
}

pub(crate) fn manifests() {
    let read = |bytes: &[u8]| dbt::parse_project(bytes, None, &dbt::Options::default()).diagnostics;
    let reader = Reader { name: "manifest", fixed: 80 * MIB, for_each: 60, read: &read };
    let head = "{\"metadata\":{\"dbt_schema_version\":\"https://schemas.getdbt.com/dbt/manifest/v12.json\"},";
    for (case, value) in values() {
        reader.holds(case, &value, Any);
        reader.holds(case, format!("{head}\"metrics\":{{\"a\":{value}}}}}"), Any);
        reader.holds(case, format!("{head}\"nodes\":{{\"a\":{{\"config\":{{\"x\":{value}}}}}}}}}"), Any);
    }
    for (case, list, entry) in [
        ("nodes", "nodes", "\"#\":{},"),
        ("models", "nodes", "\"#\":{\"resource_type\":\"model\",\"name\":\"#\"},"),
        ("damaged nodes", "nodes", "\"#\":0,"),
        ("macros", "macros", "\"#\":{},"),
        ("exposures", "exposures", "\"#\":{},"),
    ] {
        reader.holds(case, numbered(&format!("{head}\"{list}\":{{"), entry, "\"z\":{}}}", SIZE), Any);
    }
    let objects = format!("{head}\"metrics\":{{\"a\":{}}}}}", fill("[", "{\"\":0},", "0]", SIZE));
    reader.holds("it is said", objects, Yes);
    // Each of many metrics names what each of many semantic models has.
    let models =
        numbered("", "\"s#\":{\"unique_id\":\"s#\",\"dimensions\":[{\"name\":\"x\"}]},", "", SIZE / 8);
    let metrics = numbered("", "\"m#\":{\"unique_id\":\"m#\",\"filter\":\"Dimension('x')\"},", "", SIZE / 8);
    let text =
        format!("{head}\"semantic_models\":{{{models}\"z\":{{}}}},\"metrics\":{{{metrics}\"z\":{{}}}}}}");
    reader.holds("all by all", text, Any);
}

/// What the graph of a manifest holds, with the trees of its queries on the way.
pub(crate) fn graphs() {
    let read = |bytes: &[u8]| {
        let reading = dbt::parse_project(bytes, None, &dbt::Options::default());
        let mut builder = belljar_lineage::Builder::new();
        reading.inputs.into_iter().for_each(|input| builder.add(input));
        builder.finish().report().diagnostics.clone()
    };
    let head = "{\"metadata\":{\"dbt_schema_version\":\"https://schemas.getdbt.com/dbt/manifest/v12.json\",\"adapter_type\":\"postgres\"},";
    let models = |count: usize, code: &dyn Fn(usize) -> String| {
        let one = |at: usize| {
            let name = format!("m{at}");
            let code = code(at);
            format!(
                "\"model.p.{name}\":{{\"resource_type\":\"model\",\"unique_id\":\"model.p.{name}\",\"name\":\"{name}\",\"schema\":\"s\",\"compiled_code\":\"{code}\"}}"
            )
        };
        let all: Vec<String> = (0..count).map(one).collect();
        format!("{head}\"nodes\":{{{}}}}}", all.join(","))
    };
    let reader = Reader { name: "graph", fixed: 1_200 * MIB, for_each: 100, read: &read };
    for (case, unit) in [("short statements", "select 1;"), ("subqueries", "(select 1),"), ("names", "f(a),")]
    {
        let code = |_: usize| format!("select {}1", unit.repeat(30_000)).replace("select select", "select");
        reader.holds(case, models(12, &code), Any);
    }
    let wide: Vec<String> = (0..20_000).map(|at| format!("1 as c{at}")).collect();
    let chain = |at: usize| match at.checked_sub(1) {
        None => format!("select {}", wide.join(", ")),
        Some(before) => format!("select * from s.m{before}"),
    };
    reader.holds("a chain of stars", models(200, &chain), Any);
}

pub(crate) fn catalogs() {
    let read = |bytes: &[u8]| {
        let head = b"{\"metadata\":{\"dbt_schema_version\":\"manifest/v12.json\"}}";
        dbt::parse_project(head, Some(bytes), &dbt::Options::default()).diagnostics
    };
    let reader = Reader { name: "catalog", fixed: MIB, for_each: 30, read: &read };
    for (case, value) in values() {
        reader.holds(case, &value, Any);
    }
    reader.holds("nodes", numbered("{\"nodes\":{", "\"#\":{},", "\"z\":{}}}", SIZE), Any);
    let columns = "{\"nodes\":{\"a\":{\"columns\":{";
    reader.holds("columns", numbered(columns, "\"#\":{},", "\"z\":{}}}}}", SIZE), Any);
}

pub(crate) fn dataform() {
    let read = |bytes: &[u8]| belljar_artefacts::dataform::parse_graph(bytes, "graph.json").diagnostics;
    let reader = Reader { name: "Dataform", fixed: 80 * MIB, for_each: 24, read: &read };
    for (case, value) in values() {
        reader.holds(case, &value, Yes);
        reader.holds(case, format!("{{\"tables\":{value}}}"), Yes);
        reader.holds(case, format!("{{\"tables\":[{{\"name\":\"a\",\"x\":{value}}}]}}"), Any);
    }
    reader.holds("actions", fill("{\"tables\":[", "{\"name\":\"a\"},", "{\"name\":\"a\"}]}", SIZE), Yes);
    reader.holds(
        "some actions",
        fill("{\"tables\":[", "{\"name\":\"a\"},", "{\"name\":\"a\"}]}", SIZE / 8),
        No,
    );
}

pub(crate) fn documents() {
    let read = |bytes: &[u8]| {
        let error = serde_json::from_slice::<Document>(bytes).err();
        error.into_iter().map(|error| Diagnostic::new(Severity::Error, "x", error.to_string())).collect()
    };
    let reader = Reader { name: "document", fixed: MIB, for_each: 30, read: &read };
    let generation = Generation { version: String::new(), reason: String::new() };
    let empty = serde_json::to_string(&Document::empty("0", generation)).unwrap();
    for (case, value) in values() {
        let said = if case == "depth" || case == "a number" { Any } else { No };
        reader.holds(case, empty.replacen('{', &format!("{{\"x\":{value},"), 1), said);
        reader.holds(case, empty.replacen("\"tables\":[]", &format!("\"tables\":{value}"), 1), Yes);
    }
    let one = "{\"severity\":\"note\",\"code\":\"\",\"message\":\"\",\"place\":null,\"hint\":null}";
    let many = fill("\"diagnostics\":[", &format!("{one},"), &format!("{one}]"), SIZE);
    reader.holds("diagnostics", empty.replacen("\"diagnostics\":[]", &many, 1), No);
}
