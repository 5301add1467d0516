//! One side of a comparison: the files of a source, or a document of an earlier extraction.

use std::path::{Path, PathBuf};

use belljar_connect::Target;
use belljar_dialect::Database;
use belljar_engine::{ExtractError, Extraction, Options, Request, Source, StaticIndex};
use belljar_schema::{Diagnostic, Document, FORMAT_VERSION, Generation};
use belljar_snapshots::Snapshots;
use serde::Deserialize;

use crate::{
    extraction::{OpenSource, open_options},
    failure::Failure,
    live_database::{self, Access},
    session::{NewResult, Session},
    source_config::SourceConfig,
    terminal::messages,
};

/// The largest document that is read, in bytes.
const LARGEST_DOCUMENT: u64 = 1 << 30;

/// One side, as named on the command line.
#[derive(Debug)]
pub(crate) enum Side {
    /// A document of an earlier extraction.
    Document(PathBuf),
    /// A directory or an archive.
    Path(PathBuf),
    /// A revision of the repository.
    Revision(String),
    /// The files of the repository in the work tree.
    WorkTree,
    /// A live database, by its URL or the variable with it.
    Database(String),
    /// A schema dump (`.sql`).
    Dump(PathBuf),
}

impl Side {
    /// The side at a path: a document, or files.
    pub(crate) fn at_path(path: PathBuf) -> Self {
        if is_document(&path) {
            Self::Document(path)
        } else if live_database::is_dump(&path) {
            Self::Dump(path)
        } else {
            Self::Path(path)
        }
    }

    /// The side that a command with one source reads.
    fn requested(source_config: &SourceConfig) -> Self {
        let path = &source_config.request.path;
        if is_document(path) || live_database::is_dump(path) {
            Self::at_path(path.clone())
        } else {
            Self::WorkTree
        }
    }

    /// What is read of files; `None` for a document.
    pub(crate) fn request(self, source_config: &SourceConfig) -> Option<Request> {
        let mut request = source_config.request.clone();
        match self {
            Self::Document(_) | Self::Database(_) | Self::Dump(_) => return None,
            Self::Path(path) => request.path = path,
            Self::Revision(revision) => request.revision = Some(revision),
            Self::WorkTree => {}
        }
        Some(request)
    }

    /// Opens the side. `base` is the other side of a comparison whose head this is. `options` are those of
    /// [`open_options`].
    pub(crate) fn open(
        self,
        source_config: &SourceConfig,
        options: &Options,
        session: &mut Session,
        base: Option<&OpenSource>,
    ) -> Result<OpenSide, Failure> {
        if let Self::Document(path) = &self {
            let name = path.display().to_string();
            let bytes = belljar_engine::read_file(path, LARGEST_DOCUMENT)?;
            return Ok(OpenSide::Document { name, bytes });
        }
        if let Self::Dump(path) = &self {
            let (name, access) = (path.display().to_string(), Box::new(source_config.access(Vec::new())));
            let (text, dialect) = (live_database::read_dump(path)?, source_config.dump_dialect);
            return Ok(OpenSide::Dump { name, text, dialect, access });
        }
        if let Self::Database(name) = &self {
            let target = live_database::target(name, &|name| session.variable(name))?;
            return OpenSide::of_database(&target, &source_config.access(Vec::new()));
        }
        let request = self.request(source_config).unwrap_or_else(|| source_config.request.clone());
        let opened = OpenSource::new(&request, source_config, options.clone(), session, base)?;
        Ok(OpenSide::Source(Box::new(opened)))
    }
}

/// Whether a path names a document.
fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "json") && path.is_file()
}

/// An open side, of which nothing was parsed.
#[derive(Debug)]
pub(crate) enum OpenSide {
    /// The bytes of a document.
    Document { name: String, bytes: Vec<u8> },
    /// A database that was read: its connection can't wait.
    Database { document: Box<Document>, report: String },
    /// The SQL of a dump.
    Dump { name: String, text: String, dialect: Option<Database>, access: Box<Access> },
    /// A source that has to be extracted.
    Source(Box<OpenSource>),
}

impl OpenSide {
    /// Reads a database.
    pub(crate) fn of_database(target: &Target, access: &Access) -> Result<Self, Failure> {
        let document = access.read(target)?;
        let mut report = String::new();
        messages::database(&mut report, &document, &target.to_string(), access.level);
        Ok(Self::Database { document: Box::new(document), report })
    }

    /// Parses the document, or extracts the schema of the files.
    pub(crate) fn load(self, snapshots: &Snapshots) -> Result<Loaded, Failure> {
        let opened = match self {
            Self::Document { name, bytes } => {
                return Ok(Loaded { document: parse_document(&name, &bytes)?, ..Loaded::default() });
            }
            Self::Database { document, report } => {
                return Ok(Loaded { document: *document, report, ..Loaded::default() });
            }
            Self::Dump { name, text, dialect, access } => {
                let document = access.inspect_dump(text, dialect, snapshots)?;
                let mut report = String::new();
                messages::database(&mut report, &document, &name, access.level);
                return Ok(Loaded { document, report, ..Loaded::default() });
            }
            Self::Source(opened) => opened,
        };
        let extraction = opened.extract(snapshots);
        Loaded::new(*opened, extraction)
    }
}

