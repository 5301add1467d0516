//! The sides of a comparison: how both are read. What their names mean is settled in [`names`].

mod names;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use belljar_check::Texts;
use belljar_diff::Rename;
use belljar_engine::{ExtractError, Extraction, Options, Source, StaticIndex};
use belljar_schema::{Document, FORMAT_VERSION, Generation};
use belljar_snapshots::Snapshots;
pub(crate) use names::{SideError, sides};

use serde::Deserialize;

use crate::{
    changed,
    cli::Compared,
    failure::Failure,
    reading::{self, Opened},
    session::Session,
    settings::Reading,
};

/// The most that is read of a document, in bytes.
const LARGEST_DOCUMENT: u64 = 1 << 30;

/// One side of a comparison.
#[derive(Debug)]
pub(crate) enum Side {
    /// A document that was extracted before.
    Document(PathBuf),
    /// A directory or an archive.
    Path(PathBuf),
    /// A revision of the repository.
    Revision(String),
    /// The files of the repository as they lie on the disk.
    WorkTree,
}

/// The renames that the arguments settle.
pub(crate) fn renames(compared: &Compared) -> Result<Vec<Rename>, Failure> {
    let parse = |text: &String| Rename::parse(text).ok_or_else(|| Failure::Rename(text.clone()));
    compared.rename.iter().map(parse).collect()
}

/// Whether a path is taken for a document.
fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "json") && path.is_file()
}

impl Side {
    /// What a command reads that takes one source: a document, or the request itself.
    pub(crate) fn of_reading(reading: &Reading) -> Self {
        let path = &reading.request.path;
        if is_document(path) { Self::Document(path.clone()) } else { Self::WorkTree }
    }

    /// Opens the side, beside the base where it is the head. `options` are those of [`reading::options`].
    pub(crate) fn open(
        self,
        reading: &Reading,
        options: &Options,
        session: &Session,
        base: Option<&Source>,
    ) -> Result<OpenSide, Failure> {
        let mut request = reading.request.clone();
        match self {
            Self::Document(path) => {
                let name = path.display().to_string();
                let bytes = belljar_engine::read_file(&path, LARGEST_DOCUMENT)?;
                return Ok(OpenSide::Document { name, bytes });
            }
            Self::Path(path) => request.path = path,
            Self::Revision(revision) => request.revision = Some(revision),
            Self::WorkTree => {}
        }
        let opened = Opened::new(&request, reading, options.clone(), session, base)?;
        Ok(OpenSide::Source(Box::new(opened)))
    }
}

/// A side that is open, and was not looked into.
#[derive(Debug)]
pub(crate) enum OpenSide {
    /// The bytes of a document.
    Document { name: String, bytes: Vec<u8> },
    /// Files.
    Source(Box<Opened>),
}

impl OpenSide {
    /// Reads the side, and runs it where it has files.
    fn load(self, snapshots: &Snapshots) -> Result<Loaded, Failure> {
        let opened = match self {
            Self::Document { name, bytes } => {
                return Ok(Loaded { document: document(&name, &bytes)?, ..Loaded::default() });
            }
            Self::Source(opened) => opened,
        };
        let mut said = String::new();
        let (document, index, nothing) = match opened.extract(snapshots) {
            Ok(extraction) => {
                opened.say(&extraction, &mut said);
                let Extraction { document, index, .. } = extraction;
                (document, Some(index), None)
            }
            // A side without models has no tables, but those that may be in what was left out of it; whether that is meant, its
            // other side shows.
            Err(nothing @ ExtractError::NothingFound { .. }) => {
                let mut document = no_models();
                if let ExtractError::NothingFound { diagnostics, .. } = &nothing {
                    document.diagnostics.clone_from(diagnostics);
                    opened.say_left_out(diagnostics, &mut said);
                }
                (document, None, Some(nothing))
            }
            Err(failure) => return Err(failure.into()),
        };
        Ok(Loaded { document, source: Some(opened.source), index, nothing, said })
    }
}

/// What a side gives.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) document: Document,
    /// Its files; nothing where it was a document.
    pub(crate) source: Option<Source>,
    /// What its files declare; nothing where it was a document.
    pub(crate) index: Option<StaticIndex>,
    /// Why there are no tables, where it has no models.
    pub(crate) nothing: Option<ExtractError>,
    /// What is to be said of it.
    pub(crate) said: String,
}

