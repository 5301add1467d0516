//! Folders and files that only this user can reach.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::Path,
};

use rustix::fs::OFlags;

/// Makes a folder, or checks that it is this user's and that nobody else can enter it. The error says what is wrong.
pub fn make_folder(folder: &Path) -> Result<(), String> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| error.to_string())?;
    let found = fs::symlink_metadata(folder).map_err(|error| error.to_string())?;
    if !found.is_dir() {
        return Err("it is not a folder".to_owned());
    }
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err("it belongs to another user".to_owned());
    }
    if found.mode() & 0o077 != 0 {
        return Err(format!("other users can access it (mode {:o}, must be 700)", found.mode() & 0o7777));
    }
    Ok(())
}

/// Whether this is a regular file of this user that nobody else can read or write.
pub fn is_private(found: &fs::Metadata) -> bool {
    found.is_file() && found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o077 == 0
}

/// Opens a regular file and nothing else: a pipe would block, and a link lead elsewhere.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let flags = (OFlags::NONBLOCK | OFlags::NOFOLLOW).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("not a regular file")) }
}

/// Creates a file of this user alone, in place of whatever has its name.
pub fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
