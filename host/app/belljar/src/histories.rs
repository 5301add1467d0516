//! The recorded versions of a source, in the form in which they are judged.

use std::collections::BTreeSet;

use belljar_check::{
    CheckConfig, MigrationsMode,
    migrations::{
        self, Drift, Operation,
        lint::{History, Version},
        tested::{self, TestedEnvironment, TestedVersion, Trip},
    },
};
use belljar_diff::Rename;
use belljar_engine::{Judged, Progress, RecordOptions, Recorded, Source, VersionChanges, path_from};
use belljar_rules::steps::Step;
use belljar_schema::{Diagnostic, Document, Generation, Severity, full_name};
use belljar_snapshots::Snapshots;
use belljar_tree::Tree;

use crate::side::Loaded;

/// The recorded versions, with what is wrong with them.
pub(crate) struct Kept<'a> {
    recorded: &'a [Recorded],
    problems: Vec<Vec<Diagnostic>>,
}

impl<'a> Kept<'a> {
    pub(crate) fn new(recorded: &'a [Recorded]) -> Self {
        let of_history = |one: &Recorded| -> Vec<Diagnostic> {
            one.diagnostics.iter().filter(|it| it.code.starts_with("migration-")).cloned().collect()
        };
        Self { recorded, problems: recorded.iter().map(of_history).collect() }
    }

    /// The histories. `judged` has the paths of the versions that are judged; without it, all are.
    pub(crate) fn histories(&self, judged: Option<&BTreeSet<String>>) -> Vec<History<'_>> {
        let all = self.recorded.iter().zip(&self.problems);
        all.map(|(one, problems)| history(one, problems, judged)).collect()
    }

    /// The SQLAlchemy that the versions ran with.
    pub(crate) fn generation(&self) -> Generation {
        let first = self.recorded.first().map(|one| one.document.sqlalchemy.clone());
        first.unwrap_or_else(|| Generation { version: String::new(), reason: String::new() })
    }
}

fn history<'a>(
    recorded: &'a Recorded,
    problems: &'a [Diagnostic],
    judged: Option<&BTreeSet<String>>,
) -> History<'a> {
    let version = |version: &'a belljar_engine::Version| {
        let is_of = |path: &str| judged.is_none_or(|judged| judged.contains(path));
        let of_version = recorded.steps.iter().filter(|step| step.revision == version.revision);
        let step = |step: &'a belljar_engine::Step| Step {
            kind: &step.kind,
            table: step.table.as_deref(),
            name: step.name.as_deref(),
            text: step.text.as_deref(),
            flags: &step.flags,
            before: recorded.document_of(&step.before),
            after: recorded.document_of(&step.after),
            place: step.place.as_ref(),
        };
        Version {
            revision: &version.revision,
            place: version.place.as_ref(),
            is_judged: version.place.as_ref().is_some_and(|place| is_of(&place.path)),
            is_reversible: version.is_reversible,
            outcome: &version.outcome,
            reasons: &version.reasons,
            steps: of_version.map(step).collect(),
        }
    };
    History {
        name: &recorded.name,
        dialect: &recorded.dialect,
        versions: recorded.versions.iter().map(version).collect(),
        problems,
    }
}

/// The tree around a source, and the way to the source in it.
pub(crate) fn whole(source: &Source) -> (&Tree, &str) {
    source.tree.around().unwrap_or((&source.tree, ""))
}

/// How the version files of two sources differ, by their paths in the whole trees.
pub(crate) fn version_changes(base: &Source, head: &Source) -> VersionChanges {
    belljar_engine::version_changes(whole(base).0, whole(head).0)
}

