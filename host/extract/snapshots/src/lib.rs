//! The snapshots that the program carries: compiled, compressed, one for each generation of SQLAlchemy. One is whole, the
//! others are patches of it.
//!
//! `make snapshots` puts them into `build/snapshots`, and the build script takes every one it finds there.

use belljar_sandbox::{Package, Packed};

include!(concat!(env!("OUT_DIR"), "/snapshots.rs"));
