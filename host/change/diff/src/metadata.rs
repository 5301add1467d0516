//! Pairs the `MetaData` of both sides.
//!
//! A label such as `schema.models:Base.metadata` names a module of one import root. If several roots have that module,
//! the root that sorts first has the plain label, so that a new folder may take the label of another. Therefore the
//! tables of a `MetaData` decide, and the label only if nothing else can be meant.

use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::{Document, Table};

use crate::names::without_module;

/// The maximum number of pairs that are compared. If more are possible, labels alone decide, and namesakes are in
/// doubt.
const MOST: usize = 50_000;

/// The pairs of `MetaData` of two documents.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    /// The base's labels that change for the comparison: to that of the head for a pair, and to an unused one for what
    /// only the base has.
    pub(crate) changed: BTreeMap<String, String>,
    /// Labels of the head whose pair is only a guess.
    weak: BTreeSet<String>,
    /// Labels of the head that have a pair.
    paired: BTreeSet<String>,
}

impl Labels {
    /// Whether the `MetaData` with this label of the head is certainly paired with one of the base.
    pub(crate) fn is_sure(&self, label: &str) -> bool {
        self.paired.contains(label) && !self.weak.contains(label)
    }
}

/// A `MetaData` of a document.
struct Own<'a> {
    label: &'a str,
    tables: BTreeMap<(Option<&'a str>, &'a str), &'a Table>,
}

/// How similar two `MetaData` are; earlier fields take precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Likeness {
    /// They have the same label, and no other import root could have it.
    label: bool,
    /// Number of tables with the same name that are declared in the same file.
    files: usize,
    /// The similarity of tables of one name, in per cent for each.
    content: usize,
    /// They have the same label.
    same_label: bool,
    /// Number of common leading and trailing parts of the paths of their files.
    folders: usize,
    /// Number of tables with the same name.
    shared: usize,
}

struct Candidate {
    base: usize,
    head: usize,
    likeness: Likeness,
}

/// Pairs the `MetaData` of both sides.
pub(crate) fn pair(base: &Document, head: &Document) -> Labels {
    let (old, new) = (all(base), all(head));
    let labels = |all: &[Own<'_>]| all.iter().map(|one| one.label.to_owned()).collect::<Vec<_>>();
    // Nearly every project has one, with the same label on both sides.
    if old.len() <= 1 && new.len() <= 1 && labels(&old) == labels(&new) {
        return Labels { paired: labels(&new).into_iter().collect(), ..Labels::default() };
    }
    let mut candidates = candidates(&old, &new);
    candidates.sort_by_key(|one| {
        let mut both = [old.get(one.base), new.get(one.head)].map(|own| own.map(|own| own.label));
        // Whether the similarity is the same from either side.
        both.sort_unstable();
        (std::cmp::Reverse(one.likeness), both)
    });
    let found = choose(&candidates);
    let mut labels = Labels::default();
    for (base, head, weak) in &found {
        let (Some(base), Some(head)) = (old.get(*base), new.get(*head)) else { continue };
        labels.paired.insert(head.label.to_owned());
        if *weak {
            labels.weak.insert(head.label.to_owned());
        }
        if base.label != head.label {
            labels.changed.insert(base.label.to_owned(), head.label.to_owned());
        }
    }
    left(&old, &new, &found, &mut labels);
    labels
}

/// A document with these labels.
pub(crate) fn relabelled(document: &Document, labels: &BTreeMap<String, String>) -> Option<Document> {
    if labels.is_empty() {
        return None;
    }
    let mut document = document.clone();
    let set = |label: &mut String| {
        if let Some(new) = labels.get(label) {
            label.clone_from(new);
        }
    };
    document.tables.iter_mut().for_each(|one| set(&mut one.metadata));
    document.views.iter_mut().filter_map(|one| one.metadata.as_mut()).for_each(set);
    document.types.iter_mut().filter_map(|one| one.metadata.as_mut()).for_each(set);
    document.sequences.iter_mut().filter_map(|one| one.metadata.as_mut()).for_each(set);
    document.objects.iter_mut().filter_map(|one| one.metadata.as_mut()).for_each(set);
    // Tables are in the order of schema, name and `MetaData`.
    document.tables.sort_by(|one, other| {
        (&one.schema, &one.name, &one.metadata).cmp(&(&other.schema, &other.name, &other.metadata))
    });
    Some(document)
}

/// Every `MetaData` of a document, by its label.
fn all(document: &Document) -> Vec<Own<'_>> {
    let mut found: BTreeMap<&str, Own<'_>> = BTreeMap::new();
    let own = |label| Own { label, tables: BTreeMap::new() };
    for table in &document.tables {
        let name = (table.schema.as_deref(), table.name.as_str());
        found.entry(&table.metadata).or_insert_with(|| own(&table.metadata)).tables.insert(name, table);
    }
    let others = document.views.iter().map(|one| &one.metadata);
    let others = others.chain(document.types.iter().map(|one| &one.metadata));
    let others = others.chain(document.sequences.iter().map(|one| &one.metadata));
    for label in others.chain(document.objects.iter().map(|one| &one.metadata)).flatten() {
        found.entry(label).or_insert_with(|| own(label));
    }
    found.into_values().collect()
}

