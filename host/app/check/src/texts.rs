//! Compares the source texts of both sides with the extracted schemas. Code of a pull request can hide a change when it
//! runs: a module that replaces `Column` can restore what the text of another module has lost. The text itself can't be
//! hidden. Only literals are compared, and only if the text differs from the base: a repository may compute its
//! columns, as long as it does so on both sides.

mod items;

use std::collections::{BTreeMap, BTreeSet};

use belljar_discover::{Attribute, ClassDecl, ColumnDecl, ColumnFacts, StaticIndex, TableDecl, Tablename};
use belljar_schema::{Column, Diagnostic, Document, Place, Severity, Status, Table};

/// The texts of both sides.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    /// The static index of the base.
    pub base: &'a StaticIndex,
    /// The static index of the head.
    pub head: &'a StaticIndex,
}

/// All differences between the texts of head and base that the schema does not follow.
pub fn disagreements(base: &Document, head: &Document, texts: Texts<'_>) -> Vec<Diagnostic> {
    let before = Side::new(base, texts.base);
    let odd = before.odd_renderings();
    let sides = Sides { before, after: Side::new(head, texts.head), odd };
    let mut found: Vec<Diagnostic> = head.tables.iter().flat_map(|table| sides.of_table(table)).collect();
    found.extend(interference(base, head));
    found.sort();
    found.dedup();
    found
}

/// What a module of the head does to the tables of another module, and no module of the base does. The tables are shown
/// without its effects, which would otherwise go unnoticed.
fn interference<'a>(base: &'a Document, head: &'a Document) -> impl Iterator<Item = Diagnostic> + 'a {
    let of = |document: &'a Document| document.diagnostics.iter().filter(|item| item.code == "interference");
    let known: BTreeSet<&str> = of(base).map(|item| item.message.as_str()).collect();
    let new = of(head).filter(move |item| !known.contains(item.message.as_str()));
    new.map(|item| Diagnostic { severity: Severity::Error, ..item.clone() })
}

struct Sides<'a> {
    before: Side<'a>,
    after: Side<'a>,
    /// The types that code of the base renders differently from SQLAlchemy.
    odd: BTreeSet<String>,
}

