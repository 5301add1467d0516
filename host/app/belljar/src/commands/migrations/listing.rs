//! `belljar migrations heads`, `branches`, `history` and `show`.

use std::fmt::Write as _;

use belljar_engine::{Judged, Operation, Recorded, Version};
use belljar_text::{code, counted, prose, safe};
use serde::Serialize;

use super::{
    Opened,
    graph::{Graph, Range},
};
use crate::{
    cli::{History, ListFormat, ListMigrations, ShowMigration},
    failure::Failure,
    render,
    session::Session,
};

/// The versions of an environment that are listed.
#[derive(Serialize)]
struct Listed<'a> {
    environment: &'a str,
    dialect: &'a str,
    heads: &'a [String],
    versions: Vec<Entry<'a>>,
}

/// A version, with the revisions that follow it.
#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    version: &'a Version,
    next: Vec<&'a str>,
    /// Its operations, if the version is shown by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    operations: Option<Vec<&'a Operation>>,
}

impl<'a> Entry<'a> {
    fn new(version: &'a Version, graph: Graph<'a>) -> Self {
        let next = graph.next(&version.revision).iter().map(|it| it.revision.as_str()).collect();
        Self { version, next, operations: None }
    }
}

impl<'a> Listed<'a> {
    /// The versions of an environment that are chosen.
    fn new(recorded: &'a Recorded, is_listed: impl Fn(&Entry<'a>) -> bool) -> Self {
        let graph = Graph { versions: &recorded.versions };
        let entries = recorded.versions.iter().map(|version| Entry::new(version, graph));
        Self {
            environment: &recorded.name,
            dialect: &recorded.dialect,
            heads: &recorded.heads,
            versions: entries.filter(is_listed).collect(),
        }
    }
}

/// Lists the heads.
pub(super) fn heads(arguments: ListMigrations, session: &mut Session) -> Result<u8, Failure> {
    let (recorded, format) = open(arguments, session)?;
    let listed: Vec<Listed<'_>> =
        recorded.iter().map(|one| Listed::new(one, |entry| entry.version.is_head)).collect();
    write(&listed, format, session)
}

/// Lists the versions that several others follow.
pub(super) fn branches(arguments: ListMigrations, session: &mut Session) -> Result<u8, Failure> {
    let (recorded, format) = open(arguments, session)?;
    let listed: Vec<Listed<'_>> =
        recorded.iter().map(|one| Listed::new(one, |entry| entry.next.len() > 1)).collect();
    write(&listed, format, session)
}

/// Lists the versions in their order, or a part of them.
pub(super) fn history(arguments: History, session: &mut Session) -> Result<u8, Failure> {
    let range = arguments.range.as_deref().map(Range::parse).transpose()?;
    let (recorded, format) = open(arguments.list, session)?;
    let mut listed: Vec<Listed<'_>> = Vec::new();
    for one in &recorded {
        let Some(range) = &range else {
            listed.push(Listed::new(one, |_| true));
            continue;
        };
        let graph = Graph { versions: &one.versions };
        if let Some(within) = graph.between(range) {
            let is_within = |entry: &Entry<'_>| within.iter().any(|it| it.revision == entry.version.revision);
            listed.push(Listed::new(one, is_within));
        }
    }
    match arguments.range {
        Some(range) if listed.is_empty() => Err(no_revision(range, &recorded)),
        _ => write(&listed, format, session),
    }
}

/// Shows the versions that a name means, with their operations.
pub(super) fn show(arguments: ShowMigration, session: &mut Session) -> Result<u8, Failure> {
    let wanted = arguments.revision;
    let (recorded, format) = open(arguments.list, session)?;
    let mut listed: Vec<Listed<'_>> = Vec::new();
    for one in &recorded {
        let meant = Graph { versions: &one.versions }.resolve(&wanted);
        let is_meant = |entry: &Entry<'_>| meant.iter().any(|it| it.revision == entry.version.revision);
        let mut found = Listed::new(one, is_meant);
        for entry in &mut found.versions {
            let own = one.operations.iter().filter(|it| it.revision == entry.version.revision);
            entry.operations = Some(own.collect());
        }
        if !found.versions.is_empty() {
            listed.push(found);
        }
    }
    if listed.is_empty() { Err(no_revision(wanted, &recorded)) } else { write(&listed, format, session) }
}

