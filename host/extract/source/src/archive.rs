//! An archive, unpacked into memory.

mod tape;
mod unpacked;
mod zipped;

use std::{
    fs::File,
    io::{BufReader, Read, Seek},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;

use self::unpacked::Unpacked;
use crate::{Filters, Source, SourceError, SourceLimits, builder::Builder};

/// Reads an archive. Its content determines the format; the name only shows where the content is truncated. `real` is
/// the given path, without links.
pub(crate) fn open(
    path: &Path,
    real: &Path,
    filters: Filters,
    limits: &SourceLimits,
) -> Result<Source, SourceError> {
    let failed = |error: std::io::Error| SourceError::from_io(path, &error);
    let mut file = open_regular(real).map_err(failed)?;
    let value = limits.max_archive_bytes;
    if file.metadata().map_err(failed)?.len() > value {
        return Err(SourceError::ArchiveLimit { path: path.to_owned(), limit: "max_archive_bytes", value });
    }
    let mut start = Vec::new();
    (&mut file).take(512).read_to_end(&mut start).map_err(failed)?;
    file.rewind().map_err(failed)?;
    let mut file = BufReader::new(file);
    let mut unpacked = Unpacked::new(path, Builder::new(limits, filters));
    match Kind::detect(&start, path) {
        Some(Kind::Zip) => zipped::unpack_zip(&mut file, &mut unpacked)?,
        Some(Kind::Tar) => tape::unpack_tar(file, &mut unpacked)?,
        Some(Kind::TarGz) => tape::unpack_tar(MultiGzDecoder::new(file), &mut unpacked)?,
        None => return Err(SourceError::NotASource(path.to_owned())),
    }
    unpacked.finish()
}

/// The file was checked before; a pipe that replaced it must not block.
pub(crate) fn open_regular(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags((OFlags::NONBLOCK | OFlags::NOFOLLOW).bits().cast_signed());
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(std::io::Error::other("not a regular file")) }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tar,
    TarGz,
    Zip,
}

impl Kind {
    fn detect(start: &[u8], path: &Path) -> Option<Self> {
        if start.starts_with(b"\x1f\x8b") {
            return Some(Self::TarGz);
        }
        if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
            return Some(Self::Zip);
        }
        if is_tar_header(start) {
            return Some(Self::Tar);
        }
        // Other compressions have their own magic numbers; a file without one may be a zip archive with a prefix.
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let named = |ending: &str| name.ends_with(ending);
        if [".zip", ".whl"].into_iter().any(named) {
            Some(Self::Zip)
        } else if [".tar.gz", ".tgz"].into_iter().any(named) {
            Some(Self::TarGz)
        } else {
            named(".tar").then_some(Self::Tar)
        }
    }
}

/// Whether a block is the header of a tar archive: by its checksum, because the oldest format has no magic number. An
/// empty archive starts with zeros.
fn is_tar_header(block: &[u8]) -> bool {
    if block.len() < 512 {
        return false;
    }
    let field = |range: std::ops::Range<usize>| block.get(range).unwrap_or_default();
    let digits: Vec<u8> = field(148..156).iter().copied().filter(u8::is_ascii_digit).collect();
    let stated = std::str::from_utf8(&digits).ok().and_then(|text| u32::from_str_radix(text, 8).ok());
    let sum: u32 = field(0..148).iter().chain(field(156..512)).map(|byte| u32::from(*byte)).sum();
    stated == Some(sum + 8 * u32::from(b' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_over_the_name() {
        assert_eq!(Kind::detect(b"PK\x03\x04", Path::new("a.tar.gz")), Some(Kind::Zip));
        assert_eq!(Kind::detect(b"\x1f\x8b\x08", Path::new("a.zip")), Some(Kind::TarGz));
        let mut header = tar::Header::new_old();
        header.set_path("a.py").unwrap();
        header.set_cksum();
        assert_eq!(Kind::detect(header.as_bytes(), Path::new("a.zip")), Some(Kind::Tar));
    }

    #[test]
    fn the_name_decides_where_there_is_too_little_content() {
        assert_eq!(Kind::detect(b"", Path::new("a.TAR")), Some(Kind::Tar));
        assert_eq!(Kind::detect(b"#!", Path::new("a.whl")), Some(Kind::Zip));
        assert_eq!(Kind::detect(b"\xfd7zXZ", Path::new("a.tar.xz")), None);
        assert_eq!(Kind::detect(&[b'x'; 600], Path::new("a.py")), None);
    }
}
