//! One statement, one finding: the most severe leads, and each code is still its own.

use belljar_rules::{Database, Finding, Level, RuleConfig, RulesConfig, Severity, check, merge, rules};
use belljar_schema::Document;

use crate::make::{Edit, column, compare, document, edited, email, required, same, ty_of, unique, users};

/// What is reported after merging, each with what it names too.
fn finding_codes(base: Edit, head: Edit, set: &[(&str, Level)]) -> Vec<String> {
    let (base, head) = (edited(base), edited(head));
    let found = findings(&base, &head, set);
    let lead = |one: &Finding| {
        let also: Vec<&str> = one.also.iter().map(|other| &*other.code).collect();
        format!("{} {}", one.code, also.join(" ")).trim_end().to_owned()
    };
    merge(found, |one| one).iter().map(lead).collect()
}

fn findings(base: &Document, head: &Document, set: &[(&str, Level)]) -> Vec<Finding> {
    let dialects = vec![Database::Postgresql, Database::Mysql, Database::Mariadb, Database::Sqlite];
    let mut config = RulesConfig { dialects, ..RulesConfig::default() };
    for (code, level) in set {
        let own = RuleConfig { level: Some(*level), ..RuleConfig::default() };
        config.rules.insert((*code).to_owned(), own);
    }
    check(&compare(base, head, &[]), base, head, &config, &[]).findings
}

const ADDED: Edit = |d| users(d).columns.push(required("age", "INTEGER"));
const REQUIRED: Edit = |d| email(d).nullable = false;

#[test]
fn a_required_column_is_reported_once() {
    assert_eq!(finding_codes(same, ADDED, &[]), ["BJ203 BJ702"]);
    assert_eq!(finding_codes(same, REQUIRED, &[]), ["BJ204 BJ406 BJ701"]);
    assert_eq!(finding_codes(same, |d| email(d).ty = ty_of("INTEGER"), &[]), ["BJ206 BJ404", "BJ701"]);
    assert_eq!(finding_codes(same, |d| email(d).ty = ty_of("VARCHAR(20)"), &[]), ["BJ205 BJ404"]);
    assert_eq!(
        finding_codes(same, |d| users(d).unique.push(unique("uq", &["email"])), &[]),
        ["BJ201 BJ403 BJ701"]
    );
    // Two changes are two causes.
    let two: Edit = |d| {
        REQUIRED(d);
        ADDED(d);
    };
    assert_eq!(finding_codes(same, two, &[]), ["BJ204 BJ406 BJ701", "BJ203 BJ702"]);
    let other: Edit = |d| users(d).columns.push(column("age", "INTEGER"));
    assert_eq!(finding_codes(same, other, &[]), Vec::<String>::new());
}

#[test]
fn each_code_is_switched_and_graded_by_itself() {
    type Case = (&'static [(&'static str, Level)], &'static [&'static str]);
    let cases: [Case; 7] = [
        (&[("BJ406", Level::Off)], &["BJ204 BJ701"]),
        (&[("BJ204", Level::Off)], &["BJ406", "BJ701"]),
        (&[("locks", Level::Off), ("BJ701", Level::Off)], &["BJ204"]),
        (&[("BJ204", Level::Note)], &["BJ406 BJ204 BJ701"]),
        (&[("BJ204", Level::Warning)], &["BJ204 BJ406 BJ701"]),
        (&[("BJ204", Level::Note), ("BJ701", Level::Error)], &["BJ701 BJ204 BJ406"]),
        (&[("BJ204", Level::Note), ("BJ406", Level::Note), ("BJ701", Level::Note)], &["BJ204 BJ406 BJ701"]),
    ];
    for (set, expected) in cases {
        assert_eq!(finding_codes(same, REQUIRED, set), expected, "{set:?}");
    }
}

/// What is silenced is taken away before, so that the rest is reported as if it had been found alone.
#[test]
fn what_is_silenced_takes_nothing_along() {
    let found = findings(&document(), &edited(REQUIRED), &[]);
    for (silenced, expected) in [("BJ204", "BJ406|BJ701"), ("BJ406", "BJ204"), ("BJ701", "BJ204")] {
        let left = found.iter().filter(|one| one.code != silenced).cloned().collect();
        let codes: Vec<String> = merge(left, |one| one).into_iter().map(|one| one.code).collect();
        assert_eq!(codes.join("|"), expected, "without {silenced}");
    }
}

#[test]
fn advice_of_all_of_them_stays() {
    let found = findings(&document(), &edited(REQUIRED), &[]);
    let steps: Vec<(&str, Vec<Database>)> =
        found.iter().flat_map(|one| &one.recipe).map(|step| (&*step.text, step.dialects.clone())).collect();
    let merged = merge(found.clone(), |one| one);
    assert_eq!(merged.len(), 1);
    for (text, dialects) in steps {
        let own = merged[0].recipe.iter().find(|step| step.text == text).expect("a step of each");
        // What was for the databases of its finding says so.
        assert!(own.dialects == dialects || dialects.is_empty(), "{text}");
    }
    let only_sqlite = merged[0].recipe.iter().filter(|step| step.dialects == [Database::Sqlite]).count();
    assert!(only_sqlite >= 2, "{:#?}", merged[0].recipe);
    let also = &merged[0].also;
    assert_eq!(also[0].severity, Severity::Warning);
    assert!(found.iter().any(|one| one.message == also[0].message && one.code == also[0].code));
    // Once more changes nothing.
    assert_eq!(merge(merged.clone(), |one| one), merged);
}

/// A part is part of rules that there are, and none is a part of itself.
#[test]
fn parts_of_rules() {
    for rule in rules() {
        for code in rule.part_of {
            let whole = belljar_rules::find(code).expect("a rule");
            assert!(whole.code != rule.code && !whole.part_of.contains(&rule.code), "{}", rule.code);
        }
    }
}
