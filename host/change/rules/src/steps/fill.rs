//! Whether an `UPDATE` reaches rows without a value in a column: one that sets `NULL`, or whose condition does not hold
//! for such a row, fills in nothing.
//!
//! A condition is judged with the three values of SQL, where the column is `NULL` and all else is unknown.

use sqlparser::ast::{BinaryOperator, Expr, Ident, UnaryOperator, Value};

/// Whether a condition can be true, and whether it can be false; if neither, it is `NULL`.
#[derive(Clone, Copy)]
struct Outcomes {
    yes: bool,
    no: bool,
}

const ANY: Outcomes = Outcomes { yes: true, no: true };
const NULL: Outcomes = Outcomes { yes: false, no: false };

impl Outcomes {
    const fn known(is_true: bool) -> Self {
        Self { yes: is_true, no: !is_true }
    }

    const fn not(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }
}

/// Whether a value that is assigned can be other than `NULL`.
pub(super) fn is_value(assigned: &Expr) -> bool {
    !matches!(bare(assigned), Expr::Value(value) if value.value == Value::Null)
}

/// Whether a condition can hold for rows without a value in a column.
pub(super) fn reaches(condition: &Expr, column: &str) -> bool {
    outcomes(condition, column).yes
}

fn outcomes(condition: &Expr, column: &str) -> Outcomes {
    let is_null = |part: &Expr| is_column(part, column);
    match bare(condition) {
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => outcomes(expr, column).not(),
        Expr::BinaryOp { left, op, right } => {
            let both = || (outcomes(left, column), outcomes(right, column));
            match op {
                BinaryOperator::And => {
                    let (one, other) = both();
                    Outcomes { yes: one.yes && other.yes, no: one.no || other.no }
                }
                BinaryOperator::Or => {
                    let (one, other) = both();
                    Outcomes { yes: one.yes || other.yes, no: one.no && other.no }
                }
                _ if is_null(left) || is_null(right) => NULL,
                _ => compared(left, op, right),
            }
        }
        Expr::IsNull(part) => of_null(part, column),
        Expr::IsNotNull(part) => of_null(part, column).not(),
        Expr::InList { expr, .. }
        | Expr::InSubquery { expr, .. }
        | Expr::Between { expr, .. }
        | Expr::Like { expr, .. }
        | Expr::ILike { expr, .. }
            if is_null(expr) =>
        {
            NULL
        }
        Expr::IsNotDistinctFrom(one, other)
            if (is_null(one) && is_literal(other)) || (is_null(other) && is_literal(one)) =>
        {
            Outcomes::known(false)
        }
        Expr::Value(value) => match &value.value {
            Value::Boolean(is_true) => Outcomes::known(*is_true),
            Value::Number(number, _) => Outcomes::known(number.parse() != Ok(0.0)),
            Value::Null => NULL,
            _ => ANY,
        },
        _ => ANY,
    }
}

/// `IS NULL` of an expression.
fn of_null(part: &Expr, column: &str) -> Outcomes {
    match bare(part) {
        Expr::Value(value) if value.value == Value::Null => Outcomes::known(true),
        part if is_column(part, column) => Outcomes::known(true),
        part if is_literal(part) => Outcomes::known(false),
        _ => ANY,
    }
}

/// A comparison of two literals; any other can have any outcome.
fn compared(left: &Expr, op: &BinaryOperator, right: &Expr) -> Outcomes {
    let (Some(left), Some(right)) = (literal(left), literal(right)) else { return ANY };
    let numbers = || Some((left.parse::<f64>().ok()?, right.parse::<f64>().ok()?));
    let order = numbers().map_or_else(|| Some(left.cmp(&right)), |(one, other)| one.partial_cmp(&other));
    let Some(order) = order else { return ANY };
    match op {
        BinaryOperator::Eq => Outcomes::known(order.is_eq()),
        BinaryOperator::NotEq => Outcomes::known(order.is_ne()),
        BinaryOperator::Lt => Outcomes::known(order.is_lt()),
        BinaryOperator::LtEq => Outcomes::known(order.is_le()),
        BinaryOperator::Gt => Outcomes::known(order.is_gt()),
        BinaryOperator::GtEq => Outcomes::known(order.is_ge()),
        _ => ANY,
    }
}

/// An expression without parentheses and casts, which keep `NULL`.
fn bare(mut part: &Expr) -> &Expr {
    while let Expr::Nested(inner) | Expr::Cast { expr: inner, .. } = part {
        part = inner;
    }
    part
}

fn is_column(part: &Expr, column: &str) -> bool {
    let is = |name: &Ident| name.value.eq_ignore_ascii_case(column);
    match bare(part) {
        Expr::Identifier(name) => is(name),
        Expr::CompoundIdentifier(names) => names.last().is_some_and(is),
        _ => false,
    }
}

fn is_literal(part: &Expr) -> bool {
    literal(part).is_some()
}

/// The text of a literal that has a value.
fn literal(part: &Expr) -> Option<String> {
    let Expr::Value(value) = bare(part) else { return None };
    match &value.value {
        Value::Number(text, _) | Value::SingleQuotedString(text) => Some(text.clone()),
        Value::Boolean(is_true) => Some(is_true.to_string()),
        _ => None,
    }
}
