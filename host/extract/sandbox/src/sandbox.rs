//! One run in one fresh store.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::Poll,
    time::{Duration, Instant},
};

use wasmtime::{
    Store, Trap,
    component::{Component, HasSelf, InstancePre, Linker},
};
use wasmtime_wasi::{
    I32Exit, WasiView as _,
    cli::{WasiCli, WasiCliView as _},
    p2::bindings::{cli, clocks, filesystem, random, sockets},
    random::WasiRandom,
    sockets::{WasiSockets, WasiSocketsView as _},
};

use crate::{
    ByteStream, Connected, Ending, Engine, Job, LoadError, Outcome, Unpacked,
    clock::{ClockView, Clocks},
    filesystem::{Files, FilesView},
    state::{State, TIME_SHARES},
};

/// The imports and exports of the guest, as in `python-wasm/wit`.
mod bindings {
    wasmtime::component::bindgen!({
        path: "../../../python-wasm/wit",
        world: "guest",
        imports: { default: trappable },
        exports: { default: async },
    });
}

/// The fuel that a guest uses between two checks of the wall clock: about a millisecond.
const SLICE: u64 = 10_000_000;

/// The fuel that may be used between two frames, so that some is left for an attempt without the module that used it:
/// half of it, but no more than 100 G or an eighth of it. With the default an endless loop ends after some ten seconds.
fn quiet_fuel(fuel: u64) -> u64 {
    (fuel / 2).min((fuel / 8).max(100_000_000_000))
}

/// A loaded snapshot that can run any number of jobs, also in parallel.
#[derive(Clone)]
pub struct Sandbox {
    engine: Engine,
    component: Component,
    pre: InstancePre<State>,
}

impl Sandbox {
    /// Loads a snapshot and links it.
    pub fn new(engine: &Engine, snapshot: &Unpacked) -> Result<Self, LoadError> {
        let component = engine.load(snapshot)?;
        let refused = |error: wasmtime::Error| LoadError::Refused {
            path: snapshot.path().display().to_string(),
            message: format!("{error:#}"),
        };
        let pre = linker(&engine.0).and_then(|linker| linker.instantiate_pre(&component)).map_err(refused)?;
        Ok(Self { engine: engine.clone(), component, pre })
    }

    /// The functions that the snapshot imports, each `interface#function`, sorted. Types are omitted.
    pub fn imports(&self) -> Vec<String> {
        use wasmtime::component::types::ComponentItem;
        let engine = &self.engine.0;
        let mut found = Vec::new();
        for (name, item) in self.component.component_type().imports(engine) {
            if let ComponentItem::ComponentInstance(instance) = item.ty {
                let functions = instance
                    .exports(engine)
                    .filter(|(_, item)| matches!(item.ty, ComponentItem::ComponentFunc(_)));
                found.extend(functions.map(|(function, _)| format!("{name}#{function}")));
            }
        }
        found.sort();
        found
    }

    /// Runs a job until it ends in any way. Blocks the thread.
    pub fn run(&self, job: Job) -> Outcome {
        self.run_in(job, None)
    }

    /// Runs a job that reads a database: never one with code of a repository.
    pub fn run_connected(&self, job: Job, connected: Connected) -> Outcome {
        self.run_in(job, Some(connected))
    }

    fn run_in(&self, job: Job, connected: Option<Connected>) -> Outcome {
        let started = Instant::now();
        let (fuel, timeout, plan) = (job.limits.fuel, job.limits.timeout, job.plan.clone());
        let call_bytes = job.limits.call_bytes;
        let mut store = Store::new(&self.engine.0, State::new(job, connected));
        store.limiter(|state| &mut state.memory);
        store.set_hostcall_fuel(call_bytes);
        store.call_hook(
            |store, hook| if hook.entering_host() { store.data().deadline.check() } else { Ok(()) },
        );
        let result = store.set_fuel(fuel).and_then(|()| store.fuel_async_yield_interval(Some(SLICE)));
        let ending = match (result, runtime()) {
            (Err(error), _) => Ending::Internal(format!("{error:#}")),
            (_, Err(error)) => Ending::Internal(format!("can't create a runtime: {error}")),
            (Ok(()), Ok(runtime)) => runtime.block_on(async {
                let sent = Arc::clone(&store.data().out.sent);
                let share = Share { slices: quiet_fuel(fuel) / SLICE, time: timeout / TIME_SHARES };
                let call = within_share(self.call(&mut store, &plan), &sent, share);
                tokio::time::timeout(timeout, call).await.unwrap_or(Ending::Timeout)
            }),
        };
        let left = store.get_fuel().unwrap_or_default();
        let state = store.into_data();
        Outcome {
            ending,
            fuel: fuel.saturating_sub(left),
            elapsed: started.elapsed(),
            memory: state.memory.peak,
            memory_refused: state.memory.refused,
            reads_refused: state.meter.refused,
            frames: state.out.frames,
            stderr: state.stderr.bytes(),
        }
    }

    async fn call(&self, store: &mut Store<State>, plan: &[u8]) -> Ending {
        let made = match bindings::GuestPre::new(self.pre.clone()) {
            Ok(pre) => pre.instantiate_async(&mut *store).await,
            Err(error) => Err(error),
        };
        let instance = match made {
            Ok(instance) => instance,
            // The initial memory of a snapshot counts too.
            Err(error) if store.data().memory.refused => return Ending::Trap(format!("{error:#}")),
            Err(_) if store.data().deadline.has_passed() => return Ending::Timeout,
            Err(error) => return Ending::Internal(format!("can't create an instance: {error:#}")),
        };
        match instance.call_run(&mut *store, plan).await {
            Ok(()) => Ending::Finished,
            Err(error) => classify(&error, store.data()),
        }
    }
}

