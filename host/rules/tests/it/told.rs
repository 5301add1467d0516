//! What is told to the rules, because no schema shows it, is a finding as any other.

use belljar_diff::Certainty;
use belljar_rules::{Level, RuleSettings, Severity, Told, check};

use crate::make::{compare, edited, same, settings, users};

/// The rules that are told.
pub(crate) const CODES: [&str; 3] = ["BJ001", "BJ002", "BJ003"];

#[test]
fn what_is_told_is_switched_graded_and_placed_as_what_is_found() {
    let (base, head) = (edited(same), edited(|document| users(document).columns.truncate(1)));
    let diff = compare(&base, &head, &[]);
    assert!(!diff.changes.is_empty(), "a column is dropped");
    for code in CODES {
        let told =
            Told { code, change: 0, message: "`model` breaks".to_owned(), certainty: Certainty::Likely };
        let mut own = settings(code);
        let find = |own: &_, told: &[Told]| {
            let mut found = check(&diff, &base, &head, own, told).findings;
            found.retain(|finding| finding.code == code);
            found
        };
        let [one] = find(&own, std::slice::from_ref(&told)).try_into().expect("one finding");
        assert_eq!((one.code.as_str(), one.change.index, one.certainty), (code, Some(0), Certainty::Likely));
        assert_eq!(one.message, "likely, `model` breaks");
        assert!(one.place.is_some() && !one.recipe.is_empty(), "{one:?}");
        // It is told of this change, and of no other.
        let elsewhere = Told { change: diff.changes.len(), ..told.clone() };
        assert_eq!(find(&own, &[elsewhere]), []);
        assert_eq!(find(&own, &[]), []);
        let level = |level| RuleSettings { level: Some(level), ..RuleSettings::default() };
        own.rules.insert(code.to_owned(), level(Level::Note));
        assert_eq!(find(&own, std::slice::from_ref(&told))[0].severity, Severity::Note);
        own.rules.insert(code.to_owned(), level(Level::Off));
        assert_eq!(find(&own, std::slice::from_ref(&told)), []);
    }
}
