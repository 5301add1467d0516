//! `belljar migrations`.

use std::{collections::BTreeSet, fmt::Write as _};

use belljar_check::migrations::{self, Drift, render::Markdown, render::Text};
use belljar_dialect::Database;
use belljar_engine::{Recorded, Version};
use belljar_schema::{Document, full_name};
use belljar_snapshots::Snapshots;
use belljar_text::{counted, prose, safe};
use serde::Serialize;

use crate::{
    cli::{ListFormat, MigrationArguments, Migrations, MigrationsAction},
    extraction::{OpenSource, open_options},
    failure::Failure,
    render,
    session::Session,
    source_config::SourceConfig,
    terminal::messages,
};

/// Runs an action on the migrations of a source.
pub(crate) fn run(arguments: Migrations, session: &mut Session) -> Result<u8, Failure> {
    match arguments.action {
        MigrationsAction::Check(given) => check(given, session),
        MigrationsAction::Heads(given) => list(given, true, session),
        MigrationsAction::History(given) => list(given, false, session),
    }
}

/// A source that is open, in a sealed session.
struct Opened {
    source_config: SourceConfig,
    opened: OpenSource,
    snapshots: Snapshots,
    environment: Option<String>,
    dialect: Option<Database>,
}

impl Opened {
    fn new(arguments: MigrationArguments, session: &mut Session) -> Result<Self, Failure> {
        let MigrationArguments { path, rev, environment, dialect, format: _, output: _, sources } = arguments;
        let source_config = SourceConfig::new(&path, rev, sources, Vec::new())?;
        let options = open_options(&source_config, session)?;
        let opened = OpenSource::new(&source_config.request, &source_config, options, session, None)?;
        let snapshots = session.snapshots(&source_config, false)?;
        session.seal()?;
        Ok(Self { source_config, opened, snapshots, environment, dialect })
    }

    /// The recorded heads of the environments that are asked for.
    fn recorded(&self, session: &mut Session) -> Result<Vec<Recorded>, Failure> {
        let mut recorded = self.opened.record(&self.snapshots, self.dialect.map(Database::name))?;
        let known: Vec<String> = recorded.iter().map(|one| one.name.clone()).collect();
        if let Some(wanted) = &self.environment {
            let wanted = wanted.trim_end_matches('/');
            recorded.retain(|one| one.environment.script == wanted || one.name == wanted);
        }
        if recorded.is_empty() {
            let description = self.opened.source.description.clone();
            return Err(Failure::NoMigrations { description, environment: self.environment.clone(), known });
        }
        session.report(|out| {
            for one in &recorded {
                messages::diagnostics(out, &one.diagnostics, self.source_config.level);
            }
        });
        Ok(recorded)
    }

    /// The document of the models.
    fn models(&self, session: &mut Session) -> Result<Document, Failure> {
        let extraction = self.opened.extract(&self.snapshots)?;
        session.report(|out| self.opened.report(&extraction, out));
        session.keep_results(&self.source_config, self.opened.new_result(&extraction));
        Ok(extraction.document)
    }
}

/// The differences, as JSON.
#[derive(Serialize)]
struct CheckReport<'a> {
    format: &'a str,
    belljar: &'a str,
    environments: &'a [Drift],
}

fn check(arguments: MigrationArguments, session: &mut Session) -> Result<u8, Failure> {
    let format = arguments.format;
    let opened = Opened::new(arguments, session)?;
    let recorded = opened.recorded(session)?;
    let models = opened.models(session)?;
    let names: Vec<BTreeSet<String>> = recorded.iter().map(|one| tables(&one.document)).collect();
    let drifts: Vec<Drift> = recorded
        .iter()
        .enumerate()
        .map(|(position, one)| {
            let others = names.iter().enumerate().filter(|(other, _)| *other != position);
            let elsewhere = others.flat_map(|(_, names)| names.iter().cloned()).collect();
            drift(one, &models, &elsewhere)
        })
        .collect();
    session.write(0, &|out| match format {
        ListFormat::Text => write!(out, "{}", Text(&drifts)),
        ListFormat::Markdown => write!(out, "{}", Markdown(&drifts)),
        ListFormat::Json => {
            let belljar = env!("CARGO_PKG_VERSION");
            render::json(
                out,
                &CheckReport { format: migrations::FORMAT_VERSION, belljar, environments: &drifts },
            )
        }
    })?;
    Ok(u8::from(drifts.iter().any(|drift| drift.errors() > 0)))
}

/// The tables of a document, with their schemas.
fn tables(document: &Document) -> BTreeSet<String> {
    document.tables.iter().map(|table| full_name(table.schema.as_deref(), &table.name)).collect()
}

fn drift(recorded: &Recorded, models: &Document, elsewhere: &BTreeSet<String>) -> Drift {
    let input = migrations::Migrations {
        name: &recorded.name,
        dialect: &recorded.dialect,
        heads: &recorded.heads,
        versions: recorded.versions.len(),
        document: &recorded.document,
        reasons: &recorded.reasons,
        ignored: &recorded.ignored,
        targets: recorded.targets.as_ref(),
        elsewhere,
    };
    migrations::compare(&input, models)
}

/// The versions of an environment, as JSON.
#[derive(Serialize)]
struct Listed<'a> {
    environment: &'a str,
    dialect: &'a str,
    heads: &'a [String],
    versions: Vec<&'a Version>,
}

fn list(arguments: MigrationArguments, heads_alone: bool, session: &mut Session) -> Result<u8, Failure> {
    let format = arguments.format;
    let recorded = Opened::new(arguments, session)?.recorded(session)?;
    let listed: Vec<Listed<'_>> = recorded
        .iter()
        .map(|one| Listed {
            environment: &one.name,
            dialect: &one.dialect,
            heads: &one.heads,
            versions: one.versions.iter().filter(|version| !heads_alone || version.is_head).collect(),
        })
        .collect();
    session.write(0, &|out| match format {
        ListFormat::Json => render::json(out, &listed),
        ListFormat::Text => write!(out, "{}", text(&listed)),
        ListFormat::Markdown => write!(out, "{}", markdown(&listed)),
    })?;
    Ok(0)
}

fn text(listed: &[Listed<'_>]) -> String {
    let mut out = String::new();
    for one in listed {
        let _ = writeln!(out, "{}: {}", safe(one.environment), counted(one.versions.len(), "version"));
        for version in &one.versions {
            let _ = writeln!(out, "  {}", safe(&describe(version)));
        }
    }
    out
}

fn markdown(listed: &[Listed<'_>]) -> String {
    let mut out = String::new();
    for one in listed {
        let _ = writeln!(out, "#### {}\n", prose(one.environment));
        for version in &one.versions {
            let _ = writeln!(out, "- {}", prose(&describe(version)));
        }
        out.push('\n');
    }
    out
}

/// `a1b2 (head) <- c3d4: message  versions/a1b2.py:12`.
fn describe(version: &Version) -> String {
    let head = if version.is_head { " (head)" } else { "" };
    let down = if version.down.is_empty() { "base".to_owned() } else { version.down.join(", ") };
    let ran = if version.outcome == "run" { String::new() } else { format!(" [{}]", version.outcome) };
    let place =
        version.place.as_ref().map(|place| format!("  {}:{}", place.path, place.line)).unwrap_or_default();
    format!("{}{head} <- {down}: {}{ran}{place}", version.revision, version.message)
}
