//! A directory of a repository, together with the repository.

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::Tree;

use crate::{
    Request, Source, SourceError, SourceLimits, directory,
    git::{self, Asked},
    place::{Place, WorkTree},
};

/// Adds the repository around a directory. A directory that is not part of a repository of the operator, or that has
/// other files when it is read alone, such as an ignored one, stays alone.
pub(crate) fn around(
    alone: Source,
    asked: &Asked<'_>,
    request: &Request,
    limits: &SourceLimits,
    beside: Option<&Tree>,
) -> Source {
    let Some((inside, place)) = top(asked) else { return alone };
    let revision = request.revision.as_deref();
    if revision.is_none() && !is_tracked(asked, limits) {
        return alone;
    }
    let whole = Asked { path: asked.path, place: &place, safe: asked.safe };
    let opened = match revision {
        Some(revision) => git::open(&whole, revision, request.filters, limits),
        None => {
            let beside = beside.map(|tree| tree.around().map_or(tree, |(around, _)| around));
            directory::open(&whole, request.filters, limits, beside)
        }
    };
    match opened {
        Ok(whole) => {
            let part = whole.tree.directory(&inside);
            let paths = |tree: &Tree| tree.files().map(|(path, _)| path.to_owned()).collect::<Vec<_>>();
            if paths(&part) == paths(&alone.tree) { Source { tree: part, ..alone } } else { alone }
        }
        Err(error) => with_note(alone, &error),
    }
}

/// The path from the top of the work tree, and the place of the top.
fn top(asked: &Asked<'_>) -> Option<(String, Place)> {
    let tree = asked.place.work_tree.as_ref()?;
    let inside = tree.inside()?;
    let whole = Place { real: tree.top.clone(), work_tree: Some(WorkTree::at(tree.top.clone())) };
    Some((inside.replace('\\', "/"), whole))
}

/// Whether git tracks anything in the directory: a work tree can contain unrelated directories.
fn is_tracked(asked: &Asked<'_>, limits: &SourceLimits) -> bool {
    git::tracked(asked, limits).is_some_and(|tracked| !tracked.is_empty())
}

/// Reports that the repository is too large as a whole, or damaged elsewhere.
fn with_note(mut alone: Source, error: &SourceError) -> Source {
    let message = format!("the enclosing repository is not read: {error}");
    let hint = "imports from there are absent; pass the top of the repository, or raise the limit";
    alone.diagnostics.push(Diagnostic::new(Severity::Warning, "read-alone", message).hint(hint));
    alone.diagnostics.sort_by(|a, b| a.code.cmp(&b.code));
    alone
}
