//! `belljar extract`.

use belljar_engine::Extraction;
use belljar_schema::Severity;

use crate::{
    cli::{Extract, Format},
    extraction::extract,
    failure::Failure,
    render,
    session::Session,
    source_config::SourceConfig,
};

/// Extracts the schema of a source and writes it.
pub(crate) fn run(arguments: Extract, session: &mut Session) -> Result<u8, Failure> {
    let format = format(&arguments, session.to_terminal);
    let Extract { path, rev, format: _, dialect, output: _, summary, strict, sources } = arguments;
    let ddl = if format == Format::Sql { vec![dialect.name().to_owned()] } else { Vec::new() };
    let source_config = SourceConfig::new(&path, rev, sources, ddl)?;
    let (_, extraction) = extract(&source_config, session)?;
    session.write(0, &|out| match format {
        Format::Text => render::text(out, &extraction.document, dialect, summary),
        Format::Json => render::json(out, &extraction.document),
        Format::Sql => render::sql(out, &extraction.ddl, dialect),
    })?;
    if format == Format::Sql && render::gaps(&extraction.ddl, dialect) > 0 {
        return Ok(1);
    }
    Ok(exit_code(&extraction, strict))
}

/// `--format`; else by the suffix of `--output`; else text on a terminal and JSON otherwise.
fn format(arguments: &Extract, to_terminal: bool) -> Format {
    if let Some(format) = arguments.format {
        return format;
    }
    let ending =
        arguments.output.as_ref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
    match ending {
        Some("json") => Format::Json,
        Some("sql") => Format::Sql,
        Some(_) => Format::Text,
        None if arguments.output.is_some() || to_terminal => Format::Text,
        None => Format::Json,
    }
}

/// 1 if something was lost to an error (a run that ended early, a truncated archive), or with `--strict` if anything is
/// inexact.
fn exit_code(extraction: &Extraction, strict: bool) -> u8 {
    let lost =
        extraction.document.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    let summary = &extraction.document.summary;
    // Other diagnostics show in the tables that they make partial or unresolved; a skipped file does not.
    let shows = ["statement-skipped", "compiled-extension", "wheelhouse-failed"];
    let left_out = extraction.document.diagnostics.iter().any(|diagnostic| {
        diagnostic.severity >= Severity::Warning && !shows.contains(&diagnostic.code.as_str())
    });
    let inexact = left_out || summary.tables_partial + summary.unresolved > 0;
    u8::from(lost || (strict && inexact))
}
