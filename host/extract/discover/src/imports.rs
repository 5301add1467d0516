use std::collections::BTreeSet;

/// What the lines of a file say without parsing it. Wrong now and then (a docstring may hold an `import`),
/// which is why it is used as evidence only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outline {
    /// Dotted names that absolute imports name: for `from a.b import c` both `a.b` and `a.b.c`.
    pub(crate) imports: BTreeSet<String>,
    /// How many dots the deepest relative import has.
    pub(crate) relative: usize,
    /// The last part of every base of every class, under its own name too where an import gives it another.
    pub(crate) bases: BTreeSet<String>,
    /// The name of every class.
    pub(crate) classes: BTreeSet<String>,
    /// Other names that imports give: the name here, and the name there.
    pub(crate) aliases: BTreeSet<(String, String)>,
    /// Assigns `revision` and `down_revision`, as Alembic's revision files do.
    pub(crate) is_revision: bool,
    /// Has test functions, or uses a test framework.
    pub(crate) has_tests: bool,
}

/// No line that matters is longer; what comes later in a longer one is not looked at.
const MAX_STATEMENT: usize = 8192;

/// Reads the outline from the statements that start a line.
pub(crate) fn outline(bytes: &[u8]) -> Outline {
    let mut outline = Outline::default();
    let (mut revision, mut down_revision) = (false, false);
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', bytes).chain(std::iter::once(bytes.len()));
    for end in ends {
        let line = bytes.get(start..end).unwrap_or_default();
        let indent = line.len() - line.trim_ascii_start().len();
        let statement = line.get(indent..).unwrap_or_default();
        match statement.first() {
            Some(b'i') if statement.starts_with(b"import ") => plain_import(statement, &mut outline),
            Some(b'f') if statement.starts_with(b"from ") => {
                from_import(logical(bytes, start + indent), &mut outline);
            }
            Some(b'c') if statement.starts_with(b"class ") => {
                class_bases(logical(bytes, start + indent), &mut outline);
            }
            Some(b'd') if statement.starts_with(b"def test_") => outline.has_tests = true,
            Some(b'a') if statement.starts_with(b"async def test_") => outline.has_tests = true,
            Some(b'r') if indent == 0 => revision |= assigns(statement, b"revision"),
            Some(b'd') if indent == 0 => down_revision |= assigns(statement, b"down_revision"),
            _ => {}
        }
        start = end + 1;
    }
    let renamed = outline.aliases.iter().filter(|(here, _)| outline.bases.contains(here));
    let there: Vec<String> = renamed.map(|(_, there)| there.clone()).collect();
    outline.bases.extend(there);
    outline.is_revision = revision && down_revision;
    outline.has_tests |= ["pytest", "unittest"].iter().any(|name| outline.imports.contains(*name));
    outline
}

/// The statement from `start` on: its line, or all up to the closing parenthesis where the line opens one.
fn logical(bytes: &[u8], start: usize) -> &[u8] {
    let rest = bytes.get(start..bytes.len().min(start + MAX_STATEMENT)).unwrap_or_default();
    let line = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default();
    if memchr::memchr(b'(', line).is_none() || memchr::memchr(b')', line).is_some() {
        return line;
    }
    rest.get(..memchr::memchr(b')', rest).map_or(rest.len(), |end| end + 1)).unwrap_or_default()
}

fn assigns(statement: &[u8], name: &[u8]) -> bool {
    let rest = statement.strip_prefix(name).map(<[u8]>::trim_ascii_start);
    rest.and_then(<[u8]>::first).is_some_and(|next| matches!(next, b'=' | b':'))
}

fn plain_import(statement: &[u8], outline: &mut Outline) {
    let text = String::from_utf8_lossy(statement.get(7..).unwrap_or_default());
    let text = text.split(['#', ';']).next().unwrap_or_default();
    for part in text.split(',') {
        let name = part.split_whitespace().next().unwrap_or_default();
        if is_dotted(name) {
            outline.imports.insert(name.to_owned());
        }
    }
}

