//! `belljar diff`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
};

use belljar_check::{Texts, disagreements};
use belljar_diff::{
    Options, Rename,
    render::{Markdown, Text},
};
use belljar_engine::{ExtractError, Extraction, Request, Snapshots, Source, StaticIndex};
use belljar_render::Sql;
use belljar_schema::{Document, FORMAT_VERSION, Generation, Severity};

use crate::{
    changed,
    cli::{Compared, Diff, DiffFormat},
    failure::Failure,
    output,
    progress::Bars,
    reading,
    settings::Reading,
    talk,
};

/// Reads both sides, side by side, and tells what differs.
pub(crate) fn run(arguments: Diff) -> Result<ExitCode, Failure> {
    let Diff { compared, format, dialect, output, reading } = arguments;
    let renames = renames(&compared)?;
    output::check(output.as_deref())?;
    let reading = Reading::new(&compared.repo, None, reading, Vec::new())?;
    let (base, head) = sides(&compared, &reading)?;
    let (base, head) = load_both(base, head, &reading);
    let (base, head) = (base?, head?);
    let said = texts(&base, &head).map(|texts| disagreements(&base.document, &head.document, texts));
    let (base, head) = (base.document, head.document);
    let mut found = belljar_diff::diff(&base, &head, &Options { renames });
    let disagrees = said.as_ref().is_some_and(|said| !said.is_empty());
    found.diagnostics.extend(said.into_iter().flatten());
    let rendered = match format {
        DiffFormat::Sql | DiffFormat::Alembic => {
            let limits = &reading.options.limits;
            let request = belljar_render::Request {
                base: &base,
                head: &head,
                diff: &found,
                dialect: dialect.name(),
                limits,
            };
            Some(render(request, format, &reading)?)
        }
        _ => None,
    };
    output::write(output.as_deref(), &|out| match (format, &rendered) {
        (DiffFormat::Markdown, _) => write!(out, "{}", Markdown(&found)),
        (DiffFormat::Json, _) => crate::render::json(out, &found),
        (_, Some(rendered)) => write!(out, "{}", rendered.text),
        (_, None) => write!(out, "{}", Text(&found)),
    })?;
    let lost = |document: &Document| document.diagnostics.iter().any(|item| item.severity == Severity::Error);
    let gaps = rendered.map_or(0, |rendered| rendered.gaps);
    Ok(if lost(&base) || lost(&head) || gaps > 0 || disagrees {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

/// A text to be written as it is.
struct Rendered {
    text: String,
    /// How many things are left out of it.
    gaps: u64,
}

/// SQL or a migration script; what is left out is told on standard error too.
fn render(
    request: belljar_render::Request<'_>,
    format: DiffFormat,
    reading: &Reading,
) -> Result<Rendered, Failure> {
    let snapshots = Snapshots::new(belljar_snapshots::ALL, reading.cache.clone());
    let (_bars, progress) = Bars::new(reading.level);
    let rendered = if format == DiffFormat::Alembic {
        let script = belljar_render::script(request, &snapshots, &progress)?;
        Rendered { text: script.text, gaps: script.gaps }
    } else {
        let steps = belljar_render::statements(request, &snapshots, &progress)?;
        let gaps = steps.iter().map(|step| step.gaps.len() as u64).sum();
        Rendered { text: Sql { steps: &steps, dialect: request.dialect }.to_string(), gaps }
    };
    if rendered.gaps > 0 {
        talk::left_out(rendered.gaps);
    }
    Ok(rendered)
}

/// Both sides, read side by side.
pub(crate) fn load_both(
    base: Side,
    head: Side,
    reading: &Reading,
) -> (Result<Loaded, Failure>, Result<Loaded, Failure>) {
    // What can't be opened is opened once more when it is read, and fails there.
    let opened = (base.open(reading), head.open(reading));
    let mut of_head = reading.clone();
    if let (Some(base), Some(head)) = &opened {
        of_head.options.doubted = changed::python_files(base, head);
    }
    thread::scope(|scope| {
        let (of_base, opened_base) = (reading, opened.0);
        let other = scope.spawn(|| base.load_opened(of_base, opened_base));
        let head = head.load_opened(&of_head, opened.1);
        (other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), head)
    })
}

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

/// What the arguments mean: `a...b` is the common ancestor of both and `b`, `a..b` the same as `a b`.
pub(crate) fn sides(compared: &Compared, reading: &Reading) -> Result<(Side, Side), Failure> {
    let base = compared.base.as_str();
    if let Some(head) = &compared.head {
        return Ok((Side::of(base), Side::of(head)));
    }
    let or_head = |name: &str| if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() };
    if Path::new(base).exists() {
        return Ok((Side::of(base), Side::WorkTree));
    }
    if let Some((one, two)) = base.split_once("...") {
        let (one, two) = (or_head(one), or_head(two));
        let common = belljar_engine::merge_base(&compared.repo, &one, &two, &reading.source_limits)?;
        return Ok((Side::Revision(common), Side::Revision(two)));
    }
    if let Some((one, two)) = base.split_once("..") {
        return Ok((Side::Revision(or_head(one)), Side::Revision(or_head(two))));
    }
    Ok((Side::of(base), Side::WorkTree))
}

impl Side {
    /// A path, where there is something at it; else a revision.
    fn of(text: &str) -> Self {
        let path = PathBuf::from(text);
        if !path.exists() {
            return Self::Revision(text.to_owned());
        }
        let is_document = path.extension().is_some_and(|ending| ending == "json") && path.is_file();
        if is_document { Self::Document(path) } else { Self::Path(path) }
    }

    /// What a command reads that takes one source: a document, or the request itself.
    pub(crate) fn of_reading(reading: &Reading) -> Self {
        let path = &reading.request.path;
        let is_document = path.extension().is_some_and(|ending| ending == "json") && path.is_file();
        if is_document { Self::Document(path.clone()) } else { Self::WorkTree }
    }

    /// What is asked for of a side that is no document.
    fn request(&self, reading: &Reading) -> Option<Request> {
        let mut request = reading.request.clone();
        match self {
            Self::Document(_) => return None,
            Self::Path(path) => request.path.clone_from(path),
            Self::Revision(revision) => request.revision = Some(revision.clone()),
            Self::WorkTree => {}
        }
        Some(request)
    }

    /// Opens the files of a side that this process reads itself.
    fn open(&self, reading: &Reading) -> Option<Source> {
        let request = self.request(reading).filter(|_| !reading.isolate)?;
        belljar_engine::open(&request, &reading.source_limits).ok()
    }

    /// Reads the side, and its files where it has some.
    pub(crate) fn load(self, reading: &Reading) -> Result<Loaded, Failure> {
        self.load_opened(reading, None)
    }

    /// The same, of files that may be open already.
    fn load_opened(self, reading: &Reading, opened: Option<Source>) -> Result<Loaded, Failure> {
        let mut reading = reading.clone();
        match (&self, self.request(&reading)) {
            (Self::Document(path), _) => {
                return Ok(Loaded { document: read(path)?, source: None, index: None, nothing: None });
            }
            (_, Some(request)) => reading.request = request,
            (_, None) => {}
        }
        let (request, limits) = (reading.request.clone(), reading.source_limits.clone());
        match reading::read_opened(reading, true, opened) {
            Ok((source, extraction)) => {
                let Extraction { document, index, .. } = extraction;
                Ok(Loaded { document, source: Some(source), index: Some(index), nothing: None })
            }
            // A side without models has no tables; whether that is meant, its other side shows.
            Err(Failure::Extract(nothing @ ExtractError::NothingFound { .. })) => {
                let source = Some(belljar_engine::open(&request, &limits)?);
                Ok(Loaded { document: no_models(), source, index: None, nothing: Some(nothing) })
            }
            Err(failure) => Err(failure),
        }
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
fn read(path: &Path) -> Result<Document, Failure> {
    let failure = |message: String| Failure::Document { path: path.display().to_string(), message };
    let bytes = fs::read(path).map_err(|error| failure(error.to_string()))?;
    let value: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|error| failure(error.to_string()))?;
    let format = value.get("format").and_then(serde_json::Value::as_str).unwrap_or("none");
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    if major(format) != major(FORMAT_VERSION) {
        return Err(failure(format!("its format is `{format}`, and this program reads {FORMAT_VERSION}")));
    }
    serde_json::from_value(value).map_err(|error| failure(error.to_string()))
}
