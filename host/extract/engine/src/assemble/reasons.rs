//! Reasons for people: what a guest reports, with the package that would help and the next step.

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

    /// Those of a database, where nothing is absent.
    pub(super) fn of_database(projects: &'a BTreeMap<String, String>, wheelhouse: &'a Wheelhouse) -> Self {
        Self { absent: BTreeMap::new(), own: BTreeSet::new(), projects, wheelhouse }
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
        // No code has a name this long.
        let origin = reason.origin.as_deref().filter(|origin| origin.len() <= LONGEST_ORIGIN);
        let (package, hint) = match origin {
            _ if is_of_database(reason) => (None, Some(DATABASE_HINT.to_owned())),
            Some(origin) => self.step(origin),
            None if reason.code == "statement-skipped" => {
                (None, Some("check that line: what it does at import cannot be done here".to_owned()))
            }
            None if reason.code == "taken-at-import" => {
                let hint =
                    "give a function (`default=datetime.now`) or an expression (`func.now()`), not its value";
                (None, Some(hint.to_owned()))
            }
            None if reason.code == "two-places" => {
                let hint = "say in the project's own dependencies which one it is, by its path";
                (None, Some(hint.to_owned()))
            }
            None if reason.code == "declared-twice" => {
                (None, Some("declare it in one place, or leave one file out with `--exclude`".to_owned()))
            }
            None if reason.code == "table-or-view" => {
                let hint = "if it is a view now, mark it: `__table_args__ = {\"info\": {\"is_view\": True}}`";
                (None, Some(hint.to_owned()))
            }
            None if reason.code == "library-release" => {
                (None, Some("give the release that the project has with `--wheelhouse`".to_owned()))
            }
            None if reason.code == "not-represented" => {
                (None, Some("see its declaration: the output has no field for it".to_owned()))
            }
            None => (None, None),
        };
        let remark = if reason.code == "statement-skipped" {
            python::remark_in(&reason.message)
        } else {
            String::new()
        };
        let message = one_line(&reason.message) + &remark;
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
                format!("`{module}` is compiled, and cannot run here; no package makes it exact")
            }
            (None, Some((module, StandInKind::Failed))) => {
                format!("`{module}` exists and could not be imported; see the diagnostics")
            }
            (None, _) if is_of_environment(origin) => {
                "no environment variable is set here; a default in the code makes it exact".to_owned()
            }
            (None, _) => format!(
                "`{origin}` comes from a statement that failed or from a missing file; see the diagnostics"
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
/// fetched from one: whoever registers its name there would supply it.
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

/// A dotted name, then what is before its last dot, and so on, up to a limit, since a guest may send anything.
fn prefixes(dotted: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(dotted), |name| name.rsplit_once('.').map(|(before, _)| before))
        .take(MOST_PREFIXES)
}

/// The kind of absence of a module: what Python itself had is none that a package of its name brings.
pub(super) fn kind_of(module: &str, reported: &str) -> StandInKind {
    match kind(reported) {
        StandInKind::Package if python::dropped(module).is_some() => StandInKind::StandardLibrary,
        other => other,
    }
}

