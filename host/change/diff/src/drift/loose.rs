//! A looser normal form: texts that become equal mean the same wherever a database writes out what was left to it. It drops casts
//! that a database adds to what it compares, so it is for comparisons of code with what a database made of it.

use std::ops::ControlFlow;

use belljar_dialect::Database;
use sqlparser::{
    ast::{
        BinaryOperator, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
        Ident, ObjectName, ObjectNamePart, OrderBySort, Query, SelectItem, SetExpr, UnaryOperator, Value,
        visit_expressions, visit_expressions_mut, visit_relations_mut,
    },
    dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect},
    parser::{Parser, ParserError},
    tokenizer::{Token, Tokenizer, Whitespace},
};

use crate::normalise::{TypeText, statement as tokens};

/// The maximum length of a text that is parsed, in bytes, as in `normalise`.
const LONGEST: usize = 16 * 1024;

/// A statement that creates an object, without what a database adds or leaves out: `OR REPLACE`, the schema that is the default, the
/// tag of a body, and quotes that do not matter. Texts and bodies stay as they are.
pub(super) fn statement(text: &str, database: Database) -> String {
    let read = Tokenizer::new(dialect_of(database), text).with_unescape(false).tokenize();
    let Ok(read) = read else { return text.trim().to_owned() };
    let mut found: Vec<String> = Vec::new();
    for token in read {
        match token {
            Token::Whitespace(_) | Token::SemiColon if found.is_empty() => {}
            Token::Whitespace(Whitespace::MultiLineComment(text)) if text.starts_with(['!', '+']) => {
                found.push(text);
            }
            Token::Whitespace(_) => {}
            Token::Word(word) => found.push(match word.quote_style {
                None => word.value.to_lowercase(),
                Some(_) if is_plain(&word.value) => word.value,
                Some(_) => format!("\"{}\"", word.value),
            }),
            Token::DollarQuotedString(body) => found.push(format!("'{}'", body.value)),
            Token::SingleQuotedString(text) => found.push(format!("'{}'", text.replace("''", "'"))),
            other => found.push(other.to_string()),
        }
    }
    while found.last().is_some_and(|last| last == ";") {
        found.pop();
    }
    without(&without(&found, &["or", "replace"]), &["public", "."]).join(" ")
}

/// A list without a sequence of words.
fn without(words: &[String], left_out: &[&str]) -> Vec<String> {
    let (mut kept, mut at) = (Vec::new(), 0);
    while let Some(word) = words.get(at) {
        let rest = words.get(at..).unwrap_or_default();
        if rest.len() >= left_out.len() && rest.iter().zip(left_out).all(|(one, other)| one == other) {
            at += left_out.len();
        } else {
            kept.push(word.clone());
            at += 1;
        }
    }
    kept
}

/// A name that is the same with and without quotes.
fn is_plain(name: &str) -> bool {
    let simple = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_') && name.chars().all(simple)
}

fn dialect_of(database: Database) -> &'static dyn Dialect {
    match database {
        Database::Mysql | Database::Mariadb => &MySqlDialect {},
        Database::Sqlite => &SQLiteDialect {},
        _ => &PostgreSqlDialect {},
    }
}

/// Whether a database may have made an expression out of that of the code: both are equal in the looser form, and every cast of
/// the code is there, as a database adds some and removes none.
pub(super) fn is_made_of(code: &str, found: &str, database: Database) -> bool {
    expression(code, database) == expression(found, database) && keeps_casts(code, found, database)
}

/// The same for an element of an index.
pub(super) fn is_element_of(code: &str, found: &str, database: Database) -> bool {
    element(code, database) == element(found, database) && keeps_casts(code, found, database)
}

/// Whether every cast of the code, but those of literals, is in what a database made of it.
pub(super) fn keeps_casts(code: &str, found: &str, database: Database) -> bool {
    let mut left = casts(found, database);
    casts(code, database).iter().all(|cast| {
        let at = left.iter().position(|other| other == cast);
        at.map(|at| left.remove(at)).is_some()
    })
}

