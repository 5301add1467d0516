//! Constraints and indexes of a table: paired by name, then by definition.

mod check;
mod exclude;
mod foreign_key;
mod index;
mod unique;

use belljar_schema::{Column, PrimaryKey, Table};

use crate::{
    Aspect, Change, Effect, Note, Side, Subject, Value, columns::InTable, context::Context, pair::Pairs,
    uncertain::of_column,
};

/// An item of a table that may have a name.
pub(crate) trait Constraint: Clone + PartialEq {
    /// The subject of changes to such a constraint.
    const SUBJECT: Subject;

    fn name(&self) -> Option<&str>;

    /// Its columns, as far as they are known.
    fn columns(&self) -> Vec<&str>;

    /// Its definition without the name, in normal form.
    fn content(&self) -> String;

    /// The part of its definition that identifies it if its name and another part differ.
    fn definition(&self) -> Option<String> {
        None
    }

    /// The dialects that create it; `None` for all.
    fn dialects(&self) -> Option<&[String]>;

    /// The aspects that differ.
    fn aspects(&self, head: &Self) -> Vec<Aspect>;

    fn value(&self) -> Value;
}

/// Compares all constraints and indexes of two tables.
pub(crate) fn compare(context: &mut Context<'_>, own: &InTable<'_>) {
    primary_key(context, own);
    of_kind(context, own, &own.base.unique, &own.head.unique);
    of_kind(context, own, &own.base.foreign_keys, &own.head.foreign_keys);
    of_kind(context, own, &own.base.checks, &own.head.checks);
    of_kind(context, own, &own.base.excludes, &own.head.excludes);
    of_kind(context, own, &own.base.indexes, &own.head.indexes);
}

fn primary_key(context: &mut Context<'_>, own: &InTable<'_>) {
    let (base, head) = (&own.base.primary_key, &own.head.primary_key);
    if base == head {
        return;
    }
    let mut aspects = Vec::new();
    if base.columns != head.columns {
        aspects.push(Aspect::Columns);
    }
    if base.options != head.options {
        aspects.push(Aspect::Options);
    }
    if base.dialects != head.dialects {
        aspects.push(Aspect::Dialects);
    }
    if base.name != head.name {
        aspects.push(Aspect::Name);
    }
    if aspects.is_empty() {
        return; // what a name becomes in a dialect follows from the name and the release of SQLAlchemy
    }
    let value = |key: &PrimaryKey| Some(Value::PrimaryKey(key.clone()));
    let change = Change::modified(Subject::PrimaryKey, own.path.clone(), aspects, value(base), value(head));
    let columns: Vec<&str> = base.columns.iter().chain(&head.columns).map(String::as_str).collect();
    let doubts = doubts(own, &columns);
    context.out.push(change.at(own.base.place.as_ref(), own.head.place.as_ref()).doubted(doubts));
}

fn of_kind<C: Constraint>(context: &mut Context<'_>, own: &InTable<'_>, base: &[C], head: &[C]) {
    if base == head {
        return;
    }
    // Paired one by one, as two may be equal.
    let mut new: Vec<&C> = head.iter().collect();
    let old = base.iter().filter(|one| match new.iter().position(|other| other == one) {
        Some(position) => new.remove(position) != *one,
        None => true,
    });
    let old: Vec<&C> = old.collect();
    let pairs = Pairs::new(old, new)
        .by(|one| one.name().map(str::to_owned))
        .by(|one| Some(one.content()))
        .by_unique(C::definition);
    for (base, head) in &pairs.both {
        let aspects = base.aspects(head);
        if !aspects.is_empty() {
            modified(context, own, *base, *head, aspects);
        }
    }
    for one in &pairs.base {
        let path = own.path.part(label(*one));
        let change = Change::dropped(C::SUBJECT, path, one.value());
        push(context, own, change.only(one.dialects().map(<[String]>::to_vec)), &one.columns());
    }
    for one in &pairs.head {
        let path = own.path.part(label(*one));
        let change = Change::added(C::SUBJECT, path, one.value());
        push(context, own, change.only(one.dialects().map(<[String]>::to_vec)), &one.columns());
    }
}

fn modified<C: Constraint>(
    context: &mut Context<'_>,
    own: &InTable<'_>,
    base: &C,
    head: &C,
    aspects: Vec<Aspect>,
) {
    let path = own.path.part(label(head));
    let columns: Vec<&str> = base.columns().into_iter().chain(head.columns()).collect();
    // The options that decide when a constraint is created, not what it is.
    let effect = if aspects == [Aspect::UseAlter] { Effect::Information } else { Effect::Database };
    let mut change = Change::modified(C::SUBJECT, path, aspects, Some(base.value()), Some(head.value()));
    change.effect = effect;
    push(context, own, change.only(either(base.dialects(), head.dialects())), &columns);
}

/// The dialects that create only one of two.
fn either(base: Option<&[String]>, head: Option<&[String]>) -> Option<Vec<String>> {
    let mut both = base?.to_vec();
    both.extend(head?.iter().filter(|one| !both.contains(one)).cloned().collect::<Vec<_>>());
    Some(both)
}

/// Its name, or its columns if it has none.
fn label<C: Constraint>(one: &C) -> String {
    one.name().map_or_else(|| format!("({})", one.columns().join(", ")), str::to_owned)
}

fn push(context: &mut Context<'_>, own: &InTable<'_>, change: Change, columns: &[&str]) {
    let place = |table: &Table| {
        let column =
            columns.first().and_then(|name| find(table, name)).and_then(|column| column.place.clone());
        column.or_else(|| table.place.clone())
    };
    let (base, head) = (place(own.base), place(own.head));
    context.out.push(change.at(base.as_ref(), head.as_ref()).doubted(doubts(own, columns)));
}

/// Doubts about a constraint of some columns: its definition may be what was lost of a column.
fn doubts(own: &InTable<'_>, columns: &[&str]) -> Vec<Note> {
    let mut doubts = own.notes.clone();
    for (side, table) in [(Side::Base, own.base), (Side::Head, own.head)] {
        let columns = columns.iter().filter_map(|name| find(table, name));
        doubts.extend(columns.flat_map(|column| of_column(side, column)));
    }
    doubts.sort();
    doubts.dedup();
    doubts
}

fn find<'a>(table: &'a Table, name: &str) -> Option<&'a Column> {
    table.columns.iter().find(|column| column.name == name)
}

/// The aspects of the pairs that differ.
fn differing(facts: &[(Aspect, bool)]) -> Vec<Aspect> {
    facts.iter().filter(|(_, same)| !same).map(|(aspect, _)| *aspect).collect()
}

/// Whether two keywords mean the same, in any case, with a default for a missing one.
fn same_word(base: Option<&str>, head: Option<&str>, usual: &str) -> bool {
    word(base, usual) == word(head, usual)
}

fn word(text: Option<&str>, usual: &str) -> String {
    text.unwrap_or(usual).to_uppercase()
}
