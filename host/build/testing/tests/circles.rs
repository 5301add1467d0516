//! The modules of a crate do not import each other in a circle.
//!
//! The rule: modules that lie side by side, each with everything below it, must not need each other, directly or by way of
//! others beside them. A module that names an item needs the module that defines it: a name that a parent or the crate's
//! root re-exports counts for where it comes from. Between a module and those below it nothing is counted: a parent calls
//! and re-exports its children, and they use what it defines for all of them. Tests are not counted.
//!
//! Sources are read as text: `use` declarations, and paths that begin with `crate`, `self`, `super` or the name of a child.
#![expect(clippy::panic, reason = "the lints do not take the helpers of tests for tests")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

/// Crates with circles that are left, each with its reason.
const EXCEPTIONS: [(&str, &str); 0] = [];

/// The names from the root of the crate to a module.
type ModulePath = Vec<String>;

/// The source of a module, in words and signs.
type Tokens = Vec<String>;

/// A path that a module names.
struct Named {
    /// The module that the path begins at, and what follows.
    path: (ModulePath, Vec<String>),
    /// The name that it is re-exported by.
    exported: Option<String>,
}

/// A word of the source, or a sign of it; comments, texts and letters are passed over.
fn tokens(text: &str) -> Tokens {
    let letters: Vec<char> = text.chars().collect();
    let (mut found, mut at) = (Vec::new(), 0);
    let is = |at: usize, letter: char| letters.get(at) == Some(&letter);
    while let Some(letter) = letters.get(at).copied() {
        if letter == '/' && is(at + 1, '/') {
            at += letters.iter().skip(at).take_while(|one| **one != '\n').count();
        } else if letter == 'r' && (is(at + 1, '"') || is(at + 1, '#')) && raw_end(&letters, at).is_some() {
            at = raw_end(&letters, at).unwrap_or(at + 1);
        } else if letter == '"' {
            at = text_end(&letters, at);
        } else if letter == '\'' && (is(at + 1, '\\') || is(at + 2, '\'')) {
            at += 2 + letters.iter().skip(at + 2).take_while(|one| **one != '\'').count() + 1;
        } else if letter.is_alphanumeric() || letter == '_' {
            let is_of_word = |one: &&char| one.is_alphanumeric() || **one == '_';
            let word: String = letters.iter().skip(at).take_while(is_of_word).collect();
            at += word.chars().count();
            found.push(word);
        } else if letter == ':' && is(at + 1, ':') {
            found.push("::".to_owned());
            at += 2;
        } else {
            if !letter.is_whitespace() {
                found.push(letter.to_string());
            }
            at += 1;
        }
    }
    found
}

