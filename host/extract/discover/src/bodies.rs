//! The text of a module without the bodies of functions that nothing seems to call while it is imported.
//!
//! Python compiles every function of a module, and an import calls few of them. In [`postponed`] text such a body is
//! one call of [`CALL`], which compiles the true body when the function is called; all other text is where it was. The
//! guest has the other half of this in `bodies.py`.
//!
//! A body is postponed only if the function means the same without it (it creates no generator, refers to no variable
//! of an enclosing scope, and its parameters can be passed on), and if Python certainly accepts it ([`allowed`]).

mod allowed;
mod imported;
mod mentions;
mod prelude;
mod shadowed;

use std::{borrow::Cow, collections::BTreeSet, ops::Range};

use allowed::Kind;
use ruff_python_ast::{ExceptHandler, Identifier, Parameters, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_source_file::LineIndex;
use ruff_text_size::{Ranged as _, TextRange, TextSize};
use serde::Serialize;

use crate::{decode, parse, scan::MAX_SOURCE_BYTES, stack};

/// The function of the guest that a postponed body calls.
const CALL: &str = "_belljar_body_";

/// A statement around a function: its line, its indentation, and its name if it is a class.
#[derive(Debug, Clone, Serialize)]
struct Around<'a>(usize, usize, Option<&'a str>);

/// What the guest needs to compile a body.
#[derive(Debug, Serialize)]
struct Table<'a> {
    /// The names that the module imports.
    imports: &'a BTreeSet<&'a str>,
    functions: Vec<Postponed<'a>>,
}

/// A function whose body is postponed: its first and its last line, its name, and the statements around it.
#[derive(Debug, Serialize)]
struct Postponed<'a>(usize, usize, &'a str, Vec<Around<'a>>);

/// What the host knows of a module.
#[derive(Debug, Serialize)]
struct Facts {
    /// A class annotates an attribute with a name that it binds below.
    shadowed: bool,
    /// The last line of the statements that import, if the module can be compiled in two parts there; 0 if it has none.
    prelude: usize,
}

/// What is known of a module, in three parts: a line with [`Facts`] and one with [`Table`], each as JSON, and the text
/// with postponed bodies. The last two are missing if nothing can be postponed. All is empty if Python may not accept
/// the file as it is.
pub fn postponed(bytes: &[u8]) -> Vec<u8> {
    if bytes.len() as u64 > MAX_SOURCE_BYTES {
        return Vec::new();
    }
    // The tree is walked and dropped by recursion.
    stack::with_room(|| of_text(bytes).unwrap_or_default())
}

fn of_text(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = decode::decode(bytes).ok()?;
    // Of other encodings only the ASCII characters are decoded as Python does.
    let is_exact = matches!(text, Cow::Borrowed(_));
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if memchr::memchr2(0, 0x0c, text.as_bytes()).is_some() || text.contains(CALL) {
        return None;
    }
    let parsed = parse::valid_module(&text)?;
    let body = &parsed.syntax().body;
    let facts = Facts { shadowed: shadowed::has_shadowed(body), prelude: prelude::last_line(body, &text) };
    let mut result = serde_json::to_vec(&facts).ok()?;
    result.push(b'\n');
    if !is_exact {
        return Some(result);
    }
    let mut finder = Finder { text: &text, around: Vec::new(), found: Vec::new() };
    finder.body(body);
    let called = mentions::called(body, &finder.found);
    finder.found.retain(|function| !called.contains(function.called_by()));
    if !finder.found.is_empty() {
        result.extend(write(&text, &finder.found, &imported::names(body)).unwrap_or_default());
    }
    Some(result)
}

