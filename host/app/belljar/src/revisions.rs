//! Many revisions of one repository: from its commits to what each of them changed.
//!
//! [`Revisions::open`] lists the commits, looks for the results of earlier runs, and reads the files of the others into
//! memory, where equal files of several revisions are kept once. [`Revisions::steps`] extracts these, each at most a few
//! times, without runs that would only repeat one of another revision.

use std::{
    collections::{BTreeMap, VecDeque},
    num::NonZero,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use belljar_cache::Key;
use belljar_check::log::Step;
use belljar_diff::{Options as DiffOptions, Rename};
use belljar_engine::{
    Commit, ExtractError, History, HistoryEnd, HistoryRequest, Memo, Options, SourceError, path_from,
};
use belljar_schema::Document;
use belljar_snapshots::Snapshots;
use belljar_tree::Pool;

use crate::{
    extraction::{OpenSource, open_options},
    failure::Failure,
    histories::{version_changes, whole},
    log_key::log_key,
    session::{NewResult, Session},
    side::{empty_document, nothing_document},
    source_config::SourceConfig,
};

/// The most revisions that are extracted at one time.
const MOST_THREADS: usize = 4;

/// The documents that each thread keeps for the next comparisons.
const KEPT: usize = 4;

/// The maximum length of the reason why a schema is not known, in characters.
const LONGEST_REASON: usize = 300;

/// Commits with what is needed to compare them.
#[derive(Debug)]
pub(crate) struct Revisions {
    pub(crate) commits: Vec<Commit>,
    pub(crate) end: HistoryEnd,
    /// Renames that are stated for all comparisons.
    renames: Vec<Rename>,
    nodes: Vec<Node>,
    links: Vec<Link>,
}

/// A commit that is listed, or a parent of one.
#[derive(Debug)]
struct Node {
    id: String,
    /// Its first parent; `None` if it has none, or if that was not listed.
    parent: Option<usize>,
    opened: Opened,
}

/// The files of a commit.
#[derive(Debug)]
enum Opened {
    /// They are not needed, or could not be read yet.
    Not,
    Source(Box<OpenSource>),
    /// There are none.
    Empty,
    Failed(String),
}

/// A commit and one of its parents.
#[derive(Debug)]
struct Link {
    head: usize,
    /// `None` for a commit without parents.
    base: Option<usize>,
    key: Option<Key>,
    found: Option<Step>,
}

/// What is known of the schema of a commit.
#[derive(Debug)]
enum State {
    /// Its document. The flag is set if another time it would be the same.
    Known(Box<Document>, bool),
    NotKnown(String, bool),
}

/// What a commit changed.
#[derive(Debug)]
pub(crate) struct Comparison {
    pub(crate) step: Step,
    /// The commit that it was compared with.
    pub(crate) base: Option<String>,
    /// Commits in between, whose schema is not known, the newest first.
    pub(crate) between: Vec<String>,
}

impl Revisions {
    /// Lists the commits, and reads what has to be extracted.
    pub(crate) fn open(
        wanted: &HistoryRequest<'_>,
        renames: Vec<Rename>,
        source_config: &SourceConfig,
        session: &mut Session,
    ) -> Result<Self, Failure> {
        let options = open_options(source_config, session)?;
        let History { commits, end } =
            belljar_engine::history(&source_config.request, wanted, &source_config.source_limits)?;
        let mut revisions = Self { commits, end, renames, nodes: Vec::new(), links: Vec::new() };
        revisions.connect(wanted.all_parents);
        revisions.look_up(source_config, &options, session);
        revisions.read(source_config, &options);
        Ok(revisions)
    }

    /// Makes the nodes and links of all commits.
    fn connect(&mut self, all_parents: bool) {
        let node = |id: &String| Node { id: id.clone(), parent: None, opened: Opened::Not };
        self.nodes = self.commits.iter().map(|commit| node(&commit.id)).collect();
        let mut positions: BTreeMap<String, usize> =
            self.commits.iter().enumerate().map(|(position, commit)| (commit.id.clone(), position)).collect();
        for (head, commit) in self.commits.iter().enumerate() {
            let followed = if all_parents { commit.parents.len() } else { 1 };
            for (number, parent) in commit.parents.iter().take(followed).enumerate() {
                let position = *positions.entry(parent.clone()).or_insert(self.nodes.len());
                if position == self.nodes.len() {
                    self.nodes.push(node(parent));
                }
                if number == 0
                    && let Some(node) = self.nodes.get_mut(head)
                {
                    node.parent = Some(position);
                }
                self.links.push(Link { head, base: Some(position), key: None, found: None });
            }
            if commit.parents.is_empty() {
                self.links.push(Link { head, base: None, key: None, found: None });
            }
        }
    }

    /// Looks for the results of earlier runs.
    fn look_up(&mut self, source_config: &SourceConfig, options: &Options, session: &mut Session) {
        let Some(mut builder) = log_key(source_config, options) else { return };
        for Rename { old, new } in &self.renames {
            let (new, is_stated) =
                (new.as_deref().unwrap_or_default(), if new.is_some() { "is" } else { "was" });
            builder.part("rename", old.as_bytes()).part(is_stated, new.as_bytes());
        }
        for link in &mut self.links {
            let tree = |node: usize| match self.commits.get(node) {
                Some(commit) => Some(format!("tree {}", commit.tree)),
                None => self.nodes.get(node).map(|node| format!("commit {}", node.id)),
            };
            let (head, base) = (tree(link.head), link.base.and_then(tree));
            let mut key = builder.clone();
            key.part("head", head.unwrap_or_default().as_bytes());
            key.part("base", base.unwrap_or_default().as_bytes());
            let key = key.finish();
            link.key = Some(key);
            let found = session.find_result(source_config, key);
            link.found = found.and_then(|text| serde_json::from_slice(&text).ok());
        }
    }

    /// Reads the files of all commits that have to be extracted, until a limit is reached.
    fn read(&mut self, source_config: &SourceConfig, options: &Options) {
        let limits = &source_config.source_limits;
        let (mut pool, mut names) = (Pool::default(), 0_usize);
        for position in self.needed() {
            let Some(node) = self.nodes.get_mut(position) else { continue };
            if pool.bytes() > limits.max_memory_bytes || names > limits.max_entries {
                let message = "its files were not read: those of newer commits reach the limits of memory";
                node.opened = Opened::Failed(message.to_owned());
                continue;
            }
            let request = source_config.request.clone().at_revision(&node.id);
            node.opened = match belljar_engine::open(&request, limits) {
                Ok(source) => {
                    let source = source.into_shared_memory(limits, &mut pool);
                    names += whole(&source).0.len();
                    Opened::Source(Box::new(OpenSource::of_revision(source, source_config, options.clone())))
                }
                Err(SourceError::Empty { .. } | SourceError::NotInRevision { .. }) => Opened::Empty,
                Err(error) => Opened::Failed(error.to_string()),
            };
        }
    }

    /// The commits that have to be extracted, newest first.
    fn needed(&self) -> Vec<usize> {
        let mut needed = vec![false; self.nodes.len()];
        let mut need = |position: usize| {
            if let Some(flag) = needed.get_mut(position) {
                *flag = true;
            }
        };
        let is_unchanged = |link: &Link| self.is_unchanged(link);
        for link in self.links.iter().filter(|link| link.found.is_none() && !is_unchanged(link)) {
            need(link.head);
            // What is not known was known to be so; what was extracted has a link of its own.
            let mut base = link.base;
            while let Some(position) = base {
                need(position);
                let is_known_not_to_be = self
                    .first_link(position)
                    .is_some_and(|link| matches!(link.found, Some(Step::NotKnown { .. })));
                let is_same = self.first_link(position).is_some_and(|link| self.is_unchanged(link));
                base = (is_known_not_to_be || is_same).then(|| self.parent(position)).flatten();
            }
        }
        needed.iter().enumerate().filter_map(|(position, needed)| needed.then_some(position)).collect()
    }

    /// Whether a commit has the files of its parent.
    fn is_unchanged(&self, link: &Link) -> bool {
        let tree = |position: usize| self.commits.get(position).map(|commit| &commit.tree);
        link.base.and_then(tree).is_some_and(|base| tree(link.head) == Some(base))
    }

    /// The link of a commit with its first parent.
    fn first_link(&self, head: usize) -> Option<&Link> {
        let start = self.links.partition_point(|link| link.head < head);
        self.links.get(start).filter(|link| link.head == head)
    }

    fn parent(&self, position: usize) -> Option<usize> {
        self.nodes.get(position)?.parent
    }

    /// Compares all commits with their parents, and returns the comparisons of each, and results to keep.
    pub(crate) fn steps(&mut self, snapshots: &Snapshots) -> (Vec<Vec<Comparison>>, Vec<NewResult>) {
        let missing: Vec<usize> = (0..self.links.len())
            .filter(|number| self.links.get(*number).is_some_and(|link| link.found.is_none()))
            .collect();
        let available = thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS);
        let share = missing.len().div_ceil(available).max(1);
        let (memo, not_known) = (Memo::default(), Mutex::default());
        let this: &Self = self;
        let made: Vec<(usize, Step, bool)> = thread::scope(|scope| {
            let work = |links: &'_ [usize]| {
                let links = links.to_vec();
                let (memo, not_known) = (&memo, &not_known);
                scope.spawn(move || {
                    let mut worker =
                        Worker { revisions: this, snapshots, memo, not_known, kept: VecDeque::new() };
                    // From the oldest on, as each is then compared with the one before.
                    let compare =
                        |number: &usize| worker.step(*number).map(|(step, keep)| (*number, step, keep));
                    links.iter().rev().filter_map(compare).collect::<Vec<_>>()
                })
            };
            let threads: Vec<_> = missing.chunks(share).map(work).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
        });
        let mut results = Vec::new();
        for (number, step, keep) in made {
            let Some(link) = self.links.get_mut(number) else { continue };
            if let (true, Some(key), Ok(text)) = (keep, link.key, serde_json::to_vec(&step)) {
                results.push(NewResult { key, text });
            }
            link.found = Some(step);
        }
        (self.comparisons(), results)
    }

    /// The comparisons of each commit, that with its first parent first.
    fn comparisons(&mut self) -> Vec<Vec<Comparison>> {
        let mut all: Vec<Vec<Comparison>> = self.commits.iter().map(|_| Vec::new()).collect();
        let ends: Vec<_> = self.links.iter().map(|link| self.between(link)).collect();
        for (link, (base, between)) in self.links.iter_mut().zip(ends) {
            let lost = || Step::NotKnown { reason: "its extraction ended unexpectedly".to_owned() };
            let step = link.found.take().unwrap_or_else(lost);
            if let Some(of_commit) = all.get_mut(link.head) {
                of_commit.push(Comparison { step, base, between });
            }
        }
        all
    }

    /// The commit that a link compares with, and those before it whose schema is not known.
    fn between(&self, link: &Link) -> (Option<String>, Vec<String>) {
        let (mut position, mut between) = (link.base, Vec::new());
        while let Some(base) = position {
            let id = || self.nodes.get(base).map(|node| node.id.clone());
            let found = self.first_link(base).and_then(|link| link.found.as_ref());
            if !matches!(found, Some(Step::NotKnown { .. })) {
                return (id(), between);
            }
            between.extend(id());
            position = self.parent(base);
        }
        (None, between)
    }
}

