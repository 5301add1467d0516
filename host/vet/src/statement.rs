use sqlparser::tokenizer::{Token, Whitespace};

use crate::{
    clients,
    sql::{Dialect, Refused, depth, is_blank, is_comment, tokens},
};

/// Where a statement comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was made of names and values: there is no comment in it.
    Made,
    /// The code gives it as a whole, such as the query of a view or a trigger; comments are the author's.
    Copied,
}

/// Whether a text is one statement to the database, and none of its parts a command to a client.
///
/// # Errors
///
/// Says what stands against it.
pub fn statement(text: &str, dialect: Dialect, origin: Origin) -> Result<(), Refused> {
    let text = if origin == Origin::Copied { text.trim_end().trim_end_matches(';') } else { text };
    let found = tokens(text, dialect)?;
    clients::check(text, &found, dialect)?;
    let is_routine = origin == Origin::Copied && is_routine(&found, dialect);
    let (mut open, mut blocks) = (0, Blocks::default());
    for token in &found {
        open = depth(open, token).ok_or(Refused("it closes a parenthesis that it did not open"))?;
        blocks.follow(token);
        match token {
            Token::SemiColon if !(is_routine && blocks.open > 0) => {
                return Err(Refused("it holds more than one statement"));
            }
            Token::DollarQuotedString(_) if origin == Origin::Made => {
                return Err(Refused("it holds a text in dollar quotes"));
            }
            Token::Backslash => return Err(Refused("it holds a backslash outside of quotes")),
            Token::Whitespace(Whitespace::MultiLineComment(comment))
                if comment.starts_with('!') || comment.starts_with("M!") =>
            {
                return Err(Refused("it holds a comment that MySQL carries out"));
            }
            _ if is_comment(token) && origin == Origin::Made => return Err(Refused("it holds a comment")),
            _ => {}
        }
    }
    if open > 0 || (is_routine && blocks.open > usize::from(blocks.has_ended)) {
        return Err(Refused("it leaves a parenthesis or a block open"));
    }
    // The semicolon that ends it would be a part of the comment.
    match found.last() {
        Some(Token::Whitespace(Whitespace::SingleLineComment { .. })) => {
            Err(Refused("it ends with a comment"))
        }
        _ => Ok(()),
    }
}

