//! Writes results to standard output or to a file.

use std::{
    cell::RefCell,
    io::{self, Read as _, Write},
    path::{Path, PathBuf},
    rc::Rc,
};

use anstream::{AutoStream, ColorChoice};

use super::{
    closed,
    guard::{Guard, Obeyed},
    pager,
    pages::Folder,
    permissions::readable,
    silencing::Silencing,
    version_file::VersionFile,
};
use crate::failure::{Failure, STANDARD_OUTPUT};

/// Checks before a command runs that its result can be written.
pub(crate) fn check_writable(output: &Output) -> Result<(), Failure> {
    let Some(path) = output.file.as_deref() else { return Ok(()) };
    output.check_replaced()?;
    let failure = |source| Failure::Write { path: path.display().to_string(), source };
    if path.is_dir() {
        return Err(failure(io::ErrorKind::IsADirectory.into()));
    }
    match std::fs::metadata(folder(path)) {
        Ok(found) if !found.is_dir() => Err(failure(io::ErrorKind::NotADirectory.into())),
        Ok(_) => resolve(path).map(|_| ()).map_err(failure),
        Err(source) => Err(failure(source)),
    }
}

/// A path with its folder resolved. A link of a repository on the way is rejected if it leads out of it.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    // The system's links to open files may lead anywhere.
    if ["/dev", "/proc"].iter().any(|system| path.starts_with(system)) {
        return Ok(path.to_owned());
    }
    let folder =
        belljar_engine::real_folder(folder(path)).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name)))
}

/// The folder that a file is in.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// What a command gave, kept for notifications and hooks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Captured {
    /// The document, as JSON; empty if there is none.
    pub(crate) document: Vec<u8>,
    /// Why the command failed.
    pub(crate) failure: Option<String>,
}

/// The destination of a result, from the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// The file; standard output if there is none.
    pub(crate) file: Option<PathBuf>,
    /// The lines that the reader of the result may interpret as commands. Only the arguments of this process determine
    /// them.
    pub(crate) obeyed: Obeyed,
    /// Whether it is text for people, which a pager shows if it is long.
    pub(crate) paged: bool,
    /// Where silencing comments are written, if the result is a list of them.
    pub(crate) silencing: Option<Silencing>,
    /// Where a version file is written, if the result is one.
    pub(crate) version: Option<VersionFile>,
    /// Where pages are written, if the result is a plan of them.
    pub(crate) pages: Option<Folder>,
    /// The start of the files that it may replace; any file if there is none.
    pub(crate) replaced: Option<&'static str>,
    /// Where the result is kept, if it is not written.
    pub(crate) captured: Option<Rc<RefCell<Captured>>>,
}

impl Output {
    /// A result without commands.
    pub(crate) fn new(file: Option<PathBuf>) -> Self {
        Self {
            file,
            obeyed: Obeyed::Nothing,
            paged: false,
            silencing: None,
            version: None,
            pages: None,
            replaced: None,
            captured: None,
        }
    }

    /// A result that is a plan of pages.
    pub(crate) fn pages(folder: Folder) -> Self {
        Self { pages: Some(folder), ..Self::new(None) }
    }

    /// A result that is kept for what follows the command.
    pub(crate) fn kept() -> Self {
        Self { captured: Some(Rc::default()), ..Self::new(None) }
    }

    /// Rejects a file that is there and does not begin as those that may be replaced.
    fn check_replaced(&self) -> Result<(), Failure> {
        let (Some(start), Some(path)) = (self.replaced, self.file.as_deref()) else { return Ok(()) };
        let mut found = Vec::new();
        let read = std::fs::symlink_metadata(path).and_then(|known| {
            if is_device(path) {
                return Ok(true);
            }
            let file = known.is_file().then(|| std::fs::File::open(path)).transpose()?;
            file.map(|file| file.take(start.len() as u64).read_to_end(&mut found)).transpose()?;
            Ok(found == start.as_bytes())
        });
        let source = match read {
            Ok(true) => return Ok(()),
            Ok(false) => io::Error::other(
                "it is there, and `belljar generate` did not write it; `--force` replaces it",
            ),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => error,
        };
        Err(Failure::Write { path: path.display().to_string(), source })
    }

