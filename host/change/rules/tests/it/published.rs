//! The JSON form is what its JSON Schema says.

use belljar_rules::{Report, RulesConfig, json_schema, rules};

use crate::make::{column, edited, email, report, same, users};

#[test]
fn a_report_is_valid_and_comes_back() {
    let schema = serde_json::to_value(json_schema()).expect("a JSON Schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid JSON Schema");
    let head = edited(|document| {
        users(document).columns.push(column("order", "JSON"));
        email(document).nullable = false;
        document.tables.remove(0);
    });
    let found = report(&edited(same), &head, &RulesConfig::default());
    assert!(found.findings.len() > 3, "there is something to see");
    let json = serde_json::to_value(&found).expect("a report is JSON");
    let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(serde_json::from_value::<Report>(json).expect("what was written can be read"), found);
}

#[test]
fn settings_and_rules_are_json() {
    let config = RulesConfig::default();
    let json = serde_json::to_value(&config).expect("settings are JSON");
    assert_eq!(serde_json::from_value::<RulesConfig>(json).expect("they can be read"), config);
    assert_eq!(serde_json::from_str::<RulesConfig>("{}").expect("all has a default"), config);
    let listed = serde_json::to_value(rules()).expect("rules are JSON");
    assert_eq!(listed.as_array().map(Vec::len), Some(rules().len()));
}
