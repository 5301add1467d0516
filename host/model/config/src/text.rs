//! The text of a configuration in one of its formats, and the names of its files.

use toml::de::DeValue;

/// The usual name of a configuration.
pub const FILE_NAME: &str = "belljar.toml";

/// All names of a configuration. A folder has at most one of them.
pub const NAMES: [&str; 4] = [FILE_NAME, "belljar.yaml", "belljar.yml", "belljar.json"];

/// A file that may contain a configuration, in the table `tool.belljar`.
pub const PYPROJECT: &str = "pyproject.toml";

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

/// A number in the notation of TOML, or `None` if the text is none.
pub(crate) fn number(text: &str) -> Option<DeValue<'_>> {
    let found = DeValue::parse(text).ok()?.into_inner();
    matches!(found, DeValue::Integer(_) | DeValue::Float(_)).then_some(found)
}
