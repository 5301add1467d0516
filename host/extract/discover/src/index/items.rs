//! Indexes, unique constraints and checks in the text of a table, if they are literals.

use belljar_schema::{CheckConstraint, Index, UniqueConstraint};
use ruff_python_ast::{
    Expr, ExprCall, Stmt,
    visitor::{self, Visitor},
};
use ruff_text_size::Ranged as _;
use serde::{Deserialize, Serialize};

use super::{
    calls::Resolver,
    expr::{dotted, last, literal},
    module_ref::ModuleRef,
    names::Origin,
};

/// The kind of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ItemKind {
    /// An index of a table: `Index(…)`.
    Index,
    /// A unique constraint: `UniqueConstraint(…)`.
    Unique,
    /// A check constraint: `CheckConstraint(…)`.
    Check,
}

impl ItemKind {
    /// The name of the kind in messages.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Unique => "unique constraint",
            Self::Check => "check",
        }
    }
}

/// An index or a constraint in a text. Missing fields are unknown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ItemFacts {
    /// Whether it is an index, a unique or a check constraint.
    pub kind: ItemKind,
    /// Its name, if it is a string literal.
    pub name: Option<String>,
    /// Its columns, if all of them are string literals.
    pub columns: Option<Vec<String>>,
    /// `unique=` of an index.
    pub unique: Option<bool>,
    /// The condition of a check, if it is a string literal.
    pub sql: Option<String>,
}

/// An item with the line of its call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedItem {
    /// The line on which the call begins.
    pub line: u32,
    /// The item.
    pub facts: ItemFacts,
}

/// The index or constraint of a table.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    /// Whether it is an index, a unique or a check constraint.
    pub kind: ItemKind,
    /// The name in the database, if it has one.
    pub name: Option<&'a str>,
    /// Its columns; empty for a check.
    pub columns: &'a [String],
    /// Whether an index is unique.
    pub unique: bool,
    /// The condition of a check.
    pub sql: Option<&'a str>,
}

impl<'a> From<&'a Index> for Made<'a> {
    fn from(index: &'a Index) -> Self {
        let (name, columns) = (index.name.as_deref(), &index.columns);
        Self { kind: ItemKind::Index, name, columns, unique: index.unique, sql: None }
    }
}

impl<'a> From<&'a UniqueConstraint> for Made<'a> {
    fn from(item: &'a UniqueConstraint) -> Self {
        let (name, columns) = (item.name.as_deref(), &item.columns);
        Self { kind: ItemKind::Unique, name, columns, unique: true, sql: None }
    }
}

impl<'a> From<&'a CheckConstraint> for Made<'a> {
    fn from(check: &'a CheckConstraint) -> Self {
        let (name, sql) = (check.name.as_deref(), Some(check.sql.as_str()));
        Self { kind: ItemKind::Check, name, columns: &[], unique: false, sql }
    }
}

impl Made<'_> {
    /// The description that identifies it.
    pub fn label(&self) -> String {
        let noun = self.kind.noun();
        match (self.name, self.sql) {
            (Some(name), _) => format!("{noun} `{name}`"),
            (None, Some(sql)) => format!("{noun} `{sql}`"),
            (None, None) => format!("{noun} on `{}`", self.columns.join("`, `")),
        }
    }
}

impl ItemFacts {
    /// Whether the item of a table can be this one.
    pub fn fits(&self, made: &Made<'_>) -> bool {
        // A naming convention may add more around a name.
        let name = match (&self.name, made.name) {
            (Some(written), Some(name)) => name.contains(written.as_str()),
            (Some(_), None) => false,
            (None, _) => true,
        };
        let columns = self.columns.as_ref().is_none_or(|columns| columns == made.columns);
        let unique = self.unique.is_none_or(|unique| self.kind != ItemKind::Index || unique == made.unique);
        let sql = match (&self.sql, made.sql) {
            (Some(written), Some(sql)) => plain(written) == plain(sql),
            _ => true,
        };
        self.kind == made.kind && name && columns && unique && sql
    }

    /// Whether its name in the text is the name that the item of a table has.
    fn names(&self, made: &Made<'_>) -> bool {
        self.name.is_some() && self.name.as_deref() == made.name
    }

    /// Whether it has enough fields to be identified.
    pub fn is_known(&self) -> bool {
        self.name.is_some() || self.columns.is_some() || self.sql.is_some()
    }

    /// The description that identifies it.
    pub fn label(&self) -> String {
        let columns = self.columns.as_deref().unwrap_or_default();
        let made = Made {
            kind: self.kind,
            name: self.name.as_deref(),
            columns,
            unique: false,
            sql: self.sql.as_deref(),
        };
        made.label()
    }
}

/// The call of a file that creates the item of a table: the only one between two lines that fits, else the only one of
/// the file with its name.
pub(super) fn line_of(items: &[PlacedItem], made: &Made<'_>, lines: Option<(u32, u32)>) -> Option<u32> {
    let is_own = |item: &&PlacedItem| lines.is_some_and(|(first, last)| (first..=last).contains(&item.line));
    let fitting = items.iter().filter(|item| item.facts.is_known() && item.facts.fits(made));
    let named = items.iter().filter(|item| item.facts.kind == made.kind && item.facts.names(made));
    only(fitting.filter(is_own)).or_else(|| only(named))
}

