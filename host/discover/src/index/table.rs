use ruff_python_ast::{Expr, ExprCall};

use super::{TableDecl, expr::literal, walk::ModuleRef};

/// Reads a call that makes a `Table`. `default_of` gives the text that a parameter of the function around it has when
/// nobody gives it another: a table that is made in a constructor is known by it.
pub(super) fn declare(
    call: &ExprCall,
    module: ModuleRef<'_>,
    lines: (u32, u32),
    in_function: bool,
    default_of: impl Fn(&str) -> Option<String>,
) -> TableDecl {
    let text = |value: &Expr| literal(value).or_else(|| default_of(value.as_name_expr()?.id.as_str()));
    let schema = call.arguments.find_keyword("schema").and_then(|keyword| text(&keyword.value));
    TableDecl {
        name: call.arguments.find_argument_value("name", 0).and_then(text),
        schema,
        module: module.name.to_owned(),
        path: module.path.to_owned(),
        line: lines.0,
        end_line: lines.1,
        in_function,
    }
}
