use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::LARGEST;

/// The first workbook or data source of a packed one.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let broken = |error: zip::result::ZipError| format!("it is packed, and can't be unpacked: {error}");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let name = |name: &str| {
        let path = std::path::Path::new(name);
        path.extension().is_some_and(|end| end.eq_ignore_ascii_case("twb") || end.eq_ignore_ascii_case("tds"))
    };
    let is_document = |at: &usize| matches!(archive.name_for_index(*at), Some(Ok(found)) if name(&found));
    let Some(at) = (0..archive.len()).find(is_document) else {
        return Err("it is packed, and no `.twb` or `.tds` is in it".to_owned());
    };
    let file = archive.by_index(at).map_err(broken)?;
    // What the archive says of the size is not believed.
    let mut out = Vec::new();
    let most = LARGEST as u64 + 1;
    file.take(most)
        .read_to_end(&mut out)
        .map_err(|error| format!("it is packed, and can't be unpacked: {error}"))?;
    if out.len() > LARGEST {
        return Err(format!("unpacked it has more than {LARGEST} bytes, which is the most"));
    }
    Ok(out)
}
