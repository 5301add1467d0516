//! Which numbers fit into a type.

use crate::ty::Ty;

/// The numbers that fit, as texts of decimal numbers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) low: String,
    pub(super) high: String,
    /// The digits after the point that are kept; `None` if the column has no more.
    pub(super) scale: Option<u32>,
}

/// The most digits of a number that is written out.
const MOST_DIGITS: u32 = 1000;

/// The numbers of one type that fit into another; `None` if one is no number, or has no limit.
pub(super) fn of(from: &Ty, into: &Ty) -> Option<Bounds> {
    if !from.is_number() {
        return None;
    }
    let scale = |kept: u32| (!from.is_integer()).then_some(kept);
    if let Some((low, high)) = into.range() {
        return Some(Bounds { low: low.to_string(), high: high.to_string(), scale: scale(0) });
    }
    let (before, after) = into.decimal_digits()?;
    if before + after > MOST_DIGITS || before + after == 0 {
        return None;
    }
    let nines = |count: u32| "9".repeat(count as usize);
    let whole = if before == 0 { "0".to_owned() } else { nines(before) };
    let high = if after == 0 { whole } else { format!("{whole}.{}", nines(after)) };
    Some(Bounds { low: format!("-{high}"), high, scale: scale(after) })
}

#[cfg(test)]
mod tests {
    use super::{Bounds, of};
    use crate::ty::Ty;

    #[test]
    fn numbers_that_fit() {
        let bounds = |from: &str, into: &str| of(&Ty::parse(from), &Ty::parse(into));
        let some =
            |low: &str, high: &str, scale| Some(Bounds { low: low.to_owned(), high: high.to_owned(), scale });
        assert_eq!(bounds("BIGINT", "SMALLINT"), some("-32768", "32767", None));
        assert_eq!(bounds("BIGINT", "INTEGER UNSIGNED"), some("0", "4294967295", None));
        assert_eq!(bounds("NUMERIC(12, 4)", "INTEGER"), some("-2147483648", "2147483647", Some(0)));
        assert_eq!(bounds("NUMERIC(12, 4)", "NUMERIC(5, 2)"), some("-999.99", "999.99", Some(2)));
        assert_eq!(bounds("INTEGER", "NUMERIC(2, 2)"), some("-0.99", "0.99", None));
        assert_eq!(bounds("FLOAT", "NUMERIC(3)"), some("-999", "999", Some(0)));
        for (from, into) in [
            ("TEXT", "INTEGER"),
            ("NUMERIC(5)", "NUMERIC"),
            ("INTEGER", "REAL"),
            ("INTEGER", "VARCHAR(3)"),
            ("INTEGER[]", "SMALLINT"),
            ("NUMERIC", "NUMERIC(2000)"),
        ] {
            assert_eq!(bounds(from, into), None, "{from} {into}");
        }
    }
}
