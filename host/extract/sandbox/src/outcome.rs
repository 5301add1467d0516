use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How a run ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// The guest returned from its entry point.
    #[default]
    Finished,
    /// It used up its fuel.
    Fuel,
    /// It used up its time.
    Timeout,
    /// It exceeded the limit on output.
    Output,
    /// The code ended the process (`os._exit`), with this status.
    Exit(i32),
    /// It trapped: the interpreter aborted, or a call into the host was rejected. The text is wasmtime's.
    Trap(String),
    /// The host failed, with this message.
    Internal(String),
}

/// Who is responsible for a run that did not finish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// Nobody, as the run finished.
    Nobody,
    /// The code that ran.
    Repository,
    /// A limit, which may be raised.
    Limit,
    /// Belljar itself: an internal error.
    Belljar,
}

/// The outcome of a run. Its results were passed to [`crate::Job::on_frame`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// How the run ended.
    pub ending: Ending,
    /// Fuel used by the run.
    pub fuel: u64,
    /// Wall clock used by the run.
    pub elapsed: Duration,
    /// Largest size of the linear memory, bytes.
    pub memory: usize,
    /// Whether an allocation exceeded the limit.
    pub memory_refused: bool,
    /// Whether a read was rejected because of a limit.
    pub reads_refused: bool,
    /// Number of frames received.
    pub frames: u64,
    /// Text that the code wrote to standard error, truncated at the limit.
    pub stderr: Vec<u8>,
}

impl Outcome {
    /// Who is responsible for the ending.
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
