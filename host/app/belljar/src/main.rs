//! `belljar`: reads the schema out of untrusted SQLAlchemy models.
//!
//! The only crate that prints, knows the terminal, and writes files. [`cli`] is what people type, `command` what becomes of
//! it, [`settings`] what follows from it, [`limits`] what a job may use, `extract`, `explain`, `diff`, `check`, `lineage`,
//! `impact`, `contract` and `rules` the commands, `session` how they read and write, `reading` and `side` what they share, `trust` who decides, `isolate`
//! the same in a process of its own, `render` their output, [`log`] the way out, [`failure`] what can go wrong and with which exit code.

mod cache;
mod changed;
mod check;
mod cli;
mod closed;
mod command;
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
mod messages;
mod output;
mod progress;
mod reading;
mod render;
mod rules;
mod session;
mod settings;
mod side;
mod trust;

use std::{ffi::OsString, process::ExitCode};

use clap::Parser as _;

use crate::{cli::Cli, failure::Failure};

fn main() -> ExitCode {
    messages::panics();
    // The second process gets the arguments as they are.
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let result = match Cli::try_parse_from(&arguments) {
        Ok(cli) => isolate::carry_out(cli.command, &arguments),
        Err(error) if error.use_stderr() => {
            messages::usage(&error);
            return ExitCode::from(2);
        }
        Err(help) => output::print(&help.render().ansi().to_string()),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(Failure::BrokenPipe) => ExitCode::SUCCESS, // whoever read the output has read enough
        Err(failure) => {
            let mut text = String::new();
            messages::failure(&mut text, &failure);
            log::write_text(&text);
            ExitCode::from(failure.exit_code())
        }
    }
}
