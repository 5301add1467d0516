use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::Place;
use quick_xml::{
    Reader,
    events::{BytesRef, Event},
};

use super::{
    Column, Connection, Dashboard, DataSource, Relation, RelationKind, Workbook, Worksheet,
    formula::{FieldReference, parts, references},
    stack::{DEEPEST, Element},
};
use crate::FileDiagnostics;

/// The maximum number of elements of one document.
const MOST_ELEMENTS: usize = 20_000_000;

/// The maximum number of columns, relations and connections kept of one document.
const MOST_KEPT: usize = 1_000_000;

/// The maximum size of the definition of one set or group, in bytes.
const LONGEST_FORMULA: usize = 16 << 10;

/// Reads a document, as far as it is well-formed.
pub(super) fn parse_document(bytes: &[u8], diagnostics: &mut FileDiagnostics<'_>) -> Workbook {
    let mut reader = Reader::from_reader(bytes);
    let mut document = Document { lines: Lines { bytes, at: 0, line: 1 }, ..Document::new(bytes) };
    let mut elements = 0;
    loop {
        let position = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event();
        let line = document.lines.at(position);
        let stopped = match event {
            Ok(Event::Start(start)) => document.open(Element::from_start(&start), line, diagnostics),
            Ok(Event::Empty(start)) => {
                let stopped = document.open(Element::from_start(&start), line, diagnostics);
                document.close(diagnostics);
                stopped
            }
            Ok(Event::End(_)) => {
                document.close(diagnostics);
                None
            }
            Ok(Event::Text(text)) => {
                document.text(&String::from_utf8_lossy(&text));
                None
            }
            Ok(Event::CData(text)) => {
                document.text(&String::from_utf8_lossy(&text));
                None
            }
            Ok(Event::GeneralRef(entity)) => {
                document.text(&resolved(&entity));
                None
            }
            Ok(Event::Eof) => break,
            Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_)) => None,
            Err(error) => Some(format!("its XML is damaged: {error}; the part before that is read")),
        };
        elements += 1;
        let stopped = stopped.or_else(|| {
            (elements > MOST_ELEMENTS)
                .then(|| format!("it has more than {MOST_ELEMENTS} elements; the rest is ignored"))
        });
        if let Some(message) = stopped {
            diagnostics.error("tableau-xml", line, message, "save the workbook again");
            while !document.stack.is_empty() {
                document.close(diagnostics);
            }
            return document.done();
        }
    }
    if !document.stack.is_empty() {
        let message = "its XML ends within an element; the part before that is read";
        diagnostics.error("tableau-xml", document.lines.line, message, "save the workbook again");
        while !document.stack.is_empty() {
            document.close(diagnostics);
        }
    } else if !document.known {
        let message = "it is not a workbook: there is neither `workbook` nor `datasource` at its root";
        diagnostics.error("tableau-not-a-workbook", 0, message, "pass a `.twb`, `.twbx`, `.tds` or `.tdsx`");
    }
    document.done()
}

/// The text of an entity; an unknown one is kept as it is written.
fn resolved(entity: &BytesRef<'_>) -> String {
    let name = String::from_utf8_lossy(entity).into_owned();
    let letter = entity.resolve_char_ref().ok().flatten().map(String::from);
    let known = quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned);
    letter.or(known).unwrap_or_else(|| format!("&{name};"))
}

/// Lines of increasing positions.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
}

impl Lines<'_> {
    fn at(&mut self, position: usize) -> u32 {
        let passed = self.bytes.get(self.at..position).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', passed).count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.at = self.at.max(position);
        self.line
    }
}

/// The state of reading a document.
struct Document<'a> {
    lines: Lines<'a>,
    known: bool,
    stack: Vec<Element>,
    above: Above,
    out: Workbook,
    source: Option<Source>,
    worksheet: Option<(Worksheet, BTreeSet<(String, String)>)>,
    dashboard: Option<(Dashboard, BTreeSet<String>)>,
    /// The data source whose dependencies a worksheet lists.
    depends: Option<String>,
    text: String,
    record: Record,
    kept: usize,
}

/// A data source that is being read.
#[derive(Default)]
struct Source {
    own: DataSource,
    columns: BTreeMap<String, Column>,
    /// The column mapping of the data source before an extract.
    seen: BTreeSet<String>,
    depth: usize,
    /// The position of the last join among the relations, and the queries whose text has not been read yet.
    join: Option<usize>,
    queries: Vec<usize>,
}

