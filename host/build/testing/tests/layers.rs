//! The crates lie in groups, and only some groups may need some others.
//!
//! ARCHITECTURE.md shows the tree; this holds it to what is on the disk, and to what each `Cargo.toml` says.
#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the lints do not take the helpers of tests for tests"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// What the crates of a group may need, beside crates of their own group.
const GROUPS: [(&str, &[&str]); 7] = [
    ("model", &[]),
    ("build", &[]),
    ("extract", &["model", "build"]),
    ("change", &["model", "extract"]),
    ("downstream", &["model", "change"]),
    ("report", &["model"]),
    ("app", &["model", "extract", "change", "downstream", "report"]),
];

/// Crates of `change` that need some of `extract`: what is rendered is rendered in the sandbox.
const IN_SANDBOX: [(&str, &[&str]); 1] = [("migrate", &["frames", "sandbox", "snapshots"])];

/// Crates that read no file, ask nothing of the system and print nothing.
const PURE: [&str; 18] = [
    "model/schema",
    "model/dialect",
    "model/text",
    "model/tree",
    "model/config",
    "extract/discover",
    "change/diff",
    "change/rules",
    "change/vet",
    "downstream/lineage",
    "downstream/artefacts",
    "downstream/graph",
    "downstream/replication",
    "downstream/contract",
    "downstream/impact",
    "report/diagram",
    "report/docs",
    "report/page",
];

const FORBIDDEN: [&str; 7] =
    ["std::fs", "std::net", "std::process", "std::env", "println!(", "eprintln!(", "dbg!("];

fn host() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// `group/crate` of all crates, with the crates that each needs outside of its tests.
fn crates() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for group in entries(&host()) {
        for own in entries(&host().join(&group)) {
            let manifest = host().join(&group).join(&own).join("Cargo.toml");
            let text = fs::read_to_string(&manifest)
                .unwrap_or_else(|error| panic!("{}: {error}", manifest.display()));
            let needs = text.split("\n[").filter(|section| section.starts_with("dependencies]"));
            let needs = needs.flat_map(str::lines).filter_map(|line| {
                let name = line.split(['.', ' ', '=']).next()?;
                Some(name.strip_prefix("belljar-")?.to_owned())
            });
            found.insert(format!("{group}/{own}"), needs.collect());
        }
    }
    assert!(found.len() > 20, "{found:?}");
    assert!(found["change/diff"].contains("schema"), "dependencies are read: {found:?}");
    found
}

fn entries(folder: &Path) -> Vec<String> {
    let all = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let folders = all.filter_map(Result::ok).filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

#[test]
fn each_group_needs_only_what_it_may() {
    let all = crates();
    let group_of: BTreeMap<&str, &str> =
        all.keys().filter_map(|path| path.split_once('/')).map(|(group, own)| (own, group)).collect();
    for (path, needs) in &all {
        let (group, own) = path.split_once('/').expect("a group and a crate");
        let (_, may) = GROUPS
            .iter()
            .find(|(name, _)| *name == group)
            .unwrap_or_else(|| panic!("no such group: {group}"));
        for need in needs {
            let other = group_of.get(need.as_str()).unwrap_or_else(|| panic!("no such crate: {need}"));
            assert!(
                *other == group || may.contains(other) || own == "testing",
                "{path} may not need {other}/{need}"
            );
            let is_allowed = || {
                let mut allowed = IN_SANDBOX.iter().filter(|(name, _)| *name == own);
                allowed.any(|(_, needs)| needs.contains(&need.as_str()))
            };
            assert!(
                group != "change" || *other != "extract" || is_allowed(),
                "{path} may not need {other}/{need}"
            );
        }
    }
}

#[test]
fn pure_crates_ask_nothing_of_the_system() {
    for path in PURE {
        let mut folders = vec![host().join(path).join("src")];
        let mut count = 0;
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("a folder of the crate").filter_map(Result::ok) {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "rs") {
                    let text = fs::read_to_string(&path).expect("a source file");
                    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                    count += 1;
                    for word in FORBIDDEN {
                        assert!(!code.contains(word), "{} names {word}", path.display());
                    }
                }
            }
        }
        assert!(count > 0, "{path} has no source");
    }
}

#[test]
fn the_tree_in_the_documents_is_the_one_on_disk() {
    let text = fs::read_to_string(host().join("../ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let tree = text.split("```").find(|block| block.starts_with("text\nhost/")).expect("a tree of `host/`");
    let mut listed = BTreeSet::new();
    for line in tree.lines().skip(2).filter(|line| line.starts_with("  ")) {
        let (group, rest) = line.trim().split_once("/ ").expect("a group and its crates");
        let names = rest.split(';').next().unwrap_or_default();
        listed.extend(names.split(',').map(|name| format!("{group}/{}", name.trim())));
    }
    let on_disk: BTreeSet<String> = crates().into_keys().collect();
    assert_eq!(listed, on_disk);
}
