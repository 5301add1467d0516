//! Virtual time.
//!
//! A real clock would make runs differ, and a real sleep costs time and no fuel. Here time advances by the duration of
//! sleeps and a little with every reading, so that a busy wait ends too.

use wasmtime::component::{HasData, Resource, ResourceTable};
use wasmtime_wasi::p2::{
    DynPollable, Pollable,
    bindings::clocks::{monotonic_clock, wall_clock},
};

/// The time added by every reading of the clock, in nanoseconds. A constant clock would let busy waits spin until the
/// fuel is used up.
const TICK: u64 = 1_000_000;

/// The wall clock at the start of every run: 2026-01-01T00:00:00Z, seconds since 1970.
const START: u64 = 1_767_225_600;

/// Nanoseconds since the start of the run.
#[derive(Debug, Default)]
pub(crate) struct Clock(u64);

impl Clock {
    fn advance(&mut self) -> u64 {
        self.0 = self.0.saturating_add(TICK);
        self.0
    }
}

/// The clock of a run with the table of its pollables.
pub(crate) struct ClockView<'a> {
    pub(crate) clock: &'a mut Clock,
    pub(crate) table: &'a mut ResourceTable,
}

/// The state of the interfaces of `wasi:clocks`, for the linker.
pub(crate) struct Clocks;

impl HasData for Clocks {
    type Data<'a> = ClockView<'a>;
}

/// A pollable that is ready: virtual time has already passed.
struct Ready;

#[async_trait::async_trait]
impl Pollable for Ready {
    async fn ready(&mut self) {}
}

impl ClockView<'_> {
    fn ready(&mut self) -> wasmtime::Result<Resource<DynPollable>> {
        let ready = self.table.push(Ready)?;
        wasmtime_wasi::p2::subscribe(self.table, ready)
    }
}

impl monotonic_clock::Host for ClockView<'_> {
    fn now(&mut self) -> wasmtime::Result<u64> {
        Ok(self.clock.advance())
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        Ok(TICK)
    }

    fn subscribe_instant(&mut self, when: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.clock.0 = self.clock.0.max(when);
        self.ready()
    }

    fn subscribe_duration(&mut self, duration: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.clock.0 = self.clock.0.saturating_add(duration);
        self.ready()
    }
}

impl wall_clock::Host for ClockView<'_> {
    fn now(&mut self) -> wasmtime::Result<wall_clock::Datetime> {
        let now = self.clock.advance();
        let nanoseconds = u32::try_from(now % 1_000_000_000).unwrap_or_default();
        Ok(wall_clock::Datetime { seconds: START.saturating_add(now / 1_000_000_000), nanoseconds })
    }

    fn resolution(&mut self) -> wasmtime::Result<wall_clock::Datetime> {
        Ok(wall_clock::Datetime { seconds: 0, nanoseconds: u32::try_from(TICK).unwrap_or(u32::MAX) })
    }
}
