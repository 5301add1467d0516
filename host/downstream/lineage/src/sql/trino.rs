//! Rewrites Trino syntax that the grammar lacks to equivalents that it supports. None of it changes which columns are
//! read.

use std::iter::Peekable;

use sqlparser::{
    keywords::Keyword,
    tokenizer::{Token, TokenWithSpan, Word},
};

/// Clauses after the path of a JSON function, about the form of its result.
const CLAUSES: &[&[&str]] = &[
    &["omit", "quotes", "on", "scalar", "string"],
    &["keep", "quotes", "on", "scalar", "string"],
    &["omit", "quotes"],
    &["keep", "quotes"],
    &["without", "array", "wrapper"],
    &["without", "wrapper"],
    &["with", "conditional", "array", "wrapper"],
    &["with", "unconditional", "array", "wrapper"],
    &["with", "array", "wrapper"],
    &["with", "conditional", "wrapper"],
    &["with", "unconditional", "wrapper"],
    &["with", "wrapper"],
    &["null", "on", "null"],
    &["absent", "on", "null"],
    &["null", "on", "empty"],
    &["null", "on", "error"],
    &["error", "on", "empty"],
    &["error", "on", "error"],
    &["empty", "array", "on", "empty"],
    &["empty", "array", "on", "error"],
    &["empty", "object", "on", "empty"],
    &["empty", "object", "on", "error"],
];

/// Nested types: `array(json)`, `row(a bigint)`, `map(varchar, json)`.
const NESTED: &[&str] = &["array", "row", "map"];

/// The same query in the syntax of the grammar, with tokens at their places.
pub(super) fn plain(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    // The enclosing JSON functions, by the number of open parentheses inside each.
    let mut open: Vec<bool> = Vec::new();
    let mut rest = tokens.into_iter().filter(|one| !matches!(one.token, Token::Whitespace(_))).peekable();
    let mut window: Vec<TokenWithSpan> = Vec::new();
    while let Some(one) = window.pop().or_else(|| rest.next()) {
        let is_json = open.last() == Some(&true);
        match &one.token {
            Token::LParen => {
                let before = out.last().and_then(|last| word(&last.token)).unwrap_or_default();
                open.push(before.starts_with("json_"));
            }
            Token::RParen => {
                open.pop();
            }
            // `json_object('key' : value)`: a pair becomes two arguments.
            Token::Colon if is_json => {
                out.push(TokenWithSpan { token: Token::Comma, ..one });
                continue;
            }
            Token::Word(_) if is_json && clause(&one, &mut rest, &mut window) => continue,
            Token::Word(name) if NESTED.contains(&name.value.to_lowercase().as_str()) => {
                let is_type = out.last().and_then(|last| word(&last.token)).is_some_and(|word| word == "as");
                if is_type && window.is_empty() && rest.peek().is_some_and(|next| next.token == Token::LParen)
                {
                    skip(&mut rest);
                    out.push(TokenWithSpan { token: Token::make_word("varchar", None), ..one });
                    continue;
                }
            }
            // The grammar parses it as a function; Trino has none with this name.
            Token::Word(name) if name.keyword == Keyword::USER => {
                let token = Token::Word(Word { keyword: Keyword::NoKeyword, ..name.clone() });
                out.push(TokenWithSpan { token, ..one });
                continue;
            }
            _ => {}
        }
        out.push(one);
    }
    out
}

fn word(token: &Token) -> Option<String> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_lowercase()),
        _ => None,
    }
}

/// Removes one of [`CLAUSES`] that starts here. Tokens that were read without a match stay in `window`, last first.
fn clause(
    first: &TokenWithSpan,
    rest: &mut Peekable<impl Iterator<Item = TokenWithSpan>>,
    window: &mut Vec<TokenWithSpan>,
) -> bool {
    let mut read = vec![first.clone()];
    let fits = |read: &[TokenWithSpan], words: &[&str]| {
        read.iter().zip(words).all(|(one, wanted)| word(&one.token).as_deref() == Some(*wanted))
    };
    let mut taken = 0;
    while CLAUSES.iter().any(|words| words.len() >= read.len() && fits(&read, words)) {
        if CLAUSES.iter().any(|words| words.len() == read.len() && fits(&read, words)) {
            taken = read.len();
        }
        let Some(next) = window.pop().or_else(|| rest.next()) else { break };
        read.push(next);
    }
    // The first is the caller's, if nothing matched.
    window.extend(read.drain(taken.max(1)..).rev());
    taken > 0
}

/// Removes a group in parentheses.
fn skip(rest: &mut impl Iterator<Item = TokenWithSpan>) {
    let mut depth = 0usize;
    for one in rest {
        match one.token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}
