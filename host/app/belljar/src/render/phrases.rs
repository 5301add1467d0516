//! Parts of sentences that several formats have in common.

use std::io::{self, Write};

use belljar_dialect::Database;
use belljar_schema::{Column, ColumnType, ForeignKeyConstraint, Place, Reason, Status, Table};
use owo_colors::OwoColorize as _;

use super::safe;

/// Whether a table and all its columns are exact.
pub(super) fn is_exact(table: &Table) -> bool {
    table.status == Status::Exact && table.columns.iter().all(|column| column.status == Status::Exact)
}

/// A place as `path:line`.
pub(super) fn at(place: &Place) -> String {
    format!("{}:{}", safe(&place.path), place.line)
}

/// The type in a dialect, else as SQLAlchemy shows it.
pub(super) fn type_text(ty: &ColumnType, dialect: Database) -> String {
    safe(ty.ddl(dialect).unwrap_or(&ty.repr))
}

/// The properties of a column besides its name and type.
pub(super) fn facts(table: &Table, column: &Column) -> Vec<String> {
    let mut facts = vec![if column.nullable { "null" } else { "not null" }.to_owned()];
    if column.primary_key {
        facts.push("primary key".to_owned());
    }
    for key in column.foreign_keys.iter().filter(|key| !is_part(table, &column.name, &key.target)) {
        let actions = [("delete", &key.ondelete), ("update", &key.onupdate)].map(|(event, action)| {
            action.as_ref().map(|action| format!(" on {event} {}", action.to_lowercase())).unwrap_or_default()
        });
        facts.push(safe(&format!("-> {}{}", key.target, actions.concat())));
    }
    if let Some(values) = &column.ty.enum_values {
        facts.push(safe(&format!("one of {}", values.join(", "))));
    }
    if let Some(computed) = &column.computed {
        facts.push(safe(&format!("computed {}", computed.sql)));
    }
    if let Some(identity) = &column.identity {
        facts.push("identity".to_owned());
        facts.extend(identity.options.iter().map(|(name, text)| safe(&format!("{name}={text}"))));
    }
    if let Some(default) = &column.server_default {
        facts.push(safe(&format!("default {default}")));
    }
    let of_all = column.options.iter().filter(|(name, _)| !is_of_a_dialect(name));
    facts.extend(of_all.map(|(name, text)| safe(&format!("{name}={text}"))));
    facts
}

/// Whether a reference of a column is only part of a foreign key of several columns.
fn is_part(table: &Table, column: &str, target: &str) -> bool {
    let has = |key: &&ForeignKeyConstraint| {
        key.columns.iter().zip(&key.targets).any(|(own, other)| own == column && other == target)
    };
    let mut keys = table.foreign_keys.iter().filter(has).peekable();
    keys.peek().is_some() && keys.all(|key| key.columns.len() > 1)
}

/// Whether an option only repeats, for a dialect other than PostgreSQL, what is shown anyway.
pub(super) fn is_of_a_dialect(option: &str) -> bool {
    option.contains(':')
}

/// Writes a line for each reason.
pub(super) fn write_reasons(out: &mut dyn Write, reasons: &[Reason], indent: &str) -> io::Result<()> {
    for reason in reasons {
        writeln!(out, "{indent}{} {}", "partial:".yellow(), safe(&reason.message))?;
    }
    Ok(())
}
