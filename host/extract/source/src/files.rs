//! Files of a directory that is open as a capability, and no other.

use std::{
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use belljar_tree::{Content, ReadError};
use cap_std::fs::{Dir, File, OpenOptions};

/// The bytes of the files of a directory. A key is the path of the file below the directory.
pub(crate) struct DirectoryContent {
    root: Dir,
    max_file_bytes: u64,
}

impl DirectoryContent {
    pub(crate) fn new(root: Dir, max_file_bytes: u64) -> Self {
        Self { root, max_file_bytes }
    }
}

impl Content for DirectoryContent {
    fn read(&self, key: &str) -> Result<Arc<[u8]>, ReadError> {
        match read_small(&self.root, Path::new(key), self.max_file_bytes) {
            Ok(Small::Bytes(bytes)) => Ok(bytes.into()),
            Ok(Small::TooLarge(size)) => {
                Err(ReadError::TooLarge { path: key.to_owned(), size, limit: self.max_file_bytes })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ReadError::NotFound(key.to_owned())),
            Err(error) => Err(ReadError::Io { path: key.to_owned(), message: error.to_string() }),
        }
    }
}

/// The bytes of a file, or its size if it exceeds the limit.
pub(crate) enum Small {
    Bytes(Vec<u8>),
    TooLarge(u64),
}

/// Reads a regular file. The limit applies while reading: the file may grow meanwhile.
pub(crate) fn read_small(dir: &Dir, path: &Path, limit: u64) -> io::Result<Small> {
    let file = open_regular(dir, path)?;
    let mut bytes = Vec::new();
    let read = file.take(limit.saturating_add(1)).read_to_end(&mut bytes)? as u64;
    Ok(if read > limit { Small::TooLarge(read) } else { Small::Bytes(bytes) })
}

/// Opens a regular file and nothing else. Between the check and the opening a pipe or a link may have replaced it: a
/// pipe must not block, and a link is not followed.
pub(crate) fn open_regular(dir: &Dir, path: &Path) -> io::Result<File> {
    let file = dir.open_with(path, &reading())?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("not a regular file")) }
}

fn reading() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use cap_std::fs::OpenOptionsExt;
        use rustix::fs::OFlags;
        options.custom_flags((OFlags::NONBLOCK | OFlags::NOFOLLOW).bits().cast_signed());
    }
    options
}

/// Opens a directory that may have been replaced by a link since it was listed.
pub(crate) fn open_directory(dir: &Dir, name: &Path) -> io::Result<Dir> {
    if dir.symlink_metadata(name)?.is_dir() {
        // A link created at this very point still can't lead out: `dir` is a capability.
        dir.open_dir(name)
    } else {
        Err(io::Error::other("no longer a directory"))
    }
}

/// Whether a file could be opened, without opening it.
#[cfg(unix)]
pub(crate) fn may_read(dir: &Dir, name: &Path) -> io::Result<()> {
    use rustix::fs::{Access, AtFlags};
    match rustix::fs::accessat(dir, name, Access::READ_OK, AtFlags::EACCESS) {
        Err(error @ rustix::io::Errno::ACCESS) => Err(error.into()),
        // Old kernels and sandboxes may not support the call; then errors are found when the file is read.
        _ => Ok(()),
    }
}

/// Elsewhere errors are found when the file is read.
#[cfg(not(unix))]
pub(crate) fn may_read(_: &Dir, _: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use cap_std::ambient_authority;

    use super::*;

    fn content(root: &Path) -> DirectoryContent {
        let root = Dir::open_ambient_dir(root, ambient_authority());
        DirectoryContent::new(root.unwrap(), 10)
    }

    #[test]
    fn the_limit_holds_while_reading() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a.py"), "0123456789").unwrap();
        let content = content(root.path());
        assert_eq!(&*content.read("a.py").unwrap(), b"0123456789");
        fs::write(root.path().join("a.py"), "0123456789+").unwrap();
        assert!(matches!(content.read("a.py"), Err(ReadError::TooLarge { limit: 10, .. })));
    }

    #[test]
    fn what_took_a_files_place_is_not_read() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("secret"), "outside").unwrap();
        let inside = root.path().join("inside");
        fs::create_dir_all(inside.join("sub")).unwrap();
        fs::write(inside.join("sub/a.py"), "x").unwrap();
        let content = content(&inside);
        assert_eq!(&*content.read("sub/a.py").unwrap(), b"x");
        // The file itself, then the directory it is in.
        fs::remove_file(inside.join("sub/a.py")).unwrap();
        symlink("../../secret", inside.join("sub/a.py")).unwrap();
        assert!(matches!(content.read("sub/a.py"), Err(ReadError::Io { .. })));
        fs::rename(inside.join("sub"), inside.join("old")).unwrap();
        symlink(root.path(), inside.join("sub")).unwrap();
        assert!(matches!(content.read("sub/secret"), Err(ReadError::Io { .. })));
        assert!(matches!(content.read("../secret"), Err(ReadError::Io { .. })));
    }
}
