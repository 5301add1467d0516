//! The projects of a tree, and their dependencies: by path, by the folder of a repository, or by name.
//!
//! Two directories may provide the same package. The requirements of a module's project, and theirs in turn, determine
//! which of them it imports; if nothing determines it, both are reported.

mod address;
mod search;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use belljar_schema::project_name;

pub(crate) use address::{address, editable, name_of_egg};
pub use search::Search;
pub(crate) use search::searches;

use crate::paths;

/// The maximum number of dependencies: no real tree has as many.
const MOST_NEEDS: usize = 20_000;

/// The maximum number of projects whose transitive dependencies are resolved.
const MOST_USERS: usize = 1_000;

/// A dependency of a project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// The project at a path of the tree.
    At(String),
    /// A project by its normalised name.
    Named(String),
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Project {
    name: Option<String>,
    /// Its dependencies, with the priority of their source.
    needs: BTreeMap<Need, Priority>,
}

/// The priority of a file that declares dependencies, the highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Priority {
    /// It records what is installed.
    Lock,
    /// It describes the project.
    Project,
    /// A separate list, which may be outdated.
    List,
}

/// The distance of a dependency: the number of projects in between, and the priority of the last step's source.
type Distance = (usize, Priority);

/// All projects, by their directories.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Projects {
    all: BTreeMap<String, Project>,
    needs: usize,
}

impl Projects {
    /// Adds a project in a directory.
    pub(crate) fn begin(&mut self, directory: &str) {
        if !self.all.contains_key(directory) {
            self.all.insert(directory.to_owned(), Project::default());
        }
    }

    /// Sets the name under which a project is installed; the first is kept.
    pub(crate) fn set_name(&mut self, directory: &str, name: &str) {
        let project = self.all.entry(directory.to_owned()).or_default();
        project.name.get_or_insert_with(|| project_name(name));
    }

    /// Adds a dependency of the project in a directory.
    pub(crate) fn need(&mut self, directory: &str, need: Need, priority: Priority) {
        if self.needs < MOST_NEEDS {
            let project = self.all.entry(directory.to_owned()).or_default();
            self.needs += usize::from(!project.needs.contains_key(&need));
            let known = project.needs.entry(need).or_insert(priority);
            *known = priority.min(*known);
        }
    }

    /// The project that contains a path: the nearest above it, or at it.
    pub(crate) fn around(&self, path: &str) -> Option<&str> {
        let found = paths::ancestors(path).find_map(|directory| self.all.get_key_value(directory));
        found.map(|(directory, _)| directory.as_str())
    }

    /// Whether a name is that of a project in the tree.
    pub(crate) fn has(&self, name: &str) -> bool {
        let name = project_name(name);
        self.all.values().any(|project| project.name.as_ref() == Some(&name))
    }

    /// Every path that some projects depend on, including transitive dependencies, with their distance.
    fn reach<'a>(&'a self, from: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, Distance> {
        let mut found: BTreeMap<&str, Distance> = from.map(|path| (path, (0, Priority::Lock))).collect();
        let mut waiting: VecDeque<&str> = found.keys().copied().collect();
        while let Some(path) = waiting.pop_front() {
            let steps = found.get(path).map_or(0, |(steps, _)| steps + 1);
            let Some(directory) = self.around(path) else { continue };
            for (needed, priority) in self.needed(directory) {
                let known = found.entry(needed).or_insert_with(|| {
                    waiting.push_back(needed);
                    (steps, priority)
                });
                *known = (*known).min((steps, priority));
            }
        }
        found
    }

    /// For each project, the projects that depend on it, directly or not.
    pub(crate) fn users(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for user in self.all.keys().take(MOST_USERS) {
            let needed = self.reach(std::iter::once(user.as_str()));
            for needed in needed.keys().filter_map(|path| self.around(path)).filter(|needed| needed != user) {
                users.entry(needed.to_owned()).or_default().insert(user.clone());
            }
        }
        users
    }

    /// The paths that one project depends on.
    fn needed<'a>(&'a self, directory: &'a str) -> Vec<(&'a str, Priority)> {
        let Some(project) = self.all.get(directory) else { return Vec::new() };
        let mut found = Vec::new();
        for (need, priority) in &project.needs {
            match need {
                Need::At(path) => found.push((path.as_str(), *priority)),
                Need::Named(name) => {
                    found.extend(self.named(name, directory).into_iter().map(|path| (path, *priority)));
                }
            }
        }
        found
    }

    /// The projects with a name, as seen from one of them: if there are several, the one that it, or a project around
    /// it, names by path.
    fn named<'a>(&'a self, name: &'a str, by: &'a str) -> Vec<&'a str> {
        let of_name = |(_, project): &(&String, &Project)| project.name.as_deref() == Some(name);
        let all: Vec<&str> =
            self.all.iter().filter(of_name).map(|(directory, _)| directory.as_str()).collect();
        if all.len() < 2 {
            return all;
        }
        let names_by_path = |around: &str| {
            let needs = self.all.get(around).map(|project| &project.needs);
            let at: Vec<(&str, Priority)> = needs
                .into_iter()
                .flatten()
                .filter_map(|(need, priority)| match need {
                    Need::At(path) => Some((self.around(path)?, *priority)),
                    Need::Named(_) => None,
                })
                .filter(|(directory, _)| all.contains(directory))
                .collect();
            let most = at.iter().map(|(_, priority)| *priority).min()?;
            let meant = at.into_iter().filter(|(_, priority)| *priority == most);
            Some(meant.map(|(directory, _)| directory).collect())
        };
        paths::ancestors(by).find_map(names_by_path).unwrap_or(all)
    }
}

#[cfg(test)]
mod tests;
