//! The schema that the version files of Alembic environments leave, recorded without a database.
//!
//! Each environment is a run of its own, of the same tree, whose targets are its version files.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use belljar_discover::{
    Discovery, MigrationEnvironment, StaticIndex, StrayVersion, begun_environments, migration_environments,
    stray_versions,
};
use belljar_frames as frames;
use belljar_schema::{Diagnostic, Document, Generation, NamedType, Place, Reason, Severity, Table};
use belljar_snapshots::Snapshots;
use belljar_source::Source;
use serde::Serialize;

use crate::{
    assemble::{self, Inputs, ending_text},
    attempt::{Attempt, RunResult},
    discover,
    error::ExtractError,
    generation::{self, Part},
    options::Options,
    plan::{self, MigrationPlan, Run, Target},
    progress::Progress,
    resume::{Total, run_with_recovery},
    stage::Stage,
    within,
};

/// The recorded head of one database of an environment.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The environment.
    pub environment: MigrationEnvironment,
    /// Its name, with a number for a further database.
    pub name: String,
    /// The dialect that its versions ran for.
    pub dialect: String,
    /// The revisions that no other follows.
    pub heads: Vec<String>,
    /// The schema; its diagnostics are in [`Recorded::diagnostics`].
    pub document: Document,
    /// The versions in their order; those that do not run come last.
    pub versions: Vec<Version>,
    /// The operations in the order in which they happened.
    pub operations: Vec<Operation>,
    /// The statements of the versions that are judged, in the order in which they happened.
    pub steps: Vec<Step>,
    /// The tables before and after the statements, by the names that these have for them.
    pub snapshots: BTreeMap<String, Snapshot>,
    /// Why the head may have more or fewer tables than those recorded.
    pub reasons: Vec<Reason>,
    /// Tables that the environment leaves out of comparisons, with their schemas; Alembic's own is among them.
    pub ignored: BTreeSet<String>,
    /// The tables of the models that the environment compares with; `None` if they are not known.
    pub targets: Option<BTreeSet<String>>,
    /// Files that are written like versions, and are in no environment.
    pub stray: Vec<StrayVersion>,
    /// What is wrong with the chain or the run.
    pub diagnostics: Vec<Diagnostic>,
}

/// A version file.
#[derive(Debug, Clone, Serialize)]
pub struct Version {
    /// Its revision.
    pub revision: String,
    /// The revisions that it follows.
    pub down: Vec<String>,
    /// The revisions and labels that it depends on.
    pub depends_on: Vec<String>,
    /// The labels of the branch that it begins.
    pub labels: Vec<String>,
    /// The first line of its description.
    pub message: String,
    /// Its place in the order, from 1; 0 if it does not run.
    pub number: u32,
    /// No other version follows it.
    pub is_head: bool,
    /// Its `downgrade` does something.
    pub is_reversible: bool,
    /// How it ran: `run`, `partial` or `not-run`.
    pub outcome: String,
    /// Why it ran only in part, or not at all.
    pub reasons: Vec<Reason>,
    /// Its function `upgrade`.
    pub place: Option<Place>,
}

/// An operation of a version.
#[derive(Debug, Clone, Serialize)]
pub struct Operation {
    /// The revision of the version.
    pub revision: String,
    /// The name of the operation, such as `add_column`.
    pub kind: String,
    /// The table, with its schema.
    pub table: Option<String>,
    /// The column, constraint or index.
    pub name: Option<String>,
    /// SQL text that it executes.
    pub text: Option<String>,
    /// Its place in the version file.
    pub place: Option<Place>,
}

/// A statement of a version that is judged.
#[derive(Debug, Clone)]
pub struct Step {
    /// The revision of the version.
    pub revision: String,
    /// The name of the operation, or `statement` for SQL.
    pub kind: String,
    /// The table, with its schema.
    pub table: Option<String>,
    /// The column, constraint or index, or the new name of a table.
    pub name: Option<String>,
    /// SQL text of a statement.
    pub text: Option<String>,
    /// How it is carried out; see `frames::Step`.
    pub flags: BTreeSet<String>,
    /// The tables that it may change, before it: names of [`Recorded::snapshots`].
    pub before: Vec<String>,
    /// The same after it.
    pub after: Vec<String>,
    /// Its place in the version file.
    pub place: Option<Place>,
}

/// A table at one time, with its types.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The table.
    pub tables: Vec<Table>,
    /// The named types of its columns.
    pub types: Vec<NamedType>,
}

