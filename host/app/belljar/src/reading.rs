//! From settings to an extraction, with what is to be said on the way: the part that all commands share.

use std::collections::BTreeSet;

use belljar_engine::{ExtractError, Extraction, Options, Request, Source};
use belljar_schema::Diagnostic;
use belljar_snapshots::Snapshots;

use crate::{
    failure::Failure,
    messages,
    progress::Bars,
    session::Session,
    settings::{Level, Reading},
};

/// A source that is open, with all that its extraction needs besides snapshots.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) source: Source,
    options: Options,
    level: Level,
}

impl Opened {
    /// Opens a source, beside one that is trusted where there is one. `options` are those of [`options`].
    pub(crate) fn new(
        request: &Request,
        reading: &Reading,
        options: Options,
        session: &Session,
        beside: Option<&Source>,
    ) -> Result<Self, Failure> {
        let source = session.source(request, &reading.source_limits, beside)?;
        Ok(Self { source, options, level: reading.level })
    }

    /// Has these files run alone too: a change touches them.
    pub(crate) fn doubt(&mut self, files: BTreeSet<String>) {
        self.options.doubted = files;
    }

    /// Looks also at what the head of a change would leave out, and its base has.
    pub(crate) fn keep(&mut self, base: &Source, changed: &BTreeSet<String>) {
        let found = belljar_engine::moved(&base.tree, &self.source.tree, changed, &self.options.discover);
        self.options.discover.kept = found;
    }

    /// Runs it.
    pub(crate) fn extract(&self, snapshots: &Snapshots) -> Result<Extraction, ExtractError> {
        let (_bars, progress) = Bars::new(self.level);
        belljar_engine::extract(&self.source, snapshots, &self.options, &progress)
    }

    /// What is to be known about its extraction.
    pub(crate) fn say(&self, extraction: &Extraction, out: &mut String) {
        messages::extraction(out, extraction, &self.source.description, self.level);
    }

    /// What was left out of a source without models: they may have been in it.
    pub(crate) fn say_left_out(&self, diagnostics: &[Diagnostic], out: &mut String) {
        messages::all(out, diagnostics, self.level);
    }
}

/// The options of a reading, with the packages that are real.
pub(crate) fn options(reading: &Reading, session: &Session) -> Result<Options, Failure> {
    let wheelhouse = session.wheelhouse(&reading.wheelhouse, &reading.source_limits)?;
    Ok(Options { wheelhouse, ..reading.options.clone() })
}

/// Reads a source and runs it: all that a command does which takes one and nothing else.
pub(crate) fn read(reading: &Reading, session: &mut Session) -> Result<(Source, Extraction), Failure> {
    let opened = Opened::new(&reading.request, reading, options(reading, session)?, session, None)?;
    let snapshots = session.snapshots(reading, false)?;
    session.seal()?;
    let extraction = opened.extract(&snapshots).inspect_err(|failed| {
        if let ExtractError::NothingFound { diagnostics, .. } = failed {
            session.say(|out| opened.say_left_out(diagnostics, out));
        }
    })?;
    session.say(|out| opened.say(&extraction, out));
    Ok((opened.source, extraction))
}
