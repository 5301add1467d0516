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

/// Options of the caller.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The application's name in the graph; empty if there is only one.
    pub application: &'a str,
    /// The owners of a file, by CODEOWNERS; empty if unknown.
    pub owners: &'a dyn Fn(&str) -> Vec<String>,
}

/// The verdict on a reader; the most severe last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is reached, and reads the same.
    NotAffected,
    /// It keeps running, but its results change.
    ChangesSilently,
    /// The reader fails with an error.
    Breaks,
}

impl Verdict {
    /// The name in messages.
    pub const fn text(self) -> &'static str {
        match self {
            Self::NotAffected => "not affected",
            Self::ChangesSilently => "changes silently",
            Self::Breaks => "breaks",
        }
    }
}

/// The downstream impact of the changes of a diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Impact {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: String,
    /// Version of Belljar that made the report.
    pub belljar: String,
    /// Counts of readers and datasets.
    pub summary: Summary,
    /// Owners to notify: those of breaking readers first, then by name.
    pub notify: Vec<Notify>,
    /// Gaps: tables and readers that could not be joined.
    #[serde(default)]
    pub unjoined: Unjoined,
    /// Changes of tables, columns, values and views, the most severe first.
    pub changes: Vec<ChangeImpact>,
    /// Parts of the lineage that could not be resolved.
    pub unknowns: Vec<Unknown>,
    /// Diagnostics about artefacts as a whole.
    pub diagnostics: Vec<Diagnostic>,
}

/// Changes and readers that are not joined to each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unjoined {
    /// No table at all is joined to a reader: the impact of every change is undetermined.
    pub everything: bool,
    /// Changed tables that are joined to no reader.
    pub tables: Vec<String>,
    /// Sources and relations that no table is joined to.
    pub sources: Vec<String>,
    /// Names of datasets whose query could not be followed.
    pub queries: Vec<String>,
    /// Artefacts, or patterns of them, that could not be read completely; the reasons are among the diagnostics. Their
    /// readers are unknown.
    #[serde(default)]
    pub unread: Vec<String>,
}

impl Unjoined {
    /// Whether an unaffected reader is known to be unaffected.
    pub fn is_empty(&self) -> bool {
        self.is_read() && self.tables.is_empty() && self.queries.is_empty()
    }

    /// Whether all named artefacts were read and joined, so that the verdicts are complete.
    pub fn is_read(&self) -> bool {
        !self.everything && self.unread.is_empty()
    }
}

impl Impact {
    /// Adds diagnostics about the named artefacts.
    pub fn add_diagnostics(&mut self, diagnostics: &[Diagnostic]) {
        self.diagnostics.extend_from_slice(diagnostics);
        self.unjoined.unread = unread::unread(&self.diagnostics);
    }

    /// The reasons why files were not read completely.
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
    /// Readers that break by any of the changes; replicated tables and the sources over them are not readers.
    pub breaks: usize,
    /// Readers that change silently by any change, and break by none.
    pub changes_silently: usize,
    /// Readers that are reached, and affected by none.
    pub not_affected: usize,
    /// Number of changes that were checked.
    pub changes: usize,
    /// Number of datasets in the graph.
    pub datasets: usize,
    /// Number of queries, including missing ones.
    pub queries: usize,
    /// Number of queries that could be followed.
    pub queries_followed: usize,
    /// Number of parts that could not be resolved.
    pub unknowns: usize,
}

impl Summary {
    pub(crate) fn from_changes(changes: &[ChangeImpact], report: &Report) -> Self {
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

/// A change with its impact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeImpact {
    /// The index of the change in [`belljar_diff::Diff::changes`].
    pub change: usize,
    /// Code of the change: `rename-column`.
    pub code: String,
    /// Its name in the base.
    pub path: String,
    /// Its name in the head, if it differs.
    pub becomes: Option<String>,
    /// The place of its declaration; in the head if it exists there.
    pub place: Option<Place>,
    /// The most severe verdict on any reader.
    pub verdict: Verdict,
    /// The highest certainty of that verdict.
    pub certainty: Certainty,
    /// All readers that it reaches: the most severe first, then the most certain, then the nearest.
    pub affected: Vec<Affected>,
}

/// A dataset or column downstream that a change reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Affected {
    /// Id of the dataset in the graph.
    pub dataset: String,
    /// Its name for people.
    pub name: String,
    /// The kind of the dataset, such as a model or a dashboard.
    pub kind: Kind,
    /// The tool that the dataset belongs to.
    pub system: System,
    /// The column; null for the dataset as a whole.
    pub column: Option<String>,
    /// What the change does to it.
    pub verdict: Verdict,
    /// Stable, lower-case, dashed: `column-gone`, `star-loses-column`.
    pub code: String,
    /// The reason, as a lower-case fragment without a final period, values in backticks.
    pub message: String,
    /// The certainty of the verdict.
    pub certainty: Certainty,
    /// The doubts that lower the certainty: at most three, of the datasets on the path.
    pub doubts: Vec<String>,
    /// Number of steps from the change.
    pub steps: usize,
    /// The path from the change: its start, and its last forty steps.
    pub way: Vec<PathStep>,
    /// The owners to notify.
    pub owners: Vec<Owner>,
    /// The place of its declaration.
    pub place: Option<Place>,
}

impl Affected {
    /// Whether it reads data, and does not only describe them: neither a replicated table nor a source over it.
    pub fn is_reader(&self) -> bool {
        self.system != System::Landing && !matches!(self.kind, Kind::Source | Kind::Declaration)
    }
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PathStep {
    /// Id of the dataset that the step leads to.
    pub dataset: String,
    /// The dataset or column for people, as `dataset.column`.
    pub label: String,
    /// The kind of the edge; null for the start.
    pub kind: Option<EdgeKind>,
    /// Whether it is read by `SELECT *`.
    pub star: bool,
    /// The place of the evidence.
    pub place: Option<Place>,
}

/// An owner to notify.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notify {
    /// The person or team to notify.
    pub owner: Owner,
    /// The most severe verdict on their datasets.
    pub verdict: Verdict,
    /// Names of their affected datasets, sorted.
    pub datasets: Vec<String>,
}

/// The JSON Schema (draft 2020-12) of an [`Impact`].
pub fn json_schema() -> Schema {
    schema_for!(Impact)
}
