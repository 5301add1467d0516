//! Threads with a stack for deep trees.

use std::{
    io,
    num::NonZero,
    sync::atomic::{AtomicUsize, Ordering},
};

/// Runs on a thread of its own with so much stack.
pub(crate) fn on_large_stack<T: Send>(stack: usize, run: impl FnOnce() -> T + Send) -> io::Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(stack).spawn_scoped(scope, run)?;
        thread.join().map_err(|_| io::Error::other("it ended with a fault of ours"))
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
