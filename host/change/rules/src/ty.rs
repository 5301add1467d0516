//! The properties of a type's DDL that matter to rules.

mod mariadb;
mod postgresql;

use belljar_schema::ColumnType;

use crate::Database;

/// A column type, parsed from its DDL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ty {
    /// Its name in capitals, one for all synonyms, without the parentheses.
    pub(crate) name: String,
    arguments: Vec<u32>,
    /// The text in parentheses.
    inner: String,
    /// The maximum length of a value, for an enumeration.
    longest: Option<u32>,
    zone: bool,
    array: bool,
    unsigned: bool,
    pub(crate) charset: Option<String>,
    pub(crate) collation: Option<String>,
}

/// The conversion from one type to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Conversion {
    /// Values may be truncated, rounded or rejected.
    pub(crate) narrows: bool,
    /// Every row is rewritten.
    pub(crate) rewrites: bool,
    /// The database converts values without an explicit conversion.
    pub(crate) automatic: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Integer,
    Decimal,
    Float,
    Text,
    Bytes,
    Boolean,
    Date,
    Time,
    Timestamp,
    Json,
    Other,
}

impl Ty {
    pub(crate) fn parse(text: &str) -> Self {
        let upper = text.trim().to_uppercase();
        let (before, inner, after) = match upper.split_once('(') {
            Some((before, rest)) => {
                let (inner, after) = rest.rsplit_once(')').unwrap_or((rest, ""));
                (before.trim(), inner, after)
            }
            None => (upper.as_str(), "", ""),
        };
        let words: Vec<&str> = before.split_whitespace().chain(after.split_whitespace()).collect();
        let following = |word: &str| {
            let position = words.iter().position(|one| *one == word)?;
            Some(words.get(position + 1)?.trim_matches(['"', '`', '\'']).to_lowercase())
        };
        let (charset, collation) = (following("SET"), following("COLLATE"));
        let array = upper.contains("[]") || words.first() == Some(&"ARRAY");
        let end = words.iter().position(|word| matches!(*word, "CHARACTER" | "COLLATE" | "CHARSET"));
        let end = end.filter(|end| *end > 0).unwrap_or(words.len());
        let own = words.iter().take(end).filter(|word| !matches!(**word, "UNSIGNED" | "ZEROFILL"));
        let own = own.copied().collect::<Vec<_>>().join(" ").replace("[]", "");
        let zone = own.contains("WITH TIME ZONE") || own == "TIMESTAMPTZ" || own == "TIMETZ";
        let own = own.replace(" WITH TIME ZONE", "").replace(" WITHOUT TIME ZONE", "");
        let name = match own.trim() {
            "INT" | "INT4" | "SERIAL" | "MEDIUMINT" => "INTEGER",
            "INT8" | "BIGSERIAL" => "BIGINT",
            "INT2" | "SMALLSERIAL" => "SMALLINT",
            "BOOL" => "BOOLEAN",
            "TINYINT" if inner == "1" => "BOOLEAN",
            "DECIMAL" | "DEC" | "FIXED" => "NUMERIC",
            "CHARACTER VARYING" | "NVARCHAR" => "VARCHAR",
            "CHARACTER" | "NCHAR" | "BPCHAR" => "CHAR",
            "DOUBLE" | "FLOAT8" => "DOUBLE PRECISION",
            "FLOAT4" => "REAL",
            "TIMESTAMPTZ" => "TIMESTAMP",
            "TIMETZ" => "TIME",
            other => other,
        };
        let arguments = inner.split(',').filter_map(|one| one.trim().parse().ok()).collect();
        let unsigned = words.contains(&"UNSIGNED");
        let inner = inner.to_owned();
        Self {
            name: name.to_owned(),
            arguments,
            inner,
            longest: None,
            zone,
            array,
            unsigned,
            charset,
            collation,
        }
    }

    /// A column's type in a database; `None` if it has none there.
    pub(crate) fn from_column(ty: &ColumnType, dialect: Database) -> Option<Self> {
        let letters = |value: &String| u32::try_from(value.chars().count()).ok();
        let longest = ty.enum_values.iter().flatten().filter_map(letters).max();
        Some(Self { longest, ..Self::parse(ty.ddl(dialect)?) })
    }

    /// The base type of a domain, and whether the domain constrains it, by its statement.
    pub(crate) fn of_domain(statement: &str) -> Option<(Self, bool)> {
        let upper = statement.to_uppercase();
        let (start, words) =
            (upper.find(" AS ")? + 4, [" COLLATE ", " DEFAULT ", " CONSTRAINT ", " CHECK", " NOT NULL"]);
        let rest = upper.get(start..)?;
        let end = words.iter().filter_map(|word| rest.find(word)).min().unwrap_or(rest.len());
        let limited = rest.contains(" CHECK") || rest.contains(" NOT NULL");
        Some((Self::parse(rest.get(..end)?.trim_end_matches(';')), limited))
    }

