//! The configuration of a comparison: which `belljar.toml` is used, and what the other one would change.
//!
//! The command line determines it, else the base. The head determines it only with `--config-from head`.

use std::path::Path;

use belljar_check::{CheckConfig, ConfigError, FILE_NAME, Problem, SettingChange, setting_changes};
use belljar_engine::Source;
use belljar_schema::{Diagnostic, Severity};

use crate::{cli::ConfigFrom, comparison::Sources, failure::Failure};

/// The largest configuration that is read, in bytes.
const LARGEST_CONFIG: u64 = 1 << 20;

/// A configuration that the command line names, read and not parsed.
#[derive(Debug)]
pub(crate) struct NamedConfig {
    name: String,
    bytes: Vec<u8>,
}

impl NamedConfig {
    pub(crate) fn open(file: &Path) -> Result<Self, Failure> {
        let name = file.display().to_string();
        let bytes = belljar_engine::read_file(file, LARGEST_CONFIG).map_err(|error| {
            invalid(&name, vec![Problem { line: 0, message: error.to_string(), hint: None }])
        })?;
        Ok(Self { name, bytes })
    }

    /// Parses the configuration; all its errors are reported at once.
    pub(crate) fn parse(&self) -> Result<CheckConfig, Failure> {
        parse(&self.name, &self.bytes)
    }
}

/// The options of the command line about the configuration.
#[derive(Debug)]
pub(crate) enum Given {
    /// The file of `--config FILE`.
    Named(NamedConfig),
    /// No configuration, by `--no-config`.
    None,
    /// The `belljar.toml` of a side.
    Of(ConfigFrom),
}

impl Given {
    /// Reads the file that is named.
    pub(crate) fn open(file: Option<&Path>, none: bool, from: ConfigFrom) -> Result<Self, Failure> {
        Ok(match file {
            Some(file) => Self::Named(NamedConfig::open(file)?),
            None if none => Self::None,
            None => Self::Of(from),
        })
    }
}

/// The configuration that is used, and the differences of the other one.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    pub(crate) config: CheckConfig,
    pub(crate) remarks: Vec<Diagnostic>,
    /// The settings that the head changes.
    pub(crate) changes: Vec<SettingChange>,
    /// The configuration of the head, if it differs and can be read.
    pub(crate) proposed: Option<CheckConfig>,
}

/// Determines which configuration is used.
pub(crate) fn decide(given: &Given, sources: Sources<'_>) -> Result<Decided, Failure> {
    match given {
        Given::Named(named) => Ok(Decided { config: named.parse()?, ..Decided::default() }),
        Given::None => Ok(Decided::default()),
        Given::Of(ConfigFrom::Head) => {
            let remarks = changed_by_head(sources).into_iter().collect();
            Ok(Decided { config: of_source(sources.head)?, remarks, ..Decided::default() })
        }
        Given::Of(ConfigFrom::Base) => decided_by_base(sources),
    }
}

fn decided_by_base(sources: Sources<'_>) -> Result<Decided, Failure> {
    let (before, after) = (text_of(sources.base), text_of(sources.head));
    let config = match &before {
        Some(before) => parse("belljar.toml (base)", before.as_bytes())?,
        None => of_source(sources.base)?,
    };
    let mut decided = Decided { config, ..Decided::default() };
    if before == after {
        return Ok(decided);
    }
    if before.is_none() {
        let message = format!("the base has no `{FILE_NAME}`, and that of the head is ignored");
        decided.remarks.push(
            Diagnostic::new(Severity::Note, "settings-of-head", message)
                .at(FILE_NAME, 0)
                .hint("name one with `--config FILE`, or trust the head with `--config-from head`"),
        );
    }
    // A document does not contain the configuration with which it was extracted.
    if sources.base.is_some() {
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        decided.changes = setting_changes(&before, &after);
        decided.proposed = CheckConfig::parse(&after).ok();
    }
    Ok(decided)
}

/// The text of the configuration of a source. Text that is not UTF-8 is reported later, by the parser.
fn text_of(source: Option<&Source>) -> Option<String> {
    let bytes = source?.tree.read(FILE_NAME).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Reports that a trusted head changes the settings.
fn changed_by_head(sources: Sources<'_>) -> Option<Diagnostic> {
    let what = match (text_of(Some(sources.base?)), text_of(sources.head)) {
        (None, Some(_)) => "is new, and already in effect",
        (Some(_), None) => "was removed, and has no effect any more",
        (Some(before), Some(after)) if before != after => "differs from the base, and is in effect",
        _ => return None,
    };
    let message = format!("`{FILE_NAME}` {what}");
    Some(Diagnostic::new(Severity::Note, "settings-changed", message).at(FILE_NAME, 0))
}

/// The configuration of a source, or the default one.
pub(crate) fn of_source(source: Option<&Source>) -> Result<CheckConfig, Failure> {
    let Some(source) = source.filter(|source| source.tree.node(FILE_NAME).is_some()) else {
        return Ok(CheckConfig::default());
    };
    let bytes = source.tree.read(FILE_NAME).map_err(|error| {
        invalid(FILE_NAME, vec![Problem { line: 0, message: error.to_string(), hint: None }])
    })?;
    parse(FILE_NAME, &bytes)
}

fn parse(name: &str, bytes: &[u8]) -> Result<CheckConfig, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes.split_at(error.valid_up_to()).0.split(|byte| *byte == b'\n').count();
        invalid(name, vec![Problem { line, message: "it is not UTF-8".to_owned(), hint: None }])
    })?;
    CheckConfig::parse(text).map_err(|ConfigError { problems }| invalid(name, problems))
}

fn invalid(name: &str, problems: Vec<Problem>) -> Failure {
    Failure::Config { file: name.to_owned(), problems }
}
