//! Statements in the strings of a module, and calls of functions that create views and tables.

use ruff_python_ast::{
    Expr, ExprCall, Stmt,
    visitor::{self, Visitor},
};
use ruff_source_file::LineIndex;
use ruff_text_size::{Ranged as _, TextSize};

use super::{
    RelationKind, TextRelation,
    literals::Literals,
    sql::{self, COMPUTED},
};
use crate::{
    StaticIndex,
    index::{dotted, last},
};

/// The operation that gives a table a name, which a view may have had before.
const RENAME: &str = "rename_table";

/// The relations that a module creates if its functions run.
pub(super) fn relations(body: &[Stmt], text: &str, path: &str, index: &StaticIndex) -> Vec<TextRelation> {
    let (lines, literals) = (LineIndex::from_source_text(text), Literals::new(body, path, index));
    let mut walk = Walk { path, lines: &lines, literals: &literals, found: Vec::new() };
    walk.visit_body(body);
    walk.found
}

struct Walk<'a> {
    path: &'a str,
    lines: &'a LineIndex,
    literals: &'a Literals<'a>,
    found: Vec<TextRelation>,
}

impl<'a> Visitor<'a> for Walk<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        // A string that is a statement is documentation.
        if !matches!(stmt, Stmt::Expr(statement) if statement.value.is_string_literal_expr()) {
            visitor::walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        let is_text = !matches!(expr, Expr::Name(_) | Expr::Attribute(_));
        if let Some(text) = is_text.then(|| self.literals.text(expr)).flatten() {
            let line = self.line(expr.start());
            self.found.extend(sql::created(&text).map(|one| one.at(self.path, line)));
            return;
        }
        if let Expr::Call(call) = expr {
            self.call(call);
        }
        visitor::walk_expr(self, expr);
    }
}

impl Walk<'_> {
    fn line(&self, offset: TextSize) -> u32 {
        u32::try_from(self.lines.line_index(offset).get()).unwrap_or(u32::MAX)
    }

    fn call(&mut self, call: &ExprCall) {
        let Some(function) = dotted(&call.func) else { return };
        let Some(kind) = kind_of(last(&function)) else { return };
        if !self.is_of_database(&function, kind, call) {
            return;
        }
        let Some((name, query)) = self.named(call, last(&function)) else { return };
        let first = call.arguments.args.first().filter(|_| is_entity(call) && call.arguments.args.len() > 1);
        let schema = self.keyword(call, &["schema"]).or_else(|| self.literals.text(first?));
        let (schema, name) = match name.rsplit_once('.') {
            Some((schema, name)) if kind != RelationKind::Table => (Some(schema.to_owned()), name.to_owned()),
            _ => (schema, name),
        };
        let unquote = |name: String| name.trim_matches(['"', '`']).to_owned();
        let (schema, name) = (schema.map(unquote), unquote(name));
        if name.is_empty() || name.contains(COMPUTED) {
            return;
        }
        let statement = query.filter(|query| !query.contains(COMPUTED)).and_then(|query| {
            let word = if kind == RelationKind::MaterializedView { "MATERIALIZED VIEW" } else { "VIEW" };
            let schema = schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
            let query = query.trim().trim_end_matches(';');
            (kind != RelationKind::Table).then(|| format!("CREATE {word} {schema}{name} AS {query}"))
        });
        let (path, line) = (self.path.to_owned(), self.line(call.start()));
        self.found.push(TextRelation { kind, schema, name, statement, path, line });
    }

    /// The name of what a call creates, with the query of a view. A table that is renamed has its new name.
    fn named(&self, call: &ExprCall, function: &str) -> Option<(String, Option<String>)> {
        if function != RENAME {
            return self.object(call);
        }
        let new = call.arguments.find_argument_value("new_table_name", 1)?;
        self.literals.text(new).map(|name| (name, None))
    }

    /// The name and the query that a call has, as arguments or as an object of its module.
    fn object(&self, call: &ExprCall) -> Option<(String, Option<String>)> {
        let own = self.keyword(call, &["name", "signature", "view_name", "table_name"]);
        // An entity of alembic-utils has its schema first.
        let skipped = usize::from(is_entity(call) && call.arguments.args.len() > 1);
        let texts = call.arguments.args.iter().skip(skipped).filter_map(|value| self.literals.text(value));
        let mut texts = own.into_iter().chain(texts);
        let query = self.keyword(call, &["definition", "query", "sqltext"]);
        if let Some(name) = texts.next() {
            return Some((name, query.or_else(|| texts.next().filter(|text| is_query(text)))));
        }
        let object = call.arguments.args.first().and_then(|first| self.literals.object(first));
        object.map(|(name, own)| (name.clone(), query.or_else(|| own.clone())))
    }

    fn keyword(&self, call: &ExprCall, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.literals.text(&call.arguments.find_keyword(name)?.value))
    }

    /// Whether a call creates something in a database: other libraries have functions of such names.
    fn is_of_database(&self, function: &str, kind: RelationKind, call: &ExprCall) -> bool {
        let receiver = function.rsplit_once('.').map(|(receiver, _)| last(receiver));
        if kind == RelationKind::Table || receiver == Some("op") {
            return receiver.is_some_and(|receiver| receiver.ends_with("op"));
        }
        let is_class = last(function).starts_with(|letter: char| letter.is_ascii_uppercase());
        let has_keyword = ["selectable", "definition", "metadata", "materialized"]
            .iter()
            .any(|name| call.arguments.find_keyword(name).is_some());
        let has_query = || {
            let mut texts = call.arguments.args.iter().filter_map(|value| self.literals.text(value));
            texts.any(|text| is_query(&text))
        };
        let is_telling = |value: &Expr| {
            is_selectable(value) || dotted(value).is_some_and(|name| last(&name).ends_with("metadata"))
        };
        is_class && call.arguments.len() > 1
            || has_keyword
            || has_query()
            || call.arguments.args.iter().any(is_telling)
    }
}

