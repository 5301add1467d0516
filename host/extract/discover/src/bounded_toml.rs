//! Parses untrusted TOML, with limits that keep the tree in proportion to real files.

use belljar_schema::{Diagnostic, Severity};
use toml::de::DeTable;

use crate::{configuration, decode::line_of};

/// Parses a text within the limits. Errors in the file are diagnostics; the readable parts of a broken file are used.
pub(crate) fn parse_document<'t>(
    path: &str,
    text: &'t str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<DeTable<'t>> {
    let (document, errors) = match belljar_config::bounded::parse(text) {
        Ok(found) => found,
        Err(why) => {
            diagnostics.push(configuration::not_read(path, why));
            return None;
        }
    };
    if let Some(error) = errors.first() {
        let line = error.span().map_or(0, |span| line_of(text.as_bytes(), span.start));
        let message = format!("`{path}` is not valid TOML: {}", error.message().replace('\n', "; "));
        diagnostics.push(Diagnostic::new(Severity::Warning, "bad-toml", message).at(path, line));
    }
    Some(document.into_inner())
}
