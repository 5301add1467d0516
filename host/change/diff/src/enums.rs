//! Compares enumerations and domains.

use belljar_schema::{NamedType, TypeKind};

use crate::{
    Action, Aspect, Certainty, Change, Note, Path, Side, Subject, Value,
    context::{Context, find, path_of},
    names::{NAMED_BY, similar},
    namesake,
    normalise::{self, same},
    pair::Pairs,
    renames::Statement,
    uncertain::{self, Wanted},
};

/// Compares all named types.
pub(crate) fn compare(context: &mut Context<'_>) {
    let (sides, before) = (context.sides, context.out.len());
    let name = |ty: &'_ NamedType| (ty.schema.clone(), ty.name.clone());
    let pairs = Pairs::new(&sides.base.types, &sides.head.types)
        .by(|ty| Some((name(ty), ty.metadata.clone())))
        .by_unique(|ty| Some(name(ty)));
    for ty in &pairs.base {
        let notes = uncertain::notes_for(Side::Base, ty.status, &ty.reasons);
        let doubts = lost_columns(context, Side::Head, ty);
        context.gone(Subject::Type, path(ty), Value::Type(Box::new((*ty).clone())), wanted(ty), notes);
        context.doubt_last(doubts);
        namesake::doubt_last(context, *ty, Side::Head);
    }
    for (base, head) in &pairs.both {
        ty(context, base, head);
    }
    for ty in &pairs.head {
        let notes = uncertain::notes_for(Side::Head, ty.status, &ty.reasons);
        let doubts = lost_columns(context, Side::Base, ty);
        context.new_one(Subject::Type, path(ty), Value::Type(Box::new((*ty).clone())), wanted(ty), notes);
        context.doubt_last(doubts);
        namesake::doubt_last(context, *ty, Side::Base);
    }
    for change in context.out.iter_mut().skip(before) {
        change.dialects = vec![NAMED_BY.to_owned()];
    }
}

fn path(ty: &NamedType) -> Path {
    path_of(ty.metadata.as_ref(), ty.schema.as_ref(), &ty.name)
}

fn wanted(ty: &NamedType) -> Wanted<'_> {
    Wanted { schema: ty.schema.as_deref(), name: &ty.name, class: None, place: ty.place.as_ref() }
}

/// A type exists for the columns that use it: doubts about them on the other side are doubts about the type.
fn lost_columns(context: &Context<'_>, side: Side, ty: &NamedType) -> Vec<Note> {
    let document = match side {
        Side::Base => context.sides.base,
        Side::Head => context.sides.head,
    };
    let mut notes = Vec::new();
    for text in &ty.columns {
        let Some((table, column)) = text.rsplit_once('.') else { continue };
        notes.extend(context.lost_table(side, table));
        if let Some(table) = find(document, table) {
            notes.extend(uncertain::of_table(side, table));
            let column = table.columns.iter().find(|one| one.name == column);
            notes.extend(column.into_iter().flat_map(|column| uncertain::of_column(side, column)));
        }
    }
    notes.sort();
    notes.dedup();
    notes
}

fn ty(context: &mut Context<'_>, base: &NamedType, head: &NamedType) {
    let path = Path { metadata: base.metadata.clone().or_else(|| head.metadata.clone()), ..path(head) };
    let mut changes = values(context, base, head, &path);
    let mut aspects = Vec::new();
    if base.kind != head.kind {
        aspects.push(Aspect::Kind);
    }
    // The statement of an enumeration has no information besides its values.
    let is_enum = base.kind == TypeKind::Enum && head.kind == TypeKind::Enum;
    if !is_enum && !same(base.sql.as_deref(), head.sql.as_deref(), normalise::statement) {
        aspects.push(Aspect::Statement);
    }
    if base.created != head.created {
        aspects.push(Aspect::Creation);
    }
    if !aspects.is_empty() {
        let value = |ty: &NamedType| Some(Value::Type(Box::new(ty.clone())));
        changes.push(Change::modified(Subject::Type, path, aspects, value(base), value(head)));
    }
    let mut doubts = uncertain::notes_for(Side::Base, base.status, &base.reasons);
    doubts.extend(uncertain::notes_for(Side::Head, head.status, &head.reasons));
    doubts.extend(namesake::doubt(context, base, head));
    let placed = changes.into_iter().map(|change| change.at(base.place.as_ref(), head.place.as_ref()));
    context.out.extend(placed.map(|change| change.doubted(doubts.clone())));
}

