//! What follows from what people type.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use belljar_dialect::Database;
use belljar_engine::{DiscoverOptions, Filters, Options, Request, SourceLimits, find_environment};

use crate::{
    cache,
    cli::{self, Extract, Format, Include},
    failure::Failure,
    limits,
};

/// Everything `belljar extract` needs to know, resolved.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) reading: Reading,
    pub(crate) format: Format,
    pub(crate) dialect: Database,
    pub(crate) summary: bool,
    pub(crate) strict: bool,
}

/// Everything that reading and running a source needs to know, resolved.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) request: Request,
    /// Folders with further packages, the most important first.
    pub(crate) wheelhouse: Vec<PathBuf>,
    pub(crate) source_limits: SourceLimits,
    pub(crate) options: Options,
    pub(crate) cache: PathBuf,
    pub(crate) level: Level,
}

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Errors.
    Quiet,
    /// What people should know.
    Normal,
    /// Everything.
    Verbose,
}

impl Level {
    pub(crate) const fn new(quiet: bool, verbose: bool) -> Self {
        match (quiet, verbose) {
            (true, _) => Self::Quiet,
            (_, true) => Self::Verbose,
            _ => Self::Normal,
        }
    }
}

impl Settings {
    pub(crate) fn new(arguments: Extract, to_terminal: bool) -> Result<Self, Failure> {
        let format = format(&arguments, to_terminal);
        let ddl = if format == Format::Sql { vec![arguments.dialect.name().to_owned()] } else { Vec::new() };
        Ok(Self {
            reading: Reading::new(&arguments.path, arguments.rev, arguments.reading, ddl)?,
            format,
            dialect: arguments.dialect,
            summary: arguments.summary,
            strict: arguments.strict,
        })
    }
}

impl Reading {
    /// `ddl` are the dialects whose whole DDL text is wanted.
    pub(crate) fn new(
        path: &Path,
        rev: Option<String>,
        arguments: cli::Reading,
        ddl: Vec<String>,
    ) -> Result<Self, Failure> {
        let include = |kind| arguments.include.contains(&kind);
        let mut request = Request::new(path);
        request.revision = rev;
        request.safe_directories = arguments.safe_directory;
        request.filters = Filters {
            include_ignored: include(Include::Ignored),
            include_environments: include(Include::Environments),
            include_node_modules: include(Include::Environments),
            ..Filters::default()
        };
        let discover = DiscoverOptions {
            include_tests: include(Include::Tests),
            include_examples: include(Include::Examples),
            include_migrations: include(Include::Migrations),
            include_docs: include(Include::Docs),
            include_build: include(Include::Build),
            include_vendored: include(Include::Vendored),
            kept: BTreeSet::new(),
            only: arguments.only,
            exclude: arguments.exclude,
            within: None,
        };
        let limits = limits::resolve(&arguments.limits)?;
        let mut wheelhouse = arguments.packages.wheelhouse;
        if arguments.packages.venv {
            wheelhouse.push(find_environment(path)?);
        }
        let sqlalchemy = arguments.sqlalchemy;
        Ok(Self {
            request,
            wheelhouse,
            source_limits: limits.source,
            options: Options { discover, limits: limits.run, ddl, sqlalchemy, ..Options::default() },
            cache: arguments.cache_dir.map_or_else(cache::default, Ok)?,
            level: Level::new(arguments.quiet, arguments.verbose),
        })
    }
}

/// 1. `--format`; 2. the ending of `--output`; 3. text for people, JSON for programs.
fn format(arguments: &Extract, to_terminal: bool) -> Format {
    if let Some(format) = arguments.format {
        return format;
    }
    let ending =
        arguments.output.as_ref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
    match ending {
        Some("json") => Format::Json,
        Some("sql") => Format::Sql,
        Some(_) => Format::Text,
        None if arguments.output.is_some() || to_terminal => Format::Text,
        None => Format::Json,
    }
}
