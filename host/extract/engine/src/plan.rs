//! Groups candidates into runs: one per import root and SQLAlchemy, because two roots may use one name for different
//! modules, and two projects may ask for different releases.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use belljar_discover::{Discovery, TextRelation};
use belljar_sandbox::{BODIES_MOUNT, MOUNT, PACKAGES_MOUNT};
use belljar_source::Wheelhouse;
use serde::Serialize;

use crate::generation::Part;

/// One run: modules that are imported together, below one root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    /// The import root of its targets.
    pub(crate) root: String,
    /// The SQLAlchemy that it runs with.
    pub(crate) version: Arc<str>,
    /// Every import root, its own first: a repository's packages import each other.
    roots: Arc<[String]>,
    /// Packages that several of the roots offer, by name, with the places of each; the first is taken, and is in doubt.
    doubtful: Arc<BTreeMap<String, Vec<String>>>,
    /// Directories of the tree with installed packages.
    installed: Arc<[String]>,
    /// The views that texts of the repository create.
    relations: Arc<[TextRelation]>,
    /// The modules to import, in order.
    pub(crate) targets: Vec<Target>,
    /// Files that are not run, though something imports them: an earlier attempt ended in them.
    left_out: Vec<String>,
    /// The Alembic environment whose version files are the targets, for a run of migrations.
    migrations: Option<Arc<MigrationPlan>>,
}

/// A module to import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) path: String,
}

/// What the guest reads of an environment; see `guest/belljar_guest/migrations/job.py`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct MigrationPlan {
    pub(crate) name: String,
    pub(crate) folder: String,
    pub(crate) script: String,
    pub(crate) config: Option<String>,
    pub(crate) section: String,
    pub(crate) options: BTreeMap<String, String>,
    pub(crate) versions: Vec<String>,
    pub(crate) judged: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) tested: bool,
    pub(crate) dialect: Option<String>,
    pub(crate) default: String,
}

/// What the guest reads; see `guest/belljar_guest/plan.py`.
#[derive(Serialize)]
struct Plan<'a> {
    base: &'a str,
    roots: Vec<&'a str>,
    targets: &'a [Target],
    ddl: &'a [String],
    wheelhouse: &'a [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    doubtful: &'a BTreeMap<String, Vec<String>>,
    left_out: &'a [String],
    #[serde(skip_serializing_if = "<[TextRelation]>::is_empty")]
    relations: &'a [TextRelation],
    #[serde(skip_serializing_if = "Option::is_none")]
    migrations: Option<&'a MigrationPlan>,
    bodies: &'a str,
}

impl Run {
    /// A run below one root, without targets.
    pub(crate) fn of_root(root: &str, version: &str) -> Self {
        Self {
            root: root.to_owned(),
            version: version.into(),
            roots: Arc::new([root.to_owned()]),
            doubtful: Arc::default(),
            installed: Arc::new([]),
            relations: Arc::new([]),
            targets: Vec::new(),
            left_out: Vec::new(),
            migrations: None,
        }
    }

    /// The same for the version files of an Alembic environment.
    pub(crate) fn of_migrations(self, targets: Vec<Target>, plan: Arc<MigrationPlan>) -> Self {
        Self { targets, migrations: Some(plan), ..self }
    }

    /// The plan as the guest reads it.
    pub(crate) fn encode(&self, ddl: &[String], wheelhouse: &Wheelhouse) -> Vec<u8> {
        let packages = wheelhouse.roots.iter().map(|root| format!("{PACKAGES_MOUNT}/{root}"));
        let installed = self.installed.iter().map(|folder| format!("{MOUNT}/{folder}"));
        let wheelhouse: Vec<_> = packages.chain(installed).collect();
        let plan = Plan {
            base: MOUNT,
            roots: self.roots.iter().map(String::as_str).collect(),
            targets: &self.targets,
            ddl,
            wheelhouse: &wheelhouse,
            doubtful: &self.doubtful,
            left_out: &self.left_out,
            relations: &self.relations,
            migrations: self.migrations.as_deref(),
            bodies: BODIES_MOUNT,
        };
        serde_json::to_vec(&plan).unwrap_or_default() // strings and lists of strings always encode
    }

