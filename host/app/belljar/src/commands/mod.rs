//! The commands, one module each: from arguments to results and an exit code.
//!
//! A command opens its input, seals its session, and then works on what it has read. Parts that several commands share
//! are outside of this folder: [`extraction`](crate::extraction) for one source, [`comparison`](crate::comparison) for
//! two sides, [`config_file`](crate::config_file) and [`artefacts`](crate::artefacts) for the input of a comparison.

mod cache;
mod check;
mod completions;
mod config;
mod contract;
mod diagram;
mod diff;
mod docs;
mod drift;
mod explain;
mod extract;
mod generate;
mod impact;
mod init;
mod inspect;
mod json_schema;
mod lineage;
mod log;
mod man_page;
mod migrations;
mod notify;
mod report;
mod rules;

use std::{io, path::PathBuf};

use crate::{
    cli::{
        CheckFormat, Command, Compared, DiffFormat, DriftFormat, Format, InspectFormat, Isolation,
        LineageFormat, ListFormat, LogFormat, MigrationArguments, MigrationsAction, MigrationsFormat,
        SourceArguments,
    },
    failure::{Failure, isolate::IsolateError},
    live_database,
    session::Session,
    subject,
    terminal::{
        guard::Obeyed, output::Output, pages::Folder, silencing::Silencing, version_file::VersionFile,
    },
};

impl Command {
    /// The destinations of results, in the order of their numbers in the command.
    pub(crate) fn outputs(&self) -> Vec<Output> {
        let one = |file: &Option<PathBuf>, paged| vec![Output::new(file.clone()).paged(paged)];
        match self {
            Self::Extract(given) => {
                let mut all = one(&given.output, given.format() == Format::Text);
                all.extend(given.notify.as_ref().map(|_| Output::kept()));
                all
            }
            Self::Inspect(given) => one(&given.output, given.format() == InspectFormat::Text),
            Self::Explain(given) => one(&given.output, true),
            Self::Diff(given) => one(&given.output, given.format == DiffFormat::Text),
            Self::Drift(given) => {
                let obeyed =
                    if given.format == DriftFormat::Github { Obeyed::Annotations } else { Obeyed::Nothing };
                let output = Output::new(given.output.clone());
                vec![Output { obeyed, ..output.paged(given.format == DriftFormat::Text) }]
            }
            Self::Lineage(given) => one(&given.output, given.format == LineageFormat::Text),
            Self::Impact(given) => one(&given.output, given.format == ListFormat::Text),
            Self::Log(given) => one(&given.output, given.format == LogFormat::Text),
            Self::Rules(given) => one(&given.output, given.format == ListFormat::Text),
            Self::Contract(given) => one(&given.output, false),
            Self::Diagram(given) => one(&given.output, false),
            Self::Docs(given) if given.check => one(&None, false),
            Self::Docs(given) => vec![Output::pages(Folder::new(&given.output))],
            Self::Generate(given) => {
                let replaced = (!given.force).then_some(belljar_migrate::generate::MARK);
                vec![Output { replaced, ..Output::new(given.output.clone()) }]
            }
            Self::JsonSchema(given) => one(&given.output, false),
            Self::Migrations(given) => outputs_of_migrations(&given.action),
            Self::Report(given) => vec![Output::new(Some(given.output.clone()))],
            Self::Check(given) if given.data_questions.is_some() => vec![Output::kept()],
            Self::Check(given) => {
                let reports = given.report.iter().map(|(form, file)| (*form, Some(file.clone())));
                let all = reports.chain([(given.format, given.output.clone())]);
                let all = all.map(|(form, file)| Output { obeyed: obeyed(form), ..Output::new(file) });
                let silencing =
                    |reason: &String| Silencing { root: given.compared.repo.clone(), reason: reason.clone() };
                let comments = given.fix.as_ref().map(silencing);
                let comments = comments.map(|one| Output { silencing: Some(one), ..Output::new(None) });
                all.chain(comments).chain(given.notify.as_ref().map(|_| Output::kept())).collect()
            }
            Self::Config(_)
            | Self::Init(_)
            | Self::Cache(_)
            | Self::Completions(_)
            | Self::ManPage(_)
            | Self::Notify(_)
            | Self::Delivery
            | Self::ConfinedJob => one(&None, false),
        }
    }

