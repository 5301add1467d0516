//! Where snapshots are unpacked to.

use std::{env, path::PathBuf};

use crate::failure::Failure;

/// `$XDG_CACHE_HOME/belljar`, else `~/.cache/belljar` (XDG Base Directory Specification).
pub(crate) fn default() -> Result<PathBuf, Failure> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
    base.map(|base| base.join("belljar")).ok_or(Failure::NoCacheFolder)
}
