use ruff_python_ast::ExprCall;

use super::{TableDecl, expr::literal, walk::ModuleRef};

/// Reads a call that makes a `Table`.
pub(super) fn declare(
    call: &ExprCall,
    module: ModuleRef<'_>,
    lines: (u32, u32),
    in_function: bool,
) -> TableDecl {
    let schema = call.arguments.find_keyword("schema").and_then(|keyword| literal(&keyword.value));
    TableDecl {
        name: call.arguments.find_argument_value("name", 0).and_then(literal),
        schema,
        module: module.name.to_owned(),
        path: module.path.to_owned(),
        line: lines.0,
        end_line: lines.1,
        in_function,
    }
}
