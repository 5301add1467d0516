//! Which SQLAlchemy generation a repository runs with, and when another deserves a try.

use std::collections::{BTreeMap, BTreeSet};

use belljar_discover::{Choice, Discovery, Requested};
use belljar_sandbox::Package;
use belljar_schema::{
    Diagnostic, Document, Generation, ProjectGeneration, Severity, StandInKind, project_name,
};
use belljar_snapshots::Snapshots;
use belljar_source::Wheelhouse;

use crate::{Ending, ExtractError, Options, RunResult};

/// Candidates that run with one SQLAlchemy.
#[derive(Debug)]
pub(crate) struct Part {
    /// Which, and why.
    pub(crate) generation: Generation,
    /// What the projects of the candidates ask for.
    pub(crate) requested: Requested,
    /// The directories of the projects that chose it, with the reason of each.
    homes: BTreeMap<String, String>,
    /// Indices into [`Discovery::candidates`].
    pub(crate) candidates: BTreeSet<usize>,
    /// Nothing but what is declared decided, and the code does not disagree.
    is_open: bool,
}

impl Part {
    /// Gives it another generation, and says which it had.
    pub(crate) fn set(&mut self, generation: Generation) -> Generation {
        self.is_open = false;
        self.homes.values_mut().for_each(|reason| reason.clone_from(&generation.reason));
        std::mem::replace(&mut self.generation, generation)
    }

    /// What is declared, where that alone decided.
    pub(crate) fn open(&self) -> Option<Requested> {
        self.is_open.then(|| self.requested.clone())
    }

    /// Why several releases may be meant, as a clause.
    pub(crate) fn admits(&self) -> String {
        match self.requested.deciding() {
            Some(found) => format!("`{}` in `{}` admits both", found.text, found.path),
            None => "the project says nothing of which".to_owned(),
        }
    }

    fn projects(&self) -> impl Iterator<Item = ProjectGeneration> {
        let version = &self.generation.version;
        let home = |(path, reason): (&String, &String)| ProjectGeneration {
            path: path.clone(),
            version: version.clone(),
            reason: reason.clone(),
        };
        self.homes.iter().map(home)
    }
}

/// The projects that run otherwise than most, and those inside of them that do not, for the document.
pub(crate) fn projects(parts: &[Part]) -> Vec<ProjectGeneration> {
    let Some((most, others)) = parts.split_first() else { return Vec::new() };
    let mut found: Vec<ProjectGeneration> = others.iter().flat_map(Part::projects).collect();
    let is_inside = |project: &ProjectGeneration| {
        found.iter().any(|other| {
            other.path.is_empty()
                || project.path.strip_prefix(other.path.as_str()).is_some_and(|rest| rest.starts_with('/'))
        })
    };
    let inside: Vec<ProjectGeneration> = most.projects().filter(is_inside).collect();
    found.extend(inside);
    found.sort();
    found
}

/// What to begin with: one part, unless projects of the tree ask for different generations. That of most candidates is
/// the first.
pub(crate) fn parts(
    snapshots: &Snapshots,
    discovery: &Discovery,
    options: &Options,
) -> Result<Vec<Part>, ExtractError> {
    let all = || (0..discovery.candidates.len()).collect();
    let requested = &discovery.requested;
    let settled = if let Some(wanted) = &options.sqlalchemy {
        Some((snapshots.version_of(wanted), "asked for with `--sqlalchemy`".to_owned()))
    } else {
        installed(snapshots, &options.wheelhouse)
            .map(|(version, installed)| (Some(version), format!("the wheelhouse has {installed}")))
    };
    let is_settled = settled.is_some();
    let (version, reason) = settled.unwrap_or_else(|| fitting(snapshots, requested));
    let version = version.ok_or_else(|| ExtractError::NoGeneration {
        wanted: options.sqlalchemy.clone().unwrap_or_default(),
        offered: snapshots.generations(),
    })?;
    let generation = Generation { version, reason };
    let requested = requested.clone();
    let (homes, candidates, is_open) = (BTreeMap::new(), all(), !is_settled);
    let whole = Part { generation, requested, homes, candidates, is_open };
    Ok(if is_settled { vec![whole] } else { split(whole, snapshots, discovery) })
}