    /// Keeps the reason why the command failed, if results are kept.
    pub(crate) fn keep_failure(&self, message: &str) {
        if let Some(captured) = &self.captured {
            captured.borrow_mut().failure = Some(message.to_owned());
        }
    }

    /// The same, as text for people if it is some.
    pub(crate) fn paged(self, paged: bool) -> Self {
        Self { paged, ..self }
    }

    /// Writes a result as a whole or not at all. `render` may write colours; they are removed if there is no terminal.
    /// Everything passes through [`Guard`].
    pub(crate) fn write(&self, render: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        if let Some(captured) = &self.captured {
            let mut document = Vec::new();
            let failure = |source| Failure::Write { path: "memory".to_owned(), source };
            render(&mut document).map_err(failure)?;
            captured.borrow_mut().document = document;
            return Ok(());
        }
        if let Some(silencing) = &self.silencing {
            return silencing.write(render);
        }
        if let Some(version) = &self.version {
            return version.write(render);
        }
        if let Some(pages) = &self.pages {
            return pages.write(render);
        }
        self.check_replaced()?;
        match &self.file {
            Some(path) => to_file(path, self.obeyed, render)
                .map_err(|source| Failure::Write { path: path.display().to_string(), source }),
            None => to_standard_output(self, render).map_err(standard_output),
        }
    }
}

/// Writes to standard output.
pub(crate) fn write(render: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    Output::new(None).write(render)
}

fn to_standard_output(output: &Output, render: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if closed::standard_output() {
        return Err(io::Error::other("it is closed"));
    }
    let obeyed = output.obeyed;
    let raw = io::stdout();
    let choice = AutoStream::choice(&raw);
    if output.paged && pager::is_possible() {
        let mut text = Vec::new();
        write_guarded(&mut text, choice, obeyed, render)?;
        if pager::is_long(&text) && pager::show(&text)? {
            return Ok(());
        }
        let mut out = raw.lock();
        return out.write_all(&text).and_then(|()| out.flush());
    }
    write_guarded(io::BufWriter::new(raw.lock()), choice, obeyed, render)
}

/// Writes a text through the guard.
fn write_guarded(
    out: impl Write,
    choice: ColorChoice,
    obeyed: Obeyed,
    render: &dyn Fn(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = Guard::new(out, choice, obeyed);
    render(&mut out).and_then(|()| out.flush())
}

fn to_file(path: &Path, obeyed: Obeyed, render: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let path = &resolve(path)?;
    if is_device(path) {
        let out = io::BufWriter::new(std::fs::File::options().write(true).open(path)?);
        return write_guarded(out, ColorChoice::Never, obeyed, render);
    }
    let partial = tempfile::Builder::new()
        .prefix(".belljar-")
        .tempfile_in(folder(path))
        .map_err(|error| plain(&error))?;
    write_guarded(io::BufWriter::new(partial.as_file().try_clone()?), ColorChoice::Never, obeyed, render)?;
    readable(partial.path())?;
    partial.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Whether a path is a device or a pipe, which is written to and not replaced. A link to one counts only in directories
/// where the system keeps such links: anywhere else a repository may have created it, and it is replaced like a file.
fn is_device(path: &Path) -> bool {
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    let may_follow = !is_link || path.starts_with("/dev") || path.starts_with("/proc");
    may_follow && path.exists() && !path.is_file() && !path.is_dir()
}

/// An error without the name of the temporary file.
fn plain(error: &io::Error) -> io::Error {
    io::Error::from(error.kind())
}

fn standard_output(source: io::Error) -> Failure {
    if source.kind() == io::ErrorKind::BrokenPipe {
        Failure::BrokenPipe
    } else {
        Failure::Write { path: STANDARD_OUTPUT.to_owned(), source }
    }
}

/// Prints a text for people to standard output, and returns the exit code.
pub(crate) fn print(text: &str, paged: bool) -> Result<u8, Failure> {
    Output::new(None).paged(paged).write(&|out| out.write_all(text.as_bytes()))?;
    Ok(0)
}
