use std::{collections::BTreeMap, fmt::Write as _};

use belljar_dialect::Reserved;
use sqlparser::{
    dialect::PostgreSqlDialect,
    tokenizer::{Token, Tokenizer, Whitespace, Word},
};

/// The tokens of a text with unquoted names in lower case, quotes only where they matter, and without white space and
/// comments. `None` if it can't be tokenized.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let read = Tokenizer::new(&PostgreSqlDialect {}, text).with_unescape(false).tokenize().ok()?;
    Some(read.into_iter().filter(matters).map(folded).collect())
}

/// A statement that is not parsed: its tokens, separated by one space.
pub(crate) fn statement(text: &str) -> String {
    let Some(tokens) = tokens(text) else { return text.trim().to_owned() };
    let mut texts: Vec<String> = tokens.iter().map(ToString::to_string).collect();
    while texts.last().is_some_and(|last| last == ";") {
        texts.pop();
    }
    texts.join(" ")
}

/// White space does not matter; comments that a database executes do.
fn matters(token: &Token) -> bool {
    match token {
        Token::Whitespace(Whitespace::MultiLineComment(text)) => text.starts_with(['!', '+']),
        Token::Whitespace(_) => false,
        _ => true,
    }
}

fn folded(token: Token) -> Token {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Token::make_word(&word.value.to_lowercase(), None),
        Token::Word(word) if is_needless(&word) => Token::make_word(&word.value, None),
        other => other,
    }
}

/// Whether the quotes of a name have no effect.
fn is_needless(word: &Word) -> bool {
    word.quote_style == Some('"') && is_plain(&word.value)
}

/// A name that is the same with and without quotes.
pub(super) fn is_plain(name: &str) -> bool {
    let starts = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
    let simple =
        name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    starts && simple && !Reserved::Expressions.contains(name)
}

/// A text with renamed names. A name before a parenthesis is a function, and stays.
pub(crate) fn rename_words(text: &str, renames: &BTreeMap<String, String>) -> String {
    if !renames.keys().any(|old| text.contains(old.as_str())) {
        return text.to_owned();
    }
    let tokenizer = Tokenizer::new(&PostgreSqlDialect {}, text);
    let Ok(read) = tokenizer.with_unescape(false).tokenize() else { return text.to_owned() };
    // Some tokens are not written as they were parsed; then nothing is renamed, and the text differs.
    if read.iter().map(ToString::to_string).collect::<String>() != text {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for (position, token) in read.iter().enumerate() {
        let called = matches!(read.get(position + 1), Some(Token::LParen));
        match token {
            Token::Word(word) if !called && renames.contains_key(&word.value) => {
                let new = renames.get(&word.value).map_or("", String::as_str);
                if word.quote_style.is_some() || !is_plain(new) {
                    let _ = write!(out, "\"{}\"", new.replace('"', "\"\""));
                } else {
                    out += new;
                }
            }
            other => out += &other.to_string(),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{rename_words, statement};

    #[test]
    fn statements() {
        let same = [
            ("CREATE EXTENSION citext", "create extension  CITEXT;"),
            ("CREATE\n  POLICY p -- why\n ON t", "CREATE POLICY p ON \"t\""),
        ];
        for (one, other) in same {
            assert_eq!(statement(one), statement(other));
        }
        let different = [
            ("SELECT 'A'", "SELECT 'a'"),
            ("SELECT \"A\"", "SELECT a"),
            ("SELECT \"user\"", "SELECT user"),
            ("AS $$ A  B $$", "AS $$ A B $$"),
            ("/*+ seqscan */ SELECT 1", "SELECT 1"),
            ("it's", "its"),
        ];
        for (one, other) in different {
            assert_ne!(statement(one), statement(other));
        }
    }

    #[test]
    fn names_in_a_text() {
        let renames =
            BTreeMap::from([("age".to_owned(), "years".to_owned()), ("a".to_owned(), "B c".to_owned())]);
        let cases = [
            ("age > 5 AND t.age < 7", "years > 5 AND t.years < 7"),
            ("age(born) > 'age'", "age(born) > 'age'"),
            ("\"age\" > a", "\"years\" > \"B c\""),
            ("it's age", "it's age"),
            ("age <> 'it''s' AND age > 'x\\'", "years <> 'it''s' AND years > 'x\\'"),
            ("age <> E'\\n'", "age <> E'\\n'"),
        ];
        for (text, expected) in cases {
            assert_eq!(rename_words(text, &renames), expected);
        }
    }
}
