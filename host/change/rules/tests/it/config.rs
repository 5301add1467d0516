//! Rules are switched, graded and scoped.

use belljar_rules::{Database, Level, RuleConfig, RulesConfig, Severity, databases_for};
use belljar_schema::Status;

use crate::make::{document, edited, email, findings_of, report, same, users};

fn dropped(config: &RulesConfig) -> Vec<Severity> {
    let head = edited(|document| drop(users(document).columns.remove(1)));
    let report = report(&edited(same), &head, config);
    findings_of(&report, "BJ102").iter().map(|finding| finding.severity).collect()
}

fn set(key: &str, own: RuleConfig) -> RulesConfig {
    let mut config = RulesConfig::default();
    config.rules.insert(key.to_owned(), own);
    config
}

fn level(level: Level) -> RuleConfig {
    RuleConfig { level: Some(level), ..RuleConfig::default() }
}

#[test]
fn levels() {
    let cases = [
        ("BJ102", Level::Off, vec![]),
        ("drop-column", Level::Off, vec![]),
        ("destructive", Level::Off, vec![]),
        ("BJ101", Level::Off, vec![Severity::Error]),
        ("BJ102", Level::On, vec![Severity::Error]),
        ("BJ102", Level::Note, vec![Severity::Note]),
        ("destructive", Level::Warning, vec![Severity::Warning]),
    ];
    for (key, own, expected) in cases {
        assert_eq!(dropped(&set(key, level(own))), expected, "{key} {own:?}");
    }
}

#[test]
fn the_code_comes_before_the_category() {
    let mut config = set("destructive", level(Level::Off));
    config.rules.insert("BJ102".to_owned(), level(Level::Note));
    assert_eq!(dropped(&config), [Severity::Note]);
}

#[test]
fn scopes() {
    let globs = |text: &str| vec![text.to_owned()];
    let cases = [
        (RuleConfig { only: globs("app/**"), ..RuleConfig::default() }, true),
        (RuleConfig { only: globs("other/**"), ..RuleConfig::default() }, false),
        (RuleConfig { except: globs("**/models.py"), ..RuleConfig::default() }, false),
        (RuleConfig { except_tables: globs("user*"), ..RuleConfig::default() }, false),
        (RuleConfig { except_tables: globs("order*"), ..RuleConfig::default() }, true),
    ];
    for (own, expected) in cases {
        assert_eq!(!dropped(&set("BJ102", own.clone())).is_empty(), expected, "{own:?}");
    }
}

#[test]
fn wrong_settings_are_reported() {
    let mut config = set("BJ000", level(Level::Off));
    config
        .rules
        .insert("BJ102".to_owned(), RuleConfig { only: vec!["[".to_owned()], ..RuleConfig::default() });
    let report = report(&document(), &document(), &config);
    let codes: Vec<&str> = report.diagnostics.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(codes, ["bad-glob", "unknown-rule"]);
}

#[test]
fn dialects_are_taken_from_the_code() {
    let postgresql = edited(|document| {
        (email(document).ty.mysql, email(document).ty.sqlite) = (None, None);
    });
    assert_eq!(databases_for(&postgresql), [Database::Postgresql]);
    let no_mysql = edited(|document| email(document).ty.mysql = None);
    assert_eq!(databases_for(&no_mysql), [Database::Postgresql, Database::Sqlite]);
    let in_doubt = edited(|document| {
        email(document).ty.mysql = None;
        email(document).status = Status::Partial;
    });
    assert_eq!(databases_for(&in_doubt).len(), 4, "what is not known speaks for nothing");
    // An option is read by one database, and passed over by the others.
    let option = edited(|document| {
        users(document).options.insert("mysql_engine".to_owned(), "InnoDB".to_owned());
    });
    assert_eq!(databases_for(&option).len(), 4);
    assert_eq!(databases_for(&document()).len(), 4, "nothing speaks for one");
}

#[test]
fn a_database_that_is_not_asked_for_has_no_findings() {
    let mut config = RulesConfig { dialects: vec![Database::Sqlite], ..RulesConfig::default() };
    let head = edited(|document| email(document).nullable = false);
    let codes = |config: &RulesConfig| -> Vec<String> {
        report(&edited(same), &head, config).findings.into_iter().map(|finding| finding.code).collect()
    };
    assert_eq!(codes(&config), ["BJ204", "BJ701"]);
    config.dialects = vec![Database::Postgresql];
    assert_eq!(codes(&config), ["BJ204", "BJ406"]);
}
