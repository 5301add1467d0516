//! JSON with places. The syntax is checked by `serde_json`; what remains is to find where each value is.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    text::{DEEPEST, Wrong, number},
    walk::Value,
};

/// Parses a text whose root is an object.
pub(crate) fn parse(text: &str) -> Result<DeTable<'_>, Wrong> {
    // The depth is limited to 128 by this parser.
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| {
        let before: usize =
            text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        Wrong::new(before + error.column().saturating_sub(1), message)
    })?;
    let mut reader = Reader { text, place: 0 };
    match reader.value(0)? {
        Some(value) => match value.into_inner() {
            DeValue::Table(table) => Ok(table),
            _ => Err(Wrong::new(0, "the configuration must be an object")),
        },
        None => Ok(DeTable::new()),
    }
}

/// A reader of text that is valid JSON.
struct Reader<'a> {
    text: &'a str,
    place: usize,
}

impl<'a> Reader<'a> {
    /// A value; `None` for `null`, which stands for a value that is not set.
    fn value(&mut self, depth: usize) -> Result<Option<Value<'a>>, Wrong> {
        let start = self.place_of_next();
        if depth > DEEPEST {
            return Err(Wrong::new(start, format!("it is nested more than {DEEPEST} levels deep")));
        }
        let value = match self.peek() {
            Some(b'{') => DeValue::Table(self.object(depth)?),
            Some(b'[') => DeValue::Array(self.list(depth)?.into_iter().collect()),
            Some(b'"') => DeValue::String(Cow::Owned(self.string()?)),
            _ => match self.word() {
                "null" => return Ok(None),
                "true" => DeValue::Boolean(true),
                "false" => DeValue::Boolean(false),
                word => number(word).ok_or_else(|| Wrong::new(start, format!("`{word}` is not a number")))?,
            },
        };
        Ok(Some(Spanned::new(start..self.place, value)))
    }

    fn object(&mut self, depth: usize) -> Result<DeTable<'a>, Wrong> {
        let mut table = DeTable::new();
        self.take(b'{');
        while self.peek() == Some(b'"') {
            let start = self.place_of_next();
            let name = self.string()?;
            let key = Spanned::new(start..self.place, Cow::<str>::Owned(name));
            self.take(b':');
            let value = self.value(depth + 1)?;
            if table.contains_key(key.get_ref().as_ref()) {
                return Err(Wrong::new(start, format!("duplicate key `{}`", key.get_ref())));
            }
            // Editors ignore this key: it names the JSON Schema.
            if let Some(value) = value.filter(|_| depth > 0 || key.get_ref() != "$schema") {
                table.insert(key, value);
            }
            self.take(b',');
        }
        self.take(b'}');
        Ok(table)
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Value<'a>>, Wrong> {
        let mut items = Vec::new();
        self.take(b'[');
        while self.peek().is_some_and(|next| next != b']') {
            let start = self.place;
            let item = self.value(depth + 1)?;
            items.push(item.ok_or_else(|| Wrong::new(start, "a list can't contain `null`"))?);
            self.take(b',');
        }
        self.take(b']');
        Ok(items)
    }

    fn string(&mut self) -> Result<String, Wrong> {
        let start = self.place_of_next();
        let mut end = start + 1;
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(end) {
            end += match byte {
                b'"' => break,
                b'\\' => 2,
                _ => 1,
            };
        }
        self.place = end + 1;
        let text = self.text.get(start..self.place).unwrap_or_default();
        serde_json::from_str(text).map_err(|error| Wrong::new(start, error.to_string()))
    }

    /// A literal or a number.
    fn word(&mut self) -> &'a str {
        let start = self.place_of_next();
        let rest = self.text.get(start..).unwrap_or_default();
        let end = rest.find(|letter: char| letter.is_whitespace() || ",]}".contains(letter));
        let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        self.place = start + word.len();
        word
    }

    fn place_of_next(&mut self) -> usize {
        let rest = self.text.get(self.place..).unwrap_or_default();
        self.place += rest.len() - rest.trim_start().len();
        self.place
    }

    fn peek(&mut self) -> Option<u8> {
        let place = self.place_of_next();
        self.text.as_bytes().get(place).copied()
    }

    fn take(&mut self, byte: u8) {
        if self.peek() == Some(byte) {
            self.place += 1;
        }
    }
}