impl Default for Loaded {
    /// Nothing at all: no files and no tables.
    fn default() -> Self {
        Self { document: no_models(), source: None, index: None, nothing: None, said: String::new() }
    }
}

/// Both sides, open.
pub(crate) struct Pair {
    /// Why the base can't be had is for the command to judge.
    pub(crate) base: Result<OpenSide, Failure>,
    pub(crate) head: OpenSide,
    pub(crate) snapshots: Arc<Snapshots>,
}

impl Pair {
    /// Opens both. A base that can't be had ends it, unless it is one that `bears` says.
    pub(crate) fn open(
        compared: &Compared,
        reading: &Reading,
        rendering: bool,
        bears: fn(&Failure) -> bool,
        session: &Session,
    ) -> Result<Self, Failure> {
        let (base, head) = sides(compared, reading)?;
        let options = reading::options(reading, session)?;
        let base = match base.open(reading, &options, session, None) {
            Err(failure) if !bears(&failure) => return Err(failure),
            opened => opened,
        };
        let of_base = match &base {
            Ok(OpenSide::Source(opened)) => Some(&opened.source),
            _ => None,
        };
        let head = head.open(reading, &options, session, of_base)?;
        Ok(Self { base, head, snapshots: Arc::new(session.snapshots(reading, rendering)?) })
    }

    /// Reads both, side by side, and says what is to be said of each in turn.
    pub(crate) fn load(self, session: &mut Session) -> (Result<Loaded, Failure>, Result<Loaded, Failure>) {
        let Self { base, mut head, snapshots } = self;
        if let (Ok(OpenSide::Source(base)), OpenSide::Source(head)) = (&base, &mut head) {
            let changed = changed::python_files(&base.source, &head.source);
            head.keep(&base.source, &changed);
            head.doubt(changed);
        }
        let (base, head) = thread::scope(|scope| {
            let other = scope.spawn(|| base.and_then(|base| base.load(&snapshots)));
            let head = head.load(&snapshots);
            (other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), head)
        });
        for side in [&base, &head].into_iter().flatten() {
            session.say(|out| out.push_str(&side.said));
        }
        (base, head)
    }
}

/// Opens and reads what a command takes that has one side. `also` opens what it needs besides.
pub(crate) fn load_one<T>(
    reading: &Reading,
    session: &mut Session,
    also: impl FnOnce(&Session) -> Result<T, Failure>,
) -> Result<(Loaded, T), Failure> {
    let options = reading::options(reading, session)?;
    let side = Side::of_reading(reading).open(reading, &options, session, None)?;
    let also = also(session)?;
    let snapshots = session.snapshots(reading, false)?;
    session.seal()?;
    let loaded = side.load(&snapshots)?;
    session.say(|out| out.push_str(&loaded.said));
    Ok((loaded, also))
}

/// The texts of both sides, where both have some.
pub(crate) fn texts<'a>(base: &'a Loaded, head: &'a Loaded) -> Option<Texts<'a>> {
    Some(Texts { base: base.index.as_ref()?, head: head.index.as_ref()? })
}

/// What a source without models has.
pub(crate) fn no_models() -> Document {
    let nothing = Generation { version: String::new(), reason: "nothing ran".to_owned() };
    Document::empty(env!("CARGO_PKG_VERSION"), nothing)
}

/// A document that `extract --format json` wrote.
fn document(name: &str, bytes: &[u8]) -> Result<Document, Failure> {
    let failure = |message: String| Failure::Document { path: name.to_owned(), message };
    // Neither the look at its format nor the reading of what is known of it holds a tree of what is not.
    let header: Header = serde_json::from_slice(bytes).map_err(|error| failure(error.to_string()))?;
    let format = header.format.as_deref().unwrap_or("none");
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    if major(format) != major(FORMAT_VERSION) {
        return Err(failure(format!("its format is `{format}`, and this program reads {FORMAT_VERSION}")));
    }
    serde_json::from_slice(bytes).map_err(|error| failure(error.to_string()))
}

/// What tells whether the rest can be read.
#[derive(Deserialize)]
struct Header {
    format: Option<String>,
}
