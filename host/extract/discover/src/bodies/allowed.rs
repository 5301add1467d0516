//! Whether Python certainly accepts the body of a function, and whether it means the same apart from its module.
//!
//! Python finds some errors only when it compiles a tree: a `return` in a class, a `nonlocal` without a variable, a
//! `break` without a loop. A module with one of them fails when it is imported, so the body must not be postponed. Only
//! what is known to be accepted is allowed here; what is rare is refused without a further look.

use ruff_python_ast::{
    Alias, Arguments, Comprehension, ExceptHandler, Expr, Number, Parameters, Stmt, StmtClassDef,
    StmtFunctionDef, StmtTry,
    visitor::{self, Visitor},
};
use ruff_text_size::Ranged as _;

/// Python allows 20 nested loops, `with` and `try` statements.
const MAX_BLOCKS: usize = 12;

/// Python's compiler allows far more; most code has less than 20.
const MAX_DEPTH: usize = 80;

/// Python reads integers of up to 4,300 digits.
const MAX_DIGITS: usize = 1_000;

/// Names whose meaning depends on the class around a function.
const OF_CLASS: [&str; 2] = ["__class__", "super"];

/// Functions that look at the frames of their callers, or at the code of functions.
const LOOKS: [&str; 7] =
    ["_getframe", "currentframe", "extract_stack", "f_back", "getouterframes", "stack", "walk_stack"];

/// How a body can be compiled later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// It refers to the class around it.
    pub(super) needs_class: bool,
    /// It makes a generator.
    pub(super) is_generator: bool,
}

/// How the body of a function can be compiled later, if it can.
pub(super) fn kind(function: &StmtFunctionDef, text: &str, in_class: bool) -> Option<Kind> {
    let mut check = Check { in_class, ..Check::new(function.is_async) };
    if is_plain(text) {
        check.visit_body(&function.body);
        let kind = Kind { needs_class: check.needs_class, is_generator: check.yields };
        return (!check.refused).then_some(kind);
    }
    None
}

/// Whether all escapes of strings are complete, all names are ASCII, and no line is indented by tabs. The check is of the
/// text as a whole, comments and raw strings included.
fn is_plain(text: &str) -> bool {
    let digits = |rest: &str, count: usize| {
        rest.get(..count).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let escapes = text.match_indices('\\').all(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or_default();
        let (kind, rest) = rest.split_at_checked(1).unwrap_or_default();
        match kind {
            "N" => false,
            "x" => digits(rest, 2),
            "u" => digits(rest, 4),
            "U" => digits(rest, 8) && rest.starts_with("000"),
            _ => true,
        }
    });
    escapes && !text.contains('\t')
}

/// What surrounds a part of the body.
#[derive(Clone, Copy)]
struct Scope {
    /// The innermost function is asynchronous.
    is_async: bool,
    /// Directly in the body of a class.
    is_class: bool,
    /// In a lambda, a comprehension or an annotation.
    is_inner: bool,
    /// In a comprehension.
    is_comprehension: bool,
    /// In a loop of the innermost function or class.
    in_loop: bool,
    /// Nested loops, `with` and `try` statements.
    blocks: usize,
    /// In a nested function.
    is_nested: bool,
    /// In a nested class, or in a function of it.
    in_nested_class: bool,
    /// In an annotation.
    is_annotation: bool,
}

struct Check {
    scope: Scope,
    in_class: bool,
    depth: usize,
    refused: bool,
    /// The function itself has a `yield`.
    yields: bool,
    /// The function, or one in it, refers to the class around it.
    needs_class: bool,
}

impl Check {
    fn new(is_async: bool) -> Self {
        let scope = Scope {
            is_async,
            is_class: false,
            is_inner: false,
            is_comprehension: false,
            in_loop: false,
            blocks: 0,
            is_nested: false,
            in_nested_class: false,
            is_annotation: false,
        };
        Self { scope, in_class: false, depth: 0, refused: false, yields: false, needs_class: false }
    }

    /// Visits a part in another scope.
    fn within(&mut self, change: impl FnOnce(&mut Scope), visit: impl FnOnce(&mut Self)) {
        let outer = self.scope;
        change(&mut self.scope);
        self.refused |= self.scope.blocks > MAX_BLOCKS;
        visit(self);
        self.scope = outer;
    }

