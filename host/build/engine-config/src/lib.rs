//! The one wasmtime configuration.
//!
//! Compiled code loads only into an engine configured as the one that compiled it, so the precompiler and the
//! sandbox both call [`config`] and add nothing that reaches the generated code. Proposals that wasmtime turns
//! on according to its own cargo features are set here explicitly: the two programs are built with different
//! features, and must still agree.

use wasmtime::{Config, InstanceAllocationStrategy, WasmFeatures};

/// The most stack a guest may use. With the default of 512 KiB, deep recursion in Python traps; with this,
/// every recursion tried ended in a Python exception.
pub const MAX_WASM_STACK: usize = 64 << 20;

/// The stack of the fiber a guest runs on: the guest's own, and room for the host functions it calls.
pub const ASYNC_STACK_SIZE: usize = MAX_WASM_STACK + (2 << 20);

/// A snapshot's memory image up to this size is mapped copy-on-write whatever its share of zeroes. Larger than
/// any snapshot, because the alternative copies the heap into every instance.
pub const DENSE_IMAGE_SIZE: u64 = 256 << 20;

/// The target compiled for: x86-64 without any later instruction set, so the code loads on every such machine.
#[cfg(feature = "compile")]
pub const BASELINE_TARGET: &str = "x86_64-unknown-linux-gnu";

/// Proposals the snapshot does not use. Each would be one more part of the compiler and runtime in reach of the
/// guest, and the first four depend on cargo features unless named.
const UNUSED: WasmFeatures = WasmFeatures::GC_TYPES
    .union(WasmFeatures::EXCEPTIONS)
    .union(WasmFeatures::THREADS)
    .union(WasmFeatures::CM_ASYNC)
    .union(WasmFeatures::GC)
    .union(WasmFeatures::FUNCTION_REFERENCES)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::MEMORY64)
    .union(WasmFeatures::RELAXED_SIMD);

/// The configuration of every engine that loads a snapshot.
///
/// * fuel is counted, so a run costs the same every time and can be stopped;
/// * no epochs: the wall clock is enforced between the slices of fuel that `fuel_async_yield_interval` makes;
/// * stacks as above;
/// * [`UNUSED`] proposals, and concurrent guest tasks, are off;
/// * memories are allocated on demand, 4 GiB reserved and guarded (wasmtime's defaults), so bounds checks cost
///   nothing and the image of the snapshot is mapped copy-on-write;
/// * addresses of the wasm code are not kept ([`Config::generate_address_map`]): a trap names its functions
///   without them, and they are 6 % of the packed code.
pub fn config() -> Config {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .epoch_interruption(false)
        .max_wasm_stack(MAX_WASM_STACK)
        .async_stack_size(ASYNC_STACK_SIZE)
        .concurrency_support(false)
        .wasm_features(UNUSED, false)
        .allocation_strategy(InstanceAllocationStrategy::OnDemand)
        .memory_init_cow(true)
        .memory_guaranteed_dense_image_size(DENSE_IMAGE_SIZE)
        .generate_address_map(false);
    config
}

/// [`config`] plus what only a compiler knows: optimise for speed, for the baseline target.
#[cfg(feature = "compile")]
pub fn compiler_config() -> wasmtime::Result<Config> {
    let mut config = config();
    config
        .cranelift_opt_level(wasmtime::OptLevel::Speed)
        .parallel_compilation(true)
        .target(BASELINE_TARGET)?;
    Ok(config)
}
