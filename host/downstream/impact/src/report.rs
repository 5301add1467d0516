use belljar_diff::Certainty;
use belljar_lineage::{
    Report, Unknown,
    graph::{EdgeKind, Kind, Owner, System},
};
use belljar_schema::{Diagnostic, Place, Severity};
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

use crate::unread;

/// Version of the JSON form. The major part changes when a reader of the old form would be wrong about the new one.
pub const FORMAT_VERSION: &str = "1.0";

/// What the one who asks knows.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The application's name, as its tables were added to the graph; empty where there is one.
    pub application: &'a str,
    /// Who owns a file, by CODEOWNERS; nobody, where it is not known.
    pub owners: &'a dyn Fn(&str) -> Vec<String>,
}

/// What a change does to a reader; the gravest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is reached, and reads the same.
    NotAffected,
    /// It goes on running, and means something else.
    ChangesSilently,
    /// It fails.
    Breaks,
}

impl Verdict {
    /// As people have it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::NotAffected => "not affected",
            Self::ChangesSilently => "changes silently",
            Self::Breaks => "breaks",
        }
    }
}

/// What the changes of a diff do downstream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Impact {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: String,
    /// Version of Belljar.
    pub belljar: String,
    /// Counts.
    pub summary: Summary,
    /// Whom to tell: those of what breaks first, then by name.
    pub notify: Vec<Notify>,
    /// What could not be joined: of these, nothing is known.
    #[serde(default)]
    pub unjoined: Unjoined,
    /// Changes of tables, columns, values and views, the gravest first.
    pub changes: Vec<ChangeImpact>,
    /// What of the lineage was not understood.
    pub unknowns: Vec<Unknown>,
    /// What was to be said of artefacts as a whole.
    pub diagnostics: Vec<Diagnostic>,
}

/// What changes and what is read, where neither is joined to the other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unjoined {
    /// No table at all is joined to anything that reads it: nothing can be said of any change.
    pub everything: bool,
    /// Tables that change and are joined to nothing that reads them.
    pub tables: Vec<String>,
    /// Sources and relations that no table is joined to.
    pub sources: Vec<String>,
    /// Names of datasets whose query could not be followed.
    pub queries: Vec<String>,
    /// Files that are named as artefacts, or name some, and could not be read, or not to their end; why is among the
    /// diagnostics. What reads through them is not known.
    #[serde(default)]
    pub unread: Vec<String>,
}

impl Unjoined {
    /// What is not affected is known not to be.
    pub fn is_empty(&self) -> bool {
        self.is_read() && self.tables.is_empty() && self.queries.is_empty()
    }

    /// What is named was read and joined, so that something can be said of the changes.
    pub fn is_read(&self) -> bool {
        !self.everything && self.unread.is_empty()
    }
}

impl Impact {
    /// Takes what else is to be said of the artefacts that are named.
    pub fn say(&mut self, said: &[Diagnostic]) {
        self.diagnostics.extend_from_slice(said);
        self.unjoined.unread = unread::unread(&self.diagnostics);
    }

    /// Why files were not read, or not to their end.
    pub(crate) fn why_unread(&self) -> Vec<&Diagnostic> {
        let is_of_one = |one: &&Diagnostic| {
            let is_it = |path: &String| path == unread::file(one);
            one.severity == Severity::Error && self.unjoined.unread.iter().any(is_it)
        };
        self.diagnostics.iter().filter(is_of_one).collect()
    }
}

/// Counts over an [`Impact`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Readers that break by any of the changes; where tables land and the sources over them are none.
    pub breaks: usize,
    /// Readers that change silently by any, and break by none.
    pub changes_silently: usize,
    /// Readers that are reached, and affected by none.
    pub not_affected: usize,
    /// Changes that were looked at.
    pub changes: usize,
    /// Datasets of the graph.
    pub datasets: usize,
    /// Queries that are or should be there.
    pub queries: usize,
    /// Queries that could be followed.
    pub queries_followed: usize,
    /// What was not understood.
    pub unknowns: usize,
}

impl Summary {
    pub(crate) fn of(changes: &[ChangeImpact], report: &Report) -> Self {
        let mut worst: std::collections::BTreeMap<&str, Verdict> = std::collections::BTreeMap::new();
        let all = changes.iter().flat_map(|change| &change.affected);
        for affected in all.filter(|affected| affected.is_reader()) {
            let verdict = worst.entry(&affected.dataset).or_insert(affected.verdict);
            *verdict = affected.verdict.max(*verdict);
        }
        let count = |verdict| worst.values().filter(|one| **one == verdict).count();
        Self {
            breaks: count(Verdict::Breaks),
            changes_silently: count(Verdict::ChangesSilently),
            not_affected: count(Verdict::NotAffected),
            changes: changes.len(),
            datasets: report.datasets,
            queries: report.queries,
            queries_followed: report.queries_followed,
            unknowns: report.unknowns.len(),
        }
    }
}

/// One change, with what it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeImpact {
    /// Index in [`belljar_diff::Diff::changes`].
    pub change: usize,
    /// Code of the change: `rename-column`.
    pub code: String,
    /// Its name in the base.
    pub path: String,
    /// Its name in the head, where that is another.
    pub becomes: Option<String>,
    /// Where it is declared; in the head where it is there.
    pub place: Option<Place>,
    /// The gravest that it does to anything.
    pub verdict: Verdict,
    /// How sure that verdict is, for whatever it is surest of.
    pub certainty: Certainty,
    /// All that it reaches: the gravest first, the surest first, the nearest first.
    pub affected: Vec<Affected>,
}

/// Something downstream that a change reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Affected {
    /// Id in the graph.
    pub dataset: String,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The system it is of.
    pub system: System,
    /// The column; the dataset as a whole, where there is none.
    pub column: Option<String>,
    /// What the change does to it.
    pub verdict: Verdict,
    /// Stable, lower-case, dashed: `column-gone`, `star-loses-column`.
    pub code: String,
    /// Why, as a lower-case fragment without a final period, values in backticks.
    pub message: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// What lowers the certainty: at most three, of the datasets on the way.
    pub doubts: Vec<String>,
    /// How many steps it is away from the change.
    pub steps: usize,
    /// The way from the change to it: where it begins, and its last forty steps.
    pub way: Vec<PathStep>,
    /// Whom to tell.
    pub owners: Vec<Owner>,
    /// Where it is declared.
    pub place: Option<Place>,
}

impl Affected {
    /// It reads data, and does not only say where they lie: neither a table as it lands nor a source over it.
    pub fn is_reader(&self) -> bool {
        self.system != System::Landing && !matches!(self.kind, Kind::Source | Kind::Declaration)
    }
}

/// One step of a way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PathStep {
    /// Id of the dataset that the step leads to.
    pub dataset: String,
    /// `dataset.column` as people read it.
    pub label: String,
    /// How it is read; null for the start.
    pub kind: Option<EdgeKind>,
    /// It is read by a star.
    pub star: bool,
    /// What proves it.
    pub place: Option<Place>,
}

/// Somebody to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notify {
    /// Who.
    pub owner: Owner,
    /// The gravest that happens to what is theirs.
    pub verdict: Verdict,
    /// Names of what is theirs, sorted.
    pub datasets: Vec<String>,
}

/// The JSON Schema (draft 2020-12) of an [`Impact`].
pub fn json_schema() -> Schema {
    schema_for!(Impact)
}
