//! `docs/schemas`: the JSON Schemas as files, from which the dataclasses of the Python package are made.

use std::{fs, path::Path};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/schemas");

/// Where a file is not what the program prints, the test writes it when `BELLJAR_WRITE` is set.
#[test]
fn published() {
    let schemas = [
        ("extract", belljar_schema::json_schema()),
        ("diff", belljar_diff::json_schema()),
        ("check", belljar_check::json_schema()),
        ("lineage", belljar_lineage::graph::json_schema()),
        ("impact", belljar_impact::json_schema()),
        ("migrations", belljar_check::migrations::json_schema()),
        ("drift", belljar_check::drift::json_schema()),
        ("log", belljar_check::log::json_schema()),
        ("config", belljar_check::config::json_schema()),
    ];
    let mut stale = Vec::new();
    for (name, schema) in schemas {
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        let path = Path::new(FOLDER).join(format!("{name}.json"));
        if fs::read_to_string(&path).unwrap_or_default() != text {
            if std::env::var_os("BELLJAR_WRITE").is_some() {
                fs::write(&path, text).unwrap();
            } else {
                stale.push(name);
            }
        }
    }
    assert!(stale.is_empty(), "{stale:?}: `make schemas` regenerates them");
}
