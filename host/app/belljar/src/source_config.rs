//! The configuration of sources, from arguments, files of limits and the environment.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use belljar_connect::Policy;
use belljar_dialect::Database;
use belljar_engine::{DiscoverOptions, Filters, Options, Request, SourceLimits, find_environment};

use crate::{
    cache,
    cli::{Include, SourceArguments},
    failure::Failure,
    limits,
    live_database::Access,
    own_config::ProjectFrom,
    terminal::level::Level,
};

/// The configuration for opening, reading and running sources.
#[derive(Debug, Clone)]
pub(crate) struct SourceConfig {
    pub(crate) request: Request,
    /// Folders with further packages, the most important first.
    pub(crate) wheelhouse: Vec<PathBuf>,
    pub(crate) source_limits: SourceLimits,
    pub(crate) options: Options,
    /// Where the SQLAlchemy generation is stated, besides the command line.
    pub(crate) project: ProjectFrom,
    pub(crate) cache: PathBuf,
    /// Whether results of earlier runs are used, and the new one is kept.
    pub(crate) use_results: bool,
    /// The tenant; results of one tenant are not used for another.
    pub(crate) tenant: Option<String>,
    pub(crate) level: Level,
    /// The databases that may be read, and the limits of connections to them.
    pub(crate) databases: Policy,
    pub(crate) connection: belljar_connect::Limits,
    /// The database of a schema dump that does not say which one wrote it.
    pub(crate) dump_dialect: Option<Database>,
}

impl SourceConfig {
    /// The configuration for the source at a path, or for a revision of it. `ddl` lists the databases whose complete
    /// DDL is rendered.
    pub(crate) fn new(
        path: &Path,
        revision: Option<String>,
        arguments: SourceArguments,
        ddl: Vec<String>,
    ) -> Result<Self, Failure> {
        let include = |kind| arguments.include.contains(&kind);
        let mut request = Request::new(path);
        request.revision = revision;
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
        let tenant = arguments.limits.tenant.clone();
        let mut wheelhouse = arguments.packages.wheelhouse;
        if arguments.packages.venv {
            wheelhouse.push(find_environment(path)?);
        }
        let sqlalchemy = arguments.sqlalchemy;
        Ok(Self {
            request,
            wheelhouse,
            source_limits: limits.source,
            project: ProjectFrom::Own,
            options: Options { discover, limits: limits.run, ddl, sqlalchemy, ..Options::default() },
            cache: arguments.cache_dir.map_or_else(cache::default, Ok)?,
            use_results: !arguments.no_cache,
            tenant,
            level: Level::new(arguments.quiet, arguments.verbose),
            databases: limits.databases,
            connection: limits.connection,
            dump_dialect: None,
        })
    }

    /// How databases are read beside these sources.
    pub(crate) fn access(&self, schemas: Vec<String>) -> Access {
        Access {
            policy: self.databases.clone(),
            connection: self.connection,
            run: self.options.limits.clone(),
            cache: self.cache.clone(),
            schemas,
            level: self.level,
        }
    }
}
