use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The limits of one run. Every field states the effect of exceeding it; results that the run sent before are kept in
/// every case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunLimits {
    /// Instructions, roughly; the same for the same code every time. Between two frames, half of it may be used, but no
    /// more than 100 G or an eighth of it.
    /// Exceeding it gives [`crate::Ending::Fuel`].
    pub fuel: u64,
    /// Wall clock. Between two frames, half of it may pass. Exceeding it gives [`crate::Ending::Timeout`].
    pub timeout: Duration,
    /// Linear memory in bytes. Python raises a `MemoryError` when it allocates more; the run continues, and
    /// [`crate::Outcome::memory_refused`] is set.
    pub memory: usize,
    /// Bytes of one frame. Exceeding it gives [`crate::Ending::Output`], as do the next two.
    pub frame_bytes: usize,
    /// Number of frames that the guest may send.
    pub frames: u64,
    /// Bytes of all frames.
    pub output_bytes: u64,
    /// Bytes of standard output and error that are kept, each; more is dropped, which the guest does not notice.
    pub stream_bytes: usize,
    /// Bytes read from files. A read beyond it is an I/O error for the guest; [`crate::Outcome::reads_refused`] is set.
    pub read_bytes: u64,
    /// Bytes of the files that are open at one time; opening more is an I/O error for the guest.
    pub open_bytes: u64,
    /// Handles (files, streams, pollables) at one time. Exceeding it gives [`crate::Ending::Trap`].
    pub handles: usize,
    /// Bytes of random data in one call. Exceeding it gives [`crate::Ending::Trap`].
    pub random_bytes: u64,
    /// Bytes that one host call may copy out of the guest (see `Store::set_hostcall_fuel`). Exceeding it gives
    /// [`crate::Ending::Trap`].
    pub call_bytes: usize,
    /// Elements of wasm tables. The guest's own tables never grow; more is rejected.
    pub table_elements: usize,
}

impl Default for RunLimits {
    /// Generous for the largest real repository seen, tight enough that a hostile one is cheap:
    ///
    /// * fuel 800 G (some 80 to 100 s at the 8 to 10 G a second that real projects burn), enough for ten thousand
    ///   tables, of which an endless loop uses 100 G; timeout 120 s, memory 1 GiB
    /// * a frame 16 MiB, a million frames, all frames 512 MiB, streams 64 KiB
    /// * files read 4 GiB, open 256 MiB, handles 1,000
    fn default() -> Self {
        Self {
            fuel: 800_000_000_000,
            timeout: Duration::from_mins(2),
            memory: 1 << 30,
            frame_bytes: 16 << 20,
            frames: 1_000_000,
            output_bytes: 512 << 20,
            stream_bytes: 64 << 10,
            read_bytes: 4 << 30,
            open_bytes: 256 << 20,
            handles: 1_000,
            random_bytes: 1 << 20,
            call_bytes: 32 << 20,
            table_elements: 100_000,
        }
    }
}
