//! What a guest's doubt means to a person: a reason with the package and the next step.

use std::collections::{BTreeMap, BTreeSet};

use belljar_frames as frames;
use belljar_schema::{Reason, StandInKind, project_name};
use belljar_source::Wheelhouse;

use super::{diagnostics::one_line, inputs::Inputs, python};
use crate::attempt::RunResult;

/// Knows which modules are not there, and which of them a package would bring.
pub(super) struct Reasons<'a> {
    absent: BTreeMap<&'a str, StandInKind>,
    /// Top-level names that the repository itself offers.
    own: BTreeSet<&'a str>,
    /// What the project requires, by normalised name.
    projects: &'a BTreeMap<String, String>,
    wheelhouse: &'a Wheelhouse,
}

impl<'a> Reasons<'a> {
    /// Every module that was stood in for counts.
    pub(super) fn new(inputs: &Inputs<'a>, results: &[&'a RunResult]) -> Self {
        let Inputs { discovery, wheelhouse, .. } = *inputs;
        let stand_ins = results.iter().flat_map(|result| &result.findings.stand_ins);
        Self {
            absent: stand_ins
                .map(|frame| (frame.module.as_str(), kind_of(&frame.module, &frame.kind)))
                .collect(),
            own: discovery.roots.iter().flat_map(|root| root.names.iter().map(String::as_str)).collect(),
            projects: &discovery.requested.projects,
            wheelhouse,
        }
    }

    /// The absent module that a dotted origin leads to.
    fn module<'b>(&self, origin: &'b str) -> Option<(&'b str, StandInKind)> {
        let dotted = origin.split(['(', '[']).next().unwrap_or_default();
        prefixes(dotted).find_map(|prefix| Some((prefix, *self.absent.get(prefix)?)))
    }

    /// The package that would bring an absent module: by the longest part of its name that the project requires, else
    /// by the shortest that is not there.
    fn package(&self, module: &str) -> Option<String> {
        let top = module.split('.').next().unwrap_or_default();
        if self.own.contains(top) {
            return None;
        }
        let required = prefixes(module).find(|prefix| self.projects.contains_key(&project_name(prefix)));
        let absent = || prefixes(module).filter(|prefix| !self.wheelhouse.has(prefix)).last();
        required.or_else(absent).map(str::to_owned)
    }

    /// A reason as the schema has it.
    pub(super) fn reason(&self, reason: &frames::Reason) -> Reason {
        // A name that nobody could have written leads nowhere.
        let origin = reason.origin.as_deref().filter(|origin| origin.len() <= LONGEST_ORIGIN);
        let (package, hint) = match origin {
            _ if is_of_database(reason) => (None, Some(DATABASE_HINT.to_owned())),
            Some(origin) => self.step(origin),
            None if reason.code == "statement-skipped" => {
                (None, Some("look at that line: what it does at import can't be done here".to_owned()))
            }
            None if reason.code == "taken-at-import" => {
                let hint =
                    "give a function (`default=datetime.now`) or an expression (`func.now()`), not its value";
                (None, Some(hint.to_owned()))
            }
            None if reason.code == "two-places" => {
                let hint = "declare in the project's own dependencies which it is, by its path";
                (None, Some(hint.to_owned()))
            }
            None if reason.code == "declared-twice" => {
                (None, Some("declare it in one place, or leave one file out with `--exclude`".to_owned()))
            }
            None if reason.code == "library-release" => {
                (None, Some("give the release that the project has with `--wheelhouse`".to_owned()))
            }
            None if reason.code == "not-told" => {
                (None, Some("read it where it is declared: the output has no word for it".to_owned()))
            }
            None => (None, None),
        };
        let told = if reason.code == "statement-skipped" {
            python::remark_in(&reason.message)
        } else {
            String::new()
        };
        let message = one_line(&reason.message) + &told;
        Reason { code: reason.code.clone(), message, hint, package }
    }

    /// The package that would help with what comes from an absent module, and what to do.
    pub(super) fn step(&self, origin: &str) -> (Option<String>, Option<String>) {
        let found = self.module(origin);
        let package = found.and_then(|(module, kind)| match kind {
            StandInKind::Package => self.package(module),
            _ => None,
        });
        let hint = match (&package, found) {
            (Some(package), _) => match self.projects.get(&project_name(package)) {
                Some(requirement) => given(requirement),
                None => format!("give the package that provides `{package}` with `--wheelhouse`"),
            },
            (None, Some((module, StandInKind::StandardLibrary))) if python::dropped(module).is_some() => {
                python::hint(module, python::dropped(module).unwrap_or_default())
            }
            (None, Some((module, StandInKind::StandardLibrary))) => {
                format!("the sandbox does not have `{module}`, and no package brings it")
            }
            (None, Some((module, StandInKind::Extension))) => {
                format!("`{module}` is compiled, and can't run here; no package makes it exact")
            }
            (None, Some((module, StandInKind::Failed))) => {
                format!("`{module}` is there and could not be imported; see the diagnostics")
            }
            (None, _) if is_of_environment(origin) => {
                "no variable of the environment is set here; a default in the code makes it exact".to_owned()
            }
            (None, _) => format!(
                "`{origin}` is made by a statement that failed or a file that is not there; see the diagnostics"
            ),
        };
        (package, Some(hint))
    }

    /// All reasons of a table or column.
    pub(super) fn all(&self, reasons: &[frames::Reason]) -> Vec<Reason> {
        reasons.iter().map(|reason| self.reason(reason)).collect()
    }
}

