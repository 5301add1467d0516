//! Pieces of DDL outside parentheses. SQL Server needs no separator between two statements, and MySQL accepts a query
//! after the options of a table; so each piece is checked against the grammar of its place, and nothing more is
//! allowed.

use sqlparser::tokenizer::Token;

use crate::sql::{Dialect, Refused, depth, fragment, is_blank, tokens};

/// An option that exists in no database, or is a flag or has a value.
pub const UNKNOWN_OPTION: Refused = Refused("it is not a known option");

/// Words that begin a statement, a query, a constraint or another item of a table. Unquoted, none is a name or a type.
const RESERVED: &str = "ADD ALTER ANALYZE AS BACKUP BEGIN BULK CALL CHECK CHECKPOINT CLOSE COLUMN COMMENT COMMIT \
    CONSTRAINT CREATE DBCC DEALLOCATE DECLARE DEFAULT DELETE DENY DISABLE DO DROP ENABLE END EXCLUDE EXEC EXECUTE \
    EXPLAIN FETCH FOREIGN FROM FULLTEXT GENERATED GO GOTO GRANT HANDLER IF IGNORE INDEX INSERT INTO KEY KILL LIKE LOAD \
    LOCK MERGE NOT NULL OPEN PARTITION PERIOD PRIMARY PRINT RAISERROR RECONFIGURE REFERENCES RENAME REPLACE RESTORE \
    RETURN REVERT REVOKE ROLLBACK SAVE SELECT SET SHUTDOWN SPATIAL TABLE THROW TRUNCATE UNION UNIQUE UPDATE USE VALUES \
    WAITFOR WHERE WHILE WITH";

/// Words that may follow the first word of a type.
const OF_TYPES: &str = "PRECISION VARYING WITH WITHOUT TIME ZONE LOCAL UNSIGNED SIGNED ZEROFILL BINARY ASCII UNICODE \
    LARGE OBJECT RAW YEAR MONTH DAY HOUR MINUTE SECOND TO ARRAY BYTE CHAR CHARACTER VARCHAR TEXT INT INTEGER BIG \
    DOUBLE";

/// Reserved words of SQL Server that begin a statement.
const OF_STATEMENTS: &str = "ALTER BACKUP BEGIN BULK CHECKPOINT CLOSE COMMIT CREATE DBCC DEALLOCATE DECLARE DELETE \
    DENY DROP EXEC EXECUTE FETCH GOTO GRANT IF INSERT KILL MERGE OPEN PRINT RAISERROR RECONFIGURE RESTORE RETURN \
    REVERT REVOKE ROLLBACK SAVE SELECT SET SHUTDOWN TABLE TRUNCATE UPDATE USE WAITFOR WHILE WITH";

/// Table options of MySQL, each with one word, number or string.
const OF_MYSQL_TABLES: &str = "auto_increment autoextend_size avg_row_length checksum collate compression \
    data_directory default_collate delay_key_write encrypted encryption encryption_key_id engine engine_attribute \
    index_directory insert_method key_block_size max_rows min_rows pack_keys page_checksum page_compressed \
    page_compression_level partitions row_format secondary_engine secondary_engine_attribute stats_auto_recalc \
    stats_persistent stats_sample_pages subpartitions tablespace transactional type";

fn among(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case(word))
}

/// An unquoted word.
fn word(token: &Token) -> Option<&str> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(&word.value),
        _ => None,
    }
}

fn is_reserved(token: &Token) -> bool {
    word(token).is_some_and(|word| among(RESERVED, word))
}

/// Whether a word begins a statement in SQL Server.
pub(crate) fn begins_statement(token: &Token) -> bool {
    word(token).is_some_and(|word| among(OF_STATEMENTS, word))
}

fn is_name(token: &Token) -> bool {
    matches!(token, Token::Word(_)) && !is_reserved(token)
}

fn plain(text: &str, dialect: Dialect) -> Result<Vec<Token>, Refused> {
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
    unless(is_plain && !among(RESERVED, text), "it is not a valid unquoted name")
}