/// Compares some commits, one after the other.
struct Worker<'a> {
    revisions: &'a Revisions,
    snapshots: &'a Snapshots,
    memo: &'a Memo,
    /// Commits that no thread has to try again.
    not_known: &'a Mutex<BTreeMap<usize, Arc<State>>>,
    kept: VecDeque<(usize, Arc<State>)>,
}

impl Worker<'_> {
    /// The result of a link, and whether it is kept.
    fn step(&mut self, number: usize) -> Option<(Step, bool)> {
        let link = self.revisions.links.get(number)?;
        if self.revisions.is_unchanged(link) {
            return self.same_as_parent(link);
        }
        let (head, is_stable) = match &*self.state(link.head) {
            State::NotKnown(reason, keep) => return Some((Step::NotKnown { reason: reason.clone() }, *keep)),
            State::Known(document, is_stable) => (document.clone(), *is_stable),
        };
        let Some(mut position) = link.base else {
            let step = self.known(&empty_document(), &head, || self.migrations(None, link.head));
            return Some((step, is_stable));
        };
        let mut is_stable = is_stable;
        loop {
            match &*self.state(position) {
                State::Known(base, keep) => {
                    let step = self.known(base, &head, || self.migrations(Some(position), link.head));
                    return Some((step, is_stable && *keep));
                }
                State::NotKnown(reason, keep) => {
                    is_stable &= keep;
                    let Some(before) = self.revisions.parent(position) else {
                        let reason = reason.clone();
                        return Some((Step::NoBase { reason }, false));
                    };
                    position = before;
                }
            }
        }
    }

    /// The result of a commit that has the files of its parent.
    fn same_as_parent(&mut self, link: &Link) -> Option<(Step, bool)> {
        let mut position = link.base?;
        let is_not_known = loop {
            match self.revisions.first_link(position) {
                Some(Link { found: Some(step), .. }) => break matches!(step, Step::NotKnown { .. }),
                Some(link) if self.revisions.is_unchanged(link) => position = link.base?,
                _ => break matches!(&*self.state(position), State::NotKnown(..)),
            }
        };
        Some(if is_not_known {
            (
                Step::NotKnown {
                    reason: "it has the files of its parent, whose schema is not known".to_owned(),
                },
                false,
            )
        } else {
            (Step::Known { diff: None, migrations: Vec::new() }, true)
        })
    }

    /// The step between two documents.
    fn known(&self, base: &Document, head: &Document, migrations: impl FnOnce() -> Vec<String>) -> Step {
        let options = DiffOptions { renames: self.revisions.renames.clone(), databases: Vec::new() };
        let diff = belljar_diff::diff(base, head, &options);
        if diff.changes.is_empty() {
            return Step::Known { diff: None, migrations: Vec::new() };
        }
        Step::Known { diff: Some(Box::new(diff)), migrations: migrations() }
    }

    /// The version files that a commit adds.
    fn migrations(&self, base: Option<usize>, head: usize) -> Vec<String> {
        let source = |position: usize| match self.revisions.nodes.get(position).map(|node| &node.opened) {
            Some(Opened::Source(opened)) => Some(&opened.source),
            _ => None,
        };
        let Some(head) = source(head) else { return Vec::new() };
        let added = match base.and_then(source) {
            Some(base) => version_changes(base, head).added,
            None => belljar_engine::migration_environments(whole(head).0)
                .into_iter()
                .flat_map(|environment| environment.versions)
                .collect(),
        };
        added.iter().map(|path| path_from(whole(head).1, path)).collect()
    }

    /// The schema of a commit.
    fn state(&mut self, position: usize) -> Arc<State> {
        if let Some((_, state)) = self.kept.iter().find(|(known, _)| *known == position) {
            return Arc::clone(state);
        }
        let not_known = || self.not_known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = not_known().get(&position) {
            return Arc::clone(state);
        }
        let state = Arc::new(self.extracted(position));
        if matches!(*state, State::NotKnown(..)) {
            not_known().insert(position, Arc::clone(&state));
        } else {
            self.kept.push_front((position, Arc::clone(&state)));
            self.kept.truncate(KEPT);
        }
        state
    }

    fn extracted(&self, position: usize) -> State {
        let opened = match self.revisions.nodes.get(position).map(|node| &node.opened) {
            Some(Opened::Source(opened)) => opened,
            Some(Opened::Empty) => return State::Known(Box::new(empty_document()), true),
            Some(Opened::Failed(reason)) => return State::NotKnown(brief(reason), false),
            Some(Opened::Not) | None => return State::NotKnown("it was not read".to_owned(), false),
        };
        let is_whole = !opened.source.diagnostics.iter().any(|it| it.code == "object-missing");
        match opened.extract_next(self.snapshots, self.memo) {
            Ok(extraction) => {
                let is_stable = is_whole && extraction.is_reproducible;
                let document = extraction.document;
                match document.unresolved.first() {
                    Some(first) if document.tables.is_empty() => {
                        let reason = format!("no run produced any of its tables: {}", first.reason.message);
                        State::NotKnown(brief(&reason), is_stable)
                    }
                    _ => State::Known(Box::new(document), is_stable),
                }
            }
            Err(ExtractError::NothingFound { diagnostics, .. }) => {
                State::Known(Box::new(nothing_document(&diagnostics)), is_whole)
            }
            Err(error) => State::NotKnown(brief(&error.to_string()), false),
        }
    }
}

fn brief(reason: &str) -> String {
    belljar_text::brief(reason, LONGEST_REASON)
}