    fn block(&mut self, in_loop: bool, visit: impl FnOnce(&mut Self)) {
        self.within(
            |scope| {
                scope.blocks += 1;
                scope.in_loop |= in_loop;
            },
            visit,
        );
    }

    fn function(&mut self, definition: &StmtFunctionDef) {
        self.bind(definition.name.as_str());
        self.refused |= definition.type_params.is_some() || is_repeated(&definition.parameters);
        for decorator in &definition.decorator_list {
            self.visit_decorator(decorator);
        }
        self.visit_parameters(&definition.parameters);
        if let Some(returns) = &definition.returns {
            self.visit_annotation(returns);
        }
        let is_async = definition.is_async;
        let change = |scope: &mut Scope| {
            *scope = Scope {
                is_async,
                is_class: false,
                is_inner: false,
                is_comprehension: false,
                in_loop: false,
                blocks: 0,
                is_nested: true,
                in_nested_class: scope.in_nested_class,
                is_annotation: false,
            };
        };
        self.within(change, |check| check.visit_body(&definition.body));
    }

    fn class(&mut self, class: &StmtClassDef) {
        self.bind(class.name.as_str());
        self.refused |= class.type_params.is_some();
        for decorator in &class.decorator_list {
            self.visit_decorator(decorator);
        }
        if let Some(arguments) = &class.arguments {
            self.visit_arguments(arguments);
        }
        self.within(
            |scope| {
                scope.is_class = true;
                scope.in_nested_class = true;
                scope.in_loop = false;
            },
            |check| check.visit_body(&class.body),
        );
    }

    fn attempt(&mut self, attempt: &StmtTry) {
        for handler in &attempt.handlers {
            let ExceptHandler::ExceptHandler(handler) = handler;
            self.bind(handler.name.as_deref().unwrap_or_default());
        }
        let bare = |handler: &ExceptHandler| {
            let ExceptHandler::ExceptHandler(handler) = handler;
            handler.type_.is_none()
        };
        let before_last = attempt.handlers.split_last().map_or(&[][..], |(_, before)| before);
        self.refused |= attempt.is_star || before_last.iter().any(bare);
    }

    fn yields(&mut self) {
        self.refused |= self.scope.is_inner || self.scope.is_class || self.scope.is_async;
        self.yields |= !self.scope.is_nested;
    }

    fn name(&mut self, name: &str, is_bound: bool) {
        self.refused |= name == "__debug__" || LOOKS.contains(&name) || !name.is_ascii();
        if OF_CLASS.contains(&name) {
            // Python 3.14 does not compile the annotations of variables.
            self.refused |= is_bound || self.scope.in_nested_class || self.scope.is_annotation;
            self.needs_class |= self.in_class;
        }
    }

    /// A name that a statement binds without an expression.
    fn bind(&mut self, name: &str) {
        self.refused |= name == "__debug__" || OF_CLASS.contains(&name) || !name.is_ascii();
    }

    /// Starred expressions are allowed in calls and in displays, and once in a target.
    fn starred(&mut self, parts: &[Expr], is_target: bool) {
        let count = parts.iter().filter(|part| part.is_starred_expr()).count();
        self.refused |= is_target && count > 1;
        for part in parts {
            match part {
                Expr::Starred(starred) => self.visit_expr(&starred.value),
                other => self.visit_expr(other),
            }
        }
    }

    fn expression(&mut self, expression: &Expr) {
        match expression {
            Expr::Name(name) => self.name(name.id.as_str(), !name.ctx.is_load()),
            Expr::Attribute(attribute) => {
                let name = attribute.attr.as_str();
                self.refused |= name == "__debug__" || LOOKS.contains(&name) || !name.is_ascii();
                self.visit_expr(&attribute.value);
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                self.yields();
                visitor::walk_expr(self, expression);
            }
            Expr::Await(_) => {
                self.refused |= self.scope.is_inner || self.scope.is_class || !self.scope.is_async;
                visitor::walk_expr(self, expression);
            }
            Expr::Named(_) => {
                self.refused |= self.scope.is_inner || self.scope.is_class;
                visitor::walk_expr(self, expression);
            }
            Expr::Lambda(lambda) => {
                self.refused |= lambda.parameters.as_deref().is_some_and(is_repeated);
                self.within(|scope| scope.is_inner = true, |check| visitor::walk_expr(check, expression));
            }
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => self.within(
                |scope| {
                    scope.is_inner = true;
                    scope.is_comprehension = true;
                },
                |check| visitor::walk_expr(check, expression),
            ),
            Expr::List(list) => self.starred(&list.elts, list.ctx.is_store()),
            Expr::Tuple(tuple) => self.starred(&tuple.elts, tuple.ctx.is_store()),
            Expr::Set(set) => self.starred(&set.elts, false),
            Expr::Starred(_) | Expr::IpyEscapeCommand(_) => self.refused = true,
            Expr::NumberLiteral(number) => {
                let is_integer = matches!(number.value, Number::Int(_));
                self.refused |= is_integer && usize::from(number.range().len()) > MAX_DIGITS;
            }
            other => visitor::walk_expr(self, other),
        }
    }
}

