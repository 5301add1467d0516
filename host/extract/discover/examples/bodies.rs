//! Prints a Python file as the guest reads it: the postponed functions as JSON, and the text without their bodies.

use std::{
    env, fs,
    io::{self, Write as _},
};

fn main() -> io::Result<()> {
    let path = env::args().nth(1).ok_or_else(|| io::Error::other("usage: bodies FILE"))?;
    io::stdout().write_all(&belljar_discover::postponed(&fs::read(path)?))
}
