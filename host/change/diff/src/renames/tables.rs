use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::Table;

use super::{
    Renames, Sides,
    schemas::{self, DefaultSchemas},
    score::{Candidate, Evidence, MOST, choose},
    stated::{Stated, Statement},
    stated_note,
};
use crate::{
    Path, Side, Subject,
    names::{similar, without_module},
    pair::tables_by_name,
    uncertain::{is_marked, of_table},
};

/// The tables of both sides, including renamed ones.
pub(super) fn find<'a>(
    sides: Sides<'a>,
    stated: &Stated,
    schemas: &DefaultSchemas,
    out: &mut Renames,
) -> Vec<(&'a Table, &'a Table)> {
    let mut settled: Vec<(&Table, &Table)> =
        sides.base.tables.iter().filter_map(|base| Some((base, target(sides, stated, base)?))).collect();
    for (base, head) in &settled {
        rename(base, head, stated_note(), out);
    }
    for (base, head) in schemas::tables(sides, schemas) {
        let free = stated.get(Subject::Table, &base.full_name()) == Statement::Nothing
            && !settled.iter().any(|(_, other)| std::ptr::eq(*other, head));
        let same = schemas.same(base.schema.as_deref(), head.schema.as_deref());
        if let Some(same) = same.filter(|_| free) {
            let path = Path { metadata: Some(base.metadata.clone()), ..Path::of_table(head) };
            schemas::report_default_schema(Subject::Table, (Path::of_table(base), path), same, out);
            settled.push((base, head));
        }
    }
    let is = |table: &Table, other: &Table| std::ptr::eq(table, other);
    let base = sides.base.tables.iter().filter(|table| !settled.iter().any(|(other, _)| is(table, other)));
    let head = sides.head.tables.iter().filter(|table| !settled.iter().any(|(_, other)| is(table, other)));
    let mut pairs = tables_by_name(base, head);
    // A table that a side may have without showing it is not considered renamed.
    pairs.base.retain(|table| {
        stated.get(Subject::Table, &table.full_name()) == Statement::Nothing
            && sides.unknown_head.missing((*table).into()).is_empty()
    });
    pairs.base.retain(|table| !is_marked(&table.name));
    pairs.head.retain(|table| !is_marked(&table.name));
    pairs.head.retain(|table| sides.unknown_base.missing((*table).into()).is_empty());
    let (likely, possible) = choose(candidates(&pairs.base, &pairs.head));
    let get = |one: &Candidate| Some((*pairs.base.get(one.base)?, *pairs.head.get(one.head)?));
    for candidate in &possible {
        if let Some((base, head)) = get(candidate) {
            let paths = (&Path::of_table(base), &Path::of_table(head));
            out.maybe(Subject::Table, paths, &candidate.evidence.notes, &base.full_name());
        }
    }
    pairs.both.extend(settled);
    for candidate in likely {
        if let Some((base, head)) = get(&candidate) {
            rename(base, head, candidate.evidence.notes, out);
            pairs.both.push((base, head));
        }
    }
    pairs.both
}

fn target<'a>(sides: Sides<'a>, stated: &Stated, base: &Table) -> Option<&'a Table> {
    let Statement::Renamed(new) = stated.get(Subject::Table, &base.full_name()) else { return None };
    sides.head.tables.iter().find(|table| table.full_name() == new)
}

fn rename(base: &Table, head: &Table, mut notes: Vec<crate::Note>, out: &mut Renames) {
    notes.extend(of_table(Side::Base, base));
    notes.extend(of_table(Side::Head, head));
    let path = Path { metadata: Some(base.metadata.clone()), ..Path::of_table(head) };
    out.rename(Subject::Table, Path::of_table(base), path, notes);
    if let Some(change) = out.changes.pop() {
        out.changes.push(change.at(base.place.as_ref(), head.place.as_ref()));
    }
}

/// Every pair with any evidence.
fn candidates(base: &[&Table], head: &[&Table]) -> Vec<Candidate> {
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    if base.len() * head.len() <= MOST {
        pairs.extend((0..base.len()).flat_map(|one| (0..head.len()).map(move |other| (one, other))));
    } else {
        alike(base, head, |table| Some(table.name.clone()), &mut pairs);
        alike(
            base,
            head,
            |table| table.class.as_deref().map(|name| without_module(name).to_owned()),
            &mut pairs,
        );
        alike(base, head, |table| Some(signature(table).join("\n")), &mut pairs);
    }
    let weighed = pairs.into_iter().filter_map(|(one, other)| {
        let (base, head) = (base.get(one)?, head.get(other)?);
        // Namesakes that nothing distinguishes are not renames.
        let evidence =
            if base.full_name() == head.full_name() { Evidence::default() } else { similarity(base, head) };
        Some(Candidate { base: one, head: other, evidence })
    });
    weighed.collect()
}

/// Pairs with the same key, if the key is unique on both sides.
fn alike(
    base: &[&Table],
    head: &[&Table],
    key: impl Fn(&Table) -> Option<String>,
    out: &mut BTreeSet<(usize, usize)>,
) {
    let positions = |tables: &[&Table]| {
        let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (position, table) in tables.iter().enumerate() {
            if let Some(key) = key(table) {
                found.entry(key).or_default().push(position);
            }
        }
        found
    };
    let of_head = positions(head);
    for (key, of_base) in positions(base) {
        if let ([one], Some([other])) = (of_base.as_slice(), of_head.get(&key).map(Vec::as_slice)) {
            out.insert((*one, *other));
        }
    }
}

/// The columns with their types, in any order.
fn signature(table: &Table) -> Vec<String> {
    let mut columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!("{} {}", column.name, column.ty.postgresql.as_ref().unwrap_or(&column.ty.repr)))
        .collect();
    columns.sort();
    columns
}

fn similarity(base: &Table, head: &Table) -> Evidence {
    let mut evidence = Evidence::default();
    let same_class = class(base).is_some() && class(base) == class(head);
    evidence.add(same_class, 4, "same-class", || {
        format!("the class `{}` declares both", class(base).unwrap_or_default())
    });
    let moved = base.name == head.name;
    evidence.add(moved, 4, "same-name", || "they have the same name".to_owned());
    evidence.add(!moved && similar(&base.name, &head.name), 2, "similar-name", || {
        "their names are similar".to_owned()
    });
    columns(base, head, &mut evidence);
    let file = |table: &Table| table.place.as_ref().map(|place| place.path.clone());
    let same_file = file(base).is_some() && file(base) == file(head);
    if same_file && !evidence.notes.is_empty() {
        evidence.add(true, 1, "same-file", || "they are declared in one file".to_owned());
    }
    evidence
}

fn columns(base: &Table, head: &Table, evidence: &mut Evidence) {
    let names: BTreeSet<&str> = base.columns.iter().map(|column| column.name.as_str()).collect();
    let shared = head.columns.iter().filter(|column| names.contains(column.name.as_str())).count();
    let all = names.len() + head.columns.len() - shared;
    if all == 0 {
        return;
    }
    if shared == all && signature(base) == signature(head) {
        // All tables with only an `id` are alike.
        let points = if all > 1 { 3 } else { 1 };
        evidence.add(true, points, "same-columns", || "they have the same columns".to_owned());
    } else {
        let most = shared * 10 >= all * 7;
        evidence.add(most, 1, "most-columns", || format!("they share {shared} of {all} columns"));
        evidence.against(shared * 10 < all * 3, 3);
    }
}

/// The class of a table without its module, which changes when a file is split.
fn class(table: &Table) -> Option<&str> {
    table.class.as_deref().map(without_module)
}
