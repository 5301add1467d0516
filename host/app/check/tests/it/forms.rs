//! The forms for programs stay what their readers take, whatever the names are and however many there are.

use belljar_check::{Verdict, render};
use proptest::prelude::*;
use serde_json::Value;

use super::hostile::{text, verdict};

/// GitHub takes 10 MB of SARIF, compressed; this is without.
const MOST: usize = 10_000_000;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The longest text in a value, but for places, which are as long as they are.
fn longest(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(all) => all.iter().map(longest).max().unwrap_or(0),
        Value::Object(all) => {
            let texts = all.iter().filter(|(key, _)| !["uri", "path"].contains(&key.as_str()));
            texts.map(|(_, value)| longest(value)).max().unwrap_or(0)
        }
        _ => 0,
    }
}

#[track_caller]
fn holds(verdict: &Verdict) {
    let sarif = render::sarif(verdict).unwrap();
    let log = json(&sarif);
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(sarif.len() < MOST && results.len() <= 5_000, "{} bytes", sarif.len());
    assert!(longest(&log["runs"][0]["results"]) < 7_000, "{}", longest(&log));
    for result in results {
        let message = result["message"]["text"].as_str().unwrap();
        let plain = message.replace("{{", "").replace("}}", "");
        assert!(!plain.contains(['{', '}']), "{message}");
        let brackets = message.match_indices(['[', ']']).filter(|(at, _)| {
            let before = message[..*at].len() - message[..*at].trim_end_matches('\\').len();
            before % 2 == 0
        });
        assert_eq!(brackets.count(), 0, "{message}");
    }
    let gitlab = render::gitlab(verdict).unwrap();
    assert!(gitlab.len() < MOST && longest(&json(&gitlab)) < 7_000, "{} bytes", gitlab.len());
    let junit = render::junit(verdict).unwrap();
    assert!(junit.len() < 2 * MOST, "{} bytes", junit.len());
    quick_junit::Report::deserialize_from_str(&junit).unwrap();
    let orders = render::github(verdict);
    assert!(orders.lines().count() <= 301);
    for line in orders.lines() {
        let level = ["::error ", "::warning ", "::notice "].iter().find(|level| line.starts_with(**level));
        let (properties, _) = line[level.expect(line).len()..].split_once("::").unwrap();
        let names = properties.split(',').map(|one| one.split_once('=').unwrap().0);
        for name in names {
            assert!(["file", "line", "col", "endColumn", "title"].contains(&name), "{line}");
        }
        assert!(!line.contains("##["), "{line}");
    }
}

#[test]
fn many_findings_with_long_names() {
    let verdict = verdict(&"p/\u{1b}[".repeat(1_000), 220);
    assert!(verdict.findings.len() >= 220);
    holds(&verdict);
    let sarif = json(&render::sarif(&verdict).unwrap());
    let notifications = sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(notifications.contains("more are omitted here"), "what is left out is reported");
    assert!(render::gitlab(&verdict).unwrap().contains("more are omitted here"));
    assert!(render::junit(&verdict).unwrap().contains("more are omitted here"));
    assert!(render::github(&verdict).contains("more are omitted here"));
}

#[test]
fn many_findings_with_short_names() {
    let verdict = verdict("t", 5_010);
    holds(&verdict);
    let sarif = json(&render::sarif(&verdict).unwrap());
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 5_000);
    // The control: where there are few, nothing is left out.
    let few = super::hostile::verdict("t", 3);
    assert_eq!(
        json(&render::sarif(&few).unwrap())["runs"][0]["results"].as_array().unwrap().len(),
        few.findings.len()
    );
    assert!(!render::github(&few).contains("left out"));
}

/// GitHub shows no more of what describes a rule.
#[test]
fn descriptions_of_rules_fit() {
    for rule in belljar_rules::rules() {
        assert!(rule.title.len() <= 1_024 && rule.explanation.len() <= 1_024, "{}", rule.code);
        assert!(rule.page().len() <= 20_000, "{}", rule.code);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_names_are(evil in text(), count in 1_usize..6) {
        holds(&verdict(&evil, count));
    }
}