/// The types that an expression casts something else than a literal to.
fn casts(text: &str, database: Database) -> Vec<String> {
    let mut found = Vec::new();
    let is_short = text.len() <= LONGEST && database == Database::Postgresql;
    let read = Parser::new(&PostgreSqlDialect {}).try_with_sql(if is_short { text } else { "" });
    let Ok(tree) = read.and_then(|mut parser| parser.parse_expr()) else { return found };
    let _: ControlFlow<()> = visit_expressions(&tree, |expr| {
        if let Expr::Cast { expr, data_type, .. } = expr
            && !matches!(without_parentheses(*expr.clone()), Expr::Value(_) | Expr::Array(_))
        {
            found.push(type_name(data_type, database));
        }
        ControlFlow::Continue(())
    });
    found
}

fn type_name(data_type: &DataType, database: Database) -> String {
    TypeText::parse(&data_type.to_string(), database).to_string().to_lowercase()
}

/// Types that a database casts to where it compares values of two types.
const IMPLICIT: [&str; 6] = ["text", "varchar", "bpchar", "numeric", "double precision", "float"];

/// Types of numbers.
const NUMBERS: [&str; 7] = ["smallint", "integer", "bigint", "numeric", "real", "double", "float"];

/// A cast without what is implied: that of a literal, and in PostgreSQL one to the type that a comparison is made in.
fn cast(expr: Expr, data_type: &DataType, database: Database) -> Expr {
    let expr = without_parentheses(expr);
    let name = type_name(data_type, database);
    let is_literal = matches!(expr, Expr::Value(_) | Expr::Array(_) | Expr::UnaryOp { .. });
    let is_implied = database == Database::Postgresql && IMPLICIT.contains(&name.trim_end_matches("[]"));
    if is_literal && NUMBERS.contains(&first_word(&name)) {
        return number(expr);
    }
    if is_literal && name.starts_with("timestamp") {
        return moment(expr);
    }
    if is_literal || is_implied {
        return expr;
    }
    // Without arguments such as the character set of MySQL.
    let name = if database == Database::Postgresql { name } else { first_word(&name).to_owned() };
    let name = ObjectName(vec![ObjectNamePart::Identifier(Ident::new(name))]);
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(expr),
        data_type: DataType::Custom(name, Vec::new()),
        format: None,
    }
}

fn first_word(text: &str) -> &str {
    text.split([' ', '(']).next().unwrap_or(text)
}

/// An expression in the looser form.
pub(super) fn expression(text: &str, database: Database) -> String {
    parsed(text, database, Parser::parse_expr)
        .map_or_else(|| tokens(text), |tree| without_parentheses(tree).to_string())
}

/// An element of an index in the looser form.
fn element(text: &str, database: Database) -> String {
    let Some(mut tree) = parsed(text, database, Parser::parse_create_index_expr) else {
        return tokens(text);
    };
    let options = &mut tree.column.options;
    let descends = options.sort == Some(OrderBySort::Desc);
    options.sort = options.sort.take().filter(|sort| *sort != OrderBySort::Asc);
    options.nulls_first = options.nulls_first.filter(|first| *first != descends);
    let expr = std::mem::replace(&mut tree.column.expr, Expr::Identifier(Ident::new("")));
    tree.column.expr = without_parentheses(expr);
    tree.to_string()
}

/// A query in the looser form.
pub(super) fn query(text: &str, database: Database) -> String {
    let text = text.trim_end_matches([';', ' ', '\n', '\t']);
    let Some(mut tree) = parsed(text, database, Parser::parse_query) else { return tokens(text) };
    // A database names the schema of each table, or leaves it out.
    let _: ControlFlow<()> = visit_relations_mut(&mut tree, |name| {
        let last = name.0.pop();
        name.0 = last.into_iter().map(|part| plain_part(part, database)).collect();
        ControlFlow::Continue(())
    });
    without_aliases(&mut tree, database);
    tree.to_string()
}

/// Drops aliases that repeat the name of a column.
fn without_aliases(query: &mut Query, database: Database) {
    let SetExpr::Select(select) = query.body.as_mut() else { return };
    for item in &mut select.projection {
        if let SelectItem::ExprWithAlias { expr, alias } = item {
            *alias = plain_ident(alias, database);
            if matches!(expr, Expr::Identifier(name) if name.value == alias.value) {
                *item = SelectItem::UnnamedExpr(expr.clone());
            }
        }
    }
}