    /// The arguments for reading sources; `None` if the command reads none.
    pub(crate) fn source_arguments(&mut self) -> Option<&mut SourceArguments> {
        match self {
            Self::Extract(given) => Some(&mut given.sources),
            Self::Explain(given) => (!subject::is_rule(&given.name)).then_some(&mut given.sources),
            Self::Diff(given) => Some(&mut given.sources),
            Self::Drift(given) => Some(&mut given.sources),
            Self::Check(given) => Some(&mut given.sources),
            Self::Lineage(given) => Some(&mut given.sources),
            Self::Impact(given) => Some(&mut given.sources),
            Self::Contract(given) => Some(&mut given.sources),
            Self::Migrations(given) => Some(&mut given.action.arguments_mut().sources),
            Self::Log(given) => Some(&mut given.sources),
            Self::Report(given) => Some(&mut given.sources),
            Self::Diagram(given) => Some(&mut given.sources),
            Self::Docs(given) => Some(&mut given.sources),
            Self::Generate(given) => Some(&mut given.sources),
            Self::Config(given) => Some(&mut given.sources),
            Self::Inspect(_)
            | Self::Rules(_)
            | Self::Init(_)
            | Self::Cache(_)
            | Self::JsonSchema(_)
            | Self::Completions(_)
            | Self::ManPage(_)
            | Self::Notify(_)
            | Self::Delivery
            | Self::ConfinedJob => None,
        }
    }

    /// Whether it runs in a separate process by default: commands that compare a proposed change do.
    pub(crate) fn default_isolation(&self) -> Isolation {
        match self {
            Self::Diff(_)
            | Self::Drift(_)
            | Self::Check(_)
            | Self::Impact(_)
            | Self::Log(_)
            | Self::Migrations(_)
            | Self::Report(_) => Isolation::Auto,
            _ => Isolation::Never,
        }
    }

    /// The databases that the command names.
    pub(crate) fn databases(&self) -> Vec<&str> {
        fn of(compared: &Compared) -> [Option<&str>; 2] {
            [compared.base.as_deref(), compared.head.as_deref()]
        }
        let names = match self {
            Self::Diff(given) => of(&given.compared),
            Self::Check(given) => of(&given.compared),
            Self::Impact(given) => of(&given.compared),
            Self::Report(given) => [given.side.as_deref(), given.head.as_deref()],
            Self::Docs(given) => [given.side.as_deref(), None],
            Self::Generate(given) => [given.side.as_deref(), None],
            Self::Drift(given) => [Some(given.database.as_str()), given.code.as_deref()],
            _ => [None, None],
        };
        names.into_iter().flatten().filter(|name| live_database::is_database(name)).collect()
    }

    /// Runs the command, and returns the exit code.
    pub(crate) fn run(self, session: &mut Session) -> Result<u8, Failure> {
        match self {
            Self::Extract(given) => extract::run(*given, session),
            Self::Inspect(given) => inspect::run(&given, session),
            Self::Explain(given) => explain::run(*given, session),
            Self::Diff(given) => diff::run(*given, session),
            Self::Drift(given) => drift::run(*given, session),
            Self::Check(given) => check::run(*given, session),
            Self::Lineage(given) => lineage::run(*given, session),
            Self::Impact(given) => impact::run(*given, session),
            Self::Contract(given) => contract::run(*given, session),
            Self::Migrations(given) => migrations::run(*given, session),
            Self::Log(given) => log::run(*given, session),
            Self::Report(given) => report::run(*given, session),
            Self::Diagram(given) => diagram::run(*given, session),
            Self::Docs(given) => docs::run(*given, session),
            Self::Generate(given) => generate::run(*given, session),
            Self::Config(given) => config::run(*given, session),
            Self::Init(given) => init::run(&given),
            Self::Notify(given) => notify::run(&given, session),
            Self::Rules(given) => rules::run(&given, session),
            Self::Cache(given) => cache::run(given),
            Self::JsonSchema(given) => json_schema::run(&given, session),
            Self::Completions(given) => completions::run(&given),
            Self::ManPage(given) => man_page::run(&given),
            // The separate process of a job runs it; a job never starts another one.
            Self::ConfinedJob | Self::Delivery => {
                Err(IsolateError::NoJob(io::Error::other("a job cannot start a job")).into())
            }
        }
    }
}

/// The lines of a format of `belljar check` that a CI system may interpret.
fn obeyed(form: CheckFormat) -> Obeyed {
    if form == CheckFormat::Github { Obeyed::Annotations } else { Obeyed::Nothing }
}

/// The destinations of an action on migrations.
fn outputs_of_migrations(action: &MigrationsAction) -> Vec<Output> {
    let obeyed = match action {
        MigrationsAction::Check(given) if given.format == MigrationsFormat::Github => Obeyed::Annotations,
        MigrationsAction::Lint(given) => obeyed(given.format),
        _ => Obeyed::Nothing,
    };
    let output = Output::new(action.arguments().output.clone());
    let first = Output { obeyed, ..output.paged(action.is_text()) };
    let version = match action {
        MigrationsAction::New(given) if given.is_written() => Some(&given.from),
        MigrationsAction::Merge(given) if !given.dry_run => Some(&given.from),
        _ => None,
    };
    let written = |from: &MigrationArguments| Output {
        version: Some(VersionFile { root: from.path.clone() }),
        ..Output::new(None)
    };
    let version = version.map(written);
    [first].into_iter().chain(version).collect()
}
