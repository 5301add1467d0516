//! Resolves the name of a column.
//!
//! A name is looked up in the query's own relations first, then in the queries around it. Within one scope a relation
//! that is known to have the column wins over relations with unknown columns. If several could have it, all of them are
//! used and the result is only likely: choosing one could miss the real input.

use std::rc::Rc;

use belljar_schema::Certainty;
use sqlparser::ast::Ident;

use super::{
    projection::{Flow, Inputs, Projection, Source, settle, through},
    resolver::{Resolver, line_of},
    scope::{Item, Scope},
    words::is_constant,
};
use crate::{Cause, Unknown, graph::EdgeKind};

/// The precedence between a column and a name of the select list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefer {
    /// The column of a relation first: everywhere but in `ORDER BY`.
    Column,
    /// The name of the select list first.
    Alias,
}

/// The meaning of a name.
pub(crate) struct Hit {
    pub(crate) inputs: Inputs,
    /// It is a part of these: a field, or an element.
    pub(crate) is_part: bool,
    /// It is a whole row, without the name of a column.
    pub(crate) is_row: bool,
}

impl Hit {
    fn whole(inputs: Inputs) -> Self {
        Self { inputs, is_part: false, is_row: false }
    }
}

/// The same inputs, as only likely.
fn likely(inputs: &Inputs) -> Inputs {
    let likely = |(source, flow): &(Source, Flow)| {
        (*source, Flow { certainty: flow.certainty.max(Certainty::Likely), ..*flow })
    };
    Rc::new(inputs.iter().map(likely).collect())
}

