//! Texts of a job that become part of SQL unchanged.

use std::collections::BTreeSet;

use belljar_dialect::Database;
use belljar_vet::{
    Refused, UNKNOWN_OPTION, action, bare_name, data_type, exclusion, expression, fragment, number, option,
    own_expression, phrase, prefix,
};
use serde_json::{Map, Value};

/// The texts of a job that are more than the one thing that belongs where they stand. The guest leaves out what has one.
pub(crate) fn refused(job: &Value, database: Database) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    Walk { database, found: &mut found }.value(job);
    found
}

/// When a constraint is checked.
const MOMENTS: &[&str] = &["DEFERRED", "IMMEDIATE"];

/// How the columns of a foreign key are matched.
const MATCHES: &[&str] = &["FULL", "PARTIAL", "SIMPLE"];

/// The options of identities and sequences: numbers and flags.
const NUMBERS: &[&str] =
    &["minvalue", "maxvalue", "nominvalue", "nomaxvalue", "cycle", "cache", "order", "on_null", "optional"];

struct Walk<'a> {
    database: Database,
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
        // Statements of views and similar objects are copied as a whole, and checked when they are written.
        let is_whole = fields.contains_key("creation") || fields.contains_key("created");
        let is_literal = fields.get("server_default_literal") == Some(&Value::Bool(true));
        let is_type = fields.contains_key("repr");
        let is_element = fields.contains_key("column");
        self.unquoted(fields);
        for (key, value) in fields {
            match (key.as_str(), value) {
                ("server_default", Value::String(text)) if !is_literal => self.text(text, any_expression),
                ("sql", Value::String(text)) if is_whole => _ = text,
                // It is written in parentheses, followed by an operator class and an order.
                ("sql", Value::String(text)) if is_element => self.text(text, fragment),
                ("sql", Value::String(text)) => {
                    self.text(text, |text, dialect| {
                        any_expression(text, dialect).or_else(|_| exclusion(text, dialect))
                    });
                }
                ("data_type", Value::String(text)) => self.text(text, data_type),
                ("ondelete" | "onupdate", Value::String(text)) => self.text(text, action),
                ("initially", Value::String(text)) => self.text(text, |text, _| phrase(text, MOMENTS)),
                ("match", Value::String(text)) => self.text(text, |text, _| phrase(text, MATCHES)),
                ("prefixes", Value::Array(items)) => {
                    for text in items.iter().filter_map(Value::as_str) {
                        self.text(text, |text, _| prefix(text));
                    }
                }
                ("options", Value::Object(options)) => self.options(options),
                (key, Value::String(text)) if is_type && self.is_of_types(key) => {
                    self.text(text, data_type);
                }
                _ => self.value(value),
            }
        }
    }

    /// The texts of a type that may be written, or that help to determine it.
    fn is_of_types(&self, key: &str) -> bool {
        key == "postgresql" || key == self.database.name() || key == self.database.family().name()
    }

    /// SQLAlchemy writes a name unquoted if the code says that it is never quoted.
    fn unquoted(&mut self, fields: &Map<String, Value>) {
        let is_bare = fields
            .get("options")
            .and_then(|options| options.get("quote"))
            .is_some_and(|quote| quote != "True");
        if let Some(name) = fields.get("name").and_then(Value::as_str).filter(|_| is_bare) {
            self.text(name, |name, _| bare_name(name));
        }
    }

    /// Of the options of a dialect, only those of the own dialect are written.
    fn options(&mut self, options: &Map<String, Value>) {
        for (name, value) in options {
            let Some(text) = value.as_str() else { continue };
            if let Some((place, dialect)) = name.rsplit_once(':') {
                if dialect == self.database.name() && place.starts_with("element") {
                    self.text(text, fragment);
                } else if dialect == self.database.name() {
                    self.text(text, own_expression);
                }
            } else if name == "initially" {
                self.text(text, |text, _| phrase(text, MOMENTS));
            } else if NUMBERS.contains(&name.as_str()) {
                self.text(text, |text, _| number(text));
            } else if let Some(own) =
                name.strip_prefix(self.database.name()).and_then(|rest| rest.strip_prefix('_'))
                && let Err(why) = option(own, &text.replace("%%", "%"), self.database)
            {
                // Other options may have the value, and other tables the option.
                let is_known = why != UNKNOWN_OPTION;
                self.found.insert(if is_known { text } else { name }.to_owned());
            }
        }
    }

    fn text(&mut self, text: &str, check: impl Fn(&str, Database) -> Result<(), Refused>) {
        // Drivers want `%` doubled, and the text is as they want it.
        if check(&text.replace("%%", "%"), self.database).is_err() {
            self.found.insert(text.to_owned());
        }
    }
}

/// An expression as PostgreSQL's dialect has written it, or as the code has, in the words of the database itself.
fn any_expression(text: &str, dialect: Database) -> Result<(), Refused> {
    expression(text, dialect).or_else(|why| own_expression(text, dialect).map_err(|_| why))
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
        let found = refused(&job(bad), Database::Mysql);
        assert_eq!(found, BTreeSet::from([bad.to_owned()]));
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
            json!({ "prefixes": ["OR REPLACE"] }),
            json!({ "ondelete": "CASCADE DROP TABLE pwn" }),
            json!({ "sql": "id > 0 DROP TABLE pwn" }),
            json!({ "repr": "", "oracle": "INTEGER DROP TABLE pwn" }),
            json!({ "name": "b INTEGER, DROP COLUMN a", "options": { "quote": "False" } }),
            json!({ "options": { "initially": "DEFERRED x" } }),
            json!({ "options": { "minvalue": "1 x" } }),
            json!({ "repr": "", "oracle": bad }),
        ] {
            assert_eq!(refused(&job, Database::Oracle).len(), 1, "{job}");
        }
        for job in [
            json!({ "server_default": bad, "server_default_literal": true }),
            json!({ "sql": bad, "creation": {} }),
            json!({ "name": bad, "comment": bad }),
            json!({ "name": bad, "options": { "quote": "True" } }),
            json!({ "name": "plain", "options": { "quote": "False" } }),
            json!({ "prefixes": ["TEMPORARY"], "ondelete": "CASCADE", "sql": "EXCLUDE USING gist (a WITH =)" }),
            json!({ "options": { "oracle_compress": "True", "initially": "DEFERRED", "minvalue": "1" } }),
            json!({ "options": { "mysql_x": bad } }),
        ] {
            assert!(refused(&job, Database::Oracle).is_empty(), "{job}");
        }
        for name in ["oracle_x=1, y", "oracle_as_select"] {
            assert!(refused(&json!({ "options": { name: "1" } }), Database::Oracle).contains(name), "{name}");
        }
    }
}
