//! What the programs that carry SQL files out make of a line, beside the database itself.

use sqlparser::tokenizer::Token;

use crate::sql::{Dialect, Refused};

/// Whether a client would take a part of a statement for a command of its own.
///
/// `psql` reads `\` and `:name` outside of quotes. `sqlcmd` and SQL*Plus read line by line, also within quotes: `GO`, `!!` and
/// `:` begin a command of the one, a blank line, `/`, `.`, `#`, `@` and `!` end or interrupt a statement in the other.
pub(crate) fn check(text: &str, tokens: &[Token], dialect: Dialect) -> Result<(), Refused> {
    match dialect {
        Dialect::Postgresql if has_variable(tokens) => Err(Refused("psql would put a variable into it")),
        Dialect::Mssql if text.contains("$(") => Err(Refused("sqlcmd would put a variable into it")),
        Dialect::Mssql if lines(text).any(is_of_sqlcmd) => {
            Err(Refused("sqlcmd would take a line of it for a command"))
        }
        Dialect::Oracle if has_substitution(text) => Err(Refused("SQL*Plus would put a variable into it")),
        Dialect::Oracle if lines(text).skip(1).any(is_of_sqlplus) => {
            Err(Refused("SQL*Plus would take a line of it for a command"))
        }
        _ => Ok(()),
    }
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