fn parsed<T: sqlparser::ast::VisitMut>(
    text: &str,
    database: Database,
    parse: impl Fn(&mut Parser<'static>) -> Result<T, ParserError>,
) -> Option<T> {
    if text.len() > LONGEST {
        return None;
    }
    // Elements of an index are written for PostgreSQL.
    let is_other = text.contains('"') && !text.contains('`');
    let dialect = if is_other { &PostgreSqlDialect {} } else { dialect_of(database) };
    let mut parser = Parser::new(dialect).try_with_sql(text).ok()?;
    let mut tree = parse(&mut parser).ok()?;
    if parser.peek_token().token != Token::EOF {
        return None;
    }
    let _: ControlFlow<()> = visit_expressions_mut(&mut tree, |expr| {
        let taken = std::mem::replace(expr, Expr::Identifier(Ident::new("")));
        *expr = settled(taken, database);
        ControlFlow::Continue(())
    });
    Some(tree)
}

/// The normal form of an expression whose parts are in theirs: every part of an operator that is one itself has
/// parentheses, and nothing else.
fn settled(expr: Expr, database: Database) -> Expr {
    match expr {
        Expr::Nested(inner) => *inner,
        Expr::Cast { expr, data_type, .. } => cast(*expr, &data_type, database),
        Expr::Identifier(ident) => Expr::Identifier(plain_ident(&ident, database)),
        Expr::CompoundIdentifier(mut parts) => match parts.pop() {
            Some(last) => Expr::Identifier(plain_ident(&last, database)),
            None => Expr::CompoundIdentifier(parts),
        },
        Expr::Value(mut value) => {
            if let (Value::Boolean(truth), false) = (&value.value, database == Database::Postgresql) {
                value.value = Value::Number(u8::from(*truth).to_string(), false);
            }
            Expr::Value(value)
        }
        Expr::Function(function) => function_of(function, database),
        Expr::BinaryOp { left, op, right } => operator(*left, op, *right),
        Expr::UnaryOp { op: UnaryOperator::Plus, expr } => *expr,
        Expr::UnaryOp { op, expr } => Expr::UnaryOp { op, expr: wrapped(*expr) },
        Expr::IsNull(expr) => Expr::IsNull(wrapped(*expr)),
        Expr::IsNotNull(expr) => Expr::IsNotNull(wrapped(*expr)),
        Expr::InList { expr, list, negated } => in_list(*expr, list, negated),
        Expr::AnyOp { left, compare_op: BinaryOperator::Eq, right, is_some } => match *right {
            Expr::Array(array) => in_list(*left, array.elem, false),
            other => Expr::AnyOp { left, compare_op: BinaryOperator::Eq, right: Box::new(other), is_some },
        },
        Expr::AllOp { left, compare_op: BinaryOperator::NotEq, right } => match *right {
            Expr::Array(array) => in_list(*left, array.elem, true),
            other => Expr::AllOp { left, compare_op: BinaryOperator::NotEq, right: Box::new(other) },
        },
        Expr::Like { negated, any, expr, pattern, escape_char } => {
            Expr::Like { negated, any, expr: wrapped(*expr), pattern: wrapped(*pattern), escape_char }
        }
        Expr::Between { expr, negated, low, high } => between(&expr, negated, *low, *high),
        other => other,
    }
}

/// A list with one value is an equation.
fn in_list(expr: Expr, list: Vec<Expr>, negated: bool) -> Expr {
    let list = list.into_iter().map(without_parentheses).collect();
    Expr::InList { expr: wrapped(expr), list, negated }
}

/// A range is two comparisons.
fn between(expr: &Expr, negated: bool, low: Expr, high: Expr) -> Expr {
    let (from, to, both) = if negated {
        (BinaryOperator::Lt, BinaryOperator::Gt, BinaryOperator::Or)
    } else {
        (BinaryOperator::GtEq, BinaryOperator::LtEq, BinaryOperator::And)
    };
    operator(operator(expr.clone(), from, low), both, operator(expr.clone(), to, high))
}

fn operator(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    let right = without_parentheses(right);
    // `a AND (b AND c)` is `a AND b AND c`.
    if let (BinaryOperator::And | BinaryOperator::Or, Expr::BinaryOp { op: inner, .. }) = (&op, &right)
        && *inner == op
        && let Expr::BinaryOp { left: first, op: inner, right: second } = right
    {
        return operator(operator(left, inner, *first), op, *second);
    }
    operation(without_parentheses(left), op, right)
}

fn operation(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    let like = |negated, left, right| Expr::Like {
        negated,
        any: false,
        expr: wrapped(left),
        pattern: wrapped(right),
        escape_char: None,
    };
    let right = if matches!(op, BinaryOperator::HashArrow | BinaryOperator::HashLongArrow) {
        path(right)
    } else {
        right
    };
    match op {
        BinaryOperator::PGLikeMatch => like(false, left, right),
        BinaryOperator::PGNotLikeMatch => like(true, left, right),
        op => Expr::BinaryOp { left: wrapped(left), op, right: wrapped(right) },
    }
}

/// A path within JSON, which is an array: white space between its items does not matter.
fn path(expr: Expr) -> Expr {
    let Expr::Value(value) = &expr else { return expr };
    let Value::SingleQuotedString(text) = &value.value else { return expr };
    if text.contains(['"', '\\']) {
        return expr;
    }
    let items: Vec<&str> = text.split(',').map(str::trim).collect();
    Expr::Value(Value::SingleQuotedString(items.join(",")).with_empty_span())
}

fn function_of(mut function: Function, database: Database) -> Expr {
    let name = function.name.0.last().map(ToString::to_string).unwrap_or_default();
    let name = name.trim_matches(['"', '`']).to_lowercase();
    let has_arguments = matches!(&function.args, FunctionArguments::List(list) if !list.args.is_empty());
    if !has_arguments && matches!(name.as_str(), "now" | "current_timestamp" | "transaction_timestamp") {
        return Expr::Identifier(Ident::new("CURRENT_TIMESTAMP"));
    }
    // MySQL keeps the digits of seconds, which those of the type are.
    if let ("now" | "current_timestamp", Some(Expr::Value(_))) = (name.as_str(), only_argument(&function)) {
        return Expr::Identifier(Ident::new("CURRENT_TIMESTAMP"));
    }
    if name == "count" && only_argument(&function).is_some_and(|one| one.to_string() == "0") {
        return Expr::Identifier(Ident::new("count(*)"));
    }
    if name == "count" && function.to_string().to_lowercase().ends_with("(*)") {
        return Expr::Identifier(Ident::new("count(*)"));
    }
    let name = match name.as_str() {
        "ucase" => "upper",
        "lcase" => "lower",
        "octet_length" if matches!(database, Database::Mysql | Database::Mariadb) => "length",
        "character_length" => "char_length",
        other => other,
    };
    function.name = ObjectName(vec![ObjectNamePart::Identifier(Ident::new(name))]);
    Expr::Function(function)
}

fn only_argument(function: &Function) -> Option<&Expr> {
    let FunctionArguments::List(list) = &function.args else { return None };
    match list.args.as_slice() {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))] => Some(expr),
        _ => None,
    }
}

