//! What hostile bytes must not do, as functions of bytes.
//!
//! Each [`Target`] takes any bytes and panics where a promise is broken: it never panics of itself, never holds more
//! memory than its cap, and keeps what its module says besides. `cargo test` runs every target over `seeds/`;
//! `make fuzz` looks for bytes that nobody thought of, and what it finds goes into `seeds/` when it is mended.

mod archive;
mod configuration;
mod frames;
mod git;
mod index;
mod paths;

use std::sync::{Mutex, PoisonError};

use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The memory of the whole process is counted, so one target is checked at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// A part of the program that reads what a stranger wrote.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, and that of its folder in `seeds/`.
    pub name: &'static str,
    /// Gives the bytes to that part, and panics where a promise is broken.
    run: fn(&[u8]),
    /// Bytes of memory it may hold whatever it is given.
    fixed: usize,
    /// Bytes of memory it may hold for each byte it is given.
    for_each: usize,
}

/// Decoding of what a guest sends.
pub const FRAMES: Target = frames::TARGET;
/// Reads archives in all supported formats.
pub const ARCHIVE: Target = archive::TARGET;
/// Resolution of paths in the guest's file system.
pub const PATHS: Target = paths::TARGET;
/// The static index of Python.
pub const INDEX: Target = index::TARGET;
/// Reading of what projects configure and require.
pub const CONFIGURATION: Target = configuration::TARGET;
/// Reading of git repositories.
pub const GIT: Target = git::TARGET;

/// All targets, for libFuzzer and for `cargo test`.
pub const TARGETS: [Target; 6] = [FRAMES, ARCHIVE, PATHS, INDEX, CONFIGURATION, GIT];

/// Runs a function, and says how much memory it held at most, in bytes, what it gives included.
pub fn held<T>(run: impl FnOnce() -> T) -> (T, usize) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let out = run();
    (out, MEMORY.peak_usage().saturating_sub(before))
}

impl Target {
    /// Gives the bytes to the target, and says how much memory it held at most, in bytes.
    ///
    /// # Panics
    ///
    /// Where the target breaks a promise, or holds more memory than it may.
    pub fn check(&self, data: &[u8]) -> usize {
        let ((), held) = held(|| (self.run)(data));
        let cap = self.cap(data.len());
        assert!(held <= cap, "`{}` held {held} bytes for {}, over its cap of {cap}", self.name, data.len());
        held
    }

    /// Bytes of memory it may hold when it is given so many.
    pub fn cap(&self, length: usize) -> usize {
        self.fixed.saturating_add(length.saturating_mul(self.for_each))
    }
}

/// libFuzzer takes every panic for the end. One that is caught where it was meant to be caught (the Python parser's)
/// is none; what gets out of a target still ends the process.
pub fn let_panics_be_caught() {
    drop(std::panic::take_hook());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(bytes: usize) -> usize {
        let target =
            Target { name: "x", run: |data| drop(vec![1_u8; 1000 * data.len()]), fixed: 10, for_each: 2000 };
        target.check(&vec![0; bytes])
    }

    /// One after the other: the memory of the whole process is counted, and a panic that another test shows takes some.
    #[test]
    fn what_a_target_holds_is_counted_and_more_than_it_may_fails() {
        assert!((100_000..200_000).contains(&holds(100)));
        let target = Target { name: "x", run: |_| drop(vec![1_u8; 1 << 20]), fixed: 1 << 10, for_each: 0 };
        let panic = std::panic::catch_unwind(|| target.check(b"")).unwrap_err();
        assert!(panic.downcast_ref::<String>().is_some_and(|text| text.contains("over its cap")));
    }
}
