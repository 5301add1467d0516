//! `belljar contract`.

use std::io;

use belljar_contract::{of_tables, to_odcs, to_toml};

use crate::{
    cli::{Contract, ContractFormat},
    failure::Failure,
    session::Session,
    side::{Loaded, load_one},
    source_config::SourceConfig,
    subject,
};

/// Writes a contract that promises the current form of tables.
pub(crate) fn run(arguments: Contract, session: &mut Session) -> Result<u8, Failure> {
    let Contract { name, tables, source, rev, format, output: _, sources } = arguments;
    let source_config = SourceConfig::new(&source, rev, sources, Vec::new())?;
    let (Loaded { document, .. }, ()) = load_one(&source_config, session, || Ok(()))?;
    let (contract, absent) = of_tables(&name, &document, &tables);
    if let Some(absent) = absent.into_iter().next() {
        return Err(Failure::NoSuchName {
            suggestions: subject::suggestions(&document, &absent),
            name: absent,
        });
    }
    session.write(0, &|out| {
        let text = match format {
            ContractFormat::Toml => to_toml(&contract).map_err(io::Error::other)?,
            ContractFormat::Odcs => to_odcs(&contract).map_err(io::Error::other)?,
        };
        // A name with control characters is escaped by the guard of the output, and rejected when the contract is read.
        writeln!(out, "{}", text.trim_end())
    })?;
    Ok(0)
}
