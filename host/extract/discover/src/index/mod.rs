//! The declarations in the files, without running them: classes, their attributes, and `Table()` calls.

mod aliases;
mod calls;
mod class;
mod environment;
mod expr;
mod facts;
mod items;
mod module_ref;
mod names;
mod questions;
mod strict;
mod table;
mod walk;

use std::collections::BTreeMap;

pub(crate) use aliases::Alias;
use belljar_schema::Place;
pub(crate) use calls::is_base_call;
pub use environment::Chosen;
pub(crate) use expr::{dotted, head_of_text, last};
pub use facts::ColumnFacts;
pub use items::{ItemFacts, ItemKind, Made, PlacedItem};
pub(crate) use module_ref::ModuleRef;
pub(crate) use names::{Names, Origin, absolute};
use serde::{Deserialize, Serialize};
pub(crate) use walk::{ClassFacts, FileFacts, collect_facts};

/// The `__tablename__` of a class body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tablename {
    /// The class body assigns none.
    None,
    /// A string literal, including implicit concatenation.
    Literal(String),
    /// Anything else (a call, an f-string, a name, a method), on this line.
    Computed(u32),
}

/// A class statement, with what its body declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one statement")]
pub struct ClassDecl {
    /// Dotted name of the module.
    pub module: String,
    /// Its qualified name: `Outer.Inner`, `function.<locals>.Class`.
    pub qualname: String,
    /// Path of the file.
    pub path: String,
    /// Line of the `class` keyword; decorators lie above it.
    pub line: u32,
    /// Last line of the body.
    pub end_line: u32,
    /// Source text of each base, without `**` and keywords.
    pub bases: Vec<String>,
    /// What the class body assigns to `__tablename__`.
    pub tablename: Tablename,
    /// Whether its `__table_args__` may have foreign keys: it has one, or is computed.
    #[serde(default)]
    pub may_refer: bool,
    /// The indexes and constraints in its body.
    #[serde(default)]
    pub items: Vec<ItemFacts>,
    /// Whether its `__table_args__` may have others: they are computed.
    #[serde(default)]
    pub computes_items: bool,
    /// Whether it assigns `__table__`.
    pub has_table: bool,
    /// Whether it has `__abstract__ = True`.
    pub abstract_: bool,
    /// Whether it has `table=True`, as in SQLModel.
    pub table_true: bool,
    /// Attributes that its body assigns or annotates, and its `declared_attr` methods, in the order of the source.
    pub attributes: Vec<Attribute>,
    /// Whether it is inside a function, so that it exists only if that is called.
    pub in_function: bool,
    /// Whether it derives from a declarative base, as far as imports show: whoever creates the class maps it.
    #[serde(default)]
    pub declarative: bool,
    /// Source text of each decorator, without `@`.
    pub decorators: Vec<String>,
}

/// An attribute of a class body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// The name of the attribute in the class.
    pub name: String,
    /// Line of the name.
    pub line: u32,
    /// The name of the column, if it is given as a string.
    pub column_name: Option<String>,
    /// Whether its value or annotation is one of columns.
    pub looks_like_column: bool,
    /// The facts of the column, if SQLAlchemy's own function or class creates it.
    #[serde(default)]
    pub facts: Option<Box<ColumnFacts>>,
}

/// A column among the arguments of a `Table()` call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnDecl {
    /// The name of the column, its first argument.
    pub name: String,
    /// Line of the call that creates it.
    pub line: u32,
    /// The facts in its text.
    pub facts: ColumnFacts,
}

/// A call of `Table()`, with what its arguments declare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableDecl {
    /// The name, if it is a string literal.
    pub name: Option<String>,
    /// The database schema, if it is a string literal.
    pub schema: Option<String>,
    /// Dotted name of the module.
    pub module: String,
    /// Path of the file.
    pub path: String,
    /// Line of the call.
    pub line: u32,
    /// Last line of the call.
    pub end_line: u32,
    /// Whether it is inside a function, so that it exists only if that is called.
    pub in_function: bool,
    /// The columns with literal names.
    #[serde(default)]
    pub columns: Vec<ColumnDecl>,
    /// Whether other columns may be among its arguments: some are computed.
    #[serde(default)]
    pub open: bool,
    /// Whether it unpacks something other than a literal list.
    #[serde(default)]
    pub unpacks: bool,
    /// Whether foreign keys of several columns may be among its arguments.
    #[serde(default)]
    pub may_refer: bool,
    /// The indexes and constraints among its arguments.
    #[serde(default)]
    pub items: Vec<ItemFacts>,
    /// Whether its columns are read from a database.
    #[serde(default)]
    pub reflected: bool,
    /// Whether its `MetaData` is created in the call, so that only the table leads to it.
    #[serde(default)]
    pub own_metadata: bool,
}

/// Every class and every `Table()` call of the parsed files, sorted by path, then line.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct StaticIndex {
    classes: Vec<ClassDecl>,
    tables: Vec<TableDecl>,
    #[serde(default)]
    loose: Vec<ItemFacts>,
    #[serde(default)]
    roots: Vec<String>,
    /// Lines that depend on the environment, by path.
    #[serde(default)]
    chosen: BTreeMap<String, Vec<Chosen>>,
    /// The calls that create indexes and constraints, by path.
    #[serde(default)]
    placed: BTreeMap<String, Vec<PlacedItem>>,
    by_name: BTreeMap<String, BTreeMap<String, usize>>,
    by_path: BTreeMap<String, BTreeMap<String, usize>>,
}

