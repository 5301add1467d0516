//! From a query to the columns that each of its columns is made from.
//!
//! `sqlparser` reads the text; names are resolved here, on its tree. [`resolve`] is pure: the same text and catalog give
//! the same [`Lineage`]. What can't be told is in [`Lineage::unknowns`], and the rest is still there.
//!
//! * `parse`, `trino`: text to statements, within limits
//! * `statement`, `query`, `select`, `from`, `pivot`: what each part of a statement gives, as a
//!   [`projection::Projection`]
//! * `scope`: which column a name means
//! * `expression`: which columns an expression reads

mod allowance;
mod dynamic;
mod expression;
mod from;
mod lookup;
mod parse;
mod pivot;
mod projection;
mod query;
mod resolver;
mod scope;
mod select;
mod star;
mod statement;
mod touched;
mod trino;
mod words;

use belljar_schema::Certainty;

use sqlparser::ast::Statement;

use crate::{
    Dialect, Unknown,
    graph::{Column, EdgeKind, Relation},
    work::{STACK, on_large_stack},
};

pub(crate) use allowance::Allowance;
pub(crate) use parse::{Parsed, parse, parse_expression};
pub(crate) use resolver::relation as relation_of;
pub(crate) use statement::{expression, reads, resolve};

/// It is one query, and nothing else.
pub fn is_query(text: &str, dialect: Dialect) -> bool {
    let read = || parse(text, dialect).is_ok_and(|all| matches!(all.as_slice(), [Statement::Query(_)]));
    on_large_stack(STACK, read).unwrap_or(false)
}

/// It is one expression, and nothing else.
pub fn is_expression(text: &str, dialect: Dialect) -> bool {
    on_large_stack(STACK, || parse_expression(text, dialect).is_ok()).unwrap_or(false)
}

/// What is known of a relation that SQL names.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Whatever the catalog knows it by; the same relation has the same number.
    pub id: u32,
    /// Its columns.
    pub columns: &'a [Column],
    /// Whether these are all of them.
    pub is_complete: bool,
}

/// Which relations there are.
pub trait Catalog {
    /// The relation that a name means, if there is one.
    fn find(&self, relation: &Relation) -> Option<Entry<'_>>;
}

/// What SQL reads of one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read {
    /// Index in [`Lineage::relations`].
    pub relation: u32,
    /// Index in [`ReadRelation::columns`].
    pub column: u32,
    /// How.
    pub kind: EdgeKind,
    /// It is read through a star.
    pub star: bool,
    /// How sure it is.
    pub certainty: Certainty,
    /// Line of the SQL, counted from 1; 0 where it is not known.
    pub line: u32,
}

/// A relation that SQL reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRelation {
    /// As it is written.
    pub name: Relation,
    /// What the catalog knows it by; null where it does not.
    pub id: Option<u32>,
    /// Columns that are read, and all that the catalog has.
    pub columns: Vec<String>,
    /// Line of the SQL where it is first named.
    pub line: u32,
}

/// A column that SQL makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its name as it is written.
    pub name: String,
    /// What it is compared by.
    pub key: String,
    /// What it is made from: sorted, one for each column.
    pub reads: Vec<Read>,
}

/// A star that hands on what a relation has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// Index in [`Lineage::relations`].
    pub relation: u32,
    /// Keys of columns that it leaves out.
    pub except: Vec<String>,
    /// The columns of the relation are known.
    pub expanded: bool,
}

/// What a statement makes, and from what.
#[derive(Debug, Clone, Default)]
pub struct Lineage {
    /// In the order of the query.
    pub columns: Vec<Made>,
    /// Whether these are all of them.
    pub is_complete: bool,
    /// What decides which rows there are, and how they are put together.
    pub rows: Vec<Read>,
    /// Stars.
    pub stars: Vec<Passed>,
    /// In the order in which they are named.
    pub relations: Vec<ReadRelation>,
    /// What was not understood.
    pub unknowns: Vec<Unknown>,
}
