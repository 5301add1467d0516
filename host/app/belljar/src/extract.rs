//! `belljar extract`.

use belljar_engine::Extraction;
use belljar_schema::Severity;

use crate::{
    cli::{Extract, Format},
    failure::Failure,
    reading, render,
    session::Session,
    settings::Settings,
};

/// Reads, extracts, says what is to be said, and writes the result.
pub(crate) fn run(arguments: Extract, session: &mut Session) -> Result<u8, Failure> {
    let settings = Settings::new(arguments, session.to_terminal)?;
    let (_, extraction) = reading::read(&settings.reading, session)?;
    session.write(0, &|out| match settings.format {
        Format::Text => render::text(out, &extraction.document, settings.dialect, settings.summary),
        Format::Json => render::json(out, &extraction.document),
        Format::Sql => render::sql(out, &extraction.ddl, settings.dialect),
    })?;
    let gaps =
        if settings.format == Format::Sql { render::gaps(&extraction.ddl, settings.dialect) } else { 0 };
    if gaps > 0 {
        return Ok(1);
    }
    Ok(exit_code(&extraction, settings.strict))
}

/// 1 when something was lost to an error (a run that ended early, an archive cut short), or when less than exact is
/// not good enough.
fn exit_code(extraction: &Extraction, strict: bool) -> u8 {
    let lost =
        extraction.document.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    let summary = &extraction.document.summary;
    // What was skipped or stood in for shows in what it made partial or unresolved; a file that was left out does not.
    let shows = ["statement-skipped", "compiled-extension", "wheelhouse-failed"];
    let left_out = extraction.document.diagnostics.iter().any(|diagnostic| {
        diagnostic.severity >= Severity::Warning && !shows.contains(&diagnostic.code.as_str())
    });
    let inexact = left_out || summary.tables_partial + summary.unresolved > 0;
    u8::from(lost || (strict && inexact))
}
