//! Where limits are set.

use std::fmt;

/// The origin of the value of a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The default of this program.
    Default,
    /// The top of a file.
    File(Position),
    /// The table of a tenant.
    Tenant(String, Position),
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    /// The file, as it was given.
    pub(crate) path: String,
    /// The line, counted from 1.
    pub(crate) line: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path, self.line)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("is the default"),
            Self::File(position) => write!(f, "{position} sets"),
            Self::Tenant(name, position) => write!(f, "{position} sets for tenant `{name}`"),
        }
    }
}
