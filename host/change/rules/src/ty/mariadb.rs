//! The effect of type changes in MariaDB, as measured on a server for each pair; see
//! `tests/compare_metadata/conversions_mariadb.py`. Other lengths and types follow the rules of MySQL.

use std::{collections::BTreeMap, sync::LazyLock};

use super::Ty;

static MEASURED: &str = include_str!("mariadb.tsv");

/// The measured conversion between two types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// Samples are rejected or changed.
    pub(super) narrows: bool,
    /// Every row is rewritten.
    pub(super) rewrites: bool,
}

static SEEN: LazyLock<BTreeMap<(String, String), Seen>> = LazyLock::new(|| {
    let read = |line: &str| {
        let mut fields = line.split('\t');
        let (from, into, letters) = (fields.next()?, fields.next()?, fields.next()?);
        // It is read as the nearest whole number.
        let is_plain = !from.starts_with("MEDIUMINT") && !into.starts_with("MEDIUMINT");
        let seen = Seen { narrows: letters.contains(['f', 'l']), rewrites: letters.contains('r') };
        is_plain.then(|| ((key(&Ty::parse(from)), key(&Ty::parse(into))), seen))
    };
    MEASURED.lines().filter(|line| !line.starts_with('#')).filter_map(read).collect()
});

/// A type with its arguments.
fn key(ty: &Ty) -> String {
    let arguments: String = ty.inner.split_whitespace().collect();
    format!("{}({arguments}){}", ty.name, if ty.unsigned { " UNSIGNED" } else { "" })
}

/// The measured effect for these two, if they were measured.
pub(super) fn seen(from: &Ty, into: &Ty) -> Option<Seen> {
    let is_plain = |ty: &Ty| ty.charset.is_none() && ty.collation.is_none();
    (is_plain(from) && is_plain(into)).then(|| SEEN.get(&(key(from), key(into))).copied())?
}

#[cfg(test)]
mod tests {
    use super::{SEEN, Seen, seen};
    use crate::{Database, ty::Ty};

    #[test]
    fn every_pair_is_what_the_server_did() {
        assert!(SEEN.len() > 1900, "{}", SEEN.len());
        for (from, into, narrows, rewrites) in [
            ("VARCHAR(50)", "VARCHAR(60)", false, false),
            ("VARCHAR(255)", "VARCHAR(36)", true, true),
            ("ENUM('a','b')", "ENUM('a','b','c')", false, false),
            ("ENUM('a','b','c')", "ENUM('a','b')", true, true),
            ("INTEGER", "INTEGER UNSIGNED", true, true),
            ("INTEGER", "BIGINT", false, true),
            ("TIMESTAMP", "DATETIME", false, true),
            ("TEXT", "LONGTEXT", false, true),
        ] {
            let (from, into) = (Ty::parse(from), Ty::parse(into));
            assert_eq!(seen(&from, &into), Some(Seen { narrows, rewrites }), "{from:?} {into:?}");
            let found = from.to(&into, Database::Mariadb);
            assert_eq!((found.narrows, found.rewrites), (narrows, rewrites), "{from:?} {into:?}");
        }
        assert_eq!(seen(&Ty::parse("VARCHAR(41)"), &Ty::parse("VARCHAR(42)")), None);
    }
}
