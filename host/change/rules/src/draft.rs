//! What a rule gives back.

use belljar_diff::Certainty;
use belljar_schema::Place;

use crate::{Database, Severity};

/// What a rule found, to be made a finding.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// A clause, so that `can't determine whether` may stand before it.
    pub(crate) message: String,
    /// The rule's, where there are none.
    pub(crate) dialects: Option<Vec<Database>>,
    /// What the recipe is filled in with, beside what the change names.
    pub(crate) names: Vec<(&'static str, Name)>,
    pub(crate) certainty: Certainty,
    pub(crate) place: Option<Place>,
    pub(crate) severity: Option<Severity>,
    /// It is about more than the DDL, so that it holds in databases too whose DDL is the same.
    pub(crate) everywhere: bool,
}

/// What takes the place of a `{name}`.
#[derive(Debug, Clone)]
pub(crate) enum Name {
    /// Identifiers, to be quoted where they need it, with commas between them.
    Identifiers(Vec<String>),
    /// `[schema.]name`.
    Qualified(Option<String>, String),
    /// SQL as it is.
    Sql(String),
}

impl Draft {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        let (message, certainty) = (message.into(), Certainty::Certain);
        Self {
            message,
            dialects: None,
            names: vec![],
            certainty,
            place: None,
            severity: None,
            everywhere: false,
        }
    }

    pub(crate) fn on(mut self, dialects: impl Into<Vec<Database>>) -> Self {
        self.dialects = Some(dialects.into());
        self
    }

    pub(crate) fn at(mut self, place: Option<&Place>) -> Self {
        self.place = place.cloned();
        self
    }

    pub(crate) fn graded(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    pub(crate) fn everywhere(mut self) -> Self {
        self.everywhere = true;
        self
    }

    pub(crate) fn likely(mut self) -> Self {
        self.certainty = Certainty::Likely;
        self
    }

    pub(crate) fn name(mut self, key: &'static str, name: &str) -> Self {
        self.names.push((key, Name::Identifiers(vec![name.to_owned()])));
        self
    }

    pub(crate) fn names(mut self, key: &'static str, names: &[String]) -> Self {
        self.names.push((key, Name::Identifiers(names.to_vec())));
        self
    }

    pub(crate) fn table(mut self, key: &'static str, schema: Option<&str>, name: &str) -> Self {
        self.names.push((key, Name::Qualified(schema.map(str::to_owned), name.to_owned())));
        self
    }

    pub(crate) fn sql(mut self, key: &'static str, text: impl Into<String>) -> Self {
        self.names.push((key, Name::Sql(text.into())));
        self
    }

    pub(crate) fn list(self) -> Vec<Self> {
        vec![self]
    }
}
