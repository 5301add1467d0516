//! The text of a configuration in one of its formats, and its parsing to one tree of values.

use toml::de::{DeTable, DeValue};

use crate::{
    Problem, Value, Walk, bounded,
    find::{FILE_NAME, PYPROJECT},
    json, yaml,
};

/// The maximum size of a configuration, in bytes. Patterns are compiled, so their number must be limited.
pub const LONGEST: usize = 64 << 10;

/// The maximum depth of lists and tables in each other in JSON and YAML. The parser of TOML has a limit of its own.
pub(crate) const DEEPEST: usize = 64;

/// The format of a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// TOML whose root is the configuration.
    Toml,
    /// TOML of a Python project, with the configuration in the table `tool.belljar`.
    Pyproject,
    /// YAML 1.2 without anchors and tags.
    Yaml,
    /// JSON.
    Json,
}

impl Format {
    /// The format of a file, by its name; TOML if the name has no other suffix.
    pub fn of(path: &str) -> Self {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        match name.rsplit_once('.').map(|(_, ending)| ending) {
            _ if name == PYPROJECT => Self::Pyproject,
            Some("json") => Self::Json,
            Some("yaml" | "yml") => Self::Yaml,
            _ => Self::Toml,
        }
    }
}

/// The text of a configuration.
#[derive(Debug, Clone, Copy)]
pub struct ConfigText<'a> {
    /// The path of the file, for messages.
    pub path: &'a str,
    /// The text of the whole file.
    pub text: &'a str,
    /// Its format.
    pub format: Format,
}

impl<'a> ConfigText<'a> {
    /// A text with the format that the name of its file states.
    pub fn new(path: &'a str, text: &'a str) -> Self {
        Self { path, text, format: Format::of(path) }
    }
}

impl<'a> From<&'a str> for ConfigText<'a> {
    /// The text of a `belljar.toml`.
    fn from(text: &'a str) -> Self {
        Self { path: FILE_NAME, text, format: Format::Toml }
    }
}

impl<'a> From<&'a String> for ConfigText<'a> {
    fn from(text: &'a String) -> Self {
        text.as_str().into()
    }
}

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

/// Why a text could not be parsed.
#[derive(Debug)]
pub(crate) struct Wrong {
    /// Its position, in bytes.
    pub(crate) start: usize,
    /// A lower-case fragment.
    pub(crate) message: String,
}

impl Wrong {
    pub(crate) fn new(start: usize, message: impl Into<String>) -> Self {
        Self { start, message: message.into() }
    }
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

/// A number in the notation of TOML, or `None` if the text is none.
pub(crate) fn number(text: &str) -> Option<DeValue<'_>> {
    let found = DeValue::parse(text).ok()?.into_inner();
    matches!(found, DeValue::Integer(_) | DeValue::Float(_)).then_some(found)
}
