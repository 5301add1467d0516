//! Archives with modules that the code adds to its path: Python imports from them, and Belljar does not.

use std::collections::BTreeSet;

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::{Node, Tree};
use ruff_python_ast::{
    Expr,
    visitor::{self, Visitor},
};

use crate::{Options, decode, exclude::Exclusion, parse, paths, scan::MAX_SOURCE_BYTES};

/// Suffixes of archives that Python imports from.
const ENDINGS: [&str; 4] = [".zip", ".egg", ".whl", ".pyz"];

/// Names in code that adds something to its path.
const PATHS: [&[u8]; 4] = [b"__path__", b"sys.path", b"addsitedir", b"zipimport"];

/// Diagnostics for archives of the head that its code imports from, if the code or the archive is new or changed.
pub(crate) fn imported(base: &Tree, head: &Tree) -> Vec<Diagnostic> {
    let archives: BTreeSet<&str> =
        head.files().map(|(path, _)| path).filter(|path| is_archive(path)).collect();
    if archives.is_empty() {
        return Vec::new();
    }
    let changed: BTreeSet<&str> = archives.iter().copied().filter(|path| !head.is_same(path, base)).collect();
    let exclusion = Exclusion::new(head, &Options::default());
    let sources = head.files().map(|(path, _)| path).filter(|path| paths::is_python(path));
    let sources = sources.filter(|path| exclusion.directory(paths::parent(path)).is_none());
    let reported = sources.filter_map(|path| {
        let is_same = head.is_same(path, base);
        let archives = if is_same { &changed } else { &archives };
        let named = (!archives.is_empty()).then(|| named(head, path, archives))??;
        let what = if is_same { format!("`{named}` is new or changed") } else { format!("`{named}`") };
        let message = format!("`{path}` imports from an archive, {what}: its modules were not imported here");
        Some(Diagnostic::new(Severity::Error, "loaded-instead", message).at(path, 0).hint(HINT))
    });
    reported.collect()
}

const HINT: &str = "keep modules as files: the contents of an archive are in no schema";

fn is_archive(path: &str) -> bool {
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// The archive that a file imports from, as far as its text shows.
fn named<'a>(tree: &Tree, path: &str, archives: &BTreeSet<&'a str>) -> Option<&'a str> {
    let is_small = matches!(tree.node(path), Some(Node::File(file)) if file.size <= MAX_SOURCE_BYTES);
    let bytes = tree.read(path).ok().filter(|_| is_small)?;
    let holds = |text: &[u8]| memchr::memmem::find(&bytes, text).is_some();
    if !PATHS.iter().any(|name| holds(name)) || !ENDINGS.iter().any(|ending| holds(ending.as_bytes())) {
        return None;
    }
    let text = decode::decode(&bytes).ok()?;
    let parsed = parse::module(&text).ok()?;
    let mut literals = Literals { archives, found: None };
    literals.visit_body(&parsed.syntax().body);
    literals.found
}

struct Literals<'t, 'a> {
    archives: &'t BTreeSet<&'a str>,
    found: Option<&'a str>,
}

impl Literals<'_, '_> {
    fn text(&mut self, text: &str) {
        // The folder, or a part of the name, may come from elsewhere.
        let name = text.rsplit(['/', '\\']).next().unwrap_or_default();
        if self.found.is_none() && is_archive(name) {
            self.found = self.archives.iter().copied().find(|path| paths::file_name(path).ends_with(name));
        }
    }
}

impl<'b> Visitor<'b> for Literals<'_, '_> {
    fn visit_expr(&mut self, expr: &'b Expr) {
        if let Expr::StringLiteral(literal) = expr {
            self.text(literal.value.to_str());
        }
        visitor::walk_expr(self, expr);
    }

    fn visit_interpolated_string_element(&mut self, element: &'b ruff_python_ast::InterpolatedStringElement) {
        if let Some(literal) = element.as_literal() {
            self.text(&literal.value);
        }
        visitor::walk_interpolated_string_element(self, element);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(before: &[(&str, &str)], after: &[(&str, &str)]) -> usize {
        let tree = |files: &[(&str, &str)]| Tree::in_memory(files.iter().copied());
        imported(&tree(before), &tree(after)).len()
    }

    #[test]
    fn archives_on_the_path() {
        for (archive, text) in [
            ("shop/v2.zip", "__path__[:0] = [__path__[0] + '/v2.zip']\n"),
            ("shop/v2.zip", "import sys, os\nsys.path.insert(0, os.path.join(HERE, 'v2.zip'))\n"),
            ("lib/v2.whl", "import sys\nsys.path.append(f'{HERE}/v2.whl')\n"),
            ("v2.egg", "import site\nsite.addsitedir('v2.egg')\n"),
            ("v2.pyz", "import zipimport\nzipimport.zipimporter('v2' + '.pyz')\n"),
        ] {
            let old = [("shop/__init__.py", "")];
            let new = [("shop/__init__.py", text), (archive, "1")];
            assert_eq!(reported(&old, &new), 1, "{text}");
            // Only the archive is new or changed.
            assert_eq!(reported(&new[..1], &new), 1, "{text}");
            assert_eq!(reported(&new, &[new[0], (archive, "2")]), 1, "{text}");
            assert_eq!(reported(&new, &new), 0, "what the base has: {text}");
            assert_eq!(reported(&old, &[("tests/conftest.py", text), (archive, "1")]), 0, "{text}");
        }
        for (archive, text) in [
            ("data/v2.zip", "import sys\nread('data/v2.zip')\n"),
            ("data/v2.zip", "import sys\nsys.path.insert(0, 'lib')\n"),
            ("data/v2.zip", "import sys\nsys.path.insert(0, 'other.zip')\n"),
            ("data/v2.txt", "import sys\nsys.path.insert(0, 'v2.zip')\n"),
        ] {
            assert_eq!(reported(&[], &[("shop/__init__.py", text), (archive, "1")]), 0, "{text}");
        }
    }
}
