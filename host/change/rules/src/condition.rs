//! Whether a condition, such as the predicate of a partial index, can only hold where another one does.
//!
//! A condition is a list of terms that are joined by `AND`. A term is known if it compares a column with a literal; of all
//! others only the text counts. `false` means that it is not shown, not that it is wrong.

use sqlparser::{
    ast::{BinaryOperator, Expr, UnaryOperator, Value},
    dialect::GenericDialect,
    parser::Parser,
};

/// The maximum length of a condition that is parsed, and the maximum depth of its parentheses.
const LONGEST: usize = 4_000;
const DEEPEST: usize = 40;

#[derive(Debug, PartialEq, Eq)]
enum Term {
    /// The column is one of these literals, folded.
    OneOf(String, Vec<Literal>),
    /// It is none of these.
    NoneOf(String, Vec<Literal>),
    IsNull(String),
    IsNotNull(String),
    /// Anything else, as it is written.
    Other(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Literal {
    /// In lower case and without trailing spaces: a collation may take such texts for the same.
    Text(String),
    /// As it is written.
    Number(String),
    Boolean(bool),
}

impl Literal {
    /// Whether both are different values in every collation and type.
    fn differs(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => one != other,
            (Self::Boolean(one), Self::Boolean(other)) => one != other,
            (Self::Number(one), Self::Number(other)) => {
                let whole = |text: &str| text.parse::<i64>().ok();
                matches!((whole(one), whole(other)), (Some(one), Some(other)) if one != other)
            }
            _ => false,
        }
    }
}

/// Whether all rows of `narrow` are rows of `wide`.
pub(crate) fn implies(narrow: &str, wide: &str) -> bool {
    if narrow.trim() == wide.trim() {
        return true;
    }
    let (Some(narrow), Some(wide)) = (terms(narrow), terms(wide)) else { return false };
    wide.iter().all(|wide| narrow.iter().any(|narrow| narrow.implies(wide)))
}

impl Term {
    fn implies(&self, wide: &Self) -> bool {
        match (self, wide) {
            (one, other) if one == other => true,
            (Self::OneOf(column, values), Self::OneOf(other, wide)) => {
                column == other && values.iter().all(|value| wide.contains(value))
            }
            (Self::OneOf(column, values), Self::NoneOf(other, excluded)) => {
                column == other && values.iter().all(|value| excluded.iter().all(|one| one.differs(value)))
            }
            (Self::NoneOf(column, excluded), Self::NoneOf(other, wide)) => {
                column == other && wide.iter().all(|value| excluded.contains(value))
            }
            // A comparison with NULL does not hold.
            (Self::OneOf(column, _) | Self::NoneOf(column, _), Self::IsNotNull(other)) => column == other,
            _ => false,
        }
    }
}

/// The terms of a condition; `None` if it can't be parsed.
fn terms(condition: &str) -> Option<Vec<Term>> {
    if condition.len() > LONGEST {
        return None;
    }
    let parser = Parser::new(&GenericDialect).with_recursion_limit(DEEPEST);
    let mut parser = parser.try_with_sql(condition).ok()?;
    let parsed = parser.parse_expr().ok()?;
    let mut found = Vec::new();
    // More behind the expression would be lost.
    (parser.peek_token().token == sqlparser::tokenizer::Token::EOF).then(|| collect(&parsed, &mut found))?;
    Some(found)
}

fn collect(condition: &Expr, found: &mut Vec<Term>) {
    match condition {
        Expr::Nested(inner) => collect(inner, found),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            collect(left, found);
            collect(right, found);
        }
        other => found.push(term(other).unwrap_or_else(|| Term::Other(other.to_string()))),
    }
}

