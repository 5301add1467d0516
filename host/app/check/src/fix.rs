//! The comments that would silence the findings that fail a check.

use std::collections::BTreeMap;

use belljar_rules::Category;
use serde::{Deserialize, Serialize};

use crate::{Item, SpotKind, Verdict};

/// What `--fix` would write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fixes {
    /// Sorted by file, then from its end to its beginning.
    pub comments: Vec<SilencingComment>,
    /// The number of findings that fail the check, and that no comment silences.
    pub others: usize,
}

/// A comment that would silence findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilencingComment {
    /// Path of the file from the root of the source.
    pub path: String,
    /// The line above which it belongs, counted from 1; `None` for the end of the file, if it is about the whole file.
    pub line: Option<u32>,
    /// The codes of the rules.
    pub codes: Vec<String>,
}

/// The comments for the findings that fail a check, one for each line.
pub fn fixes(verdict: &Verdict) -> Fixes {
    let mut others = 0;
    let mut found: BTreeMap<(&str, std::cmp::Reverse<u32>), Vec<&str>> = BTreeMap::new();
    for item in verdict.findings.iter().filter(|item| item.fails) {
        match line(item) {
            Some((path, line)) => {
                let codes = found.entry((path, std::cmp::Reverse(line))).or_default();
                let merged = item.finding.also.iter().map(|other| other.code.as_str());
                codes.extend(merged.chain([item.finding.code.as_str()]));
            }
            None => others += 1,
        }
    }
    let comments = found.into_iter().map(|((path, line), mut codes)| {
        codes.sort_unstable();
        codes.dedup();
        let codes = codes.into_iter().map(str::to_owned).collect();
        SilencingComment { path: path.to_owned(), line: (line.0 > 0).then_some(line.0), codes }
    });
    Fixes { comments: comments.collect(), others }
}

/// The file and the line of a finding that a comment can silence; 0 is the whole file.
fn line(item: &Item) -> Option<(&str, u32)> {
    let own = item.spot.own.as_ref().filter(|_| item.finding.category != Category::Review)?;
    match item.spot.kind {
        SpotKind::Line | SpotKind::Around if own.line > 0 => Some((&own.path, own.line)),
        SpotKind::File => Some((&own.path, 0)),
        _ => None,
    }
}
