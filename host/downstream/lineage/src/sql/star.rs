//! Expands `*`: all columns of relations, without those that it excludes.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use regex::Regex;
use sqlparser::ast::{
    ExceptSelectItem, ExcludeSelectItem, Ident, RenameSelectItem, WildcardAdditionalOptions,
};

use super::{
    lookup::Prefer,
    projection::{Flow, Inputs, Pass, ProjectedColumn, Projection, Source},
    resolver::{Resolver, idents},
    scope::{Item, Scope},
};
use crate::{Cause, Unknown};

/// The names that a pattern or a list selects.
pub(super) enum Chosen {
    Pattern(Box<Regex>),
    Names(Vec<String>),
}

impl Chosen {
    pub(super) fn has(&self, name: &str) -> bool {
        match self {
            Self::Pattern(pattern) => pattern.is_match(name),
            Self::Names(names) => names.iter().any(|one| one.eq_ignore_ascii_case(name)),
        }
    }
}

/// The columns that a star excludes, and those that it changes, by key.
#[derive(Default)]
pub(super) struct Changes {
    except: BTreeSet<String>,
    replace: BTreeMap<String, Inputs>,
    rename: BTreeMap<String, (String, String)>,
    /// The pattern of `ILIKE`.
    like: Option<String>,
    /// Columns that are selected by name; all if absent.
    pub(super) chosen: Option<Chosen>,
}

impl Resolver<'_> {
    /// The columns of a relation, or of all of them.
    pub(super) fn star(
        &mut self,
        projection: &mut Projection,
        scope: &Scope<'_>,
        of: Option<&Item>,
        changes: &Changes,
    ) {
        let items: Vec<&Item> =
            of.map_or_else(|| scope.items.iter().filter(|item| !item.is_hidden).collect(), |item| vec![item]);
        if of.is_none() {
            for (name, key, inputs) in &scope.merged {
                self.starred(projection, name, key, inputs, changes);
            }
        }
        for item in items {
            for column in &item.projection.columns {
                let is_merged = of.is_none() && item.merged.contains(&column.key);
                if !is_merged {
                    self.starred(projection, &column.name, &column.key, &column.inputs, changes);
                }
            }
            if let (Some(value), true) = (&item.value, item.projection.columns.is_empty()) {
                let name = item.name.first().cloned().unwrap_or_default();
                self.starred(projection, &name.clone(), &name, value, changes);
            }
            let mut gone = changes.except.clone();
            gone.extend(changes.replace.keys().cloned());
            gone.extend(changes.rename.keys().cloned());
            for pass in &item.projection.passes {
                if !pass.is_complete {
                    let name = self.relations.get(pass.relation as usize).map(|one| one.name.to_string());
                    let name = name.unwrap_or_default();
                    let message =
                        format!("`*` over `{name}`, whose columns are not all known, could not be expanded");
                    let hint = "provide a catalog with its columns, such as dbt's `catalog.json`";
                    self.unknown(Unknown::new(Cause::StarNotExpanded, name, message).hint(hint));
                }
                projection.pass(without(pass, &gone));
            }
            if let Some(hidden) = &item.projection.hidden {
                projection.hidden = Some(hidden.clone());
            }
        }
    }

    fn starred(
        &mut self,
        projection: &mut Projection,
        name: &str,
        key: &str,
        inputs: &Inputs,
        changes: &Changes,
    ) {
        let is_unlike = changes.like.as_ref().is_some_and(|pattern| !is_like(key, pattern));
        let is_chosen = changes.chosen.as_ref().is_none_or(|chosen| chosen.has(name));
        if changes.except.contains(key) || is_unlike || !is_chosen || !self.spend(inputs.len() + 4) {
            return;
        }
        let inputs = changes.replace.get(key).unwrap_or(inputs).clone();
        let (name, key) =
            changes.rename.get(key).cloned().unwrap_or_else(|| (name.to_owned(), key.to_owned()));
        projection.push(ProjectedColumn { name, key, inputs });
    }

    pub(super) fn changes(
        &mut self,
        options: &WildcardAdditionalOptions,
        scope: &Scope<'_>,
        of: Option<&Item>,
        rows: &mut Vec<(Source, Flow)>,
    ) -> Changes {
        let mut changes = Changes::default();
        let items = of.map_or(scope.items.as_slice(), std::slice::from_ref);
        // Excluded or renamed columns of a star must exist.
        for name in left_out(options) {
            let key = self.key(&name);
            if let Some(inputs) = self.side(&name, &key, items) {
                self.mention(&inputs);
            }
        }
        if let Some(exclude) = &options.opt_exclude {
            changes.except.extend(self.excluded(exclude));
        }
        if let Some(ExceptSelectItem { first_element, additional_elements }) = &options.opt_except {
            changes.except.insert(self.key(first_element));
            changes.except.extend(additional_elements.iter().map(|one| self.key(one)));
        }
        for replace in options.opt_replace.iter().flat_map(|replace| &replace.items) {
            let reading = self.resolve_expression(scope, &replace.expr, &[], Prefer::Column);
            rows.extend(reading.rows);
            changes.replace.insert(self.key(&replace.column_name), reading.value);
        }
        let renames = match &options.opt_rename {
            Some(RenameSelectItem::Single(one)) => std::slice::from_ref(one),
            Some(RenameSelectItem::Multiple(all)) => all.as_slice(),
            None => &[],
        };
        for rename in renames {
            let to = (rename.alias.value.clone(), self.key(&rename.alias));
            changes.rename.insert(self.key(&rename.ident), to);
        }
        changes.like = options.opt_ilike.as_ref().map(|like| like.pattern.to_lowercase());
        changes
    }

    pub(super) fn excluded(&self, exclude: &ExcludeSelectItem) -> BTreeSet<String> {
        let names = match exclude {
            ExcludeSelectItem::Single(name) => std::slice::from_ref(name),
            ExcludeSelectItem::Multiple(names) => names.as_slice(),
        };
        names.iter().filter_map(|name| idents(name).last().map(|last| self.key(last))).collect()
    }
}

