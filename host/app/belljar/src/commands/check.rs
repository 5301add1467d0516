//! `belljar check`.

use std::{io, path::Path, sync::Arc};

use belljar_check::{
    CheckConfig, DataAnswers, DataPlan, FailOn, Input, Owners, Proposal, Verdict,
    render::{self, TextOptions},
};
use belljar_engine::SourceError;
use belljar_lineage::graph::Graph;
use belljar_rules::{Database, Selector};
use belljar_schema::Diagnostic;

use crate::{
    artefacts::{self, Artefacts, Decided},
    asked::Asked,
    cli::{Check, CheckFormat, ConfigFrom, Fail},
    comparison::{Comparison, OpenPair, Sources, loaded_instead, texts},
    config_file::{self, Given},
    failure::{Failure, NoEffect, isolate::IsolateError},
    histories::{Kept, OfHead},
    live_database,
    named_databases::{Chosen, ProjectDatabases},
    session::Session,
    side::Loaded,
    terminal::messages,
};

/// Applies the rules to the differences between both sides, and writes the verdict in all requested formats.
pub(crate) fn run(arguments: Check, session: &mut Session) -> Result<u8, Failure> {
    let forms = forms(&arguments)?;
    let (explain, fixes) = (arguments.explain, arguments.fix.is_some());
    let kept = arguments.notify.is_some().then_some(forms.len() + usize::from(fixes));
    let rows = Rows::of(&arguments)?;
    let mut judged = judge_for(arguments, rows.database(), session)?;
    if let Rows::Questions(database) = rows {
        let plan = DataPlan::new(&judged.verdict, database);
        session.write(0, &|out| crate::render::json_line(out, &plan.questions))?;
        return Ok(0);
    }
    rows.apply(&mut judged.verdict)?;
    let Judged { verdict, prefix, base, head, .. } = &judged;
    let options = TextOptions {
        head: head.source.as_ref().map(|source| &source.tree),
        base: base.as_ref().ok().and_then(|base| base.source.as_ref()).map(|source| &source.tree),
        explain,
    };
    // First, as a reader of the output may close it.
    if let Some(number) = kept {
        session.write(number, &|out| Ok(serde_json::to_writer(out, verdict)?))?;
    }
    let diagram = base.as_ref().ok().filter(|_| forms.contains(&CheckFormat::Markdown));
    let diagram =
        diagram.and_then(|base| crate::render::change_diagram(&base.document, &head.document, verdict));
    let placed = Placed { verdict, prefix, diagram: diagram.as_deref() };
    deliver(session, placed, (&forms, options))?;
    if fixes {
        let comments = belljar_check::fixes(verdict);
        session.write(forms.len(), &|out| crate::render::json_line(out, &comments))?;
    }
    Ok(exit_code(verdict))
}

/// What becomes of questions about rows to a live database.
enum Rows {
    /// There are none.
    None,
    /// This process asks them.
    Ask(Box<Asked>),
    /// Another process asks them.
    Questions(Database),
    /// Another process has asked them.
    Answers(DataAnswers),
}

impl Rows {
    fn of(arguments: &Check) -> Result<Self, Failure> {
        if let Some(database) = arguments.data_questions {
            return Ok(Self::Questions(database));
        }
        if let Some(answers) = &arguments.data_answers {
            return Ok(Self::Answers(serde_json::from_str(answers).map_err(IsolateError::Job)?));
        }
        Ok(Asked::of(arguments)?.map_or(Self::None, |asked| Self::Ask(Box::new(asked))))
    }

    const fn database(&self) -> Option<Database> {
        match self {
            Self::None => None,
            Self::Ask(asked) => Some(asked.database()),
            Self::Questions(database) => Some(*database),
            Self::Answers(answers) => Some(answers.database),
        }
    }

    fn apply(self, verdict: &mut Verdict) -> Result<(), Failure> {
        let Some(database) = self.database() else { return Ok(()) };
        let plan = DataPlan::new(verdict, database);
        let answers = match self {
            Self::Ask(asked) => asked.ask(plan.questions.clone())?,
            Self::Answers(answers) => answers,
            Self::None | Self::Questions(_) => return Ok(()),
        };
        plan.apply(verdict, &answers);
        Ok(())
    }
}

/// A verdict, with what it is of.
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    /// Where the head lies in its repository.
    pub(super) prefix: String,
    /// The base, or why it can't be read.
    pub(super) base: Result<Loaded, String>,
    pub(super) head: Loaded,
    /// The base with its readers, if there are some.
    pub(super) graph: Option<Graph>,
    /// The configuration that was used.
    pub(super) config: CheckConfig,
}

/// Loads both sides, and applies the rules to the differences between them.
pub(super) fn judge(arguments: Check, session: &mut Session) -> Result<Judged, Failure> {
    judge_for(arguments, None, session)
}

