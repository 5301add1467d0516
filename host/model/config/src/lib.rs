//! Reads the configuration of a project.
//!
//! A configuration is a file [`NAMES`] or the table `tool.belljar` of a `pyproject.toml`. [`find`] locates it in a tree,
//! [`parse_config`] parses its text, whatever its format, to one tree of values with their places, and [`Walk`] reads them:
//! each reading function reports values of the wrong form, and continues, so all errors are reported at once.
//! [`ProjectConfig`] is the part that several commands need: the SQLAlchemy generation, and the services of a monorepo.
//!
//! Its input is untrusted: the size, the depth and the number of values are limited.

pub mod bounded;
mod find;
mod json;
mod parse;
mod project;
#[cfg(test)]
mod tests;
mod text;
mod walk;
mod yaml;

pub use find::{ConfigFile, FindError, Found, find};
pub use parse::parse_config;
pub use project::{PROJECT_KEYS, ProjectConfig, SERVICE_KEYS, Service};
pub use text::{ConfigText, FILE_NAME, Format, LONGEST, NAMES, PYPROJECT};
pub use walk::{Key, Problem, Value, Walk, entries};
