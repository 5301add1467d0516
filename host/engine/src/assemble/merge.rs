//! Tables, views and classes of several runs: a repository's packages import each other, so one can turn up twice.

use std::collections::BTreeMap;

use belljar_discover::StaticIndex;
use belljar_frames as frames;
use belljar_schema::{DeclaredObject, DeclaredSequence, MappedClass, NamedType, Table, View};

use super::{classes, objects, places::Places, reasons::Reasons, tables};
use crate::{
    RunResult,
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

/// Everything that the runs found in databases.
pub(super) fn merge(results: &[RunResult], index: &StaticIndex, reasons: &Reasons) -> Merged {
    let mut merged = Merged::default();
    let mut names = Names::default();
    for (position, result) in results.iter().enumerate() {
        let place = Position { results, index: position, root: &result.run.root };
        one_run(&mut merged, &result.findings, &place, &mut names, index, reasons);
    }
    merged.tables.sort_by(|a, b| {
        (&a.schema, &a.name, &a.metadata, &a.place).cmp(&(&b.schema, &b.name, &b.metadata, &b.place))
    });
    merged.views.sort_by(|a, b| {
        let key = |view: &View| (view.schema.clone(), view.name.clone(), view.metadata.clone());
        (key(a), &a.place, &a.creation).cmp(&(key(b), &b.place, &b.creation))
    });
    merged.objects.sort_by(|a, b| {
        let key =
            |item: &DeclaredObject| (item.kind, item.schema.clone(), item.name.clone(), item.table.clone());
        (key(a), &a.metadata, &a.place, &a.creation).cmp(&(key(b), &b.metadata, &b.place, &b.creation))
    });
    merged.types.sort_by(|a, b| {
        (&a.schema, &a.name, &a.metadata, &a.values).cmp(&(&b.schema, &b.name, &b.metadata, &b.values))
    });
    merged.sequences.sort();
    merged
}

fn one_run(
    merged: &mut Merged,
    findings: &Findings,
    here: &Position,
    names: &mut Names,
    index: &StaticIndex,
    reasons: &Reasons,
) {
    let owners = owners(&findings.classes);
    let places = Places::new(index, findings);
    for frame in here.own(&findings.tables, |findings| &findings.tables) {
        let owner = owners.get(&(frame.metadata.as_str(), full_name(frame))).copied();
        let mut table = tables::table(frame, owner, &places, reasons);
        table.metadata = names.of(&table.metadata, here);
        merged.tables.push(table);
    }
    for frame in here.own(&findings.views, |findings| &findings.views) {
        let mut view = objects::view(frame, &findings.classes, &places, reasons);
        view.metadata = view.metadata.map(|name| names.of(&name, here));
        merged.views.push(view);
    }
    for frame in here.own(&findings.objects, |findings| &findings.objects) {
        let mut object = objects::object(frame, reasons);
        object.metadata = object.metadata.map(|name| names.of(&name, here));
        merged.objects.push(object);
    }
    for frame in here.own(&findings.types, |findings| &findings.types) {
        let mut named = objects::named_type(frame, reasons);
        named.metadata = named.metadata.map(|name| names.of(&name, here));
        merged.types.push(named);
    }
    for frame in here.own(&findings.sequences, |findings| &findings.sequences) {
        let mut sequence = objects::sequence(frame, reasons);
        sequence.metadata = sequence.metadata.map(|name| names.of(&name, here));
        merged.sequences.push(sequence);
    }
}

/// The names of every `MetaData`: two import roots may use one module name for different modules.
#[derive(Debug, Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    fn of(&mut self, name: &str, here: &Position) -> String {
        if *self.0.entry(name.to_owned()).or_insert_with(|| here.root.to_owned()) == here.root {
            name.to_owned()
        } else {
            format!("{}!{name}", here.root)
        }
    }
}

/// Something that a run found at a place.
trait Found: PartialEq {
    fn place(&self) -> Option<&frames::Place>;
    /// Whether another run found the same.
    fn is_same(&self, other: &Self) -> bool {
        self.place() == other.place() && self == other
    }
}

impl Found for frames::Table {
    fn place(&self) -> Option<&frames::Place> {
        self.place.as_ref()
    }

    fn is_same(&self, other: &Self) -> bool {
        (&self.place, &self.schema, &self.name) == (&other.place, &other.schema, &other.name)
    }
}

impl Found for frames::View {
    fn place(&self) -> Option<&frames::Place> {
        self.place.as_ref()
    }

    fn is_same(&self, other: &Self) -> bool {
        (&self.place, &self.schema, &self.name) == (&other.place, &other.schema, &other.name)
    }
}

impl Found for frames::Object {
    fn place(&self) -> Option<&frames::Place> {
        self.place.as_ref()
    }

    fn is_same(&self, other: &Self) -> bool {
        (&self.place, &self.kind, &self.schema, &self.name, &self.table)
            == (&other.place, &other.kind, &other.schema, &other.name, &other.table)
    }
}

impl Found for frames::NamedType {
    fn place(&self) -> Option<&frames::Place> {
        self.place.as_ref()
    }
}

impl Found for frames::DeclaredSequence {
    fn place(&self) -> Option<&frames::Place> {
        self.place.as_ref()
    }
}

/// One run among all.
struct Position<'a> {
    results: &'a [RunResult],
    index: usize,
    root: &'a str,
}

impl Position<'_> {
    /// What this run found, without what belongs to another that found it too.
    fn own<'a, T: Found>(
        &'a self,
        found: &'a [T],
        all: impl Fn(&Findings) -> &Vec<T> + 'a,
    ) -> impl Iterator<Item = &'a T> {
        found.iter().filter(move |item| !self.belongs_elsewhere(*item, &all))
    }

    /// Whether what this run saw, declared in a file that another run was asked for, was seen by that one too.
    fn belongs_elsewhere<T: Found>(&self, item: &T, all: impl Fn(&Findings) -> &Vec<T>) -> bool {
        let Some(place) = item.place() else { return false };
        let asked = |result: &RunResult| result.run.targets.iter().any(|target| target.path == place.path);
        let seen = |result: &RunResult| all(&result.findings).iter().any(|other| item.is_same(other));
        let own = self.results.get(self.index).is_some_and(asked);
        let mut others = self.results.iter().enumerate().filter(|(other, _)| *other != self.index);
        // A file that nobody was asked for belongs to the first run that imported it.
        others.any(|(other, result)| {
            seen(result) && !own && (asked(result) || (other < self.index && !self.results.iter().any(asked)))
        })
    }
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
pub(super) fn classes(results: &[RunResult], index: &StaticIndex) -> Vec<MappedClass> {
    let mut found = Vec::new();
    for result in results {
        let places = Places::new(index, &result.findings);
        found.extend(result.findings.classes.iter().map(|frame| classes::class(frame, &places)));
    }
    found.sort_by(|a, b| (&a.name, &a.place, &a.tables).cmp(&(&b.name, &b.place, &b.tables)));
    found.dedup();
    found
}
