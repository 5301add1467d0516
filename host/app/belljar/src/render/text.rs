use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use belljar_dialect::Database;
use belljar_schema::{Document, Table, Unresolved};
use belljar_text::counted;
use owo_colors::OwoColorize as _;

use super::{
    objects::{objects, view},
    phrases::{at, facts, is_exact, is_of_a_dialect, type_text, write_reasons},
    safe,
    summary::summary,
};

/// For people: every table with its columns, or one line each, then everything that is not exact, with the reasons.
pub(crate) fn text(
    out: &mut dyn Write,
    document: &Document,
    dialect: Database,
    short: bool,
) -> io::Result<()> {
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
        let facts = facts(column);
        let line = format!("  {:name_width$}  {ty:type_width$}  {}", safe(&column.name), facts.join("  "));
        writeln!(out, "{}", line.trim_end())?;
        write_reasons(out, &column.reasons, "    ")?;
    }
    constraints(out, table, dialect)?;
    write_reasons(out, &table.reasons, "  ")?;
    writeln!(out)
}

fn constraints(out: &mut dyn Write, table: &Table, dialect: Database) -> io::Result<()> {
    let is_own = |name: &String| name == dialect.name() || name == dialect.family().name();
    let is_made =
        |dialects: &Option<Vec<String>>| dialects.as_ref().is_none_or(|found| found.iter().any(is_own));
    for unique in table.unique.iter().filter(|one| is_made(&one.dialects)) {
        let name = render_name(unique.name.as_deref(), &unique.names, dialect);
        writeln!(out, "  unique ({}){name}", safe(&unique.columns.join(", ")))?;
    }
    for index in table.indexes.iter().filter(|one| is_made(&one.dialects)) {
        let kind = if index.unique { "unique index" } else { "index" };
        let elements: Vec<_> =
            index.elements.iter().map(|element| element.column.as_deref().unwrap_or(&element.sql)).collect();
        let name = render_name(index.name.as_deref(), &index.names, dialect);
        writeln!(out, "  {kind} ({}){name}", safe(&elements.join(", ")))?;
    }
    for check in table.checks.iter().filter(|one| is_made(&one.dialects)) {
        let (name, given) =
            (render_name(check.name.as_deref(), &check.names, dialect), options(&check.options));
        let own = check.options.get(&format!("sql:{}", dialect.name()));
        writeln!(out, "  check ({}){name}{given}", safe(own.unwrap_or(&check.sql)))?;
    }
    for exclude in table.excludes.iter().filter(|one| is_made(&one.dialects)) {
        writeln!(out, "  {}{}", safe(&exclude.sql), options(&exclude.options))?;
    }
    Ok(())
}

/// A name in the dialect.
fn render_name(name: Option<&str>, names: &BTreeMap<String, String>, dialect: Database) -> String {
    let name = names.get(dialect.name()).map(String::as_str).or(name);
    name.map(|name| format!(" {}", safe(name).dimmed())).unwrap_or_default()
}

/// Options, each after a blank.
fn options(options: &BTreeMap<String, String>) -> String {
    let of_all = options.iter().filter(|(name, _)| !is_of_a_dialect(name));
    let texts: Vec<String> =
        of_all.map(|(name, text)| format!(" {}", safe(&format!("{name}={text}")))).collect();
    texts.concat()
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