/// The name of the `MetaData` of every table of a [`Snapshot`].
const METADATA: &str = "database";

impl Recorded {
    /// A document with the tables of some snapshots.
    pub fn document_of(&self, labels: &[String]) -> Document {
        let mut made = Document::empty(&self.document.belljar, self.document.sqlalchemy.clone());
        for snapshot in labels.iter().filter_map(|label| self.snapshots.get(label)) {
            made.tables.extend(snapshot.tables.iter().cloned());
            made.types.extend(snapshot.types.iter().cloned());
        }
        made
    }
}

/// The versions whose statements are recorded one by one.
#[derive(Debug, Clone, Copy)]
pub enum Judged<'a> {
    /// None.
    Nothing,
    /// Every version.
    Everything,
    /// Those in these files.
    Files(&'a BTreeSet<String>),
}

impl Judged<'_> {
    /// Whether the version in a file is judged.
    fn has(self, path: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Files(files) => files.contains(path),
        }
    }
}

/// What of a source is recorded.
#[derive(Debug, Clone, Copy)]
pub struct RecordOptions<'a> {
    /// The dialect that versions run for; without it, that of the environment.
    pub dialect: Option<&'a str>,
    /// The document of the models: versions run with the SQLAlchemy that the models near them ran with.
    pub models: Option<&'a Document>,
    /// The versions whose statements are recorded. Their paths are those of the tree around the source.
    pub judged: Judged<'a>,
    /// Whether environments without a version are recorded too.
    pub with_begun: bool,
    /// Whether each version also runs down and up again, which gives the steps `test-downgrade` and `test-upgrade`: before
    /// them are the tables that are expected, after them those that came, of both those that differ.
    pub tested: bool,
}

/// The dialect of an environment that names none.
const DEFAULT_DIALECT: &str = "postgresql";

/// Records the heads of all environments of a source.
///
/// # Errors
///
/// No generation of SQLAlchemy fits, or a snapshot can't be loaded.
pub fn record(
    source: &Source,
    snapshots: &Snapshots,
    options: &Options,
    recorded_options: RecordOptions<'_>,
    progress: &Progress,
) -> Result<Vec<Recorded>, ExtractError> {
    let RecordOptions { dialect, models, judged, with_begun, tested } = recorded_options;
    let (tree, within) = source.tree.around().unwrap_or((&source.tree, ""));
    let mut environments = if with_begun { begun_environments(tree) } else { migration_environments(tree) };
    environments.retain(|environment| holds(within, &environment.script));
    if environments.is_empty() {
        return Ok(Vec::new());
    }
    let discovery = discover(source, options);
    let parts = generation::parts_or_default(snapshots, &discovery, options)?;
    // Only what the versions make counts, and not what the models declare.
    let bare = Discovery { candidates: Vec::new(), index: StaticIndex::default(), ..discovery.clone() };
    let stray = stray_versions(tree, &environments);
    let mut found = Vec::new();
    for environment in environments {
        let Some(part) = part_of(&environment, &discovery, &parts) else { continue };
        let part = as_models(&environment, part, models);
        let run = run_of(&environment, &discovery, &part, (dialect, judged, tested));
        let mut stage = Stage::new(source, &bare, snapshots, options, progress);
        let result = stage.run_alone(run)?;
        found.extend(recorded(&environment, &stage.inputs, &part.generation, &result));
    }
    for one in &mut found {
        one.stray.clone_from(&stray);
    }
    Ok(found)
}

/// The part with the SQLAlchemy that the models near an environment ran with.
fn as_models(environment: &MigrationEnvironment, part: &Part, models: Option<&Document>) -> Part {
    let mut part = part.clone();
    let version = models.map(|models| models.version_at(&environment.script));
    if let Some(version) = version.filter(|version| *version != part.generation.version) {
        let reason = "the models ran with it".to_owned();
        part.settle(Generation { version: version.to_owned(), reason });
    }
    part
}

/// Whether a path lies in the directory that is asked for.
fn holds(within: &str, path: &str) -> bool {
    within.is_empty() || path == within || path.strip_prefix(within).is_some_and(|rest| rest.starts_with('/'))
}

