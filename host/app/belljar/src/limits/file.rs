//! A file of limits: TOML, with a table for each tenant.
//!
//! ```toml
//! memory = "512MiB"
//! timeout = "1m"
//! allow-hosts = ["db.example.com"]
//!
//! [tenant.acme]
//! memory = "256MiB"
//! ```

use std::path::Path;

use belljar_connect::HostPattern;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    all::{Kind, Limit},
    error::LimitsError,
    origin::Position,
};

/// The key of the tables of tenants.
const TENANT: &str = "tenant";

/// The key of the databases that may be read.
pub(super) const HOSTS: &str = "allow-hosts";

/// The maximum size of a file, in bytes.
const LARGEST: u64 = 1 << 20;

/// A limit, its value, and its position.
pub(super) type Set = (&'static Limit, u64, Position);

/// The limits of a file.
#[derive(Debug, Default)]
pub(super) struct File {
    /// Those of all tenants.
    pub(super) top: Settings,
    /// Those of each tenant, in the order of their names.
    pub(super) tenants: Vec<(String, Settings)>,
    /// The names of the tenants.
    pub(super) names: Vec<String>,
}

/// What one table sets.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) limits: Vec<Set>,
    /// The databases that may be read, if it lists some.
    pub(super) hosts: Option<(Vec<HostPattern>, Position)>,
}

/// Reads a file of limits.
pub(super) fn read_limits_file(path: &Path) -> Result<File, LimitsError> {
    let shown = path.display().to_string();
    let bytes = belljar_engine::read_file(path, LARGEST)
        .map_err(|error| LimitsError::Read { message: error.to_string() })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| LimitsError::Read { message: format!("`{shown}` is not UTF-8") })?;
    parse(&shown, &text)
}

/// Parses the text of a file of limits.
pub(super) fn parse(path: &str, text: &str) -> Result<File, LimitsError> {
    let reader = Reader { path, text };
    let table = DeTable::parse(text).map_err(|error| LimitsError::Syntax {
        position: reader.position(error.span().map_or(0, |span| span.start)),
        message: error.message().to_owned(),
    })?;
    let mut file = File::default();
    for (key, value) in table.get_ref() {
        match value.get_ref() {
            DeValue::Table(tenants) if key.get_ref() == TENANT => {
                for (name, value) in tenants {
                    let DeValue::Table(limits) = value.get_ref() else {
                        return Err(reader.unknown(name));
                    };
                    let mut settings = Settings::default();
                    for (key, value) in limits {
                        reader.take(&mut settings, key, value)?;
                    }
                    let name = name.get_ref().to_string();
                    file.tenants.push((name.clone(), settings));
                    file.names.push(name);
                }
            }
            _ => reader.take(&mut file.top, key, value)?,
        }
    }
    Ok(file)
}

struct Reader<'a> {
    path: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn position(&self, byte: usize) -> Position {
        let line = 1 + self.text.get(..byte).unwrap_or_default().matches('\n').count();
        Position { path: self.path.to_owned(), line }
    }

    fn unknown<S: AsRef<str>>(&self, key: &Spanned<S>) -> LimitsError {
        let position = self.position(key.span().start);
        LimitsError::UnknownKey { position, key: key.get_ref().as_ref().to_owned() }
    }

    fn take<S: AsRef<str>>(
        &self,
        settings: &mut Settings,
        key: &Spanned<S>,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<(), LimitsError> {
        if key.get_ref().as_ref() == HOSTS {
            settings.hosts = Some(self.hosts(value)?);
        } else {
            settings.limits.push(self.set(key, value)?);
        }
        Ok(())
    }

    fn hosts(&self, value: &Spanned<DeValue<'_>>) -> Result<(Vec<HostPattern>, Position), LimitsError> {
        let position = self.position(value.span().start);
        let wrong = |message: String| LimitsError::Value {
            position: position.clone(),
            key: HOSTS.to_owned(),
            message,
            example: "[\"db.example.com\", \"*.example.com\", \"/srv/data\"]",
        };
        let no_list =
            |value: &DeValue<'_>| format!("of type {}, and must be a list of hosts", value.type_str());
        let DeValue::Array(items) = value.get_ref() else { return Err(wrong(no_list(value.get_ref()))) };
        let pattern = |item: &Spanned<DeValue<'_>>| match item.get_ref() {
            DeValue::String(text) => {
                HostPattern::parse(text).ok_or_else(|| wrong(format!("`{text}`, which is no host")))
            }
            other => Err(wrong(no_list(other))),
        };
        Ok((items.iter().map(pattern).collect::<Result<_, _>>()?, position.clone()))
    }

    fn set<S: AsRef<str>>(&self, key: &Spanned<S>, value: &Spanned<DeValue<'_>>) -> Result<Set, LimitsError> {
        let limit = Limit::named(key.get_ref().as_ref()).ok_or_else(|| self.unknown(key))?;
        let position = self.position(value.span().start);
        match number(limit.kind, value.get_ref()) {
            Ok(number) => Ok((limit, number, position)),
            Err(message) => Err(LimitsError::Value {
                position,
                key: limit.key.to_owned(),
                message,
                example: limit.kind.example(),
            }),
        }
    }
}

/// The value as a number in the unit of its kind, or the error.
fn number(kind: Kind, value: &DeValue<'_>) -> Result<u64, String> {
    let wrong = |what: &dyn std::fmt::Display| format!("{what}, and must be {}", kind.noun());
    match value {
        DeValue::Integer(number) if kind != Kind::Time => {
            let parsed = u64::from_str_radix(number.as_str(), number.radix());
            parsed.map_err(|_| wrong(&format_args!("`{}`", number.as_str())))
        }
        DeValue::String(text) if kind != Kind::Count => {
            kind.parse(text).map_err(|error| wrong(&format_args!("`{text}` ({error})")))
        }
        other => Err(wrong(&format_args!("of type {}", other.type_str()))),
    }
}
