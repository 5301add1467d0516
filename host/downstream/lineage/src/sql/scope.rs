//! What names can mean at a place of a query.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use super::projection::{Inputs, Projection};

/// Common table expressions that can be seen, nearest first.
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
    /// What qualifies its columns, as it is compared: the alias alone, or the parts of the name with the last first.
    pub(crate) name: Vec<String>,
    pub(crate) projection: Rc<Projection>,
    /// The name stands for a value too: an element of an array, a row of a function.
    pub(crate) value: Option<Inputs>,
    /// A star leaves it out: the right side of a semi-join.
    pub(crate) is_hidden: bool,
    /// Keys that it shares with others by `USING`.
    pub(crate) merged: Vec<String>,
}

/// Relations of one `SELECT`, and what is around it.
#[derive(Debug)]
pub(crate) struct Scope<'s> {
    pub(crate) items: Vec<Item>,
    /// Columns that `USING` and `NATURAL` made one of, in order.
    pub(crate) merged: Vec<(String, String, Inputs)>,
    /// Columns that the select list has named so far.
    pub(crate) aliases: BTreeMap<String, Inputs>,
    /// The query around it, for what is correlated.
    pub(crate) outer: Option<&'s Scope<'s>>,
    pub(crate) ctes: &'s Ctes<'s>,
}

impl<'s> Scope<'s> {
    pub(crate) fn new(outer: Option<&'s Scope<'s>>, ctes: &'s Ctes<'s>) -> Self {
        Self { items: Vec::new(), merged: Vec::new(), aliases: BTreeMap::new(), outer, ctes }
    }

    /// The relation that a qualifier means; its parts come last first. An alias is one part; a name fits with fewer.
    pub(crate) fn item(&self, qualifier: &[String]) -> Option<&Item> {
        let fits = |item: &&Item| !item.name.is_empty() && item.name.starts_with(qualifier);
        self.items.iter().find(fits).or_else(|| {
            // BigQuery and others take a shorter name for the table of a longer qualifier.
            self.items.iter().find(|item| item.name.len() > 1 && qualifier.starts_with(&item.name))
        })
    }

    /// It is known that a relation here, or around, has a column of this key.
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
