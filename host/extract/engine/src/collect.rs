//! Checks and sorts the frames that a guest sends; none of them is trusted.
//!
//! Sizes and counts are bounded by the sandbox; here every frame must decode, speak the right protocol, and come
//! in a sensible order. A frame that does not is counted and dropped. What is short on the wire may be large in
//! memory, so all of it together may only take so much. What a guest sends can only be wrong about
//! its own repository.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
};

use belljar_frames::{self as frames, Decoded, Frame};
use serde::{Deserialize, Serialize};

use crate::progress::Progress;

/// Whole DDL text of one `MetaData`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ddl {
    /// Name of the `MetaData`.
    pub metadata: String,
    /// The database, as SQLAlchemy names it.
    pub dialect: String,
    /// The statements, in the order of their execution.
    pub statements: Vec<String>,
    /// What could not be rendered.
    pub failures: Vec<DdlFailure>,
}

/// A table that a dialect cannot render.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DdlFailure {
    /// The name of the table.
    pub table: String,
    /// Why the dialect cannot render it, as reported by SQLAlchemy.
    pub message: String,
}

/// What one run sent, sorted into kinds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Findings {
    pub(crate) loaded: BTreeSet<String>,
    pub(crate) started: Vec<frames::ModuleStarted>,
    pub(crate) failed: Vec<frames::ModuleFailed>,
    pub(crate) skipped: Vec<frames::StatementSkipped>,
    pub(crate) stand_ins: Vec<frames::StandIn>,
    pub(crate) guesses: Vec<frames::Guess>,
    pub(crate) tables: Vec<frames::Table>,
    pub(crate) classes: Vec<frames::Class>,
    pub(crate) plain: Vec<frames::PlainClass>,
    pub(crate) sequences: Vec<frames::DeclaredSequence>,
    pub(crate) views: Vec<frames::View>,
    pub(crate) objects: Vec<frames::Object>,
    pub(crate) types: Vec<frames::NamedType>,
    pub(crate) unresolved: Vec<frames::Unresolved>,
    pub(crate) ddl: Vec<Ddl>,
    pub(crate) remarks: Vec<frames::Remark>,
    pub(crate) migrations: Vec<frames::Migration>,
    pub(crate) operations: Vec<frames::Operation>,
    pub(crate) heads: Vec<frames::RecordedHead>,
    pub(crate) steps: Vec<frames::Step>,
    /// The database that was read. A run with code of a repository reads none, and what it claims is not used.
    pub(crate) database: Option<frames::Database>,
    /// What a database answers, as far as a run asked it.
    pub(crate) answers: Vec<frames::Answer>,
    /// Frames that were dropped.
    pub(crate) refused: u64,
    /// Bytes of memory that the frames take, at most.
    pub(crate) decoded_bytes: usize,
    /// The guest said that it finished.
    pub(crate) done: bool,
    /// Files with tables that had lost something, or were gone, when all modules had run.
    pub(crate) with_lost_tables: BTreeSet<String>,
}

impl Findings {
    /// Drops all that one file, if any, has nothing to do with, but the tables that are wanted and their classes.
    pub(crate) fn keep(&mut self, path: Option<&str>, is_wanted: impl Fn(&frames::Table) -> bool) {
        let path = path.unwrap_or_default();
        let in_file = |place: &Option<frames::Place>| place.as_ref().is_some_and(|place| place.path == path);
        self.started.retain(|module| module.path == path);
        let names: BTreeSet<String> = self.started.iter().map(|module| module.name.clone()).collect();
        self.loaded.retain(|name| names.contains(name));
        self.failed.retain(|item| item.path == path);
        self.skipped.retain(|item| item.path == path);
        self.stand_ins.retain(|item| in_file(&item.place));
        self.guesses.retain(|item| in_file(&item.place));
        self.tables.retain(|item| in_file(&item.place) || is_wanted(item));
        let kept: BTreeSet<_> =
            self.tables.iter().map(|table| (table.metadata.as_str(), full_name(table))).collect();
        self.classes.retain(|item| {
            let has_kept = |metadata: &String| {
                item.tables.iter().any(|table| kept.contains(&(metadata.as_str(), table.clone())))
            };
            names.contains(&item.itself.module) || item.metadata.as_ref().is_some_and(has_kept)
        });
        self.plain.retain(|item| names.contains(&item.itself.module));
        self.sequences.retain(|item| in_file(&item.place));
        self.views.retain(|item| in_file(&item.place));
        self.objects.retain(|item| in_file(&item.place));
        self.types.clear();
        self.unresolved.retain(|item| item.place.path == path);
        self.remarks.retain(|item| in_file(&item.place));
        self.with_lost_tables.retain(|lost| lost == path);
        self.ddl.clear();
    }
}

