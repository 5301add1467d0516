//! `belljar man-page`.

use std::io;

use clap_mangen::Man;

use crate::{
    cli::{ManPage, visible},
    failure::{Failure, STANDARD_OUTPUT},
    terminal::output,
};

/// Prints a manual page.
pub(crate) fn run(arguments: &ManPage) -> Result<u8, Failure> {
    let page = page(arguments.command.as_deref())
        .map_err(|source| Failure::Write { path: STANDARD_OUTPUT.to_owned(), source })?;
    output::print(&page, false)
}

/// The page of the program, or of one of its commands.
fn page(name: Option<&str>) -> io::Result<String> {
    let mut program = visible();
    program.build();
    let source = format!("belljar {}", program.get_version().unwrap_or_default());
    let found = name.and_then(|name| program.find_subcommand(name));
    let is_of_command = found.is_some();
    let man = Man::new(found.unwrap_or(&program).clone()).source(source).manual("Belljar Manual");
    let mut page = Vec::new();
    man.render(&mut page)?;
    if is_of_command {
        page.extend_from_slice(b".SH \"SEE ALSO\"\nbelljar(1)\n");
    }
    Ok(String::from_utf8_lossy(&page).into_owned())
}
