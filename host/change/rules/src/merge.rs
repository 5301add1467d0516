//! Merges findings of several rules about one statement.

use std::{cmp::Reverse, collections::BTreeMap};

use belljar_diff::Path;

use crate::{Advice, Also, Category, Finding, rules};

/// Rules about the values of a column. What they are part of concerns the type of the column, which is another change of
/// the same declaration.
const OF_VALUES: [&str; 2] = ["BJ504", "BJ601"];

/// The number of tables that a message names.
const MOST_NAMED: usize = 5;

impl Finding {
    /// Adds another, less severe finding about the same statement.
    fn absorb(&mut self, other: Self) {
        let dialects = &other.dialects;
        let same = *dialects == self.dialects;
        for step in other.recipe {
            let own = if step.dialects.is_empty() && !same { dialects.clone() } else { step.dialects };
            let step = Advice { dialects: own, ..step };
            if !self.recipe.iter().any(|known| known.text == step.text && known.sql == step.sql) {
                self.recipe.push(step);
            }
        }
        self.also.push(Also {
            code: other.code,
            name: other.name,
            category: other.category,
            severity: other.severity,
            message: other.message,
            certainty: other.certainty,
            dialects: other.dialects,
        });
        self.also.extend(other.also);
        self.also.sort();
    }
}

/// Merges findings about one statement: those of a rule that is part of another, if both were found for one change in
/// one place, or for one declaration of values. The most severe one is kept, in its position; of two equally severe ones,
/// the one that is not a part.
pub fn merge<T>(items: Vec<T>, finding: impl Fn(&mut T) -> &mut Finding) -> Vec<T> {
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    let (mut facts, mut columns) = (Vec::new(), Vec::new());
    for item in items.iter_mut().flatten() {
        let own = finding(item);
        facts.push((own.change.index, own.place.clone(), own.code.clone(), own.severity, own.certainty));
        columns.push((own.code.clone(), own.change.path.part.clone()));
    }
    let mut by_place: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    let mut by_declaration: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (position, (index, place, ..)) in facts.iter().enumerate() {
        by_place.entry((*index, place)).or_default().push(position);
        if let Some(place) = place {
            by_declaration.entry(place).or_default().push(position);
        }
    }
    // For each part, the first finding that it is part of.
    let whole = |position: usize| {
        let (index, place, code, ..) = facts.get(position)?;
        let parts = rules::find(code)?.part_of;
        let of_values = place.as_ref().filter(|_| OF_VALUES.contains(&code.as_str()));
        let declared = of_values.and_then(|place| by_declaration.get(place));
        let declared = declared.filter(|all| are_of_one_column(all, code, &columns));
        let all = declared.or_else(|| by_place.get(&(*index, place)));
        let mut beside = all?.iter().filter(|_| !parts.is_empty());
        beside
            .find(|other| facts.get(**other).is_some_and(|(_, _, code, ..)| parts.contains(&code.as_str())))
            .copied()
    };
    let mut groups: Vec<Vec<usize>> = (0..facts.len()).map(|one| vec![one]).collect();
    for position in (0..facts.len()).rev() {
        // A part of a part is merged with it.
        let mut end = position;
        for _ in 0..facts.len() {
            match whole(end) {
                Some(next) if next != end => end = next,
                _ => break,
            }
        }
        if end != position {
            let own = groups.get_mut(position).map(std::mem::take).unwrap_or_default();
            groups.get_mut(end).into_iter().for_each(|group| group.extend(own.iter()));
        }
    }
    let mut merged: Vec<(usize, T)> = Vec::new();
    for mut group in groups.into_iter().filter(|group| !group.is_empty()) {
        let rank =
            |position: &usize| facts.get(*position).map(|(.., severity, sure)| (Reverse(*severity), *sure));
        // The first is the one that is not a part, and precedes equally severe ones.
        let whole = group.first().copied();
        group.sort_by_key(|position| (rank(position), Some(*position) != whole, *position));
        let mut taken =
            group.iter().filter_map(|position| Some((*position, items.get_mut(*position)?.take()?)));
        let Some((position, mut lead)) = taken.next() else { continue };
        for (_, mut other) in taken {
            let own = finding(&mut other).clone();
            finding(&mut lead).absorb(own);
        }
        merged.push((position, lead));
    }
    merged.sort_by_key(|(position, _)| *position);
    merged.into_iter().map(|(_, item)| item).collect()
}

/// Whether the findings of a code at one place concern one column: several may stand on a line, each with values of its own.
fn are_of_one_column(positions: &[usize], code: &str, columns: &[(String, Option<String>)]) -> bool {
    let of_code = positions.iter().filter_map(|position| columns.get(*position));
    let mut names = of_code.filter(|(own, _)| own == code).map(|(_, part)| part);
    let first = names.next();
    names.all(|other| Some(other) == first)
}

/// Folds findings about the design and the names of one declaration of several tables, such as a column of a mixin: the
/// first is kept, with the others in its message. All else is reported for each table, as each has its own rows.
pub fn fold<T>(items: Vec<T>, finding: impl Fn(&mut T) -> &mut Finding) -> Vec<T> {
    let mut kept: Vec<(T, Vec<Path>)> = Vec::new();
    let mut known: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for mut item in items {
        let own = finding(&mut item);
        let path = own.change.path.clone();
        let is_foldable = matches!(own.category, Category::Design | Category::Naming);
        let Some(place) = own.place.clone().filter(|place| is_foldable && place.line > 0) else {
            kept.push((item, vec![path]));
            continue;
        };
        let key = (own.code.clone(), place, own.side, own.severity, own.certainty, own.dialects.clone());
        let same = known.entry(key).or_default();
        let is_other = |position: &&usize| {
            let is_of = |other: &Path| (&other.schema, &other.name) == (&path.schema, &path.name);
            kept.get(**position).is_some_and(|(_, paths)| !paths.iter().any(is_of))
        };
        match same.iter().find(is_other).copied().and_then(|position| kept.get_mut(position)) {
            Some((_, paths)) => paths.push(path),
            None => {
                same.push(kept.len());
                kept.push((item, vec![path]));
            }
        }
    }
    let folded = kept.into_iter().map(|(mut item, mut paths)| {
        let own = finding(&mut item);
        own.others = paths.split_off(1);
        own.message.push_str(&and_others(&own.others));
        item
    });
    folded.collect()
}

/// The other tables with the same finding, for its message.
fn and_others(others: &[Path]) -> String {
    let tables = others.iter().take(MOST_NAMED);
    let named: Vec<String> =
        tables.map(|path| format!("`{}`", Path { part: None, ..path.clone() })).collect();
    let more = match others.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if others.is_empty() { String::new() } else { format!("; the same in {}{more}", named.join(", ")) }
}
