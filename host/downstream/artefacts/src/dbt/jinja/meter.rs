//! Limits on the evaluation of one template.
//!
//! Every value that a template creates is measured, and every piece of work is charged, before memory is allocated for
//! it. The counts are those of the evaluation and not of the machine, so the same template ends at the same point
//! everywhere. One evaluation runs on one thread, which is why the meter is thread-local.

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use minijinja::{Error, Value, value::ValueKind};

use super::error::error;

/// The work that the templates of one model may do, in bytes read or created. The memory in use at once is less.
pub(super) const WORK: u64 = 256 << 20;

/// The work that every template may do, regardless of others.
const OWN: u64 = 4 << 20;

/// The work beyond that which all templates of a manifest may do together.
pub(super) const TOGETHER: u64 = 16 * WORK;

/// The cost of one iteration of a loop.
const TURN: u64 = 256;

/// The maximum size of one value, including nested values.
pub(super) const HEAVIEST: u64 = 4 << 20;

/// The maximum nesting of values.
pub(super) const DEEPEST: usize = 32;

/// The size of a value besides its text.
const EACH: u64 = 16;

/// The additional cost of visiting a value.
const VISIT: u64 = 64;

/// The measured size of a value.
#[derive(Default)]
struct Count {
    size: u64,
    visits: u64,
}

/// A list or a map that was made.
pub(super) trait Held {
    /// Empties it without a step into another: all of them are still held.
    fn empty(&self);
}

#[derive(Default)]
struct Meter {
    limit: u64,
    left: u64,
    /// All lists and maps that were created. They are emptied at the end: a chain of them would be freed recursively.
    holders: Vec<Arc<dyn Held>>,
}

thread_local! {
    static METER: RefCell<Meter> = const { RefCell::new(Meter { limit: WORK, left: WORK, holders: Vec::new() }) };
}

/// Runs an evaluation with its own meter. Work beyond what every template may do is deducted from `together`, which may
/// be nearly used up: many expensive templates are not better than one.
pub(super) fn metered<T>(together: &AtomicU64, run: impl FnOnce() -> T) -> T {
    let limit = WORK.min(together.load(Ordering::Relaxed) + OWN);
    METER.with_borrow_mut(|meter| (meter.limit, meter.left) = (limit, limit));
    let result = run();
    let (holders, left) = METER.with_borrow_mut(|meter| (std::mem::take(&mut meter.holders), meter.left));
    for holder in &holders {
        holder.empty();
    }
    let beyond = (limit - left).saturating_sub(OWN);
    let _ =
        together.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |all| Some(all.saturating_sub(beyond)));
    result
}

/// Charges one iteration of a loop.
pub(super) fn turn() -> Result<(), Error> {
    charge(TURN)
}

/// Keeps a list or a map until the evaluation ends.
pub(super) fn keep(holder: Arc<dyn Held>) {
    METER.with_borrow_mut(|meter| meter.holders.push(holder));
}

/// Charges an amount of work.
pub(super) fn charge(work: u64) -> Result<(), Error> {
    METER.with_borrow_mut(|meter| match meter.left.checked_sub(work) {
        Some(left) => {
            meter.left = left;
            Ok(())
        }
        None => {
            meter.left = 0;
            Err(error(format!("it needs more than {} MB of work", meter.limit >> 20)))
        }
    })
}

/// Rejects a result before it is created.
pub(super) fn fits(size: u64) -> Result<(), Error> {
    if size > HEAVIEST {
        return Err(error(format!("one of its values is larger than {} MB", HEAVIEST >> 20)));
    }
    charge(size)
}

/// The size of a value, which is charged. An error if it is too large or too deep; a value that contains itself is too
/// deep.
pub(super) fn value_size(value: &Value) -> Result<u64, Error> {
    count(value, 0)
}

/// The same for a value that is put into another: no namespace, as one that contains itself would never be freed.
pub(super) fn weigh_member(value: &Value) -> Result<u64, Error> {
    count(value, 1)
}

/// Visits are charged, whatever the result.
fn count(value: &Value, depth: usize) -> Result<u64, Error> {
    let mut count = Count::default();
    let counted = visit(value, depth, &mut count);
    charge(count.size + VISIT * count.visits)?;
    counted.map(|()| count.size)
}

fn visit(value: &Value, depth: usize, count: &mut Count) -> Result<(), Error> {
    if depth > DEEPEST {
        return Err(error(format!(
            "one of its values is nested more than {DEEPEST} deep, or contains itself"
        )));
    }
    let own = value.as_str().map_or(0, str::len).max(value.as_bytes().map_or(0, <[u8]>::len));
    count.size += EACH + own as u64;
    count.visits += 1;
    if count.size > HEAVIEST {
        return fits(count.size);
    }
    let Some(object) = value.as_object() else { return Ok(()) };
    if depth > 0 && object.type_name().ends_with("::Namespace") {
        return Err(error("a namespace is stored in another value"));
    }
    match value.kind() {
        ValueKind::Map => {
            for (key, value) in object.try_iter_pairs().into_iter().flatten() {
                visit(&key, depth + 1, count)?;
                visit(&value, depth + 1, count)?;
            }
        }
        ValueKind::Seq | ValueKind::Iterable => {
            for one in object.try_iter().into_iter().flatten() {
                visit(&one, depth + 1, count)?;
            }
        }
        _ => {}
    }
    Ok(())
}
