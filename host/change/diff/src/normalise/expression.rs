use std::ops::ControlFlow;

use belljar_dialect::Database;
use sqlparser::{
    ast::{
        BinaryOperator, CastKind, DataType, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident,
        ObjectName, OrderBySort, Value, visit_expressions_mut,
    },
    dialect::PostgreSqlDialect,
    parser::Parser,
    tokenizer::Token,
};

use super::{
    tokens::{statement, tokens},
    types::TypeText,
};

/// The maximum length of a text that is parsed, in bytes. A chain of operators makes a tree as deep as it is long, and
/// walking and dropping it needs stack; expressions in practice are a hundredth of this.
const LONGEST: usize = 16 * 1024;

/// An expression, such as a check or a predicate, in normal form.
pub(crate) fn expression(text: &str) -> String {
    parse_expression(text).map_or_else(|| statement(text), |tree| tree.to_string())
}

/// A server default, which is cast to the type of its column, in normal form.
pub(crate) fn default(text: &str, column: Option<&str>) -> String {
    let Some(tree) = parse_expression(text) else { return statement(text) };
    let column = column.map(|text| TypeText::parse(text, Database::Postgresql));
    assigned(tree, column.as_ref()).to_string()
}

/// A query in normal form.
pub(crate) fn query(text: &str) -> String {
    let tree = tree(text.trim_end_matches([';', ' ', '\n', '\t']), Parser::parse_query);
    tree.map_or_else(|| statement(text), |tree| tree.to_string())
}

/// An element of an index, with its direction and operator class, in normal form.
pub(crate) fn element(text: &str) -> String {
    let Some(mut tree) = tree(text, Parser::parse_create_index_expr) else { return statement(text) };
    // Ascending with nulls last is the default of an element. Descending, nulls come first.
    let options = &mut tree.column.options;
    let descends = options.sort == Some(OrderBySort::Desc);
    options.sort = options.sort.take().filter(|sort| *sort != OrderBySort::Asc);
    options.nulls_first = options.nulls_first.filter(|first| *first != descends);
    tree.to_string()
}

fn parse_expression(text: &str) -> Option<Expr> {
    let mut expr = tree(text, Parser::parse_expr)?;
    while let Expr::Nested(inner) = expr {
        expr = *inner;
    }
    Some(expr)
}

/// Parses the whole of a text, with every expression in normal form.
fn tree<T: sqlparser::ast::VisitMut>(
    text: &str,
    parse: impl Fn(&mut Parser<'static>) -> Result<T, sqlparser::parser::ParserError>,
) -> Option<T> {
    if text.len() > LONGEST {
        return None;
    }
    let mut parser = Parser::new(&PostgreSqlDialect {}).with_tokens(tokens(text)?);
    let mut tree = parse(&mut parser).ok()?;
    if parser.peek_token().token != Token::EOF {
        return None;
    }
    let _: ControlFlow<()> = visit_expressions_mut(&mut tree, |expr| {
        settle(expr);
        ControlFlow::Continue(())
    });
    Some(tree)
}

/// The normal form of an expression whose parts are in theirs.
fn settle(expr: &mut Expr) {
    match expr {
        Expr::Nested(inner) if is_atom(inner) => replace(expr, |expr| match expr {
            Expr::Nested(inner) => *inner,
            other => other,
        }),
        Expr::Function(_) => {
            if is_now(expr) {
                *expr = Expr::Identifier(Ident::new("CURRENT_TIMESTAMP"));
            } else if let Some((zone, time)) = timezone(expr) {
                *expr = Expr::AtTimeZone { timestamp: Box::new(time), time_zone: Box::new(zone) };
            }
        }
        Expr::Cast { kind, expr, data_type, format: None } if *kind != CastKind::TryCast => {
            *kind = CastKind::Cast;
            unwrap(expr);
            let text = TypeText::parse(&data_type.to_string(), Database::Postgresql).to_string();
            *data_type = DataType::Custom(ObjectName::from(vec![Ident::new(text)]), vec![]);
        }
        Expr::BinaryOp { left, op: BinaryOperator::And | BinaryOperator::Or, right } => {
            unwrap_if(left, is_condition);
            unwrap_if(right, is_condition);
        }
        _ => {}
    }
}

fn replace(expr: &mut Expr, with: impl FnOnce(Expr) -> Expr) {
    let taken = std::mem::replace(expr, Expr::Identifier(Ident::new("")));
    *expr = with(taken);
}

fn unwrap(expr: &mut Expr) {
    unwrap_if(expr, |_| true);
}

fn unwrap_if(expr: &mut Expr, fits: impl Fn(&Expr) -> bool) {
    if matches!(expr, Expr::Nested(inner) if fits(inner)) {
        replace(expr, |expr| match expr {
            Expr::Nested(inner) => *inner,
            other => other,
        });
    }
}

/// Needs no parentheses anywhere.
fn is_atom(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Identifier(_)
            | Expr::CompoundIdentifier(_)
            | Expr::Value(_)
            | Expr::Function(_)
            | Expr::Nested(_)
            | Expr::Case { .. }
            | Expr::Cast { kind: CastKind::Cast, .. }
    )
}

