//! SQL text: fills in recipes, and analyses defaults.

use std::collections::BTreeSet;

use belljar_dialect::Reserved;
use belljar_diff::Change;

use crate::{Advice, Database, Rule, draft::Name, versions::MYSQLS};

/// The recipe of a rule for these databases, with the names of a change and of a draft filled in.
pub(crate) fn recipe(
    rule: &Rule,
    change: &Change,
    names: &[(&'static str, Name)],
    dialects: &[Database],
) -> Vec<Advice> {
    let path = &change.path;
    let mut all: Vec<(&str, Name)> = names.to_vec();
    all.push(("table", Name::Qualified(path.schema.clone(), path.name.clone())));
    if let Some(part) = &path.part {
        all.push(("name", Name::Identifiers(vec![part.clone()])));
    }
    let is_for = |step: &&crate::Step| {
        let has_name = step.needs.is_empty() || all.iter().any(|(name, _)| *name == step.needs);
        let has_dialect =
            step.dialects.is_empty() || step.dialects.iter().any(|dialect| dialects.contains(dialect));
        has_name && has_dialect
    };
    let steps = rule.recipe.iter().filter(is_for);
    let filled = steps.map(|step| {
        let own = if step.dialects.is_empty() { dialects } else { step.dialects };
        let quote = if own.iter().all(|dialect| MYSQLS.contains(dialect)) { '`' } else { '"' };
        Advice {
            dialects: step.dialects.iter().copied().filter(|dialect| dialects.contains(dialect)).collect(),
            text: fill(step.text, &all, None),
            sql: (!step.sql.is_empty()).then(|| fill(step.sql, &all, Some(quote))),
        }
    });
    filled.collect()
}

/// Replaces `{name}` once: replacements are not scanned again. The first of several is used.
fn fill(text: &str, names: &[(&str, Name)], quote: Option<char>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let found = after.split_once('}').and_then(|(key, after)| {
            let (_, name) = names.iter().find(|(other, _)| *other == key)?;
            Some((name, after))
        });
        match found {
            Some((name, after)) => {
                out.push_str(&shown(name, quote));
                rest = after;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out + rest
}

/// For SQL, or for a sentence.
fn shown(name: &Name, quote: Option<char>) -> String {
    let one = |name: &str| quote.map_or_else(|| name.to_owned(), |quote| quoted(name, quote));
    match name {
        Name::Identifiers(names) => names.iter().map(|name| one(name)).collect::<Vec<_>>().join(", "),
        Name::Qualified(schema, name) => {
            let schema = schema.as_deref().map(|schema| format!("{}.", one(schema))).unwrap_or_default();
            format!("{schema}{}", one(name))
        }
        Name::Sql(text) => text.clone(),
    }
}

/// An identifier, quoted if needed.
fn quoted(name: &str, quote: char) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_');
    if plain && !is_reserved(name) {
        return name.to_owned();
    }
    format!("{quote}{}{quote}", name.replace(quote, &format!("{quote}{quote}")))
}

/// Whether a word needs quotes in some database.
pub(crate) fn is_reserved(name: &str) -> bool {
    Reserved::Names.contains(name) || Reserved::NamesInMysql.contains(name)
}

/// Whether a word needs quotes in databases other than MySQL.
pub(crate) fn is_reserved_everywhere(name: &str) -> bool {
    Reserved::Names.contains(name)
}

/// Whether a default differs from row to row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Volatility {
    /// The same for all rows of one statement.
    Stable,
    /// It differs from row to row.
    Volatile,
    /// It calls an unknown function.
    Unknown,
}

const STABLE: &[&str] = &[
    "array",
    "cast",
    "char",
    "character",
    "coalesce",
    "concat",
    "current_setting",
    "date",
    "date_trunc",
    "decimal",
    "interval",
    "json",
    "json_array",
    "json_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "lower",
    "make_date",
    "make_interval",
    "now",
    "numeric",
    "statement_timestamp",
    "time",
    "timestamp",
    "timestamptz",
    "timezone",
    "to_char",
    "to_json",
    "to_jsonb",
    "transaction_timestamp",
    "upper",
    "varchar",
    "varying",
    "zone",
];
const VOLATILE: &[&str] = &[
    "clock_timestamp",
    "gen_random_bytes",
    "gen_random_uuid",
    "nextval",
    "rand",
    "random",
    "timeofday",
    "uuid",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "uuid_to_bin",
    "uuidv4",
    "uuidv7",
];

/// Parses the functions that a default calls.
pub(crate) fn volatility(text: &str) -> Volatility {
    let mut found = Volatility::Stable;
    for name in calls(text) {
        if VOLATILE.contains(&name.as_str()) {
            return Volatility::Volatile;
        }
        if !STABLE.contains(&name.as_str()) {
            found = Volatility::Unknown;
        }
    }
    found
}

/// Names, in lower case and without their schema, of the functions that a text calls.
fn calls(text: &str) -> Vec<String> {
    let (mut found, mut word) = (Vec::new(), String::new());
    for letter in without_literals(text).chars() {
        if letter.is_alphanumeric() || letter == '_' {
            word.extend(letter.to_lowercase());
        } else {
            if letter == '(' && !word.is_empty() {
                found.push(word.clone());
            }
            // `now ()` is a call too.
            if !letter.is_whitespace() {
                word.clear();
            }
        }
    }
    found
}

/// The names in a text, in lower case, quoted or not.
pub(crate) fn words(text: &str) -> BTreeSet<String> {
    let text = without_literals(text).to_lowercase();
    let parts = text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == '$'));
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A text without strings in single quotes.
pub(crate) fn without_literals(text: &str) -> String {
    text.split('\'').step_by(2).collect::<Vec<_>>().join("''")
}

#[cfg(test)]
mod tests {
    use super::{Name, Volatility, fill, quoted, volatility};

    #[test]
    fn a_name_is_not_read_again() {
        let names = [("a", Name::Identifiers(vec!["{b}".to_owned()])), ("b", Name::Sql("no".to_owned()))];
        assert_eq!(fill("{a} {c} {", &names, Some('"')), "\"{b}\" {c} {");
    }

    #[test]
    fn quotes_where_they_are_needed() {
        for (name, expected) in [("id", "id"), ("user", "\"user\""), ("A", "\"A\""), ("a\"b", "\"a\"\"b\"")] {
            assert_eq!(quoted(name, '"'), expected);
        }
    }

    #[test]
    fn volatile_defaults() {
        let cases = [
            ("0", Volatility::Stable),
            ("'random()'", Volatility::Stable),
            ("now()", Volatility::Stable),
            ("CURRENT_TIMESTAMP", Volatility::Stable),
            ("timezone('utc', now())", Volatility::Stable),
            ("gen_random_uuid()", Volatility::Volatile),
            ("public.uuid_generate_v4()", Volatility::Volatile),
            ("lower(md5(random()::text))", Volatility::Volatile),
            ("app.next_number()", Volatility::Unknown),
        ];
        for (text, expected) in cases {
            assert_eq!(volatility(text), expected, "{text}");
        }
    }
}
