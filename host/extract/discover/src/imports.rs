use std::{collections::BTreeSet, sync::LazyLock};

use memchr::memmem::Finder;

/// An outline of a file, from its lines without parsing. It is sometimes wrong (a docstring may contain an `import`),
/// so it is only used as evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outline {
    /// Dotted names in absolute imports: for `from a.b import c` both `a.b` and `a.b.c`.
    pub(crate) imports: BTreeSet<String>,
    /// Number of dots of the deepest relative import.
    pub(crate) relative: usize,
    /// The last part of every base of every class, also under its own name if an import renames it.
    pub(crate) bases: BTreeSet<String>,
    /// The name of every class.
    pub(crate) classes: BTreeSet<String>,
    /// Aliases of imports: the local name, and the original name.
    pub(crate) aliases: BTreeSet<(String, String)>,
    /// The names that its imports bind, in any scope.
    pub(crate) bound: Vec<Bound>,
    /// The names that it uses outside functions, which a star import may provide.
    pub(crate) used: BTreeSet<String>,
    /// Whether it assigns `revision` and `down_revision`, as Alembic's revision files do.
    pub(crate) is_revision: bool,
    /// Whether its comments declare inline script dependencies.
    pub(crate) is_script: bool,
    /// Whether it has test functions, or uses a test framework.
    pub(crate) has_tests: bool,
}

/// A name that an import binds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bound {
    /// The local name; `*` for all names of a module.
    pub(crate) local: String,
    /// The module of the statement, with the dots of a relative import.
    pub(crate) module: String,
    /// The imported name; `None` if the module itself is bound.
    pub(crate) name: Option<String>,
    /// Whether it is used outside functions, or by a class that a function creates.
    pub(crate) used: bool,
}

/// No relevant line is longer; the rest of a longer one is not scanned.
const MAX_STATEMENT: usize = 8192;

/// Reads the outline from the statements that start a line.
pub(crate) fn outline(bytes: &[u8]) -> Outline {
    let mut outline = Outline::default();
    let (mut revision, mut down_revision) = (false, false);
    let mut uses = Uses::default();
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', bytes).chain(std::iter::once(bytes.len()));
    for end in ends {
        let line = bytes.get(start..end).unwrap_or_default();
        let indent = line.len() - line.trim_ascii_start().len();
        let statement = line.get(indent..).unwrap_or_default();
        uses.line(statement, indent);
        match statement.first() {
            Some(b'i') if statement.starts_with(b"import ") => plain_import(statement, &mut outline),
            Some(b'f') if statement.starts_with(b"from ") => {
                from_import(logical(bytes, start + indent), &mut outline);
            }
            Some(b'c') if statement.starts_with(b"class ") => {
                class_bases(logical(bytes, start + indent), &mut outline);
            }
            Some(b'#') if indent == 0 => outline.is_script |= statement.trim_ascii_end() == b"# /// script",
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
    uses.settle(&mut outline);
    outline.is_revision = revision && down_revision;
    outline.has_tests |= ["pytest", "unittest"].iter().any(|name| outline.imports.contains(*name));
    outline
}

/// The names that the lines of a file use at import time, as far as lines show.
#[derive(Default)]
struct Uses<'a> {
    names: BTreeSet<&'a [u8]>,
    /// The indentation of the enclosing function.
    function: Option<usize>,
    /// Whether some function creates a class by a call.
    makes: bool,
}

impl<'a> Uses<'a> {
    fn line(&mut self, statement: &'a [u8], indent: usize) {
        let Some(first) = statement.first() else { return };
        // A closing bracket does not end a function: it ends a long list of parameters.
        if !matches!(first, b')' | b']' | b'}' | b'#') && self.function.is_some_and(|outer| indent <= outer) {
            self.function = None;
        }
        if self.function.is_some() {
            self.makes |= makes_class(statement);
            if statement.starts_with(b"class ") {
                self.names.extend(words(statement));
            } else if let Some(given) = statement.strip_prefix(b"return ") {
                self.names.extend(words(given).next());
            }
        } else if statement.starts_with(b"def ") || statement.starts_with(b"async def ") {
            self.function = Some(indent);
            self.makes |= makes_class(statement);
        } else if !matches!(first, b'#')
            && !statement.starts_with(b"from ")
            && !statement.starts_with(b"import ")
        {
            self.names.extend(words(statement));
        }
    }

    fn settle(self, outline: &mut Outline) {
        for bound in &mut outline.bound {
            bound.used = self.makes || bound.local == "*" || self.names.contains(bound.local.as_bytes());
        }
        if outline.bound.iter().any(|bound| bound.local == "*") {
            let names = self.names.into_iter().map(|name| String::from_utf8_lossy(name).into_owned());
            outline.used = names.collect();
        }
    }
}

static TYPE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"type("));
static NEW_CLASS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"new_class("));