impl Resolver<'_> {
    /// A name without a qualifier.
    pub(crate) fn bare(&mut self, scope: &Scope<'_>, name: &Ident, prefer: Prefer) -> Hit {
        let key = self.key(name);
        if prefer == Prefer::Alias
            && let Some(inputs) = scope.aliases.get(&key)
        {
            return Hit::whole(inputs.clone());
        }
        // The nearest scope that has it, or could have it: a query's own relations come before those around it.
        let mut at = Some(scope);
        while let Some(here) = at {
            if let Some(hit) = self.known(here, name, &key) {
                return hit;
            }
            if let Some(hit) = self.guessed(here, name, &key) {
                return hit;
            }
            at = here.outer;
        }
        // Otherwise it is a field of a value with unknown fields.
        let mut at = Some(scope);
        while let Some(here) = at {
            if let Some(hidden) = here.items.iter().find_map(|item| item.projection.hidden.clone()) {
                return Hit { inputs: hidden, is_part: true, is_row: false };
            }
            at = here.outer;
        }
        self.not_found(name, &name.value);
        Hit::whole(Inputs::default())
    }

    /// A bare name of a relation, and not of a column.
    pub(crate) fn is_row(&self, scope: &Scope<'_>, name: &Ident) -> bool {
        let key = self.key(name);
        let mut at = Some(scope);
        while let Some(here) = at {
            let is_column = here.merged(&key).is_some()
                || here.aliases.contains_key(&key)
                || here.items.iter().any(|item| item.projection.column(&key).is_some());
            if is_column {
                return false;
            }
            let named = [self.dialect.relation_key(&name.value, name.quote_style.is_some())];
            if here.item(&named).is_some_and(|item| item.value.is_none()) {
                return true;
            }
            at = here.outer;
        }
        false
    }

    /// The relations of one scope that are known to have this column.
    fn known(&mut self, scope: &Scope<'_>, name: &Ident, key: &str) -> Option<Hit> {
        if let Some(inputs) = scope.merged(key) {
            return Some(Hit::whole(inputs.clone()));
        }
        let having: Vec<Inputs> =
            scope.items.iter().filter_map(|item| Some(item.projection.column(key)?.inputs.clone())).collect();
        match having.as_slice() {
            [] => {}
            [one] => return Some(Hit::whole(one.clone())),
            several => {
                let message = format!(
                    "`{}` could be a column of {} relations; all of them are used",
                    name.value,
                    several.len()
                );
                self.unknown(Unknown::new(Cause::ColumnAmbiguous, name.value.clone(), message).likely());
                return Some(Hit::whole(likely(&self.union(several, EdgeKind::Identity))));
            }
        }
        if let Some(inputs) = scope.aliases.get(key) {
            return Some(Hit::whole(inputs.clone()));
        }
        let named = scope.item(&[key.to_owned()])?;
        if let Some(value) = &named.value {
            return Some(Hit::whole(value.clone()));
        }
        // The name of a relation stands for its row.
        let is_open = scope.items.iter().any(|item| item.projection.open(key).next().is_some());
        (!is_open || named.name.len() == 1).then(|| {
            let all: Vec<Inputs> =
                named.projection.columns.iter().map(|column| column.inputs.clone()).collect();
            Hit { inputs: self.union(&all, EdgeKind::Transformation), is_part: true, is_row: true }
        })
    }

    /// The relations of one scope that could have this column.
    fn guessed(&mut self, scope: &Scope<'_>, name: &Ident, key: &str) -> Option<Hit> {
        let mut open: Vec<u32> = scope.items.iter().flat_map(|item| item.projection.open(key)).collect();
        open.sort_unstable();
        open.dedup();
        match open.as_slice() {
            [] => None,
            [one] => {
                let inputs = self.inferred(*one, name);
                let is_elsewhere = scope.outer.is_some_and(|outer| outer.has(key));
                Some(Hit::whole(if is_elsewhere { likely(&inputs) } else { inputs }))
            }
            several => {
                let message = format!(
                    "`{}` could be a column of {} relations with unknown columns; all of them are used",
                    name.value,
                    several.len()
                );
                let hint = "qualify the column, or provide a catalog with their columns";
                self.unknown(
                    Unknown::new(Cause::ColumnAmbiguous, name.value.clone(), message).likely().hint(hint),
                );
                let all: Vec<Inputs> = several.iter().map(|one| self.inferred(*one, name)).collect();
                Some(Hit::whole(likely(&self.union(&all, EdgeKind::Identity))))
            }
        }
    }

    /// A path: a qualified column, or fields of a column.
    pub(crate) fn path(&mut self, scope: &Scope<'_>, path: &[&Ident], prefer: Prefer) -> Hit {
        let [.., last] = path else { return Hit::whole(Inputs::default()) };
        if path.len() == 1 {
            return self.bare(scope, last, prefer);
        }
        let mut at = Some(scope);
        while let Some(here) = at {
            // The longest qualifier first: `schema.table.column` before `column.field.field`.
            for length in (1..path.len()).rev() {
                let Some((qualifier, rest)) = path.split_at_checked(length) else { continue };
                let named: Vec<String> = qualifier
                    .iter()
                    .rev()
                    .map(|one| self.dialect.relation_key(&one.value, one.quote_style.is_some()))
                    .collect();
                let (Some(item), Some(column)) = (here.item(&named), rest.first()) else { continue };
                let item = item.clone();
                return self.of_item(&item, column, rest.len() > 1);
            }
            let first = path.first().map(|first| self.key(first)).unwrap_or_default();
            let has = here.merged(&first).is_some()
                || here.aliases.contains_key(&first)
                || here.items.iter().any(|item| item.projection.column(&first).is_some());
            if has {
                break;
            }
            at = here.outer;
        }
        let Some(first) = path.first() else { return Hit::whole(Inputs::default()) };
        Hit { is_part: true, ..self.bare(scope, first, prefer) }
    }

    /// A column of one relation.
    fn of_item(&mut self, item: &Item, name: &Ident, is_part: bool) -> Hit {
        let key = self.key(name);
        if let Some(column) = item.projection.column(&key) {
            return Hit { inputs: column.inputs.clone(), is_part, is_row: false };
        }
        if let Some(value) = &item.value {
            return Hit { inputs: value.clone(), is_part: true, is_row: false };
        }
        let open: Vec<u32> = item.projection.open(&key).collect();
        match open.as_slice() {
            [] => {}
            [one] => return Hit { inputs: self.inferred(*one, name), is_part, is_row: false },
            several => {
                let message =
                    format!("`{}` could be a column of {} relations behind `*`", name.value, several.len());
                self.unknown(Unknown::new(Cause::ColumnAmbiguous, name.value.clone(), message).likely());
                let all: Vec<Inputs> = several.iter().map(|one| self.inferred(*one, name)).collect();
                return Hit { inputs: self.union(&all, EdgeKind::Identity), is_part, is_row: false };
            }
        }
        if let Some(hidden) = &item.projection.hidden {
            return Hit { inputs: hidden.clone(), is_part: true, is_row: false };
        }
        if is_constant(name, self.dialect) {
            return Hit::whole(Inputs::default());
        }
        self.not_found(name, &format!("{}.{}", item.name.first().map_or("", String::as_str), name.value));
        Hit::whole(Inputs::default())
    }

    fn not_found(&mut self, name: &Ident, shown: &str) {
        let line = line_of(name);
        let message = format!("no visible relation has a column `{shown}` (line {line} of the SQL)");
        self.unknown(Unknown::new(Cause::ColumnNotFound, shown, message).likely());
    }

    /// All inputs of several columns, passed on as one kind.
    pub(crate) fn union(&mut self, all: &[Inputs], kind: EdgeKind) -> Inputs {
        if let ([one], EdgeKind::Identity) = (all, kind) {
            return one.clone();
        }
        let count = all.iter().map(|one| one.len()).sum();
        if !self.spend(count) {
            return Inputs::default();
        }
        let mut out = Vec::with_capacity(count);
        for one in all {
            out.extend(
                one.iter().map(|(source, flow)| (*source, Flow { kind: through(flow.kind, kind), ..*flow })),
            );
        }
        settle(out)
    }

    /// All columns of a projection as one value.
    pub(crate) fn row(&mut self, projection: &Projection) -> Inputs {
        let all: Vec<Inputs> = projection.columns.iter().map(|column| column.inputs.clone()).collect();
        self.union(&all, EdgeKind::Transformation)
    }
}