impl Stage<'_> {
    /// Runs an environment, and goes on without a version that ends the run; the last result counts.
    fn run_alone(&mut self, run: Run) -> Result<RunResult, ExtractError> {
        self.load(&run.version)?;
        self.progress.planned(run.targets.len());
        let mut total = Total::new(&self.options.limits);
        let run_attempt = |attempt: Attempt| self.run_attempt(attempt, self.progress);
        let mut results = run_with_recovery(run.clone(), &mut total, &run_attempt);
        let last = results.iter().position(|result| result.findings.done).unwrap_or_default();
        if last < results.len() {
            return Ok(results.swap_remove(last));
        }
        Ok(RunResult::not_begun(run, belljar_sandbox::Ending::Internal("no attempt was made".to_owned())))
    }
}

/// The part with the modules that lie nearest to an environment.
fn part_of<'a>(
    environment: &MigrationEnvironment,
    discovery: &Discovery,
    parts: &'a [Part],
) -> Option<&'a Part> {
    let near = |part: &&Part| {
        let candidates = part.candidates.iter().filter_map(|position| discovery.candidates.get(*position));
        candidates.map(|candidate| common(&candidate.path, &environment.script)).max()
    };
    // Of equally near ones, the first.
    parts.iter().rev().max_by_key(near)
}

/// The number of folders that two paths have in common.
fn common(one: &str, other: &str) -> usize {
    one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other).count()
}

