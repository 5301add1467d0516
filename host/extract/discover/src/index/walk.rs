use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::{
    Expr, ExprCall, ExprNoneLiteral, Stmt, StmtClassDef, StmtFunctionDef,
    visitor::{self, Visitor},
};
use ruff_text_size::Ranged;

use super::{
    ClassDecl, ItemFacts, Names, PlacedItem, TableDecl,
    aliases::{self, Alias},
    calls::{self, Resolver},
    class,
    environment::{self, Chosen},
    expr::{dotted, head, last, literal},
    items,
    module_ref::ModuleRef,
    table,
};
use crate::{Reason, modules::Modules};

/// The declarations of a file.
#[derive(Debug, Default)]
pub(crate) struct FileFacts {
    pub(crate) path: String,
    pub(crate) module: String,
    pub(crate) names: Names,
    pub(crate) classes: Vec<ClassFacts>,
    pub(crate) tables: Vec<TableDecl>,
    /// Lines that depend on the environment.
    pub(crate) chosen: Vec<Chosen>,
    /// Indexes and constraints at the top level.
    pub(crate) items: Vec<ItemFacts>,
    /// All indexes and constraints, with their lines.
    pub(crate) placed: Vec<PlacedItem>,
    /// Names bound to a declarative base that a call created.
    pub(crate) bases: BTreeMap<String, u32>,
    /// Reasons outside class bodies, with their lines.
    pub(crate) reasons: Vec<(Reason, u32)>,
    /// Classes created by a call of `type` or a similar function.
    pub(crate) dynamic: Vec<Dynamic>,
    /// Names that are assigned other names, or returned by functions.
    pub(crate) aliases: Vec<Alias>,
    /// Functions that create tables or map classes when called, by their names in the module.
    pub(crate) makers: BTreeSet<String>,
    /// Functions that are called at import time, including decorators, with the first line.
    pub(crate) calls: BTreeMap<String, u32>,
}

/// A class created by a call: `type(name, (Base,), {})`.
#[derive(Debug)]
pub(crate) struct Dynamic {
    /// The names of its bases.
    pub(crate) bases: Vec<String>,
    pub(crate) line: u32,
    /// The function that creates it, by its name in the module.
    pub(crate) function: Option<String>,
}

/// A class with its own declarations.
#[derive(Debug)]
pub(crate) struct ClassFacts {
    pub(crate) decl: ClassDecl,
    /// The strongest reason in its own statement and body.
    pub(crate) reason: Option<Reason>,
}

/// Reads a syntax tree.
pub(crate) fn collect_facts(body: &[Stmt], module: ModuleRef<'_>, modules: &Modules) -> FileFacts {
    let is_package = crate::paths::file_name(module.path) == "__init__.py";
    let parent = module.name.rsplit_once('.').map_or("", |(package, _)| package);
    let names = Names::collect(body, if is_package { module.name } else { parent });
    let facts =
        FileFacts { path: module.path.to_owned(), module: module.name.to_owned(), ..FileFacts::default() };
    let mut walk = Walk {
        module,
        resolver: Resolver { names: &names, modules },
        facts,
        scopes: Vec::new(),
        open: Vec::new(),
        deferred: 0,
    };
    walk.visit_body(body);
    let mut facts = walk.facts;
    facts.items = body.iter().filter_map(|stmt| loose(stmt, walk.resolver)).collect();
    facts.placed = items::placed(body, module, walk.resolver);
    facts.classes.sort_by_key(|class| class.decl.line);
    facts.chosen = environment::chosen(body, &names, module);
    facts.names = names;
    facts
}

/// The index or constraint of a statement that does nothing else.
fn loose(stmt: &Stmt, resolver: Resolver<'_>) -> Option<ItemFacts> {
    let value = match stmt {
        Stmt::Expr(statement) => &statement.value,
        Stmt::Assign(assign) => &assign.value,
        _ => return None,
    };
    items::item(value.as_call_expr()?, resolver)
}

enum Scope {
    Class(String),
    Function {
        name: String,
        /// The parameters with a literal default, with the default.
        defaults: Vec<(String, String)>,
    },
}

