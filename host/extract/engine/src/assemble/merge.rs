//! Tables, views and classes of several runs: a repository's packages import each other, so one can turn up twice.

use std::collections::{BTreeMap, BTreeSet};

use belljar_discover::StaticIndex;
use belljar_frames as frames;
use belljar_schema::{DeclaredObject, DeclaredSequence, MappedClass, NamedType, Place, Table, View};

use super::{classes, objects, places::Places, reasons::Reasons, tables};
use crate::{
    attempt::RunResult,
    collect::{Findings, full_name},
};

/// What a document holds, each once and in order.
#[derive(Debug, Default)]
pub(super) struct Merged {
    /// Sorted by schema, name and `MetaData`.
    pub(super) tables: Vec<Table>,
    /// Sorted by schema, name and `MetaData`.
    pub(super) views: Vec<View>,
    /// Sorted by kind, schema, name.
    pub(super) objects: Vec<DeclaredObject>,
    /// Sorted by schema, name.
    pub(super) types: Vec<NamedType>,
    /// Sorted by schema, name.
    pub(super) sequences: Vec<DeclaredSequence>,
}

impl Merged {
    /// Drops what is declared at a place that is not wanted.
    pub(super) fn keep(&mut self, wanted: impl Fn(Option<&Place>) -> bool) {
        self.tables.retain(|item| wanted(item.place.as_ref()));
        self.views.retain(|item| wanted(item.place.as_ref()));
        self.objects.retain(|item| wanted(item.place.as_ref()));
        self.types.retain(|item| wanted(item.place.as_ref()));
        self.sequences.retain(|item| wanted(item.place.as_ref()));
    }
}

/// Everything that the runs found in databases.
pub(super) fn merge(results: &[&RunResult], index: &StaticIndex, reasons: &Reasons) -> Merged {
    let mut merged = Merged::default();
    let mut names = Names::default();
    let asked = asked(results);
    let tables = own(results, &asked, |findings| &findings.tables);
    let views = own(results, &asked, |findings| &findings.views);
    let objects = own(results, &asked, |findings| &findings.objects);
    let types = own(results, &asked, |findings| &findings.types);
    let sequences = own(results, &asked, |findings| &findings.sequences);
    let all = tables.iter().zip(&views).zip(&objects).zip(&types).zip(&sequences);
    for (result, ((((tables, views), objects), types), sequences)) in results.iter().zip(all) {
        let own = Own { tables, views, objects, types, sequences };
        one_run(&mut merged, &own, result, &mut names, index, reasons);
    }
    sort(&mut merged.tables, &mut merged.views, &mut merged.objects);
    merged.types.sort_by(|a, b| {
        (&a.schema, &a.name, &a.metadata, &a.values).cmp(&(&b.schema, &b.name, &b.metadata, &b.values))
    });
    merged.sequences.sort();
    merged
}

/// Puts what a document holds in its order.
pub(super) fn sort(tables: &mut [Table], views: &mut [View], objects: &mut [DeclaredObject]) {
    tables.sort_by(|a, b| {
        (&a.schema, &a.name, &a.metadata, &a.place).cmp(&(&b.schema, &b.name, &b.metadata, &b.place))
    });
    views.sort_by(|a, b| {
        let key = |view: &View| (view.schema.clone(), view.name.clone(), view.metadata.clone());
        (key(a), &a.place, &a.creation).cmp(&(key(b), &b.place, &b.creation))
    });
    objects.sort_by(|a, b| {
        let key =
            |item: &DeclaredObject| (item.kind, item.schema.clone(), item.name.clone(), item.table.clone());
        (key(a), &a.metadata, &a.place, &a.creation).cmp(&(key(b), &b.metadata, &b.place, &b.creation))
    });
}

/// What one run found, without what belongs to another.
struct Own<'a> {
    tables: &'a [&'a frames::Table],
    views: &'a [&'a frames::View],
    objects: &'a [&'a frames::Object],
    types: &'a [&'a frames::NamedType],
    sequences: &'a [&'a frames::DeclaredSequence],
}

