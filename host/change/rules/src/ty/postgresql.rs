//! The effect of type changes in PostgreSQL.
//!
//! Which types it converts automatically, and which of those keep their stored form, was measured on a server; see
//! `tests/compare_metadata/conversions.py`. The effect of a length, a precision or a scale is computed here, and a test
//! compares it with the server for each pair.

use std::{collections::BTreeMap, sync::LazyLock};

use super::{Conversion, Ty};

static MEASURED: &str = include_str!("postgresql.tsv");

/// The measured conversion between two types, for any length.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    /// Without a length on either side the rows are rewritten.
    rewrites: bool,
    /// Values are rejected or changed, for any length.
    narrows: bool,
}

/// By the names of both types. Pairs that are not in it need a `USING`.
static SEEN: LazyLock<BTreeMap<(String, String), Seen>> = LazyLock::new(|| {
    let mut found: BTreeMap<(String, String), Vec<(bool, &str)>> = BTreeMap::new();
    for (from, into, letters) in pairs() {
        let (from, into) = (Ty::parse(from), Ty::parse(into));
        if !from.array && !into.array && from.key() != into.key() {
            let plain = into.arguments.is_empty();
            found.entry((from.key(), into.key())).or_default().push((plain, letters));
        }
    }
    let seen = |rows: Vec<(bool, &str)>| {
        let any_plain = rows.iter().any(|(plain, _)| *plain);
        let all = |wanted: &[char]| {
            let own = rows.iter().filter(|(plain, _)| *plain || !any_plain);
            own.clone().all(|(_, letters)| letters.contains(wanted))
        };
        Seen { rewrites: all(&['r']), narrows: all(&['f', 'l']) }
    };
    found.into_iter().map(|(key, rows)| (key, seen(rows))).collect()
});

/// Both types and the letters of every line.
fn pairs() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let fields = |line: &'static str| {
        let mut fields = line.split('\t');
        Some((fields.next()?, fields.next()?, fields.next()?))
    };
    MEASURED.lines().filter(|line| !line.starts_with('#')).filter_map(fields)
}

/// Whether a type was measured.
fn is_known(ty: &Ty) -> bool {
    static KNOWN: LazyLock<Vec<String>> = LazyLock::new(|| {
        let types = MEASURED.lines().filter_map(|line| line.strip_prefix("type\t"));
        types.map(|name| Ty::parse(name).key()).filter(|key| !key.contains("MOOD")).collect()
    });
    KNOWN.contains(&ty.key())
}

/// The conversion of a column of one type to another.
pub(super) fn conversion(from: &Ty, into: &Ty) -> Conversion {
    let (from, into) = (&own_name(from), &own_name(into));
    if from.array || into.array {
        return arrays(from, into);
    }
    if from.key() == into.key() {
        let other = !is_known(from) && from.inner != into.inner;
        return Conversion {
            // The arguments of an extension's type are unknown.
            narrows: if other { !into.inner.is_empty() } else { shrinks(from, into) },
            rewrites: if other { true } else { !is_stored_alike(from, into) },
            automatic: true,
        };
    }
    if !is_known(from) || !is_known(into) {
        return unknown(from, into);
    }
    let Some(seen) = SEEN.get(&(from.key(), into.key())) else {
        return Conversion { narrows: false, rewrites: true, automatic: false };
    };
    let limited = !into.arguments.is_empty();
    Conversion {
        narrows: narrows(from, into).unwrap_or(seen.narrows),
        rewrites: seen.rewrites || limited,
        automatic: true,
    }
}

/// A `FLOAT` has one of two names, depending on its bits.
fn own_name(ty: &Ty) -> Ty {
    let name = match (ty.name.as_str(), ty.length()) {
        ("FLOAT", Some(1..=24)) => "REAL",
        ("FLOAT", _) => "DOUBLE PRECISION",
        ("VARBIT", _) => "BIT VARYING",
        _ => return ty.clone(),
    };
    let arguments = if name == "BIT VARYING" { ty.arguments.clone() } else { vec![] };
    Ty { name: name.to_owned(), arguments, ..ty.clone() }
}

