//! `docs/schemas`: the JSON Schemas of a message and of the file of the operator.

use std::{fs, path::Path};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/schemas");

/// Where a file is not what the program prints, the test writes it when `BELLJAR_WRITE` is set.
#[test]
fn published() {
    let schemas =
        [("notification", belljar_notify::json_schema()), ("notify", belljar_notify::config::json_schema())];
    for (name, schema) in schemas {
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        let path = Path::new(FOLDER).join(format!("{name}.json"));
        if fs::read_to_string(&path).unwrap_or_default() != text {
            assert!(std::env::var_os("BELLJAR_WRITE").is_some(), "{name}: `make schemas` regenerates it");
            fs::write(&path, text).unwrap();
        }
    }
}
