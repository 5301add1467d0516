//! From settings to an extraction, with what is to be said on the way: the part that all commands share.

use belljar_engine::{Extraction, Snapshots, Source, Wheelhouse};

use crate::{failure::Failure, isolate, progress::Bars, settings::Reading, talk};

/// Reads a source and runs it, in this process or in one of its own. There the source keeps no files but, `with_files`,
/// those that the result names.
pub(crate) fn read(reading: Reading, with_files: bool) -> Result<(Source, Extraction), Failure> {
    read_opened(reading, with_files, None)
}

/// The same, of a source that may be open already.
pub(crate) fn read_opened(
    reading: Reading,
    with_files: bool,
    opened: Option<Source>,
) -> Result<(Source, Extraction), Failure> {
    let level = reading.level;
    let (source, extraction) =
        if reading.isolate { isolate::read(reading, with_files)? } else { here(reading, opened)? };
    talk::extraction(&extraction, &source.description, level);
    Ok((source, extraction))
}

fn here(mut reading: Reading, opened: Option<Source>) -> Result<(Source, Extraction), Failure> {
    reading.options.wheelhouse = Wheelhouse::open(&reading.wheelhouse, &reading.source_limits)?;
    let source = match opened {
        Some(source) => source,
        None => belljar_engine::open(&reading.request, &reading.source_limits)?,
    };
    let snapshots = Snapshots::new(belljar_snapshots::ALL, reading.cache);
    let extraction = {
        let (_bars, progress) = Bars::new(reading.level);
        belljar_engine::extract(&source, &snapshots, &reading.options, &progress)?
    };
    Ok((source, extraction))
}