/// The enclosing elements that matter. They are counted, as searching the stack for each element would take quadratic
/// time.
#[derive(Default)]
struct Above {
    views: usize,
    clauses: usize,
    extracts: usize,
    /// Positions in the stack.
    groups: Vec<usize>,
    named_connections: Vec<usize>,
}

impl Above {
    fn enter(&mut self, name: &str, at: usize) {
        match name {
            "view" => self.views += 1,
            "clause" => self.clauses += 1,
            "extract" => self.extracts += 1,
            "group" => self.groups.push(at),
            "named-connection" => self.named_connections.push(at),
            _ => {}
        }
    }

    fn leave(&mut self, name: &str) {
        match name {
            "view" => self.views -= 1,
            "clause" => self.clauses -= 1,
            "extract" => self.extracts -= 1,
            "group" => drop(self.groups.pop()),
            "named-connection" => drop(self.named_connections.pop()),
            _ => {}
        }
    }
}

/// A `metadata-record`, which describes a column of the database.
#[derive(Default)]
struct Record {
    remote: Option<String>,
    local: Option<String>,
    parent: Option<String>,
    family: Option<String>,
}

/// `[none:Region:nk]` is an instance of `[Region]`.
fn instance_of(level: &str) -> String {
    let Some(name) = parts(level).pop() else { return String::new() };
    let column = match name.split(':').collect::<Vec<_>>().as_slice() {
        [_, column @ .., _] if !column.is_empty() => column.join(":"),
        _ => name,
    };
    format!("[{}]", column.replace(']', "]]"))
}