/// The changes in the environments that are recorded, by the paths from the directory of the source.
pub(crate) fn changes_within(
    changes: &VersionChanges,
    recorded: &[Recorded],
    source: &Source,
) -> VersionChanges {
    let (_, within) = whole(source);
    let is_recorded = |path: &&String| recorded.iter().any(|one| one.environment.versions.contains(path));
    let is_below = |path: &str| {
        let below = |script: &str| path.strip_prefix(script).is_some_and(|rest| rest.starts_with('/'));
        recorded.iter().any(|one| one.environment.script.is_empty() || below(&one.environment.script))
    };
    let relative = |paths: &BTreeSet<String>| {
        paths.iter().filter(is_recorded).map(|path| path_from(within, path)).collect()
    };
    let removed = changes.removed.iter().filter(|(path, _)| is_below(path));
    VersionChanges {
        added: relative(&changes.added),
        edited: relative(&changes.edited),
        removed: removed.map(|(path, revision)| (path_from(within, path), revision.clone())).collect(),
    }
}

/// The version files that a head adds, recorded.
#[derive(Debug, Default)]
pub(crate) struct OfHead {
    pub(crate) recorded: Vec<Recorded>,
    /// How the version files differ from those of the base; `None` if they do not.
    pub(crate) changes: Option<VersionChanges>,
    /// The differences between the recorded heads and the models.
    pub(crate) drifts: Vec<Drift>,
    /// The words of all version files, if none of them differs and the models do.
    pub(crate) words: Option<BTreeSet<String>>,
    /// Why they could not be recorded.
    pub(crate) remark: Option<Diagnostic>,
}

impl OfHead {
    /// The paths of the versions that the head adds.
    pub(crate) fn added(&self) -> Option<&BTreeSet<String>> {
        self.changes.as_ref().map(|changes| &changes.added)
    }

    /// What a check gets of them; `None` if there is nothing to judge.
    pub(crate) fn migrated<'a>(
        &'a self,
        histories: &'a [History<'a>],
    ) -> Option<belljar_check::Migrated<'a>> {
        let is_any = self.changes.is_some() || self.words.is_some();
        is_any.then_some(belljar_check::Migrated {
            histories,
            changes: self.changes.as_ref(),
            drifts: &self.drifts,
            words: self.words.as_ref(),
        })
    }

    /// Records the migrations of a head, if its version files differ from those of the base.
    pub(crate) fn record(base: &Loaded, head: &Loaded, snapshots: &Snapshots, config: &CheckConfig) -> Self {
        let (Some(before), Some(after), Some(options)) = (&base.source, &head.source, &head.run_options)
        else {
            return Self::default();
        };
        if config.migrations == MigrationsMode::Off {
            return Self::default();
        }
        let changes = version_changes(before, after);
        if changes.is_empty() {
            let is_changed = base.document.tables != head.document.tables;
            let words = is_changed.then(|| belljar_engine::version_words(whole(after).0)).flatten();
            return Self { words, ..Self::default() };
        }
        // The head does not choose its database, if the settings name one.
        let dialect = match config.rules.dialects.as_slice() {
            [database] => Some(database.family().name()),
            _ => None,
        };
        let given = RecordOptions {
            dialect,
            models: Some(&head.document),
            judged: Judged::Files(&changes.added),
            with_begun: false,
            tested: false,
        };
        match belljar_engine::record(after, snapshots, options, given, &Progress::default()) {
            Ok(recorded) => {
                let drifts = drifts(&recorded, &head.document);
                let changes = Some(changes_within(&changes, &recorded, after));
                Self { recorded, changes, drifts, words: None, remark: None }
            }
            Err(error) => {
                let message = format!("the migrations are not judged: {error}");
                let remark = Diagnostic::new(Severity::Warning, "migrations-unread", message);
                Self { remark: Some(remark), ..Self::default() }
            }
        }
    }
}

/// The differences between recorded heads and models.
pub(crate) fn drifts(recorded: &[Recorded], models: &Document) -> Vec<Drift> {
    let names: Vec<BTreeSet<String>> = recorded.iter().map(|one| tables(&one.document)).collect();
    let of = |(position, one): (usize, &Recorded)| {
        let others = names.iter().enumerate().filter(|(other, _)| *other != position);
        let elsewhere = others.flat_map(|(_, names)| names.iter().cloned()).collect();
        drift(one, models, &elsewhere)
    };
    recorded.iter().enumerate().map(of).collect()
}

