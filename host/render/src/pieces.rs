//! Texts of a job that become a part of SQL as they are.

use std::collections::BTreeSet;

use belljar_vet::{Dialect, Refused, expression, fragment, words};
use serde_json::{Map, Value};

/// The texts of a job that are more than the one thing that belongs where they stand. The guest leaves out what has one.
pub(crate) fn refused(job: &Value, dialect: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    Walk { dialect: Dialect::named(dialect), name: dialect, found: &mut found }.value(job);
    found
}

struct Walk<'a> {
    dialect: Dialect,
    /// What SQLAlchemy calls the dialect.
    name: &'a str,
    found: &'a mut BTreeSet<String>,
}

impl Walk<'_> {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.value(item)),
            Value::Object(fields) => self.object(fields),
            _ => {}
        }
    }

    fn object(&mut self, fields: &Map<String, Value>) {
        // Statements of views and the like are copied as a whole, and read as such when they are written.
        let is_whole = fields.contains_key("creation") || fields.contains_key("created");
        let is_literal = fields.get("server_default_literal") == Some(&Value::Bool(true));
        let is_type = fields.contains_key("repr");
        for (key, value) in fields {
            match (key.as_str(), value) {
                ("server_default", Value::String(text)) if !is_literal => self.text(text, expression),
                ("sql", Value::String(text)) if !is_whole => self.text(text, fragment),
                ("data_type", Value::String(text)) => self.text(text, fragment),
                ("ondelete" | "onupdate" | "initially" | "match", Value::String(text)) => {
                    self.text(text, |text, _| words(text));
                }
                ("prefixes", Value::Array(items)) => {
                    for text in items.iter().filter_map(Value::as_str) {
                        self.text(text, |text, _| words(text));
                    }
                }
                ("options", Value::Object(options)) => self.options(options),
                (key, Value::String(text)) if is_type && (key == self.name || key == "postgresql") => {
                    self.text(text, fragment);
                }
                _ => self.value(value),
            }
        }
    }

    /// Only those of the dialect are written.
    fn options(&mut self, options: &Map<String, Value>) {
        let own = format!("{}_", self.name);
        for (name, value) in options.iter().filter(|(name, _)| name.starts_with(&own)) {
            let is_name = name
                .bytes()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_');
            if !is_name {
                self.found.insert(name.clone());
            }
            if let Some(text) = value.as_str() {
                // Some are lists: pieces of one are separated by what no piece may hold.
                let pieces = text.split(", ").all(|piece| fragment(piece, self.dialect).is_ok());
                if !pieces && fragment(text, self.dialect).is_err() {
                    self.found.insert(text.to_owned());
                }
            }
        }
    }

    fn text(&mut self, text: &str, check: impl Fn(&str, Dialect) -> Result<(), Refused>) {
        // Drivers want `%` doubled, and the text is as they want it.
        if check(&text.replace("%%", "%"), self.dialect).is_err() {
            self.found.insert(text.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_text_that_is_sql_is_read() {
        let bad = "0); DROP TABLE users; --";
        let job = |text: &str| {
            json!({ "render": { "changes": [{ "before": { "column": { "server_default": text } } }], "base": { "tables": [{
                "name": "a", "prefixes": [text], "options": { "mysql_engine": text, "sqlite_x": "fine" },
                "columns": [{ "type": { "repr": "X()", "mysql": text }, "computed": { "sql": text }, "server_default": text }],
                "checks": [{ "sql": text }], "foreign_keys": [{ "ondelete": text, "match": text, "initially": text }],
                "indexes": [{ "elements": [{ "sql": text }], "options": { "mysql_where": text } }],
                "sequences": [{ "data_type": text }],
            }] } } })
        };
        assert_eq!(refused(&job(bad), "mysql"), BTreeSet::from([bad.to_owned()]));
        assert_eq!(refused(&job("CASCADE"), "mysql"), BTreeSet::new());
    }

    #[test]
    fn each_place_is_read_by_itself() {
        let bad = "x'; DROP TABLE users; --";
        for job in [
            json!({ "server_default": bad }),
            json!({ "sql": bad }),
            json!({ "data_type": bad }),
            json!({ "ondelete": bad }),
            json!({ "onupdate": bad }),
            json!({ "initially": bad }),
            json!({ "match": bad }),
            json!({ "prefixes": [bad] }),
            json!({ "options": { "oracle_x": bad } }),
            json!({ "repr": "", "oracle": bad }),
        ] {
            assert_eq!(refused(&job, "oracle").len(), 1, "{job}");
        }
        for job in [
            json!({ "server_default": bad, "server_default_literal": true }),
            json!({ "sql": bad, "creation": {} }),
            json!({ "name": bad, "comment": bad }),
            json!({ "options": { "mysql_x": bad } }),
        ] {
            assert!(refused(&job, "oracle").is_empty(), "{job}");
        }
        assert_eq!(refused(&json!({ "options": { "oracle_x=1, y": "1" } }), "oracle").len(), 1);
    }
}
