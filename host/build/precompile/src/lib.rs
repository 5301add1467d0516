//! Converts a snapshot (a WebAssembly component) to the form that the sandbox loads: code compiled ahead of time,
//! packed with zstd, and a description to verify it.
//!
//! A snapshot may also be packed as a patch of another one, which provides the common parts. The same component, base
//! and version of this tool give the same bytes: [`compile`], [`pack`] and [`patch`] are pure.

use std::io::Write as _;

use belljar_engine_config::compiler_config;
use serde::Deserialize;
use wasmtime::Engine;
use zstd::zstd_safe::CParameter::{LdmHashLog, LdmHashRateLog, LdmMinMatch};

/// The best ratio that still unpacks within 0.2 s. Packing takes seconds and happens once per release.
const LEVEL: i32 = 19;

/// Packing threads. Part of the format, not a tuning knob: zstd cuts its input into jobs when there is at least
/// one, so the output depends on this being above zero, though not on how many there are.
const THREADS: u32 = 4;

/// The window of a patch, as a power of two: the maximum that a decoder allows by default. It is larger than a
/// snapshot; a larger one made no patch smaller.
const WINDOW_LOG: u32 = 27;

/// Why a snapshot could not be converted.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The component was rejected or could not be compiled.
    #[error("could not compile the component: {0:#}")]
    Compile(wasmtime::Error),
    /// The compiled code could not be compressed.
    #[error("could not pack the compiled code: {0}")]
    Pack(#[from] std::io::Error),
    /// The base of a patch can't be unpacked.
    #[error("could not unpack the base: {0}")]
    Base(String),
}

#[derive(Deserialize)]
struct Described {
    blake3: String,
    base_blake3: Option<String>,
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

/// Packs compiled code as a patch of a base, which is the result of [`unpack`]. In one thread, as only the first of
/// several would see all of the base. Heaps have many short sequences in common, which are searched for more finely
/// than zstd's default; at level 13 that made a patch a tenth smaller.
pub fn patch(code: &[u8], base: &[u8]) -> Result<Vec<u8>, Error> {
    let mut encoder = zstd::stream::write::Encoder::with_ref_prefix(Vec::new(), LEVEL, base)?;
    encoder.window_log(WINDOW_LOG)?;
    encoder.long_distance_matching(true)?;
    for finer in [LdmMinMatch(32), LdmHashRateLog(3), LdmHashLog(26)] {
        encoder.set_parameter(finer)?;
    }
    encoder.include_checksum(true)?;
    encoder.set_pledged_src_size(Some(code.len() as u64))?;
    encoder.write_all(code)?;
    Ok(encoder.finish()?)
}

/// Unpacks the result of [`pack`], and compares it with its description.
pub fn unpack(packed: &[u8], description: &str) -> Result<Vec<u8>, Error> {
    let refuse = |error: &dyn std::fmt::Display| Error::Base(error.to_string());
    let described: Described = serde_json::from_str(description).map_err(|error| refuse(&error))?;
    if described.base_blake3.is_some() {
        return Err(refuse(&"it is a patch itself"));
    }
    let code = zstd::decode_all(packed).map_err(|error| refuse(&error))?;
    if blake3::hash(&code).to_hex().as_str() == described.blake3 {
        Ok(code)
    } else {
        Err(refuse(&"its digest is not the one in its description"))
    }
}

/// The description for the packed code: the digest of the unpacked code, its source, and the base of a patch.
pub fn describe(component: &[u8], code: &[u8], base: Option<&[u8]>) -> String {
    let mut description = serde_json::json!({
        "version": 1,
        "target": belljar_engine_config::BASELINE_TARGET,
        "blake3": blake3::hash(code).to_hex().as_str(),
        "length": code.len(),
        "component_blake3": blake3::hash(component).to_hex().as_str(),
    });
    if let (Some(base), Some(fields)) = (base, description.as_object_mut()) {
        fields.insert("base_blake3".to_owned(), blake3::hash(base).to_hex().as_str().into());
    }
    format!("{description:#}\n")
}