/// A literal that was cast to a type of numbers is one.
fn number(expr: Expr) -> Expr {
    let Expr::Value(value) = &expr else { return expr };
    let Value::SingleQuotedString(text) = &value.value else { return expr };
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = digits.starts_with(|one: char| one.is_ascii_digit())
        && digits.parse::<f64>().is_ok_and(f64::is_finite);
    if !is_number {
        return expr;
    }
    Expr::Value(Value::Number(text.clone(), false).with_empty_span())
}

/// A moment without what a database adds to a day.
fn moment(expr: Expr) -> Expr {
    let Expr::Value(value) = &expr else { return expr };
    let Value::SingleQuotedString(text) = &value.value else { return expr };
    let text = text.strip_suffix("+00").unwrap_or(text);
    let text = text.strip_suffix(" 00:00:00").unwrap_or(text).to_owned();
    Expr::Value(Value::SingleQuotedString(text).with_empty_span())
}

/// In parentheses, if it is an operator.
fn wrapped(expr: Expr) -> Box<Expr> {
    Box::new(match expr {
        Expr::BinaryOp { .. }
        | Expr::UnaryOp { .. }
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::InList { .. }
        | Expr::Like { .. }
        | Expr::Between { .. } => Expr::Nested(Box::new(expr)),
        other => other,
    })
}

