//! The keys of what commits changed, in the cache.

use belljar_cache::KeyBuilder;
use belljar_engine::Options;

use crate::{
    cache::{BUILD, json},
    source_config::SourceConfig,
};

/// The start of the keys of what commits changed: all that such a result depends on besides the commits. `None` if results
/// are not used, as nothing is read for a key then.
pub(crate) fn log_key(source_config: &SourceConfig, options: &Options) -> Option<KeyBuilder> {
    if !source_config.use_results {
        return None;
    }
    let request = &source_config.request;
    let mut key = KeyBuilder::new(BUILD, "log");
    key.part("tenant", &json(&source_config.tenant)).part("options", &json(options));
    key.part("filters", &json(&request.filters)).part("limits", &json(&source_config.source_limits));
    // The directory of the repository, and which objects its clone has.
    let path = std::fs::canonicalize(&request.path).unwrap_or_else(|_| request.path.clone());
    key.part("path", path.as_os_str().as_encoded_bytes());
    let wheelhouse = &options.wheelhouse;
    key.tree("wheelhouse", &wheelhouse.tree).part("roots", &json(&wheelhouse.roots));
    key.part("left out of the wheelhouse", &json(&wheelhouse.diagnostics));
    Some(key)
}
