//! A directory of a repository: what it is a part of is read with it.

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::Tree;

use crate::{
    Limits, Request, Source, SourceError, directory,
    git::{self, Asked},
    place::{Place, WorkTree},
};

/// Opens the repository that a directory lies in, and gives the directory with it. Nothing where it is not a part of one of
/// the operator's: then it stands for itself.
pub(crate) fn open(
    asked: &Asked<'_>,
    request: &Request,
    limits: &Limits,
    beside: Option<&Tree>,
) -> Result<Option<Source>, SourceError> {
    let Some((inside, whole)) = top(asked) else { return Ok(None) };
    let revision = request.revision.as_deref();
    if revision.is_none() && !is_tracked(asked, limits) {
        return Ok(None);
    }
    if let Some(revision) = revision {
        git::has(asked, revision, limits)?;
    }
    let around = Asked { path: asked.path, place: &whole, safe: asked.safe };
    let opened = match revision {
        Some(revision) => git::open(&around, revision, request.filters, limits),
        None => {
            let beside = beside.map(|tree| tree.around().map_or(tree, |(around, _)| around));
            directory::open(&around, request.filters, limits, beside)
        }
    };
    let source = match opened {
        Ok(source) => source,
        // What is too large as a whole, or is damaged elsewhere, may be read in a part.
        Err(error) => return alone(asked, request, limits, (beside.is_some(), &error)).map(Some),
    };
    let tree = source.tree.directory(&inside);
    if tree.is_empty() {
        return Ok(None);
    }
    let diagnostics = source.diagnostics.into_iter().filter_map(|said| seen_from(&inside, said)).collect();
    Ok(Some(Source { tree, diagnostics, description: source.description }))
}

/// The way from the top of the work tree, and the place of the top.
fn top(asked: &Asked<'_>) -> Option<(String, Place)> {
    let tree = asked.place.work_tree.as_ref()?;
    let inside = tree.inside()?;
    let whole = Place { real: tree.top.clone(), work_tree: Some(WorkTree::at(tree.top.clone())) };
    Some((inside.replace('\\', "/"), whole))
}

/// Whether git has anything in the directory: a work tree can lie around much that is not its own.
fn is_tracked(asked: &Asked<'_>, limits: &Limits) -> bool {
    git::tracked(asked, limits).is_some_and(|tracked| !tracked.is_empty())
}

/// Reads the directory without what is around it, and says so. Beside a tree that is trusted no rule hides files then: which
/// of them that has too is not known.
fn alone(
    asked: &Asked<'_>,
    request: &Request,
    limits: &Limits,
    (is_beside, error): (bool, &SourceError),
) -> Result<Source, SourceError> {
    let mut filters = request.filters;
    filters.include_ignored |= is_beside;
    let mut source = match request.revision.as_deref() {
        Some(revision) => git::open(asked, revision, filters, limits)?,
        None => directory::open(asked, filters, limits, None)?,
    };
    let message = format!("the repository around it is not read: {error}");
    source.diagnostics.push(Diagnostic::new(Severity::Warning, "read-alone", message).hint(
        "what its modules import from there is absent; name the top of the repository, or raise the limit",
    ));
    source.diagnostics.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(source)
}

/// A diagnostic as the directory has it; nothing where it is about something else.
fn seen_from(inside: &str, mut said: Diagnostic) -> Option<Diagnostic> {
    if let Some(place) = &mut said.place {
        place.path = place.path.strip_prefix(inside)?.strip_prefix('/')?.to_owned();
        said.message = said.message.replace(&format!("`{inside}/"), "`");
    }
    Some(said)
}