/// The tables of a document, with their schemas.
fn tables(document: &Document) -> BTreeSet<String> {
    document.tables.iter().map(|table| full_name(table.schema.as_deref(), &table.name)).collect()
}

fn drift(recorded: &Recorded, models: &Document, elsewhere: &BTreeSet<String>) -> Drift {
    with_input(recorded, elsewhere, |input| migrations::compare(input, models))
}

/// What a new version of an environment has to change. `all` are the environments of the source.
pub(crate) fn wanted(
    recorded: &Recorded,
    all: &[Recorded],
    models: &Document,
    renames: Vec<Rename>,
) -> migrations::Wanted {
    let others = all.iter().filter(|other| other.name != recorded.name);
    let elsewhere = others.flat_map(|other| tables(&other.document)).collect();
    with_input(recorded, &elsewhere, |input| migrations::wanted(input, models, renames))
}

/// Calls a function with the recorded head of an environment in the form in which it is compared.
fn with_input<T>(
    recorded: &Recorded,
    elsewhere: &BTreeSet<String>,
    call: impl FnOnce(&migrations::Migrations<'_>) -> T,
) -> T {
    let of_history = recorded.diagnostics.iter().filter(|it| it.code.starts_with("migration-"));
    let problems: Vec<_> = of_history.cloned().collect();
    let operations: Vec<Operation<'_>> = recorded.operations.iter().filter_map(operation).collect();
    let input = migrations::Migrations {
        name: &recorded.name,
        dialect: &recorded.dialect,
        heads: &recorded.heads,
        versions: recorded.versions.len(),
        document: &recorded.document,
        reasons: &recorded.reasons,
        ignored: &recorded.ignored,
        targets: recorded.targets.as_ref(),
        elsewhere,
        stray: &recorded.stray,
        operations: &operations,
        problems: &problems,
    };
    call(&input)
}

/// Tests the recorded versions of all environments; without models, only their history.
pub(crate) fn tests(recorded: &[Recorded], drifts: Option<&[Drift]>) -> Vec<TestedEnvironment> {
    let of = |(position, one): (usize, &Recorded)| {
        let is_of_history = |it: &&Diagnostic| it.code.starts_with("migration-");
        let problems: Vec<&Diagnostic> = one.diagnostics.iter().filter(is_of_history).collect();
        let input = tested::Input {
            name: &one.name,
            dialect: &one.dialect,
            heads: &one.heads,
            versions: one.versions.iter().map(|version| tested_version(one, version)).collect(),
            problems: &problems,
            reasons: &one.reasons,
            drift: drifts.and_then(|drifts| drifts.get(position)),
        };
        tested::test(&input)
    };
    recorded.iter().enumerate().map(of).collect()
}

fn tested_version<'a>(one: &'a Recorded, version: &'a belljar_engine::Version) -> TestedVersion<'a> {
    let trip = |step: &belljar_engine::Step| {
        let has = |flag: &str| step.flags.contains(flag);
        Trip {
            is_upgrade: step.kind == "test-upgrade",
            expected: one.document_of(&step.before),
            came: one.document_of(&step.after),
            is_refused: has("failed"),
            has_other_types: has("types"),
            is_doubtful: has("doubt") || has("more"),
            message: step.text.clone(),
        }
    };
    let is_trip =
        |step: &&belljar_engine::Step| step.revision == version.revision && step.kind.starts_with("test-");
    TestedVersion {
        revision: &version.revision,
        place: version.place.as_ref(),
        is_run: version.number > 0,
        is_reversible: version.is_reversible,
        is_doing: one.operations.iter().any(|operation| operation.revision == version.revision),
        outcome: &version.outcome,
        reasons: &version.reasons,
        trips: one.steps.iter().filter(is_trip).map(trip).collect(),
    }
}

/// An operation that names a table and a part of it.
fn operation(given: &belljar_engine::Operation) -> Option<Operation<'_>> {
    let (table, name) = (given.table.as_deref()?, given.name.as_deref()?);
    Some(Operation { table, name, place: given.place.as_ref()? })
}
