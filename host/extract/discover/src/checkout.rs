//! Git attributes that give a checkout another text than the stored one, which is what is read here.

use std::collections::BTreeMap;

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::{Node, Tree};
use globset::{GlobBuilder, GlobMatcher};

use crate::{Options, exclude::Exclusion, paths, scan::MAX_SOURCE_BYTES};

/// The maximum size of a file of attributes, and the maximum number of rules of all of them.
const LONGEST: u64 = 256 << 10;
const MOST_RULES: usize = 2000;

/// The maximum number of files in diagnostics.
const MOST: usize = 20;

/// The attributes that change the text of a source. Line endings do not matter to Python.
const CHANGING: [&str; 3] = ["filter", "ident", "working-tree-encoding"];

const HINT: &str =
    "unset the attribute for Python files: a checkout runs another text than the one that was compared";

/// Diagnostics for Python files of the head whose text differs in a checkout, if that of the base does not.
pub(crate) fn other_texts(base: &Tree, head: &Tree) -> Vec<Diagnostic> {
    let after = Attributes::from_tree(head);
    let mut found = unread(base, head, &after);
    if after.rules.is_empty() {
        return found;
    }
    let before = Attributes::from_tree(base);
    let exclusion = Exclusion::new(head, &Options::default());
    let sources = head.files().map(|(path, _)| path).filter(|path| paths::is_python(path));
    let sources = sources.filter(|path| exclusion.directory(paths::parent(path)).is_none());
    let reported = sources.filter_map(|path| {
        let (attribute, place) = after.changes(head, path)?;
        let was_so = before.changes(base, path).is_some_and(|(known, _)| known == attribute);
        if was_so && head.is_same(path, base) {
            return None;
        }
        let message = format!(
            "`{place}` sets `{attribute}` for `{path}`: its text in a checkout differs from the one that was read here"
        );
        Some(Diagnostic::new(Severity::Error, "loaded-instead", message).at(path, 0).hint(HINT))
    });
    found.extend(reported.take(MOST));
    found
}

/// Diagnostics for files of attributes that are not read to their end, as the last rule takes precedence.
fn unread(base: &Tree, head: &Tree, after: &Attributes) -> Vec<Diagnostic> {
    let is_attributes = |path: &&str| paths::file_name(path) == ".gitattributes" && !head.is_same(path, base);
    let is_long = |path: &&str| matches!(head.node(path), Some(Node::File(file)) if file.size > LONGEST);
    let changed: Vec<&str> = head.files().map(|(path, _)| path).filter(is_attributes).collect();
    let is_full = after.rules.len() >= MOST_RULES;
    let unread = changed.into_iter().filter(|path| is_full || is_long(path));
    let reported = unread.take(MOST).map(|path| {
        let message = format!(
            "`{path}` exceeds the limit on rules, and texts in a checkout may differ from those that were read here"
        );
        Diagnostic::new(Severity::Error, "loaded-instead", message).at(path, 0).hint(HINT)
    });
    reported.collect()
}

/// A pattern with its attributes.
struct AttributeRule {
    /// The file of attributes that contains it.
    place: String,
    glob: GlobMatcher,
    /// Whether it contains a slash, so that it is relative to the folder of its file; otherwise it matches names.
    is_path: bool,
    /// Attribute and value; `None` if it unsets the attribute.
    sets: Vec<(String, Option<String>)>,
}

/// The rules of all files of attributes: those of parent folders first, as later ones take precedence.
struct Attributes {
    rules: Vec<AttributeRule>,
}

