//! What is not compared, and why a difference can't be determined.

use std::collections::BTreeSet;

use belljar_diff::{Action, Aspect, Change, Subject};
use belljar_schema::{Diagnostic, Document, Place, Reason, Severity, Table, full_name};

use super::{NotCompared, Unseen, known_tool, prepare::Prepared};
use crate::config::Ignore;

/// The beginning of a statement in a message.
const LONGEST_STATEMENT: usize = 80;

/// What stands for a value that code has computed when it was imported.
const TAKEN: &str = "(taken at import)";

/// Why a difference can't be determined, beyond what the comparison knows: a value is unknown, or a database writes a statement in
/// its own form, which need not mean something else.
pub(super) fn of_change(change: &Change) -> Option<&'static str> {
    let (_, code) = belljar_diff::render::values(change);
    if code.is_some_and(|text| text.contains(TAKEN) || text.contains('⟪')) {
        return Some("code: the value is not known");
    }
    let is_text = change.action == Action::Modify
        && change.aspects.iter().all(|aspect| {
            matches!(
                aspect,
                Aspect::Statement | Aspect::Query | Aspect::Text | Aspect::Tables | Aspect::Creation
            )
        });
    (is_text && matches!(change.subject, Subject::Object | Subject::View))
        .then_some("the database writes the statement in a form of its own, which may mean the same")
}

/// Why a database may have what it does not show: it could not be read.
pub(super) fn of_unread(path: &belljar_diff::Path, database: &Document) -> Option<String> {
    let names = [format!("`{}`", path.full_name()), format!("`{}`", path.name)];
    let is_about = |item: &&Diagnostic| names.iter().any(|name| item.message.contains(name.as_str()));
    database.diagnostics.iter().find(is_about).map(|item| format!("database: {}", item.message))
}

/// Everything that could not be compared.
pub(super) fn not_compared(prepared: &Prepared, ignore: &Ignore) -> Vec<NotCompared> {
    let mut found = Vec::new();
    for diagnostic in &prepared.database.diagnostics {
        found.push(of(Unseen::Database, None, diagnostic.message.clone(), None));
    }
    let lost = prepared.code.diagnostics.iter().filter(|item| item.severity > Severity::Note);
    found.extend(lost.map(|item| of(Unseen::Code, None, item.message.clone(), item.place.as_ref())));
    found.extend(partial(Unseen::Database, &without_tools(prepared), ignore));
    found.extend(partial(Unseen::Code, &prepared.code, ignore));
    for (name, schema, place) in &prepared.unread {
        let message = format!("its schema `{schema}` was not read");
        found.push(of(Unseen::Database, Some(name.clone()), message, place.as_ref()));
    }
    for (name, place) in &prepared.ambiguous {
        let message =
            "the code declares it more than once, in different forms; `--only` chooses some files".to_owned();
        found.push(of(Unseen::Code, Some(name.clone()), message, place.as_ref()));
    }
    for item in &prepared.code.unresolved {
        let message = format!("no run produced it: {}", item.reason.message);
        found.push(of(Unseen::Code, Some(item.name.clone()), message, Some(&item.place)));
    }
    for item in &prepared.statements {
        let text = item.sql.as_deref().or(item.postgresql.as_deref()).unwrap_or(&item.name);
        let text = belljar_text::brief(&super::message::plain(text), LONGEST_STATEMENT);
        let message = format!("the effect of a statement is not compared: `{text}`");
        found.push(of(Unseen::Code, None, message, item.place.as_ref()));
    }
    found.retain(|item| item.name.as_ref().is_none_or(|name| !ignore.has_table(name)));
    found.sort();
    found.dedup();
    found
}

/// The database without the tables that are left out, as tools keep them for themselves.
fn without_tools(prepared: &Prepared) -> Document {
    let mut database = prepared.database.clone();
    let declared: BTreeSet<String> = prepared.code.tables.iter().map(Table::full_name).collect();
    database
        .tables
        .retain(|table| known_tool(&table.name).is_none() || declared.contains(&table.full_name()));
    database
}

fn of(side: Unseen, name: Option<String>, message: String, place: Option<&Place>) -> NotCompared {
    NotCompared { side, name, message, place: place.cloned() }
}

/// What is partial on a side, beyond what is ignored: both sides may look alike, and differ.
fn partial(side: Unseen, document: &Document, ignore: &Ignore) -> Vec<NotCompared> {
    let mut found = Vec::new();
    let mut add = |name: String, reasons: &[Reason], place: Option<&Place>| {
        found
            .extend(reasons.iter().map(|reason| of(side, Some(name.clone()), reason.message.clone(), place)));
    };
    for table in document.tables.iter().filter(|table| !ignore.has_table(&table.full_name())) {
        add(table.full_name(), &table.reasons, table.place.as_ref());
        for column in &table.columns {
            let place = column.place.as_ref().or(table.place.as_ref());
            add(format!("{}.{}", table.full_name(), column.name), &column.reasons, place);
        }
    }
    for view in &document.views {
        let name = full_name(view.schema.as_deref(), &view.name);
        if ignore.has_view(&name) {
            continue;
        }
        add(name.clone(), &view.reasons, view.place.as_ref());
        for column in &view.columns {
            add(format!("{name}.{}", column.name), &column.reasons, view.place.as_ref());
        }
    }
    for item in &document.types {
        add(full_name(item.schema.as_deref(), &item.name), &item.reasons, item.place.as_ref());
    }
    for item in &document.sequences {
        let own = &item.sequence;
        add(full_name(own.schema.as_deref(), &own.name), &item.reasons, item.place.as_ref());
    }
    for item in &document.objects {
        add(full_name(item.schema.as_deref(), &item.name), &item.reasons, item.place.as_ref());
    }
    found
}
