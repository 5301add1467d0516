//! `belljar completions`.

use crate::{
    cli::{Completions, visible},
    failure::Failure,
    terminal::output,
};

/// Prints the completions of a shell.
pub(crate) fn run(arguments: &Completions) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut visible(), "belljar", &mut script);
    output::print(&String::from_utf8_lossy(&script), false)
}
