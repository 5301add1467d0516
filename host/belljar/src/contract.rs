//! `belljar contract`.

use std::{io, process::ExitCode};

use belljar_contract::{of_tables, to_odcs, to_toml};

use crate::{
    cli::{Contract, ContractFormat},
    diff::{Loaded, Side},
    failure::Failure,
    output,
    settings::Reading,
};

/// Writes a contract over tables as they are.
pub(crate) fn run(arguments: Contract) -> Result<ExitCode, Failure> {
    let Contract { name, tables, source, rev, format, output, reading } = arguments;
    output::check(output.as_deref())?;
    let reading = Reading::new(&source, rev, reading, Vec::new())?;
    let Loaded { document, .. } = Side::of_reading(&reading).load(&reading)?;
    let (contract, absent) = of_tables(&name, &document, &tables);
    if let Some(absent) = absent.into_iter().next() {
        return Err(Failure::NoSuchName { near: crate::explain::nearest(&document, &absent), name: absent });
    }
    output::write(output.as_deref(), &|out| {
        let text = match format {
            ContractFormat::Toml => to_toml(&contract).map_err(io::Error::other)?,
            ContractFormat::Odcs => to_odcs(&contract).map_err(io::Error::other)?,
        };
        writeln!(out, "{}", text.trim_end())
    })?;
    Ok(ExitCode::SUCCESS)
}
