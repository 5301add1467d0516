//! The configuration of a comparison: which one is used, and what the other one would change.
//!
//! The command line determines it, else the base. The head determines it only with `--config-from head`.

use std::path::Path;

use belljar_check::{CheckConfig, ConfigText, Problem, SettingChange, setting_changes};
use belljar_engine::Source;
use belljar_schema::{Diagnostic, Severity};

use crate::{
    cli::ConfigFrom,
    comparison::Sources,
    failure::Failure,
    own_config::{self, Located, OwnConfig, ProjectFrom, invalid, locate},
};

/// The largest configuration that is read, in bytes.
const LARGEST_CONFIG: u64 = 1 << 20;

/// A configuration that the command line names, read and not parsed.
#[derive(Debug)]
pub(crate) struct NamedConfig {
    name: String,
    bytes: Vec<u8>,
}

impl NamedConfig {
    /// It states the SQLAlchemy generation, too.
    pub(crate) fn project(&self) -> ProjectFrom {
        ProjectFrom::Named(self.name.clone(), self.bytes.clone())
    }

    pub(crate) fn open(file: &Path) -> Result<Self, Failure> {
        let name = file.display().to_string();
        let bytes = belljar_engine::read_file(file, LARGEST_CONFIG).map_err(|error| {
            invalid(&name, vec![Problem { line: 0, message: error.to_string(), hint: None }])
        })?;
        Ok(Self { name, bytes })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its text; bytes that are not UTF-8 are reported when it is parsed.
    pub(crate) fn lossy(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Parses the configuration; all its errors are reported at once.
    pub(crate) fn parse(&self) -> Result<CheckConfig, Failure> {
        own_config::parse(&self.name, "", &self.bytes)
    }
}

/// The options of the command line about the configuration.
#[derive(Debug)]
pub(crate) enum Given {
    /// The file of `--config FILE`.
    Named(NamedConfig),
    /// No configuration, by `--no-config`.
    None,
    /// That of a side.
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

impl Given {
    /// The configuration that states the SQLAlchemy generation of both sides.
    pub(crate) fn project(&self) -> ProjectFrom {
        match self {
            Self::Named(named) => named.project(),
            Self::None => ProjectFrom::None,
            Self::Of(ConfigFrom::Base) => ProjectFrom::Base,
            Self::Of(ConfigFrom::Head) => ProjectFrom::Own,
        }
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
            let (config, mut located) = own_config::of_source(sources.head, "")?;
            located.remarks.extend(changed_by_head(sources));
            Ok(Decided { config, remarks: located.remarks, ..Decided::default() })
        }
        Given::Of(ConfigFrom::Base) => decided_by_base(sources),
    }
}

fn decided_by_base(sources: Sources<'_>) -> Result<Decided, Failure> {
    let (config, base) = own_config::of_source(sources.base, " (base)")?;
    let mut decided = Decided { config, remarks: base.remarks, ..Decided::default() };
    let head = match sources.head.map_or_else(|| Ok(Located::default()), |head| locate(&head.tree)) {
        Ok(head) => head.used,
        Err(error) => {
            decided.changes = vec![SettingChange::incomparable(error.path(), error.message())];
            return Ok(decided);
        }
    };
    let base = base.used;
    if let (None, Some(head)) = (&base, &head) {
        let message = format!("the base has no configuration, and `{}` of the head is ignored", head.path);
        decided.remarks.push(
            Diagnostic::new(Severity::Note, "settings-of-head", message)
                .at(head.path.clone(), 0)
                .hint("name one with `--config FILE`, or trust the head with `--config-from head`"),
        );
    }
    // A document does not contain the configuration with which it was extracted.
    if sources.base.is_some() {
        decided.changes = changes(base.as_ref(), head.as_ref());
        decided.proposed = head.filter(|_| !decided.changes.is_empty()).and_then(|head| head.parse("").ok());
    }
    Ok(decided)
}

/// The settings that the head changes, in whichever files both sides have them.
fn changes(base: Option<&OwnConfig>, head: Option<&OwnConfig>) -> Vec<SettingChange> {
    let (before, after) = (base.map(OwnConfig::lossy), head.map(OwnConfig::lossy));
    let mut found = setting_changes(
        base.zip(before.as_ref()).map(|(own, text)| ConfigText::new(&own.path, text)),
        head.zip(after.as_ref()).map(|(own, text)| ConfigText::new(&own.path, text)),
    );
    if let (Some(base), Some(head)) = (base, head)
        && base.directory != head.directory
    {
        let reason = "it is in another folder, from which its paths count".to_owned();
        found.push(SettingChange::incomparable(&head.path, reason));
    }
    found
}

/// Reports that a trusted head changes the settings.
fn changed_by_head(sources: Sources<'_>) -> Option<Diagnostic> {
    let of = |source: Option<&Source>| source.and_then(|source| locate(&source.tree).ok()?.used);
    let (base, head) = (of(Some(sources.base?)), of(sources.head));
    let (own, what) = match (&base, &head) {
        (None, Some(head)) => (head, "is new, and already in effect"),
        (Some(base), None) => (base, "was removed, and has no effect any more"),
        (Some(base), Some(head)) if base.path != head.path || base.lossy() != head.lossy() => {
            (head, "differs from the base, and is in effect")
        }
        _ => return None,
    };
    let message = format!("`{}` {what}", own.path);
    Some(Diagnostic::new(Severity::Note, "settings-changed", message).at(own.path.clone(), 0))
}

/// The configuration of the one source of a command, or the default one.
pub(crate) fn of_source(source: Option<&Source>) -> Result<CheckConfig, Failure> {
    Ok(own_config::of_source(source, "")?.0)
}
