use std::thread;

/// Virtual memory only: pages are touched as the nesting of the source needs them. With the limit on depth in `parse`,
/// a few megabytes suffice; the rest is for unoptimised builds.
const STACK_BYTES: usize = 256 << 20;

/// Runs `f` with a large stack, and returns its result.
pub(crate) fn with_room<T: Send>(f: impl Fn() -> T + Sync) -> T {
    let outcome = thread::scope(|scope| {
        let started = thread::Builder::new()
            .name("belljar-discover".to_owned())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, &f);
        started.ok().map(thread::ScopedJoinHandle::join)
    });
    match outcome {
        Some(Ok(value)) => value,
        // A panic here is a defect of this crate and stays one.
        Some(Err(panic)) => std::panic::resume_unwind(panic),
        // If no thread can be started, the limit on depth fits ordinary stacks in optimised builds.
        None => f(),
    }
}
