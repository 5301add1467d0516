//! The output of a rule.

use belljar_diff::Certainty;
use belljar_schema::Place;

use crate::{Database, Severity};

/// A result of a rule, which becomes a finding.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// A clause, which `can't determine whether` may precede.
    pub(crate) message: String,
    /// The databases; if empty, those of the rule.
    pub(crate) dialects: Option<Vec<Database>>,
    /// Values for placeholders of the recipe, in addition to the names of the change.
    pub(crate) names: Vec<(&'static str, Name)>,
    pub(crate) certainty: Certainty,
    pub(crate) place: Option<Place>,
    pub(crate) severity: Option<Severity>,
    /// Whether it is about more than the DDL, so that it also applies to databases with unchanged DDL.
    pub(crate) everywhere: bool,
}

/// The replacement of a `{name}`.
#[derive(Debug, Clone)]
pub(crate) enum Name {
    /// Identifiers, quoted if needed, separated by commas.
    Identifiers(Vec<String>),
    /// A name with its schema.
    Qualified(Option<String>, String),
    /// A part of SQL, which is inserted unchanged.
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
