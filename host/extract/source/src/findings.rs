use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use belljar_schema::{Diagnostic, Severity};

/// The maximum number of listed diagnostics of one code; others are counted. A hostile source can cause millions.
const LISTED: usize = 20;

/// The diagnostics of a source: bounded, and independent of the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    by_code: BTreeMap<String, Group>,
}

#[derive(Debug, Default)]
struct Group {
    /// The most severe, and of these the first in order, not the first found.
    listed: BTreeSet<(Reverse<Severity>, Diagnostic)>,
    more: usize,
    /// The highest severity of the others.
    gravest: Option<Severity>,
}

impl Findings {
    pub(crate) fn add(&mut self, diagnostic: Diagnostic) {
        let group = self.by_code.entry(diagnostic.code.clone()).or_default();
        if group.listed.insert((Reverse(diagnostic.severity), diagnostic)) && group.listed.len() > LISTED {
            let last = group.listed.pop_last().map(|(Reverse(severity), _)| severity);
            group.gravest = group.gravest.max(last);
            group.more += 1;
        }
    }

    pub(crate) fn add_all(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.add(diagnostic));
    }

    /// Whether anything may be missing because of them.
    pub(crate) fn is_grave(&self) -> bool {
        self.by_code.values().flat_map(|group| &group.listed).any(|(_, it)| it.severity > Severity::Note)
    }

    /// All of them, ordered by code.
    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        let mut all = Vec::new();
        for (code, Group { listed, more, gravest }) in self.by_code {
            all.extend(listed.into_iter().map(|(_, diagnostic)| diagnostic));
            if let Some(severity) = gravest {
                all.push(Diagnostic::new(severity, &code, format!("{more} more like the {LISTED} above")));
            }
        }
        all
    }
}

/// Files whose bytes were not loaded into memory.
pub(crate) fn left_behind(paths: &[String], limit: u64) -> Vec<Diagnostic> {
    let mut findings = Findings::default();
    findings.add_all(paths.iter().map(|path| {
        let message = format!("`{path}` is skipped: the files exceed {limit} bytes together");
        Diagnostic::new(Severity::Warning, "source-memory", message)
            .at(path, 0)
            .hint("pass a subdirectory, or raise `max-source-memory` in a file of `--limits`")
    }));
    findings.into_diagnostics()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collect(numbers: impl Iterator<Item = usize>) -> Vec<Diagnostic> {
        let mut findings = Findings::default();
        for number in numbers {
            findings.add(Diagnostic::new(Severity::Note, "some-code", format!("number {number:04}")));
        }
        findings.into_diagnostics()
    }

    #[test]
    fn many_become_a_count_in_any_order() {
        let forward = collect(0..1000);
        assert_eq!(forward.len(), LISTED + 1);
        assert_eq!(forward[LISTED].message, "980 more like the 20 above");
        assert_eq!(forward, collect((0..1000).rev()));
    }

    /// Many files without models do not hide one with models.
    #[test]
    fn the_gravest_are_listed() {
        let mut findings = Findings::default();
        for number in 0..100 {
            findings.add(Diagnostic::new(Severity::Note, "some-code", format!("a {number}")));
        }
        findings.add(Diagnostic::new(Severity::Warning, "some-code", "z"));
        let found = findings.into_diagnostics();
        assert_eq!((found[0].message.as_str(), found[0].severity), ("z", Severity::Warning));
        assert_eq!(found.last().map(|last| last.severity), Some(Severity::Note));
    }

    #[test]
    fn few_are_all_listed() {
        assert_eq!(collect(0..LISTED).len(), LISTED);
    }
}
