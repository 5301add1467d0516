//! `belljar impact`.

use belljar_impact::{Options, Verdict};
use belljar_schema::{Diagnostic, Severity};

use crate::{
    artefacts,
    cli::{Impact, ListFormat},
    comparison::{Comparison, Contradictions, Sources},
    config_file::{self, Given},
    failure::Failure,
    render,
    session::Session,
    terminal::messages,
};

/// Writes the effects of the changes between both sides on the readers of the base.
pub(crate) fn run(arguments: Impact, session: &mut Session) -> Result<u8, Failure> {
    let Impact { compared, artefacts: named, config_from, config, format, output: _, sources } = arguments;
    let mut comparison = Comparison::new(&compared, sources)?;
    let given = Given::open(config.as_deref(), false, config_from)?;
    comparison.source_config.project = given.project();
    let named = artefacts::open(&named, &comparison.source_config.source_limits)?;
    let (renames, level) = (comparison.renames.clone(), comparison.source_config.level);
    let pair = comparison.open(false, |_| false, session)?;
    session.seal()?;

    let (base, head) = pair.load(session)?;
    let sources = Sources { base: base.source.as_ref(), head: head.source.as_ref(), from: config_from };
    let decided = config_file::decide(&given, sources)?;
    let config = &decided.config;
    let decided_artefacts = artefacts::decide(named, config, sources);
    session.report(|out| messages::diagnostics(out, &of_head(&decided, &decided_artefacts), level));
    let artefacts = decided_artefacts.artefacts;
    if artefacts.files.is_empty() {
        return Err(Failure::NoArtefact);
    }
    let graph = artefacts.graph(&base.document, config);
    session.report(|out| artefacts::report(out, &artefacts, &graph, level));
    let renames = config.renames.iter().cloned().chain(renames).collect();
    let options = belljar_diff::Options { renames, databases: Vec::new() };
    let diff = belljar_diff::diff(&base.document, &head.document, &options);
    let (owners, of_owners) = artefacts::owners(sources.deciding(), config);
    session.report(|out| messages::diagnostics(out, &of_owners, level));
    let options = Options { application: &config.downstream.application, owners: &owners };
    let mut impact = belljar_impact::impact(&graph, &diff, &options);
    impact.add_diagnostics(&artefacts.diagnostics);
    let contradictions = Contradictions::find(&base, &head);
    session.report(|out| messages::diagnostics(out, &contradictions.diagnostics, level));
    impact.diagnostics.extend(contradictions.diagnostics);
    session.write(0, &|out| match format {
        ListFormat::Text => write!(out, "{}", belljar_impact::render::Text(&impact)),
        ListFormat::Markdown => write!(out, "{}", belljar_impact::render::Markdown(&impact)),
        ListFormat::Json => render::json(out, &impact),
    })?;
    if !impact.unjoined.is_read() {
        return Ok(2);
    }
    let breaks = impact.changes.iter().any(|change| change.verdict == Verdict::Breaks);
    Ok(u8::from(breaks || contradictions.fail))
}

/// Changes of the head to the configuration and to the artefacts, which have no effect yet.
fn of_head(decided: &config_file::Decided, artefacts: &artefacts::Decided) -> Vec<Diagnostic> {
    let settings = decided.changes.iter().map(|change| {
        let message = format!("{}; `--config-from head` uses it", change.message());
        Diagnostic::new(Severity::Warning, "settings-changed", message).at(change.file.clone(), change.line)
    });
    let artefacts = artefacts.changes.iter().map(|(path, change)| {
        let message = format!("the artefact `{path}` {}; `--config-from head` uses it", change.text());
        Diagnostic::new(Severity::Warning, "artefact-changed", message).at(path.clone(), 0)
    });
    decided.remarks.iter().cloned().chain(settings).chain(artefacts).collect()
}
