//! The state of one store.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rand::{SeedableRng as _, rngs::StdRng};
use wasmtime::{ResourceLimiter, component::ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_io::IoView;

use crate::{
    RunLimits,
    clock::Clock,
    filesystem::{Meter, Mounts},
    job::{ByteStream, Connected, Job, OnFrame},
    stream::Bounded,
};

/// Seed of all random numbers in a run. Fixed: the same tree gives the same bytes.
const SEED: u64 = 0x0062_656c_6c6a_6172;

/// The host's side of one run; dropped with its store.
pub(crate) struct State {
    pub(crate) table: ResourceTable,
    wasi: WasiCtx,
    pub(crate) clock: Clock,
    pub(crate) mounts: Mounts,
    pub(crate) meter: Meter,
    pub(crate) memory: MemoryGuard,
    pub(crate) out: Out,
    pub(crate) stderr: Bounded,
    pub(crate) deadline: Deadline,
    /// The connection of a run that reads a database.
    pub(crate) stream: Option<Box<dyn ByteStream>>,
}

impl State {
    pub(crate) fn new(job: Job, connected: Option<Connected>) -> Self {
        let Job { tree, packages, bodies, limits, on_frame, .. } = job;
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.handles);
        let stderr = Bounded::new(limits.stream_bytes);
        let deadline = Deadline::new(limits.timeout);
        let seed = connected.as_ref().map(|connected| connected.seed);
        Self {
            table,
            wasi: context(&limits, &stderr, seed),
            clock: Clock::default(),
            mounts: Mounts { tree, packages, bodies },
            meter: Meter::new(&limits),
            memory: MemoryGuard {
                limit: limits.memory,
                elements: limits.table_elements,
                peak: 0,
                refused: false,
            },
            out: Out { on_frame, frames: 0, sent: Arc::default(), bytes: 0, limits, exceeded: false },
            stderr,
            deadline,
            stream: connected.map(|connected| connected.stream),
        }
    }
}

/// The parts of WASI that wasmtime implements: random data from a seed, bounded streams, no environment, no
/// arguments, no input, and rejected sockets.
fn context(limits: &RunLimits, stderr: &Bounded, seed: Option<[u8; 32]>) -> WasiCtx {
    let generator = || seed.map_or_else(|| StdRng::seed_from_u64(SEED), StdRng::from_seed);
    WasiCtx::builder()
        .stdout(Bounded::new(0))
        .stderr(stderr.clone())
        .secure_random(generator())
        .insecure_random(generator())
        .insecure_random_seed(u128::from(SEED))
        .max_random_size(limits.random_bytes)
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false)
        .build()
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl IoView for State {
    fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
    }
}

/// The part of its time that a run may use between two frames, so that time is left for an attempt without the module
/// that used it.
pub(crate) const TIME_SHARES: u32 = 2;

/// When the time of a run is used up. Work of the host uses no fuel, so a guest that requests much of it would not
/// yield in time: every host call checks this first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    /// The end of the run.
    at: Option<Instant>,
    /// The time of the last frame, and the maximum time until the next.
    heard: Instant,
    share: Duration,
}

impl Deadline {
    fn new(timeout: Duration) -> Self {
        let now = Instant::now();
        Self { at: now.checked_add(timeout), heard: now, share: timeout / TIME_SHARES }
    }

    /// Records that a frame was received.
    pub(crate) fn hear(&mut self) {
        self.heard = Instant::now();
    }

    pub(crate) fn has_passed(self) -> bool {
        let now = Instant::now();
        self.at.is_some_and(|at| now >= at) || now.duration_since(self.heard) >= self.share
    }

    /// An error that ends the run once the time is up.
    pub(crate) fn check(self) -> wasmtime::Result<()> {
        if self.has_passed() { Err(wasmtime::format_err!("the time is up")) } else { Ok(()) }
    }
}

/// The counted output of the guest.
pub(crate) struct Out {
    on_frame: OnFrame,
    pub(crate) frames: u64,
    /// The same number, for the thread that watches the run.
    pub(crate) sent: Arc<AtomicU64>,
    bytes: u64,
    limits: RunLimits,
    pub(crate) exceeded: bool,
}

impl Out {
    /// Passes on a frame, or ends the run if there are too many or it is too large.
    pub(crate) fn emit(&mut self, frame: Vec<u8>) -> wasmtime::Result<()> {
        self.frames += 1;
        self.sent.store(self.frames, Ordering::Relaxed);
        self.bytes = self.bytes.saturating_add(frame.len() as u64);
        let limits = &self.limits;
        if frame.len() > limits.frame_bytes
            || self.frames > limits.frames
            || self.bytes > limits.output_bytes
            || (self.on_frame)(frame).is_break()
        {
            self.exceeded = true;
            return Err(wasmtime::format_err!("the guest exceeded the limit on output"));
        }
        Ok(())
    }
}

/// Rejects memory beyond the limit and records it.
#[derive(Debug)]
pub(crate) struct MemoryGuard {
    limit: usize,
    elements: usize,
    pub(crate) peak: usize,
    pub(crate) refused: bool,
}

impl ResourceLimiter for MemoryGuard {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > self.limit {
            self.refused = true;
            return Ok(false);
        }
        self.peak = self.peak.max(desired);
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= self.elements)
    }
}
