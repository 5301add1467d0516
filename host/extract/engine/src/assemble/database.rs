//! The document of a database, from the frames of a run that read it.

use std::collections::BTreeMap;

use belljar_discover::StaticIndex;
use belljar_schema::{Diagnostic, Document, Generation, LiveDatabase, Severity};
use belljar_source::Wheelhouse;

use super::{diagnostics, merge, objects, places::Places, reasons::Reasons, tables, tally};
use crate::collect::Findings;

/// The document of a database. Nothing in it has a place, and no class.
pub(crate) fn document(findings: &Findings, generation: Generation) -> Document {
    let (index, projects, wheelhouse) = (StaticIndex::default(), BTreeMap::new(), Wheelhouse::default());
    let reasons = Reasons::of_database(&projects, &wheelhouse);
    let places = Places::new(&index, findings);
    let mut made = Document::empty(env!("CARGO_PKG_VERSION"), generation);
    made.database = findings.database.as_ref().map(|frame| LiveDatabase {
        dialect: diagnostics::one_line(&frame.dialect),
        version: diagnostics::one_line(&frame.version),
        schema: frame.schema.clone(),
        unread: frame.unread.clone(),
    });
    made.tables = findings.tables.iter().map(|frame| tables::table(frame, None, &places, &reasons)).collect();
    made.views = findings.views.iter().map(|frame| objects::view(frame, None, &places, &reasons)).collect();
    made.objects = findings.objects.iter().map(|frame| objects::object(frame, &reasons)).collect();
    made.types = findings.types.iter().map(|frame| objects::named_type(frame, &reasons)).collect();
    made.sequences = findings.sequences.iter().map(|frame| objects::sequence(frame, &reasons)).collect();
    merge::sort(&mut made.tables, &mut made.views, &mut made.objects);
    made.types.sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    made.sequences.sort();
    made.diagnostics = findings.remarks.iter().map(remark).collect();
    made.diagnostics.sort();
    made.summary = tally(&made.tables, &made.views, &made.objects, &[]);
    made
}

/// What was not read is missing in the document.
fn remark(frame: &belljar_frames::Remark) -> Diagnostic {
    Diagnostic::new(Severity::Warning, &frame.code, diagnostics::one_line(&frame.message))
}