impl<'a> Document<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            lines: Lines { bytes, at: 0, line: 1 },
            known: false,
            stack: Vec::new(),
            above: Above::default(),
            out: Workbook::default(),
            source: None,
            worksheet: None,
            dashboard: None,
            depends: None,
            text: String::new(),
            record: Record::default(),
            kept: 0,
        }
    }

    fn parent(&self) -> &str {
        self.stack.last().map_or("", |element| element.name.as_str())
    }

    /// Handles the start of an element. An error stops the reading.
    fn open(&mut self, element: Element, line: u32, diagnostics: &FileDiagnostics<'_>) -> Option<String> {
        self.text.clear();
        match element.name.as_str() {
            "workbook" if self.stack.is_empty() => self.known = true,
            "datasource"
                if self.stack.is_empty() || (self.parent() == "datasources" && self.above.views == 0) =>
            {
                self.known = true;
                let own = DataSource {
                    name: element.text("name").or_else(|| element.text("formatted-name")).unwrap_or_default(),
                    caption: element.text("caption"),
                    place: Some(diagnostics.place(line)),
                    ..DataSource::default()
                };
                self.source = Some(Source { own, depth: self.stack.len(), ..Source::default() });
            }
            "worksheet" => {
                let place = Some(diagnostics.place(line));
                let own = Worksheet {
                    name: element.text("name").unwrap_or_default(),
                    place,
                    ..Worksheet::default()
                };
                self.worksheet = Some((own, BTreeSet::new()));
            }
            "dashboard" => {
                let place = Some(diagnostics.place(line));
                let own = Dashboard {
                    name: element.text("name").unwrap_or_default(),
                    place,
                    ..Dashboard::default()
                };
                self.dashboard = Some((own, BTreeSet::new()));
            }
            "zone" => {
                if let (Some((_, sheets)), Some(name)) = (&mut self.dashboard, element.text("name")) {
                    sheets.insert(name);
                }
            }
            "datasource-dependencies" => self.depends = element.text("datasource"),
            "column" | "column-instance" | "group" if self.worksheet.is_some() && self.depends.is_some() => {
                self.used(&element);
            }
            _ => self.of_source(&element, line, diagnostics),
        }
        if self.stack.len() >= DEEPEST {
            return Some(format!("elements are nested more than {DEEPEST} deep; the rest is ignored"));
        }
        self.above.enter(&element.name, self.stack.len());
        self.stack.push(element);
        if self.kept > MOST_KEPT {
            return Some(format!("it has more than {MOST_KEPT} columns and relations; the rest is ignored"));
        }
        None
    }

    /// A column that a worksheet depends on.
    fn used(&mut self, element: &Element) {
        let of = if element.name == "column-instance" { "column" } else { "name" };
        let name = element.get(of);
        let (Some(name), Some(source), Some((_, columns))) = (name, &self.depends, &mut self.worksheet)
        else {
            return;
        };
        if let Some(column) = parts(name).pop() {
            self.kept += 1;
            columns.insert((source.clone(), column));
        }
    }

    fn of_source(&mut self, element: &Element, line: u32, diagnostics: &FileDiagnostics<'_>) {
        let parent = self.parent().to_owned();
        let within_connection = self.above.clauses > 0;
        // An extract: a copy of the data source's data in a file of Tableau, which nothing else reads.
        let within_extract = self.above.extracts > 0;
        let innermost = |of: &[usize]| of.last().and_then(|at| self.stack.get(*at));
        let group = innermost(&self.above.groups);
        let named = innermost(&self.above.named_connections);
        let Some(source) = &mut self.source else { return };
        match element.name.as_str() {
            "connection" | "relation" if within_extract => {}
            "connection" => {
                self.kept += 1;
                source.own.connections.push(Connection {
                    name: named.and_then(|one| one.text("name")),
                    class: element.text("class").unwrap_or_default(),
                    database: element.text("dbname"),
                    schema: element.text("schema"),
                });
            }
            "repository-location" if parent == "datasource" => source.own.published = element.text("id"),
            // A container of relations that are combined on demand; they follow.
            "relation" if element.get("type") == Some("collection") => {}
            "relation" => {
                self.kept += 1;
                source.relation(element, diagnostics.place(line));
            }
            "expression" if within_connection => {
                let found = references(element.get("op").unwrap_or_default());
                self.kept += found.len();
                source.joined_by(found);
            }
            "map" if parent == "cols" => {
                self.kept += usize::from(source.map(element));
            }
            // A column; a set, or a group of several fields.
            "column" | "group" if parent == "datasource" => {
                let Some(name) = element.get("name").and_then(|name| parts(name).pop()) else { return };
                self.kept += 1;
                let column = source.column(name);
                column.caption = element.text("caption");
                column.place = Some(diagnostics.place(line));
            }
            "calculation" if parent == "column" => {
                let name = self.stack.last().and_then(|column| column.get("name"));
                let Some(name) = name.and_then(|name| parts(name).pop()) else { return };
                // Bins and groups of values name their input as their column.
                let column = source.column(name);
                column.formula = element.text("formula");
                column.add_text(element.get("column"));
            }
            "groupfilter" => {
                let name = group.and_then(|one| parts(one.get("name")?).pop());
                let Some(name) = name else { return };
                self.kept += 1;
                let level = element.get("level").map(instance_of);
                let column = source.column(name);
                column.add_text(level.as_deref());
                column.add_text(element.get("expression"));
            }
            "metadata-record" => self.record = Record::default(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if matches!(self.parent(), "relation" | "remote-name" | "local-name" | "parent-name" | "family") {
            self.text.push_str(text);
        }
    }

    /// Handles the end of the innermost element.
    fn close(&mut self, diagnostics: &mut FileDiagnostics<'_>) {
        let Some(element) = self.stack.pop() else { return };
        self.above.leave(&element.name);
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        let name = || parts(text).pop().filter(|name| !name.is_empty());
        match element.name.as_str() {
            "relation" if !text.is_empty() => {
                if let Some(source) = &mut self.source
                    && let Some(at) = source.queries.pop()
                    && let Some(relation) = source.own.relations.get_mut(at)
                {
                    relation.kind = RelationKind::Query(text.to_owned());
                }
            }
            "remote-name" => self.record.remote = Some(text.to_owned()),
            "local-name" => self.record.local = name(),
            "parent-name" => self.record.parent = name(),
            "family" => self.record.family = Some(text.to_owned()).filter(|text| !text.is_empty()),
            "metadata-record" => {
                let mut record = std::mem::take(&mut self.record);
                if self.above.extracts > 0 {
                    // Its own table is not in the source; the family is the relation that the column comes from.
                    record.parent = record.family.take();
                }
                if let (Some(source), Some(local), Some(remote)) =
                    (&mut self.source, record.local, record.remote)
                {
                    self.kept += 1;
                    source.column(local).remote.get_or_insert((record.parent.unwrap_or_default(), remote));
                }
            }
            "datasource-dependencies" => self.depends = None,
            "worksheet" => {
                if let Some((mut worksheet, columns)) = self.worksheet.take() {
                    worksheet.columns = columns.into_iter().collect();
                    self.out.worksheets.push(worksheet);
                }
            }
            "dashboard" => {
                if let Some((mut dashboard, sheets)) = self.dashboard.take() {
                    dashboard.worksheets = sheets.into_iter().collect();
                    self.out.dashboards.push(dashboard);
                }
            }
            "datasource" if self.source.as_ref().is_some_and(|source| source.depth == self.stack.len()) => {
                if let Some(source) = self.source.take() {
                    self.out.sources.push(source.done(diagnostics));
                }
            }
            _ => {}
        }
    }

    /// Zones that are not worksheets (texts, images, filters) are omitted from dashboards.
    fn done(mut self) -> Workbook {
        let known: BTreeSet<&str> = self.out.worksheets.iter().map(|sheet| sheet.name.as_str()).collect();
        for dashboard in &mut self.out.dashboards {
            dashboard.worksheets.retain(|name| known.contains(name.as_str()));
        }
        self.out
    }
}

impl Column {
    /// Reads the names in a text too.
    fn add_text(&mut self, text: Option<&str>) {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return };
        let formula = self.formula.get_or_insert_default();
        if formula.len() < LONGEST_FORMULA && !formula.contains(text) {
            formula.push(' ');
            formula.push_str(text);
        }
    }
}

