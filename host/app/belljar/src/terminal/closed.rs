//! Whether standard output is closed. Rust's runtime puts `/dev/null` in place of a closed stream before `main`, where it cannot
//! be distinguished from one that was chosen, and a result that is lost would count as written.

use std::sync::atomic::{AtomicBool, Ordering};

static CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether standard output was closed when the program started.
pub(crate) fn standard_output() -> bool {
    CLOSED.load(Ordering::Relaxed)
}

/// Runs before `main` and before the runtime, so it makes one system call and nothing else.
#[ctor::ctor(unsafe)]
fn record() {
    if rustix::io::fcntl_getfd(std::io::stdout()) == Err(rustix::io::Errno::BADF) {
        CLOSED.store(true, Ordering::Relaxed);
    }
}
