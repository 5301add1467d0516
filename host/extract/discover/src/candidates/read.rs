use std::borrow::Cow;

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::Tree;
use ruff_python_ast::{
    ExceptHandler, Expr, ModModule, Stmt,
    statement_visitor::{self, StatementVisitor},
};
use ruff_python_parser::Parsed;
use ruff_source_file::LineIndex;
use ruff_text_size::{Ranged, TextSize};

use crate::{
    decode::{self, DecodeError},
    index::{self, FileFacts, ModuleRef},
    modules::Modules,
    parse::{self, MAX_TOKENS, ParseError},
    scan::PyFile,
};

/// Reads and parses one file. Errors become diagnostics; the readable parts are used.
pub(super) fn file(
    tree: &Tree,
    file: &PyFile,
    modules: &Modules,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FileFacts> {
    // Only files that an option includes, or that a class statement led to, have to be read again.
    match &file.bytes {
        Some(bytes) => content(&file.path, bytes, modules, diagnostics),
        None => one(tree, &file.path, modules, diagnostics),
    }
}

/// The same for a file by its path.
pub(super) fn one(
    tree: &Tree,
    path: &str,
    modules: &Modules,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FileFacts> {
    content(path, &tree.read(path).ok()?, modules, diagnostics)
}

fn content(
    path: &str,
    bytes: &[u8],
    modules: &Modules,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FileFacts> {
    let text = text(path, bytes, diagnostics)?;
    let parsed = match parse::module(&text) {
        Ok(parsed) => parsed,
        Err(error) => {
            diagnostics.push(not_parsed(path, &error));
            return None;
        }
    };
    let lines = LineIndex::from_source_text(&text);
    let module = ModuleRef { path, name: modules.dotted_name(path), text: &text, lines: &lines };
    diagnostics.extend(syntax(&parsed, module));
    Some(index::collect_facts(&parsed.syntax().body, module, modules))
}

fn text<'a>(path: &str, bytes: &'a [u8], diagnostics: &mut Vec<Diagnostic>) -> Option<Cow<'a, str>> {
    let (message, line) = match decode::decode(bytes) {
        Ok(text) => return Some(text),
        Err(DecodeError::NotUtf8 { line }) => (format!("`{path}` is not UTF-8"), line),
        Err(DecodeError::Unknown { encoding }) => {
            (format!("`{path}` declares the encoding `{encoding}`, which is not supported"), 1)
        }
        // Reported for every file, read or not.
        Err(DecodeError::Refused { .. }) => return None,
    };
    diagnostics.push(
        Diagnostic::new(Severity::Warning, "not-utf8", message)
            .at(path, line)
            .hint("save the file as UTF-8, or name its encoding in a `# -*- coding: … -*-` comment"),
    );
    None
}

fn not_parsed(path: &str, error: &ParseError) -> Diagnostic {
    match error {
        ParseError::TooDeep => {
            let message = format!("`{path}` is nested too deeply to be parsed");
            Diagnostic::new(Severity::Warning, "too-deep", message)
                .at(path, 0)
                .hint("Python itself fails on such a file; if it is generated, split the expression")
        }
        ParseError::TooMany => {
            let message = format!("`{path}` has more tokens than the limit, {MAX_TOKENS}");
            Diagnostic::new(Severity::Warning, "too-large", message)
                .at(path, 0)
                .hint("a file of this size usually contains data; move its tables to another file")
        }
        ParseError::Panic => {
            let message = format!("the parser failed on `{path}`");
            Diagnostic::new(Severity::Error, "parser-panic", message)
                .at(path, 0)
                .hint("this is a bug in Belljar: please report it with the file")
        }
    }
}

/// The first syntax error, or the first construct of Python 2 that is not an error in Python 3.14.
fn syntax(parsed: &Parsed<ModModule>, module: ModuleRef<'_>) -> Option<Diagnostic> {
    let path = module.path;
    let line = |offset: TextSize| u32::try_from(module.lines.line_index(offset).get()).unwrap_or(u32::MAX);
    let error = parsed.errors().first();
    let old = error.map_or_else(
        || old_except(&parsed.syntax().body).map(line),
        |error| is_python2(module.text).then(|| line(error.location.start())),
    );
    if let Some(line) = old {
        let message = format!("`{path}` is written in Python 2");
        return Some(
            Diagnostic::new(Severity::Warning, "python2", message)
                .at(path, line)
                .hint("convert it to Python 3; statements that are valid in Python 3 are run all the same"),
        );
    }
    let error = error?;
    let message = format!("`{path}` has a syntax error: {}", error.error);
    Some(
        Diagnostic::new(Severity::Warning, "syntax-error", message)
            .at(path, line(error.location.start()))
            .hint("Python would reject the whole file; the other statements are run all the same"),
    )
}

/// Whether a text that can't be parsed has statements of Python 2.
fn is_python2(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        let after =
            |keyword: &str| line.strip_prefix(keyword).and_then(|rest| rest.trim_start().chars().next());
        let is_old_print = after("print ").is_some_and(|next| {
            matches!(next, '"' | '\'' | '>' | '%') || next.is_alphanumeric() || next == '_'
        });
        let is_old_exec = after("exec ").is_some_and(|next| next != '(' && next != '=');
        let is_old_raise = line.strip_prefix("raise ").is_some_and(|rest| {
            rest.split_once(',')
                .is_some_and(|(class, _)| !class.is_empty() && class.chars().all(char::is_alphanumeric))
        });
        is_old_print || is_old_exec || is_old_raise || has_old_except(line)
    })
}

fn has_old_except(line: &str) -> bool {
    let Some(list) = line.strip_prefix("except ").and_then(|rest| rest.split(':').next()) else {
        return false;
    };
    let target = list.rsplit(',').next().unwrap_or_default().trim();
    list.contains(',') && !list.ends_with(')') && target.chars().next().is_some_and(char::is_lowercase)
}

/// `except X, e:` is a pair of classes in Python 3.14, but classes of exceptions have no such names.
fn old_except(body: &[Stmt]) -> Option<TextSize> {
    struct Handlers(Option<TextSize>);
    impl StatementVisitor<'_> for Handlers {
        fn visit_except_handler(&mut self, handler: &ExceptHandler) {
            let ExceptHandler::ExceptHandler(clause) = handler;
            if let Some(Expr::Tuple(pair)) = clause.type_.as_deref()
                && let [_, Expr::Name(name)] = pair.elts.as_slice()
                && !pair.parenthesized
                && matches!(name.id.as_str(), "e" | "ex" | "err" | "error" | "exc" | "exception" | "why")
            {
                self.0 = self.0.or(Some(clause.start()));
            }
            statement_visitor::walk_except_handler(self, handler);
        }
    }
    let mut handlers = Handlers(None);
    handlers.visit_body(body);
    handlers.0
}
