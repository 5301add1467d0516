//! The page of a table or a view.

use std::{collections::BTreeMap, fmt::Write as _};

use belljar_diagram::{Columns, Diagram, Format, Mark, Selection};
use belljar_dialect::Database;
use belljar_schema::{Column, Document, Place, Reason, Status, Table, View, full_name};
use belljar_text::{block, cell, code, prose};

use crate::{
    names::Files,
    notes::{BEGIN, END, MARK},
};

/// What pages that draw Mermaid take, unless they are set up otherwise.
const MOST_BYTES: usize = 50_000;
const MOST_LINKS: usize = 500;
/// The most tables that can be read in a diagram without a zoom.
const MOST_TABLES: usize = 60;

/// A document with what all pages need of it.
pub(crate) struct Schema<'a> {
    pub(crate) document: &'a Document,
    pub(crate) database: Database,
    pub(crate) files: Files,
    /// The names of the tables that refer to a table or read it, with their columns, by its full name.
    referring: BTreeMap<&'a str, Vec<(String, String)>>,
    /// All tables, which is cut for each page.
    diagram: Diagram,
    /// The positions in the diagram of a schema and a name.
    drawn: BTreeMap<(Option<String>, String), Vec<usize>>,
}

impl<'a> Schema<'a> {
    pub(crate) fn new(document: &'a Document, database: Database) -> Self {
        let mut referring: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
        for table in &document.tables {
            for key in &table.foreign_keys {
                let target = key.targets.first().and_then(|target| target.rsplit_once('.'));
                let Some((name, _)) = target else { continue };
                referring.entry(name).or_default().push((table.full_name(), key.columns.join(", ")));
            }
        }
        for view in &document.views {
            for name in view.reads.iter().flatten() {
                let own = full_name(view.schema.as_deref(), &view.name);
                referring.entry(name).or_default().push((own, String::new()));
            }
        }
        let selection =
            Selection { chosen: None, depth: 0, columns: Columns::Keys, grouping: None, database };
        let diagram = Diagram::new(document, selection);
        let mut drawn: BTreeMap<(Option<String>, String), Vec<usize>> = BTreeMap::new();
        for (at, entity) in diagram.entities.iter().enumerate() {
            if !entity.marks.contains(&Mark::Undeclared) {
                drawn.entry((entity.schema.clone(), entity.name.clone())).or_default().push(at);
            }
        }
        Self { document, database, files: Files::new(document), referring, diagram, drawn }
    }

    /// A name in a code span, as a link to its page if it has one.
    fn linked(&self, name: &str) -> String {
        match self.files.named(name) {
            Some(file) => format!("[{}]({file})", code(name)),
            None => code(name),
        }
    }

    /// A diagram of a table and its neighbours, or of all tables, with as much as fits.
    pub(crate) fn write_diagram(&self, out: &mut String, of: Option<(Option<&str>, &str)>) {
        let mut diagram = match of {
            None => self.diagram.clone(),
            Some((schema, name)) => {
                let key = (schema.map(str::to_owned), name.to_owned());
                self.diagram.around(self.drawn.get(&key).map_or(&[], Vec::as_slice), 1)
            }
        };
        if diagram.entities.is_empty() {
            return;
        }
        let fits = |diagram: &Diagram| {
            let text = belljar_diagram::write(diagram, Format::Mermaid);
            (text.len() <= MOST_BYTES).then_some(text)
        };
        let is_large = diagram.entities.len() > MOST_TABLES || diagram.links.len() > MOST_LINKS;
        let text = (!is_large).then(|| {
            fits(&diagram).or_else(|| {
                diagram.entities.iter_mut().for_each(|entity| entity.rows.clear());
                fits(&diagram)
            })
        });
        let _ = match text.flatten() {
            Some(text) => write!(out, "\n## Diagram\n\n```mermaid\n{text}```\n"),
            None => write!(out, "\n## Diagram\n\nThere are too many tables for a diagram on this page.\n"),
        };
    }

    fn write_referring(&self, out: &mut String, name: &str) {
        let Some(all) = self.referring.get(name) else { return };
        out.push_str("\n## Referred to by\n\n");
        for (other, columns) in all {
            let by = if columns.is_empty() { "reads it".to_owned() } else { code(columns) };
            let _ = writeln!(out, "* {}: {by}", self.linked(other));
        }
    }
}

