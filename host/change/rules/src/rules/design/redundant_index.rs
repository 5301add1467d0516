use belljar_diff::Change;
use belljar_schema::{Index, Table};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ902",
    name: "redundant-index",
    title: "an index that another index makes redundant",
    severity: Severity::Note,
    explanation: "An index, a unique constraint or the primary key that begins with the same columns finds the same \
                  rows. Each index slows down every write, and `unique=True` or `primary_key=True` together with \
                  `index=True` creates two.",
    recipe: &[Step::advise("Leave one of them out.")],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let found = context.new_indexes(change).into_iter().filter_map(|(table, index)| {
        let other = other(table, index)?;
        let name = index.name.clone().unwrap_or_else(|| index.columns.join(", "));
        let message = format!("index `{name}` of `{}` is redundant with {other}", table.full_name());
        Some(Draft::new(message).at(place_of(table, index.columns.first())))
    });
    found.collect()
}

fn other(table: &Table, index: &Index) -> Option<String> {
    if index.unique || index.columns.is_empty() || !index.options.is_empty() {
        return None;
    }
    let begins = |columns: &[String]| columns.starts_with(&index.columns);
    if begins(&table.primary_key.columns) {
        return Some("the primary key".to_owned());
    }
    if let Some(unique) = table.unique.iter().find(|unique| begins(&unique.columns)) {
        return Some(format!("the unique constraint of {}", ticked(&unique.columns)));
    }
    // Of two identical ones, the second is reported.
    let position = table.indexes.iter().position(|one| one == index);
    let wider = table.indexes.iter().enumerate().find(|(other_position, other)| {
        let same = other.columns == index.columns && !other.unique;
        other.options.is_empty()
            && begins(&other.columns)
            && *other != index
            && (!same || Some(*other_position) < position)
    });
    let (_, wider) = wider?;
    Some(format!("index `{}`", wider.name.clone().unwrap_or_else(|| wider.columns.join(", "))))
}
