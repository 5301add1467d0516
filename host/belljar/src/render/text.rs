use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use belljar_schema::{Column, Document, Need, Place, Reason, Status, Table, Unresolved};
use owo_colors::OwoColorize as _;

use super::safe;
use crate::cli::Dialect;

/// How many of the commonest reasons are shown.
const COMMONEST: usize = 5;

/// For people: every table with its columns, or one line each, then what is not exact and why.
pub(crate) fn text(
    out: &mut dyn Write,
    document: &Document,
    dialect: Dialect,
    summary: bool,
) -> io::Result<()> {
    // Tables are sorted by schema and name.
    let several = document.tables.windows(2).any(|pair| match pair {
        [one, other] => (&one.schema, &one.name) == (&other.schema, &other.name),
        _ => false,
    });
    for table in &document.tables {
        heading(out, table, several, summary)?;
        if !summary {
            body(out, table, dialect)?;
        }
    }
    for item in &document.unresolved {
        unresolved(out, item)?;
    }
    // The whole form ends every table with an empty line.
    if !document.unresolved.is_empty() || (summary && !document.tables.is_empty()) {
        writeln!(out)?;
    }
    tally(out, document)?;
    needs(out, document)
}

fn heading(out: &mut dyn Write, table: &Table, with_metadata: bool, summary: bool) -> io::Result<()> {
    let name = safe(&full_name(table));
    write!(out, "{}", name.bold())?;
    if summary {
        write!(out, "  {}", count(table.columns.len(), "column"))?;
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

fn count(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn full_name(table: &Table) -> String {
    table.schema.as_ref().map_or_else(|| table.name.clone(), |schema| format!("{schema}.{}", table.name))
}

fn is_exact(table: &Table) -> bool {
    table.status == Status::Exact && table.columns.iter().all(|column| column.status == Status::Exact)
}

fn at(place: &Place) -> String {
    format!("{}:{}", safe(&place.path), place.line)
}

fn body(out: &mut dyn Write, table: &Table, dialect: Dialect) -> io::Result<()> {
    let name_width =
        table.columns.iter().map(|column| safe(&column.name).chars().count()).max().unwrap_or(0).min(40);
    let types: Vec<String> = table.columns.iter().map(|column| type_text(column, dialect)).collect();
    let type_width = types.iter().map(|text| text.chars().count()).max().unwrap_or(0).min(30);
    for (column, ty) in table.columns.iter().zip(&types) {
        let facts = facts(column);
        let line = format!("  {:name_width$}  {ty:type_width$}  {}", safe(&column.name), facts.join("  "));
        writeln!(out, "{}", line.trim_end())?;
        reasons(out, &column.reasons, "    ")?;
    }
    constraints(out, table)?;
    reasons(out, &table.reasons, "  ")?;
    writeln!(out)
}

fn type_text(column: &Column, dialect: Dialect) -> String {
    let ty = &column.ty;
    let ddl = match dialect {
        Dialect::Postgresql => &ty.postgresql,
        Dialect::Mysql => &ty.mysql,
        Dialect::Sqlite => &ty.sqlite,
        Dialect::Mssql => &ty.mssql,
        Dialect::Oracle => &ty.oracle,
    };
    safe(ddl.as_ref().unwrap_or(&ty.repr))
}

fn facts(column: &Column) -> Vec<String> {
    let mut facts = vec![if column.nullable { "null" } else { "not null" }.to_owned()];
    if column.primary_key {
        facts.push("primary key".to_owned());
    }
    for key in &column.foreign_keys {
        let action = key.ondelete.as_ref().map(|action| format!(" on delete {action}")).unwrap_or_default();
        facts.push(safe(&format!("-> {}{}", key.target, action.to_lowercase())));
    }
    if let Some(values) = &column.ty.enum_values {
        facts.push(safe(&format!("one of {}", values.join(", "))));
    }
    if let Some(computed) = &column.computed {
        facts.push(safe(&format!("computed {}", computed.sql)));
    }
    if column.identity.is_some() {
        facts.push("identity".to_owned());
    }
    if let Some(default) = &column.server_default {
        facts.push(safe(&format!("default {default}")));
    }
    facts
}

fn constraints(out: &mut dyn Write, table: &Table) -> io::Result<()> {
    for unique in &table.unique {
        writeln!(out, "  unique ({}){}", safe(&unique.columns.join(", ")), name(unique.name.as_deref()))?;
    }
    for index in &table.indexes {
        let kind = if index.unique { "unique index" } else { "index" };
        let elements: Vec<_> =
            index.elements.iter().map(|element| element.column.as_deref().unwrap_or(&element.sql)).collect();
        writeln!(out, "  {kind} ({}){}", safe(&elements.join(", ")), name(index.name.as_deref()))?;
    }
    for check in &table.checks {
        writeln!(out, "  check ({}){}", safe(&check.sql), name(check.name.as_deref()))?;
    }
    for exclude in &table.excludes {
        writeln!(out, "  {}", safe(&exclude.sql))?;
    }
    Ok(())
}

fn name(name: Option<&str>) -> String {
    name.map(|name| format!(" {}", safe(name).dimmed())).unwrap_or_default()
}

fn reasons(out: &mut dyn Write, reasons: &[Reason], indent: &str) -> io::Result<()> {
    for reason in reasons {
        writeln!(out, "{indent}{} {}", "partial:".yellow(), safe(&reason.message))?;
    }
    Ok(())
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

fn tally(out: &mut dyn Write, document: &Document) -> io::Result<()> {
    let tally = &document.summary;
    writeln!(
        out,
        "tables: {} exact, {} partial, {} unresolved; columns: {} exact, {} partial",
        tally.tables_exact,
        tally.tables_partial,
        tally.unresolved,
        tally.columns_exact,
        tally.columns_partial
    )?;
    let groups = groups(document);
    for group in groups.iter().take(COMMONEST) {
        let more = if group.several { " and the like" } else { "" };
        writeln!(out, "  {} × {}{more}", group.count, safe(group.first))?;
        if let Some(hint) = group.hint {
            writeln!(out, "      {} {}", "hint:".cyan(), safe(hint))?;
        }
    }
    if groups.len() > COMMONEST {
        writeln!(out, "  … and {} more; `--format json` has all reasons", groups.len() - COMMONEST)?;
    }
    Ok(())
}

/// Reasons with one next step.
struct Group<'a> {
    hint: Option<&'a str>,
    /// The first message, in the order of the document.
    first: &'a str,
    /// There are other messages.
    several: bool,
    count: usize,
}

/// Reasons by what would help, what helps most first. Without a step, those of one code go together.
fn groups(document: &Document) -> Vec<Group<'_>> {
    let of_tables = document.tables.iter().flat_map(|table| &table.reasons);
    let of_columns =
        document.tables.iter().flat_map(|table| &table.columns).flat_map(|column| &column.reasons);
    let of_unresolved = document.unresolved.iter().map(|item| &item.reason);
    let mut groups: BTreeMap<(Option<&str>, &str), Group> = BTreeMap::new();
    for reason in of_tables.chain(of_columns).chain(of_unresolved) {
        let hint = reason.hint.as_deref();
        let key = (hint, if hint.is_some() { "" } else { reason.code.as_str() });
        let group =
            groups.entry(key).or_insert(Group { hint, first: &reason.message, several: false, count: 0 });
        group.count += 1;
        group.several |= group.first != reason.message;
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    groups
}

/// The packages that would make more of it exact, and what none would.
fn needs(out: &mut dyn Write, document: &Document) -> io::Result<()> {
    let helped = document.tables.iter().filter(|table| helps(table)).count();
    if document.needs.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    if helped > 0 {
        let tables = count(helped, "partial table");
        writeln!(out, "To make {tables} exact, give these packages with --wheelhouse:")?;
    } else {
        writeln!(out, "These packages, given with --wheelhouse, would leave less in doubt:")?;
    }
    let names: Vec<String> = document.needs.iter().map(need_name).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    for (need, name) in document.needs.iter().zip(&names) {
        let touched = [(need.tables, "table"), (need.unresolved, "unresolved item")];
        let touched: Vec<_> = touched
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, noun)| count(number, noun))
            .collect();
        writeln!(out, "  {name:width$}  {}", touched.join(", "))?;
    }
    let others = document.summary.tables_partial.saturating_sub(helped);
    if others > 0 {
        let are = if others == 1 { "table is" } else { "tables are" };
        let reasons = "a setting, a file, a database, code that is compiled";
        writeln!(out, "{others} more {are} partial for reasons that no package takes away: {reasons}")?;
    }
    Ok(())
}

/// A requirement as the project has it, or the name it is imported by.
fn need_name(need: &Need) -> String {
    safe(&need.requirement.clone().unwrap_or_else(|| format!("the package that provides `{}`", need.import)))
}

/// Whether a table is partial and packages would take away every reason for it.
fn helps(table: &Table) -> bool {
    let of_columns = table.columns.iter().flat_map(|column| &column.reasons);
    let mut reasons = table.reasons.iter().chain(of_columns).peekable();
    reasons.peek().is_some() && reasons.all(|reason| reason.package.is_some())
}
