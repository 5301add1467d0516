use std::io::{self, Write};

use belljar_schema::Document;

/// The published form; see `belljar json-schema`.
pub(crate) fn json(out: &mut dyn Write, document: &Document) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    writeln!(out)
}
