//! Who decides how a change is checked: the command line, then the base. The head has a say only with `--config-from head`.

use std::{collections::BTreeMap, path::Path};

use belljar_check::{
    ArtefactChange, Config, ConfigError, FILE_NAME, Problem, SettingChange, setting_changes,
};
use belljar_engine::Source;
use belljar_graph::{Artefact, Form, pick};
use belljar_schema::{Diagnostic, Severity};

use crate::{cli::ConfigFrom, downstream::Downstream, failure::Failure};

/// The most that is read of a configuration that was named.
const LARGEST_CONFIG: u64 = 1 << 20;

/// A configuration that the command line names, read and not looked into.
#[derive(Debug)]
pub(crate) struct NamedConfig {
    name: String,
    bytes: Vec<u8>,
}

impl NamedConfig {
    /// Reads it.
    pub(crate) fn open(file: &Path) -> Result<Self, Failure> {
        let name = file.display().to_string();
        let bytes = belljar_engine::read_file(file, LARGEST_CONFIG).map_err(|error| {
            wrong(&name, vec![Problem { line: 0, message: error.to_string(), hint: None }])
        })?;
        Ok(Self { name, bytes })
    }

    /// Parses it.
    pub(crate) fn parse(&self) -> Result<Config, Failure> {
        parse(&self.name, &self.bytes)
    }
}

/// What the command line says of configuration.
#[derive(Debug)]
pub(crate) enum Given {
    /// This file.
    Named(NamedConfig),
    /// None.
    None,
    /// That of a side.
    Of(ConfigFrom),
}

impl Given {
    /// Reads what is named.
    pub(crate) fn open(file: Option<&Path>, none: bool, from: ConfigFrom) -> Result<Self, Failure> {
        Ok(match file {
            Some(file) => Self::Named(NamedConfig::open(file)?),
            None if none => Self::None,
            None => Self::Of(from),
        })
    }
}

/// Both sides as far as they have files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sides<'a> {
    pub(crate) base: Option<&'a Source>,
    pub(crate) head: Option<&'a Source>,
    /// Which of them decides.
    pub(crate) from: ConfigFrom,
}

impl<'a> Sides<'a> {
    /// The files of the side that decides.
    pub(crate) fn deciding(self) -> Option<&'a Source> {
        match self.from {
            ConfigFrom::Base => self.base,
            ConfigFrom::Head => self.head,
        }
    }
}

/// The configuration that counts, and what is to be said of that which does not.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    pub(crate) config: Config,
    pub(crate) remarks: Vec<Diagnostic>,
    /// What the head sets otherwise.
    pub(crate) changes: Vec<SettingChange>,
    /// The configuration of the head, where it differs and can be read.
    pub(crate) proposed: Option<Config>,
}

/// Settles which configuration counts.
pub(crate) fn decide(given: &Given, sides: Sides<'_>) -> Result<Decided, Failure> {
    match given {
        Given::Named(named) => Ok(Decided { config: named.parse()?, ..Decided::default() }),
        Given::None => Ok(Decided::default()),
        Given::Of(ConfigFrom::Head) => {
            let remarks = brought(sides).into_iter().collect();
            Ok(Decided { config: own(sides.head)?, remarks, ..Decided::default() })
        }
        Given::Of(ConfigFrom::Base) => of_base(sides),
    }
}

fn of_base(sides: Sides<'_>) -> Result<Decided, Failure> {
    let (before, after) = (text(sides.base), text(sides.head));
    let config = match &before {
        Some(before) => parse("belljar.toml (base)", before.as_bytes())?,
        None => own(sides.base)?,
    };
    let mut decided = Decided { config, ..Decided::default() };
    if before == after {
        return Ok(decided);
    }
    if before.is_none() {
        let message = format!("the base has no `{FILE_NAME}`, and that of the head does not count");
        decided.remarks.push(
            Diagnostic::new(Severity::Note, "settings-of-head", message)
                .at(FILE_NAME, 0)
                .hint("name one with `--config FILE`, or trust the head with `--config-from head`"),
        );
    }
    // Of a document it is not known which settings it was made under.
    if sides.base.is_some() {
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        decided.changes = setting_changes(&before, &after);
        decided.proposed = Config::parse(&after).ok();
    }
    Ok(decided)
}

