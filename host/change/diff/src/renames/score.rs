use std::collections::{BTreeMap, BTreeSet};

use crate::Note;

/// From how many points evidence is enough.
pub(super) const LIKELY: i32 = 5;
/// From how many points it is worth telling.
pub(super) const POSSIBLE: i32 = 3;
/// How many pairs are looked at. More would cost more than all the rest, and where so much is new that so many pairs
/// are possible, names that are only alike prove nothing.
pub(super) const MOST: usize = 20_000;

/// What speaks for one pair.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    pub(super) points: i32,
    pub(super) notes: Vec<Note>,
}

impl Evidence {
    pub(super) fn add(&mut self, holds: bool, points: i32, code: &str, message: impl FnOnce() -> String) {
        if holds {
            self.points += points;
            self.notes.push(Note::new(code, message()));
        }
    }

    pub(super) fn against(&mut self, holds: bool, points: i32) {
        if holds {
            self.points -= points;
        }
    }
}

/// A pair, by its positions.
pub(super) struct Candidate {
    pub(super) base: usize,
    pub(super) head: usize,
    pub(super) evidence: Evidence,
}

/// How many others may be as good: what fits more has no evidence for any of them.
const MOST_ALIKE: usize = 3;

/// The candidates that are likely, and those that are only possible: what two candidates claim with the same points
/// is neither's.
pub(super) fn choose(mut candidates: Vec<Candidate>) -> (Vec<Candidate>, Vec<Candidate>) {
    candidates.retain(|candidate| candidate.evidence.points >= POSSIBLE);
    candidates.sort_by_key(|candidate| (-candidate.evidence.points, candidate.base, candidate.head));
    let mut rivals = Rivals::new(&candidates);
    let (mut likely, mut possible) = (Vec::new(), Vec::new());
    for candidate in candidates {
        if !rivals.is_free(candidate.base, candidate.head) {
            continue;
        }
        match rivals.of(&candidate) {
            0 if candidate.evidence.points >= LIKELY => {
                rivals.take(&candidate);
                likely.push(candidate);
            }
            0..=MOST_ALIKE => possible.push(candidate),
            _ => {}
        }
    }
    possible.retain(|one| rivals.is_free(one.base, one.head));
    likely.sort_by_key(|one| one.base);
    (likely, possible)
}

/// Which candidates claim the same, by either side.
struct Rivals {
    base: BTreeMap<usize, Vec<(usize, i32)>>,
    head: BTreeMap<usize, Vec<(usize, i32)>>,
    base_taken: BTreeSet<usize>,
    head_taken: BTreeSet<usize>,
}

impl Rivals {
    fn new(candidates: &[Candidate]) -> Self {
        let (mut base, mut head): (BTreeMap<usize, Vec<_>>, BTreeMap<usize, Vec<_>>) = Default::default();
        for candidate in candidates {
            let points = candidate.evidence.points;
            base.entry(candidate.base).or_default().push((candidate.head, points));
            head.entry(candidate.head).or_default().push((candidate.base, points));
        }
        Self { base, head, base_taken: BTreeSet::new(), head_taken: BTreeSet::new() }
    }

    fn is_free(&self, base: usize, head: usize) -> bool {
        !self.base_taken.contains(&base) && !self.head_taken.contains(&head)
    }

    fn take(&mut self, candidate: &Candidate) {
        self.base_taken.insert(candidate.base);
        self.head_taken.insert(candidate.head);
    }

    /// How many other candidates are as good and still free.
    fn of(&self, candidate: &Candidate) -> usize {
        let (base, head, own) = (candidate.base, candidate.head, candidate.evidence.points);
        let heads = self.base.get(&base).into_iter().flatten();
        let heads =
            heads.filter(|(other, points)| *points == own && *other != head && self.is_free(base, *other));
        let bases = self.head.get(&head).into_iter().flatten();
        let bases =
            bases.filter(|(other, points)| *points == own && *other != base && self.is_free(*other, head));
        heads.count() + bases.count()
    }
}