/// Takes the candidates out of the whole whose projects ask for another generation.
fn split(mut whole: Part, snapshots: &Snapshots, discovery: &Discovery) -> Vec<Part> {
    let mut choices: BTreeMap<&str, Choices> = BTreeMap::new();
    let mut parts: BTreeMap<String, Part> = BTreeMap::new();
    for (position, candidate) in discovery.candidates.iter().enumerate() {
        let Some(home) = discovery.requested.project(&candidate.path) else { continue };
        let choice = choices.entry(home).or_insert_with(|| of_project(home, snapshots, discovery));
        let Some((requested, Generation { version, reason })) = choice else { continue };
        if *version == whole.generation.version {
            whole.homes.insert(home.to_owned(), reason.clone());
            continue;
        }
        whole.candidates.remove(&position);
        let part = parts.entry(version.clone()).or_insert_with(|| Part {
            generation: Generation { version: version.clone(), reason: reason.clone() },
            requested: requested.clone(),
            homes: BTreeMap::new(),
            candidates: BTreeSet::new(),
            is_open: true,
        });
        part.homes.insert(home.to_owned(), reason.clone());
        part.candidates.insert(position);
    }
    std::iter::once(whole).chain(parts.into_values()).filter(|part| !part.candidates.is_empty()).collect()
}

/// What a project asks for, and what follows from it.
type Choices = Option<(Requested, Generation)>;

/// The generation of one project; none where it has nothing to say. One that admits several runs as those do that use it,
/// where they agree.
fn of_project(home: &str, snapshots: &Snapshots, discovery: &Discovery) -> Choices {
    let all = snapshots.versions();
    let chosen = |project: &str| {
        let requested = discovery.requested.seen_from(project)?;
        let (version, reason) = fitting(snapshots, &requested);
        Some((requested, Generation { version: version?, reason }))
    };
    let own = chosen(home);
    let admitted = own.as_ref().map_or_else(|| all.clone(), |(requested, _)| requested.all_fitting(&all));
    let users = discovery.users.get(home).into_iter().flatten();
    let mut of_users: Vec<(&String, Requested, Generation)> = users
        .filter_map(|user| {
            let (requested, generation) = chosen(user)?;
            (requested.all_fitting(&all).len() == 1).then_some((user, requested, generation))
        })
        .collect();
    of_users.dedup_by(|a, b| a.2.version == b.2.version);
    match (own, of_users.pop()) {
        (own, Some((user, requested, generation)))
            if of_users.is_empty()
                && admitted.len() > 1
                && admitted.contains(&generation.version.as_str())
                && own.as_ref().is_none_or(|(_, own)| own.version != generation.version) =>
        {
            let reason = format!("{}; `{user}` uses `{home}`", generation.reason);
            Some((requested, Generation { version: generation.version, reason }))
        }
        (own, _) => own,
    }
}

/// The newest version that fits what is declared, and what the packages that are required ask for themselves, as far as
/// one fits both.
fn fitting(snapshots: &Snapshots, requested: &Requested) -> (Option<String>, String) {
    let all = snapshots.versions();
    let refusing = |version: &str| {
        let mut packages = snapshots.packages_of(version).iter();
        packages.find_map(|package| {
            let asked = requested.refused(package.name, package.asks, version)?;
            Some((package.name, asked))
        })
    };
    let left: Vec<&str> = all.iter().copied().filter(|version| refusing(version).is_none()).collect();
    let (choice, narrowed) = (requested.newest_fitting(&all), requested.newest_fitting(&left));
    let owned = |choice: Choice<'_>, reason: String| (choice.version.map(str::to_owned), reason);
    match (choice.version.and_then(refusing), narrowed.version) {
        (Some((package, asked)), Some(_)) if narrowed.fit <= choice.fit => {
            let reason = format!("{}; {package} asks for `{asked}`", narrowed.reason);
            owned(narrowed, reason)
        }
        _ => {
            let reason = choice.reason.clone();
            owned(choice, reason)
        }
    }
}