/// The same for a database that is asked about its rows.
fn judge_for(arguments: Check, asked: Option<Database>, session: &mut Session) -> Result<Judged, Failure> {
    let from = arguments.config_from;
    let mut comparison = Comparison::new(&arguments.compared, arguments.sources)?;
    let given = Given::open(arguments.config.as_deref(), arguments.no_config, from)?;
    comparison.source_config.project = given.project();
    let contracts: Vec<Contract> =
        arguments.contract.iter().map(|file| Contract::open(file)).collect::<Result<_, _>>()?;
    let named = artefacts::open(&arguments.artefacts, &comparison.source_config.source_limits)?;
    comparison.check_work_tree(arguments.fix.is_some())?;
    let (renames, prefix) = (comparison.renames.clone(), comparison.prefix_in_repository());
    let pair = comparison.open(false, |failure| is_empty(failure) || is_lost(failure), session)?;
    session.seal()?;

    let snapshots = Arc::clone(&pair.snapshots);
    let (base, head) = load(pair, session)?;
    let sources = sources(base.as_ref().ok(), &head, from);
    let config_file::Decided { mut config, mut remarks, changes, proposed } =
        config_file::decide(&given, sources)?;
    apply_arguments(&mut config, (arguments.fail_on, arguments.select, arguments.ignore));
    take_live(&mut config, asked, base.as_ref().ok(), &head);
    config.migrations = arguments.migrations.map_or(config.migrations, Into::into);
    remarks.extend(contracts.iter().flat_map(|contract| contract.add_to(&mut config)));
    choose_databases(&mut config, sources, (base.as_ref().ok(), &head));
    let has_artefacts = arguments.artefacts.any() || config.downstream.names_artefacts();
    let decided = artefacts::decide(named, &config, sources);
    remarks.extend(decided.artefacts.diagnostics.iter().cloned());
    remarks.extend(base.iter().flat_map(|base| loaded_instead(base, &head)));
    let (graph, proposed_graph) = graphs(base.as_ref().ok().filter(|_| has_artefacts), &decided, &config);
    let (owners, of_owners) = artefacts::owners(sources.deciding(), &config);
    if graph.is_some() {
        remarks.extend(of_owners);
    }
    let of_head =
        base.as_ref().map(|base| OfHead::record(base, &head, &snapshots, &config)).unwrap_or_default();
    remarks.extend(of_head.remark.iter().cloned());
    let kept = Kept::new(&of_head.recorded);
    let histories = kept.histories(of_head.added());
    let verdict = belljar_check::check(&Input {
        downstream: graph.as_ref().map(|graph| belljar_check::Downstream { graph, owners: &owners }),
        owners: Owners(Some(&owners)),
        base: base.as_ref().map(|loaded| &loaded.document).map_err(Clone::clone),
        head: &head.document,
        tree: head.source.as_ref().map(|source| &source.tree),
        base_tree: sources.base.map(|source| &source.tree),
        config: &config,
        proposal: (from == ConfigFrom::Base).then_some(Proposal {
            settings: changes,
            config: proposed.as_ref(),
            artefacts: decided.changes,
            graph: proposed_graph.as_ref(),
        }),
        renames: &renames,
        prefix: &prefix,
        remarks,
        texts: base.as_ref().ok().and_then(|base| texts(base, &head)),
        migrations: of_head.migrated(&histories),
    });
    drop(owners);
    drop(histories);
    Ok(Judged { verdict, prefix, base, head, graph, config })
}

/// The sources of both sides, if these are no documents.
fn sources<'a>(base: Option<&'a Loaded>, head: &'a Loaded, from: ConfigFrom) -> Sources<'a> {
    let base = base.and_then(|base| base.source.as_ref());
    Sources { base, head: head.source.as_ref(), from }
}

/// The base with its readers, and with those that the head proposes.
fn graphs(base: Option<&Loaded>, decided: &Decided, config: &CheckConfig) -> (Option<Graph>, Option<Graph>) {
    let graph_of = |artefacts: &Artefacts| base.map(|base| artefacts.graph(&base.document, config));
    (graph_of(&decided.artefacts), decided.proposed.as_ref().and_then(graph_of))
}

/// Sets the databases that the project names, where no configuration sets them. The side that determines the
/// configuration determines them.
fn choose_databases(
    config: &mut CheckConfig,
    sources: Sources<'_>,
    (base, head): (Option<&Loaded>, &Loaded),
) {
    let Some(source) = sources.deciding().filter(|_| config.rules.dialects.is_empty()) else { return };
    let basis = &base.filter(|base| !base.document.tables.is_empty()).unwrap_or(head).document;
    let named = ProjectDatabases::find(&source.tree);
    let Chosen { databases, reasons, services } = named.choose(&belljar_rules::databases_for(basis));
    config.rules.dialects = databases;
    config.databases_named_by = reasons;
    if config.rules.services.is_empty() {
        config.rules.services = services;
    }
}

