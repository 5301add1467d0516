use std::collections::BTreeMap;

use belljar_schema::{Column, DeclaredSequence, Identity, Sequence};

use crate::{
    Aspect, Change, Path, Side, Subject, Value,
    context::{Context, path_of},
    namesake,
    pair::Pairs,
    uncertain::{self, Wanted},
};

/// Compares all sequences of both sides.
pub(crate) fn compare(context: &mut Context<'_>) {
    let sides = context.sides;
    let name = |one: &'_ DeclaredSequence| (one.sequence.schema.clone(), one.sequence.name.clone());
    let pairs = Pairs::new(&sides.base.sequences, &sides.head.sequences)
        .by(|one| Some((name(one), one.metadata.clone())))
        .by_unique(|one| Some(name(one)));
    for one in &pairs.base {
        let notes = uncertain::notes_for(Side::Base, one.status, &one.reasons);
        context.gone(Subject::Sequence, path(one), Value::Sequence(one.sequence.clone()), wanted(one), notes);
        namesake::doubt_last(context, *one, Side::Head);
    }
    for (base, head) in &pairs.both {
        let aspects = aspects(&base.sequence, &head.sequence);
        if aspects.is_empty() {
            continue;
        }
        let value = |one: &DeclaredSequence| Some(Value::Sequence(one.sequence.clone()));
        let path = Path { metadata: base.metadata.clone(), ..path(head) };
        let change = Change::modified(Subject::Sequence, path, aspects, value(base), value(head));
        let mut doubts = uncertain::notes_for(Side::Base, base.status, &base.reasons);
        doubts.extend(uncertain::notes_for(Side::Head, head.status, &head.reasons));
        doubts.extend(namesake::doubt(context, *base, *head));
        context.out.push(change.at(base.place.as_ref(), head.place.as_ref()).doubted(doubts));
    }
    for one in &pairs.head {
        let notes = uncertain::notes_for(Side::Head, one.status, &one.reasons);
        context.new_one(
            Subject::Sequence,
            path(one),
            Value::Sequence(one.sequence.clone()),
            wanted(one),
            notes,
        );
        namesake::doubt_last(context, *one, Side::Base);
    }
}

fn path(one: &DeclaredSequence) -> Path {
    path_of(one.metadata.as_ref(), one.sequence.schema.as_ref(), &one.sequence.name)
}

fn wanted(one: &DeclaredSequence) -> Wanted<'_> {
    let Sequence { schema, name, .. } = &one.sequence;
    Wanted { schema: schema.as_deref(), name, class: None, place: one.place.as_ref() }
}

/// Every option is destructured, so that a new one can't be forgotten.
fn aspects(base: &Sequence, head: &Sequence) -> Vec<Aspect> {
    let Sequence {
        schema: _,
        name: _,
        start: _,
        increment: _,
        min_value,
        max_value,
        cycle,
        cache,
        data_type,
        options,
    } = base;
    let facts = [
        (Aspect::Start, first(base) == first(head)),
        (Aspect::Increment, step(base.increment) == step(head.increment)),
        (Aspect::MinValue, *min_value == head.min_value || lowest(base) == lowest(head)),
        (Aspect::MaxValue, *max_value == head.max_value || highest(base) == highest(head)),
        (Aspect::Cycle, cycle.unwrap_or(false) == head.cycle.unwrap_or(false)),
        (Aspect::Cache, cache.unwrap_or(1) == head.cache.unwrap_or(1)),
        (Aspect::DataType, *data_type == head.data_type || kind(base) == kind(head)),
        (Aspect::Options, *options == head.options),
    ];
    facts.into_iter().filter(|(_, same)| !same).map(|(aspect, _)| aspect).collect()
}

/// The start value: by default the minimum, or the maximum for a descending sequence.
fn first(one: &Sequence) -> i64 {
    let end = if step(one.increment) < 0 { one.max_value.unwrap_or(-1) } else { one.min_value.unwrap_or(1) };
    one.start.unwrap_or(end)
}

/// The integer type; `BIGINT` by default in PostgreSQL and MariaDB.
fn kind(one: &Sequence) -> String {
    one.data_type.as_deref().unwrap_or("BIGINT").to_uppercase()
}

/// The minimum: 1 by default for an ascending sequence. For a descending one it depends on the database.
fn lowest(one: &Sequence) -> Option<i64> {
    one.min_value.or_else(|| (step(one.increment) > 0).then_some(1))
}

/// The maximum: by default that of the type for an ascending sequence, and -1 for a descending one.
fn highest(one: &Sequence) -> Option<i64> {
    one.max_value.or_else(|| if step(one.increment) > 0 { greatest(&kind(one)) } else { Some(-1) })
}

/// The greatest number of an integer type.
fn greatest(kind: &str) -> Option<i64> {
    match kind {
        "SMALLINT" => Some(i16::MAX.into()),
        "INTEGER" => Some(i32::MAX.into()),
        "BIGINT" => Some(i64::MAX),
        _ => None,
    }
}

fn step(increment: Option<i64>) -> i64 {
    increment.unwrap_or(1)
}

/// Whether two columns use the same sequence, with the same options.
pub(crate) fn same(base: Option<&Sequence>, head: Option<&Sequence>) -> bool {
    match (base, head) {
        (Some(base), Some(head)) => {
            (&base.schema, &base.name) == (&head.schema, &head.name) && aspects(base, head).is_empty()
        }
        (base, head) => base == head,
    }
}

/// Whether the identities of two columns are equal, with or without explicit defaults. Every option is destructured.
pub(crate) fn same_identity(base: &Column, head: &Column) -> bool {
    let (Some(old), Some(new)) = (&base.identity, &head.identity) else {
        return base.identity == head.identity;
    };
    let Identity { always, start, increment, options: _ } = old;
    let usual =
        |start: Option<i64>, increment| start.unwrap_or_else(|| if step(increment) < 0 { -1 } else { 1 });
    *always == new.always
        && step(*increment) == step(new.increment)
        && usual(*start, *increment) == usual(new.start, new.increment)
        && (old.options == new.options || unusual(base) == unusual(head))
}

/// The options of an identity that differ from PostgreSQL's defaults.
fn unusual(column: &Column) -> BTreeMap<&str, String> {
    let Some(identity) = &column.identity else { return BTreeMap::new() };
    let goes_up = step(identity.increment) > 0;
    let ty = column.ty.postgresql.as_deref().unwrap_or_default().to_uppercase();
    let greatest = greatest(&ty).filter(|_| goes_up).map(|number| number.to_string());
    let is_usual = |name: &str, text: &str| match name {
        "minvalue" => goes_up && text == "1",
        "maxvalue" => greatest.as_deref() == Some(text),
        "cache" => text == "1",
        "cycle" => text == "false",
        "nominvalue" | "nomaxvalue" => text == "true",
        _ => false,
    };
    let all = identity.options.iter().map(|(name, text)| (name.as_str(), text.trim().to_lowercase()));
    all.filter(|(name, text)| !is_usual(name, text)).collect()
}
