//! `belljar`: reads the schema out of SQLAlchemy models nobody may trust.
//!
//! The only crate that prints, knows the terminal, and writes files. [`cli`] is what people type, [`settings`] what
//! follows from it, [`limits`] what a job may use, `extract`, `explain`, `diff`, `check`,
//! `lineage`, `impact`, `contract` and `rules` the commands, `reading` what
//! they share, `isolate` the same in a process of its own, `render` their output, [`log`] the way out, [`failure`] what can go wrong and with which
//! exit code.

mod cache;
mod check;
mod cli;
mod closed;
mod contract;
mod diff;
mod downstream;
mod explain;
mod extract;
mod failure;
mod impact;
mod isolate;
mod limits;
mod lineage;
mod log;
mod near;
mod output;
mod progress;
mod reading;
mod render;
mod rules;
mod settings;
mod sides;
mod talk;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{
    cli::{Cli, Command, Published},
    failure::Failure,
};

fn main() -> ExitCode {
    talk::panics();
    let result = match Cli::try_parse() {
        Ok(cli) => run(cli.command),
        Err(error) if error.use_stderr() => {
            talk::usage(&error);
            return ExitCode::from(2);
        }
        Err(help) => output::print(&help.render().ansi().to_string()),
    };
    match result {
        Ok(code) => code,
        Err(Failure::BrokenPipe) => ExitCode::SUCCESS, // whoever read the output has read enough
        Err(failure) => {
            talk::failure(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Extract(arguments) => extract::run(*arguments),
        Command::Explain(arguments) => explain::run(*arguments),
        Command::Diff(arguments) => diff::run(*arguments),
        Command::Check(arguments) => check::run(*arguments),
        Command::Lineage(arguments) => lineage::run(*arguments),
        Command::Impact(arguments) => impact::run(*arguments),
        Command::Contract(arguments) => contract::run(*arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::ConfinedJob => isolate::child::run(),
        Command::JsonSchema(arguments) => output::print_json(&match arguments.of {
            Published::Extract => belljar_schema::json_schema(),
            Published::Diff => belljar_diff::json_schema(),
            Published::Check => belljar_check::json_schema(),
            Published::Lineage => belljar_lineage::graph::json_schema(),
            Published::Impact => belljar_impact::json_schema(),
        }),
    }
}
