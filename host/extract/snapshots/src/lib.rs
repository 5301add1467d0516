//! The snapshots in the program: compiled, compressed, one for each generation of SQLAlchemy. One is whole, the others
//! are patches of it.
//!
//! `make snapshots` writes them to `build/snapshots`, and the build script includes every one it finds there.

use belljar_sandbox::{Package, Packed};

include!(concat!(env!("OUT_DIR"), "/snapshots.rs"));
