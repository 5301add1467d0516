//! Where a file or a folder lies in the repository around it.

use std::path::{Path, PathBuf};

use crate::Run;

/// The folder with `.git` around a path without links.
fn top(real: &Path) -> Option<&Path> {
    real.ancestors().find(|folder| folder.join(".git").exists())
}

/// Whether a file is in none of these folders, nor in the work tree of git around one of them, wherever links lead. Those that
/// are no folders, such as archives, have no files beside them. A file that can't be found counts as inside.
pub fn is_outside(file: &Path, folders: &[PathBuf]) -> bool {
    let Ok(real) = file.canonicalize() else { return false };
    let folders = folders.iter().filter_map(|folder| folder.canonicalize().ok());
    folders.filter(|folder| folder.is_dir()).all(|folder| !real.starts_with(top(&folder).unwrap_or(&folder)))
}

/// What tells a project from others with the same file of what was sent. CI services check out one repository in different
/// folders, so where the run names it, this is the path in it; else it is the path of the folder.
pub fn scope(folder: &Path, run: &Run) -> String {
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let below = top(&real).filter(|_| run.project.is_some()).and_then(|top| real.strip_prefix(top).ok());
    below.unwrap_or(&real).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    /// A folder with `repo/.git`, `repo/sub`, `repo/sub/inner/.git`, `plain/sub`, and a file beside each.
    fn folders() -> tempfile::TempDir {
        let all = tempfile::tempdir().unwrap();
        for folder in ["repo/.git", "repo/sub/inner", "repo-ops", "plain/sub", "ops"] {
            fs::create_dir_all(all.path().join(folder)).unwrap();
        }
        // As in a submodule and in a linked work tree.
        fs::write(all.path().join("repo/sub/inner/.git"), "gitdir: x\n").unwrap();
        for folder in ["repo", "repo/sub", "repo/sub/inner", "repo-ops", "plain", "plain/sub", "ops"] {
            fs::write(all.path().join(folder).join("notify.toml"), "").unwrap();
        }
        symlink("../repo/notify.toml", all.path().join("ops/link.toml")).unwrap();
        symlink("../ops/notify.toml", all.path().join("repo-ops/link.toml")).unwrap();
        symlink("repo", all.path().join("other-name")).unwrap();
        all
    }

    #[test]
    fn files_in_a_repository_that_is_read() {
        let all = folders();
        let path = |text: &str| all.path().join(text);
        for (file, read, expected) in [
            ("repo/notify.toml", &["repo"][..], false),
            ("repo/notify.toml", &["repo/sub"], false),
            ("repo/sub/notify.toml", &["repo"], false),
            ("repo/sub/inner/notify.toml", &["repo"], false),
            ("repo/notify.toml", &["other-name"], false),
            ("other-name/notify.toml", &["repo"], false),
            ("ops/../repo/notify.toml", &["repo"], false),
            ("ops/link.toml", &["repo"], false),
            ("repo/notify.toml", &["plain", "repo"], false),
            ("plain/sub/notify.toml", &["plain"], false),
            ("ops/missing.toml", &["repo"], false),
            // The controls.
            ("ops/notify.toml", &["repo"], true),
            ("repo/../ops/notify.toml", &["repo"], true),
            ("repo-ops/notify.toml", &["repo"], true),
            ("repo-ops/link.toml", &["repo"], true),
            ("repo/notify.toml", &["repo/sub/inner"], true),
            ("plain/notify.toml", &["plain/sub"], true),
            ("ops/notify.toml", &["ops/notify.toml"], true),
            ("ops/notify.toml", &["no-such-revision"], true),
            ("ops/notify.toml", &[], true),
        ] {
            let read: Vec<PathBuf> = read.iter().map(|folder| path(folder)).collect();
            assert_eq!(is_outside(&path(file), &read), expected, "{file} {read:?}");
        }
    }

    #[test]
    fn a_repository_is_the_same_wherever_it_is_checked_out() {
        let named = Run { project: Some("acme/shop".to_owned()), ..Run::default() };
        let (one, other) = (folders(), folders());
        let at = |all: &tempfile::TempDir, folder: &str, run: &Run| scope(&all.path().join(folder), run);
        assert_eq!(at(&one, "repo", &named), at(&other, "repo", &named));
        assert_eq!(at(&one, "repo/sub", &named), "sub");
        assert_ne!(at(&one, "repo", &named), at(&one, "repo/sub", &named));
        for (folder, run) in [("repo", &Run::default()), ("plain", &named)] {
            assert_ne!(at(&one, folder, run), at(&other, folder, run), "{folder}");
        }
    }
}
