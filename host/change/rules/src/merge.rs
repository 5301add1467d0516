//! One cause, one finding: what several rules say of one statement.

use std::{cmp::Reverse, collections::BTreeMap};

use crate::{Advice, Also, Finding, rules};

impl Finding {
    /// Takes what another finding about the same statement says, which is less severe.
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

/// Puts findings together that are about one statement: those of a rule that is a part of another, where both were
/// found for one change in one place. The most severe one stays, where it stood; of two equally severe ones, the one
/// that is no part.
pub fn merge<T>(items: Vec<T>, finding: impl Fn(&mut T) -> &mut Finding) -> Vec<T> {
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    let mut facts = Vec::new();
    for item in items.iter_mut().flatten() {
        let own = finding(item);
        facts.push((own.change.index, own.place.clone(), own.code.clone(), own.severity, own.certainty));
    }
    let mut by_place: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (position, (index, place, ..)) in facts.iter().enumerate() {
        by_place.entry((*index, place)).or_default().push(position);
    }
    // For each that is a part, the first that it is a part of.
    let whole = |position: usize| {
        let (index, place, code, ..) = facts.get(position)?;
        let parts = rules::find(code)?.part_of;
        let mut beside = by_place.get(&(*index, place))?.iter().filter(|_| !parts.is_empty());
        beside
            .find(|other| facts.get(**other).is_some_and(|(_, _, code, ..)| parts.contains(&code.as_str())))
            .copied()
    };
    let mut groups: Vec<Vec<usize>> = (0..facts.len()).map(|one| vec![one]).collect();
    for position in (0..facts.len()).rev() {
        // A part of a part goes along with it.
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
        // The first is the one that is no part, and stays before those that are equally severe.
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
