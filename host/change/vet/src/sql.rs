use std::fmt;

use belljar_dialect::{Database, Reserved};
use sqlparser::{
    dialect::{MsSqlDialect, MySqlDialect, OracleDialect, PostgreSqlDialect, SQLiteDialect},
    parser::Parser,
    tokenizer::{Token, Tokenizer, Whitespace},
};

/// The maximum number of tokens of an expression that is parsed to a tree: the tree of a long chain is as deep as the
/// chain.
const MAX_TOKENS: usize = 500;

/// The reason why a text is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub(crate) &'static str);

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

/// The grammar of a database's SQL.
fn grammar(database: Database) -> &'static dyn sqlparser::dialect::Dialect {
    match database {
        Database::Postgresql => &PostgreSqlDialect {},
        Database::Mysql | Database::Mariadb => &MySqlDialect {},
        Database::Sqlite => &SQLiteDialect {},
        Database::Mssql => &MsSqlDialect {},
        Database::Oracle => &OracleDialect {},
    }
}

/// The tokens of a text, as they are written.
pub(crate) fn tokens(text: &str, dialect: Database) -> Result<Vec<Token>, Refused> {
    if text.contains('\0') {
        return Err(Refused("it holds a NUL"));
    }
    Tokenizer::new(grammar(dialect), text)
        .with_unescape(false)
        .tokenize()
        .map_err(|_| Refused("it contains an unclosed quote or comment"))
}

/// The text of a word without quotes; `None` for another token.
pub(crate) fn word(token: &Token) -> Option<&str> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(&word.value),
        _ => None,
    }
}

/// Whether a word begins a statement in SQL Server.
fn begins_statement(token: &Token) -> bool {
    word(token).is_some_and(|word| Reserved::Statements.contains(word))
}

/// Whether it is a comment or white space.
pub(crate) fn is_blank(token: &Token) -> bool {
    matches!(token, Token::Whitespace(_))
}

pub(crate) fn is_comment(token: &Token) -> bool {
    matches!(token, Token::Whitespace(Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_)))
}

/// Tracks parentheses and brackets; `None` if one closes that is not open.
pub(crate) fn depth(open: usize, token: &Token) -> Option<usize> {
    match token {
        Token::LParen | Token::LBracket | Token::LBrace => Some(open + 1),
        Token::RParen | Token::RBracket | Token::RBrace => open.checked_sub(1),
        _ => Some(open),
    }
}

/// Checks that a text can be inserted as one element: it leaves no parenthesis, quote or comment open, closes none that
/// it did not open, and ends neither a statement nor an item of a list.
///
/// # Errors
///
/// Says what stands against it.
pub fn fragment(text: &str, dialect: Database) -> Result<(), Refused> {
    let found = tokens(text, dialect)?;
    let mut open = 0;
    for token in &found {
        open = depth(open, token).ok_or(Refused("it closes a parenthesis that it did not open"))?;
        match token {
            Token::SemiColon => return Err(Refused("it contains the end of a statement")),
            Token::Comma if open == 0 => return Err(Refused("it contains several expressions")),
            Token::Backslash | Token::Char(_) => return Err(Refused("it contains invalid SQL")),
            Token::DollarQuotedString(_) => return Err(Refused("it contains a dollar-quoted string")),
            Token::SingleQuotedString(value) | Token::DoubleQuotedString(value)
                if dialect.is_mysql() && value.contains('\\') =>
            {
                return Err(Refused("MySQL interprets a backslash in a string according to its settings"));
            }
            _ if is_comment(token) => return Err(Refused("it contains a comment")),
            _ => {}
        }
    }
    if open > 0 { Err(Refused("it leaves a parenthesis open")) } else { Ok(()) }
}

/// Checks that a text is one expression, for a place without delimiters, such as a default.
///
/// # Errors
///
/// Says what stands against it.
pub fn expression(text: &str, dialect: Database) -> Result<(), Refused> {
    // The text is what PostgreSQL's dialect has written, and stands for itself in another dialect too.
    fragment(text, Database::Postgresql)?;
    expression_by(text, dialect, Database::Postgresql)
}

