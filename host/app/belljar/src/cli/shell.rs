//! Arguments of the commands that write files for the user's shell and for `man`.

use clap::{Args, Command, CommandFactory as _};
use clap_complete::Shell;

use super::{Cli, examples};

/// The program as its users know it: without hidden commands, and without the `help` that clap adds.
pub(crate) fn visible() -> Command {
    let program = Cli::command();
    let commands = program.get_subcommands().filter(|command| !command.is_hide_set());
    Command::new("belljar")
        .about(program.get_about().cloned().unwrap_or_default())
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(program.get_after_help().cloned().unwrap_or_default())
        .args(program.get_arguments())
        .subcommands(commands)
        .subcommand_required(true)
        .disable_help_subcommand(true)
}

/// Arguments of `belljar completions`.
#[derive(Debug, Args)]
#[command(after_help = examples::COMPLETIONS)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// Arguments of `belljar man-page`.
#[derive(Debug, Args)]
#[command(after_help = examples::MAN_PAGE)]
pub(crate) struct ManPage {
    /// The command that the page describes. Default: the page of the program, which lists the others.
    #[arg(value_parser = parse_command)]
    pub(crate) command: Option<String>,
}

/// Takes the name of a command that has a page.
fn parse_command(name: &str) -> Result<String, String> {
    let program = visible();
    let names: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
    if names.contains(&name) { Ok(name.to_owned()) } else { Err(format!("there is {}", names.join(", "))) }
}
