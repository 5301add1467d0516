//! Parses a configuration in any of its formats to one tree of values.

use toml::de::{DeTable, DeValue};

use crate::{
    bounded, json,
    text::{ConfigText, Format, LONGEST, Wrong},
    walk::{Problem, Value, Walk},
    yaml,
};

/// Parses a configuration and passes its root to `read`. Problems are sorted by line.
pub fn parse_config<'a, T: Default>(
    source: impl Into<ConfigText<'a>>,
    read: impl FnOnce(&mut Walk<'_>, &DeTable<'_>) -> T,
) -> (T, Vec<Problem>) {
    let source = source.into();
    let mut walk = Walk::new(source);
    let mut out = T::default();
    if source.format != Format::Pyproject && source.text.len() > LONGEST {
        let message = format!("it has {} bytes; the limit is {LONGEST}", source.text.len());
        return (out, vec![Problem { line: 0, message, hint: None }]);
    }
    match root(source) {
        Ok(root) => out = read(&mut walk, &root),
        Err(Wrong { start, message }) => walk.problem(start, message, None),
    }
    walk.problems.sort();
    (out, walk.problems)
}

fn root(source: ConfigText<'_>) -> Result<DeTable<'_>, Wrong> {
    match source.format {
        Format::Toml => Ok(DeTable::parse(source.text).map_err(|error| wrong(&error))?.into_inner()),
        Format::Pyproject => pyproject(source.text),
        Format::Yaml => yaml::parse(source.text),
        Format::Json => json::parse(source.text),
    }
}

fn wrong(error: &toml::de::Error) -> Wrong {
    let start = error.span().map_or(0, |span| span.start);
    Wrong::new(start, error.message().trim().replace('\n', "; "))
}

/// The table `tool.belljar`; empty if there is none.
fn pyproject(text: &str) -> Result<DeTable<'_>, Wrong> {
    let (document, errors) = bounded::parse(text).map_err(|message| Wrong::new(0, message))?;
    if let Some(error) = errors.first() {
        return Err(wrong(error));
    }
    let mut document = document.into_inner();
    let Some(tool) = document.remove("tool") else { return Ok(DeTable::new()) };
    let DeValue::Table(mut tool) = tool.into_inner() else { return Ok(DeTable::new()) };
    let Some(own) = tool.remove("belljar") else { return Ok(DeTable::new()) };
    let span = own.span();
    let size = weight(&own);
    if size > LONGEST {
        let message = format!("`tool.belljar` has {size} bytes; the limit is {LONGEST}");
        return Err(Wrong::new(span.start, message));
    }
    match own.into_inner() {
        DeValue::Table(table) => Ok(table),
        _ => Err(Wrong::new(span.start, "`tool.belljar` must be a table")),
    }
}

/// The bytes of all names and strings in a value, and some for each value.
fn weight(value: &Value<'_>) -> usize {
    let inner = match value.get_ref() {
        DeValue::String(text) => text.len(),
        DeValue::Array(items) => items.iter().map(weight).sum(),
        DeValue::Table(table) => table.iter().map(|(key, value)| key.get_ref().len() + weight(value)).sum(),
        _ => 0,
    };
    inner + 4
}
