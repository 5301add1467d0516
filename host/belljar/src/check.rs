//! `belljar check`.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use belljar_check::{Config, ConfigError, FILE_NAME, FailOn, Input, Problem, Verdict, render};
use belljar_engine::{Source, SourceError};
use belljar_schema::{Diagnostic, Severity};

use crate::{
    cli::{Check, CheckFormat, Fail},
    diff::{Loaded, Side, load_both, no_models, renames, sides, texts},
    downstream::{self, Downstream},
    failure::Failure,
    output,
    settings::Reading,
    talk,
};

/// The most that is read of a configuration that was named.
const LONGEST_CONFIG: u64 = 1 << 20;

/// Reads both sides, lets the rules look at what differs, and writes what they say in every form that was asked for.
pub(crate) fn run(arguments: Check) -> Result<ExitCode, Failure> {
    let Check { compared, format, output, report, fail_on, config, no_config, contract, artefacts, reading } =
        arguments;
    let renames = renames(&compared)?;
    output::check(output.as_deref())?;
    report.iter().try_for_each(|(_, file)| output::check(Some(file)))?;
    let given = match (&config, no_config) {
        (Some(file), _) => Some(named(file)?),
        (None, true) => Some(Config::default()),
        (None, false) => None,
    };
    let reading = Reading::new(&compared.repo, None, reading, Vec::new())?;
    let (base, head) = sides(&compared, &reading)?;
    let prefix = prefix(&head, &compared.repo);
    let (base, head) = both(base, head, &reading)?;

    // 1. the command line; 2. the file that it names; 3. the file of the head.
    let remarks = if given.is_none() { changed(base.as_ref().ok(), &head) } else { Vec::new() };
    let mut config = given.map_or_else(|| own(head.source.as_ref()), Ok)?;
    if let Some(fail_on) = fail_on {
        config.fail_on = level(fail_on);
    }
    let mut remarks = remarks;
    for file in &contract {
        let name = file.display().to_string();
        let bytes = fs::read(file)
            .map_err(|error| Failure::Artefact { path: name.clone(), message: error.to_string() })?;
        let (contract, said) = belljar_contract::read_odcs(&bytes, &name);
        config.downstream.contracts.add(contract);
        remarks.extend(said);
    }
    let found = Downstream::new(&artefacts, &config, head.source.as_ref(), &reading.source_limits)?;
    remarks.extend(found.said.iter().cloned());
    let is_felt = artefacts.any() || config.downstream.names_artefacts();
    let graph = base.as_ref().ok().filter(|_| is_felt).map(|base| found.graph(&base.document, &config));
    let owners = downstream::owners(head.source.as_ref());
    let verdict = belljar_check::check(&Input {
        downstream: graph.as_ref().map(|graph| belljar_check::Downstream { graph, owners: &owners }),
        base: base.as_ref().map(|loaded| &loaded.document).map_err(Clone::clone),
        head: &head.document,
        tree: head.source.as_ref().map(|source| &source.tree),
        config: &config,
        renames: &renames,
        prefix: &prefix,
        remarks,
        texts: base.as_ref().ok().and_then(|base| texts(base, &head)),
    });
    for (format, file) in report {
        write(&verdict, &prefix, format, Some(&file))?;
    }
    write(&verdict, &prefix, format, output.as_deref())?;
    Ok(ExitCode::from(match (verdict.compared, verdict.passed) {
        (false, _) => 2,
        (true, false) => 1,
        (true, true) => 0,
    }))
}

/// Both sides, read side by side. A base that can't be had leaves the head to be told of; why is said.
fn both(base: Side, head: Side, reading: &Reading) -> Result<(Result<Loaded, String>, Loaded), Failure> {
    let (base, head) = load_both(base, head, reading);
    let base = match base {
        Ok(base) => Ok(base),
        Err(failure) if is_empty(&failure) => {
            Ok(Loaded { document: no_models(), source: None, index: None, nothing: None })
        }
        Err(failure) if is_lost(&failure) => {
            talk::failure(&failure);
            Err(failure.to_string())
        }
        Err(failure) => return Err(failure),
    };
    let mut head = head?;
    let had_models = match &base {
        Ok(base) => base.nothing.is_none(),
        Err(_) => true,
    };
    match head.nothing.take() {
        Some(nothing) if !had_models => Err(Failure::Extract(nothing)),
        nothing => Ok((base, Loaded { nothing, ..head })),
    }
}

/// Whether there was nothing yet: a first commit without files, or a directory that is new.
fn is_empty(failure: &Failure) -> bool {
    matches!(failure, Failure::Source(SourceError::Empty { .. } | SourceError::NotInRevision { .. }))
}

