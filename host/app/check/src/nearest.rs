use std::collections::BTreeMap;

use belljar_schema::Place;
use belljar_tree::Tree;

/// The maximum size of a file whose lines are compared, in bytes.
const LARGEST: usize = 1 << 20;

/// The lines of the head that are nearest to declarations that only the base has.
///
/// A line that stands once in the file of each side is the same line. What is gone was next to one of them.
#[derive(Debug)]
pub(crate) struct Nearest<'a> {
    base: Option<&'a Tree>,
    head: Option<&'a Tree>,
    /// For each line of a file of the base, the nearest line of the head.
    files: BTreeMap<String, Vec<u32>>,
}

impl<'a> Nearest<'a> {
    pub(crate) const fn new(base: Option<&'a Tree>, head: Option<&'a Tree>) -> Self {
        Self { base, head, files: BTreeMap::new() }
    }

    /// The nearest line to a place of the base, in the file of the same path; `None` if the two have nothing in common.
    pub(crate) fn line(&mut self, place: &Place) -> Option<u32> {
        let index = usize::try_from(place.line).ok()?.checked_sub(1)?;
        if !self.files.contains_key(&place.path) {
            let lines = self.compare(&place.path).unwrap_or_default();
            self.files.insert(place.path.clone(), lines);
        }
        self.files.get(&place.path)?.get(index).copied()
    }

    fn compare(&self, path: &str) -> Option<Vec<u32>> {
        let (base, head) = (self.base?.read(path).ok()?, self.head?.read(path).ok()?);
        (base.len() <= LARGEST && head.len() <= LARGEST).then(|| nearest_lines(&base, &head))
    }
}

/// For each line of one text the line of the other that is nearest, counted from 1; empty if they share no line.
fn nearest_lines(base: &[u8], head: &[u8]) -> Vec<u32> {
    let (old, new) = (single_lines(base), single_lines(head));
    let common =
        |line: &[u8]| old.get(line).copied().flatten().and_then(|_| new.get(line).copied().flatten());
    let known: Vec<Option<u32>> =
        base.split(|byte| *byte == b'\n').map(|line| common(trimmed(line))).collect();
    let Some(mut last) = known.iter().copied().flatten().next() else { return Vec::new() };
    let nearest = known.into_iter().map(|line| {
        last = line.unwrap_or(last);
        last
    });
    nearest.collect()
}

/// The lines of a text that are not blank, each with its number if it stands there once.
fn single_lines(text: &[u8]) -> BTreeMap<&[u8], Option<u32>> {
    let mut found = BTreeMap::new();
    for (line, number) in text.split(|byte| *byte == b'\n').zip(1_u32..) {
        let line = trimmed(line);
        if !line.is_empty() {
            found.entry(line).and_modify(|number| *number = None).or_insert(Some(number));
        }
    }
    found
}

fn trimmed(line: &[u8]) -> &[u8] {
    line.trim_ascii_end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::at;

    #[test]
    fn the_nearest_line_is_one_that_both_sides_have_once() {
        let base = "a\nb\n\nc\nd\n";
        for (base, head, expected) in [
            // `c` is gone: it was behind `b`.
            (base, "a\nb\n\nd\n", &[1, 2, 2, 2, 4, 4][..]),
            // The first line is gone: the next is the nearest.
            (base, "b\nc\nd\n", &[1, 1, 1, 2, 3, 3]),
            // Lines before it were added, and ends of lines changed.
            (base, "x\r\na\r\ny\r\n", &[2, 2, 2, 2, 2, 2]),
            // A line that is there twice is not known to be the same.
            ("a\na\nb\nc\n", "a\nb\na\nb\nc\n", &[5, 5, 5, 5, 5]),
            (base, "", &[]),
            ("", "a\n", &[]),
            ("\n\n", "\n\n", &[]),
        ] {
            assert_eq!(nearest_lines(base.as_bytes(), head.as_bytes()), expected, "{base:?} {head:?}");
        }
    }

    #[test]
    fn only_the_file_of_the_same_path_counts() {
        let base = Tree::in_memory([("a.py", &b"one\ntwo\n"[..]), ("b.py", b"one\n")]);
        let head = Tree::in_memory([("a.py", &b"new\none\n"[..]), ("c.py", b"one\n")]);
        let mut nearest = Nearest::new(Some(&base), Some(&head));
        for (path, line, expected) in [
            ("a.py", 2, Some(2)),
            ("a.py", 1, Some(2)),
            ("a.py", 0, None),
            ("a.py", 9, None),
            ("b.py", 1, None),
        ] {
            assert_eq!(nearest.line(&at(path, line)), expected, "{path}:{line}");
        }
        assert_eq!(Nearest::new(None, Some(&head)).line(&at("a.py", 1)), None);
        let large = vec![b'\n'; LARGEST + 1];
        let large = Tree::in_memory([("a.py", &large[..])]);
        assert_eq!(Nearest::new(Some(&large), Some(&head)).line(&at("a.py", 1)), None);
    }
}