/// Checks that a text is one type of a column.
///
/// # Errors
///
/// If it is not.
pub fn data_type(text: &str, dialect: Dialect) -> Result<(), Refused> {
    let found = plain(text, dialect)?;
    // `SET` is a type of MySQL, followed by its values.
    let behind_set = match found.as_slice() {
        [one, rest @ ..] if dialect == Dialect::Mysql && is(one, "SET") => {
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
pub fn action(text: &str, dialect: Dialect) -> Result<(), Refused> {
    let found = plain(text, dialect)?;
    let is_one = match found.as_slice() {
        [one] => is(one, "CASCADE") || is(one, "RESTRICT"),
        [one, two] if is(one, "NO") => is(two, "ACTION"),
        [one, two, rest @ ..] if is(one, "SET") && (is(two, "NULL") || is(two, "DEFAULT")) => {
            let is_list = || rest.iter().all(|token| !is_reserved(token)) && behind_group(rest) == Some(&[]);
            rest.is_empty() || (dialect == Dialect::Postgresql && is_list())
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
pub fn exclusion(text: &str, dialect: Dialect) -> Result<(), Refused> {
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
/// The reason why it is not allowed.
pub fn option(name: &str, text: &str, dialect: Dialect) -> Result<(), Refused> {
    let is_flag = matches!(text, "True" | "False");
    match (dialect, name) {
        (_, "where") if dialect != Dialect::Oracle => crate::expression(text, dialect)
            .or_else(|why| crate::own_expression(text, dialect).map_err(|_| why)),
        (Dialect::Postgresql, "include" | "inherits") | (Dialect::Mssql, "include") => names(text, dialect),
        (Dialect::Postgresql, "ops" | "with") | (Dialect::Mysql, "length" | "prefix")
            if text.contains(": ") =>
        {
            pairs(text, dialect)
        }
        (Dialect::Postgresql, "using" | "tablespace")
        | (Dialect::Mysql, "using" | "with_parser")
        | (Dialect::Oracle, "tablespace") => name_alone(text, dialect),
        (Dialect::Postgresql | Dialect::Mysql, "partition_by") | (Dialect::Mysql, "subpartition_by") => {
            partition(text, dialect)
        }
        (Dialect::Postgresql | Dialect::Oracle, "on_commit") => phrase(
            &text.replace('_', " "),
            &["PRESERVE ROWS", "DELETE ROWS", "DROP", "PRESERVE DEFINITION", "DROP DEFINITION"],
        ),
        (Dialect::Mysql, "prefix") => phrase(text, &["FULLTEXT", "SPATIAL", "UNIQUE", "VECTOR"]),
        (Dialect::Mysql, "length") | (Dialect::Mssql, "identity_start" | "identity_increment") => {
            number(text)
        }
        (Dialect::Mysql, "charset" | "character_set" | "default_charset" | "default_character_set") => {
            charset(text, dialect)
        }
        // SQLAlchemy writes them as literals.
        (Dialect::Mysql, "comment" | "connection" | "password") => fragment(text, dialect),
        (Dialect::Mysql, name) if among(OF_MYSQL_TABLES, name) => atom(text, dialect),
        (
            Dialect::Sqlite,
            "on_conflict" | "on_conflict_primary_key" | "on_conflict_not_null" | "on_conflict_unique",
        ) => phrase(text, &["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"]),
        (Dialect::Oracle, "compress") if !is_flag => number(text).or_else(|_| name_alone(text, dialect)),
        (dialect, name) if is_flag && among(flags(dialect), name) => Ok(()),
        _ => Err(UNKNOWN_OPTION),
    }
}

/// Options that are flags.
fn flags(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgresql => {
            "concurrently nulls_not_distinct invalid ignore_search_path with_oids not_valid using include"
        }
        Dialect::Mysql => "",
        Dialect::Sqlite => "autoincrement with_rowid strict",
        Dialect::Mssql => "clustered columnstore",
        Dialect::Oracle => "resolve_synonyms compress bitmap vector order on_null",
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

fn name_alone(text: &str, dialect: Dialect) -> Result<(), Refused> {
    let found = plain(text, dialect)?;
    unless(matches!(found.as_slice(), [one] if is_name(one)), "it is not a single name")
}

/// Checks names that SQLAlchemy quotes.
fn names(text: &str, dialect: Dialect) -> Result<(), Refused> {
    text.split(", ").try_for_each(|piece| fragment(piece, dialect))
}

/// Checks `a: b, c: d`: names, each with a name, a number or a string, and their arguments in parentheses.
fn pairs(text: &str, dialect: Dialect) -> Result<(), Refused> {
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

fn atom(text: &str, dialect: Dialect) -> Result<(), Refused> {
    unless(is_atom(&plain(text, dialect)?), "it is not a single word, number or string")
}

fn charset(text: &str, dialect: Dialect) -> Result<(), Refused> {
    let found = plain(text, dialect)?;
    let is_one = match found.as_slice() {
        [one, collate, Token::Eq, other] | [one, collate, other] if is(collate, "COLLATE") => {
            is_name(one) && is_name(other)
        }
        found => is_atom(found),
    };
    unless(is_one, "it is not a single character set")
}

/// Checks `RANGE (a)`, and for MySQL the following partitions.
fn partition(text: &str, dialect: Dialect) -> Result<(), Refused> {
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
            dialect == Dialect::Mysql && is(one, "PARTITION") && behind_group(rest) == Some(&[])
        }
        [one, Token::Number(..)] => dialect == Dialect::Mysql && is(one, "PARTITIONS"),
        _ => false,
    };
    unless(is_head && behind_group(rest).is_some_and(is_end), "it is not a single partitioning clause")
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: [Dialect; 5] =
        [Dialect::Postgresql, Dialect::Mysql, Dialect::Sqlite, Dialect::Mssql, Dialect::Oracle];

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
            |text| data_type(text, Dialect::Postgresql),
        );
        alone(
            &["SET('a','b')", "BIGINT UNSIGNED ZEROFILL", "VARCHAR(9) CHARACTER SET utf8 COLLATE utf8_bin"],
            |text| data_type(text, Dialect::Mysql),
        );
        alone(&["NVARCHAR(max)", "DATETIMEOFFSET(6)"], |text| data_type(text, Dialect::Mssql));
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
        assert_eq!(action("SET NULL (a, b)", Dialect::Postgresql), Ok(()));
        assert!(action("SET NULL (a)", Dialect::Mssql).is_err());
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
            assert_eq!(exclusion(text, Dialect::Postgresql), Ok(()), "{text}");
        }
        for text in ["EXCLUDE (a WITH =) DROP TABLE x", "CHECK (a)", "EXCLUDE (a WITH =), DROP COLUMN a"] {
            assert!(exclusion(text, Dialect::Postgresql).is_err(), "{text}");
        }
    }

    #[test]
    fn an_option_takes_one_value() {
        let known: &[(Dialect, &str, &[&str])] = &[
            (Dialect::Postgresql, "where", &["id > 0", "deleted_at IS NULL", "kind IN ('a', 'b')"]),
            (Dialect::Sqlite, "where", &["id > 0"]),
            (Dialect::Mssql, "where", &["[Id] = 1", "id > 0", "a IS NOT NULL AND period = 'x'"]),
            (Dialect::Postgresql, "using", &["gin"]),
            (Dialect::Postgresql, "partition_by", &["RANGE (a, b)"]),
            (Dialect::Postgresql, "on_commit", &["PRESERVE_ROWS", "DROP"]),
            (Dialect::Postgresql, "concurrently", &["True"]),
            (Dialect::Mysql, "engine", &["InnoDB", "MERGE"]),
            (Dialect::Mysql, "row_format", &["DYNAMIC", "DEFAULT"]),
            (Dialect::Mysql, "default_charset", &["utf8mb4"]),
            (Dialect::Mysql, "partition_by", &["HASH(id)", "LINEAR KEY (a)", "RANGE COLUMNS (a)"]),
            (Dialect::Mysql, "prefix", &["FULLTEXT"]),
            (Dialect::Mysql, "with_parser", &["ngram"]),
            (Dialect::Mysql, "length", &["10"]),
            (Dialect::Sqlite, "on_conflict", &["IGNORE"]),
            (Dialect::Mssql, "clustered", &["True", "False"]),
            (Dialect::Oracle, "compress", &["True", "6", "OLTP"]),
        ];
        for (dialect, name, values) in known {
            alone(values, |text| option(name, text, *dialect));
        }
        for (dialect, name, text) in [
            (Dialect::Mysql, "length", "a: 10, b: 20"),
            (Dialect::Mysql, "charset", "utf8mb4 COLLATE utf8mb4_bin"),
            (Dialect::Mysql, "comment", "what it is"),
            (Dialect::Mysql, "partition_by", "RANGE (id) (PARTITION p0 VALUES LESS THAN (9))"),
            (Dialect::Postgresql, "with", "fillfactor: 50, fastupdate: off"),
            (Dialect::Postgresql, "ops", "a: gin_trgm_ops, b: gist_trgm_ops(siglen=32)"),
            (Dialect::Postgresql, "include", "a, b"),
        ] {
            assert_eq!(option(name, text, dialect), Ok(()), "{name} {text}");
        }
        assert!(EVERY.into_iter().all(|dialect| option("as_select", "x", dialect).is_err()));
        assert!(option("with", "fillfactor: 50) AS SELECT (1", Dialect::Postgresql).is_err());
    }
}
