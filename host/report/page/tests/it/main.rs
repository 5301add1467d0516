//! Pages, unpacked again.
#![expect(clippy::indexing_slicing, reason = "the lints do not take the helpers of tests for tests")]
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{collections::BTreeMap, io::Read as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use belljar_page::{Content, Meta, PageError, filled, is_built, page};
use belljar_schema::{Document, Generation, Table};
use flate2::read::ZlibDecoder;
use serde_json::{Value, json};

const TEMPLATE: &str = "<!doctype html><script type=\"application/json\">\"BELLJAR-DATA\"</script>";

/// Names that end an element, a string or a line where they are text of a page.
const HOSTILE: [&str; 6] = [
    "</script><script>alert(1)</script>",
    "<!--",
    "\"BELLJAR-DATA\"",
    "a\u{2028}b\u{2029}",
    "\\\"",
    "\u{202e}x",
];

fn document(names: &[&str]) -> Document {
    let generation = Generation { version: "2.0".to_owned(), reason: String::new() };
    let mut document = Document::empty("0", generation);
    document.tables = names.iter().map(|name| table(name)).collect();
    document
}

fn table(name: &str) -> Table {
    let fields = json!({
        "metadata": "models:Base.metadata", "schema": null, "name": name, "status": "exact", "reasons": [], "place": null,
        "class": name, "columns": [], "primary_key": { "name": null, "columns": [] }, "unique": [], "foreign_keys": [],
        "checks": [], "excludes": [], "indexes": [], "comment": name, "prefixes": [], "options": {},
    });
    serde_json::from_value(fields).unwrap()
}

fn content<'a>(meta: &'a Meta, head: &'a Document) -> Content<'a> {
    Content { meta, head, base: &[], check: None, lineage: None }
}

/// The parts of a page: kind, side and data.
fn parts(page: &[u8]) -> Vec<(String, Option<String>, Value)> {
    let text = std::str::from_utf8(page).unwrap();
    let (_, rest) = text.split_once("json\">").unwrap();
    let (data, _) = rest.split_once("</script>").unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    assert_eq!((&data["format"], &data["encoding"]), (&json!("1.0"), &json!("deflate")));
    let unpacked = |part: &Value| {
        let bytes = STANDARD.decode(part["data"].as_str().unwrap()).unwrap();
        let mut text = String::new();
        ZlibDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
        let side = part.get("side").and_then(Value::as_str).map(str::to_owned);
        (part["kind"].as_str().unwrap().to_owned(), side, serde_json::from_str(&text).unwrap())
    };
    data["parts"].as_array().unwrap().iter().map(unpacked).collect()
}

#[test]
fn hostile_names_are_data_only() {
    let owners = HOSTILE.iter().map(|name| ((*name).to_owned(), vec![(*name).to_owned()]));
    let meta =
        Meta { title: HOSTILE.concat(), owners: owners.collect::<BTreeMap<_, _>>(), ..Meta::default() };
    let head = document(&HOSTILE);
    let page = filled(TEMPLATE, content(&meta, &head)).unwrap();
    let text = std::str::from_utf8(&page).unwrap();
    assert_eq!((text.matches('<').count(), text.is_ascii()), (TEMPLATE.matches('<').count(), true));
    let parts = parts(&page);
    assert_eq!(parts[0].2["title"], json!(HOSTILE.concat()));
    let names: Vec<&str> =
        parts[2].2.as_array().unwrap().iter().map(|table| table["name"].as_str().unwrap()).collect();
    assert_eq!(names, HOSTILE);
}

#[test]
fn tables_are_in_chunks_and_without_what_is_empty() {
    let names: Vec<String> = (0..250).map(|number| format!("t{number}")).collect();
    let head = document(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let gone = table("gone");
    let (meta, check, lineage) = (Meta::default(), br#"{"passed":false}"#, br#"{"edges":[]}"#);
    let whole =
        Content { base: &[&gone], check: Some(check), lineage: Some(lineage), ..content(&meta, &head) };
    let parts = parts(&filled(TEMPLATE, whole).unwrap());
    let kinds: Vec<(&str, Option<&str>)> =
        parts.iter().map(|(kind, side, _)| (kind.as_str(), side.as_deref())).collect();
    let (head, base) = (Some("head"), Some("base"));
    assert_eq!(
        kinds,
        [
            ("meta", None),
            ("document", head),
            ("tables", head),
            ("tables", head),
            ("tables", head),
            ("tables", base),
            ("check", None),
            ("lineage", None)
        ]
    );
    let lengths: Vec<usize> = parts[2..5].iter().map(|part| part.2.as_array().unwrap().len()).collect();
    assert_eq!(lengths, [100, 100, 50]);
    let first = parts[2].2[0].as_object().unwrap();
    let fields: Vec<&str> = first.keys().map(String::as_str).collect();
    assert_eq!(fields, ["class", "comment", "metadata", "name", "status"]);
    assert!(parts[1].2.get("tables").is_none());
    assert_eq!((&parts[6].2, &parts[7].2), (&json!({"passed": false}), &json!({"edges": []})));
}

#[test]
fn a_page_with_another_number_of_places_is_damaged() {
    let (meta, head) = (Meta::default(), document(&[]));
    for template in ["", "<p>", "\"BELLJAR-DATA\"\"BELLJAR-DATA\""] {
        let result = filled(template, content(&meta, &head));
        assert!(matches!(result, Err(PageError::Damaged)), "{template}");
    }
}

#[test]
fn a_program_without_the_page_says_so() {
    let (meta, head) = (Meta::default(), document(&["orders"]));
    match page(content(&meta, &head)) {
        Ok(page) => assert!(is_built() && page.len() > 10_000 && page.is_ascii()),
        Err(error) => assert!(!is_built() && matches!(error, PageError::NotBuilt), "{error}"),
    }
}