impl StaticIndex {
    pub(crate) fn new(classes: Vec<ClassDecl>, mut tables: Vec<TableDecl>, loose: Vec<ItemFacts>) -> Self {
        tables.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        let mut by_name: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        let mut by_path = by_name.clone();
        for (position, class) in classes.iter().enumerate() {
            // Of two classes with one name in one module, Python keeps the last, unless they are in branches.
            by_name.entry(class.module.clone()).or_default().insert(class.qualname.clone(), position);
            by_path.entry(class.path.clone()).or_default().insert(class.qualname.clone(), position);
        }
        let (roots, chosen, placed) = Default::default();
        Self { classes, tables, loose, roots, chosen, placed, by_name, by_path }
    }

    pub(crate) fn set_roots(&mut self, roots: Vec<String>) {
        self.roots = roots;
    }

    pub(crate) fn set_chosen(&mut self, chosen: BTreeMap<String, Vec<Chosen>>) {
        self.chosen = chosen;
    }

    pub(crate) fn set_placed(&mut self, placed: BTreeMap<String, Vec<PlacedItem>>) {
        self.placed = placed;
    }

    /// The line of the call that creates an index or a constraint of a table, in the file that declares the table.
    pub fn item_line(&self, table: &Place, made: &Made<'_>) -> Option<u32> {
        let class = self.class_around(&table.path, table.line).map(|class| (class.line, class.end_line));
        let call = || self.call_around(&table.path, table.line).map(|call| (call.line, call.end_line));
        items::line_of(self.placed.get(&table.path)?, made, class.or_else(call))
    }

    /// The property of the environment that objects created from a line on depend on: around it, or within the class or
    /// the call that begins there.
    pub fn chosen_at(&self, path: &str, line: u32) -> Option<&Chosen> {
        let class =
            self.class_around(path, line).filter(|class| class.line == line).map(|class| class.end_line);
        let call = self.call_around(path, line).filter(|call| call.line == line).map(|call| call.end_line);
        let end = class.max(call).unwrap_or(line);
        let is_around = |chosen: &&Chosen| chosen.line <= line && chosen.end_line >= end;
        let is_within = |chosen: &&Chosen| {
            chosen.line >= line
                && chosen.end_line <= end
                && (!chosen.in_function || call.is_some() && class.is_none())
        };
        self.chosen.get(path)?.iter().find(|chosen| is_around(chosen) || is_within(chosen))
    }

    /// The directories that the files are imported from.
    pub fn roots(&self) -> &[String] {
        &self.roots
    }

    /// The declarations of the files of one directory, by their paths in it.
    #[must_use]
    pub fn below(self, directory: &str) -> Self {
        let mut classes = self.classes;
        classes.retain_mut(|class| shorten(&mut class.path, directory));
        let mut tables = self.tables;
        tables.retain_mut(|table| shorten(&mut table.path, directory));
        let mut below = Self::new(classes, tables, self.loose);
        let own = |mut path: String| shorten(&mut path, directory).then_some(path);
        let is_root = |root: &String| root == directory;
        below.roots = self
            .roots
            .into_iter()
            .filter_map(|root| if is_root(&root) { Some(String::new()) } else { own(root) })
            .collect();
        below.chosen =
            self.chosen.into_iter().filter_map(|(path, chosen)| Some((own(path)?, chosen))).collect();
        below.placed =
            self.placed.into_iter().filter_map(|(path, placed)| Some((own(path)?, placed))).collect();
        below
    }

    /// All class statements of the source.
    pub fn classes(&self) -> &[ClassDecl] {
        &self.classes
    }

    /// All calls of `Table()` in the source.
    pub fn tables(&self) -> &[TableDecl] {
        &self.tables
    }

    /// Indexes and constraints at the top level of some module: `Index("by_note", Order.note)`.
    pub fn loose_items(&self) -> &[ItemFacts] {
        &self.loose
    }

    /// The class of this name in this module, the last if there are several.
    pub fn class(&self, module: &str, qualname: &str) -> Option<&ClassDecl> {
        self.classes.get(*self.by_name.get(module)?.get(qualname)?)
    }

    /// The class of this name in this file, the last if there are several. Unlike the name of a module, of which a
    /// repository with several import roots can have two, a path is one file.
    pub fn class_at(&self, path: &str, qualname: &str) -> Option<&ClassDecl> {
        self.classes.get(*self.by_path.get(path)?.get(qualname)?)
    }

    /// The innermost class that contains a line of a file.
    pub fn class_around(&self, path: &str, line: u32) -> Option<&ClassDecl> {
        let end = self.classes.partition_point(|class| (class.path.as_str(), class.line) <= (path, line));
        let before = self.classes.get(..end)?.iter().rev().take(MOST_BEFORE);
        before.take_while(|class| class.path == path).find(|class| line <= class.end_line)
    }

    /// The innermost `Table()` call that contains a line of a file.
    pub fn call_around(&self, path: &str, line: u32) -> Option<&TableDecl> {
        let end = self.tables.partition_point(|call| (call.path.as_str(), call.line) <= (path, line));
        let before = self.tables.get(..end)?.iter().rev().take(MOST_BEFORE);
        before.take_while(|call| call.path == path).find(|call| line <= call.end_line)
    }
}

/// Removes a directory from a path; false if the path is elsewhere.
fn shorten(path: &mut String, directory: &str) -> bool {
    let Some(below) = crate::paths::below(path, directory) else { return false };
    *path = below.to_owned();
    true
}

/// The maximum number of preceding declarations that are checked for a line, which limits the nesting.
const MOST_BEFORE: usize = 1000;

impl ClassDecl {
    /// Line of an attribute of the class; the last one, as in Python.
    pub fn attribute_line(&self, attribute: &str) -> Option<u32> {
        self.attributes.iter().rev().find(|found| found.name == attribute).map(|found| found.line)
    }
}

#[cfg(test)]
mod tests;
