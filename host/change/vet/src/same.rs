use ruff_python_ast::{PySourceType, token::TokenKind};
use ruff_python_parser::{Mode, lexer, parse_unchecked_source};
use ruff_text_size::Ranged as _;

use crate::sql::Refused;

/// The maximum nesting of brackets, as in CPython.
const MAX_BRACKETS: usize = 200;

/// Checks that two texts of Python differ only in what their strings and comments contain.
///
/// A text that was filled in with an untrusted value has the same code as one that was filled in with a harmless one. The
/// caller bounds their lengths, and with them the depth of their syntax trees.
///
/// # Errors
///
/// The reason why they are not the same.
pub fn same_code(one: &str, other: &str) -> Result<(), Refused> {
    if code(one)? == code(other)? { Ok(()) } else { Err(Refused("a value is more than a value")) }
}

/// The tokens, with the texts of those that are code.
fn code(text: &str) -> Result<Vec<(TokenKind, &str)>, Refused> {
    if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t')) {
        return Err(Refused("it contains a control character"));
    }
    check_brackets(text)?;
    let parsed = parse_unchecked_source(text, PySourceType::Python);
    if !parsed.errors().is_empty() {
        return Err(Refused("it is not Python"));
    }
    let tokens = parsed.tokens().iter().map(|token| match token.kind() {
        kind @ (TokenKind::String | TokenKind::Comment) => (kind, ""),
        kind => (kind, text.get(token.range().to_std_range()).unwrap_or_default()),
    });
    Ok(tokens.collect())
}

fn check_brackets(text: &str) -> Result<(), Refused> {
    let mut lexer = lexer::lex(text, Mode::Module);
    let mut open = 0_usize;
    loop {
        match lexer.next_token() {
            TokenKind::EndOfFile => return Ok(()),
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => open += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MAX_BRACKETS {
            return Err(Refused("it is nested too deeply"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_values() {
        let with = |value: &str| format!("'''{value}'''\nname = '{value}'  # {value}\n");
        for value in ["b", "", "a b c", "\\\\", "\u{e9}"] {
            assert_eq!(same_code(&with(value), &with("a")), Ok(()), "{value}");
        }
        for value in ["'", "'''", "' + x + '", "\\", "a\nimport os", "'; import os #", "\r"] {
            assert!(same_code(&with(value), &with("a")).is_err(), "{value:?}");
        }
    }
}
