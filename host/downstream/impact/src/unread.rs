use std::collections::BTreeSet;

use belljar_schema::{Diagnostic, Severity};

/// Files that could not be read completely, according to their diagnostics.
pub(crate) fn unread(diagnostics: &[Diagnostic]) -> Vec<String> {
    let lost = diagnostics.iter().filter(|one| one.severity == Severity::Error);
    lost.map(|one| file(one).to_owned()).collect::<BTreeSet<String>>().into_iter().collect()
}

/// The file that a diagnostic is about; its code, where it is about none.
pub(crate) fn file(said: &Diagnostic) -> &str {
    said.place.as_ref().map_or(&said.code, |place| &place.path)
}
