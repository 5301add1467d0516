//! `belljar`: reads the schema out of SQLAlchemy models nobody may trust.
//!
//! The only crate that prints, knows the terminal, and writes files. [`cli`] is what people type, [`settings`] what
//! follows from it, [`limits`] what a job may use, `extract`, `explain`, `diff`, `check`,
//! `lineage`, `impact`, `contract` and `rules` the commands, `reading` what
//! they share, `isolate` the same in a process of its own, `render` their output, [`failure`] what can go wrong and with which
//! exit code.

mod cache;
mod changed;
mod check;
mod cli;
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
mod near;
mod output;
mod progress;
mod reading;
mod render;
mod rules;
mod settings;
mod talk;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{
    cli::{Cli, Command, Published},
    failure::Failure,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
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
