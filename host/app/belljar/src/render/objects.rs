use std::io::{self, Write};

use belljar_dialect::Database;
use belljar_schema::{
    DeclaredObject, Document, Maker, NamedType, ObjectKind, Status, TypeKind, View, full_name,
};
use belljar_text::counted;
use owo_colors::OwoColorize as _;

use super::{
    phrases::{at, type_text, write_reasons},
    safe,
};

/// A view with its columns, or one line.
pub(super) fn view(out: &mut dyn Write, view: &View, dialect: Database, short: bool) -> io::Result<()> {
    let kind = if view.materialized { "materialized view" } else { "view" };
    let name = safe(&full_name(view.schema.as_deref(), &view.name));
    write!(out, "{}  {kind}", name.bold())?;
    if short {
        write!(out, "  {}", counted(view.columns.len(), "column"))?;
    }
    if let Some(class) = &view.class {
        write!(out, "  {}", safe(class).dimmed())?;
    }
    if let Some(place) = &view.place {
        write!(out, "  {}", at(place).dimmed())?;
    }
    let exact =
        view.status == Status::Exact && view.columns.iter().all(|column| column.status == Status::Exact);
    writeln!(out, "{}", if exact { String::new() } else { format!("  {}", "partial".yellow()) })?;
    if short {
        return Ok(());
    }
    let width =
        view.columns.iter().map(|column| safe(&column.name).chars().count()).max().unwrap_or(0).min(40);
    for column in &view.columns {
        let ty = column.ty.as_ref().map(|ty| type_text(ty, dialect)).unwrap_or_default();
        let line = format!("  {:width$}  {ty}", safe(&column.name));
        writeln!(out, "{}", line.trim_end())?;
        write_reasons(out, &column.reasons, "    ")?;
    }
    if let Some(sql) = &view.sql {
        writeln!(out, "  as {}", one_line(sql))?;
    }
    if let Some(reads) = view.reads.as_ref().filter(|reads| !reads.is_empty()) {
        writeln!(out, "  reads {}", safe(&reads.join(", ")))?;
    }
    write_reasons(out, &view.reasons, "  ")?;
    writeln!(out)
}

/// Types, sequences and other objects that the code declares, one per line.
pub(super) fn objects(out: &mut dyn Write, document: &Document) -> io::Result<()> {
    for item in &document.types {
        named_type(out, item)?;
    }
    for item in &document.sequences {
        let name = full_name(item.sequence.schema.as_deref(), &item.sequence.name);
        write!(out, "{}  sequence", safe(&name).bold())?;
        end(out, item.place.as_ref(), item.status)?;
        write_reasons(out, &item.reasons, "  ")?;
    }
    for item in &document.objects {
        object(out, item, document.database.is_some())?;
    }
    if !(document.types.is_empty() && document.sequences.is_empty() && document.objects.is_empty()) {
        writeln!(out)?;
    }
    Ok(())
}

fn named_type(out: &mut dyn Write, item: &NamedType) -> io::Result<()> {
    let name = safe(&full_name(item.schema.as_deref(), &item.name));
    match item.kind {
        TypeKind::Enum => write!(out, "{}  enum of {}", name.bold(), safe(&item.values.join(", ")))?,
        TypeKind::Domain => write!(out, "{}  domain", name.bold())?,
    }
    if !item.created {
        write!(out, "  (must already exist)")?;
    }
    end(out, item.place.as_ref(), item.status)?;
    write_reasons(out, &item.reasons, "  ")
}

/// An object; nothing creates one of a database, where it is.
fn object(out: &mut dyn Write, item: &DeclaredObject, is_there: bool) -> io::Result<()> {
    let name = safe(&full_name(item.schema.as_deref(), &item.name));
    write!(out, "{}  {}", name.bold(), kind(item.kind))?;
    if let Some(table) = &item.table {
        write!(out, " on {}", safe(table))?;
    }
    match item.creation.made_by {
        Maker::CreateAll => {}
        Maker::Migration => write!(out, "  (created by a migration)")?,
        Maker::Unknown if is_there => {}
        Maker::Unknown => write!(out, "  (its creation is unknown)")?,
    }
    end(out, item.place.as_ref(), item.status)?;
    write_reasons(out, &item.reasons, "  ")
}

fn end(out: &mut dyn Write, place: Option<&belljar_schema::Place>, status: Status) -> io::Result<()> {
    if let Some(place) = place {
        write!(out, "  {}", at(place).dimmed())?;
    }
    if status == Status::Partial {
        write!(out, "  {}", "partial".yellow())?;
    }
    writeln!(out)
}

fn kind(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Schema => "schema",
        ObjectKind::Extension => "extension",
        ObjectKind::Type => "type",
        ObjectKind::Domain => "domain",
        ObjectKind::Sequence => "sequence",
        ObjectKind::Table => "table as text",
        ObjectKind::Index => "index as text",
        ObjectKind::Function => "function",
        ObjectKind::Procedure => "procedure",
        ObjectKind::Trigger => "trigger",
        ObjectKind::Rule => "rule",
        ObjectKind::Policy => "policy",
        ObjectKind::Grant => "grant",
        ObjectKind::Ddl => "statement",
        ObjectKind::Listener => "listener with unknown statements",
    }
}

/// A statement in one line.
fn one_line(sql: &str) -> String {
    safe(&sql.split_whitespace().collect::<Vec<_>>().join(" "))
}
