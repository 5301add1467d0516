use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How sure something is that was found out about a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Everything that it follows from is exact.
    Certain,
    /// The evidence speaks for it, and does not prove it.
    Likely,
    /// What it follows from is not known well enough; the notes say why.
    CannotTell,
}
