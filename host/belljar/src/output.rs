//! The way to standard output or a file.

use std::{
    io::{self, Write},
    path::Path,
};

use serde::Serialize;

use crate::failure::Failure;

/// Finds out before the work is done that a file could not be written after it.
pub(crate) fn check(path: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    let failure = |source| Failure::Write { path: path.display().to_string(), source };
    if path.is_dir() {
        return Err(failure(io::ErrorKind::IsADirectory.into()));
    }
    match std::fs::metadata(folder(path)) {
        Ok(found) if !found.is_dir() => Err(failure(io::ErrorKind::NotADirectory.into())),
        Ok(_) => Ok(()),
        Err(source) => Err(failure(source)),
    }
}

/// The folder that a file is in.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes to a file, whole or not at all, or to standard output. `render` gets a writer that takes colours; they
/// are dropped where nobody can see them.
pub(crate) fn write(
    path: Option<&Path>,
    render: &dyn Fn(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    match path {
        Some(path) => to_file(path, render)
            .map_err(|source| Failure::Write { path: path.display().to_string(), source }),
        None => {
            let mut out = io::BufWriter::new(anstream::stdout().lock());
            render(&mut out).and_then(|()| out.flush()).map_err(standard_output)
        }
    }
}

fn to_file(path: &Path, render: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if path.exists() && !path.is_file() && !path.is_dir() {
        // A device or a pipe takes what is written; it can't be replaced.
        let mut out = anstream::StripStream::new(std::fs::File::options().write(true).open(path)?);
        return render(&mut out).and_then(|()| out.flush());
    }
    let partial = tempfile::Builder::new()
        .prefix(".belljar-")
        .tempfile_in(folder(path))
        .map_err(|error| plain(&error))?;
    let mut out = io::BufWriter::new(anstream::StripStream::new(partial.as_file().try_clone()?));
    render(&mut out).and_then(|()| out.flush())?;
    readable(partial.path())?;
    partial.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// What the system says, without the name of the temporary file.
fn plain(error: &io::Error) -> io::Error {
    io::Error::from(error.kind())
}

/// A temporary file is private; an output file has the mode any other new file of the user has.
#[cfg(unix)]
fn readable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &Path) -> io::Result<()> {
    Ok(())
}

fn standard_output(source: io::Error) -> Failure {
    if source.kind() == io::ErrorKind::BrokenPipe {
        Failure::BrokenPipe
    } else {
        Failure::Write { path: "standard output".to_owned(), source }
    }
}

/// Prints a value as JSON.
pub(crate) fn print_json(value: &impl Serialize) -> Result<u8, Failure> {
    write(None, &|out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        writeln!(out)
    })?;
    Ok(0)
}