/// Takes the database of a live side, or the one that is asked, for that of the schema, unless the configuration states
/// one.
fn take_live(config: &mut CheckConfig, asked: Option<Database>, base: Option<&Loaded>, head: &Loaded) {
    let live = base.and_then(|base| live_database::of_sides(&base.document, &head.document));
    if let (Some(live), true) = (live.or(asked), config.rules.dialects.is_empty()) {
        config.rules.dialects.push(live);
    }
}

/// A verdict, with what some formats need besides.
#[derive(Clone, Copy)]
pub(super) struct Placed<'a> {
    pub(super) verdict: &'a Verdict,
    /// Where the head lies in its repository.
    pub(super) prefix: &'a str,
    /// What changes, in Mermaid.
    pub(super) diagram: Option<&'a str>,
}

/// Writes a verdict in all formats.
fn deliver(
    session: &mut Session,
    placed: Placed<'_>,
    (forms, options): (&[CheckFormat], TextOptions<'_>),
) -> Result<(), Failure> {
    let mut forms = forms.iter().enumerate();
    forms.try_for_each(|(number, form)| session.write(number, &|out| write(placed, (*form, options), out)))
}

/// The formats of the reports and of the output, in this order.
fn forms(arguments: &Check) -> Result<Vec<CheckFormat>, NoEffect> {
    let reports = arguments.report.iter().map(|(format, _)| *format);
    let forms: Vec<CheckFormat> = reports.chain([arguments.format]).collect();
    if arguments.explain && !forms.contains(&CheckFormat::Text) {
        return Err(NoEffect::new("--explain", "--format text"));
    }
    Ok(forms)
}

/// Applies options of the command line, which is trusted, and precedes what a file selects.
pub(super) fn apply_arguments(
    config: &mut CheckConfig,
    (fail_on, select, ignore): (Option<Fail>, Vec<Selector>, Vec<Selector>),
) {
    if let Some(fail_on) = fail_on {
        config.fail_on = level(fail_on);
    }
    if !select.is_empty() {
        config.rules.select = select;
    }
    config.rules.ignore.extend(ignore);
}

/// Loads both sides. If the base can't be read, the head is checked alone, and the verdict states the reason.
fn load(pair: OpenPair, session: &mut Session) -> Result<(Result<Loaded, String>, Loaded), Failure> {
    let (base, head) = pair.load_each(session);
    let base = match base {
        Ok(base) => Ok(base),
        Err(failure) if is_empty(&failure) => Ok(Loaded::default()),
        Err(failure) if is_lost(&failure) => {
            session.report(|out| messages::failure(out, &failure));
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

/// Whether a side is empty: a first commit without files, or a new directory.
fn is_empty(failure: &Failure) -> bool {
    matches!(failure, Failure::Source(SourceError::Empty { .. } | SourceError::NotInRevision { .. }))
}

/// Whether a side exists and can't be read, as opposed to one with a wrong name.
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
                | E::GitDamaged { .. }
                | E::ElsewhereInRevision { .. }
        )
    )
}

/// A contract that the command line names, read and not parsed.
struct Contract {
    name: String,
    bytes: Vec<u8>,
}

impl Contract {
    /// Reads a contract from the file of an option.
    fn open(file: &Path) -> Result<Self, Failure> {
        let name = file.display().to_string();
        match belljar_engine::read_file(file, belljar_contract::LARGEST as u64) {
            Ok(bytes) => Ok(Self { name, bytes }),
            Err(error) => Err(Failure::Artefact { path: name, message: error.to_string() }),
        }
    }

    /// Adds its promises to a configuration, and returns its errors.
    fn add_to(&self, config: &mut CheckConfig) -> Vec<Diagnostic> {
        let (contract, diagnostics) = belljar_contract::read_odcs(&self.bytes, &self.name);
        config.downstream.contracts.add(contract);
        diagnostics
    }
}

pub(super) const fn level(given: Fail) -> FailOn {
    match given {
        Fail::Error => FailOn::Error,
        Fail::Warning => FailOn::Warning,
        Fail::Note => FailOn::Note,
        Fail::Never => FailOn::Never,
    }
}

/// 2 if nothing could be compared, 1 if findings fail the check.
fn exit_code(verdict: &Verdict) -> u8 {
    match (verdict.compared, verdict.passed) {
        (false, _) => 2,
        (true, false) => 1,
        (true, true) => 0,
    }
}

pub(super) fn write(
    Placed { verdict, prefix, diagram }: Placed<'_>,
    (format, options): (CheckFormat, TextOptions<'_>),
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let text = match format {
        CheckFormat::Text => render::full(verdict, options),
        CheckFormat::Concise => render::concise(verdict),
        CheckFormat::Markdown => render::markdown(verdict, prefix, diagram),
        CheckFormat::Json => return crate::render::json(out, verdict),
        CheckFormat::Sarif => render::sarif(verdict)?,
        CheckFormat::Github => render::github(verdict),
        CheckFormat::Gitlab => render::gitlab(verdict)?,
        CheckFormat::Junit => render::junit(verdict).map_err(io::Error::other)?,
    };
    out.write_all(text.as_bytes())
}
