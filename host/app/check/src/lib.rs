//! What of a change of a schema counts, and how it is told to a pull request.
//!
//! [`check`] compares two documents, lets the rules look at what differs, and gives a [`Verdict`]. It is pure: who asks
//! reads the sides and prints. In this order:
//!
//! * [`config`]: `belljar.toml`, which belongs to a repository and so can neither raise a limit nor name a file
//! * `downstream`: who reads what changes, and what they are promised
//! * `proposal`: what the head would decide about its own check, for a reviewer
//! * `obscured`: what was known exactly and is in doubt
//! * `silence`: comments in the models that silence a finding, with their reason; `declared` finds them again in the base
//! * `spot`: where in the head a finding is shown, also where its line is in the base only
//! * `texts`: where the text changed and the schema did not follow
//! * `unexplained`: tables that changed although no file that has a part in them did
//! * `verdict`: what counts, the gravest first
//! * [`render`]: text, markdown, SARIF, annotations, GitLab code quality, JUnit
//!
//! What is in doubt is said in every form, and weighs no more than the settings let it.

pub mod config;
mod declared;
mod downstream;
mod fail_on;
mod obscured;
mod other_metadata;
mod proposal;
pub mod render;
mod silence;
mod spot;
mod texts;
mod unexplained;
mod verdict;

use belljar_diff::{Options, Rename};
use belljar_schema::{Diagnostic, Document, Severity};
use belljar_tree::Tree;

pub use config::{Config, ConfigError, FILE_NAME, Problem};
pub use downstream::Downstream;
pub use fail_on::FailOn;
pub use proposal::{ArtefactChange, Proposal, SettingChange, setting_changes};
pub use spot::{Spot, SpotKind};
pub use texts::{Texts, disagreements};
pub use verdict::{Counts, Doubt, DoubtKind, FORMAT_VERSION, Item, Silenced, Verdict, json_schema};

/// What is checked.
#[derive(Debug)]
pub struct Input<'a> {
    /// What was. Nothing where it could not be had; the failure says why.
    pub base: Result<&'a Document, String>,
    /// What will be.
    pub head: &'a Document,
    /// The files of the head, for comments that silence and for the columns of a line; nothing where it was a document.
    pub tree: Option<&'a Tree>,
    /// The files of the base; nothing where it was a document, or could not be had.
    pub base_tree: Option<&'a Tree>,
    /// What is set.
    pub config: &'a Config,
    /// What the head would decide about its own check, where the base does; nothing where the head is trusted.
    pub proposal: Option<Proposal<'a>>,
    /// Renames that are settled besides those of the configuration.
    pub renames: &'a [Rename],
    /// Where the source lies in its repository, with `/` at the end; empty at its root.
    pub prefix: &'a str,
    /// Who reads the base; nothing where no artefact is known.
    pub downstream: Option<Downstream<'a>>,
    /// What is to be said besides.
    pub remarks: Vec<Diagnostic>,
    /// The texts of both sides; nothing where one of them was a document.
    pub texts: Option<Texts<'a>>,
}

/// What counts of the change from one side to the other. The same input gives the same verdict.
pub fn check(input: &Input<'_>) -> Verdict {
    let unread = unread(input);
    let base = input.base.as_ref().copied().unwrap_or(&unread);
    let mut renames = input.config.renames.clone();
    renames.extend_from_slice(input.renames);
    let diff = belljar_diff::diff(base, input.head, &Options { renames, databases: databases(input) });
    let effects = downstream::effects(input, input.config, base, &diff);
    let mut report = belljar_rules::check(&diff, base, input.head, &input.config.rules, &effects.external);
    let found = proposal::Found { diff: &diff, findings: &report.findings, impact: effects.impact.as_ref() };
    let mut stated = proposal::state(input, base, &found);
    stated.extend(obscured::state(input, base, &diff));
    stated.extend(other_metadata::findings(input, base, &diff));
    report.findings.extend(belljar_rules::review_findings(&input.config.rules, &report.dialects, stated));
    verdict::verdict(input, base, diff, report, effects)
}

/// The databases that are configured, as SQLAlchemy names them.
fn databases(input: &Input<'_>) -> Vec<String> {
    input.config.rules.dialects.iter().map(|dialect| dialect.family().name().to_owned()).collect()
}

/// A base of which nothing is known: what the head has may be new, and may have been there.
fn unread(input: &Input<'_>) -> Document {
    let mut document = Document::empty(env!("CARGO_PKG_VERSION"), input.head.sqlalchemy.clone());
    if let Err(message) = &input.base {
        let message = format!("the base could not be read: {message}");
        document.diagnostics.push(Diagnostic::new(Severity::Error, "unreadable", message));
    }
    document
}