/// Sorts frames as they come.
#[derive(Default)]
pub(crate) struct Collector {
    progress: Progress,
    findings: Findings,
    tables: BTreeMap<u64, frames::Table>,
    /// Those that another of their number took the place of, as they were sent first.
    first: BTreeMap<u64, frames::Table>,
    handshake_done: bool,
    last: Option<BTreeSet<u64>>,
    /// Bytes of memory that further frames may take.
    left: usize,
}

impl Collector {
    /// Takes frames that need so many bytes of memory, at most.
    pub(crate) fn new(progress: Progress, memory: usize) -> Self {
        Self { progress, left: memory, ..Self::default() }
    }

    /// Takes one frame, and breaks off where it needs more memory than is left.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> ControlFlow<()> {
        // Nothing counts before the greeting, nor after the end.
        let counts = self.handshake_done && !self.findings.done;
        match frames::decode(bytes, self.left) {
            Ok(None) => return ControlFlow::Break(()),
            Ok(Some(Decoded { frame: Frame::Hello(hello), .. }))
                if !self.handshake_done && hello.protocol == frames::PROTOCOL =>
            {
                self.handshake_done = true;
            }
            Ok(Some(Decoded { frame, decoded_bytes: bytes })) if counts => {
                self.left = self.left.saturating_sub(bytes);
                self.findings.decoded_bytes = self.findings.decoded_bytes.saturating_add(bytes);
                self.sort(frame);
            }
            Ok(_) | Err(_) => self.findings.refused += 1,
        }
        ControlFlow::Continue(())
    }

    fn sort(&mut self, frame: Frame) {
        let findings = &mut self.findings;
        match frame {
            // Renderings are of another kind of run.
            Frame::Hello(_) | Frame::Rendered(_) | Frame::Script(_) | Frame::Generated(_) => {
                findings.refused += 1;
            }
            Frame::ModuleStarted(frame) => {
                self.progress.module(&frame.name);
                findings.started.push(frame);
            }
            Frame::ModuleLoaded(frame) => {
                findings.loaded.insert(frame.name);
            }
            Frame::ModuleFailed(frame) => findings.failed.push(frame),
            Frame::StatementSkipped(frame) => findings.skipped.push(frame),
            Frame::StandIn(frame) => findings.stand_ins.push(frame),
            Frame::Guess(frame) => findings.guesses.push(frame),
            Frame::Table(frame) => {
                let serial = frame.serial;
                if let Some(before) = self.tables.insert(serial, frame) {
                    self.first.entry(serial).or_insert(before);
                }
            }
            Frame::Class(frame) => findings.classes.push(frame),
            Frame::PlainClass(frame) => findings.plain.push(frame),
            Frame::DeclaredSequence(frame) => findings.sequences.push(frame),
            Frame::View(frame) => findings.views.push(frame),
            Frame::Object(frame) => findings.objects.push(frame),
            Frame::NamedType(frame) => findings.types.push(frame),
            Frame::Unresolved(frame) => findings.unresolved.push(frame),
            Frame::Ddl(frame) => findings.ddl.push(ddl(frame)),
            Frame::Remark(frame) => findings.remarks.push(frame),
            Frame::Migration(frame) => findings.migrations.push(frame),
            Frame::Operation(frame) => findings.operations.push(frame),
            Frame::RecordedHead(frame) => findings.heads.push(frame),
            Frame::Step(frame) => findings.steps.push(frame),
            Frame::Database(frame) => findings.database = Some(frame),
            Frame::Answer(frame) => findings.answers.push(frame),
            Frame::Done(frame) => {
                findings.done = true;
                self.last = Some(frame.tables.into_iter().collect());
            }
        }
    }

    /// What came of it. Tables that were dropped again before the end are left out; where no end was reached,
    /// all that were seen count.
    pub(crate) fn finish(mut self) -> Findings {
        let last = self.last;
        if let Some(last) = &last {
            let gone =
                self.tables.iter().filter(|(serial, _)| !last.contains(serial)).map(|(_, table)| table);
            let poorer = self.first.iter().filter(|(serial, before)| {
                self.tables.get(serial).is_some_and(|after| is_poorer(before, after))
            });
            let places =
                gone.chain(poorer.map(|(_, before)| before)).filter_map(|table| table.place.as_ref());
            self.findings.with_lost_tables = places.map(|place| place.path.clone()).collect();
        }
        let kept = self
            .tables
            .into_iter()
            .filter(|(serial, _)| last.as_ref().is_none_or(|last| last.contains(serial)));
        self.findings.tables = kept.map(|(_, table)| table).collect();
        self.findings
    }
}

