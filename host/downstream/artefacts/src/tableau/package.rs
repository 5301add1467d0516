use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::LARGEST;

/// The maximum factor by which a package may unpack: saved workbooks have 10 to 30.
const MOST_TIMES: usize = 200;

/// The unpacked size that any package may have.
const ALWAYS: usize = 4 << 20;

/// The first workbook or data source of a package.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let broken = |error: zip::result::ZipError| format!("it is packed, but can't be unpacked: {error}");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let name = |name: &str| {
        let path = std::path::Path::new(name);
        path.extension().is_some_and(|end| end.eq_ignore_ascii_case("twb") || end.eq_ignore_ascii_case("tds"))
    };
    let is_document = |at: &usize| matches!(archive.name_for_index(*at), Some(Ok(found)) if name(&found));
    let Some(at) = (0..archive.len()).find(is_document) else {
        return Err("it is packed, but contains no `.twb` or `.tds`".to_owned());
    };
    let file = archive.by_index(at).map_err(broken)?;
    // The size stated in the archive is not trusted.
    let most = bytes.len().saturating_mul(MOST_TIMES).clamp(ALWAYS, LARGEST);
    let mut out = Vec::new();
    file.take(most as u64 + 1)
        .read_to_end(&mut out)
        .map_err(|error| format!("it is packed, but can't be unpacked: {error}"))?;
    if out.len() > most {
        let size = bytes.len();
        return Err(format!("it unpacks to more than {most} bytes, the limit for a package of {size}"));
    }
    Ok(out)
}