/// Checks that a text written by a dialect itself is one expression.
///
/// # Errors
///
/// Says what stands against it.
pub fn own_expression(text: &str, dialect: Database) -> Result<(), Refused> {
    expression_by(text, dialect, dialect)
}

/// `writer` is the dialect that has written the text.
fn expression_by(text: &str, dialect: Database, writer: Database) -> Result<(), Refused> {
    fragment(text, dialect)?;
    let mut found: Vec<Token> = tokens(text, writer)?.into_iter().filter(|token| !is_blank(token)).collect();
    if found.len() > MAX_TOKENS {
        return Err(Refused("it is too long to be parsed as an expression"));
    }
    if dialect.is_mysql() {
        without_on_update(&mut found);
    }
    if found.windows(3).any(|three| {
        matches!(three, [is, not, null]
        if !is_word(is, "IS") && is_word(not, "NOT") && is_word(null, "NULL"))
    }) {
        return Err(Refused("it sets the nullability of the column"));
    }
    if dialect == Database::Mssql && begins_a_statement(&found) {
        return Err(Refused("SQL Server would start a statement in it"));
    }
    let is_one = [writer, dialect].into_iter().any(|dialect| {
        let mut parser = Parser::new(grammar(dialect)).with_tokens(found.clone());
        parser.parse_expr().is_ok() && parser.peek_token().token == Token::EOF
    });
    if is_one { Ok(()) } else { Err(Refused("it is not a single SQL expression")) }
}

/// Whether a word that begins a statement in SQL Server is outside parentheses.
fn begins_a_statement(tokens: &[Token]) -> bool {
    let mut open = Some(0);
    tokens.iter().any(|token| {
        open = open.and_then(|open| depth(open, token));
        open == Some(0) && begins_statement(token)
    })
}

fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(found) if found.value.eq_ignore_ascii_case(word))
}

