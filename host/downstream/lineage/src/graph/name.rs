use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Dialect;

/// The name of a relation in SQL: up to three parts, each quoted or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Relation {
    /// Database (BigQuery: project), schema (BigQuery: dataset) and name, as far as they are given; the name is last.
    pub parts: Vec<String>,
    /// Whether a part was quoted, so that its case is kept in dialects that fold names.
    pub quoted: bool,
}

impl Relation {
    /// A name without quotes.
    pub fn new<S: Into<String>>(parts: impl IntoIterator<Item = S>) -> Self {
        Self { parts: parts.into_iter().map(Into::into).collect(), quoted: false }
    }

    /// The same relation with a quoted name, whose letter case counts.
    #[must_use]
    pub fn quoted(mut self) -> Self {
        self.quoted = true;
        self
    }

    /// The last part of the name, without database and schema.
    pub fn name(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }

    /// The parts in the form in which they are compared, the name first: so that a name with fewer parts is a prefix.
    pub fn key(&self, dialect: Dialect) -> Vec<String> {
        self.parts.iter().rev().map(|part| dialect.relation_key(part, self.quoted)).collect()
    }

    /// Parses `"db"."schema"."name"`, `` `project.dataset.table` ``, `db.schema.name` and `[db].[dbo].[name]`. Parts
    /// beyond sixteen are ignored: no system has them.
    pub fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut quoted = false;
        let mut part = String::new();
        let mut end: Option<char> = None;
        let mut chars = text.trim().chars().peekable();
        while let Some(one) = chars.next() {
            match end {
                Some(quote) if one == quote => {
                    if chars.peek() == Some(&quote) && quote != ']' {
                        chars.next();
                        part.push(quote);
                    } else {
                        end = None;
                    }
                }
                // BigQuery quotes a whole path.
                Some('`') if one == '.' => parts.push(std::mem::take(&mut part)),
                Some(_) => part.push(one),
                None => match one {
                    '"' | '`' => (end, quoted) = (Some(one), true),
                    '[' => (end, quoted) = (Some(']'), true),
                    '.' if parts.len() < 16 => parts.push(std::mem::take(&mut part)),
                    _ => part.push(one),
                },
            }
        }
        parts.push(part);
        parts.retain(|part| !part.is_empty());
        Self { parts, quoted }
    }
}

impl std::fmt::Display for Relation {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.parts.join("."))
    }
}