fn term(condition: &Expr) -> Option<Term> {
    match condition {
        Expr::IsNull(inner) => Some(Term::IsNull(column(inner)?)),
        Expr::IsNotNull(inner) => Some(Term::IsNotNull(column(inner)?)),
        Expr::IsTrue(inner) => Some(Term::OneOf(column(inner)?, vec![Literal::Boolean(true)])),
        Expr::IsFalse(inner) => Some(Term::OneOf(column(inner)?, vec![Literal::Boolean(false)])),
        Expr::BinaryOp { left, op, right } => {
            let (name, value) =
                column(left).zip(literal(right)).or_else(|| column(right).zip(literal(left)))?;
            match op {
                BinaryOperator::Eq => Some(Term::OneOf(name, vec![value])),
                BinaryOperator::NotEq => Some(Term::NoneOf(name, vec![value])),
                _ => None,
            }
        }
        Expr::InList { expr, list, negated } => {
            let (name, values) = (column(expr)?, list.iter().map(literal).collect::<Option<Vec<_>>>()?);
            Some(if *negated { Term::NoneOf(name, values) } else { Term::OneOf(name, values) })
        }
        _ => None,
    }
}

/// The name of a column, as the database folds it.
fn column(expression: &Expr) -> Option<String> {
    let folded = |name: &sqlparser::ast::Ident| match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_lowercase(),
    };
    match expression {
        Expr::Nested(inner) => column(inner),
        Expr::Identifier(name) => Some(folded(name)),
        Expr::CompoundIdentifier(parts) => parts.last().map(folded),
        _ => None,
    }
}

fn literal(expression: &Expr) -> Option<Literal> {
    match expression {
        Expr::Nested(inner) => literal(inner),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match literal(expr)? {
            Literal::Number(text) => Some(Literal::Number(format!("-{text}"))),
            _ => None,
        },
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(Literal::Text(text.to_lowercase().trim_end().to_owned())),
            Value::Number(text, _) => Some(Literal::Number(text.clone())),
            Value::Boolean(value) => Some(Literal::Boolean(*value)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::implies;

    #[test]
    fn what_implies_what() {
        let yes = [
            ("a = 1", "a = 1"),
            ("kind = 'ORG'", "kind <> 'GROUP'"),
            ("kind = 'ORG' AND live", "kind <> 'GROUP'"),
            ("kind = 'ORG'", "kind IS NOT NULL"),
            ("kind <> 'ORG'", "kind IS NOT NULL"),
            ("kind IN ('A', 'B')", "kind <> 'GROUP'"),
            ("kind IN ('A', 'B')", "kind IN ('A', 'B', 'C')"),
            ("kind NOT IN ('A', 'B')", "kind <> 'A'"),
            ("(kind = 'ORG') and (owner is null)", "owner IS NULL"),
            ("principals.kind = 'ORG'", "kind != 'GROUP'"),
            ("'ORG' = kind", "kind <> 'GROUP'"),
            ("n = 2", "n <> 3"),
            ("kind = 'ORG'", "kind NOT IN ('A', 'GROUP')"),
            ("n = -2", "n <> 2"),
            ("a > 5 AND b", "b"),
            ("deleted IS false", "deleted = false"),
        ];
        for (narrow, wide) in yes {
            assert!(implies(narrow, wide), "{narrow} => {wide}");
        }
        let no = [
            ("kind <> 'GROUP'", "kind = 'ORG'"),
            ("kind = 'ORG'", "kind <> 'ORG'"),
            // In some collations.
            ("kind = 'ORG'", "kind <> 'org '"),
            ("kind = 'ORG' OR live", "kind <> 'GROUP'"),
            ("kind IN ('A', 'GROUP')", "kind <> 'GROUP'"),
            ("kind IN ('A', x)", "kind <> 'GROUP'"),
            ("kind = 'GROUP'", "kind NOT IN ('A', 'GROUP')"),
            ("kind <> 'A'", "kind NOT IN ('A', 'B')"),
            ("n = 2", "n <> 2.0"),
            ("n = '2'", "n <> 3"),
            ("a = 1", "b = 1"),
            ("a IS NULL", "a IS NOT NULL"),
            ("a IS DISTINCT FROM 1", "a IS NOT NULL"),
            ("a > 5", "a > 4"),
            ("kind = 'ORG'", "kind <> 'GROUP' AND live"),
            ("kind = 'ORG' ) OR (1 = 1", "kind <> 'GROUP'"),
            ("\"Kind\" = 'ORG'", "kind <> 'GROUP'"),
            ("lower(kind) = 'org'", "kind <> 'GROUP'"),
        ];
        for (narrow, wide) in no {
            assert!(!implies(narrow, wide), "{narrow} => {wide}");
        }
    }
}