/// How to give a package that the project requires, with what it requires itself. One that is from no index is not to be
/// fetched from one: whoever registers its name there would be asked for it.
fn given(requirement: &str) -> String {
    if let Some((name, source)) = requirement.split_once(" @ ") {
        return format!(
            "give `{name}` as the project has it, from `{source}` and from no index, with `--wheelhouse`"
        );
    }
    let safe = |letter: char| letter.is_ascii_alphanumeric() || "._-[],<>=!~*".contains(letter);
    if requirement.chars().all(safe) {
        let command = format!("pip download --only-binary :all: --dest wheels '{requirement}'");
        return format!("give `{requirement}` and what it requires: `{command}`, then `--wheelhouse wheels`");
    }
    format!("give `{requirement}` and what it requires with `--wheelhouse`")
}

/// The longest origin that is looked up, bytes; it may end in a call with its arguments.
const LONGEST_ORIGIN: usize = 4096;

/// The most parts of a dotted name that are looked up.
const MOST_PREFIXES: usize = 64;

/// The next step where only a database knows.
pub(super) const DATABASE_HINT: &str = "have its declaration written from a database, as `sqlacodegen` does";

/// Whether something is in doubt because a database would have to be asked.
fn is_of_database(reason: &frames::Reason) -> bool {
    let origin = reason.origin.as_deref().unwrap_or_default();
    reason.code == "needs-database" || origin.starts_with("database.")
}

/// Whether something comes from a variable of the environment.
fn is_of_environment(origin: &str) -> bool {
    origin.contains("os.environ") || origin.contains("os.getenv")
}

/// A dotted name, then what is before its last dot, and so on; not for ever, since a guest may say anything.
fn prefixes(dotted: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(dotted), |name| name.rsplit_once('.').map(|(before, _)| before))
        .take(MOST_PREFIXES)
}

/// The kind of absence of a module: what Python itself had is none that a package of its name brings.
pub(super) fn kind_of(module: &str, said: &str) -> StandInKind {
    match kind(said) {
        StandInKind::Package if python::dropped(module).is_some() => StandInKind::StandardLibrary,
        other => other,
    }
}

/// What a guest says of an absence; a guest may say anything.
fn kind(text: &str) -> StandInKind {
    match text {
        "part" => StandInKind::Part,
        "standard_library" => StandInKind::StandardLibrary,
        "extension" => StandInKind::Extension,
        "failed" => StandInKind::Failed,
        _ => StandInKind::Package,
    }
}

#[cfg(test)]
mod tests {
    use super::given;

    #[test]
    fn how_to_give_a_package() {
        let cases = [
            (
                "money",
                "give `money` and what it requires: `pip download --only-binary :all: --dest wheels 'money'`",
            ),
            (
                "money[orm]>=1.2,<2",
                "give `money[orm]>=1.2,<2` and what it requires: `pip download --only-binary :all: --dest wheels \
                 'money[orm]>=1.2,<2'`",
            ),
            ("money = \"^1.2\"", "give `money = \"^1.2\"` and what it requires with `--wheelhouse`"),
            (
                "money>=1'; touch x; '",
                "give `money>=1'; touch x; '` and what it requires with `--wheelhouse`",
            ),
            ("money>=$(touch x)", "give `money>=$(touch x)` and what it requires with `--wheelhouse`"),
            ("money @ ../money", "give `money` as the project has it, from `../money` and from no index"),
            (
                "money @ git+https://x/y",
                "give `money` as the project has it, from `git+https://x/y` and from no index",
            ),
        ];
        for (requirement, expected) in cases {
            let hint = given(requirement);
            assert!(hint.starts_with(expected), "{hint}");
            assert_eq!(hint.matches("pip download").count(), usize::from(expected.contains("pip")), "{hint}");
        }
    }
}
