//! From settings to an extraction, with what is to be said on the way: the part that all commands share.

use belljar_engine::{Extraction, Snapshots, Source, Wheelhouse};

use crate::{failure::Failure, progress::Bars, settings::Reading, talk};

/// Reads a source and runs it.
pub(crate) fn read(mut reading: Reading) -> Result<(Source, Extraction), Failure> {
    reading.options.wheelhouse = Wheelhouse::open(&reading.wheelhouse, &reading.source_limits)?;
    let source = belljar_engine::open(&reading.request, &reading.source_limits)?;
    let snapshots = Snapshots::new(belljar_snapshots::ALL, reading.cache);
    let extraction = {
        let (_bars, progress) = Bars::new(reading.level);
        belljar_engine::extract(&source, &snapshots, &reading.options, &progress)?
    };
    talk::extraction(&extraction, &source.description, reading.level);
    Ok((source, extraction))
}