impl Source {
    /// Takes note of the relation that comes next.
    fn note(&mut self, kind: &RelationKind) {
        let at = self.own.relations.len();
        match kind {
            RelationKind::Join(_) => self.join = Some(at),
            RelationKind::Query(_) => self.queries.push(at),
            _ => {}
        }
    }

    /// Adds a relation, and the relations that it joins.
    fn relation(&mut self, element: &Element, place: Place) {
        let kind = match element.get("type").unwrap_or("table") {
            "table" => {
                RelationKind::Table(parts(element.get("table").or(element.get("name")).unwrap_or_default()))
            }
            "text" => RelationKind::Query(String::new()),
            "join" => RelationKind::Join(Vec::new()),
            "union" => RelationKind::Union,
            other => RelationKind::Other(other.to_owned()),
        };
        let (name, connection) = (element.text("name"), element.text("connection"));
        self.note(&kind);
        self.own.relations.push(Relation { name, connection, kind, place });
    }

    /// Adds the origin of a column; returns whether the element defines one.
    fn map(&mut self, element: &Element) -> bool {
        let key = parts(element.get("key").unwrap_or_default()).pop();
        let mut value = parts(element.get("value").unwrap_or_default());
        let (Some(key), Some(column)) = (key, value.pop()) else { return false };
        let remote = (value.pop().unwrap_or_default(), column);
        self.column(key).remote.get_or_insert(remote);
        true
    }

    /// Adds columns to the condition of the preceding join.
    fn joined_by(&mut self, found: Vec<FieldReference>) {
        let join = self.join.and_then(|at| self.own.relations.get_mut(at));
        if let Some(RelationKind::Join(columns)) = join.map(|one| &mut one.kind) {
            columns.extend(found);
        }
    }

    fn column(&mut self, name: String) -> &mut Column {
        self.columns.entry(name).or_insert_with_key(|name| Column { name: name.clone(), ..Column::default() })
    }

    fn done(mut self, diagnostics: &mut FileDiagnostics<'_>) -> DataSource {
        // The same relation is in the old and in the new form of one document, and next to its extract.
        let mut relations = std::mem::take(&mut self.own.relations);
        relations
            .retain(|one| self.seen.insert(format!("{:?} {:?} {:?}", one.name, one.connection, one.kind)));
        for relation in &relations {
            if let RelationKind::Other(kind) = &relation.kind {
                let message = format!("a relation of the kind `{kind}` is not supported");
                diagnostics.warning("tableau-relation", relation.place.line, message, "");
            }
        }
        self.own.relations = relations;
        self.own.columns = self.columns.into_values().collect();
        self.own
    }
}