/// Values added, dropped, renamed, reordered.
fn values(context: &Context<'_>, base: &NamedType, head: &NamedType, path: &Path) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut before = base.values.clone();
    for value in &mut before {
        let rename = renamed(context, (base, head), path, value);
        if let Some((new, notes, certainty)) = rename {
            let mut change = Change::new(Action::Rename, Subject::EnumValue, path.part(new)).noted(notes);
            change.was = Some(path.part(&**value));
            (change.before, change.after) =
                (Some(Value::Text(value.clone())), Some(Value::Text(new.to_owned())));
            change.certainty = certainty;
            changes.push(change);
            *value = new.to_owned();
        }
    }
    let possible = |old: &str, new: &str| {
        let message = format!("`{old}` may have been renamed to `{new}`: they are in the same position");
        let hint =
            format!("confirm with `--rename {path}.{old}={new}`, or reject with `--rename {path}.{old}=`");
        vec![Note { hint: Some(hint), ..Note::new("possible-rename", message) }]
    };
    let gone = |value: &String| !head.values.contains(value);
    let is_new = |value: &String| !before.contains(value);
    let same_count = base.values.len() == head.values.len();
    let unsettled = |value: &str| context.renames.stated_value(path, value) == Statement::Nothing;
    for (position, value) in before.iter().enumerate().filter(|(_, value)| gone(value)) {
        let change = Change::dropped(Subject::EnumValue, path.part(&**value), Value::Text(value.clone()));
        let other = head.values.get(position).filter(|other| same_count && is_new(other) && unsettled(value));
        changes.push(change.likely_for(other.map(|new| possible(value, new)).unwrap_or_default()));
    }
    for (position, value) in head.values.iter().enumerate().filter(|(_, value)| is_new(value)) {
        let mut change = Change::added(Subject::EnumValue, path.part(&**value), Value::Text(value.clone()));
        change.position = Some(position);
        let other = before.get(position).filter(|other| same_count && gone(other) && unsettled(other));
        changes.push(change.likely_for(other.map(|old| possible(old, value)).unwrap_or_default()));
    }
    let kept: Vec<&String> = before.iter().filter(|value| !gone(value)).collect();
    let common: Vec<&String> = head.values.iter().filter(|value| !is_new(value)).collect();
    if kept != common {
        let list = |values: &[String]| Some(Value::List(values.to_vec()));
        let (before, after) = (list(&before), list(&head.values));
        changes.push(Change::modified(Subject::Type, path.clone(), vec![Aspect::Order], before, after));
    }
    changes
}

/// The name in the head of a value of the base, if it was renamed.
fn renamed<'a>(
    context: &Context<'a>,
    (base, head): (&NamedType, &'a NamedType),
    path: &Path,
    value: &str,
) -> Option<(&'a str, Vec<Note>, Certainty)> {
    let is_new = |other: &str| !base.values.iter().any(|value| value == other);
    match context.renames.stated_value(path, value) {
        Statement::Nothing => {}
        Statement::NoRename => return None,
        Statement::Renamed(stated) => {
            let new = head.values.iter().find(|other| *other == stated && is_new(other))?;
            let notes = vec![Note::new("stated", "it was stated with `--rename`")];
            return Some((new, notes, Certainty::Certain));
        }
    }
    let position = base.values.iter().position(|other| other == value)?;
    let new = head.values.get(position)?;
    let gone = !head.values.iter().any(|other| other == value);
    if !gone || !is_new(new) || base.values.len() != head.values.len() || !similar(value, new) {
        return None;
    }
    let notes = vec![
        Note::new("same-position", "they are in the same position"),
        Note::new("similar-name", "their names are similar"),
    ];
    Some((new, notes, Certainty::Likely))
}
