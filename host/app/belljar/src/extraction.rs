//! From configuration to an extraction: shared by all commands that read a source.

use std::collections::BTreeSet;

use belljar_cache::Key;
use belljar_config::{ConfigText, ProjectConfig};
use belljar_engine::{
    ExtractError, Extraction, Memo, Options, Progress, RecordOptions, Recorded, Request, Source,
    StatedGeneration,
};
use belljar_schema::Diagnostic;
use belljar_snapshots::Snapshots;
use belljar_tree::Tree;

use crate::{
    cache,
    failure::Failure,
    own_config::{self, ProjectFrom},
    session::{NewResult, Session},
    source_config::SourceConfig,
    terminal::{level::Level, messages, progress::Bars},
};

/// The options of an extraction, with the packages of the wheelhouses opened.
pub(crate) fn open_options(source_config: &SourceConfig, session: &Session) -> Result<Options, Failure> {
    let wheelhouse = session.wheelhouse(&source_config.wheelhouse, &source_config.source_limits)?;
    Ok(Options { wheelhouse, ..source_config.options.clone() })
}

/// An open source, with all that its extraction needs except snapshots.
#[derive(Debug)]
pub(crate) struct OpenSource {
    pub(crate) source: Source,
    options: Options,
    /// The configuration that states SQLAlchemy generations; `None` if there is none.
    project: Option<Project>,
    level: Level,
    /// Whether it has the files of the base, and so the same result.
    is_same_as_base: bool,
    /// The entry of its result in the cache; `None` if results are not used.
    cached: Option<Cached>,
}

/// A configuration that states SQLAlchemy generations. It is parsed with the models.
#[derive(Debug)]
enum Project {
    /// That of a tree.
    Of(Tree),
    /// One that the command line names: its name and its bytes.
    Named(String, Vec<u8>),
}

/// The entry of a result in the cache, and the result of an earlier run.
#[derive(Debug)]
struct Cached {
    /// The digest of the files when they were opened.
    own_digest: Key,
    /// Its key, or that of the base if its files are equal.
    digest: Key,
    key: Key,
    /// The result, as JSON.
    found: Option<Vec<u8>>,
}

/// The maximum number of bytes that are hashed to find out whether files are the same as before. Hashing more, which
/// the models may never read, may take longer than running them.
const MOST_HASHED: u64 = 256 << 20;

impl OpenSource {
    /// Opens a source, and looks for the result of an earlier run. `base` is the other side of a comparison whose head
    /// this is. `options` are those of [`open_options`].
    pub(crate) fn new(
        request: &Request,
        source_config: &SourceConfig,
        options: Options,
        session: &mut Session,
        base: Option<&Self>,
    ) -> Result<Self, Failure> {
        let trusted = base.map(|base| &base.source);
        let source = session.source(request, &source_config.source_limits, trusted)?;
        let is_small = source.tree.unhashed_bytes() <= MOST_HASHED;
        // Revisions are stored with hashes of their files, directories are not: so equal files are compared.
        let is_same_as_base = is_small && base.is_some_and(|base| is_same_source(&base.source, &source));
        let project = match &source_config.project {
            ProjectFrom::Own => Some(Project::Of(source.tree.clone())),
            ProjectFrom::Base => base.map(|base| Project::Of(base.source.tree.clone())),
            ProjectFrom::Named(name, bytes) => Some(Project::Named(name.clone(), bytes.clone())),
            ProjectFrom::None => None,
        };
        let level = source_config.level;
        let mut opened = Self { source, options, project, level, is_same_as_base, cached: None };
        if is_small && source_config.use_results {
            opened.cached = opened.look_up(source_config, session, base);
        }
        Ok(opened)
    }

    /// One of several revisions, whose results are not kept as extractions.
    pub(crate) fn of_revision(source: Source, source_config: &SourceConfig, options: Options) -> Self {
        let project = Some(Project::Of(source.tree.clone()));
        let level = source_config.level;
        Self { source, options, project, level, is_same_as_base: false, cached: None }
    }

    /// Extracts one of several revisions, without runs that would only repeat one of another.
    pub(crate) fn extract_next(
        &self,
        snapshots: &Snapshots,
        memo: &Memo,
    ) -> Result<Extraction, ExtractError> {
        belljar_engine::extract_next(
            &self.source,
            snapshots,
            &self.run_options(),
            &Progress::default(),
            Some(memo),
        )
    }

    /// Looks for the result of an earlier run. The key of a head contains its base, which then needs a digest too.
    fn look_up(
        &self,
        source_config: &SourceConfig,
        session: &mut Session,
        base: Option<&Self>,
    ) -> Option<Cached> {
        let of_base = match base {
            Some(base) => Some(base.cached.as_ref()?.digest),
            None => None,
        };
        let own_digest = cache::digest(&self.source);
        let digest = of_base.filter(|_| self.is_same_as_base).unwrap_or(own_digest);
        let key = cache::key(
            digest,
            (&self.options, &source_config.project),
            of_base,
            source_config.tenant.as_deref(),
        );
        let found = session.find_result(source_config, key);
        Some(Cached { own_digest, digest, key, found })
    }