/// The text with calls in place of the bodies. Every line stays where it was.
fn write(text: &str, found: &[Function<'_>], imports: &BTreeSet<&str>) -> Option<Vec<u8>> {
    let lines = LineIndex::from_source_text(text);
    let line = |position: TextSize| lines.line_index(position).get();
    let (mut functions, mut rest, mut written) = (Vec::new(), String::with_capacity(text.len()), 0);
    for function in found {
        let definition = function.definition;
        let start =
            definition.decorator_list.first().map_or(definition.start(), ruff_text_size::Ranged::start);
        let body = Range::<usize>::from(function.body);
        rest.push_str(text.get(written..body.start)?);
        rest.push_str(&call(function, text.get(body.clone())?)?);
        written = body.end;
        let around = function.around.iter().map(|around| around.place(&line, text)).collect();
        functions.push(Postponed(line(start), line(function.body.end()), definition.name.as_str(), around));
    }
    rest.push_str(text.get(written..)?);
    let mut result = serde_json::to_vec(&Table { imports, functions }).ok()?;
    result.push(b'\n');
    result.extend_from_slice(rest.as_bytes());
    Some(result)
}

/// The call in place of a body. It has as many lines, and ends where the body does: positions are part of code.
fn call(function: &Function<'_>, body: &str) -> Option<String> {
    let definition = function.definition;
    let class = if function.kind.needs_class { "lambda: __class__" } else { "" };
    let (begin, end) = match function.kind.is_generator {
        true => ("return (yield from ", "))"),
        false if definition.is_async => ("return await ", ")"),
        false => ("return ", ")"),
    };
    let mut call = format!("{begin}{CALL}({class})({}", arguments(&definition.parameters));
    let newlines = memchr::memchr_iter(b'\n', body.as_bytes()).count();
    let last = body.rsplit('\n').next().unwrap_or_default();
    let used = if newlines == 0 { call.len() } else { 0 };
    call.extend(std::iter::repeat_n('\n', newlines));
    call.extend(std::iter::repeat_n(' ', last.len().checked_sub(used + end.len())?));
    call.push_str(end);
    Some(call)
}

/// The arguments that pass on all parameters.
fn arguments(parameters: &Parameters) -> String {
    let mut all: Vec<String> =
        parameters.posonlyargs.iter().chain(&parameters.args).map(|item| item.name().to_string()).collect();
    all.extend(parameters.vararg.iter().map(|item| format!("*{}", item.name())));
    all.extend(parameters.kwonlyargs.iter().map(|item| format!("{0}={0}", item.name())));
    all.extend(parameters.kwarg.iter().map(|item| format!("**{}", item.name())));
    all.join(", ")
}

/// A compound statement around a function.
#[derive(Debug, Clone, Copy)]
struct Outer<'a> {
    start: TextSize,
    class: Option<&'a Identifier>,
}

impl<'a> Outer<'a> {
    fn place(&self, line: &impl Fn(TextSize) -> usize, text: &str) -> Around<'a> {
        Around(line(self.start), indentation(text, self.start), self.class.map(Identifier::as_str))
    }
}

/// A function whose body can be postponed.
struct Function<'a> {
    definition: &'a StmtFunctionDef,
    /// The part of its body that is replaced.
    body: TextRange,
    around: Vec<Outer<'a>>,
    kind: Kind,
}

impl<'a> Function<'a> {
    /// The name in a call of it: an object is initialized where its class is called.
    fn called_by(&self) -> &'a str {
        let class = self.around.iter().rev().find_map(|outer| outer.class);
        match (self.definition.name.as_str(), class) {
            ("__init__", Some(class)) => class.as_str(),
            (name, _) => name,
        }
    }
}

/// Finds functions of a module and of its classes whose bodies can be postponed.
struct Finder<'a> {
    text: &'a str,
    around: Vec<Outer<'a>>,
    found: Vec<Function<'a>>,
}