/// Binds closer than AND and OR.
fn is_condition(expr: &Expr) -> bool {
    use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    match expr {
        Expr::BinaryOp { op, .. } => matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq),
        other => matches!(other, Expr::IsNull(_) | Expr::IsNotNull(_) | Expr::InList { .. }),
    }
}

/// The functions that return the start time of the transaction.
fn is_now(expr: &Expr) -> bool {
    let Expr::Function(function) = expr else { return false };
    let plain = function.filter.is_none() && function.over.is_none() && function.within_group.is_empty();
    let name = function.name.to_string().to_lowercase();
    let (named, called) = match &function.args {
        FunctionArguments::None => (name == "current_timestamp", true),
        FunctionArguments::List(list) => {
            let names = ["now", "pg_catalog.now", "transaction_timestamp", "current_timestamp"];
            (names.contains(&name.as_str()), list.args.is_empty() && list.clauses.is_empty())
        }
        FunctionArguments::Subquery(_) => (false, false),
    };
    plain && named && called
}

/// `timezone(zone, time)` is the function behind `time AT TIME ZONE zone`.
fn timezone(expr: &Expr) -> Option<(Expr, Expr)> {
    let Expr::Function(function) = expr else { return None };
    let FunctionArguments::List(list) = &function.args else { return None };
    if function.name.to_string() != "timezone" {
        return None;
    }
    match list.args.as_slice() {
        [
            FunctionArg::Unnamed(FunctionArgExpr::Expr(zone)),
            FunctionArg::Unnamed(FunctionArgExpr::Expr(time)),
        ] if is_atom(zone) && is_atom(time) => Some((zone.clone(), time.clone())),
        _ => None,
    }
}

/// The value of an expression after assignment to a column: a literal takes the type of the column in either case.
fn assigned(expr: Expr, column: Option<&TypeText>) -> Expr {
    let Some(column) = column else { return expr };
    let literal = match expr {
        Expr::Cast { expr, data_type, .. }
            if is_string(&expr) && column.is_bare() && data_type.to_string() == column.to_string() =>
        {
            *expr
        }
        other => other,
    };
    let Some(text) = string(&literal) else { return literal };
    let is_number = column.is_integer() && is_integer(text);
    let is_truth = column.is_boolean() && matches!(text, "true" | "false");
    let read = if is_number || is_truth { parse_expression(text) } else { None };
    read.unwrap_or(literal)
}

fn string(expr: &Expr) -> Option<&str> {
    let Expr::Value(value) = expr else { return None };
    let Value::SingleQuotedString(text) = &value.value else { return None };
    Some(text)
}

fn is_string(expr: &Expr) -> bool {
    string(expr).is_some()
}

