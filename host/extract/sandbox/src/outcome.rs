use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How a run ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// The guest came to its end.
    #[default]
    Finished,
    /// It used up its fuel.
    Fuel,
    /// It used up its time.
    Timeout,
    /// It sent more than it may.
    Output,
    /// The code ended the process (`os._exit`), with this status.
    Exit(i32),
    /// It trapped: the interpreter aborted, or a call into the host was refused. The text is wasmtime's.
    Trap(String),
    /// The host failed. The text says how.
    Internal(String),
}

/// Whose fault it is that a run did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// Nothing is wrong.
    Nobody,
    /// The code that ran.
    Repository,
    /// A limit; a higher one may help.
    Limit,
    /// Belljar itself.
    Belljar,
}

/// How a run went. What it found has gone to [`crate::Job::on_frame`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// Fuel used.
    pub fuel: u64,
    /// Wall clock used.
    pub elapsed: Duration,
    /// Largest size of the linear memory, bytes.
    pub memory: usize,
    /// Whether memory was asked for beyond the limit.
    pub memory_refused: bool,
    /// Whether a read was refused for a limit.
    pub reads_refused: bool,
    /// Frames received.
    pub frames: u64,
    /// What the code wrote to standard error, cut at the limit.
    pub stderr: Vec<u8>,
}

impl Outcome {
    /// Whose fault the ending is.
    pub fn blame(&self) -> Blame {
        match self.ending {
            Ending::Finished => Blame::Nobody,
            Ending::Fuel | Ending::Timeout | Ending::Output => Blame::Limit,
            Ending::Trap(_) if self.memory_refused => Blame::Limit,
            Ending::Exit(_) | Ending::Trap(_) => Blame::Repository,
            Ending::Internal(_) => Blame::Belljar,
        }
    }
}
