//! `belljar report`: pages of one side and of a change, where the program was built with the page.

use std::fs;

use belljar_page::{Content, Meta};
use belljar_schema::{Document, Generation};
use serde_json::Value;

use crate::{
    downstream::{CONFIG, LINEAGE_FILES, models_with_users},
    support::{Belljar, Project, Run, commit, repository, write_all},
};

/// Models with readers, and a second commit that renames a column.
fn renamed() -> Project {
    let before = models_with_users("total");
    let own = [("app/models.py", before.as_str()), ("belljar.toml", CONFIG)];
    let project = repository(&[&own[..], &LINEAGE_FILES].concat());
    write_all(project.path(), &[("app/models.py", &models_with_users("amount"))]);
    commit(project.path(), "after");
    project
}

#[track_caller]
fn report(project: &Project, arguments: &[&str]) -> Run {
    let all = ["report", "--quiet", "-o", "report.html"].into_iter().chain(arguments.iter().copied());
    Belljar::new(project.path()).arguments(all).run()
}

/// The parts of the page that was written: kind and side. What is around the data has to be as it was built, as the policy
/// of the page has its hashes.
#[track_caller]
fn parts(project: &Project) -> Vec<(String, String)> {
    let page = fs::read_to_string(project.path().join("report.html")).unwrap();
    let generation = Generation { version: String::new(), reason: String::new() };
    let (meta, head) = (Meta::default(), Document::empty("", generation));
    let content = Content { meta: &meta, head: &head, base: &[], check: None, lineage: None };
    let empty = String::from_utf8(belljar_page::page(content).unwrap()).unwrap();
    let split = |text: &str| {
        let (before, rest) = text.split_once("{\"format\"").unwrap();
        let (data, after) = rest.split_once("</script>").unwrap();
        (before.to_owned(), format!("{{\"format\"{data}"), after.to_owned())
    };
    let ((before, data, after), (built_before, _, built_after)) = (split(&page), split(&empty));
    assert!(before == built_before && after == built_after, "the page is not the one that was built");
    let data: Value = serde_json::from_str(&data).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let parts = data["parts"].as_array().unwrap();
    parts.iter().map(|part| (text(&part["kind"]), text(&part["side"]))).collect()
}

fn kinds(found: &[(String, String)]) -> Vec<&str> {
    found.iter().map(|(kind, _)| kind.as_str()).collect()
}

#[test]
fn without_the_page_the_message_says_how_to_build_it() {
    if belljar_page::is_built() {
        return;
    }
    let run = report(&renamed(), &[]).exits_with(2);
    assert!(run.stderr.contains("without the page") && run.stderr.contains("make page"), "{run}");
}

#[test]
fn a_page_of_one_side_and_of_a_change() {
    if !belljar_page::is_built() {
        return;
    }
    let project = renamed();
    for side in [&[][..], &["HEAD~1"], &["./app"], &["--repo", "app"]] {
        report(&project, side).exits_with(0);
        let found = parts(&project);
        let kinds = kinds(&found);
        assert!(kinds.starts_with(&["meta", "document", "tables", "classes"]), "{side:?}: {kinds:?}");
        // Whether a folder has the readers of its repository is for `belljar lineage` to say.
        let is_whole = !side.iter().any(|part| part.ends_with("app"));
        assert!(!is_whole || kinds.last() == Some(&"lineage"), "{side:?}: {kinds:?}");
    }
    for sides in [&["HEAD~1", "HEAD"][..], &["HEAD~1...HEAD"], &["HEAD~1..HEAD"]] {
        report(&project, sides).exits_with(0);
        let found = parts(&project);
        assert_eq!(
            kinds(&found),
            ["meta", "document", "tables", "classes", "tables", "check", "lineage"],
            "{sides:?}"
        );
        assert_eq!(found[4].1, "base");
    }
}

#[test]
fn what_is_wrong_with_the_arguments() {
    let project = renamed();
    let cases: [(&[&str], &str); 4] = [
        (&["--link", "javascript:alert(1)/{path}"], "`https://`"),
        (&["--link", "https://example.com/"], "`{path}`"),
        (&["no-such-revision"], "no-such-revision"),
        (&["HEAD", "no-such-revision"], "no-such-revision"),
    ];
    for (arguments, message) in cases {
        let run = report(&project, arguments).exits_with(2);
        let is_named = run.stderr.contains(message);
        assert!(is_named || (!belljar_page::is_built() && run.stderr.contains("make page")), "{run}");
        assert!(!project.path().join("report.html").exists());
    }
}