/// Whether a line may create a class by a call: `type(name, (Base,), {})`, not `type(value)`.
fn makes_class(line: &[u8]) -> bool {
    let call = TYPE.find(line).map(|start| start + 5);
    let is_long = call.and_then(|start| line.get(start..)).is_some_and(|rest| {
        memchr::memchr(b')', rest)
            .is_none_or(|end| memchr::memchr(b',', rest).is_some_and(|comma| comma < end))
    });
    is_long || NEW_CLASS.find(line).is_some()
}

/// The identifiers of a line, including those in strings.
fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
    line.split(move |byte| !is_part(byte))
        .filter(|word| word.first().is_some_and(|first| !first.is_ascii_digit()))
}

/// The statement from `start` on: its line, or everything up to the closing parenthesis if the line opens one.
fn logical(bytes: &[u8], start: usize) -> &[u8] {
    let rest = bytes.get(start..bytes.len().min(start + MAX_STATEMENT)).unwrap_or_default();
    let line = first_line(rest);
    if memchr::memchr(b'(', line).is_none() || memchr::memchr(b')', line).is_some() {
        return line;
    }
    rest.get(..memchr::memchr(b')', rest).map_or(rest.len(), |end| end + 1)).unwrap_or_default()
}

/// A line with its continuations after backslashes.
fn first_line(rest: &[u8]) -> &[u8] {
    let ends = memchr::memchr_iter(b'\n', rest);
    let is_end = |end: &usize| !rest.get(..*end).unwrap_or_default().trim_ascii_end().ends_with(b"\\");
    let end = ends.into_iter().find(is_end).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

fn assigns(statement: &[u8], name: &[u8]) -> bool {
    let rest = statement.strip_prefix(name).map(<[u8]>::trim_ascii_start);
    rest.and_then(<[u8]>::first).is_some_and(|next| matches!(next, b'=' | b':'))
}

fn plain_import(statement: &[u8], outline: &mut Outline) {
    let text = String::from_utf8_lossy(statement.get(7..).unwrap_or_default());
    let text = text.split(['#', ';']).next().unwrap_or_default();
    for part in text.split(',') {
        let mut words = part.split_whitespace();
        let name = words.next().unwrap_or_default();
        if is_dotted(name) {
            outline.imports.insert(name.to_owned());
            let alias = words.nth(1);
            let top = name.split('.').next().unwrap_or_default();
            let (local, module) = alias.map_or((top, top), |alias| (alias, name));
            let (local, module) = (local.to_owned(), module.to_owned());
            outline.bound.push(Bound { local, module, name: None, used: false });
        }
    }
}

fn from_import(bytes: &[u8], outline: &mut Outline) {
    let text = String::from_utf8_lossy(bytes.get(5..).unwrap_or_default());
    let text = text.replace("\\\r\n", " ").replace("\\\n", " ");
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
            let alias = words.next().filter(|word| *word == "as").and_then(|_| words.next());
            if let Some(alias) = alias {
                outline.aliases.insert((alias.to_owned(), name.to_owned()));
            }
            if name == "*" || is_dotted(name) {
                let (local, module) = (alias.unwrap_or(name).to_owned(), module.to_owned());
                outline.bound.push(Bound { local, module, name: Some(name.to_owned()), used: false });
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
