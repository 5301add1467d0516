use std::io::{self, Write};

use belljar_dialect::Database;
use belljar_schema::{Document, Table, Unresolved};
use belljar_text::counted;
use owo_colors::OwoColorize as _;

use super::{
    constraints,
    objects::{objects, view},
    phrases::{at, facts, is_exact, type_text, write_reasons},
    safe,
    summary::summary,
};
use crate::subject::Names;

/// What the text shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextOptions<'a> {
    pub(crate) dialect: Database,
    /// One line for each table.
    pub(crate) short: bool,
    /// The tables and views; all if there is none.
    pub(crate) only: Option<&'a Names>,
}

/// For people: every table with its columns, or one line each, then everything that is not exact, with the reasons.
pub(crate) fn text(out: &mut dyn Write, document: &Document, options: TextOptions<'_>) -> io::Result<()> {
    let TextOptions { dialect, short, only } = options;
    if let Some(only) = only {
        return selected(out, document, only, options);
    }
    // Tables are sorted by schema and name.
    let several = document.tables.windows(2).any(|pair| match pair {
        [one, other] => (&one.schema, &one.name) == (&other.schema, &other.name),
        _ => false,
    });
    for table in &document.tables {
        heading(out, table, several, short)?;
        if !short {
            body(out, table, dialect)?;
        }
    }
    for item in &document.views {
        view(out, item, dialect, short)?;
    }
    if !short {
        objects(out, document)?;
    }
    for item in &document.unresolved {
        unresolved(out, item)?;
    }
    // The long form ends every table with an empty line.
    if !document.unresolved.is_empty()
        || (short && !(document.tables.is_empty() && document.views.is_empty()))
    {
        writeln!(out)?;
    }
    summary(out, document)
}

/// The tables, views and unresolved declarations with these names, and how many they are.
fn selected(
    out: &mut dyn Write,
    document: &Document,
    only: &Names,
    TextOptions { dialect, short, .. }: TextOptions<'_>,
) -> io::Result<()> {
    let mut shown = 0;
    for table in document.tables.iter().filter(|table| only.has(table.schema.as_deref(), &table.name)) {
        heading(out, table, false, short)?;
        if !short {
            body(out, table, dialect)?;
        }
        shown += 1;
    }
    for item in document.views.iter().filter(|view| only.has(view.schema.as_deref(), &view.name)) {
        view(out, item, dialect, short)?;
        shown += 1;
    }
    let missing: Vec<_> = document.unresolved.iter().filter(|item| only.has(None, &item.name)).collect();
    for item in &missing {
        unresolved(out, item)?;
    }
    if short || !missing.is_empty() {
        writeln!(out)?;
    }
    let all = document.tables.len() + document.views.len() + document.unresolved.len();
    writeln!(out, "{} of {} shown", shown + missing.len(), counted(all, "table"))
}

fn heading(out: &mut dyn Write, table: &Table, with_metadata: bool, short: bool) -> io::Result<()> {
    let name = safe(&table.full_name());
    write!(out, "{}", name.bold())?;
    if short {
        write!(out, "  {}", counted(table.columns.len(), "column"))?;
    }
    if let Some(class) = &table.class {
        write!(out, "  {}", safe(class).dimmed())?;
    }
    if with_metadata {
        write!(out, "  {}", safe(&table.metadata).dimmed())?;
    }
    if let Some(place) = &table.place {
        write!(out, "  {}", at(place).dimmed())?;
    }
    if !is_exact(table) {
        write!(out, "  {}", "partial".yellow())?;
    }
    writeln!(out)
}

fn body(out: &mut dyn Write, table: &Table, dialect: Database) -> io::Result<()> {
    let name_width =
        table.columns.iter().map(|column| safe(&column.name).chars().count()).max().unwrap_or(0).min(40);
    let types: Vec<String> = table.columns.iter().map(|column| type_text(&column.ty, dialect)).collect();
    let type_width = types.iter().map(|text| text.chars().count()).max().unwrap_or(0).min(30);
    for (column, ty) in table.columns.iter().zip(&types) {
        let facts = facts(table, column);
        let line = format!("  {:name_width$}  {ty:type_width$}  {}", safe(&column.name), facts.join("  "));
        writeln!(out, "{}", line.trim_end())?;
        write_reasons(out, &column.reasons, "    ")?;
    }
    for line in constraints::lines(table, dialect) {
        writeln!(out, "  {line}")?;
    }
    write_reasons(out, &table.reasons, "  ")?;
    writeln!(out)
}

fn unresolved(out: &mut dyn Write, item: &Unresolved) -> io::Result<()> {
    writeln!(
        out,
        "{}  {}  {}: {}",
        safe(&item.name).bold(),
        at(&item.place).dimmed(),
        "unresolved".red(),
        safe(&item.reason.message)
    )
}
