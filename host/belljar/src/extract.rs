//! `belljar extract`.

use std::process::ExitCode;

use belljar_engine::Extraction;
use belljar_schema::Severity;

use crate::{
    cli::{Extract, Format},
    failure::Failure,
    output, reading, render,
    settings::Settings,
};

/// Reads, extracts, says what is to be said, and writes the result.
pub(crate) fn run(arguments: Extract) -> Result<ExitCode, Failure> {
    let settings = Settings::new(arguments)?;
    output::check(settings.output.as_deref())?;
    let (_, extraction) = reading::read(settings.reading, false)?;
    output::write(settings.output.as_deref(), &|out| match settings.format {
        Format::Text => render::text(out, &extraction.document, settings.dialect, settings.summary),
        Format::Json => render::json(out, &extraction.document),
        Format::Sql => render::sql(out, &extraction.ddl, settings.dialect),
    })?;
    let gaps =
        if settings.format == Format::Sql { render::gaps(&extraction.ddl, settings.dialect) } else { 0 };
    if gaps > 0 {
        return Ok(ExitCode::from(1));
    }
    Ok(exit_code(&extraction, settings.strict))
}

/// 1 when something was lost to an error (a run that ended early, an archive cut short), or when less than exact is
/// not good enough.
fn exit_code(extraction: &Extraction, strict: bool) -> ExitCode {
    let lost =
        extraction.document.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    let summary = &extraction.document.summary;
    // What was skipped or stood in for shows in what it made partial or unresolved; a file that was left out does not.
    let shows = ["statement-skipped", "compiled-extension", "wheelhouse-failed"];
    let left_out = extraction.document.diagnostics.iter().any(|diagnostic| {
        diagnostic.severity >= Severity::Warning && !shows.contains(&diagnostic.code.as_str())
    });
    let inexact = left_out || summary.tables_partial + summary.unresolved > 0;
    if lost || (strict && inexact) { ExitCode::from(1) } else { ExitCode::SUCCESS }
}
