//! A directory of a repository, with the repository that it is a part of.

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::Tree;

use crate::{
    Limits, Request, Source, SourceError, directory,
    git::{self, Asked},
    place::{Place, WorkTree},
};

/// Gives a directory that was read the repository around it. One that is not a part of a repository of the operator's, or
/// that has other files where it is named itself than as a part, as an ignored one has, stands for itself.
pub(crate) fn around(
    alone: Source,
    asked: &Asked<'_>,
    request: &Request,
    limits: &Limits,
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

/// Says that the repository is too large as a whole, or damaged elsewhere.
fn with_note(mut alone: Source, error: &SourceError) -> Source {
    let message = format!("the repository around it is not read: {error}");
    let hint =
        "what its modules import from there is absent; name the top of the repository, or raise the limit";
    alone.diagnostics.push(Diagnostic::new(Severity::Warning, "read-alone", message).hint(hint));
    alone.diagnostics.sort_by(|a, b| a.code.cmp(&b.code));
    alone
}
