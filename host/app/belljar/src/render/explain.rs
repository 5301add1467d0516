use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use belljar_dialect::Database;
use belljar_engine::{Extraction, Source};
use belljar_schema::{
    Column, Diagnostic, Document, Place, Reason, Severity, StandIn, StandInKind, Status, Table, Unresolved,
    View, full_name,
};
use belljar_text::counted;
use owo_colors::OwoColorize as _;

use super::{
    constraints,
    phrases::{at, facts, is_exact, type_text},
    safe,
};
use crate::subject::Subject;

/// The width of the labels before the text of a line.
const LABEL: usize = 10;

/// The origin of an object, and its certainty.
pub(crate) fn explain(
    out: &mut dyn Write,
    subject: &Subject<'_>,
    extraction: &Extraction,
    source: &Source,
    dialect: Database,
) -> io::Result<()> {
    let mut page = Page { out, extraction, source, document: &extraction.document, dialect };
    match subject {
        Subject::Table(table, None) => page.table(table),
        Subject::Table(table, Some(position)) => match table.columns.get(*position) {
            Some(column) => page.column(table, column),
            None => Ok(()),
        },
        Subject::View(view, position) => page.view(view, *position),
        Subject::Unresolved(item) => page.unresolved(item),
    }
}

struct Page<'a> {
    out: &'a mut dyn Write,
    extraction: &'a Extraction,
    source: &'a Source,
    document: &'a Document,
    dialect: Database,
}

