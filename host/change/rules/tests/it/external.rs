//! What is passed to the rules, because no schema shows it, is a finding as any other.

use belljar_diff::Certainty;
use belljar_rules::{
    Category, Database, ExternalFinding, Level, ReviewFinding, RuleConfig, Severity, check, review_findings,
};
use belljar_schema::Place;

use crate::make::{compare, config, edited, same, users};

/// The rules for external findings.
pub(crate) const CODES: [&str; 3] = ["BJ001", "BJ002", "BJ003"];

/// Those that are stated of the check itself.
pub(crate) const STATED: [&str; 6] = ["BJ010", "BJ011", "BJ012", "BJ013", "BJ014", "BJ015"];

#[test]
fn what_is_stated_is_switched_graded_and_scoped_as_what_is_found() {
    for code in STATED {
        let stated = || ReviewFinding {
            code,
            severity: Severity::Note,
            subject: "belljar.toml".to_owned(),
            part: None,
            message: "it differs".to_owned(),
            place: Some(Place { path: "belljar.toml".to_owned(), line: 3 }),
        };
        let find = |own: RuleConfig| {
            let mut all = config(code);
            all.rules.insert(code.to_owned(), own);
            review_findings(&all, &[Database::Postgresql], vec![stated()])
        };
        let [one] = find(RuleConfig::default()).try_into().expect("one finding");
        assert_eq!((one.category, one.severity, one.change.index), (Category::Review, Severity::Note, None));
        assert!(!one.recipe.is_empty() && one.message == "it differs", "{one:?}");
        let level = |level| RuleConfig { level: Some(level), ..RuleConfig::default() };
        assert_eq!(find(level(Level::Error))[0].severity, Severity::Error);
        assert_eq!(find(level(Level::Off)), []);
        assert_eq!(find(RuleConfig { except: vec!["*.toml".to_owned()], ..RuleConfig::default() }), []);
    }
}

#[test]
fn external_findings_are_configured_and_placed_like_others() {
    let (base, head) = (edited(same), edited(|document| users(document).columns.truncate(1)));
    let diff = compare(&base, &head, &[]);
    assert!(!diff.changes.is_empty(), "a column is dropped");
    for code in CODES {
        let external = ExternalFinding {
            code,
            change: 0,
            message: "`model` breaks".to_owned(),
            certainty: Certainty::Likely,
        };
        let mut own = config(code);
        let find = |own: &_, external: &[ExternalFinding]| {
            let mut found = check(&diff, &base, &head, own, external).findings;
            found.retain(|finding| finding.code == code);
            found
        };
        let [one] = find(&own, std::slice::from_ref(&external)).try_into().expect("one finding");
        assert_eq!((one.code.as_str(), one.change.index, one.certainty), (code, Some(0), Certainty::Likely));
        assert_eq!(one.message, "likely, `model` breaks");
        assert!(one.place.is_some() && !one.recipe.is_empty(), "{one:?}");
        // It is reported for this change, and for no other.
        let elsewhere = ExternalFinding { change: diff.changes.len(), ..external.clone() };
        assert_eq!(find(&own, &[elsewhere]), []);
        assert_eq!(find(&own, &[]), []);
        let level = |level| RuleConfig { level: Some(level), ..RuleConfig::default() };
        own.rules.insert(code.to_owned(), level(Level::Note));
        assert_eq!(find(&own, std::slice::from_ref(&external))[0].severity, Severity::Note);
        own.rules.insert(code.to_owned(), level(Level::Off));
        assert_eq!(find(&own, std::slice::from_ref(&external)), []);
    }
}