    /// The same without a file.
    pub(crate) fn without(&self, path: &str) -> Self {
        let mut run = self.clone();
        run.targets.retain(|target| target.path != path);
        run.left_out.push(path.to_owned());
        run
    }

    /// Whether a file is among its targets.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.targets.iter().any(|target| target.path == path)
    }

    /// The same with some of its targets, in the same order.
    pub(crate) fn only(&self, paths: &BTreeSet<&str>) -> Self {
        let mut run = self.clone();
        run.targets.retain(|target| paths.contains(target.path.as_str()));
        run
    }

    /// Two runs with half of the targets each; none where there is one target.
    pub(crate) fn halves(&self) -> Vec<Self> {
        // Versions follow each other, so half of them alone would be something else.
        if self.targets.len() < 2 || self.migrations.is_some() {
            return Vec::new();
        }
        let (first, second) = self.targets.split_at(self.targets.len() / 2);
        [first, second].map(|targets| Self { targets: targets.to_vec(), ..self.clone() }).into()
    }
}

/// One run for every import root with some of the candidates, in the order of the roots.
pub(crate) fn plan(discovery: &Discovery, part: &Part) -> Vec<Run> {
    let installed: Arc<[String]> = discovery.installed.clone().into();
    let relations: Arc<[TextRelation]> = discovery.relations.clone().into();
    let version: Arc<str> = part.generation.version.as_str().into();
    let mut targets: BTreeMap<usize, Vec<Target>> = BTreeMap::new();
    for position in &part.candidates {
        let Some(candidate) = discovery.candidates.get(*position) else { continue };
        let target = Target { name: candidate.module.clone(), path: candidate.path.clone() };
        targets.entry(candidate.root).or_default().push(target);
    }
    let path = |root: &usize| discovery.roots.get(*root).map(|root| root.path.clone());
    let run = |(root, targets): (usize, Vec<Target>)| {
        let search = discovery.searches.get(root)?;
        let place = |name: &str, root: &String| {
            let name = name.replace('.', "/");
            if root.is_empty() { name } else { format!("{root}/{name}") }
        };
        let doubtful = search.doubtful.iter().map(|(name, roots)| {
            (name.clone(), roots.iter().filter_map(path).map(|root| place(name, &root)).collect())
        });
        Some(Run {
            root: path(&root)?,
            version: Arc::clone(&version),
            roots: search.roots.iter().filter_map(path).collect(),
            doubtful: Arc::new(doubtful.collect()),
            installed: Arc::clone(&installed),
            relations: Arc::clone(&relations),
            targets,
            left_out: Vec::new(),
            migrations: None,
        })
    };
    targets.into_iter().filter_map(run).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        fakes::{World, model},
        options::Options,
    };

    /// Two projects with modules of the same names, and a third that asks for another SQLAlchemy.
    fn world() -> World {
        let (a, b, c) = (model("a"), model("b"), model("c"));
        World::new(&[
            ("one/pyproject.toml", "[project]\nname = 'one'\ndependencies = ['sqlalchemy>=2.0,<2.1']\n"),
            ("one/app/__init__.py", ""),
            ("one/app/models.py", &a),
            ("one/app/more.py", &b),
            ("two/pyproject.toml", "[project]\nname = 'two'\ndependencies = ['sqlalchemy>=2.0,<2.1']\n"),
            ("two/app/__init__.py", ""),
            ("two/app/models.py", &b),
            ("old/pyproject.toml", "[project]\nname = 'old'\ndependencies = ['sqlalchemy<2']\n"),
            ("old/legacy/__init__.py", ""),
            ("old/legacy/models.py", &c),
        ])
    }

    fn targets(run: &Run) -> Vec<&str> {
        run.targets.iter().map(|target| target.path.as_str()).collect()
    }

    #[test]
    fn one_run_for_each_root_and_version() {
        let runs = world().runs();
        let found: Vec<_> = runs.iter().map(|run| (run.root.as_str(), &*run.version, targets(run))).collect();
        assert_eq!(
            found,
            [
                ("one", "2.0.58", vec!["one/app/models.py", "one/app/more.py"]),
                ("two", "2.0.58", vec!["two/app/models.py"]),
                ("old", "1.4.54", vec!["old/legacy/models.py"]),
            ]
        );
    }

    #[test]
    fn each_candidate_is_a_target_once() {
        let world = world();
        let candidates: Vec<&str> =
            world.discovery.candidates.iter().map(|candidate| candidate.path.as_str()).collect();
        let runs = world.runs();
        let mut planned: Vec<&str> = runs.iter().flat_map(targets).collect();
        planned.sort_unstable();
        let unique: BTreeSet<&str> = candidates.into_iter().collect();
        assert_eq!(planned, unique.into_iter().collect::<Vec<_>>());
        for run in &runs {
            assert_eq!(run.roots.first(), Some(&run.root), "its own root comes first");
        }
    }

    #[test]
    fn halves_have_all_targets_in_order() {
        let run = world().runs().remove(0);
        let many = |count: usize| {
            let target = |number| Target { name: format!("m{number}"), path: format!("m{number}.py") };
            Run { targets: (0..count).map(target).collect(), ..run.clone() }
        };
        assert_eq!(many(0).halves(), []);
        assert_eq!(many(1).halves(), [], "one target cannot be halved");
        for count in 2..9 {
            let run = many(count);
            let halves = run.halves();
            let joined: Vec<&str> = halves.iter().flat_map(targets).collect();
            assert_eq!(joined, targets(&run), "{count}");
            assert!(halves.len() == 2 && halves.iter().all(|half| half.targets.len() < count), "{count}");
            assert!(halves.iter().all(|half| half.roots == run.roots && half.version == run.version));
        }
    }

    #[test]
    fn parts_of_a_run() {
        let run = world().runs().remove(0);
        let without = run.without("one/app/models.py");
        assert_eq!(targets(&without), ["one/app/more.py"]);
        assert_eq!(without.left_out, ["one/app/models.py"]);
        assert!(!without.has("one/app/models.py") && without.has("one/app/more.py"));
        // A file that is no target is not to be imported either.
        assert_eq!(run.without("one/app/base.py").left_out, ["one/app/base.py"]);
        assert_eq!(targets(&run.only(&BTreeSet::from(["one/app/more.py"]))), ["one/app/more.py"]);
    }

    #[test]
    fn what_the_guest_reads() {
        let world = world();
        let run = world.runs().remove(0).without("one/app/more.py");
        let encoded = run.encode(&["sqlite".to_owned()], &world.wheelhouse);
        let plan: serde_json::Value = serde_json::from_slice(&encoded).unwrap();
        assert_eq!(plan["base"], MOUNT);
        assert_eq!(plan["roots"][0], "one");
        assert_eq!(
            plan["targets"],
            serde_json::json!([{ "name": "app.models", "path": "one/app/models.py" }])
        );
        assert_eq!(plan["ddl"], serde_json::json!(["sqlite"]));
        assert_eq!(plan["bodies"], BODIES_MOUNT);
        assert_eq!(plan["left_out"], serde_json::json!(["one/app/more.py"]));
        assert!(plan.get("doubtful").is_none(), "no package lies in two places: {plan}");
    }

    #[test]
    fn a_package_in_two_places_is_doubtful() {
        let imports = format!("import shared\n{}", model("a"));
        let world = World::new(&[
            ("app/pyproject.toml", "[project]\nname = 'app'\n"),
            ("app/main/__init__.py", ""),
            ("app/main/models.py", &imports),
            ("x/pyproject.toml", "[project]\nname = 'x'\n"),
            ("x/shared/__init__.py", ""),
            ("x/shared/models.py", &model("b")),
            ("y/pyproject.toml", "[project]\nname = 'y'\n"),
            ("y/shared/__init__.py", ""),
            ("y/shared/models.py", &model("c")),
        ]);
        let runs = world.runs();
        let run = runs.iter().find(|run| run.root == "app").unwrap();
        let expected = BTreeMap::from([("shared".to_owned(), vec!["x/shared".into(), "y/shared".into()])]);
        assert_eq!(*run.doubtful, expected);
    }

    #[test]
    fn a_version_that_was_asked_for_is_that_of_all_parts() {
        let world = world();
        let options = Options { sqlalchemy: Some("2.1".to_owned()), ..Options::default() };
        let parts = world.parts(&options);
        let versions: Vec<&str> = parts.iter().map(|part| part.generation.version.as_str()).collect();
        assert_eq!(versions, ["2.1.3"]);
        assert_eq!(plan(&world.discovery, &parts[0]).len(), 3);
    }
}
