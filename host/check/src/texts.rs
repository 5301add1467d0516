//! What the texts of both sides say, held against what came of running them.
//!
//! What a pull request's files do when they run can hide what it changes: a module that replaces `Column` can give back
//! what the text of another has lost. The text can't be hidden so. Only what it says in literals counts, and only where
//! the text differs from the base: a repository may well compute its columns, as long as it does so on both sides.

use std::collections::{BTreeMap, BTreeSet};

use belljar_discover::{Attribute, ClassDecl, ColumnDecl, ColumnFacts, StaticIndex, TableDecl, Tablename};
use belljar_schema::{Column, Diagnostic, Document, Place, Severity, Status, Table};

/// The texts of both sides.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    /// Of the base.
    pub base: &'a StaticIndex,
    /// Of the head.
    pub head: &'a StaticIndex,
}

/// Everything that the text of the head says otherwise than that of the base, and that the schema does not follow.
pub fn disagreements(base: &Document, head: &Document, texts: Texts<'_>) -> Vec<Diagnostic> {
    let sides = Sides { before: Side::new(base, texts.base), after: Side::new(head, texts.head) };
    let mut found: Vec<Diagnostic> = head.tables.iter().flat_map(|table| sides.of_table(table)).collect();
    found.extend(interference(base, head));
    found.sort();
    found.dedup();
    found
}

/// What a module of the head does to the tables of another, and none of the base does. The tables are shown as they are
/// without it, so what it does is seen nowhere else.
fn interference<'a>(base: &'a Document, head: &'a Document) -> impl Iterator<Item = Diagnostic> + 'a {
    let of = |document: &'a Document| document.diagnostics.iter().filter(|item| item.code == "interference");
    let known: BTreeSet<&str> = of(base).map(|item| item.message.as_str()).collect();
    let new = of(head).filter(move |item| !known.contains(item.message.as_str()));
    new.map(|item| Diagnostic { severity: Severity::Error, ..item.clone() })
}

struct Sides<'a> {
    before: Side<'a>,
    after: Side<'a>,
}