impl<'a> Visitor<'a> for Check {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(definition) => self.function(definition),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::For(inner) => {
                self.refused |= inner.is_async && (!self.scope.is_async || self.scope.is_class);
                self.visit_expr(&inner.iter);
                self.visit_expr(&inner.target);
                self.block(true, |check| check.visit_body(&inner.body));
                self.block(false, |check| check.visit_body(&inner.orelse));
            }
            Stmt::While(inner) => {
                self.visit_expr(&inner.test);
                self.block(true, |check| check.visit_body(&inner.body));
                self.block(false, |check| check.visit_body(&inner.orelse));
            }
            Stmt::With(inner) => {
                self.refused |= inner.is_async && (!self.scope.is_async || self.scope.is_class);
                self.block(false, |check| visitor::walk_stmt(check, statement));
            }
            Stmt::Try(attempt) => {
                self.attempt(attempt);
                self.block(false, |check| visitor::walk_stmt(check, statement));
            }
            Stmt::Return(_) => {
                self.refused |= self.scope.is_class;
                visitor::walk_stmt(self, statement);
            }
            Stmt::Break(_) | Stmt::Continue(_) => self.refused |= !self.scope.in_loop,
            Stmt::ImportFrom(import) => {
                let is_star = import.names.iter().any(|alias| alias.name.as_str() == "*");
                let is_future = import.module.as_ref().is_some_and(|module| module.as_str() == "__future__");
                self.refused |= is_star || is_future || import.is_lazy;
                visitor::walk_stmt(self, statement);
            }
            Stmt::Global(_)
            | Stmt::Nonlocal(_)
            | Stmt::TypeAlias(_)
            | Stmt::Match(_)
            | Stmt::IpyEscapeCommand(_) => self.refused = true,
            Stmt::Import(import) => {
                self.refused |= import.is_lazy;
                visitor::walk_stmt(self, statement);
            }
            other => visitor::walk_stmt(self, other),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        self.depth += 1;
        self.refused |= self.depth > MAX_DEPTH;
        if !self.refused {
            self.expression(expression);
        }
        self.depth -= 1;
    }

    fn visit_annotation(&mut self, annotation: &'a Expr) {
        let change = |scope: &mut Scope| {
            scope.is_inner = true;
            scope.is_annotation = true;
        };
        self.within(change, |check| check.visit_expr(annotation));
    }

    fn visit_alias(&mut self, alias: &'a Alias) {
        let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
        self.bind(name.split('.').next().unwrap_or_default());
    }

    fn visit_arguments(&mut self, arguments: &'a Arguments) {
        self.starred(&arguments.args, false);
        let mut names: Vec<&str> = arguments
            .keywords
            .iter()
            .filter_map(|keyword| keyword.arg.as_ref())
            .map(ruff_python_ast::Identifier::as_str)
            .collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        // A warning with a stack level is about the caller of the function.
        self.refused |=
            names.len() < count || names.iter().any(|name| ["__debug__", "stacklevel"].contains(name));
        for keyword in &arguments.keywords {
            self.visit_expr(&keyword.value);
        }
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        self.refused |= comprehension.is_async;
        visitor::walk_comprehension(self, comprehension);
    }
}

/// Whether two parameters have the same name, or one has a name that is not an ordinary one.
fn is_repeated(parameters: &Parameters) -> bool {
    let mut names: Vec<&str> = parameters.iter().map(|parameter| parameter.name().as_str()).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    names.len() < count || names.iter().any(|name| *name == "__debug__" || OF_CLASS.contains(name))
}