fn no_revision(wanted: String, recorded: &[Recorded]) -> Failure {
    let known = recorded.iter().flat_map(|one| one.versions.iter().map(|it| it.revision.clone())).collect();
    Failure::NoVersion { wanted, known }
}

fn open(arguments: ListMigrations, session: &mut Session) -> Result<(Vec<Recorded>, ListFormat), Failure> {
    let format = arguments.format;
    let opened = Opened::new(arguments.from, session)?;
    let recorded = opened.recorded(None, Judged::Nothing)?;
    opened.report(&recorded, false, session);
    Ok((recorded, format))
}

fn write(listed: &[Listed<'_>], format: ListFormat, session: &mut Session) -> Result<u8, Failure> {
    session.write(0, &|out| match format {
        ListFormat::Json => render::json(out, &listed),
        ListFormat::Text => write!(out, "{}", text(listed)),
        ListFormat::Markdown => write!(out, "{}", markdown(listed)),
    })?;
    Ok(0)
}

// Writing to a string does not fail.

fn text(listed: &[Listed<'_>]) -> String {
    let mut out = String::new();
    for (position, one) in listed.iter().enumerate() {
        if position > 0 {
            out.push('\n');
        }
        let count = counted(one.versions.len(), "version");
        let _ = writeln!(out, "{}: {count}, {}", safe(one.environment), one.dialect);
        for entry in &one.versions {
            let place = entry.version.place.as_ref().map(|place| format!("  {}:{}", place.path, place.line));
            let _ = writeln!(out, "  {}{}", safe(&describe(entry)), safe(&place.unwrap_or_default()));
            for line in details(entry) {
                let _ = writeln!(out, "    {}", safe(&line));
            }
        }
    }
    out
}

fn markdown(listed: &[Listed<'_>]) -> String {
    let mut out = String::new();
    for one in listed {
        let _ = writeln!(out, "#### {}\n", prose(one.environment));
        for entry in &one.versions {
            let place = entry.version.place.as_ref();
            let place = place.map(|place| format!(" {}", code(&format!("{}:{}", place.path, place.line))));
            let _ = writeln!(out, "- {}{}", prose(&describe(entry)), place.unwrap_or_default());
            for line in details(entry) {
                let _ = writeln!(out, "  - {}", prose(&line));
            }
        }
        out.push('\n');
    }
    out
}

/// A version as Alembic writes it: `a1b2 -> c3d4 (head), message`.
fn describe(entry: &Entry<'_>) -> String {
    let version = entry.version;
    let down = if version.down.is_empty() { "<base>".to_owned() } else { version.down.join(", ") };
    let mut marks = version.labels.clone();
    let kinds = [
        (version.is_head, "head"),
        (entry.next.len() > 1, "branchpoint"),
        (version.down.len() > 1, "mergepoint"),
        (version.outcome == "partial", "partial"),
        (version.outcome == "not-run", "not run"),
    ];
    marks.extend(kinds.iter().filter(|(is, _)| *is).map(|(_, mark)| (*mark).to_owned()));
    let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
    let message = if version.message.is_empty() { String::new() } else { format!(", {}", version.message) };
    format!("{down} -> {}{marks}{message}", version.revision)
}

/// What is known of a version beside its line, if it is shown by itself.
fn details(entry: &Entry<'_>) -> Vec<String> {
    let Some(operations) = &entry.operations else { return Vec::new() };
    let version = entry.version;
    let mut lines = Vec::new();
    if !entry.next.is_empty() {
        lines.push(format!("followed by {}", entry.next.join(", ")));
    }
    if !version.depends_on.is_empty() {
        lines.push(format!("depends on {}", version.depends_on.join(", ")));
    }
    if !version.is_reversible {
        lines.push("its `downgrade` does nothing".to_owned());
    }
    lines.extend(operations.iter().map(|operation| describe_operation(operation)));
    lines.extend(version.reasons.iter().map(|reason| reason.message.clone()));
    lines
}

/// `12: add_column users.age`.
fn describe_operation(operation: &Operation) -> String {
    let line = operation.place.as_ref().map(|place| format!("{}: ", place.line)).unwrap_or_default();
    let name = match (&operation.table, &operation.name) {
        (Some(table), Some(name)) => format!(" {table}.{name}"),
        (Some(name), None) | (None, Some(name)) => format!(" {name}"),
        (None, None) => String::new(),
    };
    let text = operation.text.as_ref().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    format!("{line}{}{name}{}", operation.kind, text.map(|text| format!(" {text}")).unwrap_or_default())
}
