//! Iterates over a configuration that is parsed with places.

use belljar_text::did_you_mean;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::ConfigText;

/// An error in a configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Its line, counted from 1; 0 for the whole file.
    pub line: usize,
    /// A lower-case fragment, values in backticks.
    pub message: String,
    /// What to do next, as a lower-case fragment.
    pub hint: Option<String>,
}

/// A value with its place.
pub type Value<'a> = Spanned<DeValue<'a>>;

/// A key with its place.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    /// The key as written.
    pub name: &'a str,
    /// Its position in the text, in bytes.
    pub start: usize,
}

/// The text of a configuration, and the errors found so far.
#[derive(Debug)]
pub struct Walk<'a> {
    pub(crate) source: ConfigText<'a>,
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(source: ConfigText<'a>) -> Self {
        Self { source, problems: Vec::new() }
    }
}

impl Walk<'_> {
    /// The path of the file, for places.
    pub fn path(&self) -> &str {
        self.source.path
    }

    /// The line of a position, counted from 1.
    pub fn line(&self, position: usize) -> usize {
        let before = self.source.text.as_bytes().get(..position).unwrap_or_default();
        before.split(|byte| *byte == b'\n').count()
    }

    /// Reports an error at a position.
    pub fn problem(&mut self, position: usize, message: String, hint: Option<String>) {
        self.problems.push(Problem { line: self.line(position), message, hint });
    }

    /// The errors found so far.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Passes on every entry of a table.
    pub fn table<'v, 'a>(&mut self, path: &str, value: &'v Value<'a>) -> Vec<(Key<'v>, &'v Value<'a>)> {
        match value.get_ref().as_table() {
            Some(table) => entries(table),
            None => {
                self.wrong_type(path, value, "a table");
                Vec::new()
            }
        }
    }

    /// The entries of a list.
    pub fn items<'v, 'a>(&mut self, path: &str, value: &'v Value<'a>) -> Vec<&'v Value<'a>> {
        match value.get_ref().as_array() {
            Some(array) => array.iter().collect(),
            None => {
                self.wrong_type(path, value, "a list");
                Vec::new()
            }
        }
    }

    /// The text of a string; another type is reported.
    pub fn text(&mut self, path: &str, value: &Value<'_>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(path, value, "a string");
        }
        text
    }

    /// Reads a list of strings.
    pub fn texts(&mut self, path: &str, value: &Value<'_>) -> Vec<String> {
        let items = self.items(path, value);
        items.into_iter().filter_map(|item| self.text(path, item)).collect()
    }

    /// The value of a Boolean; another type is reported.
    pub fn flag(&mut self, path: &str, value: &Value<'_>) -> Option<bool> {
        let DeValue::Boolean(flag) = value.get_ref() else {
            self.wrong_type(path, value, "true or false");
            return None;
        };
        Some(*flag)
    }

    /// Reads one of some names.
    pub fn choice<T: Copy>(&mut self, path: &str, value: &Value<'_>, of: &[(&str, T)]) -> Option<T> {
        let text = self.text(path, value)?;
        let found = of.iter().find(|(name, _)| *name == text).map(|(_, found)| *found);
        if found.is_none() {
            let names: Vec<&str> = of.iter().map(|(name, _)| *name).collect();
            let message = format!("`{path}` is `{text}`, which is not one of `{}`", names.join("`, `"));
            self.problem(value.span().start, message, did_you_mean(&text, &names));
        }
        found
    }

    /// Reports an unknown name.
    pub fn unknown(&mut self, key: Key<'_>, within: &str, known: &[&str]) {
        let name = key.name;
        let hint =
            did_you_mean(name, known).unwrap_or_else(|| format!("expected one of `{}`", known.join("`, `")));
        self.problem(key.start, format!("unknown key `{name}` in `{within}`"), Some(hint));
    }

    /// Reports a value of another type.
    pub fn wrong_type(&mut self, path: &str, value: &Value<'_>, wanted: &str) {
        let found = value.get_ref().type_str();
        let article = if found.starts_with(['a', 'i']) { "an" } else { "a" };
        let message = format!("`{path}` must be {wanted}, but is {article} {found}");
        self.problem(value.span().start, message, None);
    }
}

/// The entries of a table, with the places of their keys.
pub fn entries<'v, 'a>(table: &'v DeTable<'a>) -> Vec<(Key<'v>, &'v Value<'a>)> {
    let entry = |(key, value): (&'v Spanned<_>, &'v Value<'a>)| (key_of(key), value);
    table.iter().map(entry).collect()
}

fn key_of<'v>(key: &'v Spanned<std::borrow::Cow<'_, str>>) -> Key<'v> {
    Key { name: key.get_ref(), start: key.span().start }
}
