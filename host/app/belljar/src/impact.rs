//! `belljar impact`.

use belljar_check::disagreements;
use belljar_impact::{Options, Verdict, render};
use belljar_schema::{Diagnostic, Severity};

use crate::{
    changed,
    cli::{Impact, ListFormat},
    downstream,
    failure::Failure,
    messages,
    session::Session,
    settings::Reading,
    side::{Pair, renames, texts},
    trust::{self, Decided, DecidedArtefacts, Given, Sides},
};

/// Reads both sides and all that reads the base, and tells who feels what differs.
pub(crate) fn run(arguments: Impact, session: &mut Session) -> Result<u8, Failure> {
    let Impact { compared, artefacts, config_from, config, format, output: _, reading } = arguments;
    let renames = renames(&compared)?;
    let given = Given::open(config.as_deref(), false, config_from)?;
    let reading = Reading::new(&compared.repo, None, reading, Vec::new())?;
    let named = downstream::open(&artefacts, &reading.source_limits)?;
    let pair = Pair::open(&compared, &reading, false, |_| false, session)?;
    session.seal()?;

    let (base, head) = pair.load(session);
    let (base, head) = (base?, head?);
    let sides = Sides { base: base.source.as_ref(), head: head.source.as_ref(), from: config_from };
    let decided = trust::decide(&given, sides)?;
    let config = &decided.config;
    let found = trust::artefacts(named, config, sides);
    session.say(|out| messages::all(out, &said(&decided, &found), reading.level));
    let found = found.downstream;
    if found.artefacts.is_empty() {
        return Err(Failure::NoArtefact);
    }
    let graph = found.graph(&base.document, config);
    session.say(|out| downstream::say(out, &found, &graph, reading.level));
    let renames = config.renames.iter().cloned().chain(renames).collect();
    let diff = belljar_diff::diff(
        &base.document,
        &head.document,
        &belljar_diff::Options { renames, databases: Vec::new() },
    );
    let (owners, of_owners) = downstream::owners(sides.deciding());
    session.say(|out| messages::all(out, &of_owners, reading.level));
    let options = Options { application: &config.downstream.application, owners: &owners };
    let mut impact = belljar_impact::impact(&graph, &diff, &options);
    impact.add_diagnostics(&found.said);
    let disagreements = texts(&base, &head).map(|texts| disagreements(&base.document, &head.document, texts));
    let disagreements = disagreements.unwrap_or_default();
    let instead = changed::loaded_instead(&base, &head);
    let is_grave = |item: &Diagnostic| item.severity == Severity::Error;
    let disagrees = !disagreements.is_empty() || instead.iter().any(is_grave);
    session.say(|out| messages::all(out, disagreements.iter().chain(&instead), reading.level));
    impact.diagnostics.extend(disagreements.into_iter().chain(instead));
    session.write(0, &|out| match format {
        ListFormat::Text => write!(out, "{}", render::Text(&impact)),
        ListFormat::Markdown => write!(out, "{}", render::Markdown(&impact)),
        ListFormat::Json => crate::render::json(out, &impact),
    })?;
    if !impact.unjoined.is_read() {
        return Ok(2);
    }
    let breaks = impact.changes.iter().any(|change| change.verdict == Verdict::Breaks);
    Ok(u8::from(breaks || disagrees))
}

/// What the head sets or brings otherwise, and does not decide.
fn said(decided: &Decided, found: &DecidedArtefacts) -> Vec<Diagnostic> {
    let settings = decided.changes.iter().map(|change| {
        let message = format!("{}; `--config-from head` takes it", change.message());
        Diagnostic::new(Severity::Warning, "settings-changed", message)
            .at(belljar_check::FILE_NAME, change.line)
    });
    let artefacts = found.changes.iter().map(|(path, change)| {
        let message = format!("the artefact `{path}` {}; `--config-from head` takes it", change.text());
        Diagnostic::new(Severity::Warning, "artefact-changed", message).at(path.clone(), 0)
    });
    decided.remarks.iter().cloned().chain(settings).chain(artefacts).collect()
}
