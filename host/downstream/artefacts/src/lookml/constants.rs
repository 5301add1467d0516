//! `@{name}`: constants of a manifest, which are substituted where they are named.

use std::collections::BTreeMap;

use super::{Derived, Explore, Sql, View};

/// The maximum number of bytes that constants may add to one project: each can be named often.
const MOST_ADDED: usize = 16 << 20;

/// Constants of a project, by name.
pub(super) struct Constants<'p> {
    pub(super) values: &'p BTreeMap<String, String>,
    pub(super) left: usize,
}

impl<'p> Constants<'p> {
    pub(super) const fn new(values: &'p BTreeMap<String, String>) -> Self {
        Self { values, left: MOST_ADDED }
    }

    pub(super) fn put_into_view(&mut self, view: &mut View) {
        view.table.iter_mut().for_each(|sql| self.put(sql));
        match &mut view.derived {
            Some(Derived::Sql(sql)) => self.put(sql),
            Some(Derived::Explore { computed, .. }) => {
                computed.iter_mut().filter_map(|(_, sql)| sql.as_mut()).for_each(|sql| self.put(sql));
            }
            None => {}
        }
        for field in &mut view.fields {
            field.sql.iter_mut().for_each(|sql| self.put(sql));
        }
    }

    pub(super) fn put_into_explore(&mut self, explore: &mut Explore) {
        explore.conditions.iter_mut().for_each(|sql| self.put(sql));
        for join in &mut explore.joins {
            join.conditions.iter_mut().for_each(|sql| self.put(sql));
        }
    }

    /// Undeclared constants stay as they are written.
    fn put(&mut self, sql: &mut Sql) {
        if !sql.text.contains("@{") {
            return;
        }
        let mut out = String::with_capacity(sql.text.len());
        let mut rest = sql.text.as_str();
        while let Some((before, after)) = rest.split_once("@{") {
            out.push_str(before);
            if !after.contains('}') {
                // It does not end, and neither does any after it.
                out.push_str("@{");
                rest = after;
                break;
            }
            let known = after.split_once('}').and_then(|(name, after)| {
                let value = self.values.get(name.trim()).filter(|value| value.len() <= self.left)?;
                Some((value, after))
            });
            match known {
                Some((value, after)) => {
                    self.left -= value.len();
                    out.push_str(value);
                    rest = after;
                }
                None => {
                    out.push_str("@{");
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        sql.text = out;
    }
}