fn only<'a>(mut items: impl Iterator<Item = &'a PlacedItem>) -> Option<u32> {
    let first = items.next()?;
    items.next().is_none().then_some(first.line)
}

/// A condition without the parts that renderings differ in.
fn plain(sql: &str) -> String {
    let kept =
        sql.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '(' | ')' | '"' | '`'));
    kept.flat_map(char::to_lowercase).collect::<String>().replace("%%", "%")
}

/// Every item in an expression.
pub(super) fn within(value: &Expr, resolver: Resolver<'_>) -> Vec<ItemFacts> {
    let mut walk = Walk { resolver, found: Vec::new() };
    walk.visit_expr(value);
    walk.found
}

/// Every item of a module, in the order of the source.
pub(super) fn placed(body: &[Stmt], module: ModuleRef<'_>, resolver: Resolver<'_>) -> Vec<PlacedItem> {
    if !["Index(", "Constraint("].iter().any(|call| module.text.contains(call)) {
        return Vec::new();
    }
    let mut walk = PlacedWalk { module, resolver, found: Vec::new() };
    walk.visit_body(body);
    walk.found
}

/// Every item in statements.
pub(super) fn within_body(body: &[Stmt], resolver: Resolver<'_>) -> Vec<ItemFacts> {
    let mut walk = Walk { resolver, found: Vec::new() };
    walk.visit_body(body);
    walk.found
}

/// Whether the arguments of a table may contain items that are not in the text: they are not literals.
pub(super) fn computes(value: &Expr) -> bool {
    match value {
        Expr::Tuple(items) => items.elts.iter().any(computes),
        Expr::List(items) => items.elts.iter().any(computes),
        Expr::Dict(_) | Expr::NoneLiteral(_) => false,
        Expr::Call(call) => kind(call).is_none() && !is_other_item(call),
        _ => true,
    }
}

fn is_other_item(call: &ExprCall) -> bool {
    dotted(&call.func).is_some_and(|name| last(&name).ends_with("Constraint") || last(&name) == "dict")
}

fn kind(call: &ExprCall) -> Option<ItemKind> {
    match last(&dotted(&call.func)?) {
        "Index" => Some(ItemKind::Index),
        "UniqueConstraint" => Some(ItemKind::Unique),
        "CheckConstraint" => Some(ItemKind::Check),
        _ => None,
    }
}

struct Walk<'a> {
    resolver: Resolver<'a>,
    found: Vec<ItemFacts>,
}

impl<'a> Visitor<'a> for Walk<'_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            self.found.extend(item(call, self.resolver));
        }
        visitor::walk_expr(self, expr);
    }
}

struct PlacedWalk<'a> {
    module: ModuleRef<'a>,
    resolver: Resolver<'a>,
    found: Vec<PlacedItem>,
}

impl<'a> Visitor<'a> for PlacedWalk<'_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr
            && let Some(facts) = item(call, self.resolver)
        {
            self.found.push(PlacedItem { line: self.module.line(call.start()), facts });
        }
        visitor::walk_expr(self, expr);
    }
}

/// The item that a call creates, if it creates one.
pub(super) fn item(call: &ExprCall, resolver: Resolver<'_>) -> Option<ItemFacts> {
    let kind = kind(call)?;
    let origin = resolver.names.origin(&dotted(&call.func)?, resolver.modules);
    if matches!(origin, Origin::Foreign | Origin::Outside(_)) {
        return None;
    }
    let arguments = &call.arguments;
    let texts = |items: &[Expr]| items.iter().map(literal).collect::<Option<Vec<String>>>();
    let keyword = |name: &str| arguments.find_keyword(name).map(|keyword| &keyword.value);
    let open = arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
    let (named, columns) = match (kind, &*arguments.args) {
        (ItemKind::Index, [first, rest @ ..]) => (Some(first), texts(rest)),
        (ItemKind::Unique, columns) => (keyword("name"), texts(columns)),
        (ItemKind::Check, [_, second, ..]) => (Some(second), None),
        (ItemKind::Index | ItemKind::Check, _) => (keyword("name"), None),
    };
    let named = named.or_else(|| keyword("name"));
    let sql = (kind == ItemKind::Check)
        .then(|| arguments.find_argument_value("sqltext", 0))
        .flatten()
        // Parameters and escapes are rendered differently.
        .and_then(|sql| text_of(sql).filter(|sql| !sql.contains([':', '\\', '%'])));
    let unique = match keyword("unique") {
        None => (!open).then_some(false),
        Some(value) => value.as_boolean_literal_expr().map(|literal| literal.value),
    };
    Some(ItemFacts {
        kind,
        name: named.and_then(literal),
        columns: columns.filter(|columns| !columns.is_empty()),
        unique: unique.filter(|_| kind == ItemKind::Index),
        sql,
    })
}

fn text_of(value: &Expr) -> Option<String> {
    match value {
        Expr::Call(call) if dotted(&call.func).is_some_and(|name| last(&name) == "text") => {
            literal(call.arguments.find_argument_value("text", 0)?)
        }
        other => literal(other),
    }
}
