//! Finds the dataset for a name.

use std::collections::BTreeMap;

use super::columns::Working;
use crate::{
    Dialect, Input,
    graph::{Kind, Relation, System},
    input::Target,
    sql::{Catalog, Entry},
};

/// The rank of a match; lower is better.
type Order = (bool, bool, u8, usize, usize);

/// The maximum number of datasets kept for one relation, of the application and of others each: with more, the name is
/// ambiguous.
const OF_ONE_NAME: usize = 64;

/// The maximum number of parts of a name for which shorter names are looked up.
const PARTS: usize = 8;

/// The prefix of a relation that stands for an id: no name in SQL starts like this.
const BY_ID: &str = "\u{0}id";

/// The relation for an id.
pub(super) fn by_id(id: &str) -> Relation {
    Relation::new([BY_ID, id])
}

/// Datasets by their ids and relations.
pub(super) struct Datasets {
    ids: BTreeMap<String, usize>,
    /// Datasets by the parts of a relation, last first and without case; those with fewer parts come first.
    relations: BTreeMap<Vec<String>, Vec<Known>>,
    /// Whether some names end with a `*`.
    has_wild: bool,
}

#[derive(Clone)]
struct Known {
    at: usize,
    rank: u8,
    is_application: bool,
    relation: Relation,
}

/// Of several datasets for one relation, the one that creates it comes before those that describe it.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Model | Kind::Snapshot | Kind::Seed | Kind::Action | Kind::Operation => 0,
        Kind::Source | Kind::Declaration => 1,
        Kind::LandedTable | Kind::ApplicationTable | Kind::ApplicationView => 2,
        _ => 3,
    }
}

pub(super) fn lower(relation: &Relation) -> Vec<String> {
    relation.parts.iter().rev().map(|part| part.to_lowercase()).collect()
}

impl Datasets {
    pub(super) fn new(inputs: &[Input]) -> Self {
        let mut ids = BTreeMap::new();
        let mut relations: BTreeMap<Vec<String>, Vec<Known>> = BTreeMap::new();
        for (at, input) in inputs.iter().enumerate() {
            ids.insert(input.id.clone(), at);
            for relation in &input.relations {
                relations.entry(lower(relation)).or_default().push(Known {
                    at,
                    rank: rank(input.kind),
                    is_application: input.system == System::Application,
                    relation: relation.clone(),
                });
            }
        }
        for known in relations.values_mut() {
            known.sort_by_key(|one| (one.rank, one.at));
            let mut kept = [0usize; 2];
            known.retain(|one| {
                let [application, other] = &mut kept;
                let kept = if one.is_application { application } else { other };
                *kept += 1;
                *kept <= OF_ONE_NAME
            });
        }
        let is_wild = |key: &Vec<String>| key.first().is_some_and(|name| name.ends_with('*'));
        let has_wild = relations.keys().any(is_wild);
        Self { ids, relations, has_wild }
    }

    pub(super) fn id(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    /// The dataset for a relation that a reader names; not `reader` itself, if another matches.
    pub(super) fn relation(&self, relation: &Relation, reader: &Input, own: Option<usize>) -> Option<usize> {
        if let [first, id] = relation.parts.as_slice()
            && first == BY_ID
        {
            return self.id(id);
        }
        let is_application = reader.system == System::Application;
        let all = self.fitting(relation);
        let mut best: Option<(Order, usize)> = None;
        for known in all.filter(|known| known.is_application == is_application) {
            let is_exact = known.relation.key(reader.dialect) == relation.key(reader.dialect);
            let missing = known.relation.parts.len().abs_diff(relation.parts.len());
            let order = (
                own == Some(known.at),
                !is_exact && !is_prefix(&known.relation, relation, reader.dialect),
                known.rank,
                missing,
                known.at,
            );
            if best.as_ref().is_none_or(|(other, _)| order < *other) {
                best = Some((order, known.at));
            }
        }
        best.map(|(_, at)| at)
    }

    /// Other datasets that a relation without a schema could refer to.
    pub(super) fn others(&self, relation: &Relation, reader: &Input, own: Option<usize>) -> Vec<usize> {
        let Some(taken) = self.relation(relation, reader, own).filter(|_| relation.parts.len() == 1) else {
            return Vec::new();
        };
        let is_application = reader.system == System::Application;
        let all: Vec<&Known> = self
            .fitting(relation)
            .filter(|known| known.is_application == is_application && own != Some(known.at))
            .filter(|known| known.relation.parts.len() > 1)
            .collect();
        let Some(first) = all.iter().find(|known| known.at == taken) else { return Vec::new() };
        let mut others: Vec<usize> = all
            .iter()
            .filter(|known| known.rank == first.rank && lower(&known.relation) != lower(&first.relation))
            .map(|known| known.at)
            .filter(|at| *at != taken)
            .collect();
        others.sort_unstable();
        others.dedup();
        others
    }

    pub(super) fn target(&self, target: &Target, reader: &Input) -> Option<usize> {
        match target {
            Target::Id(id) => self.id(id),
            Target::Relation(relation) => self.relation(relation, reader, None),
        }
    }

    /// Datasets of one rank that match a relation.
    pub(super) fn replicated(&self, relation: &Relation) -> Vec<usize> {
        let fitting = self.fitting(relation);
        let mut all: Vec<usize> =
            fitting.filter(|known| known.rank == 2 && !known.is_application).map(|known| known.at).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Those with equal parts, as far as both have any.
    fn fitting<'a>(&'a self, relation: &Relation) -> impl Iterator<Item = &'a Known> {
        let key = lower(relation);
        let shorter: Vec<&Known> = (1..key.len().min(PARTS))
            .filter_map(|length| self.relations.get(key.get(..length)?))
            .flatten()
            .collect();
        let longer = self
            .relations
            .range(key.clone()..)
            .take_while(move |(other, _)| other.starts_with(&key))
            // Hundreds of schemas may have a table of one name; a bare name with so many matches refers to none of
            // them.
            .take(64)
            .flat_map(|(_, known)| known);
        longer.chain(shorter).chain(self.wild(relation))
    }

