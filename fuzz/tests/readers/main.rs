//! Each reader of a stranger's text, given the worst that fits its limits: what it holds stays in proportion, and what it does not
//! read is named.
#![expect(clippy::unwrap_used, reason = "the lints do not take the helpers of tests for tests")]

mod artefacts;
mod configuration;
mod json;
mod python;

use std::fmt::Write as _;

use belljar_fuzz::held;
use belljar_schema::Diagnostic;

/// What one reader may hold: so many bytes, and so many for each byte that it is given.
struct Reader<'r> {
    name: &'r str,
    fixed: usize,
    for_each: usize,
    read: &'r dyn Fn(&[u8]) -> Vec<Diagnostic>,
}

/// Whether something has to be said of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    /// It is over a limit, or damaged.
    Yes,
    /// It is read whole.
    No,
    /// A diagnostic is allowed and not required.
    Any,
}

impl Reader<'_> {
    #[track_caller]
    fn holds(&self, case: &str, text: impl AsRef<[u8]>, said: Said) {
        let bytes = text.as_ref();
        let (diagnostics, held) = held(|| (self.read)(bytes));
        let cap = self.fixed + self.for_each * bytes.len();
        let (name, length) = (self.name, bytes.len());
        assert!(held <= cap, "`{name}` held {held} bytes for the {length} of `{case}`, over {cap}");
        if said != Said::Any {
            assert_eq!(!diagnostics.is_empty(), said == Said::Yes, "{name} {case}: {diagnostics:?}");
        }
    }
}

/// One after the other: the memory of the whole process is counted, and texts that another test makes are a part of it.
#[test]
fn memory_is_in_proportion() {
    configuration::toml();
    configuration::lines();
    configuration::settings();
    configuration::contracts();
    python::python();
    json::manifests();
    json::graphs();
    json::catalogs();
    json::dataform();
    json::documents();
    artefacts::views();
    artefacts::workbooks();
    artefacts::owners();
}

/// As many units between two texts as fit.
fn fill(start: &str, unit: &str, end: &str, size: usize) -> String {
    let number = size.saturating_sub(start.len() + end.len()) / unit.len();
    format!("{start}{}{end}", unit.repeat(number))
}

/// The same of units with a `#` that becomes their number.
fn numbered(start: &str, unit: &str, end: &str, size: usize) -> String {
    let mut out = start.to_owned();
    for number in 0.. {
        let before = out.len();
        write!(out, "{}", unit.replace('#', &number.to_string())).unwrap();
        if out.len() + end.len() > size {
            out.truncate(before);
            break;
        }
    }
    out + end
}
