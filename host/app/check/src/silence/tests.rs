use super::*;
use crate::{
    fakes::{MODELS, at, finding, orders, tree},
    spot::Map,
};

/// The rule and the lines of a comment.
type Read = (&'static str, Option<Vec<u32>>);

/// The comments of a file, and the codes of what is wrong with them.
fn read_comments(text: &str) -> (Vec<Read>, Vec<String>) {
    let mut problems = Vec::new();
    let found = comments(&orders(&[]), &BTreeSet::new(), &tree(text), &mut problems);
    (
        found.into_iter().map(|silence| (silence.code, silence.lines)).collect(),
        problems.into_iter().map(|problem| problem.code).collect(),
    )
}

#[test]
fn the_codes_of_a_comment() {
    let line = |codes: &[&'static str]| codes.iter().map(|code| (*code, Some(vec![1]))).collect::<Vec<_>>();
    for (comment, codes, problems) in [
        ("# belljar: ignore[BJ204] it was filled", line(&["BJ204"]), vec![]),
        ("#belljar:ignore[BJ204]it was filled", line(&["BJ204"]), vec![]),
        ("# belljar: ignore[BJ204, BJ101] it was filled", line(&["BJ204", "BJ101"]), vec![]),
        ("# belljar: ignore[drop-table] it was filled", line(&["BJ101"]), vec![]),
        ("# noqa # belljar: ignore[BJ204] it was filled # more", line(&["BJ204"]), vec![]),
        ("# belljar: ignore-file[BJ101] it was filled", vec![("BJ101", None)], vec![]),
        // The code that is unknown silences nothing; the other one does.
        ("# belljar: ignore[BJ204,BJ999] it was filled", line(&["BJ204"]), vec!["unknown-rule"]),
        ("# belljar: ignore[] it was filled", vec![], vec!["unknown-rule"]),
        ("# belljar: ignore[BJ204]", vec![], vec!["silence-without-reason"]),
        ("# belljar: ignore[BJ204] - !", vec![], vec!["silence-without-reason"]),
        ("# belljar: ignore BJ204 it was filled", vec![], vec!["silence-unknown"]),
        ("# belljar: ignore[BJ204 it was filled", vec![], vec!["silence-unknown"]),
        ("# belljar: skip[BJ204] it was filled", vec![], vec!["silence-unknown"]),
        ("# belljar:", vec![], vec!["silence-unknown"]),
        // These speak of something else.
        ("# ignore[BJ204] it was filled", vec![], vec![]),
        ("# see belljar: ignore[BJ204] it was filled", vec![], vec![]),
        ("'# belljar: ignore[BJ204] it was filled'", vec![], vec![]),
    ] {
        let found = read_comments(&format!("a = 1  {comment}\n").replace("1  '", "'"));
        assert_eq!(found, (codes, problems.into_iter().map(str::to_owned).collect()), "{comment}");
    }
}

#[test]
fn which_lines_a_comment_speaks_of() {
    for (text, lines) in [
        ("a = 1  # belljar: ignore[BJ204] why", vec![1]),
        ("# belljar: ignore[BJ204] why\na = 1", vec![2]),
        ("# belljar: ignore[BJ204] why\n\n# more\na = 1", vec![4]),
        ("a = f(\n    1,\n)  # belljar: ignore[BJ204] why", vec![1, 3]),
    ] {
        let (found, _) = read_comments(text);
        let [(_, Some(found))] = found.as_slice() else { panic!("{text}: {found:?}") };
        assert!(lines.iter().all(|line| found.contains(line)), "{text}: {found:?}");
        assert!(!found.contains(&5), "{text}: {found:?}");
    }
}

#[test]
fn a_file_that_cannot_be_parsed_silences_nothing() {
    let (found, problems) = read_comments(&format!("# belljar: ignore[BJ204] why\n{}", "(".repeat(100_000)));
    assert_eq!((found, problems), (vec![], vec!["comments-unread".to_owned()]));
}

#[test]
fn a_reason_is_not_longer_than_people_read() {
    let text = format!("a = 1  # belljar: ignore[BJ204] {}\n", "ä".repeat(2 * LONGEST_REASON));
    let found = comments(&orders(&[]), &BTreeSet::new(), &tree(&text), &mut Vec::new());
    assert_eq!(found[0].reason.chars().count(), LONGEST_REASON);
}

/// The file of a class with columns `a` and `b` on lines 2 and 3, each with a comment where there is one.
fn models(a: Option<&str>, b: Option<&str>) -> String {
    let comment = |text: Option<&str>| text.map(|text| format!("  # belljar: {text}")).unwrap_or_default();
    format!("class Orders(Base):\n    a = 1{}\n    b = 1{}\n", comment(a), comment(b))
}

/// What becomes of a finding about a column of `orders` in a head, with a base where the head is not trusted.
fn fate_of(finding: &Finding, head: &str, base: Option<&str>) -> String {
    let document = orders(&[("a", 2), ("b", 3)]);
    let (head, base) = (tree(head), base.map(tree));
    let silences = Silences::collect(
        (&document, &BTreeSet::new(), &head),
        base.as_ref().map(|base| (&document, Some(base))),
        &mut Vec::new(),
    );
    let spot = Map { head: &document, tree: Some(&head), prefix: "" }.spot(finding, None);
    match silences.fate(finding, &spot) {
        Fate::Open => "open".to_owned(),
        Fate::Silenced(_, reason) => format!("silenced: {reason}"),
        Fate::Proposed(_) => "proposed".to_owned(),
    }
}

#[test]
fn a_comment_of_the_head_counts_where_the_base_has_it() {
    let comment = Some("ignore[BJ204] of the head");
    let head = models(comment, None);
    for (base, expected, why) in [
        (None, "silenced: of the head", "a head that is trusted"),
        (
            Some(models(Some("ignore[BJ204] of the base"), None)),
            "silenced: of the base",
            "the reason is the base's",
        ),
        (Some(models(Some("ignore[BJ204,BJ101] both"), None)), "silenced: both", "among others"),
        (Some(models(None, None)), "proposed", "the base has no comment"),
        (Some(models(Some("ignore[BJ101] another"), None)), "proposed", "for another rule"),
        (Some(models(None, Some("ignore[BJ204] it"))), "proposed", "on another column"),
        (Some(models(Some("ignore-file[BJ204] it"), None)), "proposed", "for the file as a whole"),
        (Some(models(Some("ignore[BJ204]"), None)), "proposed", "without a reason"),
    ] {
        assert_eq!(fate_of(&finding("BJ204", "a", 2), &head, base.as_deref()), expected, "{why}");
    }
}

/// Whatever comments a head writes, it silences no more than the base has comments for.
#[test]
fn an_untrusted_head_silences_nothing_by_itself() {
    let choices = [None, Some("ignore[BJ204] x"), Some("ignore[BJ101] x"), Some("ignore-file[BJ204] x")];
    let each = || choices.into_iter().flat_map(|a| choices.into_iter().map(move |b| (a, b)));
    let mut silenced = 0;
    for (head_a, head_b) in each() {
        for (base_a, base_b) in each() {
            let (head, base) = (models(head_a, head_b), models(base_a, base_b));
            for (column, line, of_head, of_base) in [("a", 2, head_a, base_a), ("b", 3, head_b, base_b)] {
                let fate = fate_of(&finding("BJ204", column, line), &head, Some(&base));
                let counts =
                    |comment: Option<&str>| comment.is_some_and(|text| text.starts_with("ignore[BJ204]"));
                let expected = match (counts(of_head), counts(of_base)) {
                    (true, true) => "silenced: x",
                    (true, false) => "proposed",
                    (false, _) => "open",
                };
                assert_eq!(fate, expected, "{column} of\n{head}\nwith\n{base}");
                silenced += usize::from(expected == "silenced: x");
            }
        }
    }
    assert!(silenced > 0);
}

#[test]
fn what_no_comment_silences() {
    let head = models(Some("ignore[BJ204] it"), None);
    let plain = finding("BJ204", "a", 2);
    assert_eq!(fate_of(&plain, &head, None), "silenced: it", "the control");
    let of_review = Finding { category: Category::Review, ..plain.clone() };
    let elsewhere = Finding { place: Some(at("other.py", 2)), ..plain.clone() };
    let nowhere = Finding { place: None, ..plain.clone() };
    let of_file = Finding { place: Some(at(MODELS, 0)), ..plain };
    for (finding, why) in [
        (of_review, "what is decided about the check itself"),
        (elsewhere, "another file"),
        (nowhere, "no place"),
        (of_file, "the file as a whole"),
        (finding("BJ101", "a", 2), "another rule"),
        (finding("BJ204", "b", 3), "another line"),
    ] {
        assert_eq!(fate_of(&finding, &head, None), "open", "{why}");
    }
}

#[test]
fn a_comment_for_a_file_is_for_what_is_shown_of_the_file() {
    let head = models(Some("ignore-file[BJ204] it"), None);
    let of_file = Finding { place: Some(at(MODELS, 0)), ..finding("BJ204", "a", 2) };
    assert_eq!(fate_of(&of_file, &head, None), "silenced: it");
    assert_eq!(fate_of(&finding("BJ204", "a", 2), &head, None), "open");
}

#[test]
fn new_comments_are_stated() {
    let document = orders(&[("a", 2), ("b", 3)]);
    let (old, new) = (Some("ignore[BJ204] old"), Some("ignore[BJ204] new"));
    let state = |head: &str, base: Option<&str>, proposed: &[&str]| -> Vec<(Severity, String)> {
        let (head, base) = (tree(head), base.map(tree));
        let silences = Silences::collect(
            (&document, &BTreeSet::new(), &head),
            base.as_ref().map(|base| (&document, Some(base))),
            &mut Vec::new(),
        );
        let proposed: Vec<_> =
            proposed.iter().map(|what| (at(MODELS, 3), "BJ204", (*what).to_owned())).collect();
        silences.state(&proposed).into_iter().map(|item| (item.severity, item.message)).collect()
    };
    let head = models(old, new);
    assert_eq!(state(&head, None, &["x"]), [], "a trusted head states nothing");
    assert_eq!(state(&head, Some(&head), &[]), [], "all of them are in the base");
    let base = models(old, None);
    for (proposed, severity, expected) in [
        (&[][..], Severity::Note, "silences no finding of this change"),
        (&["BJ204 of `x`"], Severity::Warning, "would silence BJ204 of `x`"),
        (&["one", "two", "three"], Severity::Warning, "would silence one and 2 more"),
    ] {
        let found = state(&head, Some(&base), proposed);
        let [(found, message)] = found.as_slice() else { panic!("{found:?}") };
        assert!(*found == severity && message.ends_with(expected), "{found:?} {message}");
    }
}
