//! `belljar extract`.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use belljar_dialect::Database;
use belljar_engine::Extraction;
use belljar_schema::Severity;

use crate::{
    cli::{Extract, Format},
    extraction::extract,
    failure::{Failure, NoEffect},
    render::{self, TextOptions},
    session::Session,
    source_config::SourceConfig,
    subject::Names,
};

/// Extracts the schema of a source and writes it.
pub(crate) fn run(arguments: Extract, session: &mut Session) -> Result<u8, Failure> {
    let format = arguments.format();
    let (path, named) = split(&arguments.path);
    arguments.check_effects(format, &named)?;
    let arguments_given = arguments.path.len();
    let Extract { path: _, rev, format: _, dialect, mut table, output: _, summary, strict, sources } =
        arguments;
    table.extend_from_slice(&named);
    let maybe_path = if named.len() == arguments_given { named.get(..1).unwrap_or_default() } else { &[] };
    let dialect = dialect.unwrap_or(Database::Postgresql);
    let only = Names::parse(&table)?;
    let ddl = if format == Format::Sql { vec![dialect.name().to_owned()] } else { Vec::new() };
    let source_config = SourceConfig::new(&path, rev, sources, ddl)?;
    let (_, extraction) = extract(&source_config, session)?;
    if let Some(only) = &only {
        only.check(&extraction.document, maybe_path)?;
    }
    let options = TextOptions { dialect, short: summary, only: only.as_ref() };
    session.write(0, &|out| match format {
        Format::Text => render::text(out, &extraction.document, options),
        Format::Json => render::json(out, &extraction.document),
        Format::Sql => render::sql(out, &extraction.ddl, dialect),
    })?;
    if format == Format::Sql && render::gaps(&extraction.ddl, dialect) > 0 {
        return Ok(1);
    }
    Ok(exit_code(&extraction, strict))
}

/// The source, and the names of tables after it or instead of it.
fn split(arguments: &[OsString]) -> (PathBuf, Vec<String>) {
    let (path, names) = match arguments.split_first() {
        Some((first, rest)) if is_source(Path::new(first)) => (PathBuf::from(first), rest),
        _ => (PathBuf::from("."), arguments),
    };
    (path, names.iter().map(|name| name.to_string_lossy().into_owned()).collect())
}

/// Whether an argument is a source, there or misspelt, and not the name of a table: something has this name, or it has
/// a separator or the suffix of an archive.
fn is_source(argument: &Path) -> bool {
    let text = argument.to_string_lossy();
    let is_archive = [".tar.gz", ".tgz", ".tar", ".zip", ".whl"].iter().any(|suffix| text.ends_with(suffix));
    is_archive || text.contains('/') || fs::symlink_metadata(argument).is_ok()
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

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::split;

    #[test]
    fn what_is_a_source_and_what_a_table() {
        // The tests run in the folder of the crate, which has `src` and no `orders`.
        let cases: [(&[&str], &str, &[&str]); 9] = [
            (&[], ".", &[]),
            (&["src"], "src", &[]),
            (&["src", "orders"], "src", &["orders"]),
            (&["orders"], ".", &["orders"]),
            (&["order*", "shop.customers"], ".", &["order*", "shop.customers"]),
            (&["src", "src"], "src", &["src"]),
            (&["./orders"], "./orders", &[]),
            (&["gone/models", "orders"], "gone/models", &["orders"]),
            (&["gone.tar.gz"], "gone.tar.gz", &[]),
        ];
        for (arguments, path, names) in cases {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            let (found, tables) = split(&arguments);
            assert_eq!(
                (found.to_str(), tables),
                (Some(path), names.iter().map(|name| (*name).to_owned()).collect()),
                "{arguments:?}"
            );
        }
    }
}
