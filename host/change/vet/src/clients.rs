//! How command-line clients that execute SQL files interpret a line, beside the database itself.

use belljar_dialect::Database;
use sqlparser::tokenizer::Token;

use crate::sql::{Refused, is_blank};

/// Whether a client would take part of a statement for a command of its own.
///
/// `psql` reads `\` and `:name` outside of quotes, `mysql` the word `delimiter`. `sqlcmd` and SQL*Plus read line by line, also
/// within quotes: `GO`, `!!` and `:` begin a command of the one, a blank line, `/`, `.`, `#`, `@` and `!` end or interrupt a
/// statement in the other. The shell of SQLite ends a statement at a line that is `go` or `/`.
pub(crate) fn check(text: &str, tokens: &[Token], dialect: Database) -> Result<(), Refused> {
    match dialect {
        Database::Postgresql if has_variable(tokens) => {
            Err(Refused("psql would substitute a variable in it"))
        }
        Database::Mssql if text.contains("$(") => Err(Refused("sqlcmd would substitute a variable in it")),
        Database::Mssql if lines(text).any(is_of_sqlcmd) => {
            Err(Refused("sqlcmd would read a line of it as a command"))
        }
        Database::Mysql | Database::Mariadb if tokens.iter().any(|token| is_unquoted(token, "DELIMITER")) => {
            Err(Refused("`mysql` would read a word of it as a command"))
        }
        Database::Sqlite if lines(text).any(|line| line == "/" || line.eq_ignore_ascii_case("go")) => {
            Err(Refused("the SQLite shell would end it in the middle"))
        }
        Database::Oracle if has_substitution(text) => {
            Err(Refused("SQL*Plus would substitute a variable in it"))
        }
        Database::Oracle if lines(text).skip(1).any(is_of_sqlplus) => {
            Err(Refused("SQL*Plus would read a line of it as a command"))
        }
        _ => Ok(()),
    }
}

/// The first words of statements that the code may give as a whole. Other words may be commands of a client.
const STATEMENTS: &str = "ALTER ANALYZE CALL COMMENT CREATE DELETE DROP GRANT INSERT MERGE RENAME REVOKE SELECT \
                          TRUNCATE UPDATE WITH";

/// What they begin with beside that in one dialect.
fn own_statements(dialect: Database) -> &'static str {
    match dialect {
        Database::Postgresql => "CLUSTER DO IMPORT REFRESH REINDEX RESET SECURITY SET VACUUM",
        Database::Mysql | Database::Mariadb => "OPTIMIZE REPLACE SET",
        Database::Sqlite => "PRAGMA REINDEX REPLACE VACUUM",
        Database::Mssql => "BEGIN DENY DISABLE ENABLE EXEC EXECUTE IF SET",
        Database::Oracle => "AUDIT BEGIN DECLARE NOAUDIT",
    }
}

/// Whether a text begins as statements do that a file of SQL may have.
pub(crate) fn begins_statement(tokens: &[Token], dialect: Database) -> Result<(), Refused> {
    let first = tokens.iter().find(|token| !is_blank(token));
    let known = || STATEMENTS.split(' ').chain(own_statements(dialect).split(' '));
    if first.is_some_and(|token| known().any(|word| is_unquoted(token, word))) {
        return Ok(());
    }
    Err(Refused("it does not begin with a known statement keyword"))
}

fn is_unquoted(token: &Token, wanted: &str) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(wanted))
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r']).map(str::trim)
}

fn has_variable(tokens: &[Token]) -> bool {
    tokens.windows(2).any(|pair| {
        matches!(
            pair,
            [
                Token::Colon,
                Token::Word(_) | Token::SingleQuotedString(_) | Token::DoubleQuotedString(_) | Token::LBrace
            ]
        )
    }) || tokens.iter().any(|token| matches!(token, Token::Placeholder(name) if name.starts_with(':')))
}

fn is_of_sqlcmd(line: &str) -> bool {
    let word = line.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
    let commands = ["GO", "EXIT", "QUIT", "RESET", "ED"];
    line.starts_with(':')
        || line.starts_with("!!")
        || commands.iter().any(|one| word.eq_ignore_ascii_case(one))
}

fn is_of_sqlplus(line: &str) -> bool {
    line.is_empty() || line.starts_with(['/', '.', '#', '@', '!'])
}

fn has_substitution(text: &str) -> bool {
    text.as_bytes().windows(2).any(
        |pair| matches!(pair, [b'&', next] if next.is_ascii_alphanumeric() || matches!(next, b'_' | b'&')),
    )
}