/// The kind of absence that a guest reports, which may be any text.
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
    use super::*;
    use crate::{
        collect::Findings,
        fakes::{World, finished, model, stand_in},
    };

    /// A project that requires two libraries, and stands in for modules of four kinds.
    fn with_reasons<T>(check: impl FnOnce(&Reasons<'_>) -> T) -> T {
        let requires =
            "[project]\nname = 'shop'\ndependencies = ['sqlalchemy', 'money>=1,<2', 'geo-types']\n";
        let models = model("a");
        let world = World::new(&[
            ("pyproject.toml", requires),
            ("shop/__init__.py", ""),
            ("shop/models.py", &models),
        ]);
        let stand_ins = vec![
            stand_in("money.types", "package"),
            stand_in("geo.types", "package"),
            stand_in("unlisted.fields", "package"),
            stand_in("shop.generated", "package"),
            stand_in("tkinter", "standard_library"),
            stand_in("imp", "package"),
            stand_in("fast", "extension"),
            stand_in("broken", "failed"),
            stand_in("half", "part"),
        ];
        let run = world.runs().remove(0);
        let result = finished(run, Findings { stand_ins, ..Findings::default() });
        check(&Reasons::new(&world.inputs(), &[&result]))
    }

    #[test]
    fn the_next_step_for_what_is_absent() {
        // Origin, the package that would help, and what the hint names.
        let cases = [
            (
                "money.types.Money",
                Some("money"),
                "pip download --only-binary :all: --dest wheels 'money>=1,<2'",
            ),
            ("money.types.Money(precision=2)", Some("money"), "'money>=1,<2'"),
            ("money.types.KINDS['a.b']", Some("money"), "'money>=1,<2'"),
            ("unlisted.fields.Field", Some("unlisted"), "give the package that provides `unlisted`"),
            // A package of the repository comes from no index.
            ("shop.generated.Kind", None, "comes from a statement that failed or from a missing file"),
            ("tkinter.Tk", None, "the sandbox does not have `tkinter`"),
            ("fast.speedup", None, "`fast` is compiled"),
            ("broken.Type", None, "`broken` exists and could not be imported"),
            ("half.Type", None, "comes from a statement that failed"),
            ("os.environ['KIND']", None, "no environment variable is set"),
            ("os.getenv('KIND')", None, "no environment variable is set"),
            ("elsewhere.Type", None, "comes from a statement that failed"),
            ("", None, "comes from a statement that failed"),
        ];
        with_reasons(|reasons| {
            for (origin, package, expected) in cases {
                let (found, hint) = reasons.step(origin);
                assert_eq!(found.as_deref(), package, "{origin}");
                let hint = hint.unwrap();
                assert!(hint.contains(expected), "{origin}: {hint}");
            }
        });
    }

    /// What Python itself had before is not to be fetched from an index, where anybody may have taken its name.
    #[test]
    fn no_package_stands_for_a_module_that_python_dropped() {
        with_reasons(|reasons| {
            let (package, hint) = reasons.step("imp.load_source");
            let hint = hint.unwrap();
            assert!(package.is_none() && !hint.contains("pip"), "{package:?} {hint}");
            assert!(hint.contains("imp"), "{hint}");
        });
    }

    #[test]
    fn each_code_has_its_next_step() {
        let reason = |code: &str, origin: Option<&str>| frames::Reason {
            code: code.to_owned(),
            message: "what happened".to_owned(),
            origin: origin.map(str::to_owned),
        };
        let cases = [
            (reason("needs-database", None), Some("`sqlacodegen`")),
            (reason("stand-in", Some("database.reflected")), Some("`sqlacodegen`")),
            (reason("statement-skipped", None), Some("check that line")),
            (reason("taken-at-import", None), Some("`default=datetime.now`")),
            (reason("two-places", None), Some("by its path")),
            (reason("declared-twice", None), Some("`--exclude`")),
            (reason("library-release", None), Some("`--wheelhouse`")),
            (reason("not-represented", None), Some("see its declaration")),
            (reason("anything-else", None), None),
            // No code has a name this long.
            (reason("stand-in", Some(&"x".repeat(LONGEST_ORIGIN + 1))), None),
        ];
        with_reasons(|reasons| {
            for (given, expected) in cases {
                let found = reasons.reason(&given);
                assert_eq!((&found.code, found.message.as_str()), (&given.code, "what happened"));
                match (&found.hint, expected) {
                    (Some(hint), Some(expected)) => assert!(hint.contains(expected), "{given:?}: {hint}"),
                    (hint, expected) => assert_eq!(hint.as_deref(), expected, "{given:?}"),
                }
            }
        });
    }

    /// However long a name is that a guest makes up, only so many of its parts are looked up.
    #[test]
    fn prefixes_of_a_name() {
        assert_eq!(prefixes("a.b.c").collect::<Vec<_>>(), ["a.b.c", "a.b", "a"]);
        assert_eq!(prefixes("").collect::<Vec<_>>(), [""]);
        assert_eq!(prefixes(&"a.".repeat(10_000)).count(), MOST_PREFIXES);
    }

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
