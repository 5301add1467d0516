//! Gives code the spelling of a database: `aligned CODE DATABASE DIALECT` writes both documents over the files.
//!
//! For `tests/compare_metadata/round_trip.py`.
#![expect(clippy::expect_used, clippy::panic, reason = "a tool of a test")]

use std::{env, fs};

use belljar_dialect::Database;
use belljar_diff::aligned;
use belljar_schema::Document;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [code, database, dialect] = arguments.as_slice() else { panic!("CODE DATABASE DIALECT") };
    let read = |path: &String| -> Document {
        serde_json::from_slice(&fs::read(path).expect("the file is there")).expect("it is a document")
    };
    let named = Database::ALL.into_iter().find(|database| database.name() == dialect);
    let dialect = named.expect("a dialect");
    let (one, other) = aligned(&read(code), &read(database), dialect, Some("public"));
    for (path, document) in [(code, one), (database, other)] {
        fs::write(path, serde_json::to_vec(&document).expect("it is JSON")).expect("it is written");
    }
}
