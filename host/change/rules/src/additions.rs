//! What a change adds: columns of a type, and names.

use belljar_diff::{Action, Aspect, Change, Subject, Value};
use belljar_schema::Place;

use crate::{
    context::RuleContext,
    draft::Draft,
    facts::{is_new, place_of, types},
    ty::Ty,
};

/// A finding for each new column of a kind of type in PostgreSQL.
pub(crate) fn of_type(
    context: &RuleContext<'_>,
    change: &Change,
    is: impl Fn(&Ty) -> bool,
    what: &str,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (table, column) in context.new_columns(change) {
        if column.ty.postgresql.as_deref().is_some_and(|text| is(&Ty::parse(text))) {
            let message = format!("column `{}.{}` {what}", table.full_name(), column.name);
            drafts.push(Draft::new(message).at(column.place.as_ref()));
        }
    }
    // One that becomes it.
    if let (Some((before, after)), Some(column)) = (types(change), context.column(&change.path)) {
        let read = |text: &Option<String>| text.as_deref().is_some_and(|text| is(&Ty::parse(text)));
        if read(&after.postgresql) && !read(&before.postgresql) {
            drafts.push(Draft::new(format!("column `{}` {what}", change.path)).at(column.place.as_ref()));
        }
    }
    drafts
}

/// A name that is new.
pub(crate) struct Named<'a> {
    pub(crate) kind: &'static str,
    pub(crate) name: &'a str,
    pub(crate) place: Option<&'a Place>,
}

/// The names that a change introduces, by adding or renaming.
pub(crate) fn new_names<'a>(context: &RuleContext<'_>, change: &'a Change) -> Vec<Named<'a>> {
    let mut found = Vec::new();
    let mut push = |kind, name: Option<&'a String>, place| {
        found.extend(name.map(|name| Named { kind, name, place }));
    };
    let renamed = change.action == Action::Rename;
    let place = change.head.as_ref();
    match (&change.after, change.subject) {
        (_, Subject::Table) if renamed => push("table", Some(&change.path.name), place),
        (_, Subject::Column) if renamed => push("column", change.path.part.as_ref(), place),
        (Some(Value::Table(table)), _) if is_new(change) => {
            push("schema", table.schema.as_ref().filter(|name| !context.had_schema(name)), place);
            push("table", Some(&table.name), table.place.as_ref());
            for column in &table.columns {
                push("column", Some(&column.name), column.place.as_ref());
            }
            for index in &table.indexes {
                push("index", index.name.as_ref(), place_of(table, index.columns.first()));
            }
            for one in &table.unique {
                push("unique constraint", one.name.as_ref(), place_of(table, one.columns.first()));
            }
            for key in &table.foreign_keys {
                push("foreign key", key.name.as_ref(), place_of(table, key.columns.first()));
            }
            table.checks.iter().for_each(|check| push("check", check.name.as_ref(), table.place.as_ref()));
        }
        (Some(value), _) if is_new(change) || change.aspects.contains(&Aspect::Name) => match value {
            Value::Column(column) => push("column", Some(&column.name), place),
            Value::Index(index) => push("index", index.name.as_ref(), place),
            Value::Unique(one) => push("unique constraint", one.name.as_ref(), place),
            Value::ForeignKey(key) => push("foreign key", key.name.as_ref(), place),
            Value::Check(check) => push("check", check.name.as_ref(), place),
            Value::Type(ty) => push("type", Some(&ty.name), place),
            Value::Sequence(sequence) => push("sequence", Some(&sequence.name), place),
            Value::View(view) => push("view", Some(&view.name), place),
            _ => {}
        },
        _ => {}
    }
    found
}