/// A statement as it is written: SQLAlchemy begins lines with tabs, for which blanks stand where no value has lines.
pub fn layout(text: &str, dialect: Dialect) -> String {
    let has_lines = |token: &Token| !is_blank(token) && token.to_string().contains('\n');
    let found = tokens(text, dialect).unwrap_or_default();
    let text = text.trim_end();
    if found.is_empty() || found.iter().any(has_lines) {
        return text.to_owned();
    }
    let line = |line: &str| {
        let rest = line.trim_start_matches('\t');
        format!("{}{}", "    ".repeat(line.len() - rest.len()), rest.trim_end())
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn is(token: &Token, words: &[&str]) -> bool {
    matches!(token, Token::Word(word)
        if word.quote_style.is_none() && words.iter().any(|one| word.value.eq_ignore_ascii_case(one)))
}

/// Whether a statement declares what has statements in it. `psql` knows of functions and procedures alone.
fn is_routine(tokens: &[Token], dialect: Dialect) -> bool {
    let kinds: &[&str] = match dialect {
        Dialect::Postgresql => &["FUNCTION", "PROCEDURE"],
        _ => &["FUNCTION", "PROCEDURE", "TRIGGER", "EVENT", "PACKAGE"],
    };
    let mut plain = tokens.iter().filter(|token| !is_blank(token));
    plain.next().is_some_and(|token| is(token, &["CREATE"]))
        && plain.take(8).take_while(|token| !matches!(token, Token::LParen)).any(|token| is(token, kinds))
}

/// Follows `BEGIN … END`, and the `CASE … END` within.
#[derive(Debug, Default)]
struct Blocks {
    open: usize,
    /// `END` was the last word: what it ends, the next one tells.
    has_ended: bool,
}

impl Blocks {
    fn follow(&mut self, token: &Token) {
        if is_blank(token) {
            return;
        }
        if std::mem::take(&mut self.has_ended) {
            // `END IF`, `END LOOP` and their like end what was not counted; `END CASE` what was.
            if is(token, &["IF", "LOOP", "WHILE", "REPEAT", "FOR"]) {
                return;
            }
            self.open = self.open.saturating_sub(1);
            if is(token, &["CASE"]) {
                return;
            }
        }
        if is(token, &["BEGIN", "CASE"]) {
            self.open += 1;
        }
        self.has_ended = is(token, &["END"]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: [Dialect; 5] =
        [Dialect::Postgresql, Dialect::Mysql, Dialect::Sqlite, Dialect::Mssql, Dialect::Oracle];

    fn made(text: &str, dialect: Dialect) -> bool {
        statement(text, dialect, Origin::Made).is_ok()
    }

    fn copied(text: &str, dialect: Dialect) -> bool {
        statement(text, dialect, Origin::Copied).is_ok()
    }

    #[test]
    fn values_in_their_quotes_are_values() {
        for dialect in EVERY {
            assert!(made("CREATE TABLE t (a INTEGER DEFAULT 'x; -- /* \\! $$')", dialect), "{dialect:?}");
            assert!(made("ALTER TABLE t ADD CHECK (a > 0)", dialect), "{dialect:?}");
        }
        assert!(made("COMMENT ON TABLE \"a\"\"; \\! x\" IS 'a\nb :x ''; \\!'", Dialect::Postgresql));
        assert!(made("CREATE TABLE `a``; b` (c INTEGER COMMENT 'x\\\\''; --')", Dialect::Mysql));
        assert!(made("SELECT a::text, b[1:2]", Dialect::Postgresql));
    }

    #[test]
    fn lines_begin_with_blanks_and_values_stay() {
        let text = "CREATE TABLE t (\n\ta INTEGER, \n\tb INTEGER DEFAULT 'x\ty'\n)\n";
        let wanted = "CREATE TABLE t (\n    a INTEGER,\n    b INTEGER DEFAULT 'x\ty'\n)";
        assert_eq!(layout(text, Dialect::Postgresql), wanted);
        let value = "COMMENT ON TABLE t IS 'a \n\tb'";
        assert_eq!(layout(value, Dialect::Postgresql), value);
    }

    #[test]
    fn what_leaves_its_statement_is_refused() {
        let bad = [
            "DROP TABLE a; DROP TABLE b",
            "DROP TABLE a;",
            "SELECT 1 -- x",
            "SELECT 1 /* x */",
            "SELECT 'a",
            "SELECT \"a",
            "SELECT 1 \\! id",
            "SELECT (1",
            "SELECT 1)",
            "SELECT 1 /* x",
            "SELECT '\0'",
        ];
        for text in bad {
            assert!(EVERY.into_iter().all(|dialect| !made(text, dialect)), "{text}");
        }
        assert!(!made("SELECT 'a\\\\' ; DROP TABLE x; -- '", Dialect::Mysql));
        assert!(!made("SELECT 'a\\' ; DROP TABLE x; -- '", Dialect::Postgresql));
        assert!(!copied("SELECT 1 /*! ; DROP TABLE x */", Dialect::Mysql));
        for text in [
            "SELECT :x",
            "SELECT :'HOME'",
            "SELECT a[1:USER]",
            "CREATE DOMAIN d AS TEXT CHECK (VALUE <> $$x$$)",
        ] {
            assert!(!made(text, Dialect::Postgresql), "{text}");
        }
    }

    #[test]
    fn a_line_that_a_client_would_carry_out_is_refused() {
        for line in ["GO", "go 5", ":!! calc", "!! calc", ":r file", "exit"] {
            assert!(!made(&format!("SELECT 'a\n{line}\nb'"), Dialect::Mssql), "{line}");
            assert!(made(&format!("SELECT 'a\n{line}\nb'"), Dialect::Postgresql), "{line}");
        }
        assert!(!made("SELECT '$(PATH)'", Dialect::Mssql));
        assert!(made("SELECT 'a\nGOAL'", Dialect::Mssql));
        for text in [
            "SELECT 'a\n\nHOST calc\n'",
            "SELECT 'a\n/\n'",
            "SELECT 'a\n@x'",
            "SELECT '&x'",
            "SELECT 'a\r\rx'",
        ] {
            assert!(!made(text, Dialect::Oracle), "{text}");
        }
        assert!(made("SELECT 'R & D\nx'", Dialect::Oracle));
    }

    #[test]
    fn a_statement_of_the_code_is_one() {
        let body = "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; DELETE FROM c; END";
        assert!(copied(body, Dialect::Sqlite));
        assert!(!made(body, Dialect::Sqlite));
        assert!(!copied(&format!("{body}; DROP TABLE x"), Dialect::Sqlite));
        assert!(!copied("CREATE VIEW v AS SELECT 1; DROP TABLE x", Dialect::Postgresql));
        assert!(copied("CREATE VIEW v AS SELECT 1 -- one\n FROM a /* b */ WHERE c", Dialect::Postgresql));
        assert!(!copied("CREATE VIEW v AS SELECT 1 -- one", Dialect::Postgresql));
        assert!(copied(
            "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN x; END; $$ LANGUAGE plpgsql",
            Dialect::Postgresql
        ));
        assert!(!copied("CREATE VIEW v AS SELECT 1 \\! id", Dialect::Postgresql));
        let loops = "CREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; END IF; SELECT 2; END";
        assert!(copied(loops, Dialect::Mysql));
    }
}
