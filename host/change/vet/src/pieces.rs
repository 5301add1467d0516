//! Pieces of DDL outside parentheses. SQL Server needs no separator between two statements, and MySQL accepts a query
//! after the options of a table; so each piece is checked against the grammar of its place, and nothing more is
//! allowed.

use belljar_dialect::{Database, Reserved};
use sqlparser::tokenizer::Token;

use crate::sql::{Refused, depth, fragment, is_blank, tokens, word};

/// An option that exists in no database, or is a flag or has a value.
pub const UNKNOWN_OPTION: Refused = Refused("it is not a known option");

/// Words that may follow the first one of a type.
const OF_TYPES: &str = "PRECISION VARYING WITH WITHOUT TIME ZONE LOCAL UNSIGNED SIGNED ZEROFILL BINARY ASCII UNICODE \
    LARGE OBJECT RAW YEAR MONTH DAY HOUR MINUTE SECOND TO ARRAY BYTE CHAR CHARACTER VARCHAR TEXT INT INTEGER BIG \
    DOUBLE";

/// What MySQL has for options of a table, each with one word, number or text.
const OF_MYSQL_TABLES: &str = "auto_increment autoextend_size avg_row_length checksum collate compression \
    data_directory default_collate delay_key_write encrypted encryption encryption_key_id engine engine_attribute \
    index_directory insert_method key_block_size max_rows min_rows pack_keys page_checksum page_compressed \
    page_compression_level partitions row_format secondary_engine secondary_engine_attribute stats_auto_recalc \
    stats_persistent stats_sample_pages subpartitions tablespace transactional type";

fn among(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case(word))
}

fn is_reserved(token: &Token) -> bool {
    word(token).is_some_and(|word| Reserved::Ddl.contains(word))
}

fn is_name(token: &Token) -> bool {
    matches!(token, Token::Word(_)) && !is_reserved(token)
}

fn plain(text: &str, dialect: Database) -> Result<Vec<Token>, Refused> {
    fragment(text, dialect)?;
    Ok(tokens(text, dialect)?.into_iter().filter(|token| !is_blank(token)).collect())
}

fn unless(is_fine: bool, why: &'static str) -> Result<(), Refused> {
    if is_fine { Ok(()) } else { Err(Refused(why)) }
}

/// The tokens after a group in parentheses at the start.
fn behind_group(tokens: &[Token]) -> Option<&[Token]> {
    if !matches!(tokens.first(), Some(Token::LParen)) {
        return None;
    }
    let mut open = 0;
    for (place, token) in tokens.iter().enumerate() {
        if is_reserved_in_group(token) {
            return None;
        }
        open = depth(open, token)?;
        if open == 0 {
            return tokens.get(place + 1..);
        }
    }
    None
}

fn is_reserved_in_group(token: &Token) -> bool {
    word(token).is_some_and(|word| among("SELECT TABLE DROP EXEC EXECUTE", word))
}

/// The tokens after a name, which may have parts.
fn behind_name(tokens: &[Token]) -> Option<&[Token]> {
    let (first, mut rest) = tokens.split_first()?;
    if !is_name(first) {
        return None;
    }
    while let [Token::Period, Token::Word(_), more @ ..] = rest {
        rest = more;
    }
    Some(rest)
}

/// Checks that a text is a name that needs no quotes.
///
/// # Errors
///
/// If it is not.
pub fn bare_name(text: &str) -> Result<(), Refused> {
    let is_first = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
    let is_plain = text.starts_with(is_first)
        && text.chars().all(|letter| is_first(letter) || letter.is_ascii_digit() || letter == '$');
    unless(is_plain && !Reserved::Ddl.contains(text), "it is not a valid unquoted name")
}

/// Checks that a text is one type of a column.
///
/// # Errors
///
/// If it is not.
pub fn data_type(text: &str, dialect: Database) -> Result<(), Refused> {
    let found = plain(text, dialect)?;
    // `SET` is a type of MySQL, followed by its values.
    let behind_set = match found.as_slice() {
        [one, rest @ ..] if dialect.is_mysql() && is(one, "SET") => {
            Some(rest).filter(|rest| matches!(rest.first(), Some(Token::LParen)))
        }
        _ => None,
    };
    let is_one = behind_set.or_else(|| behind_name(&found)).is_some_and(|mut rest| {
        while !rest.is_empty() {
            match behind_part_of_type(rest) {
                Some(more) => rest = more,
                None => return false,
            }
        }
        true
    });
    unless(is_one, "it is not a single type")
}