fn one_run(
    merged: &mut Merged,
    own: &Own,
    RunResult { run, findings, .. }: &RunResult,
    names: &mut Names,
    index: &StaticIndex,
    reasons: &Reasons,
) {
    let owners = owners(&findings.classes);
    // The first of each name.
    let classes: BTreeMap<_, _> = findings.classes.iter().rev().map(|class| (&class.itself, class)).collect();
    let places = Places::new(index, findings);
    let mut named = |name: &str| names.qualify(name, &run.root);
    for frame in own.tables {
        let owner = owners.get(&(frame.metadata.as_str(), full_name(frame))).copied();
        let mut table = tables::table(frame, owner, &places, reasons);
        table.metadata = named(&table.metadata);
        merged.tables.push(table);
    }
    for frame in own.views {
        let owner = frame.owner.as_ref().and_then(|owner| classes.get(owner)).copied();
        let mut view = objects::view(frame, owner, &places, reasons);
        view.metadata = view.metadata.as_deref().map(&mut named);
        merged.views.push(view);
    }
    for frame in own.objects {
        let mut object = objects::object(frame, reasons);
        object.metadata = object.metadata.as_deref().map(&mut named);
        merged.objects.push(object);
    }
    for frame in own.types {
        let mut found = objects::named_type(frame, reasons);
        found.metadata = found.metadata.as_deref().map(&mut named);
        merged.types.push(found);
    }
    for frame in own.sequences {
        let mut sequence = objects::sequence(frame, reasons);
        sequence.metadata = sequence.metadata.as_deref().map(&mut named);
        merged.sequences.push(sequence);
    }
}

/// The names of every `MetaData`: two import roots may use one module name for different modules.
#[derive(Debug, Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    fn qualify(&mut self, name: &str, root: &str) -> String {
        if *self.0.entry(name.to_owned()).or_insert_with(|| root.to_owned()) == root {
            name.to_owned()
        } else {
            format!("{root}!{name}")
        }
    }
}

/// Something that a run found at a place.
trait Found {
    /// What it has in common with the same thing found by another run.
    type Key<'a>: Ord
    where
        Self: 'a;
    fn key(&self) -> Self::Key<'_>;
    fn place(&self) -> Option<&frames::Place>;
}

type TableKey<'a> = (Option<&'a frames::Place>, &'a Option<String>, &'a str);

impl Found for frames::Table {
    type Key<'a> = TableKey<'a>;
    fn key(&self) -> Self::Key<'_> {
        (self.place.as_ref(), &self.schema, &self.name)
    }
    fn place(&self) -> Option<&frames::Place> {
        self.place.as_ref()
    }
}

impl Found for frames::View {
    type Key<'a> = TableKey<'a>;
    fn key(&self) -> Self::Key<'_> {
        (self.place.as_ref(), &self.schema, &self.name)
    }
    fn place(&self) -> Option<&frames::Place> {
        self.place.as_ref()
    }
}

impl Found for frames::Object {
    type Key<'a> = (TableKey<'a>, &'a str, &'a Option<String>);
    fn key(&self) -> Self::Key<'_> {
        ((self.place.as_ref(), &self.schema, &self.name), &self.kind, &self.table)
    }
    fn place(&self) -> Option<&frames::Place> {
        self.place.as_ref()
    }
}

impl Found for frames::NamedType {
    type Key<'a> = &'a Self;
    fn key(&self) -> &Self {
        self
    }
    fn place(&self) -> Option<&frames::Place> {
        self.place.as_ref()
    }
}

impl Found for frames::DeclaredSequence {
    type Key<'a> = &'a Self;
    fn key(&self) -> &Self {
        self
    }
    fn place(&self) -> Option<&frames::Place> {
        self.place.as_ref()
    }
}

/// Which runs were asked for each file, by the number of the run.
type Asked<'a> = BTreeMap<&'a str, BTreeSet<usize>>;

fn asked<'a>(results: &[&'a RunResult]) -> Asked<'a> {
    let mut asked: Asked = BTreeMap::new();
    for (position, result) in results.iter().enumerate() {
        for target in &result.run.targets {
            asked.entry(&target.path).or_default().insert(position);
        }
    }
    asked
}

