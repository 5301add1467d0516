//! Compares functions, triggers, policies, extensions and all other objects that the code declares.

use belljar_schema::{Creation, DeclaredObject, ObjectKind};

use crate::{
    Aspect, Change, Path, Side, Subject, Value,
    context::{Context, path_of},
    names::without_module,
    normalise::{self, same},
    pair::Pairs,
    uncertain::{self, Wanted},
};

/// Compares all other objects.
pub(crate) fn compare(context: &mut Context<'_>) {
    let sides = context.sides;
    let pairs = Pairs::new(&sides.base.objects, &sides.head.objects)
        .by(|one| {
            Some((
                key(one),
                one.table.as_deref(),
                normalise::statement(one.sql.as_deref().unwrap_or_default()),
            ))
        })
        .by(|one| Some((key(one), one.table.as_deref())))
        .by(|one| Some(key(one)));
    for one in &pairs.base {
        let notes = uncertain::notes_for(Side::Base, one.status, &one.reasons);
        context.gone(Subject::Object, path(one), Value::Object(Box::new((*one).clone())), wanted(one), notes);
    }
    for (base, head) in &pairs.both {
        object(context, base, head);
    }
    for one in &pairs.head {
        let notes = uncertain::notes_for(Side::Head, one.status, &one.reasons);
        context.new_one(
            Subject::Object,
            path(one),
            Value::Object(Box::new((*one).clone())),
            wanted(one),
            notes,
        );
    }
}

fn key(one: &DeclaredObject) -> (ObjectKind, Option<&str>, &str) {
    // A listener is a function of the code, which may move to another module.
    let moves = one.kind == ObjectKind::Listener;
    let name = if moves { last(&one.name) } else { &one.name };
    (one.kind, one.schema.as_deref(), name)
}

fn last(name: &str) -> &str {
    name.rsplit(['.', ':']).next().unwrap_or(name)
}

fn path(one: &DeclaredObject) -> Path {
    path_of(one.metadata.as_ref(), one.schema.as_ref(), &one.name)
}

fn wanted(one: &DeclaredObject) -> Wanted<'_> {
    Wanted { schema: one.schema.as_deref(), name: &one.name, class: None, place: one.place.as_ref() }
}

fn object(context: &mut Context<'_>, base: &DeclaredObject, head: &DeclaredObject) {
    let same_text = |one: &Option<String>, other: &Option<String>| {
        same(one.as_deref(), other.as_deref(), normalise::statement)
    };
    let facts = [
        (Aspect::Statement, same_text(&base.sql, &head.sql) && same_text(&base.postgresql, &head.postgresql)),
        (Aspect::Table, base.table == head.table),
        (Aspect::Creation, same_creation(&base.creation, &head.creation)),
    ];
    let aspects: Vec<Aspect> =
        facts.into_iter().filter(|(_, same)| !same).map(|(aspect, _)| aspect).collect();
    if aspects.is_empty() {
        return;
    }
    let value = |one: &DeclaredObject| Some(Value::Object(Box::new(one.clone())));
    let change = Change::modified(Subject::Object, path(base), aspects, value(base), value(head));
    let mut doubts = uncertain::notes_for(Side::Base, base.status, &base.reasons);
    doubts.extend(uncertain::notes_for(Side::Head, head.status, &head.reasons));
    context.out.push(change.at(base.place.as_ref(), head.place.as_ref()).doubted(doubts));
}

/// Whether two objects are created at the same event; names of the code are compared without their module.
pub(crate) fn same_creation(base: &Creation, head: &Creation) -> bool {
    let facts = |one: &Creation| (one.made_by, one.event.clone(), one.dialects.clone());
    let target = |one: &Creation| one.target.as_deref().map(|name| without_module(name).to_owned());
    let condition = |one: &Creation| one.condition.as_deref().map(|name| last(name).to_owned());
    facts(base) == facts(head) && target(base) == target(head) && condition(base) == condition(head)
}