fn from_import(bytes: &[u8], outline: &mut Outline) {
    let text = String::from_utf8_lossy(bytes.get(5..).unwrap_or_default());
    let Some((module, names)) = text.split_once(" import ").or_else(|| text.split_once(" import(")) else {
        return;
    };
    let module = module.trim();
    let dots = module.len() - module.trim_start_matches('.').len();
    outline.relative = outline.relative.max(dots);
    if dots == 0 && is_dotted(module) {
        outline.imports.insert(module.to_owned());
    }
    let names = names.trim_start_matches([' ', '(']);
    let is_long = text.contains(" import (") || text.contains(" import(");
    let end = if is_long { names.find(')') } else { names.find(['\n', ';', '#']) };
    for line in names.get(..end.unwrap_or(names.len())).unwrap_or_default().lines() {
        for part in line.split('#').next().unwrap_or_default().split(',') {
            let mut words = part.split_whitespace();
            let name = words.next().unwrap_or_default();
            if dots == 0 && is_dotted(name) {
                outline.imports.insert(format!("{module}.{name}"));
            }
            if let (Some("as"), Some(alias)) = (words.next(), words.next()) {
                outline.aliases.insert((alias.to_owned(), name.to_owned()));
            }
        }
    }
}

fn class_bases(bytes: &[u8], outline: &mut Outline) {
    let text = String::from_utf8_lossy(bytes);
    let name = text.get(6..).unwrap_or_default().split(['(', ':', '[']).next().unwrap_or_default().trim();
    if is_dotted(name) {
        outline.classes.insert(name.to_owned());
    }
    let Some(colon_or_paren) = text.find(['(', ':', '\n']) else { return };
    let Some(list) = text.get(colon_or_paren..).and_then(|rest| rest.strip_prefix('(')) else { return };
    let list: String = list.lines().map(|line| line.split('#').next().unwrap_or_default()).collect();
    for part in list.split([')', ':']).next().unwrap_or_default().split(',') {
        let base = part.split(['[', '(']).next().unwrap_or_default().trim();
        let last = base.rsplit('.').next().unwrap_or_default();
        if is_dotted(base) {
            outline.bases.insert(last.to_owned());
        }
    }
}

fn is_dotted(name: &str) -> bool {
    !name.is_empty() && name.split('.').all(crate::paths::is_identifier)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<String> {
        outline(text.as_bytes()).imports.into_iter().collect()
    }

    #[test]
    fn imports_of_every_form() {
        assert_eq!(list("import a.b as c, d  # e\n"), ["a.b", "d"]);
        assert_eq!(list("from a.b import c as x, d\n"), ["a.b", "a.b.c", "a.b.d"]);
        assert_eq!(list("from a import (\n    b,  # why\n    c,\n)\n"), ["a", "a.b", "a.c"]);
        assert_eq!(list("try:\n    import a\nexcept: pass"), ["a"]);
        assert_eq!(list("from x import *\n>>> import y\n"), ["x"]);
    }

    #[test]
    fn relative_imports_give_their_depth() {
        let outline = outline(b"from . import a\nfrom ..b import c\n");
        assert_eq!((outline.relative, outline.imports.len()), (2, 0));
    }

    #[test]
    fn bases_over_several_lines() {
        let outline =
            outline(b"class A(\n    x.Base,  # why\n    Mixin[int],\n    metaclass=M,\n):\n    pass\n");
        assert_eq!(outline.bases.into_iter().collect::<Vec<_>>(), ["Base", "Mixin"]);
    }

    #[test]
    fn revisions_and_tests() {
        assert!(outline(b"revision: str = 'a'\ndown_revision = None\n").is_revision);
        assert!(!outline(b"revision = Column()\n").is_revision);
        assert!(outline(b"def test_it(): pass\n").has_tests);
        assert!(outline(b"import pytest\n").has_tests);
        assert!(!outline(b"class TestCase(Base): pass\n").has_tests);
    }
}