/// `path:line` in a code span.
pub(crate) fn place(place: &Place) -> String {
    code(&if place.line == 0 { place.path.clone() } else { format!("{}:{}", place.path, place.line) })
}

/// A cell of a table, which is empty if there is nothing.
pub(crate) fn dash(text: Option<String>) -> String {
    text.map(|text| cell(&text)).unwrap_or_default()
}

/// The top of a page, up to the notes.
fn head(name: &str, kind: &str, class: Option<&str>, at: Option<&Place>, comment: Option<&str>) -> String {
    let mut out = format!("{MARK}\n\n# {}\n\n{kind}", code(name));
    // Writing to a string does not fail; the same below.
    if let Some(class) = class {
        let _ = write!(out, ", class {}", code(class));
    }
    if let Some(at) = at {
        let _ = write!(out, ", declared in {}", place(at));
    }
    out.push('\n');
    if let Some(comment) = comment {
        let _ = write!(out, "\nComment: {}\n", code(comment));
    }
    let _ = write!(out, "\n{BEGIN}\n{END}\n");
    out
}

/// The page of a table.
pub(crate) fn of_table(schema: &Schema<'_>, table: &Table) -> String {
    let name = table.full_name();
    let mut out =
        head(&name, "Table", table.class.as_deref(), table.place.as_ref(), table.comment.as_deref());
    out.push_str(
        "\n## Columns\n\n| Column | Type | Nullable | Default | Key | Comment |\n|---|---|---|---|---|---|\n",
    );
    for column in &table.columns {
        write_column(&mut out, schema, table, column);
    }
    write_keys(&mut out, schema, table);
    write_indexes(&mut out, table);
    schema.write_referring(&mut out, &name);
    let columns = table.columns.iter().map(|column| (column.name.as_str(), column.status, &column.reasons));
    write_certainty(&mut out, table.status, &table.reasons, columns);
    schema.write_diagram(&mut out, Some((table.schema.as_deref(), &table.name)));
    out
}

fn write_column(out: &mut String, schema: &Schema<'_>, table: &Table, column: &Column) {
    let ty = column.ty.ddl(schema.database).map_or_else(|| "unknown".to_owned(), code);
    let generated = column.computed.as_ref().map(|computed| format!("computed: {}", code(&computed.sql)));
    let identity = column.identity.as_ref().map(|_| "identity".to_owned());
    let default = column.server_default.as_deref().map(code);
    let client = column.default.as_ref().map(|default| format!("in Python: {}", code(&default.text)));
    let defaults: Vec<String> = [default, generated, identity, client].into_iter().flatten().collect();
    let is_in = |columns: &[String]| columns.contains(&column.name);
    let keys: Vec<&str> = [
        (is_in(&table.primary_key.columns), "primary"),
        (table.foreign_keys.iter().any(|key| is_in(&key.columns)), "foreign"),
        (table.unique.iter().any(|unique| is_in(&unique.columns)), "unique"),
    ]
    .into_iter()
    .filter_map(|(is, word)| is.then_some(word))
    .collect();
    let partial = if column.status == Status::Partial { " (partial)" } else { "" };
    let _ = writeln!(
        out,
        "| {}{partial} | {} | {} | {} | {} | {} |",
        cell(&code(&column.name)),
        cell(&ty),
        if column.nullable { "yes" } else { "no" },
        cell(&defaults.join(", ")),
        keys.join(", "),
        dash(column.comment.as_deref().map(code)),
    );
}

fn named(name: Option<&str>) -> String {
    name.map_or_else(|| "unnamed".to_owned(), code)
}

fn write_keys(out: &mut String, schema: &Schema<'_>, table: &Table) {
    let mut lines: Vec<String> = Vec::new();
    let listed = |columns: &[String]| columns.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ");
    let primary = &table.primary_key;
    if primary.columns.is_empty() {
        lines.push("no primary key".to_owned());
    } else {
        lines.push(format!("primary key {}: {}", named(primary.name.as_deref()), listed(&primary.columns)));
    }
    for key in &table.foreign_keys {
        let target = key.targets.first().and_then(|target| target.rsplit_once('.'));
        let target = target.map(|(name, _)| schema.linked(name)).unwrap_or_default();
        let actions = [("on delete", &key.ondelete), ("on update", &key.onupdate)];
        let actions: String = actions
            .iter()
            .filter_map(|(word, action)| Some(format!(", {word} {}", code(action.as_deref()?))))
            .collect();
        lines.push(format!(
            "foreign key {}: {} to {target}: {}{actions}",
            named(key.name.as_deref()),
            listed(&key.columns),
            listed(&key.targets)
        ));
    }
    for unique in &table.unique {
        lines.push(format!("unique {}: {}", named(unique.name.as_deref()), listed(&unique.columns)));
    }
    for check in &table.checks {
        lines.push(format!("check {}: {}", named(check.name.as_deref()), code(&check.sql)));
    }
    for exclude in &table.excludes {
        lines.push(format!("exclude {}: {}", named(exclude.name.as_deref()), code(&exclude.sql)));
    }
    out.push_str("\n## Constraints\n\n");
    for line in lines {
        let _ = writeln!(out, "* {line}");
    }
}

