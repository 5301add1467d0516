//! Versions by their revisions: what a name means, and which versions lie between two.

use std::collections::BTreeSet;

use belljar_engine::Version;

use crate::failure::Failure;

/// The versions of an environment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Graph<'a> {
    pub(super) versions: &'a [Version],
}

impl<'a> Graph<'a> {
    /// The versions that a name means: `head`, a revision, the beginning of one, or a label of a branch.
    pub(super) fn resolve(self, name: &str) -> Vec<&'a Version> {
        let matching = |is_meant: &dyn Fn(&Version) -> bool| -> Vec<&'a Version> {
            self.versions.iter().filter(|version| is_meant(version)).collect()
        };
        if matches!(name, "head" | "heads") {
            return matching(&|version| version.is_head);
        }
        let exact = matching(&|version| version.revision == name);
        if !exact.is_empty() {
            return exact;
        }
        let labelled = matching(&|version| version.labels.iter().any(|label| label == name));
        if labelled.is_empty() && !name.is_empty() {
            matching(&|version| version.revision.starts_with(name))
        } else {
            labelled
        }
    }

    /// The versions that follow a revision directly.
    pub(super) fn next(self, revision: &str) -> Vec<&'a Version> {
        self.versions.iter().filter(|version| version.down.iter().any(|down| down == revision)).collect()
    }

    /// The revisions that others follow, directly or not, with those themselves.
    fn ancestors(self, of: Vec<&'a Version>) -> BTreeSet<&'a str> {
        let (mut found, mut waiting) = (BTreeSet::new(), of);
        while let Some(version) = waiting.pop() {
            if found.insert(version.revision.as_str()) {
                let before = self.versions.iter().filter(|other| version.down.contains(&other.revision));
                waiting.extend(before);
            }
        }
        found
    }

    /// The revisions that follow others, directly or not, with those themselves.
    fn descendants(self, of: Vec<&'a Version>) -> BTreeSet<&'a str> {
        let (mut found, mut waiting) = (BTreeSet::new(), of);
        while let Some(version) = waiting.pop() {
            if found.insert(version.revision.as_str()) {
                waiting.extend(self.next(&version.revision));
            }
        }
        found
    }

    /// The versions from one revision to another, with both of them; all versions if this environment has neither.
    pub(super) fn between(self, range: &Range) -> Option<Vec<&'a Version>> {
        let (from, to) = (self.resolve(&range.from), self.resolve(&range.to));
        let (is_lost, is_open) =
            ((from.is_empty(), to.is_empty()), (range.is_from_base(), range.to.is_empty()));
        if (is_lost.0 && !is_open.0) || (is_lost.1 && !is_open.1) {
            return None;
        }
        let after = (!is_open.0).then(|| self.descendants(from));
        let before = (!is_open.1).then(|| self.ancestors(to));
        let is_within = |set: &Option<BTreeSet<&str>>, version: &Version| {
            set.as_ref().is_none_or(|set| set.contains(version.revision.as_str()))
        };
        let within = |version: &&Version| is_within(&after, version) && is_within(&before, version);
        Some(self.versions.iter().filter(within).collect())
    }
}

/// A part of a history, with both ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Range {
    from: String,
    to: String,
}

impl Range {
    /// Parses `FROM:TO`; either may be empty.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        match text.split_once(':') {
            Some((from, to)) => Ok(Self { from: from.trim().to_owned(), to: to.trim().to_owned() }),
            None => Err(Failure::NoRange { text: text.to_owned() }),
        }
    }

    fn is_from_base(&self) -> bool {
        self.from.is_empty() || self.from == "base"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chain of `a1`, `a2` with the branches `b1`, `b2` and `c1`, which `d1` joins.
    fn versions() -> Vec<Version> {
        let version = |revision: &str, down: &[&str]| Version {
            revision: revision.to_owned(),
            down: down.iter().map(|&name| name.to_owned()).collect(),
            depends_on: vec![],
            labels: if revision == "c1" { vec!["other".to_owned()] } else { vec![] },
            message: String::new(),
            number: 1,
            is_head: revision == "d1",
            is_reversible: true,
            outcome: "run".to_owned(),
            reasons: vec![],
            place: None,
        };
        vec![
            version("a1", &[]),
            version("a2", &["a1"]),
            version("b1", &["a2"]),
            version("b2", &["b1"]),
            version("c1", &["a2"]),
            version("d1", &["b2", "c1"]),
        ]
    }

    #[test]
    fn what_a_name_means() {
        let versions = versions();
        let graph = Graph { versions: &versions };
        for (name, expected) in
            [("head", "d1"), ("a2", "a2"), ("d", "d1"), ("a", "a1 a2"), ("other", "c1"), ("x", ""), ("", "")]
        {
            let found: Vec<&str> = graph.resolve(name).iter().map(|it| it.revision.as_str()).collect();
            assert_eq!(found.join(" "), expected, "{name}");
        }
    }

    #[test]
    fn ranges() {
        let versions = versions();
        let graph = Graph { versions: &versions };
        for (range, expected) in [
            (":", Some("a1 a2 b1 b2 c1 d1")),
            ("base:a2", Some("a1 a2")),
            ("b1:", Some("b1 b2 d1")),
            ("a2:b2", Some("a2 b1 b2")),
            ("c1:b2", Some("")),
            ("b1:head", Some("b1 b2 d1")),
            ("x:head", None),
            (":x", None),
        ] {
            let found = graph.between(&Range::parse(range).unwrap());
            let names = |found: Vec<&Version>| -> Vec<String> {
                found.iter().map(|it| it.revision.clone()).collect()
            };
            assert_eq!(found.map(|found| names(found).join(" ")).as_deref(), expected, "{range}");
        }
        assert!(Range::parse("a1").is_err());
    }
}
