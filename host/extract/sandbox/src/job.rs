use std::ops::ControlFlow;

use belljar_tree::Tree;

use crate::RunLimits;

/// The input of a run.
pub struct Job {
    /// The files of the guest, below [`crate::MOUNT`].
    pub tree: Tree,
    /// Further packages, below [`crate::PACKAGES_MOUNT`].
    pub packages: Option<Tree>,
    /// Makes the text of a Python file without some bodies of functions from its bytes, for files below
    /// [`crate::BODIES_MOUNT`]. Its result is at most twice as large as the file.
    pub bodies: Option<Rewrite>,
    /// The plan, in the guest's own terms.
    pub plan: Vec<u8>,
    /// The limits of the run.
    pub limits: RunLimits,
    /// Receives every frame when it is sent.
    pub on_frame: OnFrame,
}

/// Makes another text from the bytes of a file.
pub type Rewrite = fn(&[u8]) -> Vec<u8>;

/// Receives a frame, and returns whether more are accepted: on a break the run ends as [`Ending::Output`].
pub type OnFrame = Box<dyn FnMut(Vec<u8>) -> ControlFlow<()> + Send>;

/// What a run that reads a database has besides its job. No other run has it: [`crate::Sandbox::run`] takes none.
pub struct Connected {
    /// The connection to the server.
    pub stream: Box<dyn ByteStream>,
    /// The seed of random numbers, which keep others from replaying what was sent; all other runs have a fixed one.
    pub seed: [u8; 32],
}

/// A connection to a server, which limits itself in time and bytes. Errors are for people.
pub trait ByteStream: Send {
    /// Reads between one and `most` bytes, or none at the end.
    fn read(&mut self, most: usize) -> Result<Vec<u8>, String>;

    /// Sends all bytes.
    fn write(&mut self, data: &[u8]) -> Result<(), String>;

    /// Continues with TLS.
    fn start_tls(&mut self) -> Result<(), String>;
}