impl Attributes {
    fn from_tree(tree: &Tree) -> Self {
        let named = tree
            .files()
            .filter(|(path, file)| paths::file_name(path) == ".gitattributes" && file.size <= LONGEST);
        let mut files: Vec<&str> = named.map(|(path, _)| path).collect();
        files.sort_by_key(|path| (path.matches('/').count(), *path));
        let mut macros: BTreeMap<String, Vec<(String, Option<String>)>> = BTreeMap::new();
        let mut rules = Vec::new();
        for path in files {
            let Ok(bytes) = tree.read(path) else { continue };
            for line in String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').lines() {
                let (pattern, words) = split(line);
                if pattern.starts_with('#') || pattern.is_empty() {
                    continue;
                }
                let sets = sets(words, &macros);
                if let Some(name) = pattern.strip_prefix("[attr]") {
                    macros.insert(name.to_owned(), sets);
                } else if sets.iter().any(|(name, _)| CHANGING.contains(&name.as_str()))
                    && rules.len() < MOST_RULES
                {
                    rules.extend(rule(path, &pattern, sets));
                }
            }
        }
        Self { rules }
    }

    /// The attribute that changes the text of a file, and the file that sets it.
    fn changes(&self, tree: &Tree, path: &str) -> Option<(String, &str)> {
        CHANGING.iter().find_map(|attribute| {
            let rules = self.rules.iter().rev().filter(|rule| rule.is_about(path));
            let mut set = rules.flat_map(|rule| {
                let own = rule.sets.iter().rev().filter(|(name, _)| name == attribute);
                own.map(move |(_, value)| (value.as_deref(), rule.place.as_str()))
            });
            let (value, place) = set.next()?;
            let counts = match (*attribute, value?) {
                ("ident", _) => has_ident(tree, path),
                ("working-tree-encoding", value) => {
                    !matches!(value.to_ascii_lowercase().as_str(), "" | "utf-8" | "utf8")
                }
                (_, value) => !value.is_empty(),
            };
            let named = |value: &str| if value.is_empty() { String::new() } else { format!("={value}") };
            counts.then(|| (format!("{attribute}{}", named(value.unwrap_or_default())), place))
        })
    }
}

impl AttributeRule {
    fn is_about(&self, path: &str) -> bool {
        let below = paths::below(path, paths::parent(&self.place));
        below.is_some_and(|below| {
            self.glob.is_match(if self.is_path { below } else { paths::file_name(below) })
        })
    }
}

/// The pattern of a line, which may be quoted, and the rest.
fn split(line: &str) -> (String, &str) {
    let line = line.trim();
    if let Some((quoted, rest)) = line.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        return (quoted.to_owned(), rest);
    }
    let (pattern, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    (pattern.to_owned(), rest)
}

fn sets(
    words: &str,
    macros: &BTreeMap<String, Vec<(String, Option<String>)>>,
) -> Vec<(String, Option<String>)> {
    let mut all = Vec::new();
    for word in words.split_whitespace() {
        if let Some(name) = word.strip_prefix(['-', '!']) {
            all.push((name.to_owned(), None));
            continue;
        }
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        all.extend(macros.get(name).into_iter().flatten().cloned());
        all.push((name.to_owned(), Some(value.to_owned())));
    }
    all
}

fn rule(place: &str, pattern: &str, sets: Vec<(String, Option<String>)>) -> Option<AttributeRule> {
    let is_path = pattern.contains('/');
    let glob = GlobBuilder::new(pattern.trim_start_matches('/')).literal_separator(true).build().ok()?;
    Some(AttributeRule { place: place.to_owned(), glob: glob.compile_matcher(), is_path, sets })
}

