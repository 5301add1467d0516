use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged as _;

use super::{
    ColumnDecl, TableDecl,
    calls::Resolver,
    expr::{head, last, literal},
    facts, items,
    module_ref::ModuleRef,
};

/// Reads a call that creates a `Table`. `default_of` returns the literal default of a parameter of the enclosing
/// function: a table that is created in a constructor is identified by it.
pub(super) fn declare(
    call: &ExprCall,
    module: ModuleRef<'_>,
    lines: (u32, u32),
    in_function: bool,
    resolver: Resolver<'_>,
    default_of: impl Fn(&str) -> Option<String>,
) -> TableDecl {
    let text = |value: &Expr| literal(value).or_else(|| default_of(value.as_name_expr()?.id.as_str()));
    let schema = call.arguments.find_keyword("schema").and_then(|keyword| text(&keyword.value));
    let items = arguments(call);
    TableDecl {
        name: call.arguments.find_argument_value("name", 0).and_then(text),
        schema,
        module: module.name.to_owned(),
        path: module.path.to_owned(),
        line: lines.0,
        end_line: lines.1,
        in_function,
        columns: items.iter().filter_map(|argument| column(argument, module, resolver)).collect(),
        // The first two are the name and the `MetaData`.
        open: items.iter().skip(2).any(|argument| !is_plain(argument, resolver)),
        unpacks: items.iter().any(|argument| argument.is_starred_expr()),
        may_refer: items.iter().skip(2).any(|argument| may_refer(argument, resolver)),
        items: items.iter().flat_map(|argument| items::within(argument, resolver)).collect(),
        reflected: is_reflected(call),
        own_metadata: call.arguments.find_argument_value("metadata", 1).is_some_and(makes_metadata),
    }
}

/// Whether an argument is `MetaData()`.
fn makes_metadata(argument: &Expr) -> bool {
    argument.is_call_expr() && head(argument).is_some_and(|name| last(&name) == "MetaData")
}

/// Whether the columns come from a database: `autoload_with=engine`, `autoload=True`.
fn is_reflected(call: &ExprCall) -> bool {
    call.arguments.keywords.iter().any(|keyword| {
        let is_asked =
            keyword.arg.as_ref().is_some_and(|name| matches!(name.as_str(), "autoload" | "autoload_with"));
        is_asked
            && !matches!(&keyword.value, Expr::NoneLiteral(_))
            && keyword.value.as_boolean_literal_expr().is_none_or(|literal| literal.value)
    })
}

/// The arguments of a call, including those of literal lists that it unpacks.
fn arguments(call: &ExprCall) -> Vec<&Expr> {
    let mut found = Vec::new();
    // The next one is on top.
    let mut rest: Vec<&Expr> = call.arguments.args.iter().rev().collect();
    while let Some(next) = rest.pop() {
        let unpacked = next.as_starred_expr().map(|starred| &*starred.value);
        match unpacked {
            Some(Expr::List(list)) => rest.extend(list.elts.iter().rev()),
            Some(Expr::Tuple(tuple)) => rest.extend(tuple.elts.iter().rev()),
            _ => found.push(next),
        }
    }
    found
}

/// Whether an argument may be a foreign key constraint.
pub(super) fn may_refer(argument: &Expr, resolver: Resolver<'_>) -> bool {
    let other = ["Index", "UniqueConstraint", "CheckConstraint", "PrimaryKeyConstraint", "ExcludeConstraint"];
    facts::find_column_call(argument, resolver).is_none()
        && !matches!(argument, Expr::Dict(_) | Expr::NoneLiteral(_))
        && head(argument).is_none_or(|name| !other.contains(&last(&name)))
}

/// Whether an argument is a column with a literal name, or not a column.
fn is_plain(argument: &Expr, resolver: Resolver<'_>) -> bool {
    let is_named =
        |call: &ExprCall| call.arguments.find_argument_value("name", 0).and_then(literal).is_some();
    argument.is_none_literal_expr()
        || facts::find_column_call(argument, resolver).is_some_and(is_named)
        || head(argument).is_some_and(|name| name.ends_with("Constraint") || last(&name) == "Index")
}

/// A column among the arguments of the call, if its name is a literal.
fn column(argument: &Expr, module: ModuleRef<'_>, resolver: Resolver<'_>) -> Option<ColumnDecl> {
    let call = facts::find_column_call(argument, resolver)?;
    Some(ColumnDecl {
        name: literal(call.arguments.find_argument_value("name", 0)?)?,
        line: module.line(call.start()),
        facts: facts::of_call(call, Some(true), resolver),
    })
}
