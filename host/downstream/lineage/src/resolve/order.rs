//! The order in which datasets are resolved: inputs before their readers.

use std::collections::BTreeSet;

use super::{catalog::Datasets, trees::Trees};
use crate::Input;

/// Indices of inputs in order, and those in cycles.
pub(super) fn order(
    inputs: &[Input],
    trees: &Trees,
    datasets: &Datasets,
    links: &[(usize, usize)],
) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut reads: Vec<Vec<usize>> = vec![Vec::new(); inputs.len()];
    for (at, (input, reads)) in inputs.iter().zip(&mut reads).enumerate() {
        let mut all = BTreeSet::new();
        all.extend(input.reads.iter().filter_map(|target| datasets.target(target, input)));
        all.extend(input.edges.iter().filter_map(|edge| datasets.target(&edge.from, input)));
        for relation in trees.names(at) {
            all.extend(datasets.relation(relation, input, Some(at)));
        }
        // Relationships and self-references of a schema impose no order.
        if input.sql.is_none() {
            all.remove(&at);
        }
        *reads = all.into_iter().collect();
    }
    for (replicated, source) in links {
        if let Some(reads) = reads.get_mut(*source) {
            reads.push(*replicated);
        }
    }
    components(&reads, |at| inputs.get(at).is_some_and(|input| input.sql.is_some()))
}

/// Tarjan's strongly connected components, without recursion. Inputs come out first.
fn components(reads: &[Vec<usize>], has_sql: impl Fn(usize) -> bool) -> (Vec<usize>, Vec<Vec<usize>>) {
    const NEW: usize = usize::MAX;
    let count = reads.len();
    let (mut index, mut low, mut on_stack) = (vec![NEW; count], vec![0usize; count], vec![false; count]);
    let (mut stack, mut order, mut cycles, mut next) = (Vec::new(), Vec::with_capacity(count), Vec::new(), 0);
    for start in 0..count {
        if index.get(start) != Some(&NEW) {
            continue;
        }
        let mut calls: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((at, edge)) = calls.pop() {
            if edge == 0 {
                set(&mut index, at, next);
                set(&mut low, at, next);
                set(&mut on_stack, at, true);
                stack.push(at);
                next += 1;
            }
            let target = reads.get(at).and_then(|reads| reads.get(edge)).copied();
            if let Some(target) = target {
                calls.push((at, edge + 1));
                if get(&index, target) == NEW {
                    calls.push((target, 0));
                } else if get(&on_stack, target) {
                    let least = get(&low, at).min(get(&index, target));
                    set(&mut low, at, least);
                }
                continue;
            }
            if get(&low, at) == get(&index, at) {
                let mut component = Vec::new();
                while let Some(member) = stack.pop() {
                    set(&mut on_stack, member, false);
                    component.push(member);
                    if member == at {
                        break;
                    }
                }
                component.sort_unstable();
                let is_own = reads.get(at).is_some_and(|reads| reads.contains(&at));
                if (component.len() > 1 || is_own) && component.iter().any(|at| has_sql(*at)) {
                    cycles.push(component.clone());
                }
                order.extend(component);
            }
            if let Some((parent, _)) = calls.last() {
                let least = get(&low, *parent).min(get(&low, at));
                set(&mut low, *parent, least);
            }
        }
    }
    (order, cycles)
}

fn get<T: Copy + Default>(of: &[T], at: usize) -> T {
    of.get(at).copied().unwrap_or_default()
}

fn set<T>(of: &mut [T], at: usize, value: T) {
    if let Some(slot) = of.get_mut(at) {
        *slot = value;
    }
}
