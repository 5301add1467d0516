use belljar_schema::Table;

use crate::{
    Aspect, Change, Path, Side, Subject, Value,
    columns::{self, InTable},
    constraints,
    context::{Context, text},
    namesake,
    pair::tables_by_name,
    uncertain::{is_marked, of_table},
};

/// Compares all tables of both sides.
pub(crate) fn compare(context: &mut Context<'_>) {
    let sides = context.sides;
    let mut pairs = tables_by_name(&sides.base.tables, &sides.head.tables);
    pairs.both.sort_by_key(|(base, _)| (&base.schema, &base.name, &base.metadata));
    let (mut both, mut gone) = (pairs.both.iter().peekable(), pairs.base.iter().peekable());
    let key = |table: &Table| (table.schema.clone(), table.name.clone());
    // Both lists are sorted by name, and so is the result; new tables follow.
    loop {
        let first_gone = match (both.peek(), gone.peek()) {
            (Some((base, _)), Some(other)) => key(other) < key(base),
            (None, Some(_)) => true,
            (Some(_), None) => false,
            (None, None) => break,
        };
        if first_gone {
            gone.next().into_iter().for_each(|table| dropped(context, table));
        } else {
            both.next().into_iter().for_each(|(base, head)| table(context, base, head));
        }
    }
    pairs.head.into_iter().for_each(|table| added(context, table));
}

fn dropped(context: &mut Context<'_>, table: &Table) {
    let (path, value) = (Path::of_table(table), Value::Table(Box::new(table.clone())));
    context.gone(Subject::Table, path, value, table.into(), of_table(Side::Base, table));
    namesake::doubt_last(context, table, Side::Head);
}

fn added(context: &mut Context<'_>, table: &Table) {
    let (path, value) = (Path::of_table(table), Value::Table(Box::new(table.clone())));
    context.new_one(Subject::Table, path, value, table.into(), of_table(Side::Head, table));
    namesake::doubt_last(context, table, Side::Base);
    if is_marked(&table.name) {
        context.doubt_last(of_table(Side::Head, table));
    }
}

/// Compares two paired tables with everything in them.
fn table(context: &mut Context<'_>, base: &Table, head: &Table) {
    let mut notes = of_table(Side::Base, base);
    notes.extend(of_table(Side::Head, head));
    if base != head {
        notes.extend(namesake::doubt(context, base, head));
    }
    let own = InTable { base, head, path: Path::of_table(base), notes };
    columns::compare(context, &own);
    constraints::compare(context, &own);
    facts(context, &own);
}

/// Compares comment, prefixes and options.
fn facts(context: &mut Context<'_>, own: &InTable<'_>) {
    let (base, head) = (own.base, own.head);
    let mut modified = |part: Option<&String>, aspect, before, after| {
        let path = part.map_or_else(|| own.path.clone(), |part| own.path.part(part));
        let change = Change::modified(Subject::Table, path, vec![aspect], before, after);
        context.out.push(change.at(base.place.as_ref(), head.place.as_ref()).doubted(own.notes.clone()));
    };
    if base.comment != head.comment {
        modified(None, Aspect::Comment, text(base.comment.as_ref()), text(head.comment.as_ref()));
    }
    if base.prefixes != head.prefixes {
        let list = |table: &Table| Some(Value::List(table.prefixes.clone()));
        modified(None, Aspect::Prefixes, list(base), list(head));
    }
    let mut names: Vec<&String> = base.options.keys().chain(head.options.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let (before, after) = (base.options.get(name), head.options.get(name));
        if before != after {
            modified(Some(name), Aspect::Option, text(before), text(after));
        }
    }
}
