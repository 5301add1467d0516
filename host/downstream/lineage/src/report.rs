//! What was read, and what of it was not understood. Nothing is dropped in silence.

use std::collections::BTreeMap;

use belljar_schema::Certainty;
use belljar_schema::{Diagnostic, Place};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The code of the diagnostic that says that no table is joined to a reader.
pub const NOTHING_JOINED: &str = "nothing-joined";

/// What kind of thing was not understood; one for each situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// SQL that does not parse.
    SqlNotParsed,
    /// A statement that makes no columns that could be followed.
    StatementNotFollowed,
    /// A node that should have SQL and has none.
    SqlMissing,
    /// SQL over the limits on size, depth or columns.
    OverLimit,
    /// A template that could not be rendered.
    TemplateNotRendered,
    /// A macro or function of a template that is not there, or could not be run: something stood in for it.
    MacroStoodIn,
    /// A variable of a template that nobody sets.
    VariableStoodIn,
    /// A star over columns that are not known.
    StarNotExpanded,
    /// A column that none of the relations in reach is known to have.
    ColumnNotFound,
    /// A column that several relations in reach could have.
    ColumnAmbiguous,
    /// A relation that nobody describes.
    RelationNotFound,
    /// A node that is named as an input and is not there.
    NodeNotFound,
    /// Datasets that are made from each other.
    Cycle,
    /// Two datasets with one id or one relation.
    Duplicate,
    /// A part of an artefact that is damaged.
    Damaged,
    /// A dialect that is not known.
    DialectNotKnown,
    /// A table or column that its own source is not sure of.
    SourceInDoubt,
    /// A formula, expression or field that is not followed.
    ExpressionNotFollowed,
}

/// Something that was not understood, and what it costs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Unknown {
    /// Id of the dataset that it lowers the certainty of; null where it is of no single one.
    pub dataset: Option<String>,
    /// What kind of thing.
    pub cause: Cause,
    /// What exactly: the macro, the column, the relation.
    pub subject: String,
    /// What happened: a lower-case fragment without a final period, values in backticks.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// What to do next.
    pub hint: Option<String>,
    /// What the certainty of the dataset comes down to.
    pub certainty: Certainty,
}

impl Unknown {
    /// Without dataset, place and hint, and with nothing told for certain.
    pub fn new(cause: Cause, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            dataset: None,
            cause,
            subject: subject.into(),
            message: message.into(),
            place: None,
            hint: None,
            certainty: Certainty::CannotTell,
        }
    }

    /// The same with a place.
    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    /// The same with a next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same, where what was found is still likely.
    #[must_use]
    pub fn likely(mut self) -> Self {
        self.certainty = Certainty::Likely;
        self
    }
}

/// Counts, and the list of what was not understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Datasets in the graph.
    pub datasets: usize,
    /// Columns in the graph.
    pub columns: usize,
    /// Edges in the graph.
    pub edges: usize,
    /// Datasets that have SQL or should have.
    pub queries: usize,
    /// Those of them that were parsed and followed.
    pub queries_followed: usize,
    /// How often each cause is among the unknowns; causes that never are have no entry.
    pub counts: BTreeMap<Cause, usize>,
    /// Sorted by dataset, cause, subject.
    pub unknowns: Vec<Unknown>,
    /// What the readers have to say of the artefacts as a whole.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// No table is joined to anything that reads it, so that nothing can be said of any change.
    pub fn is_nothing_joined(&self) -> bool {
        self.diagnostics.iter().any(|one| one.code == NOTHING_JOINED)
    }

    /// Puts the unknowns in order, each once, and counts them.
    pub(crate) fn settle(&mut self) {
        self.unknowns.sort();
        self.unknowns.dedup();
        self.diagnostics
            .sort_by(|a, b| (&a.place, &a.code, &a.message).cmp(&(&b.place, &b.code, &b.message)));
        self.diagnostics.dedup();
        self.counts = BTreeMap::new();
        for unknown in &self.unknowns {
            *self.counts.entry(unknown.cause).or_default() += 1;
        }
    }
}