    /// Its name with its time zone, and without numbers.
    fn key(&self) -> String {
        match self.name.as_str() {
            "TIME" | "TIMESTAMP" if self.zone => format!("{} WITH TIME ZONE", self.name),
            name if name.starts_with("INTERVAL") => "INTERVAL".to_owned(),
            name => name.to_owned(),
        }
    }

    pub(crate) fn is_integer(&self) -> bool {
        self.family() == Family::Integer
    }

    /// Whether its values are numbers.
    pub(crate) fn is_number(&self) -> bool {
        is_number(self.family())
    }

    /// The smallest and the largest value of an integer type.
    pub(crate) fn range(&self) -> Option<(i128, i128)> {
        let bits = match self.name.as_str() {
            _ if self.array => return None,
            "TINYINT" => 8,
            "SMALLINT" => 16,
            "INTEGER" => 32,
            "BIGINT" => 64,
            _ => return None,
        };
        let (whole, half) = (1_i128 << bits, 1_i128 << (bits - 1));
        Some(if self.unsigned { (0, whole - 1) } else { (-half, half - 1) })
    }

    /// The digits of a decimal number before and after its point, if it has a limit.
    pub(crate) fn decimal_digits(&self) -> Option<(u32, u32)> {
        self.digits().filter(|_| self.family() == Family::Decimal && self.name == "NUMERIC")
    }