/// All pairs that have a label or the name of a table in common.
fn candidates(old: &[Own<'_>], new: &[Own<'_>]) -> Vec<Candidate> {
    let mut by_name: BTreeMap<(Option<&str>, &str), Vec<usize>> = BTreeMap::new();
    let mut by_label: BTreeMap<&str, usize> = BTreeMap::new();
    for (position, own) in new.iter().enumerate() {
        by_label.insert(own.label, position);
        own.tables.keys().for_each(|name| by_name.entry(*name).or_default().push(position));
    }
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    let same_label = old.iter().enumerate().filter_map(|(base, own)| Some((base, *by_label.get(own.label)?)));
    let same_label: Vec<(usize, usize)> = same_label.collect();
    for (base, own) in old.iter().enumerate() {
        let heads = own.tables.keys().filter_map(|name| by_name.get(name)).flatten();
        pairs.extend(heads.map(|head| (base, *head)));
        if pairs.len() > MOST {
            pairs.clear();
            break;
        }
    }
    pairs.extend(same_label);
    // The suffixes of labels that several import roots of a side have.
    let suffixes = |all: &[Own<'_>]| -> BTreeSet<String> {
        all.iter().filter_map(|own| own.label.split_once('!')).map(|(_, rest)| rest.to_owned()).collect()
    };
    let shared: BTreeSet<String> = suffixes(old).union(&suffixes(new)).cloned().collect();
    let of = |(base, head): (usize, usize)| {
        let likeness = likeness(old.get(base)?, new.get(head)?, &shared);
        Some(Candidate { base, head, likeness })
    };
    pairs.into_iter().filter_map(of).collect()
}

fn likeness(base: &Own<'_>, head: &Own<'_>, shared_suffixes: &BTreeSet<String>) -> Likeness {
    let path = |table: &Table| table.place.as_ref().map(|place| place.path.clone());
    let (mut files, mut content, mut shared) = (0, 0, 0);
    for (name, table) in &base.tables {
        let Some(other) = head.tables.get(name) else { continue };
        shared += 1;
        files += usize::from(path(table).is_some() && path(table) == path(other));
        content += alike(table, other);
    }
    let first = |own: &Own<'_>| own.tables.values().find_map(|table| path(table)).unwrap_or_default();
    let same_label = base.label == head.label;
    let suffix = base.label.split_once('!').map_or(base.label, |(_, rest)| rest);
    let label = same_label && !shared_suffixes.contains(suffix);
    Likeness { label, files, content, same_label, folders: common_parts(&first(base), &first(head)), shared }
}

/// The similarity of two tables, in per cent.
fn alike(base: &Table, head: &Table) -> usize {
    let facts = |table: &Table| -> BTreeSet<String> {
        let columns = table.columns.iter().map(|column| format!("{} {}", column.name, column.ty.repr));
        let class = table.class.iter().map(|class| format!("class {}", without_module(class)));
        columns.chain(class).collect()
    };
    let (base, head) = (facts(base), facts(head));
    let (all, common) = (base.union(&head).count(), base.intersection(&head).count());
    (common * 100).checked_div(all).unwrap_or(100)
}

/// Number of common leading and trailing parts of two paths.
fn common_parts(one: &str, other: &str) -> usize {
    let common = |(one, other): &(&str, &str)| one == other;
    let first = one.split('/').zip(other.split('/')).take_while(common).count();
    let last = one.rsplit('/').zip(other.rsplit('/')).take_while(common).count();
    first + last
}