fn behind_part_of_type(tokens: &[Token]) -> Option<&[Token]> {
    match tokens {
        [Token::LParen, ..] => behind_group(tokens),
        [Token::LBracket, Token::RBracket, rest @ ..]
        | [Token::LBracket, Token::Number(..), Token::RBracket, rest @ ..] => Some(rest),
        [one, Token::Number(..), rest @ ..] if word(one).is_some_and(|word| among("SRID", word)) => {
            Some(rest)
        }
        [one, two, rest @ ..] if is(one, "CHARACTER") && is(two, "SET") => behind_collation(rest),
        [one, rest @ ..] if is(one, "COLLATE") || is(one, "CHARSET") => behind_collation(rest),
        [one, rest @ ..] if word(one).is_some_and(|word| among(OF_TYPES, word)) => Some(rest),
        _ => None,
    }
}

fn behind_collation(tokens: &[Token]) -> Option<&[Token]> {
    match tokens {
        [Token::SingleQuotedString(_), rest @ ..] => Some(rest),
        _ => behind_name(tokens),
    }
}

fn is(token: &Token, wanted: &str) -> bool {
    word(token).is_some_and(|word| word.eq_ignore_ascii_case(wanted))
}

/// Checks that a text is a referential action of a foreign key.
///
/// # Errors
///
/// If it is not.
pub fn action(text: &str, dialect: Database) -> Result<(), Refused> {
    let found = plain(text, dialect)?;
    let is_one = match found.as_slice() {
        [one] => is(one, "CASCADE") || is(one, "RESTRICT"),
        [one, two] if is(one, "NO") => is(two, "ACTION"),
        [one, two, rest @ ..] if is(one, "SET") && (is(two, "NULL") || is(two, "DEFAULT")) => {
            let is_list = || rest.iter().all(|token| !is_reserved(token)) && behind_group(rest) == Some(&[]);
            rest.is_empty() || (dialect == Database::Postgresql && is_list())
        }
        _ => false,
    };
    unless(is_one, "it is not an action of a foreign key")
}

/// Checks that a text is one of some phrases, in any case.
///
/// # Errors
///
/// If it is not.
pub fn phrase(text: &str, known: &[&str]) -> Result<(), Refused> {
    unless(known.iter().any(|one| one.eq_ignore_ascii_case(text)), "it is not a word that is allowed there")
}

/// Checks that a text is allowed between `CREATE` and `TABLE`.
///
/// # Errors
///
/// If it is not.
pub fn prefix(text: &str) -> Result<(), Refused> {
    let known = "TEMPORARY TEMP GLOBAL LOCAL PRIVATE UNLOGGED EXTERNAL FOREIGN IMMUTABLE BLOCKCHAIN SHARDED DUPLICATED";
    unless(
        !text.is_empty() && text.split(' ').all(|word| among(known, word)),
        "it is not a known kind of table",
    )
}

/// Checks that a text is a whole exclusion constraint of PostgreSQL, with or without its name.
///
/// # Errors
///
/// If it is not.
pub fn exclusion(text: &str, dialect: Database) -> Result<(), Refused> {
    let found = plain(text, dialect)?;
    let mut rest = found.as_slice();
    if let [one, Token::Word(_), more @ ..] = rest
        && is(one, "CONSTRAINT")
    {
        rest = more;
    }
    let begins = rest.first().is_some_and(|one| is(one, "EXCLUDE"));
    while let Some((first, more)) = rest.split_first() {
        rest = match (first, more) {
            (Token::LParen, _) => {
                behind_group(rest).ok_or(Refused("it is not a single exclusion constraint"))?
            }
            (one, [Token::Word(_), more @ ..]) if is(one, "USING") => more,
            (one, more)
                if word(one).is_some_and(|word| {
                    among("EXCLUDE INCLUDE WHERE NOT DEFERRABLE INITIALLY DEFERRED IMMEDIATE", word)
                }) =>
            {
                more
            }
            _ => return Err(Refused("it is not a single exclusion constraint")),
        };
    }
    unless(begins, "it is not a single exclusion constraint")
}

