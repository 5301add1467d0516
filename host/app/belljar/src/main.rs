//! `belljar`: reads the schema out of untrusted SQLAlchemy models.
//!
//! The only crate that prints, knows the terminal, and writes files.
//!
//! * [`cli`]: the arguments
//! * [`commands`]: the commands, one file each
//! * [`source_config`]: what the arguments about sources come to
//! * [`extraction`], [`side`], [`comparison`]: one source; one side, which may be a document; two sides
//! * [`config_file`], [`artefacts`]: which `belljar.toml` counts in a comparison, and which readers of the schema
//! * [`subject`]: what a name means, and which names are most like it
//! * [`limits`]: what a job may use
//! * [`session`], [`isolate`]: how a command reads and writes, in this process or in one of its own
//! * [`render`]: results as text, JSON and SQL
//! * [`terminal`]: standard output, standard error and files
//! * [`failure`]: what can go wrong, with exit codes and hints

mod artefacts;
mod cache;
mod cli;
mod commands;
mod comparison;
mod config_file;
mod extraction;
mod failure;
mod isolate;
mod limits;
mod render;
mod session;
mod side;
mod source_config;
mod subject;
mod terminal;

use std::{ffi::OsString, process::ExitCode};

use clap::Parser as _;

use crate::{
    cli::Cli,
    failure::Failure,
    terminal::{guard, messages, output},
};

fn main() -> ExitCode {
    messages::set_panic_hook();
    // A process of its own gets the arguments as they are.
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let result = match Cli::try_parse_from(&arguments) {
        Ok(cli) => isolate::run(cli.command, &arguments),
        Err(error) if error.use_stderr() => {
            messages::usage(&error);
            return ExitCode::from(2);
        }
        Err(help) => output::print(&help.render().ansi().to_string()),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(Failure::BrokenPipe) => ExitCode::SUCCESS, // the reader of the output has read enough
        Err(failure) => {
            let mut text = String::new();
            messages::failure(&mut text, &failure);
            guard::write_text(&text);
            ExitCode::from(failure.exit_code())
        }
    }
}
