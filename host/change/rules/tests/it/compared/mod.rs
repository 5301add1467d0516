//! What other tools' rules find in the changes that they publish as examples, we find too; `docs/rules-compared.md` is
//! written from the rows.

mod atlas;
mod django;
mod squawk;
mod strong;

use std::{collections::BTreeSet, fmt::Write as _};

use belljar_rules::{RulesConfig, check, find, rules};

use crate::make::{Edit, compare, config, edited, findings_of};

/// A rule of another tool and what it is here.
struct Row {
    /// The name of the rule in the other tool.
    rule: &'static str,
    /// The change that its page or its tests have as the example, in short.
    example: &'static str,
    /// The rule here that finds it.
    code: &'static str,
    /// The same change between two documents.
    change: [Edit; 2],
    renames: &'static [&'static str],
    set: fn(&mut RulesConfig),
}

fn row(rule: &'static str, example: &'static str, code: &'static str, change: [Edit; 2]) -> Row {
    Row { rule, example, code, change, renames: &[], set: |_| {} }
}

impl Row {
    fn renames(mut self, renames: &'static [&'static str]) -> Self {
        self.renames = renames;
        self
    }

    fn set(mut self, set: fn(&mut RulesConfig)) -> Self {
        self.set = set;
        self
    }
}

/// Another tool, and its rules.
struct Tool {
    /// As `supersedes` of a rule names it.
    name: &'static str,
    /// What its list is taken from.
    of: &'static str,
    /// All of its rules, in the order of that list.
    all: &'static [&'static str],
    rows: Vec<Row>,
    /// Those that only version files show: the example, and the rule here.
    of_versions: &'static [(&'static str, &'static str, &'static str)],
    /// Those that neither models nor version files show, and why.
    outside: &'static [(&'static str, &'static str)],
}

fn tools() -> [Tool; 4] {
    [atlas::tool(), strong::tool(), django::tool(), squawk::tool()]
}

#[test]
fn what_they_find_is_found() {
    for tool in tools() {
        for Row { rule, code, change, renames, set, .. } in &tool.rows {
            let mut config = config(code);
            set(&mut config);
            let [base, head] = change.map(edited);
            let found = compare(&base, &head, renames);
            let report = check(&found, &base, &head, &config, &[]);
            assert!(
                !findings_of(&report, code).is_empty(),
                "{} {rule}: no {code} in {:#?}",
                tool.name,
                found.changes
            );
        }
    }
}

#[test]
fn every_rule_of_other_tools_is_here_or_has_a_reason() {
    for tool in tools() {
        let of_versions = tool.of_versions.iter().map(|(rule, ..)| *rule);
        let rows: BTreeSet<&str> = tool.rows.iter().map(|row| row.rule).chain(of_versions).collect();
        let outside: BTreeSet<&str> = tool.outside.iter().map(|(rule, _)| *rule).collect();
        assert_eq!(rows.intersection(&outside).next(), None, "{}", tool.name);
        let all: BTreeSet<&str> = tool.all.iter().copied().collect();
        assert_eq!(&(&rows | &outside), &all, "{}", tool.name);
    }
}

#[test]
fn a_rule_names_just_what_an_example_shows() {
    let tools = tools();
    let shown: BTreeSet<(String, &str)> = tools
        .iter()
        .flat_map(|tool| {
            let of_versions = tool.of_versions.iter().map(|(rule, _, code)| (*rule, *code));
            let all = tool.rows.iter().map(|row| (row.rule, row.code)).chain(of_versions);
            all.map(|(rule, code)| (format!("{} {rule}", tool.name), code)).collect::<Vec<_>>()
        })
        .collect();
    let named: BTreeSet<(String, &str)> = rules()
        .iter()
        .flat_map(|rule| rule.supersedes.iter().map(|name| ((*name).to_owned(), rule.code)))
        .collect();
    assert_eq!(named, shown);
}

/// `docs/rules-compared.md` from the rows; where it differs, the test writes what it should be when `BELLJAR_WRITE` is set.
#[test]
fn the_document_is_up_to_date() {
    let mut text = include_str!("../compared.head.md").to_owned();
    for tool in tools() {
        let (found, all) = (tool.all.len() - tool.outside.len(), tool.all.len());
        write!(text, "\n## {}\n\n{} {found} of {all} rules.\n\n", tool.name, tool.of).expect("a string");
        text.push_str("| rule | example | here |\n|---|---|---|\n");
        for name in tool.all {
            for row in tool.rows.iter().filter(|row| row.rule == *name) {
                let ours = find(row.code).expect("a rule of ours");
                let example = row.example.replace('`', "").replace('|', "\\|");
                writeln!(text, "| {name} | `{example}` | {} `{}` |", ours.code, ours.name)
                    .expect("writing to a string");
            }
            for (_, example, code) in tool.of_versions.iter().filter(|(rule, ..)| rule == name) {
                let ours = find(code).expect("a rule of ours");
                let example = example.replace('`', "").replace('|', "\\|");
                writeln!(text, "| {name} | `{example}` | {} `{}`, in version files |", ours.code, ours.name)
                    .expect("writing to a string");
            }
            for (_, why) in tool.outside.iter().filter(|(rule, _)| rule == name) {
                writeln!(text, "| {name} | | {why} |").expect("writing to a string");
            }
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/rules-compared.md");
    if std::env::var_os("BELLJAR_WRITE").is_some() {
        std::fs::write(path, &text).expect("docs can be written");
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), text, "BELLJAR_WRITE=1 rewrites it");
}
