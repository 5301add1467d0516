use std::collections::BTreeMap;

use belljar_schema::{
    Column, ColumnType, Default, ForeignKeyConstraint, Identity, Index, IndexElement, PrimaryKey, Sequence,
    UniqueConstraint,
};

use super::short;
use crate::{Action, Aspect, Certainty, Change, Subject, Value};

/// The sign in front of a change.
pub(super) fn sign(change: &Change) -> char {
    match (change.certainty, change.action) {
        (Certainty::CannotTell, _) | (_, Action::Missing | Action::Unseen) => '?',
        (_, Action::Add) => '+',
        (_, Action::Drop) => '-',
        (_, Action::Modify) => '~',
        (_, Action::Rename | Action::Move) => '>',
    }
}

/// A change in one line; `quote` is applied to every text of the repository.
pub(super) fn sentence(change: &Change, quote: &dyn Fn(&str) -> String) -> String {
    let what = subject(change, quote);
    let text = |value: &Value| quote(&short(&content(value)));
    let (before, after) = (change.before.as_ref().map(text), change.after.as_ref().map(text));
    match change.action {
        Action::Add => {
            with_content(&format!("{what} added"), own_content(change, change.after.as_ref(), quote))
        }
        Action::Drop => {
            with_content(&format!("{what} dropped"), own_content(change, change.before.as_ref(), quote))
        }
        Action::Missing => format!("{what} not found in the head; can't determine whether it was dropped"),
        Action::Unseen => format!("{what} not found in the base; can't determine whether it is new"),
        Action::Rename | Action::Move => {
            let verb = if change.action == Action::Move { "moved" } else { "renamed" };
            let (was, is) = (before.unwrap_or_default(), after.unwrap_or_default());
            format!("{} {verb}: {was} -> {is}", change.subject.text().replace('-', " "))
        }
        Action::Modify => {
            let aspects: Vec<String> = change.aspects.iter().map(|aspect| words(*aspect)).collect();
            let none = || "none".to_owned();
            let (was, is) = (before.unwrap_or_else(none), after.unwrap_or_else(none));
            let only = if change.dialects.is_empty() || change.dialects.len() == 5 {
                String::new()
            } else {
                format!(" ({})", change.dialects.join(", "))
            };
            if let Some(actions) = actions(change) {
                format!("{what}: {actions}{only}")
            } else if was == is {
                format!("{what}: {} changed{only}", aspects.join(", "))
            } else {
                format!("{what}: {} {was} -> {is}{only}", aspects.join(", "))
            }
        }
    }
}

/// The content of what is added or dropped, without the name that stands before it.
fn own_content(change: &Change, value: Option<&Value>, quote: &dyn Fn(&str) -> String) -> Option<String> {
    let whole = content(value?);
    let name = change.path.part.as_deref().unwrap_or_default();
    let rest = whole.strip_prefix(name).filter(|_| !name.is_empty() && change.subject != Subject::Table);
    let own = match rest {
        Some("") => return None,
        Some(rest) => rest.strip_prefix(' ').unwrap_or(&whole),
        None => &whole,
    };
    Some(quote(&short(own)))
}

/// The actions of a foreign key on both sides, if nothing else of it changes: `on delete no action -> cascade`.
fn actions(change: &Change) -> Option<String> {
    let (Some(Value::ForeignKey(base)), Some(Value::ForeignKey(head))) = (&change.before, &change.after)
    else {
        return None;
    };
    let shown = |action: &Option<String>| action.as_deref().unwrap_or("no action").to_lowercase();
    let of_aspect = |aspect: &Aspect| {
        let (was, is) = match aspect {
            Aspect::Ondelete => (&base.ondelete, &head.ondelete),
            Aspect::Onupdate => (&base.onupdate, &head.onupdate),
            _ => return None,
        };
        Some(format!("{} {} -> {}", words(*aspect), shown(was), shown(is)))
    };
    let all: Option<Vec<String>> = change.aspects.iter().map(of_aspect).collect();
    all.filter(|all| !all.is_empty()).map(|all| all.join(", "))
}

fn with_content(text: &str, content: Option<String>) -> String {
    content.map_or_else(|| text.to_owned(), |content| format!("{text}: {content}"))
}

/// `column email`; the table itself is not named in its own group.
fn subject(change: &Change, quote: &dyn Fn(&str) -> String) -> String {
    let kind = change.subject.text().replace('-', " ");
    match (&change.path.part, change.subject) {
        (Some(part), Subject::Table) => quote(part),
        (Some(part), _) => format!("{kind} {}", quote(part)),
        (None, _) => kind,
    }
}

fn words(aspect: Aspect) -> String {
    aspect.words()
}