    /// `events_*` stands for every relation with this prefix, and one of them may be described for all.
    fn wild<'a>(&'a self, relation: &Relation) -> impl Iterator<Item = &'a Known> + use<'a> {
        let key = lower(relation);
        let begins = |wild: &[String], name: &[String]| {
            let (Some((first, rest)), Some((own, around))) = (wild.split_first(), name.split_first()) else {
                return false;
            };
            let is_one = first.strip_suffix('*').is_some_and(|begin| own != first && own.starts_with(begin));
            is_one && rest.iter().zip(around).all(|(one, other)| one == other)
        };
        let is_wild = key.first().is_some_and(|name| name.ends_with('*'));
        let prefix = key.first().map(|name| name.trim_end_matches('*').to_owned()).unwrap_or_default();
        let all: Vec<&'a Known> = if is_wild {
            let from = vec![prefix.clone()];
            let range = self
                .relations
                .range(from..)
                .take_while(|(other, _)| other.first().is_some_and(|name| name.starts_with(&prefix)));
            range.filter(|(other, _)| begins(&key, other)).flat_map(|(_, known)| known).take(1_000).collect()
        } else {
            // Every prefix of the name may be described.
            let name = key.first().filter(|_| self.has_wild).cloned().unwrap_or_default();
            let begun =
                name.char_indices().skip(1).filter_map(|(at, _)| Some(format!("{}*", name.get(..at)?)));
            begun
                .flat_map(|first| {
                    let range = self.relations.range(vec![first.clone()]..);
                    range.take_while(move |(other, _)| other.first() == Some(&first))
                })
                .filter(|(other, _)| begins(other, &key))
                .flat_map(|(_, known)| known)
                .collect()
        };
        all.into_iter()
    }
}

/// Whether one is the other without its first parts, by the rules of a dialect.
fn is_prefix(one: &Relation, other: &Relation, dialect: Dialect) -> bool {
    let (one, other) = (one.key(dialect), other.key(dialect));
    one.starts_with(&other) || other.starts_with(&one)
}

/// The datasets as seen by the SQL of one of them.
pub(super) struct View<'a> {
    datasets: &'a Datasets,
    working: &'a [Working],
    reader: &'a Input,
    at: usize,
}

impl<'a> View<'a> {
    pub(super) fn new(datasets: &'a Datasets, working: &'a [Working], reader: &'a Input, at: usize) -> Self {
        Self { datasets, working, reader, at }
    }
}

impl Catalog for View<'_> {
    fn find(&self, relation: &Relation) -> Option<Entry<'_>> {
        let at = self.datasets.relation(relation, self.reader, Some(self.at))?;
        let working = self.working.get(at)?;
        Some(Entry {
            id: u32::try_from(at).ok()?,
            columns: &working.columns,
            is_complete: working.is_complete,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Otherwise each of many readers would search all of them.
    #[test]
    fn of_many_datasets_of_one_name_some_are_kept() {
        let named = |at: usize, system: System, kind: Kind| {
            let mut one = Input::new(format!("{at}"), system, kind, "c");
            one.relations = vec![Relation::parse("a.b.c")];
            one
        };
        let mut inputs: Vec<Input> = (0..500).map(|at| named(at, System::Dbt, Kind::Model)).collect();
        inputs.extend((500..1_000).map(|at| named(at, System::Application, Kind::ApplicationTable)));
        let datasets = Datasets::new(&inputs);
        assert_eq!(datasets.fitting(&Relation::parse("a.b.c")).count(), 2 * OF_ONE_NAME);
        // The first of either kind are included, as before.
        assert_eq!(datasets.relation(&Relation::parse("a.b.c"), &inputs[7], Some(7)), Some(0));
        assert_eq!(datasets.relation(&Relation::parse("c"), &inputs[700], Some(700)), Some(500));
    }
}