/// An array is converted like its elements, and becomes text like every type.
fn arrays(from: &Ty, into: &Ty) -> Conversion {
    if from.array && into.array {
        let element = |ty: &Ty| Ty { array: false, ..ty.clone() };
        let (from, into) = (element(from), element(into));
        let found = conversion(&from, &into);
        let kept =
            from.key() == into.key() && (from.arguments == into.arguments || into.arguments.is_empty());
        return Conversion { rewrites: !kept, ..found };
    }
    let automatic = from.array && into.is_text();
    Conversion { narrows: automatic && into.length().is_some(), rewrites: true, automatic }
}

/// A type of an extension, an enumeration or a domain.
fn unknown(from: &Ty, into: &Ty) -> Conversion {
    let automatic = into.is_text();
    let shorter = |written| limit(into).is_some_and(|length| length < written);
    Conversion { narrows: automatic && written(from).is_some_and(shorter), rewrites: true, automatic }
}

/// Whether another length or precision of one type is narrower.
fn shrinks(from: &Ty, into: &Ty) -> bool {
    match from.name.as_str() {
        "NUMERIC" => match (from.digits(), into.digits()) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some((whole, part)), Some((other_whole, other_part))) => {
                other_whole < whole || other_part < part
            }
        },
        "CHAR" => into.length().unwrap_or(1) < from.length().unwrap_or(1),
        "BIT" => into.length().unwrap_or(1) != from.length().unwrap_or(1),
        "TIME" | "TIMESTAMP" => into.length().unwrap_or(6) < from.length().unwrap_or(6),
        "REAL" | "DOUBLE PRECISION" => false,
        name if name.starts_with("INTERVAL") => {
            let (one, other) = (last_field(from), last_field(into));
            other < one || (one == FIELDS.len() && into.length().unwrap_or(6) < from.length().unwrap_or(6))
        }
        _ => !super::grows(from.length(), into.length()),
    }
}

const FIELDS: [&str; 5] = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE"];

/// The finest field that an interval keeps; seconds by default.
fn last_field(ty: &Ty) -> usize {
    let last = ty.name.rsplit(' ').next().unwrap_or_default();
    FIELDS.iter().position(|field| *field == last).unwrap_or(FIELDS.len())
}

/// Whether another length or precision of one type leaves the rows unchanged.
fn is_stored_alike(from: &Ty, into: &Ty) -> bool {
    match from.name.as_str() {
        "NUMERIC" => match (from.digits(), into.digits()) {
            (_, None) => true,
            (Some((whole, part)), Some((other_whole, other_part))) => {
                part == other_part && other_whole >= whole
            }
            (None, Some(_)) => false,
        },
        "CHAR" | "BIT" => into.length().unwrap_or(1) == from.length().unwrap_or(1),
        name if name.starts_with("INTERVAL") => !shrinks(from, into),
        "TIME" | "TIMESTAMP" => into.length().unwrap_or(6) >= from.length().unwrap_or(6),
        _ => super::grows(from.length(), into.length()),
    }
}

/// Whether values do not fit, if it depends on lengths; `None` otherwise.
fn narrows(from: &Ty, into: &Ty) -> Option<bool> {
    if into.is_text() {
        return Some(match (limit(into), written(from)) {
            (None, _) => false,
            (Some(length), Some(written)) => length < written,
            (Some(_), None) => true,
        });
    }
    let whole = |ty: &Ty| match ty.name.as_str() {
        "SMALLINT" => Some(4),
        "INTEGER" => Some(9),
        "BIGINT" => Some(18),
        _ => None,
    };
    match (from.name.as_str(), into.name.as_str()) {
        ("SMALLINT" | "INTEGER" | "BIGINT", "NUMERIC") => {
            let needed = whole(from)? + 1;
            Some(into.digits().is_some_and(|(whole, _)| whole < needed))
        }
        ("NUMERIC", "SMALLINT" | "INTEGER" | "BIGINT") => {
            let fits = |(own, part): (u32, u32)| part == 0 && whole(into).is_some_and(|whole| own <= whole);
            Some(!from.digits().is_some_and(fits))
        }
        ("NUMERIC", "REAL") => Some(from.length().is_none_or(|digits| digits > 6)),
        ("NUMERIC", "DOUBLE PRECISION") => Some(from.length().is_none_or(|digits| digits > 15)),
        ("NUMERIC", "MONEY") => Some(!from.digits().is_some_and(|(whole, part)| whole <= 16 && part <= 2)),
        ("MONEY", "NUMERIC") => Some(into.digits().is_some_and(|(whole, part)| whole < 17 || part < 2)),
        ("BIT", "BIT VARYING") => Some(into.length().is_some_and(|most| most < from.length().unwrap_or(1))),
        ("BIT VARYING", "BIT") => Some(true),
        ("TIME", name) if name.starts_with("INTERVAL") => {
            let cut = into.length().unwrap_or(6) < from.length().unwrap_or(6);
            Some(cut || last_field(into) < FIELDS.len())
        }
        // The lost or assumed zone is reported separately; a smaller precision truncates.
        ("TIMESTAMP", "TIMESTAMP") => Some(shrinks(from, into)),
        ("DATE", "TIMESTAMP") => Some(false),
        _ => None,
    }
}

