use std::fmt;

use belljar_dialect::Database;
use sqlparser::{
    dialect::GenericDialect,
    tokenizer::{Token, Tokenizer},
};

use super::tokens::is_plain;
use crate::Aspect;

/// The DDL of a type, taken apart, with one name for what has several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypeText {
    /// Its name, in capitals; in quotes if it needs them.
    name: String,
    arguments: Vec<String>,
    zone: Option<bool>,
    collation: Option<String>,
    /// The rest, such as `[]`.
    rest: String,
}

impl TypeText {
    /// Reads any text; what can't be taken apart is all name.
    pub(crate) fn parse(text: &str, dialect: Database) -> Self {
        Self::plain(text).in_dialect(dialect)
    }

    /// Parses a text without the synonyms of a dialect.
    pub(crate) fn plain(text: &str) -> Self {
        Self::parts(text).unwrap_or_else(|| Self::named(text.trim()))
    }

    /// The same with the names that a dialect gives to it.
    pub(crate) fn in_dialect(mut self, dialect: Database) -> Self {
        self.alias(dialect);
        self
    }

    fn named(name: &str) -> Self {
        Self { name: name.to_owned(), arguments: vec![], zone: None, collation: None, rest: String::new() }
    }

    fn parts(text: &str) -> Option<Self> {
        let tokens = Tokenizer::new(&GenericDialect {}, text).tokenize().ok()?;
        let mut tokens = tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_))).peekable();
        let mut found = Self::named("");
        let mut words: Vec<String> = vec![];
        while let Some(token) = tokens.next() {
            match token {
                Token::LParen if found.arguments.is_empty() => found.arguments = arguments(&mut tokens)?,
                Token::Word(word)
                    if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("collate") =>
                {
                    found.collation = Some(tokens.next()?.to_string().trim_matches('"').to_owned());
                }
                Token::Word(word) if word.quote_style.is_none() || is_plain(&word.value) => {
                    words.push(word.value.to_uppercase());
                }
                Token::Word(_) | Token::Period => words.push(token.to_string()),
                other => found.rest += &other.to_string(),
            }
        }
        found.name = words.join(" ").replace(" . ", ".");
        for (text, zone) in [(" WITH TIME ZONE", true), (" WITHOUT TIME ZONE", false)] {
            if let Some(name) = found.name.strip_suffix(text) {
                (found.name, found.zone) = (name.to_owned(), Some(zone));
            }
        }
        Some(found)
    }

    fn alias(&mut self, dialect: Database) {
        let name = match self.name.as_str() {
            "INT" => "INTEGER",
            "DEC" | "DECIMAL" if dialect != Database::Oracle => "NUMERIC",
            "CHARACTER VARYING" | "CHAR VARYING" => "VARCHAR",
            "CHARACTER" => "CHAR",
            other => Self::own(other, dialect),
        };
        self.name = name.to_owned();
        match dialect {
            Database::Postgresql => self.postgresql(),
            Database::Mysql | Database::Mariadb => self.mysql(),
            Database::Sqlite | Database::Mssql | Database::Oracle => {}
        }
    }

    /// The names that one dialect alone has.
    fn own(name: &str, dialect: Database) -> &str {
        match (dialect.family(), name) {
            (Database::Postgresql, "INT2") => "SMALLINT",
            (Database::Postgresql, "INT4") => "INTEGER",
            (Database::Postgresql, "INT8") => "BIGINT",
            (Database::Postgresql, "FLOAT4") => "REAL",
            (Database::Postgresql, "FLOAT8") => "DOUBLE PRECISION",
            (Database::Postgresql, "BOOL") => "BOOLEAN",
            (Database::Postgresql, "VARBIT") => "BIT VARYING",
            (Database::Mysql, "DOUBLE PRECISION" | "REAL") => "DOUBLE",
            (Database::Mysql, "FIXED") => "NUMERIC",
            (Database::Mssql, "DOUBLE PRECISION") => "FLOAT",
            _ => name,
        }
    }

    fn postgresql(&mut self) {
        // "The current implementation does not enforce the declared number of dimensions either", nor the sizes.
        // https://www.postgresql.org/docs/18/arrays.html
        if self.rest.starts_with('[')
            && self.rest.chars().all(|one| matches!(one, '[' | ']') || one.is_ascii_digit())
        {
            "[]".clone_into(&mut self.rest);
        }
        match self.name.as_str() {
            "TIMESTAMPTZ" | "TIMETZ" => {
                self.name.truncate(self.name.len() - 2);
                self.zone = Some(true);
            }
            "TIMESTAMP" | "TIME" => self.zone = Some(self.zone.unwrap_or(false)),
            "NUMERIC" if self.arguments.len() == 1 => self.arguments.push("0".to_owned()),
            "CHAR" if self.arguments.is_empty() => self.arguments.push("1".to_owned()),
            "FLOAT" => {
                let bits: Option<u32> = self.arguments.first().map_or(Some(53), |bits| bits.parse().ok());
                let name = match bits {
                    Some(1..=24) => "REAL",
                    Some(25..=53) => "DOUBLE PRECISION",
                    _ => return,
                };
                *self = Self { arguments: vec![], name: name.to_owned(), ..self.clone() };
            }
            _ => {}
        }
    }

    fn mysql(&mut self) {
        match (self.name.as_str(), self.arguments.len()) {
            ("BOOL" | "BOOLEAN", 0) => {
                (self.name, self.arguments) = ("TINYINT".to_owned(), vec!["1".to_owned()]);
            }
            ("NUMERIC", 0) => self.arguments = vec!["10".to_owned(), "0".to_owned()],
            ("NUMERIC", 1) => self.arguments.push("0".to_owned()),
            ("CHAR", 0) => self.arguments.push("1".to_owned()),
            // The smallest type that has room for so many bytes.
            ("BLOB", 1) => {
                let bytes = self.arguments.first().and_then(|bytes| bytes.parse::<u64>().ok());
                let name = match bytes {
                    Some(0..=255) => "TINYBLOB",
                    Some(256..=65_535) => "BLOB",
                    Some(65_536..=16_777_215) => "MEDIUMBLOB",
                    Some(16_777_216..) => "LONGBLOB",
                    None => return,
                };
                (self.name, self.arguments) = (name.to_owned(), vec![]);
            }
            // "A precision from 0 to 23 results in a FLOAT column, one from 24 to 53 in a DOUBLE column"; the servers take 24 for FLOAT.
            ("FLOAT", 1) => {
                let bits = self.arguments.first().and_then(|bits| bits.parse::<u32>().ok());
                let name = match bits {
                    Some(0..=24) => "FLOAT",
                    Some(25..=53) => "DOUBLE",
                    _ => return,
                };
                (self.name, self.arguments) = (name.to_owned(), vec![]);
            }
            _ => {}
        }
    }

    /// A plain name with a time zone at most.
    pub(crate) fn is_bare(&self) -> bool {
        self.arguments.is_empty() && self.collation.is_none() && self.rest.is_empty()
    }

    /// Holds every whole number of nine digits.
    pub(crate) fn is_integer(&self) -> bool {
        self.is_bare() && matches!(self.name.as_str(), "INTEGER" | "BIGINT")
    }

    /// An integer type of any size, as used for numbered keys.
    pub(crate) fn is_whole_number(&self) -> bool {
        let name = self.name.strip_suffix(" UNSIGNED").unwrap_or(&self.name);
        self.rest.is_empty()
            && matches!(name, "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INTEGER" | "INT" | "BIGINT")
    }

    pub(crate) fn is_boolean(&self) -> bool {
        self.is_bare() && self.name == "BOOLEAN"
    }

    /// The aspect of a type that differs, other than the type itself.
    pub(crate) fn difference(&self, other: &Self) -> Vec<Aspect> {
        if self.name != other.name || self.rest != other.rest {
            return vec![];
        }
        let mut found = vec![];
        if self.arguments != other.arguments {
            let counts =
                ["CHAR", "BIT", "BINARY", "RAW", "VECTOR"].iter().any(|part| self.name.contains(part));
            let values = matches!(self.name.as_str(), "ENUM" | "SET");
            found.push(if values {
                Aspect::Values
            } else if counts {
                Aspect::Length
            } else {
                Aspect::Precision
            });
        }
        if self.zone != other.zone {
            found.push(Aspect::Timezone);
        }
        if self.collation != other.collation {
            found.push(Aspect::Collation);
        }
        found
    }
}