fn write_indexes(out: &mut String, table: &Table) {
    if !table.indexes.is_empty() {
        out.push_str("\n## Indexes\n\n");
    }
    for index in &table.indexes {
        let elements: Vec<String> = index.elements.iter().map(|element| code(&element.sql)).collect();
        let unique = if index.unique { ", unique" } else { "" };
        let options = index.options.iter().map(|(name, value)| code(&format!("{name}={value}")));
        let options: String = options.flat_map(|option| [", ".to_owned(), option]).collect();
        let _ = writeln!(out, "* {}: {}{unique}{options}", named(index.name.as_deref()), elements.join(", "));
    }
}

/// Why a table or a view, and its columns, are not exact.
fn write_certainty<'a>(
    out: &mut String,
    status: Status,
    reasons: &[Reason],
    columns: impl Iterator<Item = (&'a str, Status, &'a Vec<Reason>)>,
) {
    let mut lines: Vec<String> = Vec::new();
    if status == Status::Partial {
        lines.extend(reasons.iter().map(|reason| format!("the whole: {}", why(reason))));
    }
    for (name, _, reasons) in columns.filter(|(_, status, _)| *status == Status::Partial) {
        lines.extend(reasons.iter().map(|reason| format!("column {}: {}", code(name), why(reason))));
    }
    if lines.is_empty() && status == Status::Exact {
        out.push_str("\n## Certainty\n\nExact.\n");
        return;
    }
    out.push_str("\n## Certainty\n\nPartial: something absent or a guess contributed to it.\n\n");
    for line in lines {
        let _ = writeln!(out, "* {line}");
    }
}

fn why(reason: &Reason) -> String {
    let hint = reason.hint.as_deref().map(|hint| format!(" ({})", prose(hint)));
    format!("{}{}", prose(&reason.message), hint.unwrap_or_default())
}

/// The page of a view.
pub(crate) fn of_view(schema: &Schema<'_>, view: &View) -> String {
    let name = full_name(view.schema.as_deref(), &view.name);
    let kind = if view.materialized { "Materialized view" } else { "View" };
    let mut out = head(&name, kind, view.class.as_deref(), view.place.as_ref(), None);
    out.push_str("\n## Columns\n\n");
    if view.columns.is_empty() {
        out.push_str("They are not known.\n");
    } else {
        out.push_str("| Column | Type | Comment |\n|---|---|---|\n");
    }
    for column in &view.columns {
        let ty = column.ty.as_ref().and_then(|ty| ty.ddl(schema.database));
        let partial = if column.status == Status::Partial { " (partial)" } else { "" };
        let _ = writeln!(
            out,
            "| {}{partial} | {} | {} |",
            cell(&code(&column.name)),
            cell(&ty.map_or_else(|| "unknown".to_owned(), code)),
            dash(column.comment.as_deref().map(code)),
        );
    }
    match view.reads.as_deref() {
        None => out.push_str("\n## Reads\n\nIts query is a text, and what it reads is not known.\n"),
        Some([]) => {}
        Some(all) => {
            out.push_str("\n## Reads\n\n");
            for name in all {
                let _ = writeln!(out, "* {}", schema.linked(name));
            }
        }
    }
    let postgresql = view.postgresql.as_ref().filter(|_| schema.database == Database::Postgresql);
    if let Some(sql) = postgresql.or(view.sql.as_ref()) {
        let _ = write!(out, "\n## Query\n\n{}", block(sql));
    }
    schema.write_referring(&mut out, &name);
    let columns = view.columns.iter().map(|column| (column.name.as_str(), column.status, &column.reasons));
    write_certainty(&mut out, view.status, &view.reasons, columns);
    schema.write_diagram(&mut out, Some((view.schema.as_deref(), &view.name)));
    out
}