/// A plain whole number; nine digits fit every integer type but the smallest.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let leads = digits.len() > 1 && digits.starts_with('0');
    (1..=9).contains(&digits.len()) && !leads && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{default, element, expression, query};

    #[test]
    fn expressions_that_mean_the_same() {
        let cases = [
            ("now()", "CURRENT_TIMESTAMP"),
            ("now()", "(NOW())"),
            ("now()", "current_timestamp()"),
            ("timezone('utc', now())", "now() AT TIME ZONE 'utc'"),
            ("timezone('utc', now())", "CURRENT_TIMESTAMP at time zone 'utc'"),
            ("a > 1 AND b < 2", "(a > 1) and (b < 2)"),
            ("a IS NULL OR b IN (1, 2)", "((a IS NULL) OR (b IN (1,2)))"),
            ("a != 'x'", "\"a\" <> 'x'"),
            ("lower( Name )", "LOWER(name)"),
            ("'x'::character varying(5)", "CAST('x' AS VARCHAR(5))"),
            ("x::int4", "CAST(x AS INTEGER)"),
            ("(a)::TEXT || (b)", "a::text || b"),
            ("TRUE", "true"),
            ("a > /* why */ 1", "a > 1 -- because"),
            ("price * quantity", "(price * quantity)"),
        ];
        for (one, other) in cases {
            assert_eq!(expression(one), expression(other), "{one} / {other}");
        }
    }

    #[test]
    fn expressions_that_may_not() {
        let cases = [
            ("now()", "clock_timestamp()"),
            ("now()", "LOCALTIMESTAMP"),
            ("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP(3)"),
            ("now()", "other.now()"),
            ("(a + b) * c", "a + b * c"),
            ("(a OR b) AND c", "a OR b AND c"),
            ("NOT (a AND b)", "NOT a AND b"),
            ("(a = b) IS NULL", "a = b IS NULL"),
            ("a - (b - c)", "a - b - c"),
            ("\"Name\" = 1", "name = 1"),
            ("\"user\" = 'x'", "user = 'x'"),
            ("'A'", "'a'"),
            ("1.0", "1.00"),
            ("1", "'1'"),
            ("a IN (1, 2)", "a IN (2, 1)"),
            ("x::varchar(5)", "x::varchar"),
            ("x::timestamp", "x::timestamptz"),
            ("a LIKE 'x'", "a ILIKE 'x'"),
            ("(-1)::int", "-1::int"),
            ("(a + b)::int", "a + b::int"),
            ("⟪absent⟫ > 1", "⟪other⟫ > 1"),
        ];
        for (one, other) in cases {
            assert_ne!(expression(one), expression(other), "{one} / {other}");
        }
    }

    #[test]
    fn defaults_take_the_type_of_their_column() {
        let same = [
            ("'0'", "0", "INTEGER"),
            ("'-5'", "-5", "BIGINT"),
            ("'true'", "true", "BOOLEAN"),
            ("'x'::character varying", "'x'", "VARCHAR"),
            ("'{}'::jsonb", "'{}'", "JSONB"),
            ("'new'::status", "'new'", "status"),
        ];
        for (one, other, column) in same {
            assert_eq!(default(one, Some(column)), default(other, Some(column)), "{one} / {other}");
        }
        let different = [
            ("'0'", "0", "VARCHAR(5)"),
            ("'01'", "01", "INTEGER"),
            ("'x'::varchar(1)", "'x'", "VARCHAR(1)"),
            ("'{}'::json", "'{}'", "JSONB"),
            ("'t'", "true", "TEXT"),
        ];
        for (one, other, column) in different {
            assert_ne!(default(one, Some(column)), default(other, Some(column)), "{one} / {other}");
        }
    }

    #[test]
    fn queries_and_elements() {
        assert_eq!(query("SELECT a,b\nFROM t;"), query("select a, b from \"t\""));
        assert_ne!(query("SELECT a, b FROM t"), query("SELECT b, a FROM t"));
        assert_ne!(query("SELECT a FROM t"), query("SELECT DISTINCT a FROM t"));
        assert_eq!(element("lower(name)"), element("LOWER( \"name\" )"));
        assert_ne!(element("name"), element("name DESC"));
        assert_ne!(element("name"), element("name varchar_pattern_ops"));
        assert_ne!(element("name DESC NULLS LAST"), element("name DESC"));
        let usual = [
            ("name", "name ASC"),
            ("name", "name ASC NULLS LAST"),
            ("name", "name NULLS LAST"),
            ("name DESC", "name DESC NULLS FIRST"),
            ("lower(name)", "LOWER(name) ASC"),
            ("name text_pattern_ops", "name text_pattern_ops ASC NULLS LAST"),
            ("name COLLATE \"C\"", "name COLLATE \"C\" ASC"),
        ];
        for (one, other) in usual {
            assert_eq!(element(one), element(other), "{one} / {other}");
        }
        for (one, other) in
            [("name", "name NULLS FIRST"), ("name DESC", "name DESC NULLS LAST"), ("name ASC", "name DESC")]
        {
            assert_ne!(element(one), element(other), "{one} / {other}");
        }
    }

    #[test]
    fn what_is_long_or_deep_is_only_compared() {
        let deep = format!("{}1{}", "(".repeat(5_000), ")".repeat(5_000));
        assert_ne!(expression(&deep), expression("1"));
        let long = vec!["a"; 8_000].join("+");
        assert!(!expression(&long).is_empty());
        let longer = vec!["a"; 80_000].join("+");
        assert!(!expression(&longer).is_empty());
    }
}