/// The version of the generation that the wheelhouse has: its packages go with that.
fn installed(snapshots: &Snapshots, wheelhouse: &Wheelhouse) -> Option<(String, String)> {
    let installed = wheelhouse.version("sqlalchemy")?;
    let generation = installed.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    Some((snapshots.version_of(&generation)?, installed.to_owned()))
}

/// The versions to try after one that the project's own code disagreed with, or that lacks a library which goes with
/// another, what the project asks for first. None where the version was asked for, nothing is lost to it, or a run ended
/// early: whoever wants to use up limits shall not do so once for every generation.
pub(crate) fn others(
    snapshots: &Snapshots,
    part: &Part,
    options: &Options,
    first: &Attempt<'_>,
) -> Vec<String> {
    let settled = options.sqlalchemy.is_some() || installed(snapshots, &options.wheelhouse).is_some();
    let tally = &first.document.summary;
    let is_suspect = first.disagreement.is_some() || lacking(snapshots, first.document).is_some();
    if settled || !first.finished || !is_suspect || tally.tables_partial + tally.unresolved == 0 {
        return Vec::new();
    }
    let mut left = snapshots.versions();
    let mut found = vec![part.generation.version.clone()];
    while let Some(last) = found.last() {
        left.retain(|version| version != last);
        match part.requested.newest_fitting(&left).version {
            Some(version) => found.push(version.to_owned()),
            None => break,
        }
    }
    found.split_off(1)
}

/// Packages that run in another version than the project asks for. SQLAlchemy's own is not among them: the output says
/// which it is, and why.
pub(crate) fn other_versions(
    snapshots: &Snapshots,
    discovery: &Discovery,
    wheelhouse: &Wheelhouse,
    version: &str,
) -> Vec<Diagnostic> {
    let carried = snapshots.packages_of(version).iter().filter(|package| {
        !package.name.eq_ignore_ascii_case("sqlalchemy") && wheelhouse.version(package.name).is_none()
    });
    let unmet = carried.filter_map(|Package { name, version, .. }| {
        let wanted = discovery.requested.unmet(name, version)?;
        let message = format!("the project asks for `{wanted}`; {name} {version} runs where it is imported");
        Some(Diagnostic::new(Severity::Note, "library-version", message))
    });
    unmet.collect()
}

/// A package that was stood in for, and that another generation brings along.
fn lacking<'a>(snapshots: &Snapshots, document: &'a Document) -> Option<&'a str> {
    let packages = || snapshots.versions().into_iter().flat_map(|version| snapshots.packages_of(version));
    let is_carried =
        |import: &str| packages().any(|package| project_name(package.name) == project_name(import));
    let absent = document.stand_ins.iter().filter(|item| item.kind == StandInKind::Package);
    let mut imports = absent.map(|item| item.module.split('.').next().unwrap_or_default());
    imports.find(|import| is_carried(import))
}

/// What one generation made of the code.
#[derive(Debug)]
pub(crate) struct Attempt<'a> {
    document: &'a Document,
    /// The one that the results are of.
    version: &'a str,
    /// A statement that failed on SQLAlchemy itself, with how many there are.
    disagreement: Option<(String, usize)>,
    /// No run ended early.
    finished: bool,
}

impl<'a> Attempt<'a> {
    pub(crate) fn new(document: &'a Document, version: &'a str, results: &[RunResult]) -> Self {
        Self {
            document,
            version,
            disagreement: disagreement(results),
            finished: results
                .iter()
                .all(|result| result.outcome.ending == Ending::Finished && result.findings.done),
        }
    }

    /// More of the schema is exact than with another generation.
    pub(crate) fn is_better_than(&self, other: &Self) -> bool {
        let exact = |attempt: &Self| {
            let tally = &attempt.document.summary;
            (tally.tables_exact, tally.columns_exact, std::cmp::Reverse(tally.unresolved))
        };
        (self.finished || !other.finished) && exact(self) > exact(other)
    }

    /// Nothing failed on SQLAlchemy itself, and no library that another generation has is missing.
    pub(crate) fn agrees(&self, snapshots: &Snapshots) -> bool {
        self.disagreement.is_none() && lacking(snapshots, self.document).is_none()
    }

