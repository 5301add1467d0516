use std::ops::ControlFlow;

use belljar_tree::Tree;

use crate::Limits;

/// What to run.
pub struct Job {
    /// The files the guest sees, below [`crate::MOUNT`].
    pub tree: Tree,
    /// Further packages, below [`crate::PACKAGES_MOUNT`].
    pub packages: Option<Tree>,
    /// What to do, in the guest's own terms.
    pub plan: Vec<u8>,
    /// What it may use.
    pub limits: Limits,
    /// Gets every frame as it is sent.
    pub on_frame: OnFrame,
}

/// Takes a frame, and says whether there may be more: where it breaks off, the run ends as [`Ending::Output`].
pub type OnFrame = Box<dyn FnMut(Vec<u8>) -> ControlFlow<()> + Send>;
