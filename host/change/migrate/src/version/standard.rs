//! The text of a version file without a template.

use std::fmt::Write as _;

use super::{
    Header, down_literal, in_docstring, literal,
    parts::{Parts, filled},
};

/// The text.
pub(super) fn text(header: &Header, parts: &Parts) -> String {
    let Header { revision, down, message, dialect, date: _ } = header;
    let mut out = format!("\"\"\"{}\n\nRevision ID: {}\n", in_docstring(message), in_docstring(revision));
    // Writing to a string does not fail.
    let _ = writeln!(out, "Revises: {}", in_docstring(&down.join(", ")));
    let _ = writeln!(
        out,
        "\nRendered by Alembic from the models and the versions alone, for {dialect}. No database was read: review it before \
         you run it.\n\"\"\"\nimport sqlalchemy as sa\nfrom alembic import op"
    );
    for line in &parts.imports {
        let _ = writeln!(out, "{line}");
    }
    let _ = writeln!(
        out,
        "\nrevision = {}\ndown_revision = {}\nbranch_labels = None\ndepends_on = None",
        literal(revision),
        down_literal(down)
    );
    if let Some(class) = &parts.class {
        let _ = writeln!(out, "\n\n{class}");
    }
    let (upgrade, downgrade) = (filled(&parts.upgrade), filled(&parts.downgrade));
    let _ = writeln!(out, "\n\ndef upgrade():\n{upgrade}\n\n\ndef downgrade():\n{downgrade}");
    // `Revises:` of the first version has no value.
    out.replacen("Revises: \n", "Revises:\n", 1)
}
