use belljar_diff::Certainty;

use crate::look::Draft;

/// Something about a change that is not seen in the schema, and is told to the rules: who reads it, what is promised. It
/// becomes a finding of its rule, which is switched, graded and scoped as any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Code of the rule.
    pub code: &'static str,
    /// Index of the change in the diff.
    pub change: usize,
    /// A clause, so that `can't tell whether` may stand before it.
    pub message: String,
    /// How sure it is, as far as the change is.
    pub certainty: Certainty,
}

impl Told {
    pub(crate) fn draft(&self) -> Draft {
        Draft { certainty: self.certainty, ..Draft::new(self.message.clone()) }
    }
}
