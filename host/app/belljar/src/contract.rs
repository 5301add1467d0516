//! `belljar contract`.

use std::io;

use belljar_contract::{of_tables, to_odcs, to_toml};

use crate::{
    cli::{Contract, ContractFormat},
    failure::Failure,
    session::Session,
    settings::Reading,
    side::{Loaded, load_one},
};

/// Writes a contract over tables as they are.
pub(crate) fn run(arguments: Contract, session: &mut Session) -> Result<u8, Failure> {
    let Contract { name, tables, source, rev, format, output: _, reading } = arguments;
    let reading = Reading::new(&source, rev, reading, Vec::new())?;
    let (Loaded { document, .. }, ()) = load_one(&reading, session, |_| Ok(()))?;
    let (contract, absent) = of_tables(&name, &document, &tables);
    if let Some(absent) = absent.into_iter().next() {
        return Err(Failure::NoSuchName {
            suggestions: crate::explain::suggestions(&document, &absent),
            name: absent,
        });
    }
    session.write(0, &|out| {
        let text = match format {
            ContractFormat::Toml => to_toml(&contract).map_err(io::Error::other)?,
            ContractFormat::Odcs => to_odcs(&contract).map_err(io::Error::other)?,
        };
        // A name that holds what a terminal obeys is no name of a contract: the guard of the output shows it, and it is refused
        // when it is read.
        writeln!(out, "{}", text.trim_end())
    })?;
    Ok(0)
}
