//! Resolves a query to the inputs of each of its columns.
//!
//! `sqlparser` reads the text; names are resolved here, on its tree. [`resolve`] is pure: the same text and catalog
//! give the same [`Lineage`]. What can't be determined is in [`Lineage::unknowns`], and the rest is still returned.
//!
//! * `parse`, `trino`: text to statements, within limits
//! * `statement`, `query`, `select`, `from`, `pivot`: the result of each part of a statement, as a
//!   [`projection::Projection`]
//! * `scope`, `lookup`: the column for a name
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

/// Whether it is a single query.
pub fn is_query(text: &str, dialect: Dialect) -> bool {
    let read = || parse(text, dialect).is_ok_and(|all| matches!(all.as_slice(), [Statement::Query(_)]));
    on_large_stack(STACK, read).unwrap_or(false)
}

/// Whether it is a single expression.
pub fn is_expression(text: &str, dialect: Dialect) -> bool {
    on_large_stack(STACK, || parse_expression(text, dialect).is_ok()).unwrap_or(false)
}

/// A relation in the catalog.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Its number in the catalog; the same relation has the same number.
    pub id: u32,
    /// The columns that are known, which may not be all.
    pub columns: &'a [Column],
    /// Whether these are all of them.
    pub is_complete: bool,
}

/// The relations and columns that SQL can refer to.
pub trait Catalog {
    /// The relation for a name, if there is one.
    fn find(&self, relation: &Relation) -> Option<Entry<'_>>;
}

/// A read of one column by SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read {
    /// The relation, as an index in [`Lineage::relations`].
    pub relation: u32,
    /// The column, as an index in [`ReadRelation::columns`].
    pub column: u32,
    /// The kind of the read.
    pub kind: EdgeKind,
    /// Whether it is read through `SELECT *`.
    pub star: bool,
    /// The certainty of the read.
    pub certainty: Certainty,
    /// Line of the SQL, counted from 1; 0 if unknown.
    pub line: u32,
}

/// A relation that SQL reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRelation {
    /// Its name as it is written.
    pub name: Relation,
    /// Its number in the catalog; `None` if it is unknown.
    pub id: Option<u32>,
    /// Columns that are read, and all that the catalog has.
    pub columns: Vec<String>,
    /// Line of the SQL where it is first named.
    pub line: u32,
}

/// A result column of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its name as it is written.
    pub name: String,
    /// The form in which it is compared.
    pub key: String,
    /// Its inputs: sorted, one for each column.
    pub reads: Vec<Read>,
}

/// A star that passes on the columns of a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// The relation, as an index in [`Lineage::relations`].
    pub relation: u32,
    /// Keys of columns that it excludes.
    pub except: Vec<String>,
    /// Whether the columns of the relation are known.
    pub expanded: bool,
}

/// The lineage of a statement.
#[derive(Debug, Clone, Default)]
pub struct Lineage {
    /// Result columns in the order of the query.
    pub columns: Vec<Made>,
    /// Whether these are all of them.
    pub is_complete: bool,
    /// Columns that filter and join its rows.
    pub rows: Vec<Read>,
    /// Stars of the result.
    pub stars: Vec<Passed>,
    /// Relations in the order in which they are first named.
    pub relations: Vec<ReadRelation>,
    /// Parts that could not be resolved.
    pub unknowns: Vec<Unknown>,
}