/// Whether a side is there and can't be read, rather than named wrongly.
fn is_lost(failure: &Failure) -> bool {
    use SourceError as E;
    matches!(
        failure,
        Failure::Source(
            E::MissingObjects { .. }
                | E::Unreadable { .. }
                | E::PermissionDenied(_)
                | E::TooMany { .. }
                | E::ArchiveDamaged { .. }
                | E::ArchiveLimit { .. }
        )
    )
}

/// The configuration that the command line names.
pub(crate) fn named(file: &Path) -> Result<Config, Failure> {
    let name = file.display().to_string();
    let failure = |message: String| wrong(&name, vec![Problem { line: 0, message, hint: None }]);
    let size = fs::metadata(file).map_err(|error| failure(error.to_string()))?.len();
    if size > LONGEST_CONFIG {
        return Err(failure(format!("it has {size} bytes, and {LONGEST_CONFIG} is the most")));
    }
    parse(&name, &fs::read(file).map_err(|error| failure(error.to_string()))?)
}

/// The configuration of the head, where it has one.
pub(crate) fn own(source: Option<&Source>) -> Result<Config, Failure> {
    let Some(source) = source.filter(|source| source.tree.node(FILE_NAME).is_some()) else {
        return Ok(Config::default());
    };
    let bytes = source.tree.read(FILE_NAME).map_err(|error| {
        wrong(FILE_NAME, vec![Problem { line: 0, message: error.to_string(), hint: None }])
    })?;
    parse(FILE_NAME, &bytes)
}

fn parse(name: &str, bytes: &[u8]) -> Result<Config, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes.split_at(error.valid_up_to()).0.split(|byte| *byte == b'\n').count();
        wrong(name, vec![Problem { line, message: "it is not UTF-8".to_owned(), hint: None }])
    })?;
    Config::parse(text).map_err(|ConfigError { problems }| wrong(name, problems))
}

fn wrong(name: &str, problems: Vec<Problem>) -> Failure {
    Failure::Config { file: name.to_owned(), problems }
}

/// Says that the change brings other settings: what is checked then is what the change asks for.
fn changed(base: Option<&Loaded>, head: &Loaded) -> Vec<Diagnostic> {
    let text = |loaded: &Loaded| loaded.source.as_ref().and_then(|source| source.tree.read(FILE_NAME).ok());
    let Some((before, after)) =
        base.filter(|base| base.source.is_some()).map(|base| (text(base), text(head)))
    else {
        return Vec::new();
    };
    let what = match (before, after) {
        (None, Some(_)) => "is new, and counts already",
        (Some(_), None) => "is gone, and counts no more",
        (Some(before), Some(after)) if before != after => "differs from the base, and counts as it is here",
        _ => return Vec::new(),
    };
    let message = format!("`{FILE_NAME}` {what}");
    vec![Diagnostic::new(Severity::Note, "settings-changed", message).at(FILE_NAME, 0)]
}

const fn level(given: Fail) -> FailOn {
    match given {
        Fail::Error => FailOn::Error,
        Fail::Warning => FailOn::Warning,
        Fail::Note => FailOn::Note,
        Fail::Never => FailOn::Never,
    }
}

/// Where the head lies in its repository, as annotations name files from its root: `services/api/`, or nothing.
fn prefix(head: &Side, repo: &Path) -> String {
    let folder = match head {
        Side::Document(_) => return String::new(),
        Side::Path(path) => path,
        Side::Revision(_) | Side::WorkTree => repo,
    };
    let Ok(folder) = fs::canonicalize(folder) else { return String::new() };
    let root = folder.ancestors().find(|above| above.join(".git").exists());
    let inside: PathBuf =
        root.and_then(|root| folder.strip_prefix(root).ok()).unwrap_or(Path::new("")).into();
    let parts: Vec<&str> = inside.iter().filter_map(|part| part.to_str()).collect();
    parts.iter().flat_map(|part| [*part, "/"]).collect()
}

fn write(verdict: &Verdict, prefix: &str, format: CheckFormat, file: Option<&Path>) -> Result<(), Failure> {
    output::write(file, &|out| {
        let text = match format {
            CheckFormat::Text => render::text(verdict),
            CheckFormat::Markdown => render::markdown(verdict, prefix),
            CheckFormat::Json => serde_json::to_string_pretty(verdict)? + "\n",
            CheckFormat::Sarif => render::sarif(verdict)?,
            CheckFormat::Github => render::github(verdict),
            CheckFormat::Gitlab => render::gitlab(verdict)?,
            CheckFormat::Junit => render::junit(verdict).map_err(io::Error::other)?,
        };
        out.write_all(text.as_bytes())
    })
}