/// The maximum length of a string.
fn limit(ty: &Ty) -> Option<u32> {
    ty.length().or_else(|| (ty.name == "CHAR").then_some(1))
}

/// The maximum length of a written value; `None` without a limit, or if unknown.
fn written(ty: &Ty) -> Option<u32> {
    let fraction = |most: u32| match ty.length() {
        Some(0) => 0,
        digits => digits.unwrap_or(most) + 1,
    };
    Some(match ty.name.as_str() {
        _ if ty.longest.is_some() => return ty.longest,
        _ if ty.is_text() => return limit(ty),
        "BOOLEAN" => 5,
        "SMALLINT" => 6,
        "INTEGER" => 11,
        "BIGINT" => 20,
        // A sign, a point, and a leading zero if there is no other digit.
        "NUMERIC" => match ty.digits()? {
            (whole, 0) => whole + 1,
            (whole, part) => whole.max(1) + part + 2,
        },
        "REAL" => 14,
        "DOUBLE PRECISION" => 24,
        "MONEY" => 26,
        "DATE" | "OID" => 10,
        "TIME" => 8 + fraction(6) + if ty.zone { 6 } else { 0 },
        "TIMESTAMP" => 19 + fraction(6) + if ty.zone { 6 } else { 0 },
        "INTERVAL" => 52 + fraction(6),
        "INTERVAL YEAR TO MONTH" => 27,
        "INTERVAL DAY TO SECOND" | "UUID" => 36,
        "INET" | "CIDR" | "INT8RANGE" => 43,
        "MACADDR" => 17,
        "MACADDR8" | "DATERANGE" => 23,
        // With its schema, both quoted.
        "REGCLASS" | "REGCONFIG" => 131,
        "BIT" | "BIT VARYING" => return ty.length().or_else(|| (ty.name == "BIT").then_some(1)),
        "INT4RANGE" => 25,
        "TSRANGE" => 59,
        "TSTZRANGE" => 71,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{super::Ty, MEASURED, conversion, pairs};

    /// `r` rewrites, `n` narrows; `None` if it is rejected.
    fn letters(from: &str, into: &str) -> Option<String> {
        let read = |text: &str| Ty { longest: text.contains("mood").then_some(26), ..Ty::parse(text) };
        let found = conversion(&read(from), &read(into));
        let letter = |is, letter: &'static str| if is { letter } else { "" };
        found.automatic.then(|| letter(found.rewrites, "r").to_owned() + letter(found.narrows, "n"))
    }

    /// For every pair of types the computed effect is that of the server.
    #[test]
    fn conversions_are_those_of_the_server() {
        let types: Vec<&str> = MEASURED.lines().filter_map(|line| line.strip_prefix("type\t")).collect();
        assert!(types.len() > 80 && types.contains(&"INTEGER[]"), "{types:?}");
        let seen: BTreeMap<(&str, &str), &str> =
            pairs().map(|(from, into, letters)| ((from, into), letters)).collect();
        let mut wrong = Vec::new();
        for from in &types {
            for into in types.iter().filter(|into| *into != from) {
                let seen = seen.get(&(*from, *into)).map(|letters| {
                    let rewrites = if letters.contains('r') { "r" } else { "" };
                    rewrites.to_owned() + if letters.contains(['f', 'l']) { "n" } else { "" }
                });
                let computed = letters(from, into);
                if seen != computed {
                    wrong.push(format!("{from} -> {into}: the server {seen:?}, here {computed:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), types.len().pow(2), wrong.join("\n"));
    }
}