/// What follows a text that begins here.
fn text_end(letters: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(letter) = letters.get(at) {
        match letter {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// What follows a raw text that begins here; nothing, where none does.
fn raw_end(letters: &[char], start: usize) -> Option<usize> {
    let signs = letters.iter().skip(start + 1).take_while(|one| **one == '#').count();
    let first = start + 1 + signs;
    (letters.get(first) == Some(&'"')).then_some(())?;
    let is_end = |at: &usize| {
        let closing = letters.iter().skip(at + 1).take(signs).filter(|one| **one == '#').count();
        letters.get(*at) == Some(&'"') && closing == signs
    };
    (first + 1..letters.len()).find(is_end).map(|at| at + 1 + signs)
}

/// Takes what is for tests out of a source, and gives the names of modules that are.
fn without_tests(all: &[String]) -> (Tokens, BTreeSet<String>) {
    let (mut kept, mut tests, mut at) = (Vec::new(), BTreeSet::new(), 0);
    while let Some(token) = all.get(at) {
        let mark = ["#", "[", "cfg", "(", "test", ")", "]"];
        let is_mark = all.get(at..at + mark.len()).is_some_and(|found| found == mark);
        let after = all.get(at + mark.len()..).unwrap_or_default();
        let module = after.iter().take_while(|one| *one != "{" && *one != ";").position(|one| one == "mod");
        match module.filter(|_| is_mark).and_then(|position| after.get(position + 1..position + 3)) {
            Some([name, end]) if end == ";" => {
                tests.insert(name.clone());
                at += mark.len();
            }
            // A module of tests is the last of a file.
            Some(_) => break,
            None => {
                kept.push(token.clone());
                at += 1;
            }
        }
    }
    (kept, tests)
}

/// The paths of a tree of `use`, each with its last name or another that is given to it.
fn tree(all: &[String], at: &mut usize, prefix: &[String], out: &mut Vec<(Vec<String>, String)>) {
    let mut path = prefix.to_vec();
    while let Some(token) = all.get(*at).map(String::as_str) {
        match token {
            "{" => {
                *at += 1;
                while all.get(*at).is_some_and(|one| one != "}" && one != ";") {
                    tree(all, at, &path, out);
                    *at += usize::from(all.get(*at).is_some_and(|one| one == ","));
                }
                *at += 1;
                return;
            }
            "," | "}" | ";" => break,
            "as" => {
                let name = all.get(*at + 1).cloned().unwrap_or_default();
                *at += 2;
                return out.push((path, name));
            }
            "::" => *at += 1,
            name => {
                path.push(name.to_owned());
                *at += 1;
            }
        }
    }
    if path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let name = path.last().cloned().unwrap_or_default();
    out.push((path, name));
}

/// Where a path begins, and what follows; nothing for one that leads out of the crate.
fn begin(
    own: &ModulePath,
    path: &[String],
    modules: &BTreeSet<ModulePath>,
) -> Option<(ModulePath, Vec<String>)> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => Some((vec![], rest.to_vec())),
        "self" => Some((own.clone(), rest.to_vec())),
        "super" => {
            let ups = path.iter().take_while(|one| *one == "super").count();
            let kept = own.len().checked_sub(ups)?;
            Some((own.iter().take(kept).cloned().collect(), path.iter().skip(ups).cloned().collect()))
        }
        name => {
            let child: ModulePath = own.iter().cloned().chain([name.to_owned()]).collect();
            modules.contains(&child).then(|| (own.clone(), path.to_vec()))
        }
    }
}

/// All paths that a module names.
fn named(own: &ModulePath, all: &[String], modules: &BTreeSet<ModulePath>) -> Vec<Named> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(token) = all.get(at) {
        let before = at.checked_sub(1).and_then(|at| all.get(at)).map_or("", String::as_str);
        if token == "use" && all.get(at + 1).is_none_or(|next| next != "<") {
            let is_public = matches!(before, "pub" | ")");
            let mut paths = Vec::new();
            at += 1;
            tree(all, &mut at, &[], &mut paths);
            for (path, name) in paths {
                let path = begin(own, &path, modules);
                found.extend(path.map(|path| Named { path, exported: is_public.then_some(name) }));
            }
        } else if all.get(at + 1).is_some_and(|next| next == "::") && before != "::" && before != "mod" {
            let mut path = vec![token.clone()];
            while all.get(at + 1).is_some_and(|next| next == "::") {
                path.extend(all.get(at + 2).cloned());
                at += 2;
            }
            let path = begin(own, &path, modules);
            found.extend(path.map(|path| Named { path, exported: None }));
            at += 1;
        } else {
            at += 1;
        }
    }
    found
}

/// The module that defines what a path names, behind re-exports.
fn definition(
    path: &(ModulePath, Vec<String>),
    all: &BTreeMap<ModulePath, Vec<Named>>,
    steps: usize,
) -> ModulePath {
    let (mut module, names) = path.clone();
    for (position, name) in names.iter().enumerate() {
        let child: ModulePath = module.iter().cloned().chain([name.clone()]).collect();
        if all.contains_key(&child) {
            module = child;
            continue;
        }
        let exports = all.get(&module).into_iter().flatten();
        let export = exports.filter(|one| one.exported.as_ref() == Some(name)).map(|one| &one.path);
        let Some((start, rest)) = export.into_iter().find(|other| *other != path) else { break };
        if steps > 10 {
            break;
        }
        let rest = rest.iter().chain(names.iter().skip(position + 1)).cloned().collect();
        return definition(&(start.clone(), rest), all, steps + 1);
    }
    module
}

