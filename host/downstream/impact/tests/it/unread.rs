//! Artefacts that are named and can't be read: what reads through them is not known, and that is the answer.

use belljar_artefacts::{dataform, dbt, lookml, tableau};
use belljar_impact::{
    Impact,
    render::{Markdown, Text},
};
use belljar_lineage::{Builder, Dialect};
use belljar_replication::Replications;
use belljar_schema::{Diagnostic, Severity};

use crate::{impact_on, model, shop, without_total};

/// What is said of the bytes of an artefact, by its reader.
fn outcomes(kind: &str, bytes: &[u8]) -> Vec<Diagnostic> {
    let path = format!("{kind}.file");
    match kind {
        "dbt" => {
            dbt::parse_project(bytes, None, &dbt::Options { path, ..dbt::Options::default() }).diagnostics
        }
        "catalog" => {
            let manifest = br#"{"metadata": {}, "nodes": {}}"#;
            dbt::parse_project(manifest, Some(bytes), &dbt::Options { path, ..dbt::Options::default() })
                .diagnostics
        }
        "dataform" => dataform::parse_graph(bytes, &path).diagnostics,
        "lookml" => lookml::parse_file(bytes, &path).diagnostics,
        _ => tableau::parse_workbook(bytes, &path).diagnostics,
    }
}

/// The impact where a sound model reads, and this was said of another artefact.
fn beside(outcomes: &[Diagnostic], sql: &str) -> Impact {
    let mut builder = Builder::new();
    builder.application("", &shop(), Dialect::Postgres, &Replications::default(), Dialect::Snowflake);
    builder.add(model("m", sql, None));
    for one in outcomes {
        builder.report(one.clone());
    }
    impact_on(&builder.finish(), without_total)
}

#[test]
fn every_kind_of_artefact_that_is_damaged() {
    let deep = |open: &str| open.repeat(200_000).into_bytes();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("dbt", b"".to_vec()),
        ("dbt", b"{}".to_vec()),
        ("dbt", b"[]".to_vec()),
        ("dbt", b"{\"nodes\": {".to_vec()),
        ("dbt", deep("[")),
        ("dbt", deep("{\"a\":")),
        ("dbt", format!("{{\"nodes\": {}}}", "9".repeat(100_000)).into_bytes()),
        ("dbt", vec![0xff; 64]),
        ("catalog", b"{".to_vec()),
        ("catalog", deep("[")),
        ("dataform", b"".to_vec()),
        ("dataform", b"{}".to_vec()),
        ("dataform", deep("[")),
        ("dataform", b"{\"tables\": 7}".to_vec()),
        ("lookml", b"view: {{{".to_vec()),
        ("lookml", vec![b'}'; 64]),
        ("tableau", b"".to_vec()),
        ("tableau", b"<a/>".to_vec()),
        ("tableau", b"<workbook><datasources>".to_vec()),
        ("tableau", b"PK\x03\x04 and no more".to_vec()),
    ];
    for (kind, bytes) in cases {
        let shown: String = String::from_utf8_lossy(&bytes).chars().take(20).collect();
        let outcomes = outcomes(kind, &bytes);
        assert!(outcomes.iter().any(|one| one.severity == Severity::Error), "{kind} {shown}: {outcomes:?}");
        let found = beside(&outcomes, "select id from raw.users");
        assert!(!found.unjoined.is_read() && !found.unjoined.is_empty(), "{kind} {shown}");
        let (text, comment) = (Text(&found).to_string(), Markdown(&found).to_string());
        for form in [&text, &comment] {
            assert!(form.contains("undetermined") && form.contains("not read: "), "{kind} {shown}: {form}");
            assert!(!form.contains("0 break") && !form.contains("nothing is affected"), "{form}");
        }
        // What breaks is reported all the same.
        let found = beside(&outcomes, "select total from raw.orders");
        assert!(!found.unjoined.is_read());
        assert!(Text(&found).to_string().contains("of the rest, 1 break"), "{}", Text(&found));
    }
}

#[test]
fn what_is_sound_is_read() {
    let dbt = br#"{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "adapter_type": "snowflake"}, "nodes": {}}"#;
    let cases: [(&str, &[u8]); 4] = [
        ("dbt", dbt),
        ("dataform", br#"{"tables": []}"#),
        ("lookml", b"view: users { sql_table_name: raw.users ;; }"),
        ("tableau", b"<workbook><datasources/></workbook>"),
    ];
    for (kind, bytes) in cases {
        let outcomes = outcomes(kind, bytes);
        let found = beside(&outcomes, "select id from raw.users");
        assert_eq!(found.unjoined.unread, [""; 0], "{kind}: {outcomes:?}");
        assert!(found.unjoined.is_read() && Text(&found).to_string().contains("0 break"), "{kind}");
    }
}

#[test]
fn what_settings_name_and_is_not_there() {
    let mut found = beside(&[], "select id from raw.users");
    assert!(found.unjoined.is_read());
    let missing = Diagnostic::new(Severity::Error, "no-artefact", "`x.json` of `downstream` names no file");
    found.add_diagnostics(&[missing.at("belljar.toml", 0)]);
    assert_eq!(found.unjoined.unread, ["belljar.toml"]);
    assert!(!found.unjoined.is_read());
    // A warning, and what is no matter of artefacts, take nothing away.
    let mut found = beside(&[], "select id from raw.users");
    found.add_diagnostics(&[Diagnostic::new(Severity::Warning, "artefact-of-head", "it counts")]);
    assert!(found.unjoined.is_read());
}
