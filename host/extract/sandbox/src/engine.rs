//! Loads compiled code. The only `unsafe` of the workspace is here.

use std::path::Path;

use thiserror::Error;
use wasmtime::component::Component;

use crate::Unpacked;

/// Why a snapshot can't be loaded.
#[derive(Debug, Error)]
pub enum LoadError {
    /// wasmtime rejects the compiled code: it was created by another version or for another machine.
    #[error("wasmtime rejects the compiled snapshot `{path}`: {message}")]
    Refused {
        /// The path of the compiled code.
        path: String,
        /// The message of wasmtime.
        message: String,
    },
    /// wasmtime can't run here.
    #[error("wasmtime can't run on this machine: {0}")]
    Machine(String),
}

/// The engine that all snapshots and runs of a process share. It keeps no state of a run.
#[derive(Clone)]
pub struct Engine(pub(crate) wasmtime::Engine);

impl Engine {
    /// An engine with the configuration that snapshots are compiled for.
    pub fn new() -> Result<Self, LoadError> {
        wasmtime::Engine::new(&belljar_engine_config::config())
            .map(Self)
            .map_err(|error| LoadError::Machine(format!("{error:#}")))
    }

    /// Maps compiled code into memory.
    pub(crate) fn load(&self, snapshot: &Unpacked) -> Result<Component, LoadError> {
        deserialize(&self.0, snapshot.path())
    }
}

#[expect(unsafe_code, reason = "compiled code can only be loaded unchecked; see the comment")]
fn deserialize(engine: &wasmtime::Engine, path: &Path) -> Result<Component, LoadError> {
    // SAFETY: the file must be what wasmtime wrote, and must not change while it is mapped. An `Unpacked` exists
    // only for a file whose digest was checked when this program wrote it, which lies in a directory that only
    // this user can write to, and whose owner, mode, length and seal were checked when it was opened.
    let loaded = unsafe { Component::deserialize_file(engine, path) };
    loaded.map_err(|error| LoadError::Refused {
        path: path.display().to_string(),
        message: format!("{error:#}"),
    })
}
