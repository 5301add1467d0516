//! `belljar`: reads the schema out of SQLAlchemy models nobody may trust.
//!
//! The only crate that prints, knows the terminal, and writes files. [`cli`] is what people type, `command` what becomes of
//! it, [`settings`] what follows from it, [`limits`] what a job may use, `extract`, `explain`, `diff`, `check`, `lineage`,
//! `impact`, `contract` and `rules` the commands, `session` how they read and write, `reading` and `side` what they share, `trust` who decides, `isolate`
//! the same in a process of its own, `render` their output, [`failure`] what can go wrong and with which exit code.

mod cache;
mod changed;
mod check;
mod cli;
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
mod near;
mod output;
mod progress;
mod reading;
mod render;
mod rules;
mod session;
mod settings;
mod side;
mod talk;
mod trust;

use std::{ffi::OsString, process::ExitCode};

use clap::Parser as _;

use crate::{cli::Cli, failure::Failure};

fn main() -> ExitCode {
    // The second process gets the arguments as they are.
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let command = Cli::parse_from(&arguments).command;
    match isolate::carry_out(command, &arguments) {
        Ok(code) => ExitCode::from(code),
        Err(Failure::BrokenPipe) => ExitCode::SUCCESS, // whoever read the output has read enough
        Err(failure) => {
            let mut text = String::new();
            talk::failure(&mut text, &failure);
            anstream::eprint!("{text}");
            ExitCode::from(failure.exit_code())
        }
    }
}