impl Aspect {
    /// The name in a sentence.
    pub fn words(self) -> String {
        match self {
            Self::Ondelete => "on delete".to_owned(),
            Self::Onupdate => "on update".to_owned(),
            other => other.text().replace('-', " "),
        }
    }
}

/// A value in short form.
pub(super) fn content(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::List(list) => list.join(", "),
        Value::Table(table) => {
            let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
            format!("({})", names.join(", "))
        }
        Value::Column(column) => describe_column(column),
        Value::ColumnType(ty) => describe_type(ty),
        Value::Default(Default { kind, text }) => format!("{kind} {text}"),
        Value::Computed(computed) => computed.sql.clone(),
        Value::Identity(Identity { always, start, increment, options }) => {
            let kind = if *always { "always" } else { "by default" };
            let number = |name, number: &Option<i64>| number.map(|number| format!(" {name} {number}"));
            let numbers = [number("start", start), number("increment", increment)];
            format!("{kind}{}{}", numbers.into_iter().flatten().collect::<String>(), given(options))
        }
        Value::PrimaryKey(PrimaryKey { name, columns, options, .. })
        | Value::Unique(UniqueConstraint { name, columns, options, .. }) => {
            named(name.as_deref(), columns) + &given(options)
        }
        Value::ForeignKey(key) => foreign_key(key) + &given(&key.options),
        Value::Check(check) => check.sql.clone() + &given(&check.options),
        Value::Exclude(exclude) => exclude.sql.clone() + &given(&exclude.options),
        Value::Index(index) => describe_index(index),
        Value::Type(ty) if ty.values.is_empty() => ty.sql.clone().unwrap_or_default(),
        Value::Type(ty) => ty.values.join(", "),
        Value::Sequence(sequence) => describe_sequence(sequence),
        Value::View(view) => view.sql.clone().unwrap_or_default(),
        Value::Object(object) => object.sql.clone().unwrap_or_default(),
        Value::Class(class) => class.tables.join(", "),
        Value::Inheritance(one) => format!("{} from {}", one.kind, one.base),
        Value::Relationship(one) => format!("to {}", one.target),
        Value::Property(one) => one.text.clone().unwrap_or_default(),
    }
}

fn describe_type(ty: &ColumnType) -> String {
    let text = ty.postgresql.as_ref().unwrap_or(&ty.repr);
    match &ty.enum_values {
        Some(values) => format!("{text} of {}", values.join(", ")),
        None => text.clone(),
    }
}

fn describe_column(column: &Column) -> String {
    let null = if column.nullable { "null" } else { "not null" };
    let default = column.server_default.as_ref().map(|text| format!(" default {text}")).unwrap_or_default();
    format!("{} {null}{default}", describe_type(&column.ty))
}

fn named(name: Option<&str>, columns: &[String]) -> String {
    format!("{}({})", name.map(|name| format!("{name} ")).unwrap_or_default(), columns.join(", "))
}

fn foreign_key(key: &ForeignKeyConstraint) -> String {
    let mut text = format!("{} -> {}", named(key.name.as_deref(), &key.columns), key.targets.join(", "));
    let words = [
        ("on delete", &key.ondelete),
        ("on update", &key.onupdate),
        ("initially", &key.initially),
        ("match", &key.match_type),
    ];
    for (word, value) in words {
        text += &value.as_ref().map(|value| format!(" {word} {}", value.to_lowercase())).unwrap_or_default();
    }
    if key.deferrable == Some(true) {
        text += " deferrable";
    }
    text
}

fn describe_index(index: &Index) -> String {
    let elements: Vec<String> = index.elements.iter().map(|IndexElement { sql, .. }| sql.clone()).collect();
    let unique = if index.unique { "unique " } else { "" };
    format!("{unique}{}{}", named(index.name.as_deref(), &elements), given(&index.options))
}

/// Options, each preceded by a space.
fn given(options: &BTreeMap<String, String>) -> String {
    let texts: Vec<String> = options.iter().map(|(name, text)| format!(" {name}={text}")).collect();
    texts.concat()
}

fn describe_sequence(sequence: &Sequence) -> String {
    let numbers = [
        ("start", sequence.start),
        ("increment", sequence.increment),
        ("min", sequence.min_value),
        ("max", sequence.max_value),
        ("cache", sequence.cache),
    ];
    let parts = numbers.into_iter().filter_map(|(name, number)| Some(format!("{name} {}", number?)));
    let cycle = (sequence.cycle == Some(true)).then(|| "cycle".to_owned());
    parts.chain(cycle).chain(sequence.data_type.clone()).collect::<Vec<_>>().join(" ")
}
