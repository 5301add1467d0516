//! The meaning of names at a place in a query.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use super::projection::{Inputs, Projection};

/// Visible common table expressions, the nearest first.
#[derive(Debug, Default)]
pub(crate) struct Ctes<'e> {
    pub(crate) outer: Option<&'e Ctes<'e>>,
    pub(crate) here: RefCell<BTreeMap<String, Rc<Projection>>>,
}

impl<'e> Ctes<'e> {
    pub(crate) fn within(outer: &'e Ctes<'e>) -> Self {
        Self { outer: Some(outer), here: RefCell::default() }
    }

    pub(crate) fn find(&self, key: &str) -> Option<Rc<Projection>> {
        let mut at = Some(self);
        while let Some(ctes) = at {
            if let Some(projection) = ctes.here.borrow().get(key) {
                return Some(projection.clone());
            }
            at = ctes.outer;
        }
        None
    }

    pub(crate) fn add(&self, key: String, projection: Rc<Projection>) {
        self.here.borrow_mut().insert(key, projection);
    }
}

/// One relation in `FROM`.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// The qualifier of its columns, in the form in which it is compared: the alias alone, or the parts of the name
    /// with the last first.
    pub(crate) name: Vec<String>,
    pub(crate) projection: Rc<Projection>,
    /// The name also stands for a value: an element of an array, a row of a function.
    pub(crate) value: Option<Inputs>,
    /// A star excludes it: the right side of a semi-join.
    pub(crate) is_hidden: bool,
    /// Keys that it shares with others by `USING`.
    pub(crate) merged: Vec<String>,
}

/// The relations of one `SELECT`, and the scope around it.
#[derive(Debug)]
pub(crate) struct Scope<'s> {
    pub(crate) items: Vec<Item>,
    /// Columns merged by `USING` and `NATURAL`, in order.
    pub(crate) merged: Vec<(String, String, Inputs)>,
    /// Columns that the select list has named so far.
    pub(crate) aliases: BTreeMap<String, Inputs>,
    /// The enclosing query, for correlated names.
    pub(crate) outer: Option<&'s Scope<'s>>,
    pub(crate) ctes: &'s Ctes<'s>,
}

impl<'s> Scope<'s> {
    pub(crate) fn new(outer: Option<&'s Scope<'s>>, ctes: &'s Ctes<'s>) -> Self {
        Self { items: Vec::new(), merged: Vec::new(), aliases: BTreeMap::new(), outer, ctes }
    }

    /// The relation for a qualifier, whose parts come last first. An alias is one part; a name matches with fewer.
    pub(crate) fn item(&self, qualifier: &[String]) -> Option<&Item> {
        let fits = |item: &&Item| !item.name.is_empty() && item.name.starts_with(qualifier);
        self.items.iter().find(fits).or_else(|| {
            // BigQuery and others resolve a shorter name to the table of a longer qualifier.
            self.items.iter().find(|item| item.name.len() > 1 && qualifier.starts_with(&item.name))
        })
    }

    /// Whether a relation here, or in an outer scope, is known to have a column with this key.
    pub(crate) fn has(&self, key: &str) -> bool {
        let mut at = Some(self);
        while let Some(here) = at {
            if here.items.iter().any(|item| item.projection.column(key).is_some()) {
                return true;
            }
            at = here.outer;
        }
        false
    }

    pub(crate) fn merged(&self, key: &str) -> Option<&Inputs> {
        self.merged.iter().find(|(_, other, _)| other == key).map(|(_, _, inputs)| inputs)
    }
}