/// Removes the suffix of a default in MySQL: `ON UPDATE CURRENT_TIMESTAMP`, with or without a precision.
fn without_on_update(tokens: &mut Vec<Token>) {
    let start = tokens
        .windows(2)
        .position(|pair| matches!(pair, [on, update] if is_word(on, "ON") && is_word(update, "UPDATE")));
    let Some(start) = start else { return };
    let rest = tokens.get(start + 2..).unwrap_or_default();
    let is_moment = match rest {
        [word] => is_word(word, "CURRENT_TIMESTAMP"),
        [word, Token::LParen, Token::RParen] | [word, Token::LParen, Token::Number(..), Token::RParen] => {
            is_word(word, "CURRENT_TIMESTAMP") || is_word(word, "NOW")
        }
        _ => false,
    };
    if is_moment {
        tokens.truncate(start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: [Database; 6] = Database::ALL;

    #[test]
    fn an_expression_is_one() {
        let good = [
            "0",
            "-1",
            "now()",
            "'it''s'",
            "'; DROP TABLE x; --'",
            "CURRENT_TIMESTAMP",
            "1.5",
            "NULL",
            "true",
            "concat('a', ', ', 'b')",
            "(a + 1)",
            "CURRENT_TIMESTAMP(6)",
        ];
        for text in good {
            for dialect in EVERY {
                assert_eq!(expression(text, dialect), Ok(()), "{text} {dialect:?}");
            }
        }
        let of_postgresql = [
            "'{}'::jsonb",
            "nextval('s'::regclass)",
            "(now() AT TIME ZONE 'utc')",
            "ARRAY[]::text[]",
            "now() + interval '1 day'",
            "timezone('utc', now())",
            "gen_random_uuid()",
            "now() AT TIME ZONE 'utc'",
            "E'a\\'b'",
            "'a'::character varying",
            "extract(epoch from now())",
        ];
        for text in of_postgresql {
            assert_eq!(expression(text, Database::Postgresql), Ok(()), "{text}");
        }
        for text in ["CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP", "NOW(6) ON UPDATE CURRENT_TIMESTAMP(6)"]
        {
            assert_eq!(expression(text, Database::Mysql), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_is_more_than_an_expression_is_refused() {
        let bad = [
            "0; DROP TABLE users",
            "0, evil INTEGER",
            "0) ; --",
            "0 -- x",
            "0 /* x",
            "0 /* x */",
            "'a",
            "\"a",
            "0 NOT NULL",
            "0 REFERENCES x",
            "0\\! id",
            "$$a$$",
            "$x$;$x$",
            "(0",
            "0)",
            "0\0",
            "",
            "0 CHECK (1=1)",
            "1 PRIMARY KEY",
            "0 ON UPDATE CURRENT_TIMESTAMP; DROP TABLE x",
            "0 ON UPDATE (SELECT 1)",
            "x'; DROP TABLE x; --",
            "id > 0 DROP TABLE pwn",
            "id > 0 WITH x",
            "id > 0 EXEC sp_who",
        ];
        for text in bad {
            for dialect in EVERY {
                assert!(expression(text, dialect).is_err(), "{text} {dialect:?}");
            }
        }
        // One string of PostgreSQL, which MySQL would end at the second quote.
        let text = "'a\\''); DROP TABLE users; -- '";
        assert_eq!(fragment(text, Database::Postgresql), Ok(()));
        assert!(fragment(text, Database::Mysql).is_err());
        assert!(fragment("1 # x", Database::Mysql).is_err());
    }

    #[test]
    fn a_condition_is_one_expression() {
        let conditions = [
            "email ~* '^[a-z]+$'",
            "num_nonnulls(a, b) = 1",
            "tags <@ ARRAY['a', 'b']::text[]",
            "(data ->> 'x')::int > 0",
            "data ? 'x'",
            "period @> now()",
            "a IS DISTINCT FROM b",
            "name SIMILAR TO 'x%'",
            "kind = ANY (ARRAY['a', 'b'])",
            "a IS TRUE AND b IS NOT UNKNOWN",
            "(a, b) = (1, 2)",
            "position('x' in y) > 0",
            "a NOT IN (1, 2) OR a NOTNULL",
            "a NOT BETWEEN 1 AND 2",
            "name COLLATE \"C\" > 'a'",
            "EXISTS (SELECT 1)",
            "(a IS NULL) <> (b IS NULL)",
            "a && b",
            "char_length(trim(both ' ' from name)) > 0",
            "tsrange(a, b, '[)') -|- c",
            "x::text ILIKE 'a%'",
            "a ^@ 'x'",
            "a % 2 = 0",
        ];
        let refused: Vec<&str> =
            conditions.into_iter().filter(|text| expression(text, Database::Postgresql).is_err()).collect();
        assert_eq!(refused, [""; 0]);
        for text in ["name GLOB 'a*'", "json_valid(x)", "name REGEXP 'x'"] {
            assert_eq!(expression(text, Database::Sqlite), Ok(()), "{text}");
        }
        for text in ["name REGEXP '^a'", "a DIV 2 = 1", "a <=> b"] {
            assert_eq!(expression(text, Database::Mysql), Ok(()), "{text}");
        }
    }

    #[test]
    fn a_fragment_stays_in_its_parentheses() {
        for text in [
            "a > 0 AND b <-> c < 2",
            "VARCHAR(20)",
            "NUMERIC(10, 2)",
            "vector(3)",
            "timestamp with time zone",
        ] {
            assert_eq!(fragment(text, Database::Postgresql), Ok(()), "{text}");
        }
        for text in ["1=1), evil INTEGER, CHECK (2=2", "INTEGER, x INTEGER", "INTEGER); DROP TABLE x; --"] {
            assert!(EVERY.into_iter().all(|dialect| fragment(text, dialect).is_err()), "{text}");
        }
    }

    #[test]
    fn a_long_expression_has_no_tree() {
        let text = format!("1{}", "+1".repeat(100_000));
        assert!(expression(&text, Database::Postgresql).is_err());
        assert!(expression(&"(".repeat(400), Database::Postgresql).is_err());
        assert!(
            expression(&format!("{}1{}", "(".repeat(200), ")".repeat(200)), Database::Postgresql).is_err()
        );
    }
}
