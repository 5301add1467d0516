//! The cache folder, and the keys of results in it.

use std::{env, path::PathBuf};

use belljar_cache::{Key, KeyBuilder};
use belljar_engine::{Options, Source};
use serde::Serialize;

use crate::{failure::Failure, own_config::ProjectFrom};

/// An identifier of this build of the program; see `build.rs`.
pub(crate) const BUILD: &str = env!("BELLJAR_BUILD");

/// `$XDG_CACHE_HOME/belljar`, else `~/.cache/belljar` (XDG Base Directory Specification).
pub(crate) fn default() -> Result<PathBuf, Failure> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
    base.map(|base| base.join("belljar")).ok_or(Failure::NoCacheFolder)
}

/// The digest of a source: its files, and the files that were skipped.
pub(crate) fn digest(source: &Source) -> Key {
    let mut key = KeyBuilder::new(BUILD, "source");
    key.tree("files", &source.tree);
    key.part("diagnostics", &json(&source.diagnostics)).part("compiled", &json(&source.compiled));
    key.finish()
}

/// The key of an extraction: everything that the result depends on. `base` is the other side of a comparison whose head
/// this is: files in which both differ run alone in addition, and discovery includes the files that it included there.
/// The configuration is among the files of one of both, or is `project` itself.
pub(crate) fn key(
    source: Key,
    (options, project): (&Options, &ProjectFrom),
    base: Option<Key>,
    tenant: Option<&str>,
) -> Key {
    let mut key = KeyBuilder::new(BUILD, "extraction");
    key.part("tenant", &json(&tenant)).part("options", &json(options));
    match project {
        ProjectFrom::Own => {}
        ProjectFrom::Base => _ = key.part("project", b"of the base"),
        ProjectFrom::Named(name, bytes) => _ = key.part("project", name.as_bytes()).part("settings", bytes),
        ProjectFrom::None => _ = key.part("project", b"none"),
    }
    key.part("source", source.to_string().as_bytes());
    let wheelhouse = &options.wheelhouse;
    key.tree("wheelhouse", &wheelhouse.tree).part("roots", &json(&wheelhouse.roots));
    key.part("left out of the wheelhouse", &json(&wheelhouse.diagnostics));
    if let Some(base) = base.filter(|base| *base != source) {
        key.part("base", base.to_string().as_bytes());
    }
    key.finish()
}

/// Values of these types can always be encoded.
pub(crate) fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}
