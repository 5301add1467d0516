//! Runs a part again with another SQLAlchemy generation, where its code disagrees with the first.

use belljar_sandbox::Ending;
use belljar_schema::{Document, Generation, StandInKind, project_name};
use belljar_snapshots::Snapshots;

use crate::{
    attempt::RunResult,
    error::ExtractError,
    generation::{self, Part},
    options::Options,
    stage::{PartRuns, Stage},
};

/// Tries other generations for each part that deserves it. The runs and the document of the best stay.
pub(crate) fn with_other_generations(
    stage: &mut Stage<'_>,
    runs: &mut [PartRuns],
    document: &mut Document,
) -> Result<(), ExtractError> {
    for position in 0..runs.len() {
        retry_part(stage, position, runs, document)?;
    }
    Ok(())
}

/// Tries other generations for one part until one agrees with its code.
fn retry_part(
    stage: &mut Stage<'_>,
    position: usize,
    runs: &mut [PartRuns],
    document: &mut Document,
) -> Result<(), ExtractError> {
    let Some(first) = runs.get(position) else { return Ok(()) };
    let trial = Trial::new(document, first);
    let versions = others(stage.snapshots, &first.part, stage.options, &trial);
    let reason = trial.why_left(stage.snapshots);
    for version in versions {
        let Some(current) = runs.get_mut(position) else { break };
        let mut part = current.part.clone();
        part.settle(Generation { version, reason: reason.clone() });
        let before = std::mem::replace(current, stage.run_part(part)?);
        let mut other = stage.document(runs);
        let agrees = runs.get(position).is_some_and(|runs| Trial::new(&other, runs).agrees(stage.snapshots));
        // Only what may stay is verified, as that takes further runs.
        let mut is_better = is_better(&other, runs.get(position), (document, &before));
        if is_better {
            stage.verify(runs, &mut other);
            is_better = self::is_better(&other, runs.get(position), (document, &before));
        }
        let Some(current) = runs.get_mut(position) else { break };
        if is_better {
            *document = other;
        } else {
            *current = before;
            let generation = current.part.generation.clone();
            current.part.settle(generation);
        }
        if agrees {
            break;
        }
    }
    Ok(())
}

/// Whether more is exact in a document, with the runs of its part, than in another.
fn is_better(document: &Document, runs: Option<&PartRuns>, (other, before): (&Document, &PartRuns)) -> bool {
    runs.is_some_and(|runs| Trial::new(document, runs).is_better_than(&Trial::new(other, before)))
}

/// The versions to try after one that the project's own code disagreed with, or that lacks a library which another one has;
/// those that the project asks for come first. There are none where the version was asked for, where nothing is inexact, or
/// where a run ended early: code that uses up its limits must not do so once for every generation.
fn others(snapshots: &Snapshots, part: &Part, options: &Options, first: &Trial<'_>) -> Vec<String> {
    let settled =
        options.sqlalchemy.is_some() || generation::installed(snapshots, &options.wheelhouse).is_some();
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

/// A package that was stood in for, and that another generation brings along.
fn lacking<'a>(snapshots: &Snapshots, document: &'a Document) -> Option<&'a str> {
    let packages = || snapshots.versions().into_iter().flat_map(|version| snapshots.packages_of(version));
    let is_carried =
        |import: &str| packages().any(|package| project_name(package.name) == project_name(import));
    let absent = document.stand_ins.iter().filter(|item| item.kind == StandInKind::Package);
    let mut imports = absent.map(|item| item.module.split('.').next().unwrap_or_default());
    imports.find(|import| is_carried(import))
}

/// What came of a part with one generation.
#[derive(Debug)]
struct Trial<'a> {
    document: &'a Document,
    version: &'a str,
    /// The first statement that failed on SQLAlchemy itself, and the number of such statements.
    disagreement: Option<(String, usize)>,
    /// No run ended early.
    finished: bool,
}

impl<'a> Trial<'a> {
    fn new(document: &'a Document, runs: &'a PartRuns) -> Self {
        let results = &runs.results;
        Self {
            document,
            version: &runs.part.generation.version,
            disagreement: disagreement(results),
            finished: results
                .iter()
                .all(|result| result.outcome.ending == Ending::Finished && result.findings.done),
        }
    }

    /// More of the schema is exact than with another generation.
    fn is_better_than(&self, other: &Self) -> bool {
        let exact = |attempt: &Self| {
            let tally = &attempt.document.summary;
            (tally.tables_exact, tally.columns_exact, std::cmp::Reverse(tally.unresolved))
        };
        (self.finished || !other.finished) && exact(self) > exact(other)
    }

    /// Nothing failed on SQLAlchemy itself, and no library that another generation has is missing.
    fn agrees(&self, snapshots: &Snapshots) -> bool {
        self.disagreement.is_none() && lacking(snapshots, self.document).is_none()
    }

    /// Why this generation was left for another.
    fn why_left(&self, snapshots: &Snapshots) -> String {
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
            // The path of a module of SQLAlchemy is that of the build machine.
            let text = line_of_text.split(" (/").next().unwrap_or_default();
            format!("`{path}:{line}`: `{error}: {text}`")
        })
        .collect();
    found.sort();
    found.dedup();
    let count = found.len();
    Some((found.into_iter().next()?, count))
}

/// Whether an exception is about SQLAlchemy's own interface: a name that it lacks, an argument that it does not take,
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
