use belljar_schema::Certainty;

use crate::{Verdict, effect::Effect};

/// The effect of a step on a reader.
pub(crate) struct Outcome {
    /// The effect that continues from there.
    pub(crate) effect: Effect,
    pub(crate) verdict: Verdict,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) certainty: Certainty,
}