/// A document with the texts that it comes from.
struct Side<'a> {
    tables: BTreeMap<(Option<&'a str>, &'a str), Vec<&'a Table>>,
    /// By path and line. Several may stand on one line.
    attributes: BTreeMap<(&'a str, u32), Vec<&'a Attribute>>,
    columns: BTreeMap<(&'a str, u32), Vec<&'a ColumnDecl>>,
    classes: BTreeMap<(&'a str, u32), &'a ClassDecl>,
    /// By path and name.
    calls: BTreeMap<(&'a str, &'a str), &'a TableDecl>,
    index: &'a StaticIndex,
    replaced: Vec<&'a Diagnostic>,
}

/// What stands where a column is written.
#[derive(Debug, PartialEq, Eq)]
enum Text<'a> {
    /// Code that says something of it.
    Says(&'a ColumnFacts),
    /// Code that says nothing of it in literals.
    Computes,
    /// No declaration.
    Nothing,
}

impl<'a> Side<'a> {
    fn new(document: &'a Document, index: &'a StaticIndex) -> Self {
        let mut tables: BTreeMap<_, Vec<&Table>> = BTreeMap::new();
        for table in &document.tables {
            tables.entry((table.schema.as_deref(), table.name.as_str())).or_default().push(table);
        }
        let mut attributes: BTreeMap<(&str, u32), Vec<&Attribute>> = BTreeMap::new();
        for class in index.classes() {
            for attribute in &class.attributes {
                attributes.entry((&class.path, attribute.line)).or_default().push(attribute);
            }
        }
        let mut columns: BTreeMap<(&str, u32), Vec<&ColumnDecl>> = BTreeMap::new();
        let mut calls = BTreeMap::new();
        for call in index.tables() {
            if let Some(name) = &call.name {
                calls.entry((call.path.as_str(), name.as_str())).or_insert(call);
            }
            for column in &call.columns {
                columns.entry((&call.path, column.line)).or_default().push(column);
            }
        }
        Self {
            tables,
            attributes,
            columns,
            classes: index.classes().iter().map(|class| ((class.path.as_str(), class.line), class)).collect(),
            calls,
            index,
            replaced: document.diagnostics.iter().filter(|item| item.code == "replaced").collect(),
        }
    }

    /// What is written where a column comes from.
    fn text(&self, table: &Table, column: &Column) -> Text<'a> {
        let Some(place) = &column.place else { return Text::Computes };
        let at = (place.path.as_str(), place.line);
        if let Some(attributes) = self.attributes.get(&at) {
            let attribute = match attributes.as_slice() {
                [only] => Some(only),
                several => several.iter().find(|attribute| writes(attribute, column)),
            };
            let facts = attribute.and_then(|attribute| attribute.facts.as_deref());
            return facts.map_or(Text::Computes, Text::Says);
        }
        if let Some(columns) = self.columns.get(&at) {
            let named = columns.iter().find(|other| other.name == column.name);
            return named.map_or(Text::Computes, |column| Text::Says(&column.facts));
        }
        // A call that computes its columns may have them made anywhere.
        let call = self.call_of(table);
        if call.is_some_and(|call| call.open) { Text::Computes } else { Text::Nothing }
    }

    /// The call that makes a table: also one within a class, which is the place of its table.
    fn call_of(&self, table: &Table) -> Option<&'a TableDecl> {
        let place = table.place.as_ref()?;
        let named = self.calls.get(&(place.path.as_str(), table.name.as_str())).copied();
        self.call_around(place).or(named)
    }

    fn call_around(&self, place: &Place) -> Option<&'a TableDecl> {
        self.index.call_around(&place.path, place.line)
    }

    /// Whether a table is made by a class or a call that the text has.
    fn declares(&self, table: &Table) -> bool {
        let Some(place) = &table.place else { return true };
        let class = self.classes.get(&(place.path.as_str(), place.line)).copied();
        let class = class.or_else(|| self.index.class_around(&place.path, place.line));
        let is_named = class.is_some_and(|class| match &class.tablename {
            Tablename::Literal(name) => *name == table.name,
            Tablename::Computed(_) | Tablename::None => true,
        });
        is_named
            || self
                .call_around(place)
                .is_some_and(|call| call.name.as_ref().is_none_or(|name| *name == table.name))
    }

    /// The class of a table.
    fn class(&self, table: &Table) -> Option<&'a ClassDecl> {
        let place = table.place.as_ref().filter(|_| table.class.is_some())?;
        self.classes.get(&(place.path.as_str(), place.line)).copied()
    }

    /// How a column differs from what its text says of it.
    fn contradiction(&self, table: &Table, column: &Column) -> Option<String> {
        match self.text(table, column) {
            Text::Says(facts) if column.status == Status::Exact => facts.contradiction(column),
            _ => None,
        }
    }
}

/// Whether an attribute is the one that a column is written as.
fn writes(attribute: &Attribute, column: &Column) -> bool {
    let name = attribute.column_name.as_ref().unwrap_or(&attribute.name);
    column.attribute.as_ref().map_or(*name == column.name, |of_column| attribute.name == *of_column)
}

impl Sides<'_> {
    fn of_table(&self, table: &Table) -> Vec<Diagnostic> {
        let before = self.before.tables.get(&(table.schema.as_deref(), table.name.as_str()));
        let [before] = before.map(Vec::as_slice).unwrap_or_default() else { return Vec::new() };
        if self.before.declares(before) && !self.after.declares(table) {
            let message = format!("the text of table `{}` is gone, and the table is not", table.name);
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
        of_columns.chain(missing).collect()
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
        if is == Text::Nothing && matches!(was, Some(Text::Says(_))) {
            let message = format!("the text of column `{name}` is gone, and the column is not");
            return Some(self.diagnostic(message, column.place.as_ref()));
        }
        let what = self.after.contradiction(table, column)?;
        // What the base contradicts too is how this repository makes its columns, new ones among them.
        let is_usual = match old {
            Some((table, column)) => self.before.contradiction(table, column).is_some(),
            None => is_odd,
        };
        if was.as_ref() == Some(&is) || is_usual {
            return None;
        }
        let message = format!("the text of column `{name}` and the column disagree: {what}");
        Some(self.diagnostic(message, column.place.as_ref()))
    }

    /// Columns that the class of a table writes, and the table lacks.
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
            // What the base lacks too is how this repository makes its tables.
            let is_usual = was.is_some() && (!had.contains(name) || was.as_ref() == attribute.facts.as_ref());
            if is_last && !has.contains(name) && !is_usual && old.is_some() {
                let message = format!(
                    "column `{}.{name}` is in the text of its class, and not in the table",
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
        made.hint("other code of the change makes up for its text: look at what the changed modules do when they are imported")
    }
}
