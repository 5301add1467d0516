use belljar_schema::{Diagnostic, Severity};
use globset::{GlobBuilder, GlobMatcher};

use crate::{ExclusionRule, Options, modules::Modules, paths, scan::PyFile};

/// One pattern of [`Options::only`] or [`Options::exclude`].
struct Pattern {
    text: String,
    glob: Option<GlobMatcher>,
}

impl Pattern {
    fn new(text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let text = text.trim_start_matches("./").trim_end_matches('/').to_owned();
        if !text.contains(['*', '?', '[', '{']) {
            return Some(Self { text, glob: None });
        }
        match GlobBuilder::new(&text).literal_separator(true).build() {
            Ok(glob) => Some(Self { text, glob: Some(glob.compile_matcher()) }),
            Err(error) => {
                let message = format!("`{text}` is not a valid pattern: {}", error.kind());
                diagnostics.push(
                    Diagnostic::new(Severity::Error, "bad-pattern", message)
                        .hint("use a path, a glob such as `app/**/models.py`, or a dotted module"),
                );
                None
            }
        }
    }

    fn fits(&self, path: &str, module: &str) -> bool {
        match &self.glob {
            Some(glob) => glob.is_match(path),
            None => paths::is_within(path, &self.text) || is_below(module, &self.text),
        }
    }

    /// Whether it matches exactly this file.
    fn names(&self, path: &str, module: &str) -> bool {
        self.glob.is_none() && (path == self.text || module == self.text)
    }
}

fn is_below(module: &str, prefix: &str) -> bool {
    module.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Applies the patterns of the options to the files.
pub(crate) fn apply(
    files: &mut [PyFile],
    modules: &Modules,
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut compile = |patterns: &[String]| -> Vec<Pattern> {
        patterns.iter().filter_map(|text| Pattern::new(text, diagnostics)).collect()
    };
    let (only, exclude) = (compile(&options.only), compile(&options.exclude));
    for file in files {
        let module = modules.dotted_name(&file.path);
        // Paths may also be relative to the requested directory.
        let own = options.within.as_deref().and_then(|within| paths::below(&file.path, within));
        let named = [Some(file.path.as_str()), own];
        let fits = |patterns: &[Pattern]| {
            let fits = |pattern: &Pattern| named.into_iter().flatten().any(|path| pattern.fits(path, module));
            patterns.iter().any(fits)
        };
        if only.iter().any(|pattern| named.into_iter().flatten().any(|path| pattern.names(path, module))) {
            file.rule = None;
        }
        if file.rule.is_none() && fits(&exclude) {
            file.rule = Some(ExclusionRule::Excluded);
        }
        if file.rule.is_none() && !options.only.is_empty() && !fits(&only) {
            file.rule = Some(ExclusionRule::NotSelected);
        }
    }
}

#[cfg(test)]
mod tests {
    use belljar_tree::Tree;

    use super::*;
    use crate::discover;

    const BASE: &str = "Base = declarative_base()\n";

    fn found(only: &[&str], exclude: &[&str]) -> Vec<String> {
        let tree = Tree::in_memory([
            ("src/app/__init__.py", ""),
            ("src/app/a.py", BASE),
            ("src/app/db/__init__.py", BASE),
            ("src/app/db/b.py", BASE),
            ("tests/t.py", BASE),
        ]);
        let list = |patterns: &[&str]| patterns.iter().map(|text| (*text).to_owned()).collect();
        let options = Options { only: list(only), exclude: list(exclude), ..Options::default() };
        discover(&tree, &options).candidates.into_iter().map(|candidate| candidate.path).collect()
    }

    #[test]
    fn patterns_of_every_form() {
        assert_eq!(found(&[], &[]), ["src/app/a.py", "src/app/db/__init__.py", "src/app/db/b.py"]);
        assert_eq!(found(&["app.db"], &[]), ["src/app/db/__init__.py", "src/app/db/b.py"]);
        assert_eq!(found(&["src/app/db/"], &[]), ["src/app/db/__init__.py", "src/app/db/b.py"]);
        assert_eq!(found(&["src/*/a.py"], &[]), ["src/app/a.py"]);
        assert_eq!(found(&["**/b.py"], &[]), ["src/app/db/b.py"]);
        assert_eq!(found(&[], &["app.db", "src/app/a*"]), Vec::<String>::new());
        assert_eq!(found(&["app"], &["app.db.b"]), ["src/app/a.py", "src/app/db/__init__.py"]);
    }

    #[test]
    fn naming_a_file_in_full_puts_it_back() {
        assert_eq!(found(&["tests"], &[]), Vec::<String>::new());
        assert_eq!(found(&["tests/t.py"], &[]), ["tests/t.py"]);
    }

    #[test]
    fn an_invalid_pattern_is_reported() {
        let options = Options { exclude: vec!["a[".to_owned()], ..Options::default() };
        let found = discover(&Tree::in_memory([("a.py", BASE)]), &options);
        assert_eq!(found.diagnostics[0].code, "bad-pattern");
        assert_eq!(found.candidates.len(), 1);
    }
}