impl<'a> Finder<'a> {
    fn body(&mut self, body: &'a [Stmt]) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(definition) => self.function(definition),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::If(inner) => {
                self.inside(inner.start(), &inner.body);
                for clause in &inner.elif_else_clauses {
                    self.inside(clause.start(), &clause.body);
                }
            }
            Stmt::Try(inner) => {
                self.inside(inner.start(), &inner.body);
                for handler in &inner.handlers {
                    let ExceptHandler::ExceptHandler(handler) = handler;
                    self.inside(handler.start(), &handler.body);
                }
                // Where `else` and `finally` are is not in the tree; what they contain is left as it is.
            }
            Stmt::With(inner) => self.inside(inner.start(), &inner.body),
            _ => {}
        }
    }

    fn inside(&mut self, start: TextSize, body: &'a [Stmt]) {
        self.around.push(Outer { start, class: None });
        self.body(body);
        self.around.pop();
    }

    fn class(&mut self, class: &'a StmtClassDef) {
        // The scope of type parameters is one that functions can refer to; `global` changes what a function is called.
        if class.type_params.is_some()
            || class.body.iter().any(|statement| matches!(statement, Stmt::Global(_)))
        {
            return;
        }
        let Some(start) = self.keyword(class) else { return };
        self.around.push(Outer { start, class: Some(&class.name) });
        self.body(&class.body);
        self.around.pop();
    }

    /// Where `class` is, if it is on the line of the name.
    fn keyword(&self, class: &StmtClassDef) -> Option<TextSize> {
        let before = self.text.get(..usize::from(class.name.start()))?.trim_end_matches(' ');
        TextSize::try_from(before.strip_suffix("class")?.len()).ok()
    }

    fn function(&mut self, definition: &'a StmtFunctionDef) {
        let in_class = self.around.iter().any(|outer| outer.class.is_some());
        let Some(body) = self.replaceable(definition) else { return };
        let text = self.text.get(Range::<usize>::from(body)).unwrap_or_default();
        let begin =
            definition.decorator_list.first().map_or(definition.start(), ruff_text_size::Ranged::start);
        let begins = self.around.iter().map(|outer| outer.start).chain([begin]);
        let stub = arguments(&definition.parameters).len() + 2 * CALL.len();
        if definition.type_params.is_some()
            || text.len() <= 2 * stub
            || !begins.into_iter().all(|start| is_alone(self.text, start))
            || in_class && has_private_parameter(&definition.parameters)
        {
            return;
        }
        if let Some(kind) = allowed::kind(definition, text, in_class) {
            self.found.push(Function { definition, body, around: self.around.clone(), kind });
        }
    }

    /// The statements after the docstring, if they have lines of their own.
    fn replaceable(&self, definition: &StmtFunctionDef) -> Option<TextRange> {
        let documented = matches!(
            definition.body.first(),
            Some(Stmt::Expr(expression)) if expression.value.is_string_literal_expr()
        );
        let first = definition.body.get(usize::from(documented))?;
        let last = definition.body.last()?;
        let start = match first {
            Stmt::FunctionDef(inner) => {
                inner.decorator_list.first().map_or(inner.start(), ruff_text_size::Ranged::start)
            }
            Stmt::ClassDef(inner) => {
                inner.decorator_list.first().map_or(inner.start(), ruff_text_size::Ranged::start)
            }
            other => other.start(),
        };
        is_alone(self.text, start).then(|| TextRange::new(start, last.end()))
    }
}

/// Whether only spaces are before a position on its line, and the line continues no other.
fn is_alone(text: &str, position: TextSize) -> bool {
    let before = text.get(..usize::from(position)).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let (above, own) = before.split_at_checked(start).unwrap_or_default();
    own.bytes().all(|byte| byte == b' ') && !above.ends_with("\\\n")
}

fn indentation(text: &str, position: TextSize) -> usize {
    let before = text.get(..usize::from(position)).unwrap_or_default();
    before.len() - before.rfind('\n').map_or(0, |at| at + 1)
}

/// Whether a parameter has a name that a class changes; the name of an argument is not changed.
fn has_private_parameter(parameters: &Parameters) -> bool {
    parameters.iter().any(|parameter| parameter.name().starts_with("__"))
}

#[cfg(test)]
mod tests;