/// Checks that an option of a dialect is known, and its value is valid. Both are given without the name of the dialect.
///
/// # Errors
///
/// Says what stands against it.
pub fn option(name: &str, text: &str, dialect: Database) -> Result<(), Refused> {
    let is_flag = matches!(text, "True" | "False");
    match (dialect.family(), name) {
        (_, "where") if dialect != Database::Oracle => crate::expression(text, dialect)
            .or_else(|why| crate::own_expression(text, dialect).map_err(|_| why)),
        (Database::Postgresql, "include" | "inherits") | (Database::Mssql, "include") => names(text, dialect),
        (Database::Postgresql, "ops" | "with") | (Database::Mysql, "length" | "prefix")
            if text.contains(": ") =>
        {
            pairs(text, dialect)
        }
        (Database::Postgresql, "using" | "tablespace")
        | (Database::Mysql, "using" | "with_parser")
        | (Database::Oracle, "tablespace") => name_alone(text, dialect),
        (Database::Postgresql | Database::Mysql, "partition_by") | (Database::Mysql, "subpartition_by") => {
            partition(text, dialect)
        }
        (Database::Postgresql | Database::Oracle, "on_commit") => phrase(
            &text.replace('_', " "),
            &["PRESERVE ROWS", "DELETE ROWS", "DROP", "PRESERVE DEFINITION", "DROP DEFINITION"],
        ),
        (Database::Mysql, "prefix") => phrase(text, &["FULLTEXT", "SPATIAL", "UNIQUE", "VECTOR"]),
        (Database::Mysql, "length") | (Database::Mssql, "identity_start" | "identity_increment") => {
            number(text)
        }
        (Database::Mysql, "charset" | "character_set" | "default_charset" | "default_character_set") => {
            charset(text, dialect)
        }
        // SQLAlchemy writes them as literals.
        (Database::Mysql, "comment" | "connection" | "password") => fragment(text, dialect),
        (Database::Mysql, name) if among(OF_MYSQL_TABLES, name) => atom(text, dialect),
        (
            Database::Sqlite,
            "on_conflict" | "on_conflict_primary_key" | "on_conflict_not_null" | "on_conflict_unique",
        ) => phrase(text, &["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"]),
        (Database::Oracle, "compress") if !is_flag => number(text).or_else(|_| name_alone(text, dialect)),
        (dialect, name) if is_flag && among(flags(dialect), name) => Ok(()),
        _ => Err(UNKNOWN_OPTION),
    }
}

/// Options that are given or not.
fn flags(dialect: Database) -> &'static str {
    match dialect {
        Database::Postgresql => {
            "concurrently nulls_not_distinct invalid ignore_search_path with_oids not_valid using include"
        }
        Database::Mysql | Database::Mariadb => "",
        Database::Sqlite => "autoincrement with_rowid strict",
        Database::Mssql => "clustered columnstore",
        Database::Oracle => "resolve_synonyms compress bitmap vector order on_null",
    }
}

/// Checks that a text is a whole number or a Boolean.
///
/// # Errors
///
/// If it is not.
pub fn number(text: &str) -> Result<(), Refused> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|letter| letter.is_ascii_digit());
    unless(is_number || matches!(text, "True" | "False"), "it is not a number")
}

fn name_alone(text: &str, dialect: Database) -> Result<(), Refused> {
    let found = plain(text, dialect)?;
    unless(matches!(found.as_slice(), [one] if is_name(one)), "it is not a single name")
}

/// Names that SQLAlchemy quotes.
fn names(text: &str, dialect: Database) -> Result<(), Refused> {
    text.split(", ").try_for_each(|piece| fragment(piece, dialect))
}

/// `a: b, c: d`: names, each with a name, a number or a text, and what that takes in parentheses.
fn pairs(text: &str, dialect: Database) -> Result<(), Refused> {
    text.split(", ").try_for_each(|pair| {
        let (name, value) = pair.split_once(": ").ok_or(Refused("it is no pair"))?;
        bare_name(name).or_else(|_| name_alone(name, dialect))?;
        let found = plain(value, dialect)?;
        unless(
            is_atom(&found)
                || behind_name(&found).is_some_and(|rest| rest.is_empty() || behind_group(rest) == Some(&[])),
            "it is not a single value",
        )
    })
}

fn is_atom(tokens: &[Token]) -> bool {
    match tokens {
        [Token::Number(..) | Token::SingleQuotedString(_) | Token::DoubleQuotedString(_)]
        | [Token::Minus, Token::Number(..)] => true,
        // A storage engine is called `MERGE`.
        [one] => is_name(one) || is(one, "DEFAULT") || is(one, "MERGE"),
        _ => false,
    }
}

fn atom(text: &str, dialect: Database) -> Result<(), Refused> {
    unless(is_atom(&plain(text, dialect)?), "it is not a single word, number or string")
}