    /// PostgreSQL's name of a type whose values it can test without converting them; `None` for others.
    pub(crate) fn builtin_name(&self) -> Option<&'static str> {
        Some(match (self.name.as_str(), self.zone) {
            _ if self.array => return None,
            ("SMALLINT", _) => "smallint",
            ("INTEGER", _) => "integer",
            ("BIGINT", _) => "bigint",
            ("NUMERIC", _) => "numeric",
            ("REAL", _) => "real",
            ("DOUBLE PRECISION" | "FLOAT", _) => "double precision",
            ("BOOLEAN", _) => "boolean",
            ("DATE", _) => "date",
            ("TIME", false) => "time",
            ("TIMESTAMP", false) => "timestamp without time zone",
            ("TIMESTAMP", true) => "timestamp with time zone",
            ("UUID", _) => "uuid",
            ("JSON", _) => "json",
            ("JSONB", _) => "jsonb",
            ("INET", _) => "inet",
            _ => return None,
        })
    }

    pub(crate) fn is_text(&self) -> bool {
        self.family() == Family::Text
    }

    /// Its limit on length, if it has one.
    pub(crate) fn length(&self) -> Option<u32> {
        self.arguments.first().copied()
    }

    /// A timestamp with or without a time zone.
    pub(crate) fn zone(&self) -> Option<bool> {
        matches!(self.family(), Family::Timestamp | Family::Time).then_some(self.zone)
    }

    fn family(&self) -> Family {
        if self.array {
            return Family::Other;
        }
        match self.name.as_str() {
            "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" | "YEAR" => Family::Integer,
            "NUMERIC" | "MONEY" => Family::Decimal,
            "REAL" | "DOUBLE PRECISION" | "FLOAT" => Family::Float,
            "VARCHAR" | "CHAR" | "TEXT" | "TINYTEXT" | "MEDIUMTEXT" | "LONGTEXT" | "CITEXT" | "CLOB" => {
                Family::Text
            }
            "BYTEA" | "BLOB" | "TINYBLOB" | "MEDIUMBLOB" | "LONGBLOB" | "BINARY" | "VARBINARY" => {
                Family::Bytes
            }
            "BOOLEAN" => Family::Boolean,
            "DATE" => Family::Date,
            "TIME" => Family::Time,
            "TIMESTAMP" | "DATETIME" => Family::Timestamp,
            "JSON" | "JSONB" => Family::Json,
            _ => Family::Other,
        }
    }

    /// Its capacity, in the unit of its family; the maximum if there is no limit.
    fn capacity(&self, dialect: Database) -> u64 {
        let length = self.length().map(u64::from);
        match self.name.as_str() {
            "TINYINT" => 8,
            "SMALLINT" => 16,
            "INTEGER" => 32,
            "BIGINT" => 64,
            "REAL" => 24,
            "FLOAT" if length.is_none_or(|digits| digits <= 24) && dialect != Database::Postgresql => 24,
            "FLOAT" if length.is_some_and(|digits| digits <= 24) => 24,
            "DOUBLE PRECISION" | "FLOAT" => 53,
            "TINYTEXT" | "TINYBLOB" => 255,
            "TEXT" | "BLOB" if dialect.is_mysql() => length.unwrap_or(65_535),
            "MEDIUMTEXT" | "MEDIUMBLOB" => 16_777_215,
            "LONGTEXT" | "LONGBLOB" => 4_294_967_295,
            "CHAR" | "BINARY" => length.unwrap_or(1),
            "TIMESTAMP" | "DATETIME" | "TIME" => {
                length.unwrap_or(if dialect == Database::Postgresql { 6 } else { 0 })
            }
            _ => length.unwrap_or(u64::MAX),
        }
    }

    /// The maximum length of a written value, if known.
    fn written(&self) -> Option<u32> {
        match self.name.as_str() {
            _ if self.longest.is_some() => self.longest,
            _ if self.array => None,
            "BOOLEAN" => Some(5),
            "TINYINT" => Some(4),
            "SMALLINT" => Some(6),
            "INTEGER" => Some(11),
            "BIGINT" => Some(20),
            "NUMERIC" => Some(self.length()? + 2),
            "DATE" => Some(10),
            "TIME" => Some(21),
            "TIMESTAMP" | "DATETIME" => Some(32),
            "UUID" => Some(36),
            _ => None,
        }
    }

    /// Digits before and after the decimal point, if limited.
    fn digits(&self) -> Option<(u32, u32)> {
        let precision = self.length()?;
        let scale = self.arguments.get(1).copied().unwrap_or(0);
        Some((precision.saturating_sub(scale), scale))
    }

    /// The conversion of a column of this type to another.
    pub(crate) fn to(&self, other: &Self, dialect: Database) -> Conversion {
        if dialect == Database::Postgresql {
            return postgresql::conversion(self, other);
        }
        let (from, into) = (self.family(), other.family());
        let is_counted = |family| is_number(family) || family == Family::Boolean;
        let is_date = |family| matches!(family, Family::Date | Family::Timestamp);
        let automatic = dialect == Database::Sqlite
            || from == into
            || is_counted(from) && is_counted(into)
            || is_date(from) && is_date(into)
            || into == Family::Text;
        let rewrites = dialect == Database::Sqlite || !self.same_storage_in_mysql(other);
        let found = Conversion { narrows: self.narrowed_by(other, dialect), rewrites, automatic };
        match mariadb::seen(self, other).filter(|_| dialect == Database::Mariadb) {
            Some(seen) => {
                // Which digits are lost depends on the value; measured samples kept them.
                let is_rounded = matches!(
                    (from, into),
                    (Family::Decimal, Family::Float) | (Family::Float, Family::Decimal)
                );
                let narrows = seen.narrows || (is_rounded && found.narrows);
                Conversion { narrows: narrows && automatic, rewrites: seen.rewrites, automatic }
            }
            None => found,
        }
    }

    fn narrowed_by(&self, other: &Self, dialect: Database) -> bool {
        let smaller = || {
            let gains_sign = self.unsigned != other.unsigned;
            other.capacity(dialect) < self.capacity(dialect) || (gains_sign && other.is_integer())
        };
        match (self.family(), other.family()) {
            (Family::Decimal, Family::Decimal) => match (self.digits(), other.digits()) {
                (_, None) => false,
                (None, Some(_)) => true,
                (Some((whole, part)), Some((other_whole, other_part))) => {
                    other_whole < whole || other_part < part
                }
            },
            (Family::Integer, Family::Decimal) => {
                let needed = if self.capacity(dialect) > 32 { 19 } else { 10 };
                other.digits().is_some_and(|(whole, _)| whole < needed)
            }
            (Family::Decimal, Family::Integer) => {
                let most = match other.capacity(dialect) {
                    0..=8 => 2,
                    9..=16 => 4,
                    17..=32 => 9,
                    _ => 18,
                };
                !self.digits().is_some_and(|(whole, part)| part == 0 && whole <= most)
            }
            (Family::Float, Family::Integer)
            | (Family::Integer | Family::Decimal | Family::Float, Family::Boolean)
            | (Family::Decimal, Family::Float)
            | (Family::Timestamp, Family::Date | Family::Time) => true,
            (Family::Float, Family::Decimal) => other.digits().is_some(),
            (Family::Integer, Family::Float) => {
                self.capacity(dialect) >= 64 || (self.capacity(dialect) >= 32 && other.capacity(dialect) < 53)
            }
            (Family::Other, Family::Other) => false,
            (from, Family::Text) if from != Family::Text => match (other.length(), self.written()) {
                (Some(length), Some(written)) => length < written,
                _ => false,
            },
            (from, into) if from == into => smaller(),
            _ => false,
        }
    }

    /// Whether MySQL changes the table in place: only for a longer `VARCHAR` whose length needs the same number of
    /// bytes.
    fn same_storage_in_mysql(&self, other: &Self) -> bool {
        // Four bytes for a character, as in `utf8mb4`.
        let long = |length: u32| length.saturating_mul(4) > 255;
        let same = self.charset == other.charset && self.collation == other.collation;
        match (self.name.as_str(), other.name.as_str(), self.length(), other.length()) {
            ("VARCHAR", "VARCHAR", Some(old), Some(new)) => same && new >= old && long(old) == long(new),
            _ => self == other,
        }
    }
}

