//! The index: all tables and views, what no run produced, and a diagram of all.

use std::fmt::Write as _;

use belljar_schema::Status;
use belljar_text::{cell, code, counted, prose};

use crate::{
    notes::{BEGIN, END, MARK},
    page::{Schema, dash, place},
};

/// The page of all tables.
pub(crate) fn write(schema: &Schema<'_>) -> String {
    let document = schema.document;
    let mut out = format!("{MARK}\n\n# Schema\n\n");
    let counts = [
        counted(document.tables.len(), "table"),
        counted(document.views.len(), "view"),
        format!("{} unresolved", document.unresolved.len()),
    ];
    // Writing to a string does not fail; the same below.
    let _ = writeln!(out, "{}\n\n{BEGIN}\n{END}", counts.join(", "));
    if !document.tables.is_empty() {
        out.push_str("\n## Tables\n\n| Table | Columns | Comment | Certainty |\n|---|---|---|---|\n");
    }
    for (at, table) in document.tables.iter().enumerate() {
        let is_partial = table.status == Status::Partial
            || table.columns.iter().any(|column| column.status == Status::Partial);
        let _ = writeln!(
            out,
            "| [{}]({}) | {} | {} | {} |",
            cell(&code(&table.full_name())),
            schema.files.table(at),
            table.columns.len(),
            dash(table.comment.as_deref().map(code)),
            if is_partial { "partial" } else { "exact" },
        );
    }
    write_views(&mut out, schema);
    write_unresolved(&mut out, schema);
    schema.write_diagram(&mut out, None);
    out
}

fn write_views(out: &mut String, schema: &Schema<'_>) {
    if !schema.document.views.is_empty() {
        out.push_str("\n## Views\n\n| View | Columns | Certainty |\n|---|---|---|\n");
    }
    for (at, view) in schema.document.views.iter().enumerate() {
        let is_partial = view.status == Status::Partial
            || view.columns.iter().any(|column| column.status == Status::Partial);
        let name = belljar_schema::full_name(view.schema.as_deref(), &view.name);
        let _ = writeln!(
            out,
            "| [{}]({}) | {} | {} |",
            cell(&code(&name)),
            schema.files.view(at),
            view.columns.len(),
            if is_partial { "partial" } else { "exact" },
        );
    }
}

fn write_unresolved(out: &mut String, schema: &Schema<'_>) {
    if schema.document.unresolved.is_empty() {
        return;
    }
    out.push_str(
        "\n## Unresolved\n\nDeclared in the code, and not produced by any run: their columns are unknown.\n\n\
         | Declaration | Declared in | Reason |\n|---|---|---|\n",
    );
    for item in &schema.document.unresolved {
        let _ = writeln!(
            out,
            "| {} | {} | {} |",
            cell(&code(&item.name)),
            cell(&place(&item.place)),
            cell(&prose(&item.reason.message)),
        );
    }
}
