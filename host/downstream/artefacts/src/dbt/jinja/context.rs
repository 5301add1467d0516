//! Names in dbt templates.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use minijinja::Value;

use super::{FUEL, values::RelationValue};
use crate::dbt::{
    Options,
    manifest::{Manifest, Node},
    shared::relation,
};
use belljar_lineage::{Cause, Unknown};

/// A macro of the manifest.
#[derive(Debug)]
pub(super) struct MacroText {
    pub(super) name: String,
    pub(super) text: String,
}

/// Shared data of all templates of a manifest.
#[derive(Debug)]
pub(super) struct Shared {
    /// All macros of the manifest, by `unique_id`.
    pub(super) macros: BTreeMap<String, MacroText>,
    /// Ids of macros by package and name.
    pub(super) by_name: BTreeMap<(String, String), String>,
    pub(super) packages: BTreeSet<String>,
    /// Nodes by name; by package and name; by name and version.
    pub(super) refs: BTreeMap<(Option<String>, String, Option<String>), Arc<RelationValue>>,
    pub(super) sources: BTreeMap<(String, String), Arc<RelationValue>>,
    pub(super) vars: BTreeMap<String, serde_json::Value>,
    pub(super) adapter: String,
    pub(super) project: String,
    pub(super) schema: Option<String>,
    pub(super) database: Option<String>,
    pub(super) fuel: u64,
}

fn value_of(node: &Node) -> Arc<RelationValue> {
    let found = relation(node);
    let identifier = node.identifier.as_ref().or(node.alias.as_ref()).unwrap_or(&node.name).clone();
    let is_ephemeral = node.config.materialized.as_deref() == Some("ephemeral");
    let text = match &node.relation_name {
        Some(text) => text.clone(),
        None if is_ephemeral => format!("__dbt__cte__{}", node.name),
        None => found.map(|found| found.to_string()).unwrap_or_default(),
    };
    Arc::new(RelationValue { database: node.database.clone(), schema: node.schema.clone(), identifier, text })
}

