//! One run of the guest over data.

use std::{
    ops::ControlFlow,
    sync::{Arc, Mutex, PoisonError},
};

use belljar_frames::{self as frames, Decoded, Frame};
use belljar_sandbox::{Blame, Job, RunLimits};
use belljar_snapshots::{Snapshots, UnpackProgress};
use belljar_tree::Tree;

use crate::{
    RenderError, Request, Script, Step, ended, ending,
    generated::{Gap, Generated},
    job,
};

/// The frames that a run sent.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) steps: Vec<Step>,
    pub(crate) script: Option<Script>,
    pub(crate) generated: Option<Generated>,
    handshake_done: bool,
    done: bool,
    /// Remaining memory for frames, in bytes.
    left: usize,
}

impl Found {
    /// Takes one frame, and stops at an invalid one: this guest runs only our code.
    fn take(&mut self, bytes: &[u8], changes: usize) -> ControlFlow<()> {
        let Ok(Some(Decoded { frame, decoded_bytes })) = frames::decode(bytes, self.left) else {
            return ControlFlow::Break(());
        };
        self.left = self.left.saturating_sub(decoded_bytes);
        match frame {
            Frame::Hello(hello) if hello.protocol == frames::PROTOCOL => self.handshake_done = true,
            Frame::Rendered(frame) if self.handshake_done && !self.done => {
                self.steps.push(step(frame, changes));
            }
            Frame::Script(frame) if self.handshake_done && !self.done => {
                self.script = Some(Script { text: frame.text, gaps: frame.gaps });
            }
            Frame::Generated(frame) if self.handshake_done && !self.done => {
                self.generated = Some(generated(frame));
            }
            Frame::Done(_) if self.handshake_done => self.done = true,
            _ => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    }
}

fn generated(frame: frames::Generated) -> Generated {
    let gap = |gap: frames::GeneratedGap| Gap {
        schema: gap.schema,
        table: gap.table,
        part: gap.part,
        subject: gap.subject,
        aspect: gap.aspect,
        message: gap.message,
    };
    Generated {
        files: frame.files.into_iter().map(|file| (file.name, file.text)).collect(),
        gaps: frame.gaps.into_iter().map(gap).collect(),
        doubts: frame.doubts,
    }
}

fn step(frame: frames::Rendered, changes: usize) -> Step {
    let numbers = frame.changes.into_iter().filter_map(|number| usize::try_from(number).ok());
    let (gaps, notes): (Vec<_>, Vec<_>) = frame.notes.into_iter().partition(|note| note.is_gap);
    Step {
        changes: numbers.filter(|number| *number < changes).collect(),
        statements: frame.statements,
        notes: notes.into_iter().map(|note| note.message).collect(),
        gaps: gaps.into_iter().map(|note| note.message).collect(),
    }
}

/// Runs the guest to its end for the changes of a request.
pub(crate) fn run(
    request: Request<'_>,
    script: bool,
    snapshots: &Snapshots,
    progress: &UnpackProgress,
) -> Result<Found, RenderError> {
    let (plan, changes) = (job::encode(request, script), request.diff.changes.len());
    let failed = |message, by_limit| ended(request, message, by_limit);
    run_plan(plan, changes, request.limits, (snapshots, progress), failed)
}

/// Runs the guest to its end for a plan; `changes` is the number of changes in it.
pub(crate) fn run_plan(
    plan: Vec<u8>,
    changes: usize,
    limits: &RunLimits,
    (snapshots, progress): (&Snapshots, &UnpackProgress),
    failed: impl FnOnce(String, bool) -> RenderError,
) -> Result<Found, RenderError> {
    let version = snapshots.versions().last().copied().ok_or(RenderError::NoSnapshot)?;
    let sandbox = snapshots.sandbox(version, progress)?;
    let found = Arc::new(Mutex::new(Found { left: limits.memory, ..Found::default() }));
    let sink = Arc::clone(&found);
    let outcome = sandbox.run(Job {
        tree: Tree::in_memory::<&str, &[u8]>([]),
        packages: None,
        bodies: None,
        plan,
        limits: limits.clone(),
        on_frame: Box::new(move |bytes| {
            sink.lock().unwrap_or_else(PoisonError::into_inner).take(&bytes, changes)
        }),
    });
    let found = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
    if found.done {
        return Ok(found);
    }
    let complaint = String::from_utf8_lossy(&outcome.stderr);
    let last_line = complaint.lines().next_back().unwrap_or_default();
    let message = if last_line.is_empty() { ending(&outcome.ending) } else { last_line.to_owned() };
    Err(failed(message, outcome.blame() == Blame::Limit))
}
