//! The objects that a statement creates and refers to, as far as its first words show.

use belljar_dialect::Database;
use sqlparser::tokenizer::Token;

use crate::sql::{is_blank, tokens};

/// The known objects of a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The kind and the name of the created object: `table`, `view`, `index`, `type`, `sequence`, `schema`.
    pub makes: Option<(&'static str, String)>,
    /// The table that it is about, if it does not create one.
    pub of: Option<String>,
    /// Tables that it refers to, other than its own.
    pub refers: Vec<String>,
}

const KINDS: &[(&str, &str)] = &[
    ("TABLE", "table"),
    ("VIEW", "view"),
    ("INDEX", "index"),
    ("TYPE", "type"),
    ("DOMAIN", "type"),
    ("SEQUENCE", "sequence"),
    ("SCHEMA", "schema"),
];

/// Words allowed between `CREATE` and the kind of object.
const BETWEEN: &str = "UNIQUE CLUSTERED NONCLUSTERED COLUMNSTORE FULLTEXT SPATIAL BITMAP GLOBAL LOCAL TEMP TEMPORARY UNLOGGED \
    EXTERNAL FOREIGN VIRTUAL MATERIALIZED PRIVATE IMMUTABLE BLOCKCHAIN SHARDED DUPLICATED";

fn is(token: Option<&&Token>, list: &str) -> bool {
    matches!(token, Some(Token::Word(word)) if word.quote_style.is_none()
        && list.split_ascii_whitespace().any(|one| word.value.eq_ignore_ascii_case(one)))
}

/// What a statement makes; nothing is known of one that can't be read.
pub fn about(text: &str, dialect: Database) -> About {
    let found = tokens(text, dialect).unwrap_or_default();
    let found: Vec<&Token> = found.iter().filter(|token| !is_blank(token)).collect();
    if is(found.first(), "CREATE") {
        created(&found)
    } else if is(found.first(), "ALTER") && is(found.get(1), "TABLE") {
        let of = parse_name(&found, 2 + usize::from(is(found.get(2), "ONLY")));
        About { refers: references(&found, of.as_ref()), of, ..About::default() }
    } else if is(found.first(), "COMMENT") && is(found.get(1), "ON") {
        About { of: commented(&found), ..About::default() }
    } else {
        About::default()
    }
}

fn created(tokens: &[&Token]) -> About {
    let mut place = 1;
    while is(tokens.get(place), BETWEEN) {
        place += 1;
    }
    let Some((_, kind)) = KINDS.iter().find(|(word, _)| is(tokens.get(place), word)) else {
        return About::default();
    };
    place += 1;
    place += usize::from(is(tokens.get(place), "CONCURRENTLY"));
    if is(tokens.get(place), "IF") && is(tokens.get(place + 1), "NOT") {
        place += 3;
    }
    let made = parse_name(tokens, place);
    match (*kind, made) {
        (_, None) => About::default(),
        ("index", Some(made)) => {
            let of = tokens
                .iter()
                .position(|token| is(Some(token), "ON"))
                .and_then(|on| parse_name(tokens, on + 1 + usize::from(is(tokens.get(on + 1), "ONLY"))));
            About { makes: Some(("index", made)), of, refers: Vec::new() }
        }
        (kind, Some(made)) => {
            About { refers: references(tokens, Some(&made)), makes: Some((kind, made)), of: None }
        }
    }
}

fn commented(tokens: &[&Token]) -> Option<String> {
    if is(tokens.get(2), "TABLE") {
        return parse_name(tokens, 3);
    }
    if is(tokens.get(2), "COLUMN") {
        return Some(parse_name(tokens, 3)?.rsplit_once('.')?.0.to_owned());
    }
    let on = tokens.iter().skip(3).position(|token| is(Some(token), "ON"))?;
    parse_name(tokens, on + 4)
}

fn references(tokens: &[&Token], own: Option<&String>) -> Vec<String> {
    let behind = tokens.iter().enumerate().filter(|(_, token)| is(Some(token), "REFERENCES"));
    let mut found: Vec<String> = behind.filter_map(|(place, _)| parse_name(tokens, place + 1)).collect();
    found.retain(|name| Some(name) != own);
    found
}

/// A name of one or more parts: unquoted parts in lower case.
fn parse_name(tokens: &[&Token], start: usize) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut place = start;
    while let Some(Token::Word(word)) = tokens.get(place) {
        let is_plain = word.quote_style.is_none();
        parts.push(if is_plain { word.value.to_lowercase() } else { word.value.clone() });
        if !matches!(tokens.get(place + 1), Some(Token::Period)) {
            break;
        }
        place += 2;
    }
    (!parts.is_empty()).then(|| parts.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_and_what_of() {
        let makes =
            |text: &str| about(text, Database::Postgresql).makes.map(|(kind, name)| format!("{kind} {name}"));
        for (text, expected) in [
            ("CREATE TABLE a (b INTEGER)", "table a"),
            ("CREATE TEMPORARY TABLE IF NOT EXISTS s.\"A b\" (b INTEGER)", "table s.A b"),
            ("CREATE UNIQUE INDEX CONCURRENTLY IX ON a (b)", "index ix"),
            ("CREATE TYPE moods AS ENUM ('a')", "type moods"),
            ("CREATE MATERIALIZED VIEW v AS SELECT 1", "view v"),
        ] {
            assert_eq!(makes(text).as_deref(), Some(expected), "{text}");
        }
        let of = |text: &str| about(text, Database::Postgresql).of;
        for text in [
            "CREATE INDEX i ON ONLY s.a (b)",
            "ALTER TABLE ONLY s.a ADD CONSTRAINT c CHECK (b)",
            "COMMENT ON TABLE s.a IS 'x'",
            "COMMENT ON COLUMN s.a.b IS 'x'",
            "COMMENT ON CONSTRAINT c ON s.a IS 'x'",
        ] {
            assert_eq!(of(text).as_deref(), Some("s.a"), "{text}");
        }
        let text = "CREATE TABLE a (b INTEGER REFERENCES a (c), FOREIGN KEY(b) REFERENCES s.\"D\" (c))";
        assert_eq!(about(text, Database::Postgresql).refers, ["s.D"]);
        assert_eq!(about("SELECT '", Database::Postgresql), About::default());
    }
}
