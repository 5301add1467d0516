//! A comparison: from its arguments to both sides, loaded. [`names`] resolves the names of the sides.
//!
//! [`Comparison`] holds the arguments, [`OpenPair`] both sides, open and not parsed, [`Loaded`] one of them with its
//! schema. [`Contradictions`] are reasons in the files against a comparison of the schemas.

mod changed;
mod names;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use belljar_check::Texts;
use belljar_diff::Rename;
use belljar_engine::Source;
use belljar_schema::{Diagnostic, Severity};
use belljar_snapshots::Snapshots;

pub(crate) use changed::loaded_instead;
pub(crate) use names::{is_range, one_side};

use crate::{
    cli::{Compared, ConfigFrom, SourceArguments},
    extraction::{OpenSource, open_options},
    failure::Failure,
    live_database,
    own_config::ProjectFrom,
    session::Session,
    side::{Loaded, OpenSide, Side},
    source_config::SourceConfig,
    terminal::{level::Level, messages},
};

/// The arguments of a comparison. Nothing is open.
#[derive(Debug)]
pub(crate) struct Comparison {
    pub(crate) source_config: SourceConfig,
    /// The renames that `--rename` states.
    pub(crate) renames: Vec<Rename>,
    base: Side,
    head: Side,
    /// The base that was chosen, if none was given.
    chosen: Option<String>,
}

impl Comparison {
    /// Resolves the arguments: the names of the sides, and the renames.
    pub(crate) fn new(compared: &Compared, arguments: SourceArguments) -> Result<Self, Failure> {
        let parse = |text: &String| Rename::parse(text).ok_or_else(|| Failure::Rename(text.clone()));
        let renames = compared.rename.iter().map(parse).collect::<Result<_, _>>()?;
        let mut source_config = SourceConfig::new(&compared.repo, None, arguments, Vec::new())?;
        source_config.databases = source_config.databases.and(live_database::policy(&compared.allow_host)?);
        let names::Sides { base, head, chosen } = names::sides(compared, &source_config)?;
        Ok(Self { source_config, renames, base, head, chosen })
    }

    /// Whether a side is a schema dump.
    pub(crate) const fn has_dump(&self) -> bool {
        matches!(self.base, Side::Dump(_)) || matches!(self.head, Side::Dump(_))
    }

    /// Rejects a head that is not in the work tree, if something is to be written there.
    pub(crate) const fn check_work_tree(&self, is_written: bool) -> Result<(), Failure> {
        if is_written && !matches!(self.head, Side::WorkTree) {
            return Err(Failure::NoWorkTree);
        }
        Ok(())
    }

    /// The directory of the head in its repository, as CI systems name files from the root: `services/api/`, or empty.
    pub(crate) fn prefix_in_repository(&self) -> String {
        match &self.head {
            Side::Document(_) | Side::Database(_) | Side::Dump(_) => String::new(),
            Side::Path(path) => prefix_in_repository(path),
            Side::Revision(_) | Side::WorkTree => prefix_in_repository(&self.source_config.request.path),
        }
    }

    /// Opens the files of both sides; `None` for a document.
    pub(crate) fn open_files(self, session: &Session) -> Result<(Option<Source>, Option<Source>), Failure> {
        let Self { source_config, base, head, .. } = self;
        let open = |side: Side, trusted: Option<&Source>| {
            let request = side.request(&source_config);
            request.map(|request| session.source(&request, &source_config.source_limits, trusted)).transpose()
        };
        let base = open(base, None)?;
        let head = open(head, base.as_ref())?;
        Ok((base, head))
    }

    /// Opens both sides. `rendering` is set if changes will be rendered as SQL. A base that can't be opened is an
    /// error, unless `tolerates` accepts it.
    pub(crate) fn open(
        self,
        rendering: bool,
        tolerates: fn(&Failure) -> bool,
        session: &mut Session,
    ) -> Result<OpenPair, Failure> {
        let Self { source_config, base, head, chosen, .. } = self;
        if let Some(chosen) = chosen.filter(|_| source_config.level >= Level::Normal) {
            session.report(|out| messages::chosen_base(out, &chosen));
        }
        let options = open_options(&source_config, session)?;
        // The base never depends on the head.
        let project = match &source_config.project {
            ProjectFrom::Base => ProjectFrom::Own,
            project => project.clone(),
        };
        let of_base = SourceConfig { project, ..source_config.clone() };
        let base = match base.open(&of_base, &options, session, None) {
            Err(failure) if !tolerates(&failure) => return Err(failure),
            opened => opened,
        };
        let opened = match &base {
            Ok(OpenSide::Source(opened)) => Some(opened.as_ref()),
            _ => None,
        };
        let head = head.open(&source_config, &options, session, opened)?;
        let snapshots = Arc::new(session.snapshots(&source_config, rendering)?);
        Ok(OpenPair { base, head, snapshots, source_config })
    }
}