/// Whether a file contains a keyword that Git expands: `$Id$`, or one that was expanded.
fn has_ident(tree: &Tree, path: &str) -> bool {
    let is_small = matches!(tree.node(path), Some(Node::File(file)) if file.size <= MAX_SOURCE_BYTES);
    let bytes = tree.read(path).ok().filter(|_| is_small);
    bytes.is_some_and(|bytes| {
        let mut places = memchr::memmem::find_iter(&bytes, b"$Id");
        places.any(|at| matches!(bytes.get(at + 3), Some(b'$' | b':')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Files<'a> = &'a [(&'a str, &'a str)];

    fn reported(before: Files<'_>, after: Files<'_>) -> Vec<String> {
        let tree = |files: Files<'_>| Tree::in_memory(files.iter().copied());
        other_texts(&tree(before), &tree(after)).into_iter().map(|one| one.message).collect()
    }

    const ID: &str = "x = '$Id$'\n";
    const MODELS: (&str, &str) = ("shop/models.py", ID);

    #[test]
    fn a_file_of_attributes_that_is_padded_is_no_way_around() {
        let long = format!("{}*.py ident\n", "# padding\n".repeat(30_000));
        let many = format!("{}*.py ident\n", "other filter=x\n".repeat(MOST_RULES));
        for text in [&long, &many] {
            let after = [MODELS, (".gitattributes", text)];
            let found = reported(&[MODELS], &after);
            assert!(found.iter().any(|one| one.contains("exceeds the limit on rules")), "{found:?}");
            assert_eq!(reported(&after, &after), [""; 0], "the base has it");
        }
        let few = format!("{}*.txt text\n", "# padding\n".repeat(100));
        assert_eq!(reported(&[MODELS], &[MODELS, (".gitattributes", &few)]), [""; 0]);
    }

    #[test]
    fn attributes_that_change_a_source() {
        for (place, text, attribute) in [
            (".gitattributes", "*.py ident\n", "ident"),
            (".gitattributes", "# why\n* text=auto ident eol=lf\n", "ident"),
            (".gitattributes", "shop/*.py ident\n", "ident"),
            (".gitattributes", "/shop/** ident\n", "ident"),
            (".gitattributes", "\"shop/models.py\" ident\n", "ident"),
            ("shop/.gitattributes", "models.py ident\n", "ident"),
            ("shop/.gitattributes", "/models.py\tident\n", "ident"),
            (".gitattributes", "[attr]mine ident\n*.py mine\n", "ident"),
            (".gitattributes", "*.py -ident\n*.py ident\n", "ident"),
            (".gitattributes", "*.py working-tree-encoding=UTF-7\n", "working-tree-encoding=UTF-7"),
            (".gitattributes", "*.py filter=mine\n", "filter=mine"),
        ] {
            let wanted = format!(
                "`{place}` sets `{attribute}` for `shop/models.py`: its text in a checkout differs from the one that was read here"
            );
            assert_eq!(
                reported(&[MODELS], &[MODELS, (place, text)]),
                std::slice::from_ref(&wanted),
                "{text}"
            );
            // The attribute existed before, and the keyword in the text is new.
            let before = [("shop/models.py", "x = 1\n"), (place, text)];
            assert_eq!(reported(&before, &[MODELS, (place, text)]), [wanted], "{text}");
            assert_eq!(reported(&[MODELS, (place, text)], &[MODELS, (place, text)]), Vec::<String>::new());
        }
    }

    #[test]
    fn attributes_that_change_nothing() {
        for (place, text) in [
            (".gitattributes", "*.py text eol=lf diff=python\n"),
            (".gitattributes", "*.py eol=crlf\n"),
            (".gitattributes", "*.py -ident -filter !working-tree-encoding\n"),
            (".gitattributes", "*.py ident\nshop/*.py -ident\n"),
            (".gitattributes", "*.py working-tree-encoding=UTF-8\n"),
            (".gitattributes", "*.psd filter=lfs diff=lfs merge=lfs -text\n"),
            (".gitattributes", "#*.py ident\n"),
            (".gitattributes", "other/*.py ident\n"),
            ("other/.gitattributes", "*.py ident\n"),
            (".gitattributes", "*.py binary export-ignore\n"),
            ("x/gitattributes", "*.py ident\n"),
        ] {
            assert_eq!(reported(&[MODELS], &[MODELS, (place, text)]), Vec::<String>::new(), "{text}");
        }
        let plain = [("shop/models.py", "x = '$Idea$'\n"), (".gitattributes", "*.py ident\n")];
        assert_eq!(reported(&plain[..1], &plain), Vec::<String>::new(), "nothing to fill in");
        let of_tests = [("tests/models.py", ID), (".gitattributes", "*.py ident\n")];
        assert_eq!(reported(&of_tests[..1], &of_tests), Vec::<String>::new(), "nobody looks at it");
        let below = [MODELS, (".gitattributes", "*.py ident\n"), ("shop/.gitattributes", "*.py -ident\n")];
        assert_eq!(reported(&below[..1], &below), Vec::<String>::new(), "the nearer one wins");
    }
}