/// The text of a side's configuration. What is no UTF-8 is none that could be parsed either.
fn text(source: Option<&Source>) -> Option<String> {
    let bytes = source?.tree.read(FILE_NAME).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Says that a trusted head brings other settings.
fn brought(sides: Sides<'_>) -> Option<Diagnostic> {
    let what = match (text(Some(sides.base?)), text(sides.head)) {
        (None, Some(_)) => "is new, and already in effect",
        (Some(_), None) => "is gone, and counts no more",
        (Some(before), Some(after)) if before != after => "differs from the base, and counts as it is here",
        _ => return None,
    };
    let message = format!("`{FILE_NAME}` {what}");
    Some(Diagnostic::new(Severity::Note, "settings-changed", message).at(FILE_NAME, 0))
}

/// The configuration of a source, where it has one.
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

/// The artefacts that count, and how those of the head differ.
#[derive(Debug)]
pub(crate) struct DecidedArtefacts {
    pub(crate) downstream: Downstream,
    /// The same by the files of the head, where these differ.
    pub(crate) proposed: Option<Downstream>,
    pub(crate) changes: Vec<(String, ArtefactChange)>,
}

/// Settles which artefacts count: those of the command line, and of those that the configuration names those of the side
/// that decides. A kind of which the base has none is taken from the head: that can add readers, and hide none.
pub(crate) fn artefacts(named: Vec<Artefact>, config: &Config, sides: Sides<'_>) -> DecidedArtefacts {
    let (of_head, said_of_head) = picked(config, sides.head);
    if sides.from == ConfigFrom::Head {
        let downstream = Downstream { artefacts: [named, of_head].concat(), said: said_of_head };
        return DecidedArtefacts { downstream, proposed: None, changes: Vec::new() };
    }
    let (of_base, mut said) = picked(config, sides.base);
    let (common, only): (Vec<Artefact>, Vec<Artefact>) =
        of_head.into_iter().partition(|one| of_base.iter().any(|other| other.form == one.form));
    if sides.base.is_none() {
        said = said_of_head;
    } else if !only.is_empty() {
        said.retain(|one| one.code != "no-artefact");
        said.extend(said_of_head.into_iter().filter(|one| one.code == "no-artefact"));
    }
    for artefact in &only {
        let path = &artefact.path;
        let message = format!("the base has no artefact of this kind, so `{path}` of the head counts");
        let diagnostic = Diagnostic::new(Severity::Warning, "artefact-of-head", message).at(path.clone(), 0);
        said.push(diagnostic.hint("name one that is trusted on the command line"));
    }
    let changes = compare(&of_base, &common);
    let proposed = (!changes.is_empty())
        .then(|| Downstream { artefacts: [named.clone(), common, only.clone()].concat(), said: Vec::new() });
    let artefacts = [named, of_base, only].concat();
    DecidedArtefacts { downstream: Downstream { artefacts, said }, proposed, changes }
}

fn picked(config: &Config, source: Option<&Source>) -> (Vec<Artefact>, Vec<Diagnostic>) {
    source.map(|source| pick(&config.downstream, &source.tree)).unwrap_or_default()
}

fn compare(base: &[Artefact], head: &[Artefact]) -> Vec<(String, ArtefactChange)> {
    let by_name = |all: &[Artefact]| -> BTreeMap<(Form, String), Artefact> {
        all.iter().map(|one| ((one.form, one.path.clone()), one.clone())).collect()
    };
    let (before, after) = (by_name(base), by_name(head));
    let gone_or_other = before.iter().filter_map(|(name, old)| match after.get(name) {
        None => Some((name.1.clone(), ArtefactChange::Gone)),
        Some(new) => (old.bytes != new.bytes || old.catalog != new.catalog)
            .then(|| (name.1.clone(), ArtefactChange::Differs)),
    });
    let new = after.keys().filter(|name| !before.contains_key(*name));
    gone_or_other.chain(new.map(|name| (name.1.clone(), ArtefactChange::New))).collect()
}