    /// Whether this is the head of a comparison, with the files of its base.
    pub(crate) const fn is_same_as_base(&self) -> bool {
        self.is_same_as_base
    }

    /// The result of an earlier run, as JSON.
    fn found(&self) -> Option<&[u8]> {
        self.cached.as_ref()?.found.as_deref()
    }

    /// Runs files alone in addition, because a change touches them.
    pub(crate) fn run_alone(&mut self, files: BTreeSet<String>) {
        self.options.doubted = files;
    }

    /// Includes files that discovery would exclude here and included in the base of the comparison.
    pub(crate) fn keep_moved(&mut self, base: &Source, changed: &BTreeSet<String>) {
        let found = belljar_engine::moved(&base.tree, &self.source.tree, changed, &self.options.discover);
        self.options.discover.kept = found;
    }

    /// Runs the models and extracts their schema, or uses the result of an earlier run.
    pub(crate) fn extract(&self, snapshots: &Snapshots) -> Result<Extraction, ExtractError> {
        if let Some(extraction) = self.found().and_then(|text| serde_json::from_slice(text).ok()) {
            return Ok(extraction);
        }
        let (_bars, progress) = Bars::new(self.level);
        let (stated, diagnostics) = self.stated();
        let options = Options { stated, ..self.options.clone() };
        let mut extraction = belljar_engine::extract(&self.source, snapshots, &options, &progress)?;
        if !diagnostics.is_empty() {
            extraction.document.diagnostics.extend(diagnostics);
            extraction.document.diagnostics.sort();
        }
        Ok(extraction)
    }

    /// The SQLAlchemy generations that the configuration states.
    fn stated(&self) -> (Vec<StatedGeneration>, Vec<Diagnostic>) {
        match &self.project {
            None => Default::default(),
            Some(Project::Of(tree)) => own_config::stated_of(tree),
            Some(Project::Named(name, bytes)) => {
                let text = String::from_utf8_lossy(bytes);
                // Its errors end the command.
                let (project, _) = ProjectConfig::parse(ConfigText::new(name, &text));
                let within = self.source.tree.around().map_or("", |(_, within)| within);
                (own_config::stated(&project, within, name), Vec::new())
            }
        }
    }

    /// Runs the version files of the Alembic environments, and records the schema at their heads.
    pub(crate) fn record(
        &self,
        snapshots: &Snapshots,
        recorded: RecordOptions<'_>,
    ) -> Result<Vec<Recorded>, ExtractError> {
        let (_bars, progress) = Bars::new(self.level);
        belljar_engine::record(&self.source, snapshots, &self.run_options(), recorded, &progress)
    }

    /// The options of its runs, with the SQLAlchemy generations that the configuration states.
    pub(crate) fn run_options(&self) -> Options {
        let (stated, _) = self.stated();
        Options { stated, ..self.options.clone() }
    }

    /// The result to keep; `None` if it was kept before, if it depends on the clock, or if the files have changed since
    /// the key was made.
    pub(crate) fn new_result(&self, extraction: &Extraction) -> Option<NewResult> {
        let cached = self.cached.as_ref().filter(|cached| cached.found.is_none())?;
        if !extraction.is_reproducible || cache::digest(&self.source) != cached.own_digest {
            return None;
        }
        let text = serde_json::to_vec(extraction).ok()?;
        Some(NewResult { key: cached.key, text })
    }

    /// Reports an extraction: which SQLAlchemy ran, and all diagnostics.
    pub(crate) fn report(&self, extraction: &Extraction, out: &mut String) {
        messages::extraction(out, extraction, &self.source.description, self.level);
        if self.found().is_some() && self.level == Level::Verbose {
            messages::from_cache(out);
        }
    }

    /// Reports files that were skipped in a source without models: they may have declared some.
    pub(crate) fn report_left_out(&self, diagnostics: &[Diagnostic], out: &mut String) {
        messages::diagnostics(out, diagnostics, self.level);
    }
}

/// Whether both have the same files, and skipped the same ones.
fn is_same_source(one: &Source, other: &Source) -> bool {
    one.diagnostics == other.diagnostics && one.compiled == other.compiled && one.tree.is_equal(&other.tree)
}

/// Opens a source, extracts its schema and reports on it: the flow of a command with one source and no other input.
pub(crate) fn extract(
    source_config: &SourceConfig,
    session: &mut Session,
) -> Result<(Source, Extraction), Failure> {
    let options = open_options(source_config, session)?;
    let opened = OpenSource::new(&source_config.request, source_config, options, session, None)?;
    let snapshots = session.snapshots(source_config, false)?;
    session.seal()?;
    let extraction = opened.extract(&snapshots).inspect_err(|error| {
        if let ExtractError::NothingFound { diagnostics, .. } = error {
            session.report(|out| opened.report_left_out(diagnostics, out));
        }
    })?;
    session.report(|out| opened.report(&extraction, out));
    session.keep_results(source_config, opened.new_result(&extraction));
    Ok((opened.source, extraction))
}