/// The limits between two frames.
struct Share {
    /// Number of slices of fuel.
    slices: u64,
    /// The wall clock time that may pass.
    time: Duration,
}

/// Ends a call that uses too much fuel, or takes too long, without sending anything. The guest yields after every slice
/// of fuel, so the count is the same in every run.
async fn within_share(call: impl Future<Output = Ending>, sent: &AtomicU64, share: Share) -> Ending {
    let mut call = pin!(call);
    let (mut last, mut quiet, mut heard) = (sent.load(Ordering::Relaxed), 0, Instant::now());
    poll_fn(|context| {
        let now = sent.load(Ordering::Relaxed);
        if now == last {
            quiet += 1;
        } else {
            (last, quiet, heard) = (now, 0, Instant::now());
        }
        if quiet > share.slices {
            Poll::Ready(Ending::Fuel)
        } else if heard.elapsed() >= share.time {
            Poll::Ready(Ending::Timeout)
        } else {
            call.as_mut().poll(context)
        }
    })
    .await
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_time().build()
}

/// The ending for an error of the guest.
fn classify(error: &wasmtime::Error, state: &State) -> Ending {
    if state.out.exceeded {
        return Ending::Output;
    }
    if state.deadline.has_passed() {
        return Ending::Timeout;
    }
    if let Some(exit) = error.downcast_ref::<I32Exit>() {
        return Ending::Exit(exit.0);
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Ending::Fuel,
        Some(trap) => Ending::Trap(trap.to_string()),
        None => Ending::Trap(format!("{:#}", error.root_cause())),
    }
}

/// The error of a run without a connection that asks for one, which ends it.
const NOT_CONNECTED: &str = "this run has no connection";

impl State {
    fn stream(&mut self) -> wasmtime::Result<&mut Box<dyn ByteStream>> {
        self.stream.as_mut().ok_or_else(|| wasmtime::Error::msg(NOT_CONNECTED))
    }
}

impl bindings::belljar::guest::connection::Host for State {
    fn read(&mut self, most: u32) -> wasmtime::Result<Result<Vec<u8>, String>> {
        Ok(self.stream()?.read(usize::try_from(most).unwrap_or(usize::MAX)))
    }

    fn write(&mut self, data: Vec<u8>) -> wasmtime::Result<Result<(), String>> {
        Ok(self.stream()?.write(&data))
    }

    fn start_tls(&mut self) -> wasmtime::Result<Result<(), String>> {
        Ok(self.stream()?.start_tls())
    }
}

impl bindings::belljar::guest::channel::Host for State {
    fn emit(&mut self, frame: Vec<u8>) -> wasmtime::Result<()> {
        self.deadline.hear();
        self.out.emit(frame)
    }
}

/// Everything that the guest can reach; a test compares it with the imports of the snapshot.
fn linker(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    let l = &mut linker;
    bindings::belljar::guest::channel::add_to_linker::<_, HasSelf<_>>(l, |state| state)?;
    bindings::belljar::guest::connection::add_to_linker::<_, HasSelf<_>>(l, |state| state)?;
    wasmtime_wasi_io::add_to_linker_async(l)?;

    clocks::monotonic_clock::add_to_linker::<_, Clocks>(l, clock)?;
    clocks::wall_clock::add_to_linker::<_, Clocks>(l, clock)?;
    filesystem::types::add_to_linker::<_, Files>(l, files)?;
    filesystem::preopens::add_to_linker::<_, Files>(l, files)?;

    random::random::add_to_linker::<_, WasiRandom>(l, |state: &mut State| state.ctx().ctx.random())?;
    cli::environment::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::exit::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::stdin::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::stdout::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::stderr::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::terminal_input::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::terminal_output::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::terminal_stdin::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::terminal_stdout::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::terminal_stderr::add_to_linker::<_, WasiCli>(l, State::cli)?;

    // No socket can be created and no name resolved (see `state::context`), so the interfaces behind them are never
    // reached.
    sockets::network::add_to_linker::<_, WasiSockets>(
        l,
        &sockets::network::LinkOptions::default(),
        State::sockets,
    )?;
    sockets::instance_network::add_to_linker::<_, WasiSockets>(l, State::sockets)?;
    sockets::tcp::add_to_linker::<_, WasiSockets>(l, State::sockets)?;
    sockets::tcp_create_socket::add_to_linker::<_, WasiSockets>(l, State::sockets)?;
    sockets::udp::add_to_linker::<_, WasiSockets>(l, State::sockets)?;
    sockets::udp_create_socket::add_to_linker::<_, WasiSockets>(l, State::sockets)?;
    sockets::ip_name_lookup::add_to_linker::<_, WasiSockets>(l, State::sockets)?;
    Ok(linker)
}

fn clock(state: &mut State) -> ClockView<'_> {
    ClockView { clock: &mut state.clock, table: &mut state.table }
}

fn files(state: &mut State) -> FilesView<'_> {
    FilesView { mounts: &state.mounts, meter: &mut state.meter, table: &mut state.table }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuel_between_two_frames() {
        let default = crate::RunLimits::default().fuel;
        for (fuel, expected) in [
            (0, 0),
            (2_000_000_000, 1_000_000_000),
            (200_000_000_000, 100_000_000_000),
            (400_000_000_000, 100_000_000_000),
            (default, 100_000_000_000),
            (2 * default, default / 4),
            (u64::MAX, u64::MAX / 8),
        ] {
            assert_eq!(quiet_fuel(fuel), expected, "{fuel}");
        }
    }
}