struct Walk<'a> {
    module: ModuleRef<'a>,
    resolver: Resolver<'a>,
    facts: FileFacts,
    /// The enclosing classes and functions, the outermost first.
    scopes: Vec<Scope>,
    /// The classes among them, while their bodies are read.
    open: Vec<ClassFacts>,
    /// Number of enclosing blocks that are not run at import time, except functions.
    deferred: usize,
}

impl<'a> Visitor<'a> for Walk<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if matches!(self.scopes.last(), Some(Scope::Class(_)))
            && let Some(class) = self.open.last_mut()
        {
            let found = class::statement(stmt, &mut class.decl, self.module, self.resolver);
            class.reason = [class.reason, found].into_iter().flatten().min();
        }
        match stmt {
            Stmt::ClassDef(class) => self.class(class),
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::Return(given) => {
                if let (Some(value), Some(function)) = (&given.value, self.function_name()) {
                    self.facts.aliases.extend(aliases::collect_aliases(&function, value, true));
                }
                visitor::walk_stmt(self, stmt);
            }
            Stmt::If(branches) if aliases::is_main(&branches.test) => {
                self.deferred += 1;
                visitor::walk_stmt(self, stmt);
                self.deferred -= 1;
            }
            Stmt::Assign(assign) => {
                let names = assign.targets.iter().filter_map(Expr::as_name_expr);
                self.assigned(names.map(|name| name.id.as_str()), &assign.value);
                visitor::walk_stmt(self, stmt);
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.assigned(
                        assign.target.as_name_expr().map(|name| name.id.as_str()).into_iter(),
                        value,
                    );
                }
                visitor::walk_stmt(self, stmt);
            }
            other => visitor::walk_stmt(self, other),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            self.call(call);
            self.called(&call.func);
        }
        let deferred = usize::from(expr.is_lambda_expr());
        self.deferred += deferred;
        visitor::walk_expr(self, expr);
        self.deferred -= deferred;
    }
}

impl<'a> Walk<'a> {
    fn in_function(&self) -> bool {
        self.scopes.iter().any(|scope| matches!(scope, Scope::Function { .. }))
    }

    /// The literal default of a parameter of the innermost enclosing function.
    fn default_of(&self, name: &str) -> Option<String> {
        let function = self.scopes.iter().rev().find_map(|scope| match scope {
            Scope::Function { defaults, .. } => Some(defaults),
            Scope::Class(_) => None,
        })?;
        function.iter().find(|(parameter, _)| parameter == name).map(|(_, text)| text.clone())
    }

    fn qualname(&self, name: &str) -> String {
        let mut qualname = String::new();
        for scope in &self.scopes {
            match scope {
                Scope::Class(name) => qualname.extend([name.as_str(), "."]),
                Scope::Function { name, .. } => qualname.extend([name.as_str(), ".<locals>."]),
            }
        }
        qualname + name
    }

    /// The enclosing function, by its name in the module: the outermost, with the classes around it.
    fn function_name(&self) -> Option<String> {
        let mut name = String::new();
        for scope in &self.scopes {
            match scope {
                Scope::Class(class) => name.extend([class.as_str(), "."]),
                Scope::Function { name: function, .. } => return Some(name + function),
            }
        }
        None
    }

    /// Records that the enclosing function creates something when called.
    fn makes(&mut self) {
        let name = self.function_name();
        self.facts.makers.extend(name);
    }

    /// Records what is called at import time.
    fn called(&mut self, function: &Expr) {
        if self.deferred == 0
            && !self.in_function()
            && let Some(name) = dotted(function)
        {
            let line = self.module.line(function.start());
            self.facts.calls.entry(name).or_insert(line);
        }
    }

