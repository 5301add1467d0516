//! Changes that do not affect the database: classes, relationships, hybrids.

use belljar_schema::{Inheritance, MappedClass, Property, Relationship};

use crate::{
    Aspect, Change, Path, Side, Subject, Value,
    context::{Context, path_of},
    names::without_module,
    normalise::{self, same},
    pair::Pairs,
    uncertain::Wanted,
};

/// Compares all mapped classes. A class that moved to another module is the same.
pub(crate) fn compare(context: &mut Context<'_>) {
    let sides = context.sides;
    let before = context.out.len();
    let file = |class: &'_ MappedClass| class.place.as_ref().map(|place| place.path.clone());
    let pairs = Pairs::new(&sides.base.classes, &sides.head.classes)
        // Several import roots may have a module, and a class, of one name.
        .by(|class| Some((class.name.as_str(), file(class)?)))
        .by(|class| Some(class.name.as_str()))
        .by_unique(|class| Some((without_module(&class.name), &class.tables)))
        .by_unique(|class| Some(without_module(&class.name)));
    for class in &pairs.base {
        let value = Value::Class(Box::new((*class).clone()));
        let doubts = class.tables.iter().flat_map(|name| context.lost_table(Side::Head, name)).collect();
        context.gone(Subject::Class, path(class), value, wanted(class), vec![]);
        context.doubt_last(doubts);
    }
    for (base, head) in &pairs.both {
        if base != head {
            class(context, base, head);
        }
    }
    for class in &pairs.head {
        let value = Value::Class(Box::new((*class).clone()));
        let doubts = class.tables.iter().flat_map(|name| context.lost_table(Side::Base, name)).collect();
        context.new_one(Subject::Class, path(class), value, wanted(class), vec![]);
        context.doubt_last(doubts);
    }
    for change in context.out.iter_mut().skip(before) {
        *change = change.clone().information();
    }
}

fn path(class: &MappedClass) -> Path {
    path_of(None, None, &class.name)
}

fn wanted(class: &MappedClass) -> Wanted<'_> {
    Wanted { schema: None, name: &class.name, class: Some(&class.name), place: class.place.as_ref() }
}

fn class(context: &mut Context<'_>, base: &MappedClass, head: &MappedClass) {
    // The name in the base, which is needed to apply a change; the two names differ at most in their modules.
    let path = path(base);
    let mut changes = Vec::new();
    if base.tables != head.tables {
        let list = |class: &MappedClass| Some(Value::List(class.tables.clone()));
        changes.push(Change::modified(
            Subject::Class,
            path.clone(),
            vec![Aspect::Tables],
            list(base),
            list(head),
        ));
    }
    if !same_inheritance(base.inheritance.as_ref(), head.inheritance.as_ref()) {
        let value = |class: &MappedClass| class.inheritance.clone().map(Value::Inheritance);
        let aspects = vec![Aspect::Inheritance];
        changes.push(Change::modified(Subject::Class, path.clone(), aspects, value(base), value(head)));
    }
    relationships(&path, base, head, &mut changes);
    properties(&path, base, head, &mut changes);
    let placed = changes.into_iter().map(|change| change.at(base.place.as_ref(), head.place.as_ref()));
    context.out.extend(placed);
}

fn same_inheritance(base: Option<&Inheritance>, head: Option<&Inheritance>) -> bool {
    let (Some(base), Some(head)) = (base, head) else { return base == head };
    let facts = |one: &Inheritance| {
        (without_module(&one.base).to_owned(), one.kind.clone(), one.polymorphic_identity.clone())
    };
    facts(base) == facts(head)
}

fn relationships(path: &Path, base: &MappedClass, head: &MappedClass, out: &mut Vec<Change>) {
    let pairs = Pairs::new(&base.relationships, &head.relationships).by(|one| Some(one.name.as_str()));
    let value = |one: &Relationship| (one.name.clone(), Value::Relationship(one.clone()));
    // A fact is unknown if the mapper was not configured.
    let known = |one: bool, other: bool, same: bool| !one || !other || same;
    members(path, Subject::Relationship, &pairs, value, out, |base, head| {
        let direction = base.direction == head.direction;
        let uselist = base.uselist == head.uselist;
        vec![
            (Aspect::Target, without_module(&base.target) == without_module(&head.target)),
            (Aspect::Direction, known(base.direction.is_some(), head.direction.is_some(), direction)),
            (Aspect::Uselist, known(base.uselist.is_some(), head.uselist.is_some(), uselist)),
            (Aspect::Secondary, base.secondary == head.secondary),
            (Aspect::BackPopulates, base.back_populates == head.back_populates),
        ]
    });
}

fn properties(path: &Path, base: &MappedClass, head: &MappedClass, out: &mut Vec<Change>) {
    let pairs = Pairs::new(&base.properties, &head.properties).by(|one| Some(one.name.as_str()));
    let value = |one: &Property| (one.name.clone(), Value::Property(one.clone()));
    members(path, Subject::Property, &pairs, value, out, |base, head| {
        vec![
            (Aspect::Kind, base.kind == head.kind),
            (Aspect::Text, same(base.text.as_deref(), head.text.as_deref(), normalise::expression)),
        ]
    });
}

/// The changes of the members of a class. `value` returns the name and the value of a member, and `facts` for each aspect
/// whether both sides have the same.
fn members<T>(
    path: &Path,
    subject: Subject,
    pairs: &Pairs<'_, T>,
    value: impl Fn(&T) -> (String, Value),
    out: &mut Vec<Change>,
    facts: impl Fn(&T, &T) -> Vec<(Aspect, bool)>,
) {
    let named = |one: &T| {
        let (name, value) = value(one);
        (path.part(&*name), value)
    };
    out.extend(pairs.base.iter().map(|one| {
        let (path, value) = named(one);
        Change::dropped(subject, path, value)
    }));
    for (base, head) in &pairs.both {
        let facts = facts(base, head);
        let aspects: Vec<Aspect> =
            facts.into_iter().filter(|(_, same)| !same).map(|(aspect, _)| aspect).collect();
        if !aspects.is_empty() {
            let ((_, before), (path, after)) = (named(base), named(head));
            out.push(Change::modified(subject, path, aspects, Some(before), Some(after)));
        }
    }
    out.extend(pairs.head.iter().map(|one| {
        let (path, value) = named(one);
        Change::added(subject, path, value)
    }));
}