fn version(value: Option<&serde_json::Value>) -> Option<String> {
    match value? {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Shared {
    pub(super) fn new(manifest: &Manifest, options: &Options) -> Self {
        let mut refs = BTreeMap::new();
        let mut sources = BTreeMap::new();
        for node in manifest.nodes.values() {
            let value = value_of(node);
            match (node.resource_type.as_str(), &node.source_name) {
                ("source", Some(source)) => {
                    sources.insert((source.clone(), node.name.clone()), value);
                }
                ("model" | "snapshot" | "seed", _) => {
                    let own = version(node.version.as_ref());
                    let is_latest = own.is_none() || own == version(node.latest_version.as_ref());
                    let package = Some(node.package_name.clone());
                    for package in [None, package] {
                        if is_latest {
                            refs.insert((package.clone(), node.name.clone(), None), value.clone());
                        }
                        if own.is_some() {
                            refs.insert((package, node.name.clone(), own.clone()), value.clone());
                        }
                    }
                }
                _ => {}
            }
        }
        let first = manifest.nodes.values().find(|node| node.resource_type == "model");
        let mut by_name = BTreeMap::new();
        let mut macros = BTreeMap::new();
        for (id, one) in &manifest.macros {
            by_name.insert((one.package_name.clone(), one.name.clone()), id.clone());
            macros.insert(id.clone(), MacroText { name: one.name.clone(), text: one.sql.clone() });
        }
        Self {
            packages: manifest.macros.values().map(|one| one.package_name.clone()).collect(),
            macros,
            by_name,
            refs,
            sources,
            vars: options.vars.clone(),
            adapter: manifest.adapter.clone(),
            project: match manifest.project.as_str() {
                "" => first.map(|node| node.package_name.clone()).unwrap_or_default(),
                project => project.to_owned(),
            },
            schema: first.and_then(|node| node.schema.clone()),
            database: first.and_then(|node| node.database.clone()),
            fuel: if options.fuel == 0 { FUEL } else { options.fuel },
        }
    }

    /// A macro by its package and name.
    pub(super) fn find(&self, package: &str, name: &str) -> Option<&str> {
        self.by_name.get(&(package.to_owned(), name.to_owned())).map(String::as_str)
    }

    /// Packages of dbt itself for the adapter, most specific first.
    pub(super) fn internal(&self) -> Vec<String> {
        let mut all: Vec<String> = self.prefixes().iter().map(|prefix| format!("dbt_{prefix}")).collect();
        all.push("dbt".to_owned());
        all
    }

    /// Prefixes of the adapter's own macros, most specific first.
    pub(super) fn prefixes(&self) -> Vec<&str> {
        let mut all = vec![self.adapter.as_str()];
        match self.adapter.as_str() {
            "redshift" => all.push("postgres"),
            "databricks" => all.push("spark"),
            "fabric" | "synapse" => all.push("sqlserver"),
            "athena" => all.push("trino"),
            _ => {}
        }
        all
    }
}

/// The results of rendering the templates of one model.
#[derive(Debug, Default)]
struct Left {
    unknowns: BTreeMap<(Cause, String), Unknown>,
    returned: Option<Value>,
    spent: u64,
    depth: usize,
}

/// Names in the templates of one model.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) shared: Arc<Shared>,
    pub(super) package: String,
    pub(super) this: Arc<RelationValue>,
    pub(super) name: String,
    pub(super) id: String,
    /// The result of `is_incremental()`.
    pub(super) is_incremental: bool,
    pub(super) config: BTreeMap<String, serde_json::Value>,
    left: Mutex<Left>,
}

/// The maximum number of notes for one model, which can generate names.
const MOST_UNKNOWNS: usize = 200;

/// Names that the template engine defines.
pub(super) const OWN: &[&str] = &[
    "range",
    "dict",
    "namespace",
    "debug",
    "loop",
    "caller",
    "self",
    "super",
    "varargs",
    "kwargs",
    "__list",
    "__dict",
];

impl Context {
    pub(super) fn new(shared: Arc<Shared>, node: &Node, is_incremental: bool) -> Self {
        let mut config = node.config.rest.clone();
        config.extend(node.config.materialized.clone().map(|text| ("materialized".to_owned(), text.into())));
        Self {
            shared,
            package: node.package_name.clone(),
            this: value_of(node),
            name: node.name.clone(),
            id: node.unique_id.clone(),
            is_incremental,
            config,
            left: Mutex::default(),
        }
    }

    fn left<T>(&self, run: impl FnOnce(&mut Left) -> T) -> T {
        run(&mut self.left.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn unknowns(&self) -> Vec<Unknown> {
        self.left(|left| std::mem::take(&mut left.unknowns).into_values().collect())
    }

    /// Notes a stand-in, once for each subject.
    pub(super) fn stood_in(&self, cause: Cause, subject: &str, message: &str, is_likely: bool) {
        const LONGEST: usize = 200;
        let shortened = |text: &str| -> String { text.chars().take(LONGEST).collect() };
        let (subject, message) = (&*shortened(subject), shortened(message));
        let unknown = Unknown::new(cause, subject, message);
        let unknown = if is_likely { unknown.likely() } else { unknown };
        let unknown = unknown.hint("run `dbt compile`, so that the manifest has compiled SQL");
        self.left(|left| {
            // One note is enough for everything that depends on it.
            if left.unknowns.len() < MOST_UNKNOWNS {
                left.unknowns.entry((cause, subject.to_owned())).or_insert(unknown);
            }
        });
    }

    pub(super) fn put_returned(&self, value: Value) {
        self.left(|left| left.returned = Some(value));
    }

    pub(super) fn take_returned(&self) -> Option<Value> {
        self.left(|left| left.returned.take())
    }

    /// Enters a macro; false if the depth limit is reached.
    pub(super) fn enter(&self) -> bool {
        self.left(|left| {
            left.depth += 1;
            left.depth <= super::DEPTH && left.spent < self.shared.fuel
        })
    }

    pub(super) fn leave(&self, spent: u64) {
        self.left(|left| {
            left.depth = left.depth.saturating_sub(1);
            // A call has a cost even if it does nothing.
            left.spent = left.spent.saturating_add(spent).saturating_add(50);
        });
    }

    /// The macro that a bare name refers to in this model: of its package, of the project, or of dbt.
    pub(super) fn macro_named(&self, name: &str) -> Option<String> {
        let own = [self.package.clone(), self.shared.project.clone()];
        let packages = own.into_iter().chain(self.shared.internal());
        packages.into_iter().find_map(|package| self.shared.find(&package, name).map(str::to_owned))
    }

    /// Resolves `adapter.dispatch`: the project first, then the named package, then dbt; in each, the macro of the
    /// adapter before the default.
    pub(super) fn dispatched(&self, name: &str, package: Option<&str>) -> Option<String> {
        let named = package.map_or_else(|| self.package.clone(), str::to_owned);
        let packages = [self.shared.project.clone(), named, self.package.clone()];
        let mut prefixes = self.shared.prefixes();
        prefixes.push("default");
        let internal = self.shared.internal();
        for package in packages.iter().filter(|package| !internal.contains(package)) {
            for prefix in &prefixes {
                if let Some(id) = self.shared.find(package, &format!("{prefix}__{name}")) {
                    return Some(id.to_owned());
                }
            }
        }
        // dbt's own packages are one namespace: the macro of an adapter comes before the default, in whichever package.
        prefixes.iter().find_map(|prefix| {
            let named = format!("{prefix}__{name}");
            internal.iter().find_map(|package| self.shared.find(package, &named)).map(str::to_owned)
        })
    }
}