/// A document with its source texts.
struct Side<'a> {
    tables: BTreeMap<(Option<&'a str>, &'a str), Vec<&'a Table>>,
    /// Classes by path and line. Several may start on one line.
    attributes: BTreeMap<(&'a str, u32), Vec<(&'a ClassDecl, &'a Attribute)>>,
    columns: BTreeMap<(&'a str, u32), Vec<(&'a TableDecl, &'a ColumnDecl)>>,
    classes: BTreeMap<(&'a str, u32), &'a ClassDecl>,
    /// Calls by path and name.
    calls: BTreeMap<(&'a str, &'a str), &'a TableDecl>,
    /// Classes by the last part of their names.
    named: BTreeMap<&'a str, Vec<&'a ClassDecl>>,
    index: &'a StaticIndex,
    replaced: Vec<&'a Diagnostic>,
}

/// The code at the place of a column.
#[derive(Debug, PartialEq, Eq)]
enum Text<'a> {
    /// Code that specifies it in literals.
    Says(&'a ColumnFacts),
    /// Code that specifies nothing of it in literals.
    Computes,
    /// There is no declaration.
    Nothing,
}

impl<'a> Side<'a> {
    fn new(document: &'a Document, index: &'a StaticIndex) -> Self {
        let mut tables: BTreeMap<_, Vec<&Table>> = BTreeMap::new();
        for table in &document.tables {
            tables.entry((table.schema.as_deref(), table.name.as_str())).or_default().push(table);
        }
        let mut attributes: BTreeMap<_, Vec<(&ClassDecl, &Attribute)>> = BTreeMap::new();
        for class in index.classes() {
            for attribute in &class.attributes {
                attributes.entry((class.path.as_str(), attribute.line)).or_default().push((class, attribute));
            }
        }
        let mut named: BTreeMap<&str, Vec<&ClassDecl>> = BTreeMap::new();
        for class in index.classes() {
            named.entry(class.qualname.rsplit('.').next().unwrap_or_default()).or_default().push(class);
        }
        let mut columns: BTreeMap<_, Vec<(&TableDecl, &ColumnDecl)>> = BTreeMap::new();
        let mut calls = BTreeMap::new();
        for call in index.tables() {
            if let Some(name) = &call.name {
                calls.entry((call.path.as_str(), name.as_str())).or_insert(call);
            }
            for column in &call.columns {
                columns.entry((call.path.as_str(), column.line)).or_default().push((call, column));
            }
        }
        Self {
            tables,
            attributes,
            columns,
            classes: index.classes().iter().map(|class| ((class.path.as_str(), class.line), class)).collect(),
            calls,
            named,
            index,
            replaced: document.diagnostics.iter().filter(|item| item.code == "replaced").collect(),
        }
    }

    /// The code that a column comes from.
    fn text(&self, table: &Table, column: &Column) -> Text<'a> {
        let Some(place) = &column.place else { return Text::Computes };
        let at = (place.path.as_str(), place.line);
        let attributes = self.attributes.get(&at).map(Vec::as_slice).unwrap_or_default();
        if let Some(attribute) = attribute_of(attributes, table, column) {
            return attribute.facts.as_deref().map_or(Text::Computes, Text::Says);
        }
        if let Some(columns) = self.columns.get(&at) {
            return text_of_arguments(columns, table, column);
        }
        // A call with computed columns may create them anywhere.
        let call = self.call_of(table);
        if call.is_some_and(|call| call.open) { Text::Computes } else { Text::Nothing }
    }

    /// The call that creates a table, also within a class, which is the place of its table.
    fn call_of(&self, table: &Table) -> Option<&'a TableDecl> {
        let place = table.place.as_ref()?;
        let named = self.calls.get(&(place.path.as_str(), table.name.as_str())).copied();
        self.call_around(place).or(named)
    }

    fn call_around(&self, place: &Place) -> Option<&'a TableDecl> {
        self.index.call_around(&place.path, place.line)
    }

    /// Whether the text has a class or a call for a table.
    fn declares(&self, table: &Table) -> bool {
        let Some(place) = &table.place else { return true };
        let class = self.classes.get(&(place.path.as_str(), place.line)).copied();
        let class = class.or_else(|| self.index.class_around(&place.path, place.line));
        let is_named = class.is_some_and(|class| is_class_of(class, table));
        // A class that is mapped to a table of a call is its place, and the call stands elsewhere in the file.
        is_named
            || self.calls.contains_key(&(place.path.as_str(), table.name.as_str()))
            || self
                .call_around(place)
                .is_some_and(|call| call.name.as_ref().is_none_or(|name| *name == table.name))
    }

    /// The class of a table.
    fn class(&self, table: &Table) -> Option<&'a ClassDecl> {
        let place = table.place.as_ref().filter(|_| table.class.is_some())?;
        self.classes.get(&(place.path.as_str(), place.line)).copied()
    }

    /// How a column differs from its text.
    fn contradiction(&self, table: &Table, column: &Column) -> Option<String> {
        match self.text(table, column) {
            Text::Says(facts) if column.status == Status::Exact => {
                facts.contradiction(column).or_else(|| facts.disagreement(column))
            }
            _ => None,
        }
    }

    /// Whether the text of a table may have foreign keys besides those of its columns; also if it is not found.
    fn may_refer(&self, table: &Table) -> bool {
        let class = self.class(table).filter(|class| !class.has_table);
        let call = self.call_of(table);
        match (class, call) {
            (Some(class), _) => class.may_refer,
            (None, Some(call)) => call.may_refer,
            (None, None) => true,
        }
    }

    /// The foreign key of a column that the text lacks.
    fn key_without_text(&self, table: &Table, column: &Column) -> Option<String> {
        match self.text(table, column) {
            Text::Says(facts) if column.status == Status::Exact && !self.may_refer(table) => {
                facts.key_without_text(column)
            }
            _ => None,
        }
    }

    /// The types that the code renders differently from SQLAlchemy.
    fn odd_renderings(&self) -> BTreeSet<String> {
        let tables = self.tables.values().flatten();
        let columns = tables.flat_map(|table| table.columns.iter().map(move |column| (*table, column)));
        columns
            .filter_map(|(table, column)| match self.text(table, column) {
                Text::Says(facts) => facts.rendering(column),
                _ => None,
            })
            .collect()
    }
}

