use belljar_text::suggest;
use std::path::Path;

use gix::{
    Object, ObjectId, Repository, ThreadSafeRepository,
    bstr::ByteSlice,
    objs::{Kind, tree::EntryKind},
    open::Options,
    sec::Trust,
};

use super::{
    Asked,
    locate::{Located, locate},
    objects::guarded,
    preflight,
};
use crate::{SourceError, SourceLimits, names};

/// Branches and tags checked for a similar name.
const MAX_REFERENCES: usize = 10_000;

/// The tree of a revision.
pub(super) struct Found {
    pub(super) tree: ObjectId,
    /// The start of the hash of the commit, for people.
    pub(super) label: String,
}

/// Opens the repository at or around a directory, after everything that will be opened was checked.
///
/// It is always opened as if it belonged to another user: no configuration of the user or the system, no environment
/// variables, no includes. gix is built without the parts that could start a process. Mechanisms that change the
/// meaning of objects are ignored: replacements, grafts and the commit graph.
pub(super) fn open(
    asked: &Asked<'_>,
    limits: &SourceLimits,
) -> Result<(ThreadSafeRepository, Located), SourceError> {
    let located = locate(asked.place, asked.path, asked.safe)?;
    preflight::check(&located, limits, asked.safe)?;
    let allocation = format!("gitoxide.objects.allocLimit={}", limits.max_object_bytes);
    let own = ["core.useReplaceRefs=false", "core.commitGraph=false", "gitoxide.core.shallowFile=shallow"];
    let options = Options::isolated()
        .config_overrides(own.into_iter().map(str::to_owned).chain([allocation]))
        .open_path_as_is(true)
        .with(Trust::Reduced);
    let opened = guarded(|| ThreadSafeRepository::open_opts(&located.own, options));
    let repository = opened.map_err(|damaged| asked.damaged(damaged))?.map_err(|error| {
        let message = names::shown(error.to_string().as_bytes());
        SourceError::GitDamaged { path: asked.path.to_owned(), message }
    })?;
    Ok((repository, located))
}

/// Finds the tree of a revision, and the directory at a path in it.
pub(super) fn find(
    repository: &Repository,
    path: &Path,
    below: &Path,
    revision: &str,
) -> Result<Found, SourceError> {
    let object = resolve(repository, path, revision)?;
    // For a tag, its commit.
    let label = object.id.to_hex_with_len(12).to_string();
    match object.kind {
        Kind::Commit => {
            let tree = object.try_into_commit().and_then(|commit| commit.tree_id());
            let tree = tree.map_err(|_| missing(revision))?;
            Ok(Found { tree: in_directory(repository, tree.detach(), below, revision)?, label })
        }
        // `HEAD:sub` names its directory itself.
        Kind::Tree => Ok(Found { tree: object.id, label }),
        kind => Err(unknown(repository, path, revision, &format!("it is a {kind}"))),
    }
}

/// The commit of a revision.
pub(super) fn commit(repository: &Repository, path: &Path, revision: &str) -> Result<ObjectId, SourceError> {
    let object = resolve(repository, path, revision)?;
    match object.kind {
        Kind::Commit => Ok(object.id),
        kind => Err(unknown(repository, path, revision, &format!("it is a {kind}"))),
    }
}

/// The object that a revision names; for a tag, its target.
fn resolve<'r>(repository: &'r Repository, path: &Path, revision: &str) -> Result<Object<'r>, SourceError> {
    if names_several(revision) {
        return Err(unknown(repository, path, revision, "it names a set of commits, and one is needed"));
    }
    let id = repository
        .rev_parse_single(revision.as_bytes().as_bstr())
        .map_err(|error| unknown(repository, path, revision, &reason(&error)))?;
    peeled(repository, id.detach()).ok_or_else(|| missing(revision))
}

/// Whether it is a set of commits: `A..B`, `^A`, `A^!`, `A^@`, `A^-2`. The library takes some of them for `A`.
fn names_several(revision: &str) -> bool {
    // What follows a colon is a path, and what is between braces a text to search for, a date or a number.
    let commit = revision.split([':', '{']).next().unwrap_or_default();
    let suffix = commit.rsplit_once('^').map(|(_, suffix)| suffix);
    commit.contains("..")
        || commit.starts_with('^')
        || suffix.is_some_and(|suffix| suffix.starts_with(['!', '@', '-']))
}

fn missing(revision: &str) -> SourceError {
    SourceError::MissingObjects { description: format!("git revision {revision}") }
}

/// The maximum length of a chain of tags.
const MOST_TAGS: usize = 32;

/// An object, or the final target of a tag. The library's own function panics if a tag can't be parsed.
fn peeled(repository: &Repository, id: ObjectId) -> Option<Object<'_>> {
    let mut object = repository.find_object(id).ok()?;
    for _ in 0..MOST_TAGS {
        if object.kind != Kind::Tag {
            return Some(object);
        }
        let target = object.try_to_tag_ref().ok()?.target();
        object = repository.find_object(target).ok()?;
    }
    None
}

/// The tree of the directory, if it is not the top of the work tree.
fn in_directory(
    repository: &Repository,
    tree: ObjectId,
    below: &Path,
    revision: &str,
) -> Result<ObjectId, SourceError> {
    let mut tree = tree;
    for name in below {
        let (revision, directory) = (revision.to_owned(), below.display().to_string());
        let found = repository.find_tree(tree).map_err(|_| missing(&revision))?;
        let entry =
            found.iter().flatten().find(|entry| entry.filename().as_bytes() == name.as_encoded_bytes());
        let entry = entry.map(|entry| (entry.kind(), entry.object_id()));
        tree = match entry {
            Some((EntryKind::Tree, id)) => id,
            Some((EntryKind::Link, _)) => {
                return Err(SourceError::ElsewhereInRevision { revision, directory, what: "behind a link" });
            }
            Some((EntryKind::Commit, _)) => {
                return Err(SourceError::ElsewhereInRevision { revision, directory, what: "in a submodule" });
            }
            _ => return Err(SourceError::NotInRevision { revision, directory }),
        };
    }
    Ok(tree)
}

fn unknown(repository: &Repository, path: &Path, revision: &str, message: &str) -> SourceError {
    let unborn = repository.head().is_ok_and(|head| head.is_unborn());
    let message = if unborn { "its branch has no commit yet" } else { message };
    SourceError::UnknownRevision {
        path: path.to_owned(),
        revision: revision.to_owned(),
        suggestions: suggestions(repository, revision),
        shallow: repository.is_shallow().unwrap_or(false),
        message: names::shown(message.as_bytes()),
    }
}

/// Why gix found nothing. The outermost error names the step that failed, the next one the reason.
fn reason(error: &gix::Error) -> String {
    let all = error.iter_errors().take(2).last().map_or_else(|| error.to_string(), ToString::to_string);
    let text = all.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// The branches and tags with names most similar to the requested one.
fn suggestions(repository: &Repository, revision: &str) -> Vec<String> {
    let Ok(references) = repository.references() else { return Vec::new() };
    let Ok(all) = references.all() else { return Vec::new() };
    let name_of = |reference: gix::Reference<'_>| Some(reference.name().shorten().to_str().ok()?.to_owned());
    let names: Vec<String> = all.take(MAX_REFERENCES).flatten().filter_map(name_of).collect();
    suggest(revision, &names).into_iter().map(str::to_owned).collect()
}
