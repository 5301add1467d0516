use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use belljar_schema::{Document, Need, Table};
use belljar_text::counted;
use owo_colors::OwoColorize as _;

use super::safe;

/// The number of most frequent reasons that are shown.
const COMMONEST: usize = 5;

/// The number of exact objects, the most frequent reasons, and the packages that would help.
pub(super) fn summary(out: &mut dyn Write, document: &Document) -> io::Result<()> {
    tally(out, document)?;
    needs(out, document)
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
        let more = if group.several { "; and similar" } else { "" };
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

/// Reasons with the same hint.
struct Group<'a> {
    hint: Option<&'a str>,
    /// The first message, in the order of the document.
    first: &'a str,
    /// Whether there are other messages.
    several: bool,
    count: usize,
}

/// Reasons by their hint, the most frequent first. Those without a hint are grouped by their code.
fn groups(document: &Document) -> Vec<Group<'_>> {
    let of_tables = document.tables.iter().flat_map(|table| &table.reasons);
    let of_columns =
        document.tables.iter().flat_map(|table| &table.columns).flat_map(|column| &column.reasons);
    let of_unresolved = document.unresolved.iter().map(|item| &item.reason);
    let mut groups: BTreeMap<(Option<&str>, &str), Group> = BTreeMap::new();
    for reason in of_tables.chain(of_columns).chain(of_unresolved) {
        let hint = reason.hint.as_deref();
        // Skipped files have their own line.
        let is_own = hint.is_none() || reason.code == "further-tables";
        let key = (hint, if is_own { reason.code.as_str() } else { "" });
        let group =
            groups.entry(key).or_insert(Group { hint, first: &reason.message, several: false, count: 0 });
        group.count += 1;
        group.several |= group.first != reason.message;
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    groups
}

/// The packages that would make more of it exact, and the number of tables that none would.
fn needs(out: &mut dyn Write, document: &Document) -> io::Result<()> {
    let helped = document.tables.iter().filter(|table| helps(table)).count();
    if document.needs.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    if helped > 0 {
        let tables = counted(helped, "partial table");
        writeln!(out, "To make {tables} exact, provide these packages with --wheelhouse:")?;
    } else {
        writeln!(out, "With these packages in --wheelhouse, less would be in doubt:")?;
    }
    let names: Vec<String> = document.needs.iter().map(need_name).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    for (need, name) in document.needs.iter().zip(&names) {
        let touched = [(need.tables, "table"), (need.unresolved, "unresolved item")];
        let touched: Vec<_> = touched
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, noun)| counted(number, noun))
            .collect();
        writeln!(out, "  {name:width$}  {}", touched.join(", "))?;
    }
    let others = document.summary.tables_partial.saturating_sub(helped);
    if others > 0 {
        let are = if others == 1 { "table is" } else { "tables are" };
        let reasons = "a setting, a file, a database, compiled code";
        writeln!(out, "{others} more {are} partial for reasons that no package resolves: {reasons}")?;
    }
    Ok(())
}

/// A requirement as the project states it, or the name of the import.
fn need_name(need: &Need) -> String {
    safe(&need.requirement.clone().unwrap_or_else(|| format!("the package that provides `{}`", need.import)))
}

/// Whether a table is partial and packages would resolve every reason for it.
fn helps(table: &Table) -> bool {
    let of_columns = table.columns.iter().flat_map(|column| &column.reasons);
    let mut reasons = table.reasons.iter().chain(of_columns).peekable();
    reasons.peek().is_some() && reasons.all(|reason| reason.package.is_some())
}