fn without_parentheses(expr: Expr) -> Expr {
    match expr {
        Expr::Nested(inner) => without_parentheses(*inner),
        other => other,
    }
}

fn plain_part(part: ObjectNamePart, database: Database) -> ObjectNamePart {
    match part {
        ObjectNamePart::Identifier(ident) => ObjectNamePart::Identifier(plain_ident(&ident, database)),
        other @ ObjectNamePart::Function(_) => other,
    }
}

/// A name as the database has it, without quotes: the case of a name in quotes matters in PostgreSQL alone.
fn plain_ident(ident: &Ident, database: Database) -> Ident {
    let matters = database == Database::Postgresql && ident.quote_style.is_some();
    let keyword = ident.value.eq_ignore_ascii_case("current_timestamp") && ident.quote_style.is_none();
    Ident::new(match (matters, keyword) {
        (_, true) => "CURRENT_TIMESTAMP".to_owned(),
        (true, _) => ident.value.clone(),
        (false, _) => ident.value.to_lowercase(),
    })
}

#[cfg(test)]
mod tests {
    use Database::{Mariadb, Postgresql, Sqlite};

    use super::{Database, element, expression, is_element_of, is_made_of, query, statement};

    #[test]
    fn what_databases_write_out() {
        let cases = [
            (Postgresql, "n > 3", "(n > (3)::numeric)"),
            (
                Postgresql,
                "a IN ('x', 'y')",
                "(a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[])",
            ),
            (Postgresql, "a NOT IN (1, 2)", "a <> ALL (ARRAY[1, 2])"),
            (Postgresql, "score LIKE 'a%'", "(score ~~ 'a%'::text)"),
            (Postgresql, "\"group\" = 'new'", "\"group\" = 'new'::st"),
            (Postgresql, "'{}'", "'{}'::integer[]"),
            (Postgresql, "a AND d BETWEEN 1 AND 9", "a AND d >= 1::numeric AND d <= 9::numeric"),
            (Postgresql, "a AND (b AND c)", "(a AND b) AND c"),
            (Postgresql, "-1", "'-1'::integer"),
            (Postgresql, "id + 1", "(id + 1)"),
            (Postgresql, "'1.0'", "'1.0'::character varying"),
            (Postgresql, "a > '2000-01-01'", "(a > '2000-01-01 00:00:00+00'::timestamp with time zone)"),
            (
                Postgresql,
                "a > '2000-01-01 10:00:00'",
                "(a > '2000-01-01 10:00:00'::timestamp without time zone)",
            ),
            (Postgresql, "a #>> '{b, c}'", "(a #>> '{b,c}'::text[])"),
            (Postgresql, "now()", "CURRENT_TIMESTAMP"),
            (Postgresql, "t.a > 1 AND t.b IS NULL", "((a > 1) AND (b IS NULL))"),
            (Mariadb, "upper(b)", "ucase(`b`)"),
            (Mariadb, "part IS NOT NULL", "`part` is not null"),
            (Mariadb, "true", "1"),
            (Mariadb, "\"Kind\" > 1", "`kind` > 1"),
            (Mariadb, "now()", "current_timestamp()"),
            (Mariadb, "\"group\" IN ('a')", "\"group\" in ('a')"),
            (Sqlite, "false", "0"),
        ];
        for (database, one, other) in cases {
            assert_eq!(expression(one, database), expression(other, database), "{one} / {other}");
        }
        assert_eq!(element("(d * 2)", Postgresql), element("(d * 2::numeric)", Postgresql));
        assert_eq!(element("things.n DESC", Postgresql), element("n DESC", Postgresql));
        let one = "SELECT \"order\".part FROM \"order\" WHERE \"order\".score <> ''";
        let other = "SELECT part\n   FROM \"order\"\n  WHERE score <> ''::text";
        assert_eq!(query(one, Postgresql), query(other, Postgresql));
        let other = "select `tests`.`a`.`id` AS `id` from `tests`.`a`";
        assert_eq!(query("SELECT a.id FROM a", Mariadb), query(other, Mariadb));
    }

