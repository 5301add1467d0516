use std::collections::{BTreeMap, BTreeSet};

use crate::Note;

/// The score from which evidence is sufficient.
pub(super) const LIKELY: i32 = 5;
/// The score from which it is worth a note.
pub(super) const POSSIBLE: i32 = 3;
/// The maximum number of pairs. More would dominate the run time, and with so many new objects, similar names prove
/// nothing.
pub(super) const MOST: usize = 20_000;

/// The evidence for a pair.
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

/// The number of alternatives with the same score above which a pair has no evidence.
const MOST_ALIKE: usize = 3;

/// The likely candidates, and those that are only possible. If two candidates claim an object with equal scores,
/// neither is likely.
pub(super) fn choose(mut candidates: Vec<Candidate>) -> (Vec<Candidate>, Vec<Candidate>) {
    candidates.retain(|candidate| candidate.evidence.points >= POSSIBLE);
    candidates.sort_by_key(|candidate| (-candidate.evidence.points, candidate.base, candidate.head));
    let mut rivals = Rivals::new(&candidates);
    let (mut likely, mut possible) = (Vec::new(), Vec::new());
    for candidate in candidates {
        if !rivals.is_free(candidate.base, candidate.head) {
            continue;
        }
        match rivals.count(&candidate) {
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

/// The candidates that claim the same object, by either side.
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

    /// The number of free candidates with the same score.
    fn count(&self, candidate: &Candidate) -> usize {
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
