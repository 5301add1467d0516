//! Maps lines of rendered SQL to lines of the file.

use std::collections::BTreeMap;

/// The line of the file for each line of the rendered text, 0 if it can't be determined: a line that is in both, and
/// only once in the file, is the same.
pub(super) fn map(raw: &str, rendered: &str) -> Vec<u32> {
    let mut known: BTreeMap<&str, Option<u32>> = BTreeMap::new();
    for (number, line) in (1u32..).zip(raw.lines()) {
        let line = line.trim();
        known.entry(line).and_modify(|at| *at = None).or_insert(Some(number));
    }
    rendered.lines().map(|line| known.get(line.trim()).copied().flatten().unwrap_or(0)).collect()
}