/// The attribute of a line that a column is assigned to. Attributes of other columns or tables do not count, as they
/// may be copied.
fn attribute_of<'a>(
    attributes: &[(&'a ClassDecl, &'a Attribute)],
    table: &Table,
    column: &Column,
) -> Option<&'a Attribute> {
    let is_own = |class: &ClassDecl| match &class.tablename {
        Tablename::Literal(name) => *name == table.name || is_mapped_to(class, table),
        Tablename::Computed(_) | Tablename::None => true,
    };
    let found = attributes.iter().find(|(class, attribute)| is_own(class) && writes(attribute, column));
    found.map(|(_, attribute)| *attribute)
}

/// What the arguments of a line specify about a column.
fn text_of_arguments<'a>(
    columns: &[(&'a TableDecl, &'a ColumnDecl)],
    table: &Table,
    column: &Column,
) -> Text<'a> {
    let is_own = |call: &TableDecl| call.name.as_ref().is_none_or(|name| *name == table.name);
    let mut own = columns.iter().filter(|(call, _)| is_own(call));
    if let Some((_, written)) = own.clone().find(|(_, written)| written.name == column.name) {
        return Text::Says(&written.facts);
    }
    if own.any(|(call, _)| call.open) { Text::Computes } else { Text::Nothing }
}

/// Whether a column is assigned to an attribute: by its name, or by the attribute if the name may be computed.
fn writes(attribute: &Attribute, column: &Column) -> bool {
    if let Some(name) = &attribute.column_name {
        return *name == column.name;
    }
    let may_compute = attribute.facts.as_ref().is_none_or(|facts| facts.computed_name);
    attribute.name == column.name || may_compute && column.attribute.as_ref() == Some(&attribute.name)
}

/// Whether a class is the one that a table is mapped to.
fn is_mapped_to(class: &ClassDecl, table: &Table) -> bool {
    let name = table.class.as_ref().map(|name| name.split_once(':').map_or(name.as_str(), |(_, name)| name));
    name == Some(class.qualname.as_str())
}

/// Whether a class declares a table, and does not merely stand around the code that makes it.
fn is_class_of(class: &ClassDecl, table: &Table) -> bool {
    match &class.tablename {
        Tablename::Literal(name) => *name == table.name,
        Tablename::Computed(_) | Tablename::None => {
            let may_declare = class.declarative || !class.bases.is_empty() || !class.decorators.is_empty();
            may_declare && (is_mapped_to(class, table) || class.declarative && table.class.is_none())
        }
    }
}

