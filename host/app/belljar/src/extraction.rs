//! From settings to an extraction: what all commands share that read a source.

use std::collections::BTreeSet;

use belljar_engine::{ExtractError, Extraction, Options, Request, Source};
use belljar_schema::Diagnostic;
use belljar_snapshots::Snapshots;

use crate::{
    failure::Failure,
    session::Session,
    settings::SourceSettings,
    terminal::{level::Level, messages, progress::Bars},
};

/// The options of an extraction, with the packages of the wheelhouses opened.
pub(crate) fn open_options(settings: &SourceSettings, session: &Session) -> Result<Options, Failure> {
    let wheelhouse = session.wheelhouse(&settings.wheelhouse, &settings.source_limits)?;
    Ok(Options { wheelhouse, ..settings.options.clone() })
}

/// A source that is open, with all that its extraction needs except snapshots.
#[derive(Debug)]
pub(crate) struct OpenSource {
    pub(crate) source: Source,
    options: Options,
    level: Level,
}

impl OpenSource {
    /// Opens a source. `trusted` is the base of a comparison, where this is its head. `options` are those of
    /// [`open_options`].
    pub(crate) fn new(
        request: &Request,
        settings: &SourceSettings,
        options: Options,
        session: &Session,
        trusted: Option<&Source>,
    ) -> Result<Self, Failure> {
        let source = session.source(request, &settings.source_limits, trusted)?;
        Ok(Self { source, options, level: settings.level })
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

    /// Runs the models and extracts their schema.
    pub(crate) fn extract(&self, snapshots: &Snapshots) -> Result<Extraction, ExtractError> {
        let (_bars, progress) = Bars::new(self.level);
        belljar_engine::extract(&self.source, snapshots, &self.options, &progress)
    }

    /// Reports an extraction: which SQLAlchemy ran, and all diagnostics.
    pub(crate) fn report(&self, extraction: &Extraction, out: &mut String) {
        messages::extraction(out, extraction, &self.source.description, self.level);
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
    let options = open_options(settings, session)?;
    let opened = OpenSource::new(&settings.request, settings, options, session, None)?;
    let snapshots = session.snapshots(settings, false)?;
    session.seal()?;
    let extraction = opened.extract(&snapshots).inspect_err(|error| {
        if let ExtractError::NothingFound { diagnostics, .. } = error {
            session.report(|out| opened.report_left_out(diagnostics, out));
        }
    })?;
    session.report(|out| opened.report(&extraction, out));
    Ok((opened.source, extraction))
}
