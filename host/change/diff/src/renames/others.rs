//! Renames of types, sequences, views and classes.

use std::collections::BTreeSet;

use belljar_schema::{DeclaredSequence, Document, MappedClass, NamedType, View};

use super::{
    Renames, Sides, path,
    schemas::{self, DefaultSchemas},
    score::{Candidate, Evidence, MOST, choose},
    stated::{Stated, Statement},
    stated_note,
};
use crate::{
    Path, Subject,
    names::{NAMED_BY, Names, similar, without_module},
    normalise,
    uncertain::Wanted,
};

/// A named object that only one side has.
struct Item<'a, T> {
    path: Path,
    itself: &'a T,
    wanted: Wanted<'a>,
}

pub(super) fn find(sides: Sides<'_>, stated: &Stated, schemas: &DefaultSchemas, out: &mut Renames) {
    let known = &Known { sides, stated, schemas };
    let ty = |document| {
        items(document, |document: &Document| &document.types, |ty| (&ty.schema, &ty.name, None, &ty.place))
    };
    let before = out.changes.len();
    settle(Subject::Type, known, (ty(sides.base), ty(sides.head)), weigh_type, out);
    for change in out.changes.iter_mut().skip(before) {
        change.dialects = vec![NAMED_BY.to_owned()];
    }
    let sequence = |document| items(document, |document: &Document| &document.sequences, sequence_facts);
    let both = (sequence(sides.base), sequence(sides.head));
    settle(Subject::Sequence, known, both, |_, _| Evidence::default(), out);
    let view = |document| {
        items(
            document,
            |document: &Document| &document.views,
            |view| (&view.schema, &view.name, view.class.as_deref(), &view.place),
        )
    };
    settle(Subject::View, known, (view(sides.base), view(sides.head)), weigh_view, out);
    // A class is the same if its tables are, and those may have been renamed.
    let renamed = Names::from_changes(&out.changes).renamed(sides.base);
    let base = renamed.as_ref().unwrap_or(sides.base);
    let class = |document| {
        items(
            document,
            |document: &Document| &document.classes,
            |class| (&None, &class.name, Some(&class.name), &class.place),
        )
    };
    let names: (BTreeSet<&str>, BTreeSet<&str>) = (class_names(base), class_names(sides.head));
    let (mut of_base, mut of_head) = (class(base), class(sides.head));
    // Objects that only moved to another module are not renames.
    of_base.retain(|one| !names.1.contains(without_module(&one.itself.name)));
    of_head.retain(|one| !names.0.contains(without_module(&one.itself.name)));
    let before = out.changes.len();
    settle(Subject::Class, known, (of_base, of_head), weigh_class, out);
    for change in out.changes.iter_mut().skip(before) {
        *change = change.clone().information();
    }
}

type Facts<'a> = (&'a Option<String>, &'a str, Option<&'a str>, &'a Option<belljar_schema::Place>);

fn sequence_facts(one: &DeclaredSequence) -> Facts<'_> {
    (&one.sequence.schema, &one.sequence.name, None, &one.place)
}

fn items<'a, T>(
    document: &'a Document,
    list: impl Fn(&'a Document) -> &'a Vec<T>,
    facts: impl Fn(&'a T) -> Facts<'a>,
) -> Vec<Item<'a, T>> {
    let item = |item: &'a T| {
        let (schema, name, class, place) = facts(item);
        let wanted = Wanted { schema: schema.as_deref(), name, class, place: place.as_ref() };
        Item { path: path(None, schema.as_deref(), name), itself: item, wanted }
    };
    list(document).iter().map(item).collect()
}

/// Renames that are known before evidence is scored.
struct Known<'a> {
    sides: Sides<'a>,
    stated: &'a Stated,
    schemas: &'a DefaultSchemas,
}

