use std::ops::ControlFlow;

use belljar_tree::Tree;

use crate::RunLimits;

/// The input of a run.
pub struct Job {
    /// The files of the guest, below [`crate::MOUNT`].
    pub tree: Tree,
    /// Further packages, below [`crate::PACKAGES_MOUNT`].
    pub packages: Option<Tree>,
    /// The plan, in the guest's own terms.
    pub plan: Vec<u8>,
    /// The limits of the run.
    pub limits: RunLimits,
    /// Receives every frame when it is sent.
    pub on_frame: OnFrame,
}

/// Receives a frame, and returns whether more are accepted: on a break the run ends as [`Ending::Output`].
pub type OnFrame = Box<dyn FnMut(Vec<u8>) -> ControlFlow<()> + Send>;