/// The text between parentheses, split at commas.
fn arguments<'a>(tokens: &mut impl Iterator<Item = &'a Token>) -> Option<Vec<String>> {
    let (mut found, mut depth) = (vec![String::new()], 0_u32);
    for token in tokens {
        match token {
            Token::RParen if depth == 0 => return Some(found),
            Token::Comma if depth == 0 => found.push(String::new()),
            other => {
                match other {
                    Token::LParen => depth += 1,
                    Token::RParen => depth -= 1,
                    _ => {}
                }
                let last = found.last_mut()?;
                if !last.is_empty() {
                    last.push(' ');
                }
                *last += &other.to_string();
            }
        }
    }
    None
}

impl fmt::Display for TypeText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.name)?;
        if !self.arguments.is_empty() {
            write!(out, "({})", self.arguments.join(", "))?;
        }
        match self.zone {
            Some(true) => write!(out, " WITH TIME ZONE")?,
            Some(false) => write!(out, " WITHOUT TIME ZONE")?,
            None => {}
        }
        if let Some(collation) = &self.collation {
            write!(out, " COLLATE \"{collation}\"")?;
        }
        write!(out, "{}", self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::{Aspect, Database, TypeText};

    #[test]
    fn names_of_one_type() {
        use Database::{Mysql, Oracle, Postgresql, Sqlite};
        let cases = [
            (Postgresql, "INT", "INTEGER"),
            (Postgresql, "int8", "BIGINT"),
            (Postgresql, "VARCHAR(50)", "character varying ( 50 )"),
            (Postgresql, "NUMERIC(10)", "DECIMAL(10, 0)"),
            (Postgresql, "TIMESTAMP", "TIMESTAMP WITHOUT TIME ZONE"),
            (Postgresql, "TIMESTAMP(3) WITH TIME ZONE", "timestamptz(3)"),
            (Postgresql, "FLOAT", "DOUBLE PRECISION"),
            (Postgresql, "FLOAT(10)", "REAL"),
            (Postgresql, "INT[]", "INTEGER[]"),
            (Postgresql, "INTEGER[]", "INTEGER[][]"),
            (Postgresql, "INTEGER[]", "INTEGER[3]"),
            (Postgresql, "app.status", "\"app\".\"status\""),
            (Mysql, "BOOL", "TINYINT(1)"),
            (Mysql, "NUMERIC(10, 2)", "DECIMAL(10,2)"),
            (Mysql, "DOUBLE", "DOUBLE PRECISION"),
            (Sqlite, "INT", "INTEGER"),
            (Oracle, "VARCHAR2(50 CHAR)", "varchar2(50 char)".to_uppercase().as_str()),
        ]
        .map(|(dialect, one, other)| (dialect, one.to_owned(), other.to_owned()));
        for (dialect, one, other) in cases {
            assert_eq!(TypeText::parse(&one, dialect), TypeText::parse(&other, dialect), "{one} / {other}");
        }
    }

    #[test]
    fn what_differs_in_a_type() {
        let cases = [
            ("VARCHAR(50)", "VARCHAR(60)", vec![Aspect::Length]),
            ("VARCHAR(50)", "VARCHAR", vec![Aspect::Length]),
            ("NUMERIC(10, 2)", "NUMERIC(12, 2)", vec![Aspect::Precision]),
            ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE", vec![Aspect::Timezone]),
            ("TIMESTAMP(3)", "TIMESTAMPTZ", vec![Aspect::Precision, Aspect::Timezone]),
            ("TEXT", "TEXT COLLATE \"de_DE\"", vec![Aspect::Collation]),
            ("ENUM('a','b')", "ENUM('a')", vec![Aspect::Values]),
            ("INTEGER", "BIGINT", vec![]),
            ("INTEGER", "INTEGER[]", vec![]),
            ("\"Status\"", "status", vec![]),
        ];
        for (one, other, expected) in cases {
            let read = |text| TypeText::parse(text, Database::Postgresql);
            assert_ne!(read(one), read(other), "{one} / {other}");
            assert_eq!(read(one).difference(&read(other)), expected, "{one} / {other}");
        }
    }
}
