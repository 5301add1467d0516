//! What belongs to one store.

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
    Limits,
    clock::Clock,
    filesystem::{Meter, Mounts},
    job::{Job, OnFrame},
    stream::Bounded,
};

/// Seed of everything random in a run. Fixed: the same tree gives the same bytes.
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
}

impl State {
    pub(crate) fn new(job: Job) -> Self {
        let Job { tree, packages, limits, on_frame, .. } = job;
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.handles);
        let stderr = Bounded::new(limits.stream_bytes);
        let deadline = Deadline::new(limits.timeout);
        Self {
            table,
            wasi: context(&limits, &stderr),
            clock: Clock::default(),
            mounts: Mounts { tree, packages },
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
        }
    }
}

/// The parts of WASI that are wasmtime's own: random data from a fixed seed, streams that keep little, no
/// environment, no arguments, no input, and sockets that are refused.
fn context(limits: &Limits, stderr: &Bounded) -> WasiCtx {
    WasiCtx::builder()
        .stdout(Bounded::new(0))
        .stderr(stderr.clone())
        .secure_random(StdRng::seed_from_u64(SEED))
        .insecure_random(StdRng::seed_from_u64(SEED))
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

/// Between two frames a run may take this part of its time, so that an attempt without whatever took it has time left.
pub(crate) const TIME_SHARES: u32 = 2;

/// When the wall clock of a run is used up. Work of the host burns no fuel, so that a guest that asks for much of it
/// would not give way in time: every call of the host looks here first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    /// When the run has to be over.
    at: Option<Instant>,
    /// When the last frame came, and how long the next may take.
    heard: Instant,
    share: Duration,
}

impl Deadline {
    fn new(timeout: Duration) -> Self {
        let now = Instant::now();
        Self { at: now.checked_add(timeout), heard: now, share: timeout / TIME_SHARES }
    }

    /// A frame came.
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

/// The way out of the guest, counted.
pub(crate) struct Out {
    on_frame: OnFrame,
    pub(crate) frames: u64,
    /// The same number, for who watches the run.
    pub(crate) sent: Arc<AtomicU64>,
    bytes: u64,
    limits: Limits,
    pub(crate) exceeded: bool,
}

impl Out {
    /// Passes a frame on, or ends the run when it is one too many or too large.
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
            return Err(wasmtime::format_err!("the guest sent more than it may"));
        }
        Ok(())
    }
}

/// Refuses memory beyond the limit and remembers that it did.
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