/// The columns that a star names to exclude or rename them.
fn left_out(options: &WildcardAdditionalOptions) -> Vec<Ident> {
    let mut found = Vec::new();
    match &options.opt_exclude {
        Some(ExcludeSelectItem::Single(name)) => found.extend(idents(name).last().copied().cloned()),
        Some(ExcludeSelectItem::Multiple(names)) => {
            found.extend(names.iter().filter_map(|name| idents(name).last().copied().cloned()));
        }
        None => {}
    }
    if let Some(ExceptSelectItem { first_element, additional_elements }) = &options.opt_except {
        found.extend(std::iter::once(first_element).chain(additional_elements).cloned());
    }
    match &options.opt_rename {
        Some(RenameSelectItem::Single(one)) => found.push(one.ident.clone()),
        Some(RenameSelectItem::Multiple(all)) => found.extend(all.iter().map(|one| one.ident.clone())),
        None => {}
    }
    found
}

/// The pass through a star, without the excluded columns.
pub(super) fn without(pass: &Pass, gone: &BTreeSet<String>) -> Pass {
    if gone.is_empty() {
        return pass.clone();
    }
    Pass { except: Rc::new(pass.except.union(gone).cloned().collect()), ..pass.clone() }
}

/// Whether a name matches a pattern with `%` and `_`, both without case.
fn is_like(name: &str, pattern: &str) -> bool {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    // One row of the standard table: which prefixes of the name match a prefix of the pattern.
    let mut taken = vec![false; name.len() + 1];
    if let Some(first) = taken.first_mut() {
        *first = true;
    }
    for one in pattern {
        let mut next = vec![false; name.len() + 1];
        let mut any = false;
        for at in 0..=name.len() {
            let here = taken.get(at).copied().unwrap_or(false);
            any |= here;
            let before = at.checked_sub(1).and_then(|at| taken.get(at)).copied().unwrap_or(false);
            let letter = at.checked_sub(1).and_then(|at| name.get(at));
            let fits = match one {
                '%' => any,
                '_' => before,
                one => before && letter == Some(&one),
            };
            if let Some(slot) = next.get_mut(at) {
                *slot = fits;
            }
        }
        taken = next;
    }
    taken.last().copied().unwrap_or(false)
}
