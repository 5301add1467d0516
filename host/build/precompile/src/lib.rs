//! Turns a snapshot (a WebAssembly component) into what the sandbox loads: code compiled ahead of time, packed
//! with zstd, and a description to check it by.
//!
//! Same component and same version of this tool, same bytes: [`compile`] and [`pack`] are pure.

use belljar_engine_config::compiler_config;
use wasmtime::Engine;

/// The best ratio that still unpacks within 0.2 s. Packing takes seconds and happens once per release.
const LEVEL: i32 = 19;

/// Packing threads. Part of the format, not a tuning knob: zstd cuts its input into jobs when there is at least
/// one, so the output depends on this being above zero, though not on how many there are.
const THREADS: u32 = 4;

/// Why a snapshot could not be turned into compiled code.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The component was refused or could not be compiled.
    #[error("could not compile the component: {0:#}")]
    Compile(wasmtime::Error),
    /// zstd failed.
    #[error("could not pack the compiled code: {0}")]
    Pack(#[from] std::io::Error),
}

/// Compiles a component for the baseline x86-64 target with the configuration of every Belljar engine.
pub fn compile(component: &[u8]) -> Result<Vec<u8>, Error> {
    let engine = compiler_config().and_then(|config| Engine::new(&config)).map_err(Error::Compile)?;
    engine.precompile_component(component).map_err(Error::Compile)
}

/// Packs compiled code; the size before packing is in the frame's header.
pub fn pack(code: &[u8]) -> Result<Vec<u8>, Error> {
    let mut compressor = zstd::bulk::Compressor::new(LEVEL)?;
    compressor.multithread(THREADS)?;
    compressor.include_checksum(true)?;
    Ok(compressor.compress(code)?)
}

/// The description that goes next to the packed code: what must come out when it is unpacked, and what it was
/// made from.
pub fn describe(component: &[u8], code: &[u8]) -> String {
    let description = serde_json::json!({
        "version": 1,
        "target": belljar_engine_config::BASELINE_TARGET,
        "blake3": blake3::hash(code).to_hex().as_str(),
        "length": code.len(),
        "component_blake3": blake3::hash(component).to_hex().as_str(),
    });
    format!("{description:#}\n")
}
