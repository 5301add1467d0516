use belljar_schema::{DeclaredSequence, Sequence};

use crate::{
    Aspect, Change, Path, Side, Subject, Value,
    context::{Context, path_of},
    pair::Pairs,
    uncertain::{self, Wanted},
};

/// Compares all sequences.
pub(crate) fn compare(context: &mut Context<'_>) {
    let sides = context.sides;
    let name = |one: &'_ DeclaredSequence| (one.sequence.schema.clone(), one.sequence.name.clone());
    let pairs = Pairs::new(&sides.base.sequences, &sides.head.sequences)
        .by(|one| Some((name(one), one.metadata.clone())))
        .by(|one| Some(name(one)));
    for one in &pairs.base {
        let notes = uncertain::of(Side::Base, one.status, &one.reasons);
        context.gone(Subject::Sequence, path(one), Value::Sequence(one.sequence.clone()), wanted(one), notes);
    }
    for (base, head) in &pairs.both {
        let aspects = aspects(&base.sequence, &head.sequence);
        if aspects.is_empty() {
            continue;
        }
        let value = |one: &DeclaredSequence| Some(Value::Sequence(one.sequence.clone()));
        let path = Path { metadata: base.metadata.clone(), ..path(head) };
        let change = Change::modified(Subject::Sequence, path, aspects, value(base), value(head));
        let mut doubts = uncertain::of(Side::Base, base.status, &base.reasons);
        doubts.extend(uncertain::of(Side::Head, head.status, &head.reasons));
        context.out.push(change.at(base.place.as_ref(), head.place.as_ref()).doubted(doubts));
    }
    for one in &pairs.head {
        let notes = uncertain::of(Side::Head, one.status, &one.reasons);
        context.new_one(
            Subject::Sequence,
            path(one),
            Value::Sequence(one.sequence.clone()),
            wanted(one),
            notes,
        );
    }
}

fn path(one: &DeclaredSequence) -> Path {
    path_of(one.metadata.as_ref(), one.sequence.schema.as_ref(), &one.sequence.name)
}

fn wanted(one: &DeclaredSequence) -> Wanted<'_> {
    let Sequence { schema, name, .. } = &one.sequence;
    Wanted { schema: schema.as_deref(), name, class: None, place: one.place.as_ref() }
}

fn aspects(base: &Sequence, head: &Sequence) -> Vec<Aspect> {
    let facts = [
        (Aspect::Start, base.start == head.start),
        (Aspect::Increment, base.increment == head.increment),
        (Aspect::MinValue, base.min_value == head.min_value),
        (Aspect::MaxValue, base.max_value == head.max_value),
        (Aspect::Cycle, base.cycle.unwrap_or(false) == head.cycle.unwrap_or(false)),
        (Aspect::Cache, base.cache == head.cache),
        (Aspect::DataType, base.data_type == head.data_type),
    ];
    facts.into_iter().filter(|(_, same)| !same).map(|(aspect, _)| aspect).collect()
}