    /// Why this generation was left for another.
    pub(crate) fn why_left(&self, snapshots: &Snapshots) -> String {
        let version = self.version;
        if let Some(package) = lacking(snapshots, self.document) {
            return format!("`{package}` does not run with {version}");
        }
        match &self.disagreement {
            Some((first, 1)) => format!("with {version} a statement fails: {first}"),
            Some((first, count)) => format!("with {version} {count} statements fail, the first: {first}"),
            None => format!("with {version} less is exact"),
        }
    }
}

/// The first statement that failed on what one generation of SQLAlchemy has and another has not, and how many did.
fn disagreement(results: &[RunResult]) -> Option<(String, usize)> {
    let all = results.iter().flat_map(|result| {
        let skipped = &result.findings.skipped;
        let failed = &result.findings.failed;
        let skipped = skipped.iter().map(|item| (&item.path, item.line, &item.error, &item.message));
        skipped.chain(failed.iter().map(|item| (&item.path, item.line, &item.error, &item.message)))
    });
    let mut found: Vec<_> = all
        .filter(|(_, _, error, message)| is_of_sqlalchemy(error, message))
        .map(|(path, line, error, message)| {
            let line_of_text = message.lines().next().unwrap_or_default().trim_end_matches('.');
            // A module's file is where this build keeps it, and tells nobody anything.
            let text = line_of_text.split(" (/").next().unwrap_or_default();
            format!("`{path}:{line}`: `{error}: {text}`")
        })
        .collect();
    found.sort();
    found.dedup();
    let count = found.len();
    Some((found.into_iter().next()?, count))
}

/// Whether an exception tells of SQLAlchemy's own interface: a name that it lacks, an argument that it does not take,
/// a use that it refuses.
fn is_of_sqlalchemy(error: &str, message: &str) -> bool {
    match error {
        "ImportError" | "ModuleNotFoundError" => message.contains("'sqlalchemy"),
        "AttributeError" => message.contains("module 'sqlalchemy") || is_lacking(message),
        "TypeError" => message.contains("unexpected keyword argument"),
        _ => ["ArgumentError", "InvalidRequestError", "MappedAnnotationError", "UnmappedClassError"]
            .contains(&error),
    }
}

/// Whether an attribute is asked for that some generations have: of a class of SQLAlchemy, or of a declarative base.
fn is_lacking(message: &str) -> bool {
    const CLASSES: [&str; 10] = [
        "Column",
        "Connection",
        "DeclarativeMeta",
        "Engine",
        "Index",
        "Mapper",
        "MetaData",
        "Query",
        "Session",
        "Table",
    ];
    let of_class = message.strip_prefix('\'').and_then(|rest| rest.split_once("' object has no attribute"));
    of_class.is_some_and(|(class, _)| CLASSES.contains(&class)) || message.contains("'_decl_class_registry'")
}

#[cfg(test)]
mod tests {
    use super::is_of_sqlalchemy;

    #[test]
    fn what_blames_the_generation() {
        let cases = [
            ("ImportError", "cannot import name 'Uuid' from 'sqlalchemy' (/x/__init__.py)", true),
            ("ImportError", "cannot import name 'Uuid' from 'own' (/x/__init__.py)", false),
            ("ModuleNotFoundError", "No module named 'sqlalchemy.databases'", true),
            ("AttributeError", "module 'sqlalchemy' has no attribute 'Uuid'", true),
            ("AttributeError", "'NoneType' object has no attribute 'x'", false),
            ("AttributeError", "'MetaData' object has no attribute 'bind'", true),
            ("AttributeError", "'Order' object has no attribute 'bind'", false),
            ("AttributeError", "type object 'Base' has no attribute '_decl_class_registry'", true),
            ("TypeError", "MetaData.__init__() got an unexpected keyword argument 'bind'", true),
            ("TypeError", "unsupported operand type(s)", false),
            (
                "InvalidRequestError",
                "The 'sqlalchemy.orm.mapper()' function is removed as of SQLAlchemy 2.0.",
                true,
            ),
            ("KeyError", "sqlalchemy", false),
        ];
        for (error, message, expected) in cases {
            assert_eq!(is_of_sqlalchemy(error, message), expected, "{error}: {message}");
        }
    }
}