/// Whether a table has lost something since it was sent before: what is added to it, and what only shows once all
/// modules have run, does not count.
fn is_poorer(before: &frames::Table, after: &frames::Table) -> bool {
    let columns: BTreeMap<&str, &frames::Column> =
        after.columns.iter().map(|column| (column.name.as_str(), column)).collect();
    let has_lost = |column: &frames::Column| {
        columns.get(column.name.as_str()).is_none_or(|after| {
            (column.nullable, column.primary_key, &column.server_default, &column.comment)
                != (after.nullable, after.primary_key, &after.server_default, &after.comment)
                || (column.ty.class_name != after.ty.class_name && column.ty.class_name != "NullType")
                || (column.ty.ddl != after.ty.ddl && column.ty.class_name != "NullType")
                || column.foreign_keys.len() > after.foreign_keys.len()
        })
    };
    before.columns.iter().any(has_lost)
        || before.name != after.name
        || before.unique.len() > after.unique.len()
        || before.foreign_keys.len() > after.foreign_keys.len()
        || before.checks.len() > after.checks.len()
        || before.indexes.len() > after.indexes.len()
        || before.excludes.len() > after.excludes.len()
        || (before.comment.is_some() && before.comment != after.comment)
}

/// `[schema.]name`, as mapped classes name their tables.
pub(crate) fn full_name(table: &frames::Table) -> String {
    belljar_schema::full_name(table.schema.as_deref(), &table.name)
}

fn ddl(frame: frames::Ddl) -> Ddl {
    let failures =
        frame.failures.into_iter().map(|entry| DdlFailure { table: entry.name, message: entry.value });
    Ddl {
        metadata: frame.metadata,
        dialect: frame.dialect,
        statements: frame.statements,
        failures: failures.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(frames_sent: &[Frame]) -> Findings {
        let mut collector = Collector::new(Progress::default(), usize::MAX);
        for frame in frames_sent {
            assert!(collector.take(&frames::encode(frame).unwrap()).is_continue());
        }
        collector.finish()
    }

    fn hello(protocol: u32) -> Frame {
        Frame::Hello(frames::Hello { protocol, python: "3.14".into(), sqlalchemy: "2.0".into() })
    }

    fn remark(code: &str) -> Frame {
        Frame::Remark(frames::Remark { code: code.into(), message: String::new(), place: None })
    }

    #[test]
    fn frames_count_between_greeting_and_end() {
        let done = Frame::Done(frames::Done { frames: 2, tables: vec![] });
        let findings =
            send(&[remark("early"), hello(frames::PROTOCOL), remark("counts"), done, remark("late")]);
        assert_eq!(
            findings.remarks.iter().map(|remark| remark.code.as_str()).collect::<Vec<_>>(),
            ["counts"]
        );
        assert_eq!((findings.refused, findings.done), (2, true));
    }

    #[test]
    fn another_protocol_is_refused() {
        let findings = send(&[hello(frames::PROTOCOL + 1), remark("x")]);
        assert_eq!((findings.refused, findings.remarks.len()), (2, 0));
    }

    #[test]
    fn bytes_that_are_no_frame_are_counted_and_dropped() {
        let mut collector = Collector::new(Progress::default(), usize::MAX);
        let mut trailing = frames::encode(&hello(frames::PROTOCOL)).unwrap();
        trailing.push(0);
        for bytes in [&b""[..], b"\xff\xff\xff\xff\xff", &trailing, b"\x00\x01"] {
            assert!(collector.take(bytes).is_continue());
        }
        assert_eq!(collector.finish().refused, 4);
    }

    #[test]
    fn what_needs_more_memory_than_is_left_ends_it() {
        let mut collector = Collector::new(Progress::default(), 10_000);
        assert!(collector.take(&frames::encode(&hello(frames::PROTOCOL)).unwrap()).is_continue());
        let frame = frames::encode(&remark("counts")).unwrap();
        let taken = (0..1000).take_while(|_| collector.take(&frame).is_continue()).count();
        let findings = collector.finish();
        assert_eq!((findings.remarks.len(), findings.refused), (taken, 0), "what came before is kept");
        assert!(
            (2..1000).contains(&taken) && findings.decoded_bytes <= 10_000,
            "{taken} {}",
            findings.decoded_bytes
        );
    }
}
