//! Squawk reads the statements that a change comes to, and finds nothing in them that the rules do not.
//!
//! `docs/rules-compared.md` says which rule here is which of Squawk's; that page holds each by an example of its own. Here
//! the change is one of models, and its statements are the ones SQLAlchemy and Alembic write.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use squawk_linter::{Linter, Rule};
use squawk_syntax::SourceFile;

use crate::support::{Belljar, Project, write_all};

const BASE: &str = include_str!("squawk/base.py");
const HEAD: &str = include_str!("squawk/head.py");
const COMPARED: &str = include_str!("../../../docs/rules-compared.md");

/// For each of Squawk's rules the ones here; none where the page says why there is none.
fn compared() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let page = COMPARED.split("\n## ").find(|part| part.starts_with("squawk\n")).unwrap();
    let mut rules: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| rule |")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let codes = rules.entry(cells[1]).or_default();
        // No version file is compared here.
        let ours = Some(cells[cells.len() - 2]).filter(|ours| !ours.ends_with("in version files"));
        let code = ours.and_then(|ours| ours.split(' ').next()).unwrap_or_default();
        codes.extend(code.strip_prefix("BJ").map(|_| code));
    }
    rules
}

/// The rules that Squawk's linter finds broken in a script, each with the statement.
fn found_by_squawk(script: &str) -> BTreeSet<(String, String)> {
    let mut linter = Linter::from(enum_iterator::all::<Rule>());
    let parsed = SourceFile::parse(script);
    assert!(parsed.errors().is_empty(), "{:?} in:\n{script}", parsed.errors());
    let of = |at: usize| {
        let from = script[..at].rfind(";\n").map_or(0, |end| end + 2);
        let to = script[at..].find(";\n").map_or(script.len(), |end| at + end);
        script[from..to].trim().to_owned()
    };
    let found = linter.lint(&parsed, script);
    // One rule has two names there, and the page has the one that its own page has.
    let name = |rule: &Rule| rule.to_string().replace("timestamp-tz", "timestamptz");
    found.iter().map(|item| (name(&item.code), of(item.text_range.start().into()))).collect()
}

#[test]
fn what_squawk_finds_in_the_statements_is_found() {
    let rules = compared();
    let every: BTreeSet<&str> = rules.values().flatten().copied().collect();
    let switched: Vec<String> = every.iter().map(|code| format!("{code} = 'note'")).collect();
    let project = Project::new(&[("base/models.py", BASE)]);
    write_all(project.path(), &[("head/models.py", HEAD)]);
    let settings = format!("[check]\ndatabases = ['postgresql']\n[rules]\n{}\n", switched.join("\n"));
    write_all(project.path(), &[("belljar.toml", settings.as_str())]);

    let both =
        ["base", "head", "--quiet", "--rename", "people.nick=people.nickname", "--rename", "pets=animals"];
    let script =
        Belljar::new(project.path()).arguments(["diff"]).arguments(both).arguments(["--format", "sql"]).run();
    let script = script.exits_with(0).stdout;
    let form = ["--format", "json", "--fail-on", "never", "--config", "belljar.toml"];
    let ours =
        Belljar::new(project.path()).arguments(["check"]).arguments(both).arguments(form).run().exits_with(0);
    let ours: Value = serde_json::from_str(&ours.stdout).unwrap();
    let ours: Vec<&Value> = ours["findings"].as_array().unwrap().iter().collect();

    let theirs = found_by_squawk(&script);
    let kinds: BTreeSet<&str> = theirs.iter().map(|(rule, _)| rule.as_str()).collect();
    println!("{} findings of {} rules: {kinds:?}", theirs.len(), kinds.len());
    let mut missed = Vec::new();
    for (rule, statement) in &theirs {
        let Some(codes) = rules.get(rule.as_str()) else {
            missed.push(format!("{rule} is not compared: {statement}"));
            continue;
        };
        let is_it = |item: &&Value| {
            let table = item["change"]["table"].as_str();
            // What is reported along with another counts as found.
            let also = item["also"].as_array().into_iter().flatten();
            let mut found = also.chain([*item]).filter_map(|one| one["code"].as_str());
            found.any(|code| codes.contains(code)) && table.is_none_or(|name| statement.contains(name))
        };
        if !codes.is_empty() && !ours.iter().any(is_it) {
            missed.push(format!("{rule} ({codes:?}): {statement}"));
        }
    }
    assert!(missed.is_empty(), "{}\n\nfound here: {ours:#?}", missed.join("\n"));
    assert!(kinds.len() > 20, "the models show too little: {kinds:?}");
}
