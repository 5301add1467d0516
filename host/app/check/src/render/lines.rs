//! Lines of the files of both sides, as they may be shown.

use std::collections::BTreeMap;

use belljar_schema::Place;
use belljar_text::safe;
use belljar_tree::Tree;

/// The maximum length of a line that is shown, in bytes.
const LONGEST: usize = 1_000;

/// The files of a side, each read once.
pub(super) struct Lines<'a> {
    tree: Option<&'a Tree>,
    files: BTreeMap<String, Vec<String>>,
}

impl<'a> Lines<'a> {
    pub(super) const fn new(tree: Option<&'a Tree>) -> Self {
        Self { tree, files: BTreeMap::new() }
    }

    /// A line, safe for a terminal; `None` if there is none, or if it is empty or too long.
    pub(super) fn line(&mut self, place: &Place) -> Option<String> {
        let position = usize::try_from(place.line).ok()?.checked_sub(1)?;
        if !self.files.contains_key(&place.path) {
            let bytes = self.tree?.read(&place.path).ok()?;
            let text = String::from_utf8_lossy(&bytes);
            self.files.insert(place.path.clone(), text.lines().map(str::to_owned).collect());
        }
        let line = self.files.get(&place.path)?.get(position)?;
        let is_shown = line.len() <= LONGEST && !line.trim().is_empty();
        is_shown.then(|| safe(&line.trim_end().replace('\t', "    ")))
    }
}
