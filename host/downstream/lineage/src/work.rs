//! Processing of untrusted input: on threads with a stack for deep trees, and so that an internal error affects only
//! one part.
//!
//! Readers of artefacts with SQL or templates use it like this crate does: [`on_large_stack`] around one whole
//! artefact, [`guarded`] around each part that is evaluated.

use std::{
    any::Any,
    fmt, io,
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicUsize, Ordering},
};

/// Stack size of the threads that parse and resolve SQL. A tree can be as deep as its text is long, and untouched pages
/// cost nothing.
pub const STACK: usize = 256 << 20;

/// Why work on a separate thread gave no result.
#[derive(Debug)]
pub enum Fault {
    /// The thread could not be started.
    NotStarted(io::Error),
    /// The work panicked, which is an error in Belljar.
    Bug(Bug),
}

impl Fault {
    /// What to do next, as a lower-case fragment.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotStarted(_) => "raise the limits of the process on address space or threads",
            Self::Bug(_) => "please report it",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted(error) => write!(out, "no thread could be started: {error}"),
            Self::Bug(bug) => bug.fmt(out),
        }
    }
}

/// The message of a panic. Its cause is untrusted input, parts of which the message can contain.
#[derive(Debug, PartialEq, Eq)]
pub struct Bug(String);

impl Bug {
    fn from_panic(panic: &(dyn Any + Send)) -> Self {
        const LONGEST: usize = 200;
        let message = panic.downcast_ref::<String>().map(String::as_str);
        let message = message.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        Self(message.chars().take(LONGEST).collect())
    }
}

impl fmt::Display for Bug {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "an internal error of Belljar or of a library ended it: {}", self.0)
    }
}

/// Runs work that may panic. Its state is dropped with it, so no inconsistent state is used.
pub fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, Bug> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| Bug::from_panic(panic.as_ref()))
}

/// Runs work on a separate thread with a large stack.
pub fn on_large_stack<T: Send>(stack: usize, run: impl FnOnce() -> T + Send) -> Result<T, Fault> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(stack).spawn_scoped(scope, run);
        let joined = thread.map_err(Fault::NotStarted)?.join();
        joined.map_err(|panic| Fault::Bug(Bug::from_panic(panic.as_ref())))
    })
}

/// The result for each, in order, on as many threads as there are cores. What no thread could be started for is done here.
pub(crate) fn map<I: Sync, T: Send>(items: &[I], stack: usize, run: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, run(item)));
        }
    };
    let threads =
        std::thread::available_parallelism().map_or(1, NonZero::get).min(items.len()).saturating_sub(1);
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .filter_map(|_| std::thread::Builder::new().stack_size(stack).spawn_scoped(scope, work).ok())
            .collect();
        let mut done = work();
        for thread in started {
            match thread.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_is_no_lack_of_threads() {
        let ended = on_large_stack(1 << 20, || -> u32 { panic!("of {}", "values") });
        let fault = ended.expect_err("it panics");
        assert_eq!(fault.to_string(), "an internal error of Belljar or of a library ended it: of values");
        let ended = on_large_stack(usize::MAX / 2, || 1);
        let fault = ended.expect_err("nobody has so much");
        assert!(fault.to_string().starts_with("no thread could be started: "), "{fault}");
        assert_eq!(on_large_stack(1 << 20, || 1).expect("it gives that"), 1);
    }

    #[test]
    fn a_bug_costs_what_it_was_in() {
        assert_eq!(guarded(|| 1), Ok(1));
        let long = "x".repeat(1_000);
        assert_eq!(guarded(|| -> u32 { panic!("{long}") }), Err(Bug("x".repeat(200))));
    }
}
