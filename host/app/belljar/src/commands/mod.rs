//! The commands, one module each: from arguments to results and an exit code.
//!
//! A command opens its input, seals its session, and then works on what it has read. Parts that several commands share
//! are outside of this folder: [`extraction`](crate::extraction) for one source, [`comparison`](crate::comparison) for
//! two sides, [`config_file`](crate::config_file) and [`artefacts`](crate::artefacts) for the input of a comparison.

mod cache;
mod check;
mod contract;
mod diff;
mod explain;
mod extract;
mod impact;
mod json_schema;
mod lineage;
mod migrations;
mod rules;

use std::io;

use crate::{
    cli::{CheckFormat, Command, Isolation, SourceArguments},
    failure::{Failure, isolate::IsolateError},
    session::Session,
    subject,
    terminal::{guard::Obeyed, output::Output},
};

impl Command {
    /// The destinations of results, in the order of their numbers in the command.
    pub(crate) fn outputs(&self) -> Vec<Output> {
        match self {
            Self::Extract(given) => vec![Output::new(given.output.clone())],
            Self::Diff(given) => vec![Output::new(given.output.clone())],
            Self::Lineage(given) => vec![Output::new(given.output.clone())],
            Self::Impact(given) => vec![Output::new(given.output.clone())],
            Self::Contract(given) => vec![Output::new(given.output.clone())],
            Self::Migrations(given) => vec![Output::new(given.action.arguments().output.clone())],
            Self::Check(given) => {
                let reports = given.report.iter().map(|(form, file)| (*form, Some(file.clone())));
                let all = reports.chain([(given.format, given.output.clone())]);
                all.map(|(form, file)| Output { file, obeyed: obeyed(form) }).collect()
            }
            Self::Explain(_) | Self::Rules(_) | Self::Cache(_) | Self::JsonSchema(_) | Self::ConfinedJob => {
                vec![Output::new(None)]
            }
        }
    }

    /// The arguments for reading sources; `None` if the command reads none.
    pub(crate) fn source_arguments(&mut self) -> Option<&mut SourceArguments> {
        match self {
            Self::Extract(given) => Some(&mut given.sources),
            Self::Explain(given) => (!subject::is_rule_code(&given.name)).then_some(&mut given.sources),
            Self::Diff(given) => Some(&mut given.sources),
            Self::Check(given) => Some(&mut given.sources),
            Self::Lineage(given) => Some(&mut given.sources),
            Self::Impact(given) => Some(&mut given.sources),
            Self::Contract(given) => Some(&mut given.sources),
            Self::Migrations(given) => Some(&mut given.action.arguments_mut().sources),
            Self::Rules(_) | Self::Cache(_) | Self::JsonSchema(_) | Self::ConfinedJob => None,
        }
    }

    /// Whether it runs in a separate process by default: commands that compare a proposed change do.
    pub(crate) fn default_isolation(&self) -> Isolation {
        match self {
            Self::Diff(_) | Self::Check(_) | Self::Impact(_) => Isolation::Auto,
            _ => Isolation::Never,
        }
    }

    /// Runs the command, and returns the exit code.
    pub(crate) fn run(self, session: &mut Session) -> Result<u8, Failure> {
        match self {
            Self::Extract(given) => extract::run(*given, session),
            Self::Explain(given) => explain::run(*given, session),
            Self::Diff(given) => diff::run(*given, session),
            Self::Check(given) => check::run(*given, session),
            Self::Lineage(given) => lineage::run(*given, session),
            Self::Impact(given) => impact::run(*given, session),
            Self::Contract(given) => contract::run(*given, session),
            Self::Migrations(given) => migrations::run(*given, session),
            Self::Rules(given) => rules::run(&given),
            Self::Cache(given) => cache::run(given),
            Self::JsonSchema(given) => json_schema::run(&given),
            // The separate process of a job runs it; a job never starts another one.
            Self::ConfinedJob => {
                Err(IsolateError::NoJob(io::Error::other("a job cannot start a job")).into())
            }
        }
    }
}

/// The lines of a format of `belljar check` that a CI system may interpret.
fn obeyed(form: CheckFormat) -> Obeyed {
    if form == CheckFormat::Github { Obeyed::Annotations } else { Obeyed::Nothing }
}
