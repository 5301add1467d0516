//! `belljar diff`.

use std::sync::Arc;

use belljar_check::disagreements;
use belljar_diff::{
    Options,
    render::{Markdown, Text},
};
use belljar_engine::Snapshots;
use belljar_migrate::{Request, Sql};
use belljar_schema::{Diagnostic, Document, Severity};

use crate::{
    changed,
    cli::{Diff, DiffFormat},
    failure::Failure,
    messages,
    progress::Bars,
    session::Session,
    settings::Reading,
    side::{Pair, renames, texts},
};

/// Reads both sides, side by side, and tells what differs.
pub(crate) fn run(arguments: Diff, session: &mut Session) -> Result<u8, Failure> {
    let Diff { compared, format, dialect, output: _, reading } = arguments;
    let renames = renames(&compared)?;
    let reading = Reading::new(&compared.repo, None, reading, Vec::new())?;
    let rendering = matches!(format, DiffFormat::Sql | DiffFormat::Alembic);
    let pair = Pair::open(&compared, &reading, rendering, |_| false, session)?;
    session.seal()?;
    let snapshots = Arc::clone(&pair.snapshots);
    let (base, head) = pair.load(session);
    let (base, head) = (base?, head?);
    let disagreements = texts(&base, &head).map(|texts| disagreements(&base.document, &head.document, texts));
    let disagreements = disagreements.unwrap_or_default();
    let instead = changed::loaded_instead(&base, &head);
    let (base, head) = (base.document, head.document);
    let databases = if rendering { vec![dialect.name().to_owned()] } else { Vec::new() };
    let mut found = belljar_diff::diff(&base, &head, &Options { renames, databases });
    let is_grave = |item: &Diagnostic| item.severity == Severity::Error;
    let disagrees = !disagreements.is_empty() || instead.iter().any(is_grave);
    found.diagnostics.extend(disagreements.into_iter().chain(instead));
    let rendered = if rendering {
        let limits = &reading.options.limits;
        let request = Request { base: &base, head: &head, diff: &found, dialect, limits };
        Some(render(request, format, &snapshots, &reading)?)
    } else {
        None
    };
    let gaps = rendered.as_ref().map_or(0, |rendered| rendered.gaps);
    if gaps > 0 {
        session.say(|out| messages::left_out(out, gaps));
    }
    session.write(0, &|out| match (format, &rendered) {
        (DiffFormat::Markdown, _) => write!(out, "{}", Markdown(&found)),
        (DiffFormat::Json, _) => crate::render::json(out, &found),
        (_, Some(rendered)) => write!(out, "{}", rendered.text),
        (_, None) => write!(out, "{}", Text(&found)),
    })?;
    let lost = |document: &Document| document.diagnostics.iter().any(|item| item.severity == Severity::Error);
    Ok(u8::from(lost(&base) || lost(&head) || gaps > 0 || disagrees))
}

/// A text to be written as it is.
struct Rendered {
    text: String,
    /// How many things are left out of it.
    gaps: u64,
}

/// SQL or a migration script.
fn render(
    request: Request<'_>,
    format: DiffFormat,
    snapshots: &Snapshots,
    reading: &Reading,
) -> Result<Rendered, Failure> {
    let (_bars, progress) = Bars::new(reading.level);
    Ok(if format == DiffFormat::Alembic {
        let script = belljar_migrate::script(request, snapshots, &progress)?;
        Rendered { text: script.text, gaps: script.gaps }
    } else {
        let steps = belljar_migrate::statements(request, snapshots, &progress)?;
        let gaps = steps.iter().map(|step| step.gaps.len() as u64).sum();
        Rendered { text: Sql { steps: &steps, database: request.dialect }.to_string(), gaps }
    })
}
