//! `belljar extract`.

use std::path::PathBuf;

use belljar_dialect::Database;
use belljar_engine::{Extraction, SourceError};
use belljar_schema::Severity;

use crate::{
    cli::{Extract, Format},
    extraction::extract,
    failure::{Failure, NoEffect},
    render::{self, TextOptions},
    session::Session,
    source_config::SourceConfig,
    subject::{Named, Names, or_missing},
    terminal::messages,
};

/// Extracts the schema of a source and writes it.
pub(crate) fn run(arguments: Extract, session: &mut Session) -> Result<u8, Failure> {
    let format = arguments.format();
    let Named { path, tables, maybe_path } = Named::split(&arguments.path);
    if let Some(missing) = maybe_path.as_ref().filter(|_| format != Format::Text) {
        return Err(SourceError::NotFound(PathBuf::from(missing)).into()); // tables are named for text alone
    }
    arguments.check_effects(format, &tables)?;
    let Extract { path: _, rev, format: _, dialect, mut table, output: _, summary, strict, notify, sources } =
        arguments;
    table.extend(tables);
    let dialect = dialect.unwrap_or(Database::Postgresql);
    let only = Names::parse(&table)?;
    let ddl = if format == Format::Sql { vec![dialect.name().to_owned()] } else { Vec::new() };
    let source_config = SourceConfig::new(&path, rev, sources, ddl)?;
    let (_, extraction) =
        extract(&source_config, session).map_err(|failure| or_missing(failure, maybe_path.as_deref()))?;
    if let Some(only) = &only {
        only.check(&extraction.document, maybe_path.as_deref())?;
    }
    // First, as a reader of the output may close it.
    if notify.is_some() {
        session.write(1, &|out| Ok(serde_json::to_writer(out, &extraction.document)?))?;
    }
    let options = TextOptions { dialect, short: summary, only: only.as_ref() };
    session.write(0, &|out| match format {
        Format::Text => render::text(out, &extraction.document, options),
        Format::Json => render::json(out, &extraction.document),
        Format::Sql => render::sql(out, &extraction.ddl, dialect),
    })?;
    let gaps = if format == Format::Sql { render::gaps(&extraction.ddl, dialect) } else { Vec::new() };
    if !gaps.is_empty() {
        session.report(|out| messages::gaps(out, &gaps, source_config.level));
        return Ok(1);
    }
    Ok(exit_code(&extraction, strict))
}

impl Extract {
    /// `--format`; else by the suffix of `--output`; else text.
    pub(crate) fn format(&self) -> Format {
        let ending =
            self.output.as_ref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
        self.format.unwrap_or(match ending {
            Some("json") => Format::Json,
            Some("sql") => Format::Sql,
            _ => Format::Text,
        })
    }

    /// Rejects options that have no effect on a format.
    fn check_effects(&self, format: Format, named: &[String]) -> Result<(), NoEffect> {
        let text = "--format text";
        let options = [
            ("--summary", self.summary, format == Format::Text, text),
            ("--table", !self.table.is_empty(), format == Format::Text, text),
            ("TABLE", !named.is_empty(), format == Format::Text, text),
            ("--dialect", self.dialect.is_some(), format != Format::Json, "--format text` or `--format sql"),
        ];
        match options.into_iter().find(|(_, is_given, has_effect, _)| *is_given && !has_effect) {
            Some((option, _, _, needed)) => Err(NoEffect::new(option, needed)),
            None => Ok(()),
        }
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
