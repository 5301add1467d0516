//! What the evaluation of one template may take.
//!
//! Every value that a template makes is weighed, and every piece of work is charged, before memory is taken for it. The
//! counts are those of the evaluation and not of the machine, so the same template ends at the same point everywhere. One
//! evaluation runs on one thread, which is why the meter is the thread's.

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use minijinja::{Error, Value, value::ValueKind};

use super::error::error;

/// Work that the templates of one model may do, in bytes that are read or made. What they hold at once is less.
pub(super) const WORK: u64 = 256 << 20;

/// Work that every template may do, whatever others did.
const OWN: u64 = 4 << 20;

/// Work beyond that which all templates of a manifest may do together.
pub(super) const TOGETHER: u64 = 16 * WORK;

/// What one turn of a loop costs.
const TURN: u64 = 256;

/// The most that one value may weigh, with all that is in it.
pub(super) const HEAVIEST: u64 = 4 << 20;

/// Values in each other.
pub(super) const DEEPEST: usize = 32;

/// What a value weighs beside its text.
const EACH: u64 = 16;

/// What it costs beside that to come to a value.
const VISIT: u64 = 64;

/// What is counted of a value.
#[derive(Default)]
struct Count {
    weight: u64,
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
    /// Every list and map that was made. They are emptied at the end: a chain of them would be freed recursively.
    holders: Vec<Arc<dyn Held>>,
}

thread_local! {
    static METER: RefCell<Meter> = const { RefCell::new(Meter { limit: WORK, left: WORK, holders: Vec::new() }) };
}

/// Runs an evaluation with a meter of its own. What it takes beyond what is every template's goes off `together`, of which
/// there may be little left: many templates that take much are no better than one.
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

/// One turn of a loop.
pub(super) fn turn() -> Result<(), Error> {
    charge(TURN)
}

/// Keeps a list or a map until the evaluation ends.
pub(super) fn keep(holder: Arc<dyn Held>) {
    METER.with_borrow_mut(|meter| meter.holders.push(holder));
}

/// Takes so much of what is left.
pub(super) fn charge(work: u64) -> Result<(), Error> {
    METER.with_borrow_mut(|meter| match meter.left.checked_sub(work) {
        Some(left) => {
            meter.left = left;
            Ok(())
        }
        None => {
            meter.left = 0;
            Err(error(format!("it takes more than {} MB of work", meter.limit >> 20)))
        }
    })
}

/// Refuses a result before it is made.
pub(super) fn fits(weight: u64) -> Result<(), Error> {
    if weight > HEAVIEST {
        return Err(error(format!("a value of it has more than {} MB", HEAVIEST >> 20)));
    }
    charge(weight)
}

/// What a value weighs, which is charged. An error where that is too much, or it is too deep; a value that holds itself is.
pub(super) fn weigh(value: &Value) -> Result<u64, Error> {
    count(value, 0)
}

/// The same for what is put into another value: no namespace, as one that held itself would never be freed.
pub(super) fn weigh_member(value: &Value) -> Result<u64, Error> {
    count(value, 1)
}

/// What was visited is paid for, whatever comes of it.
fn count(value: &Value, depth: usize) -> Result<u64, Error> {
    let mut count = Count::default();
    let counted = visit(value, depth, &mut count);
    charge(count.weight + VISIT * count.visits)?;
    counted.map(|()| count.weight)
}

fn visit(value: &Value, depth: usize, count: &mut Count) -> Result<(), Error> {
    if depth > DEEPEST {
        return Err(error(format!("a value of it is more than {DEEPEST} deep, or holds itself")));
    }
    let own = value.as_str().map_or(0, str::len).max(value.as_bytes().map_or(0, <[u8]>::len));
    count.weight += EACH + own as u64;
    count.visits += 1;
    if count.weight > HEAVIEST {
        return fits(count.weight);
    }
    let Some(object) = value.as_object() else { return Ok(()) };
    if depth > 0 && object.type_name().ends_with("::Namespace") {
        return Err(error("a namespace is put into another value"));
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
