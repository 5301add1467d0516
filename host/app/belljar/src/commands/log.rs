//! `belljar log`.

use std::collections::BTreeSet;

use belljar_check::log::{
    End, FORMAT_VERSION, Followed, Log as Report, LoggedCommit, Status, Step, pull_request, render as reports,
};
use belljar_diff::{Change, Diff, Effect, Rename};
use belljar_engine::{Commit, HistoryEnd, HistoryRequest};

use crate::{
    cli::{Log, LogFormat, time::timestamp},
    failure::Failure,
    render,
    revisions::{Comparison, Revisions},
    session::Session,
    source_config::SourceConfig,
    terminal::messages,
};

/// Writes which commits changed the schema.
pub(crate) fn run(arguments: Log, session: &mut Session) -> Result<u8, Failure> {
    let Log { name, rev, max_count, since, all_parents, rename, code, repo, format, output: _, sources } =
        arguments;
    let source_config = SourceConfig::new(&repo, None, sources, Vec::new())?;
    let (base, head) = match rev.split_once("..") {
        Some((base, head)) => (Some(or_head(base)), or_head(head)),
        None => (None, rev.as_str()),
    };
    let wanted = HistoryRequest { head, base, all_parents, most: max_count, since };
    let parse = |text: &String| Rename::parse(text).ok_or_else(|| Failure::Rename(text.clone()));
    let renames = rename.iter().map(parse).collect::<Result<_, _>>()?;
    let mut revisions = Revisions::open(&wanted, renames, &source_config, session)?;
    let snapshots = session.snapshots(&source_config, false)?;
    session.seal()?;

    let (comparisons, results) = revisions.steps(&snapshots);
    session.keep_results(&source_config, results);
    let mut assembly = Assembly { followed: name.as_deref().map(Followed::new), code, seen: BTreeSet::new() };
    let commits = revisions.commits.iter().zip(comparisons);
    let commits: Vec<LoggedCommit> =
        commits.filter_map(|(commit, compared)| assembly.commit(commit, compared)).collect();
    let commits_not_known = commits.iter().filter(|commit| commit.reason.is_some()).count();
    if let Some(name) = name.as_deref().filter(|_| commits.iter().all(|commit| commit.reason.is_some())) {
        session.report(|out| messages::no_change(out, name, &assembly.seen, source_config.level));
    }
    let report = Report {
        format: FORMAT_VERSION.to_owned(),
        belljar: env!("CARGO_PKG_VERSION").to_owned(),
        subject: name,
        names: assembly.followed.map(Followed::into_names).unwrap_or_default(),
        commits_read: revisions.commits.len(),
        commits_not_known,
        end: end(&revisions.end),
        commits,
    };
    session.write(0, &|out| match format {
        LogFormat::Text => write!(out, "{}", reports::text(&report)),
        LogFormat::Markdown => write!(out, "{}", reports::markdown(&report)),
        LogFormat::Json => render::json(out, &report),
        LogFormat::Csv => write!(out, "{}", reports::csv(&report)),
    })?;
    Ok(u8::from(commits_not_known > 0))
}

fn or_head(name: &str) -> &str {
    if name.is_empty() { "HEAD" } else { name }
}

const fn end(end: &HistoryEnd) -> End {
    match end {
        HistoryEnd::Root => End::Root,
        HistoryEnd::Base => End::Base,
        HistoryEnd::Most => End::Limit,
        HistoryEnd::Since => End::Since,
        HistoryEnd::Missing(_) => End::Missing,
    }
}

/// Makes the commits of a log, from the newest on.
struct Assembly {
    followed: Option<Followed>,
    /// Whether changes of the code alone are listed.
    code: bool,
    /// The names in all changes.
    seen: BTreeSet<String>,
}

impl Assembly {
    /// A commit, if it is listed.
    fn commit(&mut self, commit: &Commit, compared: Vec<Comparison>) -> Option<LoggedCommit> {
        let mut compared = compared.into_iter();
        let Comparison { step, base, between } = compared.next()?;
        let logged = LoggedCommit {
            id: commit.id.clone(),
            author: commit.author.clone(),
            date: timestamp(commit.authored),
            subject: commit.subject.clone(),
            pull_request: pull_request(&commit.subject, commit.reference.as_deref()),
            status: Status::NotKnown,
            reason: None,
            compared_with: base,
            or_in: between,
            migrations: Vec::new(),
            changes: Vec::new(),
        };
        let (diff, migrations) = match step {
            Step::NotKnown { reason } => return Some(LoggedCommit { reason: Some(reason), ..logged }),
            Step::NoBase { reason } => {
                let reason = format!("the schema before this commit is not known: {reason}");
                return Some(LoggedCommit { reason: Some(reason), ..logged });
            }
            Step::Known { diff, migrations } => (*diff?, migrations),
        };
        let changes = self.changes(diff, compared);
        let is_changed = !changes.is_empty();
        is_changed.then_some(LoggedCommit { status: Status::Changed, migrations, changes, ..logged })
    }

    /// The changes of a commit that are listed: of a merge, those that no parent has.
    fn changes(&mut self, diff: Diff, others: impl Iterator<Item = Comparison>) -> Vec<Change> {
        let others: Vec<Diff> = others
            .filter_map(|other| match other.step {
                Step::Known { diff, .. } => {
                    Some(diff.map_or_else(|| Diff::of_changes(Vec::new()), |diff| *diff))
                }
                Step::NotKnown { .. } | Step::NoBase { .. } => None,
            })
            .collect();
        let is_own = |change: &Change| {
            let is_same = |other: &Change| other.code == change.code && other.path == change.path;
            others.iter().all(|other| other.changes.iter().any(is_same))
        };
        let is_wanted = |change: &Change| (self.code || change.effect == Effect::Database) && is_own(change);
        let changes: Vec<Change> = diff.changes.iter().filter(|change| is_wanted(change)).cloned().collect();
        self.seen
            .extend(changes.iter().flat_map(|change| [change.path.full_name(), change.path.to_string()]));
        match &mut self.followed {
            Some(followed) => followed.take(&diff.with_changes(changes)),
            None => changes,
        }
    }
}