impl Page<'_> {
    fn table(&mut self, table: &Table) -> io::Result<()> {
        let name = table.full_name();
        self.title("table", &name, is_exact(table))?;
        self.class(table)?;
        self.line("metadata", &safe(&table.metadata))?;
        self.declared(table.place.as_ref())?;
        if let Some(comment) = &table.comment {
            self.line("comment", &safe(comment))?;
        }
        self.columns(table)?;
        self.keys(table)?;
        self.referring(table, None)?;
        let of_columns = table.columns.iter().flat_map(|column| &column.reasons);
        let reasons: Vec<&Reason> = table.reasons.iter().chain(of_columns).collect();
        self.doubts(&reasons, table.place.as_ref())?;
        self.diagnostics_of(table.place.as_ref())?;
        writeln!(self.out)
    }

    /// A line for each column: its type and properties, its comment, its place.
    fn columns(&mut self, table: &Table) -> io::Result<()> {
        let width_of = |texts: &[String], most: usize| {
            texts.iter().map(|text| text.chars().count()).max().unwrap_or(0).min(most)
        };
        let names: Vec<String> = table.columns.iter().map(|column| safe(&column.name)).collect();
        let types: Vec<String> = table.columns.iter().map(|one| type_text(&one.ty, self.dialect)).collect();
        let (name_width, type_width) = (width_of(&names, 40), width_of(&types, 30));
        for ((column, name), ty) in table.columns.iter().zip(&names).zip(&types) {
            let mut parts = vec![format!("{name:name_width$}"), format!("{ty:type_width$}")];
            parts.extend(facts(table, column));
            parts.extend(column.comment.as_ref().map(|comment| safe(&format!("comment {comment:?}"))));
            parts.extend(column.place.as_ref().map(|place| at(place).dimmed().to_string()));
            if column.status == Status::Partial {
                parts.push("partial".yellow().to_string());
            }
            self.line("column", parts.join("  ").trim_end())?;
        }
        Ok(())
    }

    /// The primary key, if it has several columns or a name, then the constraints and indexes.
    fn keys(&mut self, table: &Table) -> io::Result<()> {
        let key = &table.primary_key;
        if key.columns.len() > 1 || key.name.is_some() {
            let name = key.name.as_ref().map(|name| format!(" {}", safe(name).dimmed())).unwrap_or_default();
            self.line("constraint", &format!("primary key ({}){name}", safe(&key.columns.join(", "))))?;
        }
        for line in constraints::lines(table, self.dialect) {
            let is_index = line.starts_with("index ") || line.starts_with("unique index ");
            self.line(if is_index { "index" } else { "constraint" }, &line)?;
        }
        Ok(())
    }

    /// The foreign keys that refer to a table, or to one of its columns, and the views that read it.
    fn referring(&mut self, table: &Table, column: Option<&str>) -> io::Result<()> {
        let document = self.document;
        let (full, own) = (table.full_name(), table.schema.is_none().then(|| table.name.clone()));
        let names = |name: &str| name == full || own.as_deref() == Some(name);
        for other in &document.tables {
            let refers = |target: &String| {
                target
                    .rsplit_once('.')
                    .is_some_and(|(name, of)| names(name) && column.is_none_or(|own| own == of))
            };
            for key in other.foreign_keys.iter().filter(|key| key.targets.iter().any(refers)) {
                let first = key.columns.first();
                let place = other.columns.iter().find(|one| Some(&one.name) == first);
                let place = place.and_then(|one| one.place.as_ref()).or(other.place.as_ref());
                let place = place.map(|place| format!("  {}", at(place).dimmed())).unwrap_or_default();
                let name = safe(&other.full_name());
                self.line("used by", &format!("{name}  {}{place}", constraints::foreign_key(key)))?;
            }
        }
        let reads = |view: &&View| view.reads.iter().flatten().any(|name| names(name));
        for view in document.views.iter().filter(reads).filter(|_| column.is_none()) {
            let place = view.place.as_ref().map(|place| format!("  {}", at(place).dimmed()));
            let name = safe(&full_name(view.schema.as_deref(), &view.name));
            self.line("read by", &format!("view {name}{}", place.unwrap_or_default()))?;
        }
        Ok(())
    }

    fn column(&mut self, table: &Table, column: &Column) -> io::Result<()> {
        let name = format!("{}.{}", table.full_name(), column.name);
        self.title("column", &name, column.status == Status::Exact && table.status == Status::Exact)?;
        let facts = facts(table, column).join("  ");
        self.line("type", &format!("{}  {facts}", type_text(&column.ty, self.dialect)))?;
        let class = format!("{}.{}", column.ty.module, column.ty.class);
        self.line("", &safe(&format!("{class}: {}", column.ty.repr)))?;
        if let (Some(class), Some(attribute)) = (&table.class, &column.attribute) {
            self.line("attribute", &safe(&format!("`{attribute}` of {class}")))?;
        }
        if let Some(comment) = &column.comment {
            self.line("comment", &safe(comment))?;
        }
        self.declared(column.place.as_ref())?;
        self.referring(table, Some(&column.name))?;
        let reasons: Vec<&Reason> = table.reasons.iter().chain(&column.reasons).collect();
        self.doubts(&reasons, table.place.as_ref())?;
        self.diagnostics_of(column.place.as_ref())?;
        writeln!(self.out)
    }

    fn view(&mut self, view: &View, position: Option<usize>) -> io::Result<()> {
        let whole = full_name(view.schema.as_deref(), &view.name);
        let column = position.and_then(|position| view.columns.get(position));
        match column {
            Some(column) => {
                self.title(
                    "column of a view",
                    &format!("{whole}.{}", column.name),
                    column.status == Status::Exact,
                )?;
                self.declared(column.place.as_ref().or(view.place.as_ref()))?;
            }
            None => {
                self.title("view", &whole, view.status == Status::Exact)?;
                self.declared(view.place.as_ref())?;
            }
        }
        if let Some(sql) = &view.sql {
            self.line("query", &safe(&sql.split_whitespace().collect::<Vec<_>>().join(" ")))?;
        }
        let reasons: Vec<&Reason> =
            view.reasons.iter().chain(column.into_iter().flat_map(|column| &column.reasons)).collect();
        self.doubts(&reasons, view.place.as_ref())?;
        self.diagnostics_of(view.place.as_ref())?;
        writeln!(self.out)
    }

    fn unresolved(&mut self, item: &Unresolved) -> io::Result<()> {
        writeln!(self.out, "{}  {}", safe(&item.name).bold(), "unresolved".red())?;
        self.declared(Some(&item.place))?;
        self.doubts(&[&item.reason], Some(&item.place))?;
        self.diagnostics_of(Some(&item.place))?;
        writeln!(self.out)
    }

    fn title(&mut self, kind: &str, name: &str, exact: bool) -> io::Result<()> {
        let status = if exact { "exact".green().to_string() } else { "partial".yellow().to_string() };
        writeln!(self.out, "{kind} {}  {status}", safe(name).bold())
    }

    /// A line with its label; `text` is safe already.
    fn line(&mut self, label: &str, text: &str) -> io::Result<()> {
        writeln!(self.out, "  {label:LABEL$} {text}")
    }

    fn class(&mut self, table: &Table) -> io::Result<()> {
        let Some(name) = &table.class else { return Ok(()) };
        let class = self.document.classes.iter().find(|class| class.name == *name);
        let inherits = class.and_then(|class| class.inheritance.as_ref());
        let inherits = inherits.map(|how| format!(", inherits from {} ({})", how.base, how.kind));
        self.line("class", &safe(&format!("{name}{}", inherits.unwrap_or_default())))
    }

    /// The file and line, the class around it, and the text of the line.
    fn declared(&mut self, place: Option<&Place>) -> io::Result<()> {
        let Some(place) = place else {
            return self.line("declared", "not in any file: code computes it");
        };
        let around = self.extraction.index.class_around(&place.path, place.line);
        let around = around.filter(|class| class.line != place.line);
        let inside = around.map(|class| format!(" in class {}", class.qualname)).unwrap_or_default();
        self.line("declared", &format!("{}{}", at(place), safe(&inside)))?;
        match self.text_at(place) {
            Some(text) => self.line("", &format!("{} {}", "|".dimmed(), safe(&text))),
            None => Ok(()),
        }
    }

    /// The text of the line in the file.
    fn text_at(&self, place: &Place) -> Option<String> {
        let bytes = self.source.tree.read(&place.path).ok()?;
        let position = usize::try_from(place.line).ok()?.checked_sub(1)?;
        Some(String::from_utf8_lossy(&bytes).lines().nth(position)?.trim().to_owned())
    }

    /// Each doubt with its hint, then the stand-ins that contributed to it.
    fn doubts(&mut self, reasons: &[&Reason], place: Option<&Place>) -> io::Result<()> {
        if reasons.is_empty() {
            let version = self.document.version_at(place.map_or("", |place| place.path.as_str()));
            let text = format!("the code computed all of it with SQLAlchemy {version}, without stand-ins");
            return self.line("why", &text);
        }
        let mut shown = BTreeSet::new();
        let mut stand_ins = BTreeSet::new();
        for reason in reasons {
            if !shown.insert(*reason) {
                continue;
            }
            self.line(
                "in doubt",
                &format!("{} {}", safe(&reason.message), format!("[{}]", safe(&reason.code)).dimmed()),
            )?;
            if let Some(hint) = &reason.hint {
                self.line("", &format!("{} {}", "hint:".cyan(), safe(hint)))?;
            }
            stand_ins.extend(stand_ins_of(reason, self.document));
        }
        for item in stand_ins {
            let asked = item.place.as_ref().map(|place| format!(", first asked for at {}", at(place)));
            let text =
                format!("{} ({}){}", safe(&item.module), absence(item.kind), asked.unwrap_or_default());
            self.line("stand-in", &text)?;
        }
        Ok(())
    }

    /// The diagnostics of the file, the most severe first.
    fn diagnostics_of(&mut self, place: Option<&Place>) -> io::Result<()> {
        let Some(path) = place.map(|place| place.path.as_str()) else { return Ok(()) };
        let is_of = |item: &&Diagnostic| {
            item.severity > Severity::Note && item.place.as_ref().is_some_and(|place| place.path == path)
        };
        let found: Vec<&Diagnostic> = self.document.diagnostics.iter().filter(is_of).collect();
        for item in found.iter().take(5) {
            let line = item.place.as_ref().map_or(0, |place| place.line);
            self.line("same file", &format!("line {line}: {}", safe(&item.message)))?;
        }
        if found.len() > 5 {
            self.line("", &format!("… and {} more", counted(found.len() - 5, "remark")))?;
        }
        Ok(())
    }
}

/// Stand-ins whose module is the beginning of a name that a reason quotes.
fn stand_ins_of<'a>(reason: &Reason, document: &'a Document) -> Vec<&'a StandIn> {
    let quoted: Vec<&str> = reason.message.split('`').skip(1).step_by(2).collect();
    let begins = |item: &&StandIn| {
        quoted.iter().any(|name| {
            name.strip_prefix(item.module.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '(', '[']))
        })
    };
    let found: Vec<&StandIn> = document.stand_ins.iter().filter(begins).collect();
    // Of `a`, `a.b` and `a.b.c` the last implies the others.
    let longest = found.iter().map(|item| item.module.len()).max();
    found.into_iter().filter(|item| Some(item.module.len()) == longest).collect()
}

fn absence(kind: StandInKind) -> &'static str {
    match kind {
        StandInKind::Package => "its package is absent",
        StandInKind::Part => "its package is present and has no such module",
        StandInKind::StandardLibrary => "a part of the standard library that the sandbox does not have",
        StandInKind::Extension => "compiled, and cannot run here",
        StandInKind::Failed => "could not be imported",
    }
}
