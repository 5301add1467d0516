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

/// The candidates that are likely, and those that are only possible: what two candidates claim with the same points
/// is neither's.
pub(super) fn choose(mut candidates: Vec<Candidate>) -> (Vec<Candidate>, Vec<Candidate>) {
    candidates.retain(|candidate| candidate.evidence.points >= POSSIBLE);
    candidates.sort_by_key(|candidate| (-candidate.evidence.points, candidate.base, candidate.head));
    let points: Vec<(usize, usize, i32)> =
        candidates.iter().map(|one| (one.base, one.head, one.evidence.points)).collect();
    let (mut base_taken, mut head_taken) = (Vec::new(), Vec::new());
    let (mut likely, mut possible) = (Vec::new(), Vec::new());
    for candidate in candidates {
        let (base, head, own) = (candidate.base, candidate.head, candidate.evidence.points);
        if base_taken.contains(&base) || head_taken.contains(&head) {
            continue;
        }
        let rivals = points.iter().filter(|(other_base, other_head, points)| {
            let free = !base_taken.contains(other_base) && !head_taken.contains(other_head);
            *points == own && free && ((*other_base == base) != (*other_head == head))
        });
        if own >= LIKELY && rivals.count() == 0 {
            base_taken.push(base);
            head_taken.push(head);
            likely.push(candidate);
        } else {
            possible.push(candidate);
        }
    }
    possible.retain(|one| !base_taken.contains(&one.base) && !head_taken.contains(&one.head));
    likely.sort_by_key(|one| one.base);
    (likely, possible)
}
