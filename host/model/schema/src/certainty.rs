use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The certainty of a statement about a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Everything that it depends on is exact.
    Certain,
    /// There is evidence for it, but no proof.
    Likely,
    /// Its inputs are not known well enough; the notes give the reasons.
    CannotTell,
}