fn settle<T>(
    subject: Subject,
    known: &Known<'_>,
    (mut base, mut head): (Vec<Item<'_, T>>, Vec<Item<'_, T>>),
    similarity: impl Fn(&Item<'_, T>, &Item<'_, T>) -> Evidence,
    out: &mut Renames,
) {
    let Known { sides, stated, schemas } = known;
    let names: (BTreeSet<String>, BTreeSet<String>) = (
        base.iter().map(|one| one.path.full_name()).collect(),
        head.iter().map(|one| one.path.full_name()).collect(),
    );
    base.retain(|one| {
        let found = head.iter().enumerate().find_map(|(position, other)| {
            let same = schemas.same(one.path.schema.as_deref(), other.path.schema.as_deref())?;
            let is_it = one.path.name == other.path.name
                && !names.0.contains(&other.path.full_name())
                && !names.1.contains(&one.path.full_name())
                && stated.get(subject, &one.path.full_name()) == Statement::Nothing;
            is_it.then_some((position, same))
        });
        let Some((position, same)) = found else { return true };
        let other = head.remove(position);
        schemas::report_default_schema(subject, (one.path.clone(), other.path), same, out);
        false
    });
    base.retain(|one| match stated.get(subject, &one.path.full_name()) {
        Statement::Renamed(new) => {
            if let Some(position) = head.iter().position(|other| other.path.full_name() == new) {
                rename(subject, one, &head.remove(position), stated_note(), out);
            }
            false
        }
        Statement::NoRename => false,
        Statement::Nothing => {
            !names.1.contains(&one.path.full_name()) && sides.unknown_head.missing(one.wanted).is_empty()
        }
    });
    head.retain(|one| {
        !names.0.contains(&one.path.full_name()) && sides.unknown_base.missing(one.wanted).is_empty()
    });
    if base.len() * head.len() > MOST {
        return;
    }
    let mut candidates = Vec::new();
    for (position, one) in base.iter().enumerate() {
        for (other, candidate) in head.iter().enumerate() {
            candidates.push(Candidate { base: position, head: other, evidence: similarity(one, candidate) });
        }
    }
    let (likely, possible) = choose(candidates);
    for candidate in possible {
        if let (Some(old), Some(new)) = (base.get(candidate.base), head.get(candidate.head)) {
            out.maybe(subject, (&old.path, &new.path), &candidate.evidence.notes, &old.path.full_name());
        }
    }
    for candidate in likely {
        if let (Some(old), Some(new)) = (base.get(candidate.base), head.get(candidate.head)) {
            rename(subject, old, new, candidate.evidence.notes, out);
        }
    }
}

fn rename<T>(
    subject: Subject,
    old: &Item<'_, T>,
    new: &Item<'_, T>,
    notes: Vec<crate::Note>,
    out: &mut Renames,
) {
    out.rename(subject, old.path.clone(), new.path.clone(), notes);
    if let Some(change) = out.changes.pop() {
        out.changes.push(change.at(old.wanted.place, new.wanted.place));
    }
}

fn names_alike<T>(base: &Item<'_, T>, head: &Item<'_, T>, evidence: &mut Evidence) {
    let moved = base.path.name == head.path.name;
    evidence.add(moved, 4, "same-name", || "they have the same name".to_owned());
    let alike = !moved && similar(&base.path.name, &head.path.name);
    evidence.add(alike, 2, "similar-name", || "their names are similar".to_owned());
}

fn weigh_type(base: &Item<'_, NamedType>, head: &Item<'_, NamedType>) -> Evidence {
    let mut evidence = Evidence::default();
    names_alike(base, head, &mut evidence);
    let (base, head) = (base.itself, head.itself);
    let same = base.kind == head.kind && base.values == head.values && !base.values.is_empty();
    evidence.add(same, 3, "same-values", || "they have the same values".to_owned());
    let used = !base.columns.is_empty() && base.columns == head.columns;
    evidence.add(used, 2, "same-columns", || "the same columns use them".to_owned());
    evidence
}

fn weigh_view(base: &Item<'_, View>, head: &Item<'_, View>) -> Evidence {
    let mut evidence = Evidence::default();
    names_alike(base, head, &mut evidence);
    let (base, head) = (base.itself, head.itself);
    let class = |view: &View| view.class.as_deref().map(|name| without_module(name).to_owned());
    let same_class = class(base).is_some() && class(base) == class(head);
    evidence.add(same_class, 4, "same-class", || "one class is mapped to both".to_owned());
    let same_query =
        base.sql.is_some() && normalise::same(base.sql.as_deref(), head.sql.as_deref(), normalise::query);
    evidence.add(same_query, 3, "same-query", || "they have the same query".to_owned());
    let columns = |view: &View| view.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let same_columns = !base.columns.is_empty() && columns(base) == columns(head);
    evidence.add(same_columns, 1, "same-columns", || "they have the same columns".to_owned());
    evidence
}

fn weigh_class(base: &Item<'_, MappedClass>, head: &Item<'_, MappedClass>) -> Evidence {
    let mut evidence = Evidence::default();
    let (base, head) = (base.itself, head.itself);
    let same = !base.tables.is_empty() && base.tables == head.tables;
    evidence.add(same, 5, "same-table", || "they are mapped to the same table".to_owned());
    let alike = similar(without_module(&base.name), without_module(&head.name));
    evidence.add(same && alike, 1, "similar-name", || "their names are similar".to_owned());
    evidence
}

fn class_names(document: &Document) -> BTreeSet<&str> {
    document.classes.iter().map(|class| without_module(&class.name)).collect()
}
