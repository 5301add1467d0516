//! What a change says, asked in the words of rules.

use std::collections::BTreeMap;

use belljar_diff::{Action, Aspect, Change, Path, Subject, Value, is_numbered};
use belljar_schema::{Column, ColumnType, ForeignKeyConstraint, Place, Table, UniqueConstraint};

/// `[schema.]table` of a path.
pub(crate) fn table_text(path: &Path) -> String {
    Path { part: None, ..path.clone() }.to_string()
}

pub(crate) fn column_of<'a>(table: &'a Table, name: &str) -> Option<&'a Column> {
    table.columns.iter().find(|column| column.name == name)
}

/// The head has it, and the base does not, as far as is known.
pub(crate) fn is_new(change: &Change) -> bool {
    matches!(change.action, Action::Add | Action::Unseen)
}

/// The base has it, and the head does not, as far as is known.
pub(crate) fn is_gone(change: &Change, subject: Subject) -> bool {
    change.subject == subject && matches!(change.action, Action::Drop | Action::Missing)
}

/// It is renamed, or moved to another schema.
pub(crate) fn is_renamed(change: &Change, subject: Subject) -> bool {
    change.subject == subject && matches!(change.action, Action::Rename | Action::Move)
}

/// Something is modified, this aspect of it among others.
pub(crate) fn modifies(change: &Change, subject: Subject, aspect: Aspect) -> bool {
    change.subject == subject && change.action == Action::Modify && change.aspects.contains(&aspect)
}

/// Both types, where a column gets another.
pub(crate) fn types(change: &Change) -> Option<(&ColumnType, &ColumnType)> {
    match (modifies(change, Subject::Column, Aspect::Type), &change.before, &change.after) {
        (true, Some(Value::ColumnType(before)), Some(Value::ColumnType(after))) => Some((before, after)),
        _ => None,
    }
}

/// Text of both sides.
pub(crate) fn texts(change: &Change) -> (Option<&str>, Option<&str>) {
    fn get(value: Option<&Value>) -> Option<&str> {
        match value {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
    (get(change.before.as_ref()), get(change.after.as_ref()))
}

/// The column that is added to a table that was there.
pub(crate) fn added_column(change: &Change) -> Option<&Column> {
    match (&change.after, is_new(change) && change.subject == Subject::Column) {
        (Some(Value::Column(column)), true) => Some(column),
        _ => None,
    }
}

/// The unique constraint that is added to a table that was there, or differs in its columns.
pub(crate) fn new_unique(change: &Change) -> Option<&UniqueConstraint> {
    match (&change.after, is_new(change) || modifies(change, Subject::Unique, Aspect::Columns)) {
        (Some(Value::Unique(unique)), true) => Some(unique),
        _ => None,
    }
}

/// Whether the database itself gives a value to a column that an insert does not name.
pub(crate) fn fills_itself(table: Option<&Table>, column: &Column) -> bool {
    column.server_default.is_some()
        || column.computed.is_some()
        || column.identity.is_some()
        || is_serial(table, column)
}

/// Whether a check of a table refuses null in a column. One that the base has was validated, or it would not be there.
pub(crate) fn is_checked_for_null(table: &Table, column: &str) -> bool {
    let says_so = |text: &str| {
        let text: String = text.chars().filter(|one| !matches!(one, '"' | '`' | '(' | ')')).collect();
        let own = text.trim().rsplit('.').next().unwrap_or_default().to_lowercase();
        own == format!("{} is not null", column.to_lowercase())
    };
    table.checks.iter().any(|check| says_so(&check.sql))
}

/// Whether SQLAlchemy makes it a `SERIAL` or `AUTO_INCREMENT`.
pub(crate) fn is_serial(table: Option<&Table>, column: &Column) -> bool {
    column.identity.is_none() && table.is_some_and(|table| is_numbered(table, column))
}

/// Names between backticks, with commas.
pub(crate) fn ticked(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The table that a change brings.
pub(crate) fn new_table(change: &Change) -> Option<&Table> {
    match (&change.after, is_new(change)) {
        (Some(Value::Table(table)), true) => Some(table),
        _ => None,
    }
}

/// Where a column is declared, or its table.
pub(crate) fn place_of<'a>(table: &'a Table, column: Option<&String>) -> Option<&'a Place> {
    let column = column.and_then(|name| column_of(table, name)).and_then(|column| column.place.as_ref());
    column.or(table.place.as_ref())
}

/// The columns of a constraint, as far as it names them.
pub(crate) fn columns_of(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Unique(one)) => one.columns.clone(),
        Some(Value::ForeignKey(one)) => one.columns.clone(),
        Some(Value::PrimaryKey(one)) => one.columns.clone(),
        _ => vec![],
    }
}

/// `[schema.]table` that a foreign key leads to.
pub(crate) fn target_table(key: &ForeignKeyConstraint) -> Option<String> {
    Some(key.targets.first()?.rsplit_once('.')?.0.to_owned())
}

/// Whether an option is given and not false.
pub(crate) fn is_on(options: &BTreeMap<String, String>, name: &str) -> bool {
    options.get(name).is_some_and(|text| !matches!(text.to_lowercase().as_str(), "false" | "none" | "0"))
}

/// Whether the values stand in the type itself.
pub(crate) fn is_inline_enum(text: &str) -> bool {
    let text = text.trim_start().to_uppercase();
    text.starts_with("ENUM(") || text.starts_with("SET(")
}

/// What stands between single quotes, two of which are one.
pub(crate) fn literals(text: &str) -> Vec<String> {
    let (mut found, mut own, mut letters) = (Vec::new(), None::<String>, text.chars().peekable());
    while let Some(letter) = letters.next() {
        match (&mut own, letter) {
            (Some(text), '\'') if letters.next_if_eq(&'\'').is_some() => text.push('\''),
            (Some(_), '\'') => found.extend(own.take()),
            (Some(text), other) => text.push(other),
            (None, '\'') => own = Some(String::new()),
            (None, _) => {}
        }
    }
    found
}
