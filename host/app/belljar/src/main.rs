//! `belljar`: extracts the schema of untrusted SQLAlchemy models.
//!
//! The only crate that prints, uses the terminal, and writes files.
//!
//! * [`cli`]: the arguments
//! * [`environment`]: options from environment variables
//! * [`commands`]: the commands, one file each
//! * [`source_config`]: the configuration of sources, from the arguments
//! * [`extraction`], [`side`], [`comparison`]: one source; one side, which may be a document; two sides
//! * [`revisions`]: many revisions of a repository
//! * [`live_database`]: reads a live database
//! * [`own_config`], [`config_file`], [`artefacts`]: the configuration of a source, which one is used in a comparison, and
//!   which readers of the schema
//! * [`scaffold`]: the files that set up a project
//! * [`subject`]: resolves names, and suggests similar ones
//! * [`announce`]: notifications and hooks at the end of a command
//! * [`limits`]: the limits of a job
//! * [`session`], [`isolate`]: reading and writing of a command, in this process or in a separate one
//! * [`render`]: results as text, JSON and SQL
//! * [`terminal`]: standard output, standard error and files
//! * [`failure`]: errors, with exit codes and hints

mod announce;
mod artefacts;
mod asked;
mod cache;
mod cli;
mod commands;
mod comparison;
mod config_file;
mod environment;
mod extraction;
mod failure;
mod histories;
mod isolate;
mod limits;
mod live_database;
mod log_key;
mod named_databases;
mod own_config;
mod render;
mod revisions;
mod scaffold;
mod session;
mod side;
mod source_config;
mod subject;
mod terminal;

use std::{ffi::OsString, process::ExitCode};

use clap::FromArgMatches as _;

use crate::{
    cli::{Cli, Color},
    failure::Failure,
    terminal::{guard, messages, output},
};

fn main() -> ExitCode {
    messages::set_panic_hook();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    Color::find(&arguments).set();
    // A separate process gets the same arguments, and no environment.
    let (arguments, variables) =
        match environment::expand(&arguments, &|name| std::env::var_os(name), &|| {
            std::env::vars_os().collect()
        }) {
            Ok(expanded) => expanded,
            Err(wrong) => {
                messages::variable(&wrong.name, &wrong.message);
                return ExitCode::from(2);
            }
        };
    let matches = environment::command().try_get_matches_from(&arguments);
    let result = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => {
            cli.terminal.color.set();
            isolate::run(cli, &arguments)
        }
        Err(error) if error.use_stderr() => {
            messages::usage(&error);
            for variable in variables {
                messages::from_variable(&variable.name, &variable.option);
            }
            return ExitCode::from(2);
        }
        Err(help) => {
            let no_pager = arguments.iter().any(|one| one == "--no-pager");
            output::print(&help.render().ansi().to_string(), !no_pager)
        }
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