/// The path of a folder in its repository, with `/` at the end; empty at its root.
pub(crate) fn prefix_in_repository(folder: &Path) -> String {
    let Ok(folder) = fs::canonicalize(folder) else { return String::new() };
    let root = folder.ancestors().find(|above| above.join(".git").exists());
    let inside: PathBuf =
        root.and_then(|root| folder.strip_prefix(root).ok()).unwrap_or(Path::new("")).into();
    let parts: Vec<&str> = inside.iter().filter_map(|part| part.to_str()).collect();
    parts.iter().flat_map(|part| [*part, "/"]).collect()
}

/// Both sides, open. Nothing of them was parsed.
pub(crate) struct OpenPair {
    base: Result<OpenSide, Failure>,
    head: OpenSide,
    pub(crate) snapshots: Arc<Snapshots>,
    source_config: SourceConfig,
}

impl OpenPair {
    /// Loads both sides at the same time, and reports on the base first.
    pub(crate) fn load_each(
        self,
        session: &mut Session,
    ) -> (Result<Loaded, Failure>, Result<Loaded, Failure>) {
        let Self { base, mut head, snapshots, source_config } = self;
        if let (Ok(OpenSide::Source(base)), OpenSide::Source(head)) = (&base, &mut head) {
            let changed = changed::python_files(&base.source, &head.source);
            head.keep_moved(&base.source, &changed);
            head.run_alone(changed);
        }
        let (mut base, mut head) = match (base, head) {
            (Ok(OpenSide::Source(base)), OpenSide::Source(head)) if head.is_same_as_base() => {
                load_same(*base, *head, &snapshots)
            }
            (base, head) => load_both(base, head, &snapshots),
        };
        for side in [&mut base, &mut head].into_iter().flatten() {
            session.report(|out| out.push_str(&side.report));
            session.keep_results(&source_config, side.new_result.take());
        }
        if let (Ok(base), Ok(head)) = (&mut base, &mut head) {
            live_database::align(&mut base.document, &mut head.document);
        }
        (base, head)
    }

    /// Loads both sides, for a command that needs both.
    pub(crate) fn load(self, session: &mut Session) -> Result<(Loaded, Loaded), Failure> {
        let (base, head) = self.load_each(session);
        Ok((base?, head?))
    }
}

/// Loads both sides at the same time.
fn load_both(
    base: Result<OpenSide, Failure>,
    head: OpenSide,
    snapshots: &Snapshots,
) -> (Result<Loaded, Failure>, Result<Loaded, Failure>) {
    thread::scope(|scope| {
        let other = scope.spawn(|| base.and_then(|base| base.load(snapshots)));
        let head = head.load(snapshots);
        (other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), head)
    })
}

/// Loads two sides with the same files: their models run once.
fn load_same(
    base: OpenSource,
    head: OpenSource,
    snapshots: &Snapshots,
) -> (Result<Loaded, Failure>, Result<Loaded, Failure>) {
    match base.extract(snapshots) {
        Ok(extraction) => {
            let head = Loaded::new(head, Ok(extraction.clone()));
            // One result for both: that of the base is kept.
            let head = head.map(|head| Loaded { new_result: None, ..head });
            (Loaded::new(base, Ok(extraction)), head)
        }
        error => {
            let other = head.extract(snapshots);
            (Loaded::new(base, error), Loaded::new(head, other))
        }
    }
}

/// The files of both sides, if they have files, and the side that determines the configuration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sources<'a> {
    pub(crate) base: Option<&'a Source>,
    pub(crate) head: Option<&'a Source>,
    pub(crate) from: ConfigFrom,
}

impl<'a> Sources<'a> {
    /// The files of the side that determines the configuration.
    pub(crate) fn deciding(self) -> Option<&'a Source> {
        match self.from {
            ConfigFrom::Base => self.base,
            ConfigFrom::Head => self.head,
        }
    }
}

/// The indexes of both sides; `None` if one of them is a document or has no models.
pub(crate) fn texts<'a>(base: &'a Loaded, head: &'a Loaded) -> Option<Texts<'a>> {
    Some(Texts { base: base.index.as_ref()?, head: head.index.as_ref()? })
}

/// Reasons in the files of both sides against a comparison of their schemas.
#[derive(Debug)]
pub(crate) struct Contradictions {
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Whether the comparison is unreliable, which the exit code reports.
    pub(crate) fail: bool,
}

impl Contradictions {
    /// Compares the texts of both sides with their schemas, and looks for files that Python would load instead.
    pub(crate) fn find(base: &Loaded, head: &Loaded) -> Self {
        let of_texts = texts(base, head)
            .map(|texts| belljar_check::disagreements(&base.document, &head.document, texts))
            .unwrap_or_default();
        let instead = loaded_instead(base, head);
        let is_error = |item: &Diagnostic| item.severity == Severity::Error;
        let fail = !of_texts.is_empty() || instead.iter().any(is_error);
        Self { diagnostics: of_texts.into_iter().chain(instead).collect(), fail }
    }
}
