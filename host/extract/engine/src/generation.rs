//! Which SQLAlchemy generation each part of a repository runs with.

use std::collections::{BTreeMap, BTreeSet};

use belljar_discover::{Choice, Discovery, Requested};
use belljar_sandbox::Package;
use belljar_schema::{Diagnostic, Generation, ProjectGeneration, Severity};
use belljar_snapshots::Snapshots;
use belljar_source::Wheelhouse;

use crate::{
    error::ExtractError,
    options::{Options, StatedGeneration},
};

/// Candidates that run with one SQLAlchemy.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// The generation, with the reason for it.
    pub(crate) generation: Generation,
    /// What the projects of the candidates ask for.
    pub(crate) requested: Requested,
    /// The directories of the projects that chose it, with the reason of each.
    homes: BTreeMap<String, String>,
    /// Its candidates, as indices into [`Discovery::candidates`].
    pub(crate) candidates: BTreeSet<usize>,
    /// Nothing but what is declared decided, and the code does not disagree.
    is_open: bool,
}

impl Part {
    /// Settles its generation, whatever is declared.
    pub(crate) fn settle(&mut self, generation: Generation) {
        self.is_open = false;
        self.homes.values_mut().for_each(|reason| reason.clone_from(&generation.reason));
        self.generation = generation;
    }

    /// What is declared, where that alone decided.
    pub(crate) fn open(&self) -> Option<Requested> {
        self.is_open.then(|| self.requested.clone())
    }

    /// Why several releases may be meant, as a clause.
    pub(crate) fn admits(&self) -> String {
        match self.requested.deciding() {
            Some(found) => format!("`{}` in `{}` admits both", found.text, found.path),
            None => "the project does not say which".to_owned(),
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
pub(crate) fn projects<'a>(mut parts: impl Iterator<Item = &'a Part>) -> Vec<ProjectGeneration> {
    let Some(most) = parts.next() else { return Vec::new() };
    let mut found: Vec<ProjectGeneration> = parts.flat_map(Part::projects).collect();
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
    Ok(if is_settled { vec![whole] } else { split(whole, snapshots, discovery, &options.stated) })
}

/// The parts of a tree; one without candidates if it has none.
pub(crate) fn parts_or_default(
    snapshots: &Snapshots,
    discovery: &Discovery,
    options: &Options,
) -> Result<Vec<Part>, ExtractError> {
    let found = parts(snapshots, discovery, options)?;
    if !found.is_empty() {
        return Ok(found);
    }
    let (version, reason) = fitting(snapshots, &discovery.requested);
    let version = version.ok_or_else(|| ExtractError::NoGeneration {
        wanted: options.sqlalchemy.clone().unwrap_or_default(),
        offered: snapshots.generations(),
    })?;
    Ok(vec![Part {
        generation: Generation { version, reason },
        requested: discovery.requested.clone(),
        homes: BTreeMap::new(),
        candidates: BTreeSet::new(),
        is_open: false,
    }])
}

/// Takes the candidates out of the whole for which another generation is stated, or whose projects ask for another.
fn split(
    mut whole: Part,
    snapshots: &Snapshots,
    discovery: &Discovery,
    stated: &[StatedGeneration],
) -> Vec<Part> {
    let mut choices: BTreeMap<&str, Choices> = BTreeMap::new();
    let mut parts: BTreeMap<String, Part> = BTreeMap::new();
    let settled = of_stated(&mut whole, snapshots, discovery, stated);
    for (position, candidate) in discovery.candidates.iter().enumerate() {
        if !whole.candidates.contains(&position) {
            continue;
        }
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
    let parts = std::iter::once(whole).chain(parts.into_values()).chain(settled);
    let mut parts: Vec<Part> = parts.filter(|part| !part.candidates.is_empty()).collect();
    if !stated.is_empty() {
        // That of most candidates is the first; equal ones stay in order.
        parts.sort_by_key(|part| std::cmp::Reverse(part.candidates.len()));
    }
    parts
}

/// Takes the candidates out of the whole that lie in a directory for which a generation is stated.
fn of_stated(
    whole: &mut Part,
    snapshots: &Snapshots,
    discovery: &Discovery,
    stated: &[StatedGeneration],
) -> Vec<Part> {
    let mut parts: BTreeMap<&str, Part> = BTreeMap::new();
    for (position, candidate) in discovery.candidates.iter().enumerate() {
        let containing = stated.iter().filter(|one| contains(&one.path, &candidate.path));
        let Some(one) = containing.max_by_key(|one| one.path.len()) else { continue };
        let Some(version) = snapshots.version_of(&one.generation) else { continue };
        whole.candidates.remove(&position);
        let reason = format!("`{}` states `{}`", one.file, one.generation);
        let part = parts.entry(one.generation.as_str()).or_insert_with(|| Part {
            generation: Generation { version, reason: reason.clone() },
            requested: whole.requested.clone(),
            homes: BTreeMap::new(),
            candidates: BTreeSet::new(),
            is_open: false,
        });
        part.homes.insert(one.path.clone(), reason);
        part.candidates.insert(position);
    }
    parts.into_values().collect()
}

/// Whether a directory contains a path.
fn contains(directory: &str, path: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

/// What a project asks for, and what follows from it.
type Choices = Option<(Requested, Generation)>;

/// The generation of one project; none where it declares nothing. A project that admits several runs as those do that use it,
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
pub(crate) fn installed(snapshots: &Snapshots, wheelhouse: &Wheelhouse) -> Option<(String, String)> {
    let installed = wheelhouse.version("sqlalchemy")?;
    let generation = installed.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    Some((snapshots.version_of(&generation)?, installed.to_owned()))
}

/// Diagnostics of carried packages that run in another version than the project asks for. SQLAlchemy is not among them: the
/// document says which one ran, and why.
pub(crate) fn other_versions(
    snapshots: &Snapshots,
    discovery: &Discovery,
    part: &Part,
    options: &Options,
) -> Vec<Diagnostic> {
    let wheelhouse = &options.wheelhouse;
    let carried = snapshots.packages_of(&part.generation.version).iter().filter(|package| {
        !package.name.eq_ignore_ascii_case("sqlalchemy") && wheelhouse.version(package.name).is_none()
    });
    let unmet = carried.filter_map(|Package { name, version, .. }| {
        let wanted = discovery.requested.unmet(name, version)?;
        let message = format!("the project asks for `{wanted}`; {name} {version} runs where it is imported");
        Some(Diagnostic::new(Severity::Note, "library-version", message))
    });
    unmet.collect()
}
