use belljar_schema::Certainty;

use crate::{Verdict, effect::Effect};

/// What a step does to a reader.
pub(crate) struct Outcome {
    /// What goes on from there.
    pub(crate) effect: Effect,
    pub(crate) verdict: Verdict,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) certainty: Certainty,
}
