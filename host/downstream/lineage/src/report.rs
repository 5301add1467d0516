//! Counts, and the parts that could not be resolved. Nothing is dropped silently.

use std::collections::BTreeMap;

use belljar_schema::Certainty;
use belljar_schema::{Diagnostic, Place};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The code of the diagnostic that no table is joined to a reader.
pub const NOTHING_JOINED: &str = "nothing-joined";

/// The cause of an unresolved part; one for each situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// SQL that can't be parsed.
    SqlNotParsed,
    /// A statement without a result that can be followed.
    StatementNotFollowed,
    /// A node without SQL that should have some.
    SqlMissing,
    /// SQL that exceeds the limits on size, depth or columns.
    OverLimit,
    /// A template that could not be rendered.
    TemplateNotRendered,
    /// A macro or function of a template that is missing, or could not be run: a stand-in replaces it.
    MacroStoodIn,
    /// A variable of a template that is not set.
    VariableStoodIn,
    /// `SELECT *` over unknown columns.
    StarNotExpanded,
    /// A column that no visible relation is known to have.
    ColumnNotFound,
    /// A column that several visible relations could have.
    ColumnAmbiguous,
    /// A relation that no artefact describes.
    RelationNotFound,
    /// A missing node that is named as an input.
    NodeNotFound,
    /// Datasets that depend on each other in a cycle.
    Cycle,
    /// Two datasets with one id or one relation.
    Duplicate,
    /// A part of an artefact that is damaged.
    Damaged,
    /// The artefact names a dialect that is not supported.
    DialectNotKnown,
    /// A table or column that is in doubt in its source.
    SourceInDoubt,
    /// A formula, expression or field that is not supported.
    ExpressionNotFollowed,
}

/// A part that could not be resolved, and its effect.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Unknown {
    /// Id of the dataset whose certainty it lowers; null if it concerns no single one.
    pub dataset: Option<String>,
    /// The situation that prevented the resolution.
    pub cause: Cause,
    /// The subject: the macro, the column, the relation.
    pub subject: String,
    /// What happened: a lower-case fragment without a final period, values in backticks.
    pub message: String,
    /// The place, if known.
    pub place: Option<Place>,
    /// What to do next, as a lower-case fragment.
    pub hint: Option<String>,
    /// The resulting certainty of the dataset.
    pub certainty: Certainty,
}

impl Unknown {
    /// An unknown without dataset, place and hint, which makes the result undetermined.
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

    /// Sets the place where it was found.
    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    /// Sets what to do next, as a lower-case fragment.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Marks the result as still likely.
    #[must_use]
    pub fn likely(mut self) -> Self {
        self.certainty = Certainty::Likely;
        self
    }
}

/// Counts, and the list of unresolved parts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Number of datasets in the graph.
    pub datasets: usize,
    /// Number of columns in the graph.
    pub columns: usize,
    /// Number of edges in the graph.
    pub edges: usize,
    /// Number of datasets with SQL, including missing SQL.
    pub queries: usize,
    /// Number of those that were parsed and followed.
    pub queries_followed: usize,
    /// Number of unknowns for each cause; causes without any have no entry.
    pub counts: BTreeMap<Cause, usize>,
    /// Unknowns, sorted by dataset, cause, subject.
    pub unknowns: Vec<Unknown>,
    /// Diagnostics of the readers about artefacts as a whole.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Whether no table is joined to a reader, so that the impact of every change is undetermined.
    pub fn is_nothing_joined(&self) -> bool {
        self.diagnostics.iter().any(|one| one.code == NOTHING_JOINED)
    }

    /// Sorts the unknowns, removes duplicates, and counts them.
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
