//! `belljar`: extracts the schema of untrusted SQLAlchemy models.
//!
//! The only crate that prints, uses the terminal, and writes files.
//!
//! * [`cli`]: the arguments
//! * [`commands`]: the commands, one file each
//! * [`source_config`]: the configuration of sources, from the arguments
//! * [`extraction`], [`side`], [`comparison`]: one source; one side, which may be a document; two sides
//! * [`config_file`], [`artefacts`]: which `belljar.toml` is used in a comparison, and which readers of the schema
//! * [`subject`]: resolves names, and suggests similar ones
//! * [`limits`]: the limits of a job
//! * [`session`], [`isolate`]: reading and writing of a command, in this process or in a separate one
//! * [`render`]: results as text, JSON and SQL
//! * [`terminal`]: standard output, standard error and files
//! * [`failure`]: errors, with exit codes and hints

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
    // A separate process gets the arguments unchanged.
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
