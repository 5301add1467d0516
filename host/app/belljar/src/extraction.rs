//! From arguments to an extraction: what all commands share that read a source.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use belljar_cache::Key;
use belljar_engine::{
    DiscoverOptions, ExtractError, Extraction, Filters, Options, Request, Source, SourceLimits,
    find_environment,
};
use belljar_schema::Diagnostic;
use belljar_snapshots::Snapshots;

use crate::{
    cache,
    cli::{Include, SourceArguments},
    failure::Failure,
    limits,
    session::Session,
    terminal::{level::Level, messages, progress::Bars},
};

/// How sources are opened, read and run: what the arguments, files of limits and the environment come to.
#[derive(Debug, Clone)]
pub(crate) struct SourceSettings {
    pub(crate) request: Request,
    /// Folders with further packages, the most important first.
    pub(crate) wheelhouse: Vec<PathBuf>,
    pub(crate) source_limits: SourceLimits,
    pub(crate) options: Options,
    pub(crate) cache: PathBuf,
    /// Whether results of earlier runs are used, and this one is kept.
    pub(crate) use_results: bool,
    /// For whom this is done: the results of one tenant are none of another's.
    tenant: Option<String>,
    pub(crate) level: Level,
}

impl SourceSettings {
    /// The settings for the source at a path, or for a revision of it. `ddl` lists the databases whose DDL is wanted as a
    /// whole.
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
            options: Options { discover, limits: limits.run, ddl, sqlalchemy, ..Options::default() },
            cache: arguments.cache_dir.map_or_else(cache::default, Ok)?,
            use_results: !arguments.no_cache,
            tenant,
            level: Level::new(arguments.quiet, arguments.verbose),
        })
    }

    /// The options of an extraction, with the packages of the wheelhouses opened.
    pub(crate) fn open_options(&self, session: &Session) -> Result<Options, Failure> {
        let wheelhouse = session.wheelhouse(&self.wheelhouse, &self.source_limits)?;
        Ok(Options { wheelhouse, ..self.options.clone() })
    }
}

/// A source that is open, with all that its extraction needs except snapshots.
#[derive(Debug)]
pub(crate) struct OpenSource {
    pub(crate) source: Source,
    options: Options,
    level: Level,
    digest: Key,
    /// The key of its result.
    key: Key,
    /// The result of an earlier run, as JSON.
    found: Option<Vec<u8>>,
}

/// A result for the cache: an [`Extraction`] as JSON.
#[derive(Debug)]
pub(crate) struct NewResult {
    pub(crate) key: Key,
    pub(crate) text: Vec<u8>,
}

impl OpenSource {
    /// Opens a source, and looks for the result of an earlier run. `base` is the other side of a comparison whose head
    /// this is. `options` are those of [`SourceSettings::open_options`].
    pub(crate) fn new(
        request: &Request,
        settings: &SourceSettings,
        options: Options,
        session: &mut Session,
        base: Option<&Self>,
    ) -> Result<Self, Failure> {
        let trusted = base.map(|base| &base.source);
        let source = session.source(request, &settings.source_limits, trusted)?;
        let digest = cache::digest(&source);
        let key = cache::key(digest, &options, base.map(|base| base.digest), settings.tenant.as_deref());
        let found = session.find_result(settings, key);
        Ok(Self { source, options, level: settings.level, digest, key, found })
    }

    /// Whether both have the same files and the same options, and so the same result.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// Has files run alone besides, because a change touches them.
    pub(crate) fn run_alone(&mut self, files: BTreeSet<String>) {
        self.options.doubted = files;
    }

    /// Includes files that discovery would leave out here and included in the base of the comparison.
    pub(crate) fn keep_moved(&mut self, base: &Source, changed: &BTreeSet<String>) {
        let found = belljar_engine::moved(&base.tree, &self.source.tree, changed, &self.options.discover);
        self.options.discover.kept = found;
    }

    /// Runs the models and extracts their schema, or takes the result of an earlier run.
    pub(crate) fn extract(&self, snapshots: &Snapshots) -> Result<Extraction, ExtractError> {
        if let Some(extraction) = self.found.as_ref().and_then(|text| serde_json::from_slice(text).ok()) {
            return Ok(extraction);
        }
        let (_bars, progress) = Bars::new(self.level);
        belljar_engine::extract(&self.source, snapshots, &self.options, &progress)
    }

    /// What to keep of an extraction; nothing where it was kept before, where the clock had a part in it, or where the
    /// files are not what they were when the key was made.
    pub(crate) fn new_result(&self, extraction: &Extraction) -> Option<NewResult> {
        let is_new = self.found.is_none() && extraction.is_reproducible;
        if !is_new || cache::digest(&self.source) != self.digest {
            return None;
        }
        let text = serde_json::to_vec(extraction).ok()?;
        Some(NewResult { key: self.key, text })
    }

    /// Reports an extraction: which SQLAlchemy ran, and all diagnostics.
    pub(crate) fn report(&self, extraction: &Extraction, out: &mut String) {
        messages::extraction(out, extraction, &self.source.description, self.level);
        if self.found.is_some() && self.level == Level::Verbose {
            messages::from_cache(out);
        }
    }

    /// Reports what was left out of a source without models: it may have had some.
    pub(crate) fn report_left_out(&self, diagnostics: &[Diagnostic], out: &mut String) {
        messages::diagnostics(out, diagnostics, self.level);
    }
}

/// Opens a source, extracts its schema and reports on it: the flow of a command that takes one source and nothing else.
pub(crate) fn extract(
    settings: &SourceSettings,
    session: &mut Session,
) -> Result<(Source, Extraction), Failure> {
    let options = settings.open_options(session)?;
    let opened = OpenSource::new(&settings.request, settings, options, session, None)?;
    let snapshots = session.snapshots(settings, false)?;
    session.seal()?;
    let extraction = opened.extract(&snapshots).inspect_err(|error| {
        if let ExtractError::NothingFound { diagnostics, .. } = error {
            session.report(|out| opened.report_left_out(diagnostics, out));
        }
    })?;
    session.report(|out| opened.report(&extraction, out));
    session.keep_results(settings, opened.new_result(&extraction));
    Ok((opened.source, extraction))
}
