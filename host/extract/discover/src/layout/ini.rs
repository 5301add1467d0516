//! Directories that settings of tools add to `sys.path`: of Alembic, and of pytest.

use super::{DeclaredRoot, setup_cfg::entries};
use crate::paths;

/// The section and the key by which a file of this name adds directories.
fn key(name: &str) -> Option<(&'static str, &'static str)> {
    match name {
        "alembic.ini" => Some(("alembic", "prepend_sys_path")),
        "pytest.ini" | ".pytest.ini" | "tox.ini" => Some(("pytest", "pythonpath")),
        "setup.cfg" => Some(("tool:pytest", "pythonpath")),
        _ => None,
    }
}

/// Whether a file of this name may contain such settings.
pub(super) fn may_configure(name: &str) -> bool {
    key(name).is_some()
}

/// The directories that a file adds.
pub(super) fn roots(path: &str, text: &str) -> Vec<DeclaredRoot> {
    let directory = paths::parent(path);
    let Some((section, key)) = key(paths::file_name(path)) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries(text).into_iter().filter(|entry| entry.section == section && entry.key == key) {
        let written = entry.lines.iter().flat_map(|(line, _)| line.split([' ', ',', ':', ';', '\t']));
        for part in written.filter(|part| !part.is_empty()) {
            let part = part.trim_start_matches("%(here)s/").trim_start_matches("%(here)s");
            found.extend(paths::resolve(directory, part).map(DeclaredRoot::new));
        }
    }
    found
}
