//! Pairs the objects of both sides.

use std::collections::BTreeMap;

use belljar_schema::Table;

use crate::names::without_module;

/// The objects of both sides, as paired by the rounds so far.
pub(crate) struct Pairs<'a, T> {
    /// Objects on both sides.
    pub(crate) both: Vec<(&'a T, &'a T)>,
    /// Objects only in the base so far.
    pub(crate) base: Vec<&'a T>,
    /// Objects only in the head so far.
    pub(crate) head: Vec<&'a T>,
}

impl<'a, T> Pairs<'a, T> {
    pub(crate) fn new(base: impl IntoIterator<Item = &'a T>, head: impl IntoIterator<Item = &'a T>) -> Self {
        Self { both: Vec::new(), base: base.into_iter().collect(), head: head.into_iter().collect() }
    }

    /// Pairs objects with the same key, in order.
    pub(crate) fn by<K: Ord>(mut self, key: impl Fn(&'a T) -> Option<K>) -> Self {
        let mut waiting: BTreeMap<K, Vec<usize>> = BTreeMap::new();
        for (position, item) in self.head.iter().enumerate().rev() {
            if let Some(key) = key(item) {
                waiting.entry(key).or_default().push(position);
            }
        }
        self.take(|item| waiting.get_mut(&key(item)?)?.pop());
        self
    }

    /// Pairs objects with the same key, if the key is unique on both sides.
    pub(crate) fn by_unique<K: Ord>(mut self, key: impl Fn(&'a T) -> Option<K>) -> Self {
        let mut waiting: BTreeMap<K, (usize, usize, usize)> = BTreeMap::new();
        for (position, item) in self.head.iter().enumerate() {
            if let Some(key) = key(item) {
                let entry = waiting.entry(key).or_default();
                (entry.0, entry.1) = (position, entry.1 + 1);
            }
        }
        for item in &self.base {
            if let Some(entry) = key(item).and_then(|key| waiting.get_mut(&key)) {
                entry.2 += 1;
            }
        }
        self.take(|item| match waiting.get(&key(item)?)? {
            (position, 1, 1) => Some(*position),
            _ => None,
        });
        self
    }

    /// Moves objects with a partner in the head to the pairs.
    fn take(&mut self, mut find: impl FnMut(&'a T) -> Option<usize>) {
        let mut taken = vec![false; self.head.len()];
        let mut left = Vec::new();
        for item in std::mem::take(&mut self.base) {
            let found = find(item).and_then(|position| self.head.get(position).zip(taken.get_mut(position)));
            match found {
                Some((other, taken)) => {
                    *taken = true;
                    self.both.push((item, other));
                }
                None => left.push(item),
            }
        }
        self.base = left;
        let mut taken = taken.into_iter();
        self.head.retain(|_| !taken.next().unwrap_or(false));
    }
}

/// Pairs the tables of both sides by name. If several have one name, by `MetaData`, then by class: both may have moved
/// to another module.
pub(crate) fn tables_by_name<'a>(
    base: impl IntoIterator<Item = &'a Table>,
    head: impl IntoIterator<Item = &'a Table>,
) -> Pairs<'a, Table> {
    let name = |table: &'a Table| (table.schema.as_deref(), table.name.as_str());
    Pairs::new(base, head)
        .by(|table| Some((name(table), table.metadata.as_str())))
        .by_unique(|table| Some((name(table), without_module(&table.metadata))))
        .by_unique(|table| Some((name(table), table.class.as_deref().map(without_module)?)))
        .by_unique(|table| Some(name(table)))
}

#[cfg(test)]
mod tests {
    use super::Pairs;

    #[test]
    fn rounds() {
        let (base, head) = ([1, 2, 2, 3, 14], [2, 3, 2, 2, 24]);
        let pairs = Pairs::new(&base, &head).by(|item| Some(*item));
        assert_eq!(pairs.both, [(&2, &2), (&2, &2), (&3, &3)]);
        assert_eq!((&pairs.base[..], &pairs.head[..]), (&[&1, &14][..], &[&2, &24][..]));
        let pairs = pairs.by_unique(|item| Some(item % 10));
        assert_eq!(pairs.both[3..], [(&14, &24)]);
        let pairs = Pairs::new(&[11, 21], &[1]).by_unique(|item| Some(item % 10));
        assert!(pairs.both.is_empty(), "one of two is a guess");
    }
}