/// What each run found of one kind, without what belongs to another that found it too.
fn own<'a, T: Found>(
    results: &[&'a RunResult],
    asked: &Asked,
    all: impl Fn(&'a Findings) -> &'a Vec<T>,
) -> Vec<Vec<&'a T>> {
    let mut seen: BTreeMap<T::Key<'a>, BTreeSet<usize>> = BTreeMap::new();
    for (position, result) in results.iter().enumerate() {
        for item in all(&result.findings) {
            seen.entry(item.key()).or_default().insert(position);
        }
    }
    let none = BTreeSet::new();
    // Whether what this run saw, declared in a file that another run was asked for, was seen by that one too.
    let belongs_elsewhere = |position: usize, item: &'a T| {
        let Some(place) = item.place() else { return false };
        let asked = asked.get(place.path.as_str()).unwrap_or(&none);
        let mut others = seen.get(&item.key()).unwrap_or(&none).iter().filter(|other| **other != position);
        // A file that no run was asked for belongs to the first run that imported it.
        !asked.contains(&position)
            && others.any(|other| asked.contains(other) || (*other < position && asked.is_empty()))
    };
    let of_run = |(position, result): (usize, &&'a RunResult)| {
        let found = all(&result.findings).iter();
        found.filter(|item| !belongs_elsewhere(position, item)).collect()
    };
    results.iter().enumerate().map(of_run).collect()
}

/// The class that owns each table, by `MetaData` and full name; of several the first that does not inherit it.
fn owners(classes: &[frames::Class]) -> BTreeMap<(&str, String), &frames::Class> {
    let mut found = BTreeMap::new();
    for class in classes.iter().filter(|class| class.owns_table) {
        if let (Some(metadata), Some(table)) = (&class.metadata, class.tables.first()) {
            found.entry((metadata.as_str(), table.clone())).or_insert(class);
        }
    }
    found
}

