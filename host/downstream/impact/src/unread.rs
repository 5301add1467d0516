use std::collections::BTreeSet;

use belljar_schema::{Diagnostic, Severity};

/// Files that could not be read completely, according to their diagnostics.
pub(crate) fn unread(diagnostics: &[Diagnostic]) -> Vec<String> {
    let lost = diagnostics.iter().filter(|one| one.severity == Severity::Error);
    lost.map(|one| file(one).to_owned()).collect::<BTreeSet<String>>().into_iter().collect()
}

/// The file that a diagnostic is about, else its code.
pub(crate) fn file(diagnostic: &Diagnostic) -> &str {
    diagnostic.place.as_ref().map_or(&diagnostic.code, |place| &place.path)
}