    #[test]
    fn casts_of_the_code_are_kept() {
        let cases = [
            ("lower(a)", "lower((a)::text)", true),
            ("lower(CAST(a AS TEXT))", "lower((a)::text)", true),
            ("lower(CAST(a AS TEXT))", "lower(a)", false),
            ("CAST(made AS DATE)", "(made)::date", true),
            ("CAST(made AS DATE)", "made", false),
            ("made", "(made)::date", false),
            ("n > 3", "(n > (3)::numeric)", true),
            ("n / 2", "((n)::double precision / (2)::double precision)", true),
            ("CAST('1' AS INTEGER) < a", "(1 < a)", true),
            ("CAST(a AS VARCHAR(5))", "(a)::character varying(5)", true),
            ("CAST(a AS VARCHAR(5))", "(a)::character varying(9)", false),
        ];
        for (code, found, expected) in cases {
            assert_eq!(is_made_of(code, found, Postgresql), expected, "{code} / {found}");
            assert_eq!(
                is_element_of(&format!("({code})"), &format!("({found})"), Postgresql),
                expected,
                "{code}"
            );
        }
    }

    #[test]
    fn statements() {
        let same = [
            (
                Postgresql,
                "CREATE FUNCTION f(x integer) RETURNS integer AS $$ SELECT 'A' $$ LANGUAGE sql;",
                "CREATE OR REPLACE FUNCTION public.f(x integer)\n RETURNS integer AS $function$ SELECT 'A' $function$\n LANGUAGE sql",
            ),
            (
                Postgresql,
                "CREATE TRIGGER \"tr\" BEFORE INSERT ON t",
                "create trigger tr before insert on public.t",
            ),
            (Mariadb, "CREATE TRIGGER tr BEFORE INSERT ON a", "CREATE TRIGGER `tr` BEFORE INSERT ON `a`"),
        ];
        for (database, one, other) in same {
            assert_eq!(statement(one, database), statement(other, database), "{one}");
        }
        let different = [
            (Postgresql, "AS $$ SELECT 'A' $$", "AS $$ SELECT 'a' $$"),
            (Postgresql, "AS $$ SELECT  1 $$", "AS $$ SELECT 1 $$"),
            (Postgresql, "CREATE FUNCTION f() IMMUTABLE", "CREATE FUNCTION f() VOLATILE"),
            (Postgresql, "CREATE TRIGGER t ON a.b", "CREATE TRIGGER t ON b"),
            (Mariadb, "SET NEW.n = 'public.a'", "SET NEW.n = 'a'"),
        ];
        for (database, one, other) in different {
            assert_ne!(statement(one, database), statement(other, database), "{one}");
        }
    }

    #[test]
    fn what_is_something_else() {
        let cases = [
            (Postgresql, "n > 3", "n >= 3"),
            (Postgresql, "d NOT BETWEEN 1 AND 9", "d >= 1 AND d <= 9"),
            (Postgresql, "a - (b - c)", "a - b - c"),
            (Postgresql, "a AND (b OR c)", "a AND b OR c"),
            (Postgresql, "(a + b) * c", "a + b * c"),
            (Postgresql, "a OR b AND c", "(a OR b) AND c"),
            (Postgresql, "a IN (1, 2)", "a IN (1, 3)"),
            (Postgresql, "a LIKE 'x'", "a NOT LIKE 'x'"),
            (Postgresql, "\"Name\" = 1", "name = 1"),
            (Postgresql, "NOT (a = 1 AND b)", "NOT a = 1 AND b"),
            (Postgresql, "'a'", "'b'"),
            (Postgresql, "a = '2000-01-01'", "a = '2000-01-01 00:00:00'::text"),
            (Postgresql, "a > '2000-01-01'", "(a > '2000-01-01 12:00:00+00'::timestamp with time zone)"),
            (Mariadb, "true", "0"),
            (Mariadb, "a", "b"),
        ];
        for (database, one, other) in cases {
            assert_ne!(expression(one, database), expression(other, database), "{one} / {other}");
        }
    }
}