fn charset(text: &str, dialect: Database) -> Result<(), Refused> {
    let found = plain(text, dialect)?;
    let is_one = match found.as_slice() {
        [one, collate, Token::Eq, other] | [one, collate, other] if is(collate, "COLLATE") => {
            is_name(one) && is_name(other)
        }
        found => is_atom(found),
    };
    unless(is_one, "it is not a single character set")
}

/// `RANGE (a)`, and for MySQL the partitions behind it.
fn partition(text: &str, dialect: Database) -> Result<(), Refused> {
    let found = plain(text, dialect)?;
    let kinds = found.iter().position(|token| matches!(token, Token::LParen)).unwrap_or_default();
    let (head, rest) = found.split_at(kinds);
    let is_head = match head {
        [one] => word(one).is_some_and(|word| among("HASH KEY RANGE LIST", word)),
        [one, two] if is(one, "LINEAR") => is(two, "HASH") || is(two, "KEY"),
        [one, two] if is(two, "COLUMNS") => is(one, "RANGE") || is(one, "LIST"),
        _ => false,
    };
    let is_end = |rest: &[Token]| match rest {
        [] => true,
        [Token::LParen, one, ..] => {
            dialect.is_mysql() && is(one, "PARTITION") && behind_group(rest) == Some(&[])
        }
        [one, Token::Number(..)] => dialect.is_mysql() && is(one, "PARTITIONS"),
        _ => false,
    };
    unless(is_head && behind_group(rest).is_some_and(is_end), "it is not a single partitioning clause")
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: [Database; 6] = Database::ALL;

    /// Suffixes that an attacker may append to a value.
    const TAILS: &[&str] = &[
        " DROP TABLE pwn",
        " AS SELECT user FROM mysql.user",
        " SELECT * FROM mysql.user",
        " (SELECT 1)",
        " EXEC sp_who",
        " exec('x')",
        "\nDROP TABLE pwn",
        "; DROP TABLE pwn",
        ", DROP COLUMN a",
        " WITH x",
        " TABLE pwn",
        " PRIMARY KEY",
        " DEFAULT 1",
        " $$x$$",
        " -- x",
        " x",
    ];

    /// Each value is accepted, and no value with a suffix.
    #[track_caller]
    fn alone(values: &[&str], check: impl Fn(&str) -> Result<(), Refused>) {
        for value in values {
            assert_eq!(check(value), Ok(()), "{value}");
            for tail in TAILS {
                assert!(check(&format!("{value}{tail}")).is_err(), "{value}{tail}");
            }
        }
        assert!(check("").is_err());
    }

    #[test]
    fn a_type_is_one() {
        let everywhere = [
            "INTEGER",
            "VARCHAR(20)",
            "NUMERIC(10, 2)",
            "DOUBLE PRECISION",
            "TIMESTAMP(3) WITHOUT TIME ZONE",
            "TIMESTAMP WITH LOCAL TIME ZONE",
            "INTERVAL DAY(2) TO SECOND(6)",
            "VARCHAR2(20 CHAR)",
            "LONG RAW",
            "BINARY LARGE OBJECT",
            "geometry(POINT,4326)",
            "vector(3)",
            "UNSIGNED BIG INT",
            "public.moods",
            "ENUM('a','b; DROP TABLE x')",
            "VARCHAR(10) COLLATE Latin1_General_CI_AS",
        ];
        for dialect in EVERY {
            alone(&everywhere, |text| data_type(text, dialect));
        }
        alone(
            &["INTEGER[]", "\"Mood\"", "VARCHAR(3) COLLATE \"de_DE\"", "s.\"Mood\"[][]", "BIT VARYING(3)"],
            |text| data_type(text, Database::Postgresql),
        );
        alone(
            &["SET('a','b')", "BIGINT UNSIGNED ZEROFILL", "VARCHAR(9) CHARACTER SET utf8 COLLATE utf8_bin"],
            |text| data_type(text, Database::Mysql),
        );
        alone(&["NVARCHAR(max)", "DATETIMEOFFSET(6)"], |text| data_type(text, Database::Mssql));
        for text in [
            "CHECK (a)",
            "AS (a)",
            "DROP TABLE x",
            "(a)",
            "VARCHAR((SELECT 1))",
            "DEFAULT 1",
            "SET x",
            "SET a = (1)",
        ] {
            assert!(EVERY.into_iter().all(|dialect| data_type(text, dialect).is_err()), "{text}");
        }
    }

    #[test]
    fn a_name_without_quotes_is_a_name() {
        alone(&["a", "_a1$", "Users"], bare_name);
        for text in
            ["b INTEGER, DROP COLUMN a, ADD COLUMN c", "1a", "a-b", "é", "a.b", "LIKE", "check", "\"a\""]
        {
            assert!(bare_name(text).is_err(), "{text}");
        }
    }

    #[test]
    fn actions_phrases_and_prefixes_are_known() {
        for dialect in EVERY {
            alone(&["CASCADE", "set null", "SET DEFAULT", "RESTRICT", "NO ACTION"], |text| {
                action(text, dialect)
            });
        }
        assert_eq!(action("SET NULL (a, b)", Database::Postgresql), Ok(()));
        assert!(action("SET NULL (a)", Database::Mssql).is_err());
        alone(&["TEMPORARY", "UNLOGGED", "GLOBAL TEMPORARY", "foreign"], prefix);
        assert!(["TABLE pwn AS SELECT", "OR REPLACE"].into_iter().all(|text| prefix(text).is_err()));
        alone(&["DEFERRED"], |text| phrase(text, &["DEFERRED"]));
        alone(&["1", "-20", "True"], number);
    }

    #[test]
    fn an_exclusion_is_one() {
        let good = [
            "EXCLUDE USING gist (room WITH =, during WITH &&)",
            "CONSTRAINT x EXCLUDE USING gist (a WITH =) WHERE (a > 0) DEFERRABLE INITIALLY DEFERRED",
        ];
        for text in good {
            assert_eq!(exclusion(text, Database::Postgresql), Ok(()), "{text}");
        }
        for text in ["EXCLUDE (a WITH =) DROP TABLE x", "CHECK (a)", "EXCLUDE (a WITH =), DROP COLUMN a"] {
            assert!(exclusion(text, Database::Postgresql).is_err(), "{text}");
        }
    }

    #[test]
    fn an_option_takes_one_value() {
        let known: &[(Database, &str, &[&str])] = &[
            (Database::Postgresql, "where", &["id > 0", "deleted_at IS NULL", "kind IN ('a', 'b')"]),
            (Database::Sqlite, "where", &["id > 0"]),
            (Database::Mssql, "where", &["[Id] = 1", "id > 0", "a IS NOT NULL AND period = 'x'"]),
            (Database::Postgresql, "using", &["gin"]),
            (Database::Postgresql, "partition_by", &["RANGE (a, b)"]),
            (Database::Postgresql, "on_commit", &["PRESERVE_ROWS", "DROP"]),
            (Database::Postgresql, "concurrently", &["True"]),
            (Database::Mysql, "engine", &["InnoDB", "MERGE"]),
            (Database::Mysql, "row_format", &["DYNAMIC", "DEFAULT"]),
            (Database::Mysql, "default_charset", &["utf8mb4"]),
            (Database::Mysql, "partition_by", &["HASH(id)", "LINEAR KEY (a)", "RANGE COLUMNS (a)"]),
            (Database::Mysql, "prefix", &["FULLTEXT"]),
            (Database::Mysql, "with_parser", &["ngram"]),
            (Database::Mysql, "length", &["10"]),
            (Database::Sqlite, "on_conflict", &["IGNORE"]),
            (Database::Mssql, "clustered", &["True", "False"]),
            (Database::Oracle, "compress", &["True", "6", "OLTP"]),
        ];
        for (dialect, name, values) in known {
            alone(values, |text| option(name, text, *dialect));
        }
        for (dialect, name, text) in [
            (Database::Mysql, "length", "a: 10, b: 20"),
            (Database::Mysql, "charset", "utf8mb4 COLLATE utf8mb4_bin"),
            (Database::Mysql, "comment", "what it is"),
            (Database::Mysql, "partition_by", "RANGE (id) (PARTITION p0 VALUES LESS THAN (9))"),
            (Database::Postgresql, "with", "fillfactor: 50, fastupdate: off"),
            (Database::Postgresql, "ops", "a: gin_trgm_ops, b: gist_trgm_ops(siglen=32)"),
            (Database::Postgresql, "include", "a, b"),
        ] {
            assert_eq!(option(name, text, dialect), Ok(()), "{name} {text}");
        }
        assert!(EVERY.into_iter().all(|dialect| option("as_select", "x", dialect).is_err()));
        assert!(option("with", "fillfactor: 50) AS SELECT (1", Database::Postgresql).is_err());
    }
}
