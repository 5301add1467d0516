//! `belljar impact`.

use std::process::ExitCode;

use belljar_check::disagreements;
use belljar_impact::{Options, Verdict, render};

use crate::{
    cli::{Impact, ListFormat},
    diff::{renames, sides, texts},
    downstream::{self, Downstream},
    failure::Failure,
    output,
    settings::Reading,
};

/// Reads both sides and all that reads the base, and tells who feels what differs.
pub(crate) fn run(arguments: Impact) -> Result<ExitCode, Failure> {
    let Impact { compared, artefacts, config, format, output, reading } = arguments;
    let renames = renames(&compared)?;
    output::check(output.as_deref())?;
    let reading = Reading::new(&compared.repo, None, reading, Vec::new())?;
    let (base, head) = sides(&compared, &reading)?;
    let (base, head) = crate::diff::load_both(base, head, &reading);
    let (base, head) = (base?, head?);
    let config = downstream::config(config.as_deref(), head.source.as_ref())?;
    let found = Downstream::new(&artefacts, &config, head.source.as_ref(), &reading.source_limits)?;
    if found.artefacts.is_empty() {
        return Err(Failure::NoArtefact);
    }
    let graph = found.graph(&base.document, &config);
    downstream::say(&found, &graph, reading.level);
    let renames = config.renames.iter().cloned().chain(renames).collect();
    let diff = belljar_diff::diff(&base.document, &head.document, &belljar_diff::Options { renames });
    let said = texts(&base, &head).map(|texts| disagreements(&base.document, &head.document, texts));
    let owners = downstream::owners(head.source.as_ref());
    let options = Options { application: &config.downstream.application, owners: &owners };
    let mut impact = belljar_impact::impact(&graph, &diff, &options);
    let disagrees = said.as_ref().is_some_and(|said| !said.is_empty());
    impact.diagnostics.extend(said.into_iter().flatten());
    output::write(output.as_deref(), &|out| match format {
        ListFormat::Text => write!(out, "{}", render::Text(&impact)),
        ListFormat::Markdown => write!(out, "{}", render::Markdown(&impact)),
        ListFormat::Json => crate::render::json(out, &impact),
    })?;
    let breaks = impact.changes.iter().any(|change| change.verdict == Verdict::Breaks);
    Ok(if breaks || disagrees { ExitCode::from(1) } else { ExitCode::SUCCESS })
}
