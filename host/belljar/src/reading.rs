//! From settings to an extraction, with what is to be said on the way: the part that all commands share.

use belljar_engine::{ExtractError, Extraction, Snapshots, Source, Wheelhouse};

use crate::{failure::Failure, isolate, progress::Bars, settings::Reading, talk};

/// What was read, and what came of it: an extraction, or the word that there are no models.
pub(crate) type Read = (Source, Result<Extraction, ExtractError>);

/// Reads a source and runs it, in this process or in one of its own. There the source keeps no files but, `with_files`,
/// those that the result names.
pub(crate) fn read(reading: Reading, with_files: bool) -> Result<(Source, Extraction), Failure> {
    let (source, found) = read_or_nothing(reading, with_files)?;
    Ok((source, found?))
}

/// The same, where a source without models is no failure.
pub(crate) fn read_or_nothing(reading: Reading, with_files: bool) -> Result<Read, Failure> {
    let level = reading.level;
    let (source, found) = if reading.isolate { isolate::read(reading, with_files)? } else { here(reading)? };
    match &found {
        Ok(extraction) => talk::extraction(extraction, &source.description, level),
        // What was left out may have been the models.
        Err(ExtractError::NothingFound { diagnostics, .. }) => talk::all(diagnostics, level),
        Err(_) => {}
    }
    Ok((source, found))
}

fn here(mut reading: Reading) -> Result<Read, Failure> {
    reading.options.wheelhouse = Wheelhouse::open(&reading.wheelhouse, &reading.source_limits)?;
    let source = belljar_engine::open(&reading.request, &reading.source_limits)?;
    let snapshots = Snapshots::new(belljar_snapshots::ALL, reading.cache);
    let (_bars, progress) = Bars::new(reading.level);
    match belljar_engine::extract(&source, &snapshots, &reading.options, &progress) {
        Err(failed) if !matches!(failed, ExtractError::NothingFound { .. }) => Err(failed.into()),
        found => Ok((source, found)),
    }
}