/// Whether a call creates an entity of alembic-utils: `PGView`.
fn is_entity(call: &ExprCall) -> bool {
    dotted(&call.func).is_some_and(|function| last(&function).starts_with("PG"))
}

fn is_query(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    ["SELECT", "WITH", "("].iter().any(|known| word.eq_ignore_ascii_case(known) || word.starts_with('('))
}

/// Whether an expression is a query of SQLAlchemy: `select(…).where(…)`.
fn is_selectable(mut expr: &Expr) -> bool {
    loop {
        match expr {
            Expr::Call(call) => expr = &call.func,
            Expr::Attribute(attribute) if attribute.attr.as_str() == "select" => return true,
            Expr::Attribute(attribute) => expr = &attribute.value,
            Expr::Name(name) => return name.id == "select",
            _ => return false,
        }
    }
}

/// What a function creates, by the words of its name: `create_view`, `CreateMaterializedView`, `PGView`.
fn kind_of(function: &str) -> Option<RelationKind> {
    let words = words(function);
    let first = words.first()?;
    if words == ["create", "table"] || function == RENAME {
        return Some(RelationKind::Table);
    }
    let is_view = words.last().is_some_and(|word| word == "view" || word == "matview");
    let is_made = ["create", "replace", "pg", "pgview"].contains(&first.as_str());
    let is_materialized =
        words.iter().any(|word| matches!(word.as_str(), "materialized" | "mat" | "matview"));
    let kind = if is_materialized { RelationKind::MaterializedView } else { RelationKind::View };
    (is_view && is_made && words.len() > 1).then_some(kind)
}

/// The words of a name, in lower case. Capitals in a row are one word, without the last before small letters.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = vec![String::new()];
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase())
                || after.is_some_and(|after| after.is_lowercase()));
        if *letter == '_' || begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| *letter != '_') {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