/// The run of an environment: with the import roots of the nearest modules.
fn run_of(
    environment: &MigrationEnvironment,
    discovery: &Discovery,
    part: &Part,
    (dialect, judged, tested): (Option<&str>, Judged<'_>, bool),
) -> Run {
    let runs = plan::plan(discovery, part);
    let nearest = runs.into_iter().rev().max_by_key(|run| {
        let is_around = holds(&run.root, &environment.script);
        (is_around, if is_around { run.root.len() } else { common(&run.root, &environment.script) })
    });
    let base = nearest.unwrap_or_else(|| Run::of_root(&environment.folder, &part.generation.version));
    let own = environment.is_for_dialect.then(|| environment.dialect.clone()).flatten();
    let plan = MigrationPlan {
        name: environment.name.clone(),
        folder: environment.folder.clone(),
        script: environment.script.clone(),
        config: environment.config.clone(),
        section: environment.section.clone(),
        options: std::collections::BTreeMap::from([(
            "script_location".to_owned(),
            environment.script.clone(),
        )]),
        versions: environment.versions.clone(),
        judged: environment.versions.iter().filter(|path| judged.has(path)).cloned().collect(),
        tested,
        dialect: own.or_else(|| dialect.map(str::to_owned)).or_else(|| environment.dialect.clone()),
        default: environment.usual_dialect.clone().unwrap_or_else(|| DEFAULT_DIALECT.to_owned()),
    };
    let target = |path: &String| Target { name: path.clone(), path: path.clone() };
    base.of_migrations(environment.versions.iter().map(target).collect(), Arc::new(plan))
}

/// The recorded heads of a run.
fn recorded(
    environment: &MigrationEnvironment,
    inputs: &Inputs<'_>,
    generation: &Generation,
    result: &RunResult,
) -> Vec<Recorded> {
    let within = inputs.discovery.within.as_deref();
    let mut document = assemble::assemble(inputs, generation.clone(), &[result]);
    let diagnostics: Vec<Diagnostic> =
        std::mem::take(&mut document.diagnostics).into_iter().filter(is_of_run).collect();
    if let Some(within) = within {
        within::document(within, &mut document);
    }
    let findings = &result.findings;
    // A version can send a head too; the job sends its own last.
    let is_last = |(position, head): &(usize, &frames::RecordedHead)| {
        findings.heads.iter().skip(position + 1).all(|later| later.metadata != head.metadata)
    };
    let heads = findings.heads.iter().enumerate().filter(is_last).map(|(_, head)| head);
    let mut found: Vec<Recorded> =
        heads.map(|head| one(environment, head, result, &document, &diagnostics, within)).collect();
    found.retain(|one| one.name.starts_with(environment.name.as_str()));
    if found.is_empty() {
        let message = format!(
            "the run of `{}` ended early: {}",
            environment.script,
            ending_text(&result.outcome.ending)
        );
        let head = frames::RecordedHead {
            metadata: environment.name.clone(),
            environment: environment.script.clone(),
            dialect: environment.dialect.clone().unwrap_or_else(|| DEFAULT_DIALECT.to_owned()),
            heads: Vec::new(),
            reasons: vec![frames::Reason { code: "migration-not-run".to_owned(), message, origin: None }],
            ignored: Vec::new(),
            targets: Vec::new(),
            has_targets: false,
            place: None,
        };
        found.push(one(environment, &head, result, &document, &diagnostics, within));
    }
    found
}

/// Whether a diagnostic is about the versions or their run. What is wrong with other files is reported with the models.
fn is_of_run(diagnostic: &Diagnostic) -> bool {
    diagnostic.code.starts_with("migration-") || diagnostic.severity == Severity::Error
}

fn one(
    environment: &MigrationEnvironment,
    head: &frames::RecordedHead,
    result: &RunResult,
    document: &Document,
    diagnostics: &[Diagnostic],
    within: Option<&str>,
) -> Recorded {
    let findings = &result.findings;
    let of_steps = findings.steps.iter().filter(|step| step.metadata == head.metadata);
    let labels: BTreeSet<&String> =
        of_steps.clone().flat_map(|step| step.before.iter().chain(&step.after)).collect();
    let mut snapshots = snapshots(document);
    snapshots.retain(|label, _| labels.contains(label));
    let mut document = document.clone();
    document.tables.retain(|table| table.metadata == head.metadata);
    document.types.retain(|item| item.metadata.as_deref() == Some(&*head.metadata));
    let mut reasons: Vec<Reason> = head.reasons.iter().map(reason).collect();
    if !findings.done && !findings.heads.is_empty() {
        let message = format!("the run ended early: {}", ending_text(&result.outcome.ending));
        reasons.push(Reason { code: "migration-not-run".to_owned(), message, hint: None, package: None });
    }
    let of_head = findings.migrations.iter().filter(|it| it.metadata == head.metadata);
    Recorded {
        environment: environment.clone(),
        name: head.metadata.clone(),
        dialect: head.dialect.clone(),
        heads: head.heads.clone(),
        document,
        versions: of_head.map(|frame| version(frame, within)).collect(),
        operations: findings.operations.iter().map(|frame| operation(frame, within)).collect(),
        steps: of_steps.map(|frame| step(frame, within)).collect(),
        snapshots,
        reasons,
        ignored: head.ignored.iter().cloned().collect(),
        targets: head.has_targets.then(|| head.targets.iter().cloned().collect()),
        stray: Vec::new(),
        diagnostics: diagnostics.to_vec(),
    }
}

/// A place, from the directory that is asked for.
fn place_within(within: Option<&str>, place: Option<&frames::Place>) -> Option<Place> {
    place.map(|place| Place {
        path: within.map_or_else(|| place.path.clone(), |within| within::path(within, &place.path)),
        line: place.line,
    })
}

fn version(frame: &frames::Migration, within: Option<&str>) -> Version {
    Version {
        revision: frame.revision.clone(),
        down: frame.down.clone(),
        depends_on: frame.depends_on.clone(),
        labels: frame.labels.clone(),
        message: frame.message.clone(),
        number: frame.number,
        is_head: frame.is_head,
        is_reversible: frame.is_reversible,
        outcome: frame.outcome.clone(),
        reasons: frame.reasons.iter().map(reason).collect(),
        place: place_within(within, frame.place.as_ref()),
    }
}

fn operation(frame: &frames::Operation, within: Option<&str>) -> Operation {
    Operation {
        revision: frame.revision.clone(),
        kind: frame.kind.clone(),
        table: frame.table.clone(),
        name: frame.name.clone(),
        text: frame.text.clone(),
        place: place_within(within, frame.place.as_ref()),
    }
}

fn step(frame: &frames::Step, within: Option<&str>) -> Step {
    Step {
        revision: frame.revision.clone(),
        kind: frame.kind.clone(),
        table: frame.table.clone(),
        name: frame.name.clone(),
        text: frame.text.clone(),
        flags: frame.flags.iter().cloned().collect(),
        before: frame.before.clone(),
        after: frame.after.clone(),
        place: place_within(within, frame.place.as_ref()),
    }
}

/// The tables of the steps, by the names of their `MetaData`.
fn snapshots(document: &Document) -> BTreeMap<String, Snapshot> {
    let mut found: BTreeMap<String, Snapshot> = BTreeMap::new();
    for table in &document.tables {
        let own = found.entry(table.metadata.clone()).or_default();
        own.tables.push(Table { metadata: METADATA.to_owned(), ..table.clone() });
    }
    for item in &document.types {
        if let Some(own) = item.metadata.as_ref().and_then(|metadata| found.get_mut(metadata)) {
            own.types.push(NamedType { metadata: Some(METADATA.to_owned()), ..item.clone() });
        }
    }
    found
}

fn reason(frame: &frames::Reason) -> Reason {
    Reason { code: frame.code.clone(), message: frame.message.clone(), hint: None, package: None }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use belljar_sandbox::{Ending, Outcome};

    use super::*;
    use crate::{
        collect::Findings,
        fakes::{World, model, table},
    };

    fn world() -> World {
        let model = model("a");
        World::new(&[
            ("one/app/__init__.py", ""),
            ("one/app/models.py", &model),
            ("two/pyproject.toml", "[project]\nname = 'two'\ndependencies = ['sqlalchemy<2']\n"),
            ("two/app/__init__.py", ""),
            ("two/app/models.py", &model),
            ("two/alembic.ini", "[alembic]\nscript_location = db\nsqlalchemy.url = mysql://x/y\n"),
            ("two/db/env.py", "from alembic import context\n"),
            ("two/db/versions/a.py", "revision = 'a'\ndown_revision = None\n"),
            ("two/db/versions/b.py", "revision = 'b'\ndown_revision = 'a'\n"),
        ])
    }

    fn run(world: &World, dialect: Option<&str>) -> Run {
        let parts = world.parts(&Options::default());
        let environment = migration_environments(&world.source.tree).remove(0);
        let part = part_of(&environment, &world.discovery, &parts).unwrap();
        run_of(&environment, &world.discovery, part, (dialect, Judged::Nothing, false))
    }

    #[test]
    fn what_the_guest_reads_of_an_environment() {
        let world = world();
        let run = run(&world, None);
        assert_eq!((run.root.as_str(), &*run.version), ("two", "1.4.54"), "those of the nearest modules");
        let encoded = run.without("two/db/versions/a.py").encode(&[], &world.wheelhouse);
        let plan: serde_json::Value = serde_json::from_slice(&encoded).unwrap();
        assert_eq!(plan["left_out"], serde_json::json!(["two/db/versions/a.py"]));
        let own = &plan["migrations"];
        assert_eq!(
            (&own["name"], &own["folder"], &own["script"]),
            (&"two/db".into(), &"two".into(), &"two/db".into())
        );
        // The whole chain, whatever is left out: the guest knows which do not run.
        assert_eq!(own["versions"], serde_json::json!(["two/db/versions/a.py", "two/db/versions/b.py"]));
        assert_eq!((&own["dialect"], &own["default"]), (&"mysql".into(), &"postgresql".into()));
    }

    #[test]
    fn a_dialect_that_is_asked_for() {
        let world = world();
        let encoded = run(&world, Some("sqlite")).encode(&[], &world.wheelhouse);
        let plan: serde_json::Value = serde_json::from_slice(&encoded).unwrap();
        assert_eq!(plan["migrations"]["dialect"], "sqlite");
    }

    #[test]
    fn versions_are_not_halved() {
        assert_eq!(run(&world(), None).halves(), []);
    }

    #[test]
    fn heads_of_a_run() {
        let world = world();
        let environment = migration_environments(&world.source.tree).remove(0);
        let generation = Generation { version: "2.0.58".to_owned(), reason: String::new() };
        let head = |name: &str| frames::RecordedHead {
            metadata: name.to_owned(),
            environment: "two/db".to_owned(),
            dialect: "mysql".to_owned(),
            heads: vec!["b".to_owned()],
            reasons: vec![],
            ignored: vec!["alembic_version".to_owned()],
            targets: vec!["a".to_owned()],
            has_targets: true,
            place: None,
        };
        let findings = Findings {
            tables: vec![table("two/db", "a", "two/db/versions/a.py", 3), table("other", "b", "x.py", 1)],
            heads: vec![head("two/db")],
            done: true,
            ..Findings::default()
        };
        let result = |findings, ending| RunResult {
            run: run(&world, None),
            left_out: None,
            findings,
            outcome: Outcome { ending, ..Outcome::default() },
        };
        let found = recorded(&environment, &world.inputs(), &generation, &result(findings, Ending::Finished));
        assert_eq!(found.len(), 1);
        let tables: Vec<&str> = found[0].document.tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!((tables, found[0].targets.clone()), (vec!["a"], Some(BTreeSet::from(["a".to_owned()]))));
        assert_eq!(found[0].reasons, []);

        let found =
            recorded(&environment, &world.inputs(), &generation, &result(Findings::default(), Ending::Fuel));
        assert_eq!(found.len(), 1, "never quietly short");
        assert_eq!(found[0].reasons[0].code, "migration-not-run");
    }
}
