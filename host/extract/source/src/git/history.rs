//! The commits of a history, newest first.
//!
//! Names, subjects and dates are whatever an author wrote: they are cut, and decoded as far as they can be. A commit that
//! is missing ends the history there, as in a shallow clone.

use std::{
    collections::{BTreeSet, BinaryHeap},
    path::Path,
};

use gix::{ObjectId, Repository, objs::CommitRef};

use super::{Asked, objects::Objects, revision};
use crate::{
    SourceError, SourceLimits,
    commits::{Commit, History, HistoryEnd, HistoryRequest},
    names,
};

/// The longest subject and name, in characters.
const LONGEST: usize = 200;

/// The largest commit object that is read, in bytes; a larger one counts as missing.
const LARGEST: u64 = 1 << 20;

/// The most commits that are left out of a history because a revision has them.
const MOST_LEFT_OUT: usize = 1_000_000;

/// The last lines of a message that are searched for a merge request.
const LAST_LINES: usize = 20;

/// The most parents of a commit that are followed.
const MOST_PARENTS: usize = 64;

/// Reads the commits of a request.
pub(crate) fn read(
    asked: &Asked<'_>,
    request: &HistoryRequest<'_>,
    limits: &SourceLimits,
) -> Result<History, SourceError> {
    let (repository, _) = revision::open(asked, limits)?;
    let objects = Objects::new(&repository);
    let ends = objects.read(|repository| {
        let head = revision::commit(repository, asked.path, request.head)?;
        let base = request.base.map(|base| revision::commit(repository, asked.path, base)).transpose()?;
        Ok::<_, SourceError>((head, base))
    });
    let (head, base) = ends.map_err(|damaged| asked.damaged(damaged))??;
    let walk = Walk { objects: &objects, request };
    let left_out = match base {
        Some(base) => walk.reachable(base, asked.path)?,
        None => BTreeSet::new(),
    };
    Ok(walk.commits(head, &left_out))
}

struct Walk<'a> {
    objects: &'a Objects,
    request: &'a HistoryRequest<'a>,
}

/// A commit that is still to be listed: those with the latest date first, and among equal ones always in one order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Next {
    time: i64,
    id: ObjectId,
}

impl Walk<'_> {
    /// A commit; `None` if it is missing or damaged.
    fn commit(&self, id: ObjectId) -> Option<Commit> {
        if self.objects.size(id).ok().flatten().is_none_or(|size| size > LARGEST) {
            return None;
        }
        self.objects.read(|repository| parsed(repository, id)).ok().flatten()
    }

    /// The commits that a revision has.
    fn reachable(&self, from: ObjectId, path: &Path) -> Result<BTreeSet<ObjectId>, SourceError> {
        let (mut found, mut next) = (BTreeSet::from([from]), vec![from]);
        while let Some(id) = next.pop() {
            let parents = self.commit(id).map(|commit| commit.parents).unwrap_or_default();
            next.extend(parents.iter().filter_map(|one| id_of(one)).filter(|one| found.insert(*one)));
            if found.len() > MOST_LEFT_OUT {
                let message = format!("a revision has more than {MOST_LEFT_OUT} commits");
                return Err(SourceError::GitDamaged { path: path.to_owned(), message });
            }
        }
        Ok(found)
    }

    /// The commits from a head on that are not left out.
    fn commits(&self, head: ObjectId, left_out: &BTreeSet<ObjectId>) -> History {
        let mut history = History { commits: Vec::new(), end: HistoryEnd::Root };
        let (mut next, mut seen) = (BinaryHeap::from([Next { time: i64::MAX, id: head }]), BTreeSet::new());
        while let Some(Next { id, .. }) = next.pop() {
            if left_out.contains(&id) {
                history.end = HistoryEnd::Base;
                continue;
            }
            if history.commits.len() >= self.request.most {
                history.end = HistoryEnd::Most;
                break;
            }
            let Some(commit) = self.commit(id) else {
                history.end = HistoryEnd::Missing(id.to_string());
                continue;
            };
            if self.request.since.is_some_and(|since| commit.committed < since) {
                history.end = HistoryEnd::Since;
                continue;
            }
            let parents = commit.parents.iter().filter_map(|one| id_of(one));
            let followed = if self.request.all_parents { MOST_PARENTS } else { 1 };
            for parent in parents.take(followed).filter(|parent| seen.insert(*parent)) {
                // A missing one is reported when its turn comes.
                let time = self.commit(parent).map_or(i64::MIN, |parent| parent.committed);
                next.push(Next { time, id: parent });
            }
            history.commits.push(commit);
        }
        history
    }
}

fn id_of(text: &str) -> Option<ObjectId> {
    ObjectId::from_hex(text.as_bytes()).ok()
}

fn parsed(repository: &Repository, id: ObjectId) -> Option<Commit> {
    let object = repository.find_object(id).ok()?;
    let commit = CommitRef::from_bytes(&object.data, id.kind()).ok()?;
    let (author, committer) = (commit.author().ok()?, commit.committer().ok()?);
    Some(Commit {
        id: id.to_string(),
        tree: commit.tree().to_string(),
        parents: commit.parents().map(|parent| parent.to_string()).collect(),
        author: text(author.name),
        authored: author.seconds(),
        committed: committer.seconds(),
        subject: text(subject(commit.message)),
        reference: reference(commit.message),
    })
}

/// The line that GitLab adds to the message of a merge.
fn reference(message: &[u8]) -> Option<String> {
    let last = message.split(|byte| *byte == b'\n').rev().take(LAST_LINES).map(text);
    last.into_iter().find(|line| line.starts_with("See merge request "))
}

/// The first line of a message that is not blank.
fn subject(message: &[u8]) -> &[u8] {
    message.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default()
}

/// The beginning of a text of an author.
fn text(bytes: &[u8]) -> String {
    let bytes = bytes.get(..bytes.len().min(LONGEST * 4)).unwrap_or_default();
    names::shown(bytes.trim_ascii()).chars().take(LONGEST).collect()
}