/// All mapped classes, each once, sorted by name.
pub(super) fn classes(results: &[&RunResult], index: &StaticIndex) -> Vec<MappedClass> {
    let mut found = Vec::new();
    for result in results {
        let places = Places::new(index, &result.findings);
        found.extend(result.findings.classes.iter().map(|frame| classes::class(frame, &places)));
    }
    found.sort_by(|a, b| (&a.name, &a.place, &a.tables).cmp(&(&b.name, &b.place, &b.tables)));
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assemble::reasons::Reasons,
        fakes::{World, finished, model, table},
        plan::Run,
    };

    /// Two import roots, each with one file of models.
    struct Roots {
        world: World,
        one: Run,
        two: Run,
    }

    const ONE: &str = "one/app/models.py";
    const TWO: &str = "two/app/models.py";
    const SHARED: &str = "shared/base.py";

    impl Roots {
        fn new() -> Self {
            let (a, b) = (model("a"), model("b"));
            let world = World::new(&[
                ("one/pyproject.toml", "[project]\nname = 'one'\n"),
                ("one/app/__init__.py", ""),
                (ONE, &a),
                ("two/pyproject.toml", "[project]\nname = 'two'\n"),
                ("two/app/__init__.py", ""),
                (TWO, &b),
            ]);
            let mut runs = world.runs().into_iter();
            let (one, two) = (runs.next().unwrap(), runs.next().unwrap());
            assert_eq!((one.root.as_str(), two.root.as_str(), runs.count()), ("one", "two", 0));
            Self { world, one, two }
        }

        /// `MetaData`, name and path of the tables that are left of two runs.
        fn merged(&self, one: Vec<frames::Table>, two: Vec<frames::Table>) -> Vec<(String, String, String)> {
            let found = |tables| Findings { tables, ..Findings::default() };
            let results = [finished(self.one.clone(), found(one)), finished(self.two.clone(), found(two))];
            let results: Vec<&RunResult> = results.iter().collect();
            let reasons = Reasons::new(&self.world.inputs(), &results);
            let merged = merge(&results, &self.world.discovery.index, &reasons);
            let line = |table: Table| (table.metadata, table.name, table.place.unwrap().path);
            merged.tables.into_iter().map(line).collect()
        }
    }

    #[test]
    fn a_table_of_two_runs_counts_once() {
        let roots = Roots::new();
        let at = |path| table("m", "t", path, 1);
        for (one, other, expected, why) in [
            (vec![at(ONE)], vec![at(ONE)], vec![("m", ONE)], "the first run was asked for its file"),
            (vec![at(TWO)], vec![at(TWO)], vec![("m", TWO)], "the second run was"),
            (vec![at(SHARED)], vec![at(SHARED)], vec![("m", SHARED)], "neither was, so the first has it"),
            (vec![], vec![at(ONE)], vec![("m", ONE)], "only the run that was not asked for it saw it"),
            (vec![at(ONE)], vec![at(TWO)], vec![("m", ONE), ("two!m", TWO)], "two tables of one name"),
        ] {
            let found = roots.merged(one, other);
            let found: Vec<_> =
                found.iter().map(|(metadata, _, path)| (metadata.as_str(), path.as_str())).collect();
            assert_eq!(found, expected, "{why}");
        }
    }

    #[test]
    fn equal_names_of_metadata_in_two_roots_are_distinguished() {
        let roots = Roots::new();
        let found = roots.merged(
            vec![table("app:meta", "a", ONE, 1), table("app:own", "b", ONE, 2)],
            vec![table("app:meta", "c", TWO, 1), table("app:other", "d", TWO, 2)],
        );
        let names: Vec<_> =
            found.iter().map(|(metadata, name, _)| (metadata.as_str(), name.as_str())).collect();
        assert_eq!(
            names,
            [("app:meta", "a"), ("app:own", "b"), ("two!app:meta", "c"), ("app:other", "d")],
            "the second root has its own `app:meta`"
        );
    }

    /// Tables are sorted whatever order the guest sends them in.
    #[test]
    fn the_order_of_frames_does_not_matter() {
        let roots = Roots::new();
        let mut tables: Vec<frames::Table> = ["c", "a", "b"]
            .iter()
            .flat_map(|name| [table("m", name, ONE, 1), table("n", name, ONE, 2)])
            .collect();
        tables[2].schema = Some("s".to_owned());
        let expected = roots.merged(tables.clone(), vec![]);
        assert_eq!(expected.len(), tables.len());
        for _ in 0..tables.len() {
            tables.rotate_left(1);
            assert_eq!(roots.merged(tables.clone(), vec![]), expected);
        }
        tables.reverse();
        assert_eq!(roots.merged(tables, vec![]), expected);
    }

    #[test]
    fn the_class_that_owns_a_table_is_the_first_that_does_not_inherit_it() {
        let class = |name: &str, table: &str, owns_table: bool| frames::Class {
            itself: frames::ClassRef { module: "m".into(), name: name.into() },
            lineage: vec![],
            metadata: Some("meta".into()),
            tables: vec![table.into()],
            owns_table,
            columns: vec![],
            inherits: None,
            inheritance: None,
            polymorphic_identity: None,
            relationships: vec![],
            properties: vec![],
        };
        let classes = [class("Child", "t", false), class("Own", "t", true), class("Again", "t", true)];
        let found = owners(&classes);
        assert_eq!(found.len(), 1);
        assert_eq!(found[&("meta", "t".to_owned())].itself.name, "Own");
    }

    #[test]
    fn what_is_declared_elsewhere_is_dropped() {
        let roots = Roots::new();
        let results = [finished(
            roots.one.clone(),
            Findings {
                tables: vec![table("m", "a", ONE, 1), table("m", "b", SHARED, 1)],
                ..Findings::default()
            },
        )];
        let results: Vec<&RunResult> = results.iter().collect();
        let reasons = Reasons::new(&roots.world.inputs(), &results);
        let mut merged = merge(&results, &roots.world.discovery.index, &reasons);
        merged.keep(|place| place.is_some_and(|place| place.path.starts_with("one/")));
        let names: Vec<_> = merged.tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["a"]);
    }
}