impl Sides<'_> {
    fn of_table(&self, table: &Table) -> Vec<Diagnostic> {
        let before = self.before.tables.get(&(table.schema.as_deref(), table.name.as_str()));
        let [before] = before.map(Vec::as_slice).unwrap_or_default() else { return Vec::new() };
        if self.before.declares(before) && !self.after.declares(table) {
            let message = format!("the text of table `{}` was removed, but the table was not", table.name);
            return vec![self.diagnostic(message, table.place.as_ref())];
        }
        let old: BTreeMap<&str, &Column> =
            before.columns.iter().map(|column| (column.name.as_str(), column)).collect();
        let is_odd = before.columns.iter().any(|column| self.before.contradiction(before, column).is_some());
        let of_columns = table.columns.iter().filter_map(|column| {
            let old = old.get(column.name.as_str()).copied();
            self.of_column(table, column, old.map(|old| (*before, old)), is_odd)
        });
        let missing =
            self.after.class(table).into_iter().flat_map(|class| self.missing(class, table, before));
        of_columns.chain(missing).chain(self.of_items(before, table)).collect()
    }

    /// `is_odd` is whether columns of the base contradict their texts, too.
    fn of_column(
        &self,
        table: &Table,
        column: &Column,
        old: Option<(&Table, &Column)>,
        is_odd: bool,
    ) -> Option<Diagnostic> {
        let name = format!("{}.{}", table.name, column.name);
        let was = old.map(|(table, column)| self.before.text(table, column));
        let is = self.after.text(table, column);
        let was_written = matches!(was, Some(Text::Says(_)));
        let unpacks = || old.is_some_and(|(old, _)| self.began_to_unpack(old, table));
        if was_written && (is == Text::Nothing || is == Text::Computes && unpacks()) {
            let message = format!("the text of column `{name}` was removed, but the column was not");
            return Some(self.diagnostic(message, column.place.as_ref()));
        }
        let lost_key = || {
            let Some(Text::Says(was)) = &was else { return None };
            was.reference.as_ref()?;
            self.after.key_without_text(table, column)
        };
        let missing = || self.missing_of_column(table, column, old);
        let what = self.after.contradiction(table, column).or_else(lost_key).or_else(missing)?;
        // If the base contradicts its texts too, this is how the repository creates its columns, including new ones.
        let is_usual = match old {
            Some((table, column)) => self.before.contradiction(table, column).is_some(),
            None => is_odd,
        } || self.odd.contains(&what);
        if was.as_ref() == Some(&is) || is_usual {
            return None;
        }
        let message = format!("the text of column `{name}` and the column disagree: {what}");
        Some(self.diagnostic(message, column.place.as_ref()))
    }

    /// Whether the call of a table unpacks arguments that may hold any column, and that of the base did not.
    fn began_to_unpack(&self, before: &Table, after: &Table) -> bool {
        let was = self.before.call_of(before);
        let is = self.after.call_of(after);
        was.is_some_and(|call| !call.unpacks) && is.is_some_and(|call| call.unpacks)
    }

    /// Columns that the class of a table declares, and the table lacks.
    fn missing(&self, class: &ClassDecl, table: &Table, before: &Table) -> Vec<Diagnostic> {
        let old = self.before.class(before);
        let of_name = |class: &ClassDecl, name: &str| {
            class
                .attributes
                .iter()
                .rev()
                .find(|attribute| attribute.name == name)
                .and_then(|found| found.facts.clone())
        };
        let names =
            |table: &Table| table.columns.iter().map(|column| column.name.clone()).collect::<BTreeSet<_>>();
        let (has, had) = (names(table), names(before));
        let mut found = Vec::new();
        for attribute in class.attributes.iter().filter(|attribute| attribute.facts.is_some()) {
            let name = attribute.column_name.as_ref().unwrap_or(&attribute.name);
            let is_last = class.attribute_line(&attribute.name) == Some(attribute.line);
            let was = old.and_then(|old| of_name(old, &attribute.name));
            // If the base lacks them too, this is how the repository creates its tables.
            let is_usual = was.is_some() && (!had.contains(name) || was.as_ref() == attribute.facts.as_ref());
            if is_last && !has.contains(name) && !is_usual && old.is_some() {
                let message = format!(
                    "column `{}.{name}` is in the text of its class, but not in the table",
                    table.name
                );
                let place = Place { path: class.path.clone(), line: attribute.line };
                found.push(self.diagnostic(message, Some(&place)));
            }
        }
        found
    }

    fn diagnostic(&self, message: String, place: Option<&Place>) -> Diagnostic {
        let is_new = |item: &&&Diagnostic| {
            !self.before.replaced.iter().any(|old| (&old.message, &old.place) == (&item.message, &item.place))
        };
        let culprit = self.after.replaced.iter().find(is_new).and_then(|item| {
            let place = item.place.as_ref()?;
            Some(format!("{message}; `{}`: {}", place.path, item.message))
        });
        let made = Diagnostic::new(Severity::Error, "text-disagrees", culprit.unwrap_or(message));
        let made = match place {
            Some(place) => made.at(place.path.clone(), place.line),
            None => made,
        };
        made.hint("other code of the change compensates for its text: check what the changed modules do when they are \
                   imported")
    }
}
