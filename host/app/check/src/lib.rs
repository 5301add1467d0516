//! Judges a schema change, and reports it to a pull request.
//!
//! [`check`] compares two documents, runs the rules on the differences, and returns a [`Verdict`]. It is pure: the
//! caller reads the sides and prints. In this order:
//!
//! * [`config`]: the configuration, which belongs to a repository, and so can neither raise a limit nor name a file
//! * `downstream`: readers of the changes, and contracts with them
//! * `proposal`: what the head would change in its own check, for a reviewer
//! * `obscured`: what was exact and is in doubt
//! * `silence`: comments in the models that silence a finding, with their reason; `declared` finds them again in the base
//! * `spot`: the place in the head where a finding is shown, also if its line exists only in the base
//! * `texts`: where the text changed and the schema did not follow
//! * `unexplained`: tables that changed although no file that contributes to them did
//! * `verdict`: the findings that count, the most severe first
//! * `data`: what a live database says about the rows that findings depend on
//! * `fix`: the comments that would silence what fails the check
//! * [`migrations`]: the schema at the head of migrations against that of the models
//! * [`drift`]: code against a live database
//! * [`log`]: the changes of a schema by the commits of a history
//! * [`render`]: text, markdown, SARIF, annotations, GitLab code quality, JUnit
//!
//! Every format reports doubts, with at most the severity that the configuration allows.

pub mod config;
mod counts;
mod data;
mod declared;
mod downstream;
pub mod drift;
mod fail_on;
#[cfg(test)]
mod fakes;
mod fix;
pub mod log;
pub mod migrations;
mod nearest;
mod obscured;
mod other_metadata;
mod proposal;
pub mod render;
mod silence;
mod spot;
mod texts;
mod unexplained;
mod verdict;

use std::collections::BTreeSet;

use belljar_diff::{Options, Rename};
use belljar_schema::{Diagnostic, Document, Severity};
use belljar_tree::Tree;

use migrations::lint;

pub use belljar_config::{ConfigText, FILE_NAME, Problem, ProjectConfig};
pub use config::{CheckConfig, ConfigError, MigrationsMode};
pub use counts::{AskedDatabase, DataCount};
pub use data::{DataAnswer, DataAnswers, DataPlan};
pub use downstream::{Downstream, Owners, OwnersOf};
pub use fail_on::FailOn;
pub use fix::{Fixes, SilencingComment, fixes};
pub use migrations::lint::Migrated;
pub use proposal::{ArtefactChange, Proposal, SettingChange, setting_changes, settings};
pub use spot::{Spot, SpotKind};
pub use texts::{Texts, disagreements};
pub use verdict::{
    Counts, Doubt, DoubtKind, FORMAT_VERSION, Item, JudgedEnvironment, JudgedVersions, SettledFinding,
    Silenced, UndeterminedVersion, Verdict, json_schema,
};

/// The input of a check.
#[derive(Debug)]
pub struct Input<'a> {
    /// The document of the base; the failure says why it is missing.
    pub base: Result<&'a Document, String>,
    /// The document of the head.
    pub head: &'a Document,
    /// The files of the head, for silencing comments and for the columns of a line; `None` if the input was a document.
    pub tree: Option<&'a Tree>,
    /// The files of the base; `None` if the input was a document or the base could not be read.
    pub base_tree: Option<&'a Tree>,
    /// The configuration in effect.
    pub config: &'a CheckConfig,
    /// The configuration that the head proposes, if that of the base is in effect; `None` if the head is trusted.
    pub proposal: Option<Proposal<'a>>,
    /// Stated renames in addition to those of the configuration.
    pub renames: &'a [Rename],
    /// The path of the source in its repository, with `/` at the end; empty at its root.
    pub prefix: &'a str,
    /// The readers of the base; `None` if no artefact is known.
    pub downstream: Option<Downstream<'a>>,
    /// The owners of files.
    pub owners: Owners<'a>,
    /// Further diagnostics to report.
    pub remarks: Vec<Diagnostic>,
    /// The texts of both sides; `None` if one of them was a document.
    pub texts: Option<Texts<'a>>,
    /// The version files of the head that are judged; `None` if none are.
    pub migrations: Option<Migrated<'a>>,
}

/// The verdict on the change from one side to the other. The same input gives the same verdict.
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
    let judged = join_migrations(input, &diff, &mut report);
    verdict::verdict(input, base, diff, (report, judged), effects)
}

/// Judges the version files that the head adds, and settles the findings about the models that they avoid.
fn join_migrations(
    input: &Input<'_>,
    diff: &belljar_diff::Diff,
    report: &mut belljar_rules::Report,
) -> Option<verdict::Judged> {
    let migrated = input.migrations.filter(|_| input.config.migrations != MigrationsMode::Off)?;
    let rules = &input.config.rules;
    if let Some(words) = migrated.words {
        let stated = lint::models::unmigrated(diff, words).into_iter().collect();
        report.findings.extend(belljar_rules::review_findings(rules, &report.dialects, stated));
        return None;
    }
    let judgements = lint::judge(migrated.histories, migrated.changes, rules);
    let joining = lint::settle::Joining {
        diff,
        judgements: &judgements,
        tree: input.tree,
        is_stated: !rules.dialects.is_empty() && input.config.databases_named_by.is_empty(),
        settles: input.config.migrations == MigrationsMode::Settle,
    };
    let joined = joining.join(std::mem::take(&mut report.findings));
    report.findings = joined.findings;
    let stated = lint::models::findings(diff, migrated);
    report.findings.extend(belljar_rules::review_findings(rules, &report.dialects, stated));
    Some(verdict::Judged {
        paths: lint::paths(migrated.histories),
        environments: lint::environments(migrated.histories),
        settled: joined.settled,
    })
}

/// The configured databases, by their SQLAlchemy names.
fn databases(input: &Input<'_>) -> Vec<String> {
    let rules = &input.config.rules;
    if rules.dialects.is_empty() || !input.config.databases_named_by.is_empty() {
        return Vec::new();
    }
    let all = rules.dialects.iter().chain(rules.services.iter().flat_map(|service| &service.dialects));
    let names: BTreeSet<&str> = all.map(|dialect| dialect.family().name()).collect();
    names.into_iter().map(str::to_owned).collect()
}

/// A base of which nothing is known: what the head has may be new, or may have existed before.
fn unread(input: &Input<'_>) -> Document {
    let mut document = Document::empty(env!("CARGO_PKG_VERSION"), input.head.sqlalchemy.clone());
    if let Err(message) = &input.base {
        let message = format!("the base could not be read: {message}");
        document.diagnostics.push(Diagnostic::new(Severity::Error, "unreadable", message));
    }
    document
}
