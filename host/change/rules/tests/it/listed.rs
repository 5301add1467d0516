//! The list of rules is in order, says everything, and is what the documents say.

use std::fmt::Write as _;

use belljar_rules::{find, rules};

#[test]
fn rules_are_complete() {
    assert!(rules().is_sorted_by(|one, other| one.code < other.code), "in the order of their codes");
    for rule in rules() {
        let is_code = rule.code.len() == 5 && rule.code.starts_with("BJ");
        assert!(is_code && rule.code.chars().skip(2).all(|one| one.is_ascii_digit()), "{}", rule.code);
        assert!(
            rule.name.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-'),
            "{}",
            rule.name
        );
        assert!(!rule.title.is_empty() && !rule.title.ends_with('.'), "{}", rule.code);
        assert!(rule.explanation.ends_with('.') && !rule.explanation.contains("  "), "{}", rule.code);
        assert!(!rule.recipe.is_empty() && !rule.dialects.is_empty(), "{}", rule.code);
        let page = rule.page();
        assert!(page.contains(rule.explanation), "{}", rule.code);
        let is_letter = |letter: char| letter.is_ascii_lowercase() || letter == '_';
        let has_name = |part: &str| part.split_once('}').is_some_and(|(name, _)| name.chars().all(is_letter));
        assert!(!page.split('{').skip(1).any(has_name), "a placeholder is left: {page}");
        assert_eq!(find(rule.name).map(|found| found.code), Some(rule.code));
        assert_eq!(find(&rule.code.to_lowercase()).map(|found| found.name), Some(rule.name));
    }
    assert!(find("BJ000").is_none());
}

/// `docs/rules.md` from the rules; where it differs, the test writes what it should be when `BELLJAR_WRITE` is set.
#[test]
fn the_document_is_up_to_date() {
    let mut text = include_str!("rules.head.md").to_owned();
    text.push_str(
        "| code | name | what it finds | severity | databases | other tools |\n|---|---|---|---|---|---|\n",
    );
    for rule in rules() {
        let severity = format!("{:?}", rule.severity).to_lowercase();
        let off = if rule.enabled { "" } else { " (off)" };
        let dialects: Vec<&str> = rule.dialects.iter().map(|dialect| dialect.title()).collect();
        let dialects = if dialects.len() == 4 { "all".to_owned() } else { dialects.join(", ") };
        let others = rule.supersedes.join(", ");
        writeln!(
            text,
            "| <a id=\"{}\"></a>{} | `{}` | {} | {severity}{off} | {dialects} | {others} |",
            rule.code.to_lowercase(),
            rule.code,
            rule.name,
            rule.title
        )
        .expect("writing to a string");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/rules.md");
    if std::env::var_os("BELLJAR_WRITE").is_some() {
        std::fs::write(path, &text).expect("docs can be written");
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), text, "BELLJAR_WRITE=1 rewrites it");
}