    fn class(&mut self, class: &'a StmtClassDef) {
        for decorator in &class.decorator_list {
            self.called(&decorator.expression);
            self.visit_decorator(decorator);
        }
        let metaclass = class.keywords().iter().find(|given| given.arg.as_deref() == Some("metaclass"));
        if let Some(metaclass) = metaclass {
            self.called(&metaclass.value);
        }
        if let Some(arguments) = &class.arguments {
            self.visit_arguments(arguments);
        }
        let qualname = self.qualname(&class.name);
        let decl = class::declare(class, self.module, qualname, self.in_function());
        let reason = class::reason(class, &decl);
        self.open.push(ClassFacts { decl, reason });
        self.scopes.push(Scope::Class(class.name.to_string()));
        self.visit_body(&class.body);
        self.scopes.pop();
        // A branch may not be reached: its text is not a fact.
        let always: BTreeSet<u32> = class.body.iter().map(|stmt| self.module.line(stmt.start())).collect();
        let mut class = self.open.pop();
        for attribute in class.iter_mut().flat_map(|class| &mut class.decl.attributes) {
            attribute.facts = attribute.facts.take().filter(|_| always.contains(&attribute.line));
        }
        self.facts.classes.extend(class);
    }

    fn function(&mut self, function: &'a StmtFunctionDef) {
        for decorator in &function.decorator_list {
            self.called(&decorator.expression);
            self.visit_decorator(decorator);
        }
        let parameters = function.parameters.iter_non_variadic_params();
        let defaults = parameters
            .filter_map(|parameter| Some((parameter.name().to_string(), literal(parameter.default()?)?)));
        self.scopes.push(Scope::Function { name: function.name.to_string(), defaults: defaults.collect() });
        self.visit_body(&function.body);
        self.scopes.pop();
    }

    fn assigned<'n>(&mut self, names: impl Iterator<Item = &'n str>, value: &Expr) {
        let names: Vec<&str> = names.collect();
        if self.scopes.is_empty() {
            let found = names.iter().flat_map(|name| aliases::collect_aliases(name, value, false));
            self.facts.aliases.extend(found);
        }
        if !calls::is_base(value) {
            return;
        }
        let line = self.module.line(value.start());
        for name in names {
            self.facts.bases.insert(name.to_owned(), line);
            self.facts.reasons.push((Reason::DeclarativeBase, line));
        }
    }

    fn call(&mut self, call: &ExprCall) {
        let lines = (self.module.line(call.start()), self.module.line(call.end()));
        if self.resolver.is_table(call) {
            let in_function = self.in_function();
            let reason = if in_function { Reason::TableInFunction } else { Reason::Table };
            let default_of = |name: &str| self.default_of(name);
            let declared = table::declare(call, self.module, lines, in_function, self.resolver, default_of);
            if !declared.reflected {
                self.makes();
            }
            self.facts.tables.push(declared);
            self.facts.reasons.push((reason, lines.0));
        } else if self.resolver.is_mapping(call) {
            self.facts.reasons.push((Reason::ImperativeMapping, lines.0));
            self.makes();
        } else if dotted(&call.func).is_some_and(|name| DECLARES.contains(&last(&name))) {
            self.makes();
        } else if head(&call.func).is_some_and(|name| makes_class(last(&name))) {
            self.type_call(call, lines.0);
        }
    }

    /// `type(name, bases, namespace)`: its namespace may be conclusive, else its bases are.
    fn type_call(&mut self, call: &ExprCall, line: u32) {
        let [_, bases, rest @ ..] = &*call.arguments.args else { return };
        let nothing = Expr::NoneLiteral(ExprNoneLiteral::default());
        let namespace = rest.first().unwrap_or(&nothing);
        if let Expr::Dict(items) = namespace {
            let mut keys = items.items.iter().filter_map(|item| item.key.as_ref().and_then(literal));
            if keys.any(|key| matches!(key.as_str(), "__tablename__" | "__table__" | "__mapper_args__")) {
                self.facts.reasons.push((Reason::DynamicClass, line));
                self.makes();
            }
        }
        let bases: Vec<String> = match bases {
            Expr::Tuple(bases) => bases.elts.iter().filter_map(head).collect(),
            other => dotted(other).into_iter().collect(),
        };
        let function = self.function_name();
        self.facts.dynamic.push(Dynamic { bases, line, function });
    }
}

/// Functions of SQLAlchemy that map a given class.
const DECLARES: [&str; 3] = ["mapped", "mapped_as_dataclass", "map_declaratively"];

/// Whether a function of this name creates a class from a name, bases and a namespace.
fn makes_class(name: &str) -> bool {
    matches!(name, "type" | "new_class") || name.ends_with("Meta")
}
