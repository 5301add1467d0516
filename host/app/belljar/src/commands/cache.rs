//! `belljar cache`.

use std::{fs, io, path::Path};

use belljar_cache::{Results, Usage};
use bytesize::ByteSize;

use crate::{cache, cli::Cache, failure::Failure, terminal::output};

/// Shows the size of the cache folder, or removes it.
pub(crate) fn run(arguments: Cache) -> Result<u8, Failure> {
    let folder = arguments.cache_dir.map_or_else(cache::default, Ok)?;
    let results = Results::new(&folder);
    let (of_results, of_snapshots) = if arguments.clear {
        let failed = |source| Failure::Write { path: folder.display().to_string(), source };
        (results.clear().map_err(failed)?, snapshots(&folder, true).map_err(failed)?)
    } else {
        (results.usage(), snapshots(&folder, false).unwrap_or_default())
    };
    output::write(&|out| {
        let removed = if arguments.clear { "removed from " } else { "" };
        writeln!(out, "{removed}{}", belljar_text::safe(&folder.display().to_string()))?;
        for (what, usage) in [("results", of_results), ("snapshots", of_snapshots)] {
            writeln!(out, "  {what}: {}, {}", usage.entries, ByteSize::b(usage.bytes))?;
        }
        Ok(())
    })?;
    Ok(0)
}

/// The size of the unpacked snapshots. They are removed if that is requested; a process that runs one keeps it open.
fn snapshots(folder: &Path, remove: bool) -> io::Result<Usage> {
    let mut usage = Usage::default();
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(usage),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if !matches!(ending, Some("cwasm" | "seal")) {
            continue;
        }
        if ending == Some("cwasm") {
            usage.entries += 1;
            usage.bytes += entry.metadata()?.len();
        }
        if remove {
            fs::remove_file(path)?;
        }
    }
    Ok(usage)
}
