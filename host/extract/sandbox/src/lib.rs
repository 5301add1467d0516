//! The sandbox.
//!
//! [`Sandbox`] holds one snapshot, compiled; [`Sandbox::run`] runs one [`Job`] in one fresh store and returns how it
//! ended. The imports of the guest are listed in `sandbox.rs`, one line for each interface, and pinned by the test
//! `imports`:
//!
//! * the message channel: [`Job::on_frame`] gets every frame as it is sent
//! * a connection to a database: only [`Sandbox::run_connected`] gives one to a run; in every other run, its functions end
//!   the run
//! * `wasi:filesystem`: the tree of the job and that of further packages, read-only, in memory ([`filesystem`]); no
//!   host directory exists. Below a mount of their own, the files have the text that [`Job::bodies`] makes of them
//! * `wasi:clocks`: virtual time ([`clock`]); `wasi:random`: seeded the same in every run
//! * standard output and error: bounded ([`stream`]); environment, arguments and standard input: empty
//! * sockets and name resolution: rejected with an error code
//!
//! Nothing here depends on the meaning of frames. This is the only crate that names wasmtime, and [`engine`] holds the
//! one `unsafe` of the workspace.

mod clock;
mod engine;
mod filesystem;
mod job;
mod limits;
mod outcome;
mod sandbox;
mod snapshot;
mod state;
mod stream;

pub use belljar_engine_config::MAX_WASM_STACK;
pub use engine::{Engine, LoadError};
pub use filesystem::{BODIES_MOUNT, MOUNT, PACKAGES_MOUNT};
pub use job::{ByteStream, Connected, Job, OnFrame, Rewrite};
pub use limits::RunLimits;
pub use outcome::{Blame, Ending, Outcome};
pub use sandbox::Sandbox;
pub use snapshot::{Package, Packed, SnapshotError, Unpacked, unpack};
