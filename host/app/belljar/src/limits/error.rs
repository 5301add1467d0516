use belljar_text::{did_you_mean, suggest};
use std::fmt;

use thiserror::Error;

use super::{
    all::ALL,
    file::HOSTS,
    origin::{Origin, Position},
};

/// Why limits are refused.
#[derive(Debug, Error)]
pub(crate) enum LimitsError {
    /// The file cannot be read.
    #[error("cannot read the limits: {message}")]
    Read {
        /// Which file, and what is wrong with it.
        message: String,
    },
    /// The file is not TOML.
    #[error("{position}: invalid TOML: {message}")]
    Syntax {
        /// The line of the file.
        position: Position,
        /// The error of the parser.
        message: String,
    },
    /// A key is not a limit.
    #[error("{position}: unknown limit `{key}`")]
    UnknownKey {
        /// The line of the file.
        position: Position,
        /// The key, as written in the file.
        key: String,
    },
    /// The value of a limit is invalid.
    #[error("{position}: `{key}` is {message}")]
    Value {
        /// The line of the file.
        position: Position,
        /// The key of the limit.
        key: String,
        /// The error, as a lower-case fragment.
        message: String,
        /// A valid value, for the hint.
        example: &'static str,
    },
    /// A tenant does not exist.
    #[error("`{path}` has no tenant `{name}`")]
    UnknownTenant {
        /// The path of the file of limits.
        path: String,
        /// The name that was asked for.
        name: String,
        /// The names that are most like it.
        suggestions: Vec<String>,
    },
    /// A tenant lists a host that the top of the file does not.
    #[error(
        "{position}: `allow-hosts` of tenant `{tenant}` has `{host}`, which the top of the file does not allow"
    )]
    MoreHosts {
        /// The line of the file.
        position: Position,
        /// The name of the tenant.
        tenant: String,
        /// The host, as written.
        host: String,
    },
    /// A limit is higher than is allowed.
    #[error("{0}")]
    Raised(Box<Raised>),
}

/// A limit that is higher than is allowed.
#[derive(Debug)]
pub(crate) struct Raised {
    /// The line of a file; nothing for a flag.
    pub(super) position: Option<Position>,
    /// What was set, as a subject.
    pub(super) what: String,
    /// The key of the limit.
    pub(super) key: &'static str,
    /// The requested value, as written.
    pub(super) value: String,
    /// The highest value that is allowed.
    pub(super) most: String,
    /// Where that is set.
    pub(super) origin: Origin,
}

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, what, key: _, value, most, origin } = self;
        if let Some(position) = position {
            write!(f, "{position}: ")?;
        }
        write!(f, "{what} is {value}, over the {most} that {origin}")
    }
}

impl LimitsError {
    pub(super) fn unknown_tenant(path: String, name: &str, names: &[String]) -> Self {
        Self::UnknownTenant {
            path,
            name: name.to_owned(),
            suggestions: suggest(name, names).into_iter().map(str::to_owned).collect(),
        }
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::Read { .. } => "specify a file that can be read with `--limits`".to_owned(),
            Self::Syntax { .. } => "write a line such as `memory = \"512MiB\"`".to_owned(),
            Self::UnknownKey { key, .. } => {
                let known = || ALL.iter().map(|limit| limit.key).chain([HOSTS]);
                did_you_mean(key, known()).unwrap_or_else(|| format!("limits are {}", listed(known())))
            }
            Self::Value { key, example, .. } => format!("write `{key} = {example}`"),
            Self::UnknownTenant { name, suggestions, .. } if suggestions.is_empty() => {
                format!("add a table `[tenant.{name}]`, which may be empty")
            }
            Self::UnknownTenant { suggestions, .. } => {
                format!("did you mean {}?", listed(suggestions.iter().map(String::as_str)))
            }
            Self::MoreHosts { .. } => "ask the operator to list it in `allow-hosts` at the top".to_owned(),
            Self::Raised(raised) => {
                let Raised { key, most, origin, .. } = raised.as_ref();
                let raise = match origin {
                    Origin::Default => format!("set `{key}` at the top of the file"),
                    Origin::File(Position { path, .. }) | Origin::Tenant(_, Position { path, .. }) => {
                        format!("raise it in `{path}`")
                    }
                };
                format!("give {most} or less, or ask the operator to {raise}")
            }
        }
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
