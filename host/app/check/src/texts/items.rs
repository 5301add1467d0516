//! Compares indexes, unique constraints and checks with the texts of both sides.

use std::collections::BTreeSet;

use belljar_discover::{ClassDecl, ItemFacts, ItemKind, Made};
use belljar_schema::{Column, Diagnostic, Status, Table};

use super::{Side, Sides, Text};

/// Whether a text writes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    /// It is written in literals.
    Yes,
    /// It may be computed.
    Maybe,
    /// It is not written.
    No,
}

/// The maximum depth of base classes.
const MOST_ABOVE: usize = 64;

impl Sides<'_> {
    /// Items removed from the text of a table but not from the table, and items added to the text but not to the table.
    pub(super) fn of_items(&self, before: &Table, after: &Table) -> Vec<Diagnostic> {
        if after.status != Status::Exact {
            return Vec::new();
        }
        let had = made(before);
        let kept = made(after).into_iter().filter(|item| had.iter().any(|other| is_same(item, other)));
        let lost = kept.filter_map(|item| {
            let was = had
                .iter()
                .any(|other| is_same(&item, other) && self.before.writes(before, other) == Written::Yes);
            let is_gone = match self.after.writes(after, &item) {
                Written::Yes => false,
                Written::No => true,
                Written::Maybe => self.began_to_compute(before, after),
            };
            (was && is_gone).then(|| {
                let message = format!(
                    "the text of the {} of table `{}` was removed, but it was not",
                    item.label(),
                    after.name
                );
                self.diagnostic(message, after.place.as_ref())
            })
        });
        lost.chain(self.missing_items(before, after)).collect()
    }

    /// Whether the arguments of a table are computed that were written.
    fn began_to_compute(&self, before: &Table, after: &Table) -> bool {
        let computes = |side: &Side<'_>, table: &Table| {
            side.class(table).is_some_and(|class| class.computes_items)
                || side.call_of(table).is_some_and(|call| call.unpacks)
        };
        !computes(&self.before, before) && computes(&self.after, after)
    }

    /// New items in the text of a table that the table lacks.
    fn missing_items(&self, before: &Table, after: &Table) -> Vec<Diagnostic> {
        let old: BTreeSet<&ItemFacts> = self.before.own_items(before).into_iter().collect();
        let has = made(after);
        let new =
            self.after.own_items(after).into_iter().filter(|item| item.is_known() && !old.contains(item));
        new.filter(|item| !has.iter().any(|made| item.fits(made)))
            .map(|item| {
                let message = format!(
                    "the {} is in the text of table `{}`, but not in the table",
                    item.label(),
                    after.name
                );
                self.diagnostic(message, after.place.as_ref())
            })
            .collect()
    }

    /// An index or a unique constraint that was added to the text of a column, and that its table lacks.
    pub(super) fn missing_of_column(
        &self,
        table: &Table,
        column: &Column,
        old: Option<(&Table, &Column)>,
    ) -> Option<String> {
        let Text::Says(facts) = self.after.text(table, column) else { return None };
        let had = |wanted: fn(&belljar_discover::ColumnFacts) -> bool| {
            old.is_some_and(|(table, column)| matches!(self.before.text(table, column), Text::Says(facts) if wanted(facts)))
        };
        let is_alone = |columns: &[String]| columns == [column.name.clone()];
        let is_indexed = table.indexes.iter().any(|index| is_alone(&index.columns));
        if facts.index == Some(true) && !is_indexed && !had(|facts| facts.index == Some(true)) {
            return Some("its text declares an index, but it has none".to_owned());
        }
        let is_unique = table.unique.iter().any(|item| is_alone(&item.columns))
            || table.indexes.iter().any(|index| index.unique && is_alone(&index.columns));
        (facts.unique == Some(true) && !is_unique && !had(|facts| facts.unique == Some(true)))
            .then(|| "its text declares it unique, but it is not".to_owned())
    }
}

impl<'a> Side<'a> {
    /// Whether the text of a table declares an item of the table.
    fn writes(&self, table: &Table, item: &Made<'_>) -> Written {
        let class = self.class(table);
        let above = class.map(|class| self.above(class)).unwrap_or_default();
        let call = self.call_of(table);
        let fits = |facts: &&ItemFacts| facts.fits(item);
        let of_classes = class.into_iter().chain(above.iter().copied()).flat_map(|class| &class.items);
        let of_call = call.into_iter().flat_map(|call| &call.items);
        let mut all = of_classes.chain(of_call).chain(self.index.loose_items()).filter(fits).peekable();
        let is_open = class.is_none() && call.is_none()
            || call.is_some_and(|call| call.open)
            || class.into_iter().chain(above.iter().copied()).any(|class| class.computes_items)
            || all.peek().is_some();
        if all.any(ItemFacts::is_known) {
            return Written::Yes;
        }
        match self.marks(table, item) {
            Written::No if is_open => Written::Maybe,
            found => found,
        }
    }

    /// Whether `index=` or `unique=` of its only column creates it.
    fn marks(&self, table: &Table, item: &Made<'_>) -> Written {
        let [name] = item.columns else { return Written::No };
        let Some(column) = table.columns.iter().find(|column| column.name == *name) else {
            return Written::No;
        };
        let facts = match self.text(table, column) {
            Text::Says(facts) => facts,
            Text::Computes => return Written::Maybe,
            Text::Nothing => return Written::No,
        };
        let (index, unique) = (facts.index, facts.unique);
        let is_made = match item.kind {
            ItemKind::Index => [index, unique.map(|unique| unique == item.unique)],
            ItemKind::Unique => [unique, index.map(|index| !index)],
            ItemKind::Check => return Written::No,
        };
        match is_made {
            [Some(true), Some(true)] => Written::Yes,
            [Some(false), _] | [_, Some(false)] => Written::No,
            _ => Written::Maybe,
        }
    }

    /// The items in the class or the call of a table itself.
    fn own_items(&self, table: &Table) -> Vec<&'a ItemFacts> {
        let of_class = self.class(table).into_iter().flat_map(|class| &class.items);
        of_class.chain(self.call_of(table).into_iter().flat_map(|call| &call.items)).collect()
    }

    /// The classes of the repository that a class may inherit from, by the names of its bases.
    fn above(&self, class: &'a ClassDecl) -> Vec<&'a ClassDecl> {
        let mut found: Vec<&ClassDecl> = Vec::new();
        let mut waiting = vec![class];
        while let Some(next) = waiting.pop() {
            for base in &next.bases {
                let head = base.split(['(', '[']).next().unwrap_or_default().trim();
                let name = head.rsplit('.').next().unwrap_or_default();
                for other in self.named.get(name).into_iter().flatten() {
                    if found.len() < MOST_ABOVE && !found.iter().any(|known| std::ptr::eq(*known, *other)) {
                        found.push(other);
                        waiting.push(other);
                    }
                }
            }
        }
        found
    }
}

/// The indexes and constraints of a table that can be declared in a text.
fn made(table: &Table) -> Vec<Made<'_>> {
    let indexes = table.indexes.iter().map(Made::from);
    indexes.chain(table.unique.iter().map(Made::from)).chain(table.checks.iter().map(Made::from)).collect()
}

/// Whether both sides have an item.
fn is_same(one: &Made<'_>, other: &Made<'_>) -> bool {
    one.kind == other.kind
        && one.columns == other.columns
        && one.unique == other.unique
        && one.sql == other.sql
        && one.name == other.name
}
