//! Reads downstream artefacts: the readers of a schema's tables, and their owners.
//!
//! * [`dbt`]: manifests and catalogs, with the templates of models that are not compiled
//! * [`dataform`]: the graph that `dataform compile --json` writes
//! * [`lookml`]: views, explores and fields
//! * [`tableau`]: workbooks and data sources, plain and packed
//! * [`codeowners`]: owners of files
//!
//! [`inputs`] converts them to datasets of the lineage graph; dbt nodes are read as datasets directly, as rendering a
//! template needs the names of all nodes.
//!
//! All of it is pure: bytes in, plain values with places out. Each reader keeps what it can read and reports the rest
//! in [`Reading::diagnostics`]: a damaged file affects only itself, and usually only its damaged part. The input is not
//! trusted: sizes, counts and depths have named limits, and exceeding one is reported.

pub mod codeowners;
pub mod dataform;
pub mod dbt;
pub mod inputs;
pub mod lookml;
pub mod tableau;

use belljar_schema::{Diagnostic, Place, Severity};

/// A value and the diagnostics of reading it. Bad input is not an error: the value holds what could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading<T> {
    /// The value that was read.
    pub value: T,
    /// Diagnostics for the parts that could not be read, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Diagnostics of one file. Their number is limited: a file of nothing but mistakes must not fill the report.
pub(crate) struct FileDiagnostics<'a> {
    path: &'a str,
    diagnostics: Vec<Diagnostic>,
    omitted: usize,
}

impl<'a> FileDiagnostics<'a> {
    /// The maximum number of diagnostics for one file.
    const MOST: usize = 50;

    pub(crate) const fn new(path: &'a str) -> Self {
        Self { path, diagnostics: Vec::new(), omitted: 0 }
    }

    pub(crate) fn place(&self, line: u32) -> Place {
        Place { path: self.path.to_owned(), line }
    }

    pub(crate) fn error(&mut self, code: &str, line: u32, message: impl Into<String>, hint: &str) {
        self.push(Severity::Error, code, line, message.into(), hint);
    }

    pub(crate) fn warning(&mut self, code: &str, line: u32, message: impl Into<String>, hint: &str) {
        self.push(Severity::Warning, code, line, message.into(), hint);
    }

    fn push(&mut self, severity: Severity, code: &str, line: u32, message: String, hint: &str) {
        if self.diagnostics.len() == Self::MOST {
            self.omitted += 1;
            return;
        }
        let diagnostic = Diagnostic::new(severity, code, message).at(self.path, line);
        self.diagnostics.push(if hint.is_empty() { diagnostic } else { diagnostic.hint(hint) });
    }

    pub(crate) fn with<T>(mut self, value: T) -> Reading<T> {
        if self.omitted > 0 {
            let message = format!("{} more problems were found in this file", self.omitted);
            let last = Diagnostic::new(Severity::Warning, "more-diagnostics", message).at(self.path, 0);
            self.diagnostics.push(last);
        }
        Reading { value, diagnostics: self.diagnostics }
    }
}

/// The start of a text from a file, for a message: short, and on one line.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut out: String =
        text.chars().take(LONGEST).map(|one| if one.is_control() { ' ' } else { one }).collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_diagnostics_of_a_file_are_limited() {
        let mut diagnostics = FileDiagnostics::new("a");
        for line in 0..200 {
            diagnostics.error("x", line, "m", "");
        }
        let reading = diagnostics.with(());
        assert_eq!(reading.diagnostics.len(), 51);
        assert_eq!(reading.diagnostics[50].message, "150 more problems were found in this file");
    }

    #[test]
    fn an_excerpt_is_short_and_on_one_line() {
        assert_eq!(excerpt("a\nb"), "a b");
        assert_eq!(excerpt(&"ä".repeat(100)).chars().count(), 61);
    }
}