fn is_number(family: Family) -> bool {
    matches!(family, Family::Integer | Family::Decimal | Family::Float)
}

/// Whether a limit is not lowered.
fn grows(old: Option<u32>, new: Option<u32>) -> bool {
    match (old, new) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(old), Some(new)) => new >= old,
    }
}

#[cfg(test)]
mod tests {
    use super::Ty;
    use crate::Database::{self, Mysql, Postgresql};

    /// `narrows rewrites automatic` as letters.
    fn letters(dialect: Database, from: &str, into: &str) -> String {
        let found = Ty::parse(from).to(&Ty::parse(into), dialect);
        let letter = |is, letter| if is { letter } else { '-' };
        [letter(found.narrows, 'n'), letter(found.rewrites, 'r'), letter(found.automatic, 'a')]
            .iter()
            .collect()
    }

    #[test]
    fn conversions() {
        let cases = [
            (Postgresql, "VARCHAR(50)", "VARCHAR(60)", "--a"),
            (Postgresql, "VARCHAR(50)", "VARCHAR(40)", "nra"),
            (Postgresql, "VARCHAR(50)", "TEXT", "--a"),
            (Postgresql, "TEXT", "VARCHAR(50)", "nra"),
            (Postgresql, "INTEGER", "BIGINT", "-ra"),
            (Postgresql, "BIGINT", "INTEGER", "nra"),
            (Postgresql, "NUMERIC(10, 2)", "NUMERIC(12, 2)", "--a"),
            (Postgresql, "NUMERIC(10, 2)", "NUMERIC(10, 4)", "nra"),
            // Fifteen digits are preserved.
            (Postgresql, "NUMERIC(10, 2)", "DOUBLE PRECISION", "-ra"),
            (Postgresql, "NUMERIC(20, 2)", "DOUBLE PRECISION", "nra"),
            (Postgresql, "TIMESTAMP WITHOUT TIME ZONE", "TIMESTAMP WITH TIME ZONE", "-ra"),
            (Postgresql, "TIMESTAMP WITHOUT TIME ZONE", "DATE", "nra"),
            (Postgresql, "VARCHAR(50)", "INTEGER", "-r-"),
            (Postgresql, "INTEGER", "BOOLEAN", "-r-"),
            (Mysql, "INTEGER", "BOOL", "nra"),
            (Mysql, "DATE", "DATETIME", "-ra"),
            (Postgresql, "TIMESTAMP WITHOUT TIME ZONE", "VARCHAR(64)", "-ra"),
            (Postgresql, "BIGINT", "VARCHAR(10)", "nra"),
            (Postgresql, "UUID", "VARCHAR(32)", "nra"),
            (Postgresql, "VARCHAR(36)", "UUID", "-r-"),
            (Postgresql, "TEXT", "TEXT[]", "-r-"),
            (Postgresql, "JSON", "JSONB", "-ra"),
            (Postgresql, "NUMERIC(12, 0)", "BIGINT", "-ra"),
            (Postgresql, "CIDR", "INET", "--a"),
            (Postgresql, "INET", "CIDR", "nra"),
            (Postgresql, "INTEGER[]", "BIGINT[]", "-ra"),
            (Postgresql, "BIGINT[]", "INTEGER[]", "nra"),
            (Postgresql, "TEXT", "CITEXT", "--a"),
            (Postgresql, "FLOAT", "FLOAT(10)", "nra"),
            (Postgresql, "vector(3)", "vector(4)", "nra"),
            (Postgresql, "geometry", "geography", "-r-"),
            (Mysql, "NUMERIC(12, 0)", "BIGINT", "-ra"),
            (Mysql, "NUMERIC(12, 2)", "BIGINT", "nra"),
            (Postgresql, "INTEGER", "TEXT", "-ra"),
            (Postgresql, "TEXT", "TEXT COLLATE \"C\"", "--a"),
            (Mysql, "VARCHAR(50)", "VARCHAR(60)", "--a"),
            (Mysql, "VARCHAR(50)", "VARCHAR(100)", "-ra"),
            (Mysql, "LONGTEXT", "TEXT", "nra"),
            (Mysql, "INTEGER", "INTEGER UNSIGNED", "nra"),
            (Mysql, "VARCHAR(50)", "VARCHAR(50) CHARACTER SET utf8mb4", "-ra"),
        ];
        for (dialect, from, into, expected) in cases {
            assert_eq!(letters(dialect, from, into), expected, "{from} -> {into} in {dialect}");
        }
    }
}