/// The circles of a crate, by its sources: the path of a file below `src` without its ending, and its text.
fn circles(sources: &BTreeMap<String, String>) -> Vec<String> {
    let mut code: BTreeMap<ModulePath, Tokens> = BTreeMap::new();
    let mut tests: BTreeSet<ModulePath> = BTreeSet::new();
    for (file, text) in sources {
        let names = file.strip_suffix("/mod").unwrap_or(file).split('/');
        let own: ModulePath =
            names.filter(|name| !matches!(*name, "lib" | "main")).map(str::to_owned).collect();
        let (kept, names) = without_tests(&tokens(text));
        tests.extend(names.into_iter().map(|name| own.iter().cloned().chain([name]).collect::<ModulePath>()));
        code.insert(own, kept);
    }
    code.retain(|own, _| !tests.iter().any(|test| own.starts_with(test)));
    let modules: BTreeSet<ModulePath> = code.keys().cloned().collect();
    let all: BTreeMap<ModulePath, Vec<Named>> =
        code.iter().map(|(own, code)| (own.clone(), named(own, code, &modules))).collect();
    // For each level, which of the modules side by side needs which, and an import that shows it.
    let mut levels: BTreeMap<ModulePath, BTreeMap<(ModulePath, ModulePath), String>> = BTreeMap::new();
    for (own, paths) in &all {
        for other in paths.iter().map(|one| definition(&one.path, &all, 0)) {
            let shared = own.iter().zip(&other).take_while(|(one, other)| one == other).count();
            if shared == own.len() || shared == other.len() {
                continue;
            }
            let beside = |path: &ModulePath| path.iter().take(shared + 1).cloned().collect::<ModulePath>();
            let shown = format!("{} imports {}", own.join("::"), other.join("::"));
            let level = levels.entry(own.iter().take(shared).cloned().collect()).or_default();
            level.entry((beside(own), beside(&other))).or_insert(shown);
        }
    }
    levels.values().flat_map(circles_of).collect()
}

/// The circles among modules that lie side by side, each as the imports that make it.
fn circles_of(needs: &BTreeMap<(ModulePath, ModulePath), String>) -> Vec<String> {
    let reached = |start: &ModulePath| {
        let (mut seen, mut todo) = (BTreeSet::new(), vec![start.clone()]);
        while let Some(one) = todo.pop() {
            for (_, to) in needs.keys().filter(|(from, _)| *from == one) {
                if seen.insert(to.clone()) {
                    todo.push(to.clone());
                }
            }
        }
        seen
    };
    let starts: BTreeSet<&ModulePath> = needs.keys().map(|(from, _)| from).collect();
    let all: BTreeMap<&ModulePath, BTreeSet<ModulePath>> =
        starts.into_iter().map(|start| (start, reached(start))).collect();
    let is_mutual = |one: &ModulePath, other: &ModulePath| {
        all.get(one).is_some_and(|found| found.contains(other))
            && all.get(other).is_some_and(|found| found.contains(one))
    };
    let mut found: BTreeMap<ModulePath, String> = BTreeMap::new();
    for ((from, to), shown) in needs.iter().filter(|((from, to), _)| is_mutual(from, to)) {
        let first = all.keys().find(|one| is_mutual(one, from)).map_or(from, |one| *one);
        let _ = write!(
            found.entry(first.clone()).or_default(),
            "\n  {shown} ({} -> {})",
            from.join("::"),
            to.join("::")
        );
    }
    found.into_values().collect()
}

