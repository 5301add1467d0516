//! Runs plans in a packed snapshot, with the engine configuration of the sandbox but none of its protection: a tool for
//! tests and measurements of the snapshot itself, never for untrusted code.
//!
//! `probe SNAPSHOT.cwasm.zst PLAN...` runs each file's content as one plan, in a fresh instance. The output of the
//! guest goes to standard output, a line for each frame; the costs go to standard error, a JSON object for each plan.
#![expect(clippy::print_stderr, reason = "a test tool reports to its caller")]

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Write};
use std::time::{Duration, Instant};

use wasmtime::component::{Component, InstancePre, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

const FUEL: u64 = 1 << 50;

struct Host {
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// The costs of one run.
struct Cost {
    instantiate: Duration,
    run: Duration,
    fuel: u64,
    /// Private memory after instantiation and after the run, in KiB, beyond what was there before.
    private: [u64; 2],
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let snapshot = arguments.next().ok_or("usage: probe SNAPSHOT.cwasm.zst PLAN...")?;
    let engine = Engine::new(&belljar_engine_config::config())?;

    let code = tempfile::NamedTempFile::new()?;
    let started = Instant::now();
    zstd::stream::copy_decode(File::open(snapshot)?, code.as_file())?;
    let unpack = started.elapsed();
    let started = Instant::now();
    let component = load(&engine, code.path())?;
    let load = started.elapsed();

    let mut linker = Linker::<Host>::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    linker.instance("belljar:guest/channel@0.1.0")?.func_wrap("emit", |_, (frame,): (Vec<u8>,)| {
        let mut out = io::stdout().lock();
        out.write_all(&frame)?;
        Ok(out.write_all(b"\n")?)
    })?;
    let mut connection = linker.instance("belljar:guest/connection@0.1.0")?;
    // No plan here reads a database.
    let none = "no connection";
    connection.func_wrap("read", move |_, (_most,): (u32,)| Ok((Err::<Vec<u8>, _>(none.to_owned()),)))?;
    connection.func_wrap("write", move |_, (_data,): (Vec<u8>,)| Ok((Err::<(), _>(none.to_owned()),)))?;
    connection.func_wrap("start-tls", move |_, ()| Ok((Err::<(), _>(none.to_owned()),)))?;
    let instance = linker.instantiate_pre(&component)?;

    for plan in arguments {
        let cost = run(&engine, &instance, fs::read(plan)?).await?;
        eprintln!(
            "{{\"unpack_ms\": {:.1}, \"load_ms\": {:.2}, \"instantiate_ms\": {:.2}, \"run_ms\": {:.2}, \
             \"fuel\": {}, \"private_kib\": {:?}}}",
            millis(unpack),
            millis(load),
            millis(cost.instantiate),
            millis(cost.run),
            cost.fuel,
            cost.private
        );
    }
    Ok(())
}

async fn run(engine: &Engine, instance: &InstancePre<Host>, plan: Vec<u8>) -> Result<Cost, Box<dyn Error>> {
    let before = private_kib()?;
    let wasi = WasiCtx::builder().inherit_stdout().inherit_stderr().build();
    let mut store = Store::new(engine, Host { wasi, table: ResourceTable::new() });
    store.set_fuel(FUEL)?;

    let started = Instant::now();
    let instance = instance.instantiate_async(&mut store).await?;
    let instantiate = started.elapsed();
    let instantiated = private_kib()?.saturating_sub(before);

    let entry = instance.get_typed_func::<(Vec<u8>,), ()>(&mut store, "run")?;
    let started = Instant::now();
    entry.call_async(&mut store, (plan,)).await?;
    let private = [instantiated, private_kib()?.saturating_sub(before)];
    Ok(Cost { instantiate, run: started.elapsed(), fuel: FUEL - store.get_fuel()?, private })
}

#[expect(unsafe_code, reason = "loading compiled code; the caller of this test tool made it")]
fn load(engine: &Engine, path: &std::path::Path) -> wasmtime::Result<Component> {
    // SAFETY: the file was just unpacked from what `belljar-precompile` wrote, into a private temporary file.
    unsafe { Component::deserialize_file(engine, path) }
}

/// Memory that was written: the rest is pages of the snapshot's file, shared by every run. (`Private_Dirty` would
/// count those too until the unpacked file has reached the disk.)
fn private_kib() -> Result<u64, Box<dyn Error>> {
    let rollup = fs::read_to_string("/proc/self/smaps_rollup")?;
    let written = rollup.lines().find_map(|line| line.strip_prefix("Anonymous:"));
    Ok(written.and_then(|size| size.split_whitespace().next()).ok_or("no Anonymous")?.parse()?)
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
