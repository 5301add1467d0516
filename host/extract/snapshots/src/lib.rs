//! The snapshots that the program carries, and their loading.
//!
//! A snapshot is an interpreter with one generation of SQLAlchemy, compiled and compressed. One is whole, the others are
//! patches of it. [`Snapshots`] unpacks and loads those that a run asks for.
//!
//! With the feature `embedded` the snapshots themselves are a part of this crate, as [`ALL`]: `make snapshots` writes them
//! to `build/snapshots`, and the build script takes every one that it finds there. Crates that are given their snapshots do
//! without it, so that they build and are tested without any.

mod loader;

pub use loader::{SnapshotLoadError, Snapshots, UnpackProgress};

#[cfg(feature = "embedded")]
use belljar_sandbox::{Package, Packed};

#[cfg(feature = "embedded")]
include!(concat!(env!("OUT_DIR"), "/snapshots.rs"));
