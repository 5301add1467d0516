use belljar_schema::{View, ViewColumn};

use crate::{
    Aspect, Change, Path, Side, Subject, Value,
    column_facts::difference,
    context::{Context, path_of},
    namesake,
    normalise::{self, same},
    objects::same_creation,
    pair::Pairs,
    uncertain::{self, Wanted},
};

/// Compares all views and materialized views.
pub(crate) fn compare(context: &mut Context<'_>) {
    let sides = context.sides;
    let name = |view: &'_ View| (view.schema.clone(), view.name.clone());
    let pairs = Pairs::new(&sides.base.views, &sides.head.views)
        .by(|view| Some((name(view), view.metadata.clone())))
        .by_unique(|view| Some(name(view)));
    for view in &pairs.base {
        let notes = uncertain::notes_for(Side::Base, view.status, &view.reasons);
        let value = Value::View(Box::new((*view).clone()));
        context.gone(Subject::View, path(view, view.metadata.as_ref()), value, wanted(view), notes);
        namesake::doubt_last(context, *view, Side::Head);
    }
    for (base, head) in &pairs.both {
        view(context, base, head);
    }
    for view in &pairs.head {
        let notes = uncertain::notes_for(Side::Head, view.status, &view.reasons);
        let value = Value::View(Box::new((*view).clone()));
        context.new_one(Subject::View, path(view, view.metadata.as_ref()), value, wanted(view), notes);
        namesake::doubt_last(context, *view, Side::Base);
    }
}

fn path(view: &View, metadata: Option<&String>) -> Path {
    path_of(metadata, view.schema.as_ref(), &view.name)
}

fn wanted(view: &View) -> Wanted<'_> {
    let (schema, class) = (view.schema.as_deref(), view.class.as_deref());
    Wanted { schema, name: &view.name, class, place: view.place.as_ref() }
}

fn view(context: &mut Context<'_>, base: &View, head: &View) {
    // Names in a statement for MySQL may be case-sensitive, and it uses other quotes.
    let is_standard = |view: &View| view.creation.dialects.iter().all(|name| name == "postgresql");
    let standard = is_standard(base) && is_standard(head);
    let form = |text: &str| if standard { normalise::query(text) } else { text.trim().to_owned() };
    let same_query =
        |one: &Option<String>, other: &Option<String>| same(one.as_deref(), other.as_deref(), form);
    let facts = [
        (Aspect::Materialized, base.materialized == head.materialized),
        (Aspect::Query, same_query(&base.sql, &head.sql) && same_query(&base.postgresql, &head.postgresql)),
        (Aspect::Columns, same_columns(&base.columns, &head.columns)),
        (Aspect::Indexes, base.indexes == head.indexes),
        (Aspect::Options, base.options == head.options),
        (Aspect::Creation, same_creation(&base.creation, &head.creation)),
    ];
    let aspects: Vec<Aspect> =
        facts.into_iter().filter(|(_, same)| !same).map(|(aspect, _)| aspect).collect();
    if aspects.is_empty() {
        return;
    }
    let value = |view: &View| Some(Value::View(Box::new(view.clone())));
    let path = path(head, base.metadata.as_ref());
    let change = Change::modified(Subject::View, path, aspects, value(base), value(head));
    let mut doubts = uncertain::notes_for(Side::Base, base.status, &base.reasons);
    doubts.extend(uncertain::notes_for(Side::Head, head.status, &head.reasons));
    doubts.extend(namesake::doubt(context, base, head));
    for (side, view) in [(Side::Base, base), (Side::Head, head)] {
        let columns = view.columns.iter();
        doubts.extend(columns.flat_map(|column| uncertain::notes_for(side, column.status, &column.reasons)));
    }
    context.out.push(change.at(base.place.as_ref(), head.place.as_ref()).doubted(doubts));
}

fn same_columns(base: &[ViewColumn], head: &[ViewColumn]) -> bool {
    let same_type = |one: &ViewColumn, other: &ViewColumn| match (&one.ty, &other.ty) {
        (Some(one), Some(other)) => difference(one, other, false).is_none(),
        (one, other) => one == other,
    };
    let same = |(one, other): (&ViewColumn, &ViewColumn)| {
        one.name == other.name && one.comment == other.comment && same_type(one, other)
    };
    base.len() == head.len() && base.iter().zip(head).all(same)
}