/// A side with its document.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) document: Document,
    /// Its files; `None` for a document.
    pub(crate) source: Option<Source>,
    /// The declarations in its files; `None` for a document.
    pub(crate) index: Option<StaticIndex>,
    /// The reason for the lack of tables, if it has no models.
    pub(crate) nothing: Option<ExtractError>,
    /// Its report on standard error.
    pub(crate) report: String,
    /// A result to keep for later runs.
    pub(crate) new_result: Option<NewResult>,
    /// The options of its runs; `None` for a document.
    pub(crate) run_options: Option<Options>,
}

impl Loaded {
    /// A source with the result of its extraction.
    pub(crate) fn new(
        opened: OpenSource,
        extraction: Result<Extraction, ExtractError>,
    ) -> Result<Self, Failure> {
        let (mut report, mut new_result) = (String::new(), None);
        let (document, index, nothing) = match extraction {
            Ok(extraction) => {
                opened.report(&extraction, &mut report);
                new_result = opened.new_result(&extraction);
                let Extraction { document, index, .. } = extraction;
                (document, Some(index), None)
            }
            // A side without models has no tables, except those that skipped files may declare. Whether that is an
            // error depends on the other side.
            Err(nothing @ ExtractError::NothingFound { .. }) => {
                let mut document = empty_document();
                if let ExtractError::NothingFound { diagnostics, .. } = &nothing {
                    document = nothing_document(diagnostics);
                    opened.report_left_out(diagnostics, &mut report);
                }
                (document, None, Some(nothing))
            }
            Err(error) => return Err(error.into()),
        };
        let run_options = Some(opened.run_options());
        Ok(Self { document, source: Some(opened.source), index, nothing, report, new_result, run_options })
    }
}

impl Default for Loaded {
    /// A side with no files and no tables.
    fn default() -> Self {
        Self {
            document: empty_document(),
            source: None,
            index: None,
            nothing: None,
            report: String::new(),
            new_result: None,
            run_options: None,
        }
    }
}

/// Opens and loads the only side that a command reads, and reports on it. `open_more` opens what else the command
/// needs.
pub(crate) fn load_one<T>(
    source_config: &SourceConfig,
    session: &mut Session,
    open_more: impl FnOnce() -> Result<T, Failure>,
) -> Result<(Loaded, T), Failure> {
    load_side(Side::requested(source_config), source_config, session, open_more)
}

/// Loads a side that the command names itself, with the snapshots to run guests with afterwards.
pub(crate) fn load_to_render(
    side: Side,
    source_config: &SourceConfig,
    session: &mut Session,
) -> Result<(Loaded, Snapshots), Failure> {
    let options = open_options(source_config, session)?;
    let side = side.open(source_config, &options, session, None)?;
    let snapshots = session.snapshots(source_config, true)?;
    session.seal()?;
    let mut loaded = side.load(&snapshots)?;
    session.report(|out| out.push_str(&loaded.report));
    session.keep_results(source_config, loaded.new_result.take());
    Ok((loaded, snapshots))
}

/// The same for a side that the command names itself.
pub(crate) fn load_side<T>(
    side: Side,
    source_config: &SourceConfig,
    session: &mut Session,
    open_more: impl FnOnce() -> Result<T, Failure>,
) -> Result<(Loaded, T), Failure> {
    let options = open_options(source_config, session)?;
    let side = side.open(source_config, &options, session, None)?;
    let more = open_more()?;
    let snapshots = session.snapshots(source_config, false)?;
    session.seal()?;
    let mut loaded = side.load(&snapshots)?;
    session.report(|out| out.push_str(&loaded.report));
    session.keep_results(source_config, loaded.new_result.take());
    Ok((loaded, more))
}

/// The document of a source without models, of which files were skipped.
pub(crate) fn nothing_document(diagnostics: &[Diagnostic]) -> Document {
    Document { diagnostics: diagnostics.to_vec(), ..empty_document() }
}

/// The document of a source without models.
pub(crate) fn empty_document() -> Document {
    let generation = Generation { version: String::new(), reason: "nothing ran".to_owned() };
    Document::empty(env!("CARGO_PKG_VERSION"), generation)
}

/// Parses a document that `belljar extract --format json` wrote.
fn parse_document(name: &str, bytes: &[u8]) -> Result<Document, Failure> {
    let failure = |message: String| Failure::Document { path: name.to_owned(), message };
    // Both passes skip unknown fields without building a tree of them.
    let header: Header = serde_json::from_slice(bytes).map_err(|error| failure(error.to_string()))?;
    let format = header.format.as_deref().unwrap_or("none");
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    if major(format) != major(FORMAT_VERSION) {
        return Err(failure(format!("its format is `{format}`, and this program reads {FORMAT_VERSION}")));
    }
    serde_json::from_slice(bytes).map_err(|error| failure(error.to_string()))
}

/// The part of a document that determines whether the rest can be read.
#[derive(Deserialize)]
struct Header {
    format: Option<String>,
}
