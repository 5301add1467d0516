//! Parses texts to statements, within limits.

use sqlparser::{
    ast::{Expr, Statement},
    dialect::{
        BigQueryDialect, ClickHouseDialect, DatabricksDialect, Dialect as Grammar, DuckDbDialect,
        GenericDialect, MsSqlDialect, MySqlDialect, OracleDialect, PostgreSqlDialect, RedshiftSqlDialect,
        SQLiteDialect, SnowflakeDialect,
    },
    parser::{Parser, ParserError},
    tokenizer::{Token, TokenWithSpan, Tokenizer},
};

use super::trino;
use crate::{
    Cause, Dialect, Unknown,
    work::{Bug, guarded},
};

/// The maximum size of one text, in bytes. The largest models in practice have some hundred thousand.
const BYTES: usize = 2 << 20;

/// The maximum number of tokens of one text. A tree of chained operators can be as deep as this.
const TOKENS: usize = 200_000;

/// The maximum nesting of parentheses and functions.
const DEPTH: usize = 200;

/// The statements of a text.
pub(crate) type Parsed = Result<Vec<Statement>, Box<Unknown>>;

/// Parses a text, in its dialect and then in the most permissive one. The tree may be deep: the caller provides a large
/// stack.
pub(crate) fn parse(text: &str, dialect: Dialect) -> Parsed {
    if text.len() > BYTES {
        let message =
            format!("its SQL has {} bytes, over the limit of {BYTES}, and was not parsed", text.len());
        return Err(Box::new(Unknown::new(Cause::OverLimit, "bytes", message)));
    }
    guarded(|| parse_or_unknown(text, dialect)).unwrap_or_else(|bug| Err(Box::new(of_bug(&bug))))
}

fn parse_or_unknown(text: &str, dialect: Dialect) -> Parsed {
    let first = parse_statements(text, grammar(dialect).as_ref(), dialect);
    let error = match first {
        Ok(statements) => return Ok(statements),
        Err(error) => error,
    };
    // The grammar of a dialect sometimes lacks what its users write; the additions have no other meaning in it.
    if let Ok(statements) = parse_statements(text, &GenericDialect {}, dialect) {
        return Ok(statements);
    }
    Err(Box::new(syntax_unknown(&error)))
}

/// Parses a text that has to be one expression.
pub(crate) fn parse_expression(text: &str, dialect: Dialect) -> Result<Expr, Box<Unknown>> {
    if text.len() > BYTES {
        let message =
            format!("an expression has {} bytes, over the limit of {BYTES}, and was not parsed", text.len());
        return Err(Box::new(Unknown::new(Cause::OverLimit, "bytes", message)));
    }
    let read = |grammar: &dyn Grammar| {
        let mut parser = Parser::new(grammar).with_recursion_limit(DEPTH).try_with_sql(text)?;
        let expr = parser.parse_expr()?;
        parser.expect_token(&Token::EOF)?;
        Ok::<_, ParserError>(expr)
    };
    let read = || {
        read(grammar(dialect).as_ref())
            .or_else(|error| read(&GenericDialect {}).map_err(|_| Box::new(syntax_unknown(&error))))
    };
    guarded(read).unwrap_or_else(|bug| Err(Box::new(of_bug(&bug))))
}

fn parse_statements(
    text: &str,
    grammar: &dyn Grammar,
    dialect: Dialect,
) -> Result<Vec<Statement>, ParserError> {
    let tokens = Tokenizer::new(grammar, text).tokenize_with_location()?;
    if tokens.len() > TOKENS {
        return Err(ParserError::RecursionLimitExceeded);
    }
    let tokens = match dialect {
        Dialect::Trino => trino::plain(tokens),
        Dialect::Databricks => with_whole_rows(tokens),
        _ => tokens,
    };
    Parser::new(grammar).with_recursion_limit(DEPTH).with_tokens_with_locations(tokens).parse_statements()
}

/// `struct(*)` of Spark is an ordinary function, where the grammar expects a literal.
fn with_whole_rows(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut tokens: Vec<TokenWithSpan> =
        tokens.into_iter().filter(|one| !matches!(one.token, Token::Whitespace(_))).collect();
    for at in 0..tokens.len().saturating_sub(2) {
        let Some([name, open, star]) = tokens.get_mut(at..at + 3) else { break };
        let is_struct = matches!(&name.token, Token::Word(word) if word.value.eq_ignore_ascii_case("struct"));
        if is_struct && open.token == Token::LParen && star.token == Token::Mul {
            name.token = Token::make_word("named_struct", None);
        }
    }
    tokens
}

fn of_bug(bug: &Bug) -> Unknown {
    Unknown::new(Cause::SqlNotParsed, "", format!("its SQL was not parsed: {bug}"))
}

fn syntax_unknown(error: &ParserError) -> Unknown {
    match error {
        ParserError::RecursionLimitExceeded => Unknown::new(
            Cause::OverLimit,
            "depth",
            format!("its SQL is nested deeper than {DEPTH}, and was not parsed"),
        ),
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => {
            Unknown::new(Cause::SqlNotParsed, "", format!("its SQL can't be parsed: {}", text.trim()))
        }
    }
}

fn grammar(dialect: Dialect) -> Box<dyn Grammar> {
    match dialect {
        Dialect::Generic | Dialect::Trino => Box::new(GenericDialect {}),
        Dialect::BigQuery => Box::new(BigQueryDialect {}),
        Dialect::Databricks => Box::new(DatabricksDialect {}),
        Dialect::DuckDb => Box::new(DuckDbDialect {}),
        Dialect::MySql => Box::new(MySqlDialect {}),
        Dialect::MsSql => Box::new(MsSqlDialect {}),
        Dialect::Oracle => Box::new(OracleDialect {}),
        Dialect::Postgres => Box::new(PostgreSqlDialect {}),
        Dialect::Redshift => Box::new(RedshiftSqlDialect {}),
        Dialect::Snowflake => Box::new(SnowflakeDialect {}),
        Dialect::Sqlite => Box::new(SQLiteDialect {}),
        Dialect::ClickHouse => Box::new(ClickHouseDialect {}),
    }
}