fn collect_sources(folder: &Path, below: &str, out: &mut BTreeMap<String, String>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries.filter_map(Result::ok) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap_or_default());
        if path.is_dir() {
            collect_sources(&path, &format!("{below}{name}/"), out);
        } else if let Some(stem) = name.strip_suffix(".rs") {
            out.insert(format!("{below}{stem}"), fs::read_to_string(&path).unwrap_or_default());
        }
    }
}

#[test]
fn no_crate_has_a_circle_of_modules() {
    let host = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = |path: &Path| -> Vec<String> {
        let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let folders = entries.filter_map(Result::ok).filter(|entry| entry.path().is_dir());
        folders.filter_map(|entry| entry.file_name().into_string().ok()).collect()
    };
    let (mut report, mut count) = (String::new(), 0);
    for group in folders(&host) {
        for own in folders(&host.join(&group)) {
            let name = format!("{group}/{own}");
            let mut sources = BTreeMap::new();
            collect_sources(&host.join(&name).join("src"), "", &mut sources);
            count += sources.len();
            if EXCEPTIONS.iter().any(|(exception, _)| *exception == name) {
                continue;
            }
            for circle in circles(&sources) {
                let _ = write!(report, "\n{name}:{circle}");
            }
        }
    }
    assert!(count > 400, "{count} sources were read");
    assert!(report.is_empty(), "modules import each other in circles:{report}");
}

/// Sources, and how many circles they have.
type Case<'a> = (&'a [(&'a str, &'a str)], usize);

#[test]
fn circles_are_found_and_nothing_else() {
    let cases: [Case<'_>; 14] = [
        (&[("a", "use crate::b::B;"), ("b", "use crate::a::A;")], 1),
        (&[("a", "use crate::b;"), ("b", "use super::c::{self, C};"), ("c", "fn f() { crate::a::f() }")], 1),
        // By way of a re-export of the root.
        (&[("lib", "mod a; mod b; pub use a::A;"), ("a", "use crate::b::B;"), ("b", "use crate::A;")], 1),
        (
            &[
                ("lib", "pub use a::A as Z;"),
                ("a", "use crate::{b::{B, C}, d};"),
                ("b", "use crate::{Z, e};"),
            ],
            1,
        ),
        // A folder counts as one.
        (&[("a/mod", ""), ("a/x", "use crate::b::B;"), ("b", "use crate::a::y::Y;"), ("a/y", "")], 1),
        (&[("a/x", "use super::y::Y;"), ("a/y", "use crate::a::x::X;"), ("a/mod", "")], 1),
        // Two circles.
        (
            &[
                ("a", "use crate::b::B;"),
                ("b", "use crate::a::A;"),
                ("c", "use super::d::D;"),
                ("d", "use super::c::C;"),
            ],
            2,
        ),
        // One way only.
        (&[("a", "use crate::b::B;"), ("b", "use crate::c::C;"), ("c", "")], 0),
        // A parent and its children.
        (
            &[("a/mod", "mod x; pub use x::X; fn f() { x::f() }"), ("a/x", "use super::f; use crate::a::g;")],
            0,
        ),
        (&[("lib", "mod a; use a::A; pub struct B;"), ("a", "use crate::B;")], 0),
        // Tests, comments and texts.
        (&[("a", "use crate::b::B;"), ("b", "#[cfg(test)]\nmod tests { use crate::a::A; }")], 0),
        (&[("a", "use crate::b::B;"), ("b", "#[cfg(test)]\nmod more;"), ("b/more", "use crate::a::A;")], 0),
        (&[("a", "use crate::b::B;"), ("b", "// use crate::a::A;\nconst T: &str = \"crate::a::A\";")], 0),
        (
            &[
                ("a", "use crate::b::B;"),
                ("b", "const T: &str = r#\"\" crate::a::A\"#; const C: char = '\"';"),
            ],
            0,
        ),
    ];
    for (sources, expected) in cases {
        let sources = sources.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let found = circles(&sources);
        assert_eq!(found.len(), expected, "{sources:?}: {found:?}");
    }
}
