use ruff_python_ast::Expr;

/// `a.b.c` for a name or attributes of one; `None` for anything else.
pub(crate) fn dotted(expr: &Expr) -> Option<String> {
    let mut parts = Vec::new();
    let mut expr = expr;
    loop {
        match expr {
            Expr::Attribute(attribute) => {
                parts.push(attribute.attr.as_str());
                expr = &attribute.value;
            }
            Expr::Name(name) => {
                parts.push(name.id.as_str());
                break;
            }
            _ => return None,
        }
    }
    parts.reverse();
    Some(parts.join("."))
}

/// The last part of a dotted name.
pub(crate) fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}

/// The called, subscripted or plain name: `a.b` of `a.b(x)[y]`.
pub(crate) fn head(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Call(call) => head(&call.func),
        Expr::Subscript(subscript) => head(&subscript.value),
        other => dotted(other),
    }
}

/// The same for source text, for bases and decorators.
pub(crate) fn head_of_text(text: &str) -> &str {
    text.split(['(', '[']).next().unwrap_or_default().trim()
}

/// The value of a string literal.
pub(crate) fn literal(expr: &Expr) -> Option<String> {
    match expr {
        Expr::StringLiteral(literal) => Some(literal.value.to_str().to_owned()),
        _ => None,
    }
}

/// Whether it is `True`.
pub(crate) fn is_true(expr: &Expr) -> bool {
    matches!(expr, Expr::BooleanLiteral(literal) if literal.value)
}