/// The best pair of each, with whether it is only a guess.
fn choose(candidates: &[Candidate]) -> Vec<(usize, usize, bool)> {
    let mut choice = Choice::new(candidates);
    let mut found: Vec<(&Candidate, bool)> = Vec::new();
    for candidate in candidates {
        if choice.is_free(candidate) {
            let tied = choice.is_tied(candidate);
            choice.bases.insert(candidate.base, candidate.head);
            choice.heads.insert(candidate.head, candidate.base);
            found.push((candidate, tied));
        }
    }
    found.iter().map(|(one, tied)| (one.base, one.head, *tied || choice.is_weak(one))).collect()
}

/// The pairs chosen so far.
struct Choice<'a> {
    by_base: BTreeMap<usize, Vec<&'a Candidate>>,
    by_head: BTreeMap<usize, Vec<&'a Candidate>>,
    content: BTreeMap<(usize, usize), usize>,
    /// The partners of each base and of each head.
    bases: BTreeMap<usize, usize>,
    heads: BTreeMap<usize, usize>,
}

impl<'a> Choice<'a> {
    fn new(candidates: &'a [Candidate]) -> Self {
        let (mut by_base, mut by_head): (BTreeMap<_, Vec<_>>, BTreeMap<_, Vec<_>>) = Default::default();
        for one in candidates {
            by_base.entry(one.base).or_default().push(one);
            by_head.entry(one.head).or_default().push(one);
        }
        let content = candidates.iter().map(|one| ((one.base, one.head), one.likeness.content)).collect();
        Self { by_base, by_head, content, bases: BTreeMap::new(), heads: BTreeMap::new() }
    }

    fn is_free(&self, one: &Candidate) -> bool {
        !self.bases.contains_key(&one.base) && !self.heads.contains_key(&one.head)
    }

    /// The other candidates that share one end with this one.
    fn rivals(&self, one: &Candidate) -> impl Iterator<Item = &'a Candidate> {
        let (base, head) = (one.base, one.head);
        let bases = self.by_base.get(&base).into_iter().flatten().filter(move |other| other.head != head);
        let heads = self.by_head.get(&head).into_iter().flatten().filter(move |other| other.base != base);
        bases.chain(heads).copied().collect::<Vec<_>>().into_iter()
    }

    /// Whether another free candidate is equally similar.
    fn is_tied(&self, one: &Candidate) -> bool {
        // The remaining fields only break ties; they are not evidence.
        let evidence = |one: &Candidate| (one.likeness.label, one.likeness.files, one.likeness.content);
        self.rivals(one).any(|other| self.is_free(other) && evidence(other) == evidence(one))
    }

    /// Whether a pair has little in common, or less than other pairs would have.
    fn is_weak(&self, one: &Candidate) -> bool {
        let Likeness { label, files, content, shared, .. } = one.likeness;
        if label {
            return false;
        }
        (files == 0 && content < shared * 50) || self.rivals(one).any(|other| self.is_better(one, other))
    }

    /// Whether there would be more in common with `other` in place of `one`: folders were swapped, or a copy was made
    /// and the original rewritten.
    fn is_better(&self, one: &Candidate, other: &Candidate) -> bool {
        let content = |base, head| self.content.get(&(base, head)).copied().unwrap_or(0);
        // The end that `other` would take, and what would remain for it.
        let (given, gained) = if other.base == one.base {
            let base = self.heads.get(&other.head);
            base.map_or((0, 0), |base| (content(*base, other.head), content(*base, one.head)))
        } else {
            let head = self.bases.get(&other.base);
            head.map_or((0, 0), |head| (content(other.base, *head), content(one.base, *head)))
        };
        other.likeness.content + gained > one.likeness.content + given
    }
}

/// Assigns an unused label to what only the base has, if another `MetaData` of the head has its label.
fn left(old: &[Own<'_>], new: &[Own<'_>], found: &[(usize, usize, bool)], labels: &mut Labels) {
    let mut taken: BTreeSet<String> = new.iter().map(|one| one.label.to_owned()).collect();
    taken.extend(old.iter().map(|one| one.label.to_owned()));
    for (position, own) in old.iter().enumerate() {
        let is_paired = found.iter().any(|(base, ..)| *base == position);
        if is_paired || !new.iter().any(|other| other.label == own.label) {
            continue;
        }
        let path = own.tables.values().find_map(|table| Some(table.place.as_ref()?.path.as_str()));
        let folder = path.and_then(|path| path.rsplit_once('/')).map_or("base", |(folder, _)| folder);
        let suffix = own.label.split_once('!').map_or(own.label, |(_, rest)| rest);
        let mut label = format!("{folder}!{suffix}");
        while !taken.insert(label.clone()) {
            label.insert_str(0, "base/");
        }
        labels.changed.insert(own.label.to_owned(), label);
    }
}
