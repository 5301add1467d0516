//! `belljar diff`.

use std::sync::Arc;

use belljar_dialect::Database;
use belljar_diff::{
    Options,
    render::{Markdown, Text},
};
use belljar_migrate::{Request, Sql};
use belljar_schema::{Document, Severity};
use belljar_snapshots::Snapshots;

use crate::{
    cli::{Diff, DiffFormat},
    comparison::{Comparison, Contradictions},
    failure::{Failure, NoEffect},
    render,
    session::Session,
    terminal::{level::Level, messages, progress::Bars},
};

/// Writes the differences between both sides.
pub(crate) fn run(arguments: Diff, session: &mut Session) -> Result<u8, Failure> {
    let Diff { compared, format, dialect, output: _, sources } = arguments;
    let rendering = matches!(format, DiffFormat::Sql | DiffFormat::Alembic);
    let mut comparison = Comparison::new(&compared, sources)?;
    if dialect.is_some() && !rendering && !comparison.has_dump() {
        return Err(NoEffect::new("--dialect", "--format sql").into());
    }
    comparison.source_config.dump_dialect = dialect;
    let dialect = dialect.unwrap_or(Database::Postgresql);
    let (renames, limits) = (comparison.renames.clone(), comparison.source_config.options.limits.clone());
    let level = comparison.source_config.level;
    let pair = comparison.open(rendering, |_| false, session)?;
    session.seal()?;

    let snapshots = Arc::clone(&pair.snapshots);
    let (base, head) = pair.load(session)?;
    let contradictions = Contradictions::find(&base, &head);
    let (base, head) = (base.document, head.document);
    let databases = if rendering { vec![dialect.name().to_owned()] } else { Vec::new() };
    let mut diff = belljar_diff::diff(&base, &head, &Options { renames, databases });
    diff.diagnostics.extend(contradictions.diagnostics);
    let rendered = if rendering {
        let request = Request { base: &base, head: &head, diff: &diff, dialect, limits: &limits };
        Some(rendered(request, format, &snapshots, level)?)
    } else {
        None
    };
    let gaps = rendered.as_ref().map_or(0, |rendered| rendered.gaps);
    if gaps > 0 {
        session.report(|out| messages::left_out(out, gaps));
    }
    session.write(0, &|out| match (format, &rendered) {
        (DiffFormat::Markdown, _) => write!(out, "{}", Markdown(&diff)),
        (DiffFormat::Json, _) => render::json(out, &diff),
        (_, Some(rendered)) => write!(out, "{}", rendered.text),
        (_, None) => write!(out, "{}", Text(&diff)),
    })?;
    let is_incomplete =
        |document: &Document| document.diagnostics.iter().any(|item| item.severity == Severity::Error);
    Ok(u8::from(is_incomplete(&base) || is_incomplete(&head) || gaps > 0 || contradictions.fail))
}

/// Changes as SQL or as a migration script.
struct Rendered {
    text: String,
    /// The number of changes that are left out of the text.
    gaps: u64,
}

/// Renders changes in the sandbox.
fn rendered(
    request: Request<'_>,
    format: DiffFormat,
    snapshots: &Snapshots,
    level: Level,
) -> Result<Rendered, Failure> {
    let (_bars, progress) = Bars::new(level);
    Ok(if format == DiffFormat::Alembic {
        let script = belljar_migrate::script(request, snapshots, &progress.unpacking)?;
        Rendered { text: script.text, gaps: script.gaps }
    } else {
        let steps = belljar_migrate::statements(request, snapshots, &progress.unpacking)?;
        let gaps = steps.iter().map(|step| step.gaps.len() as u64).sum();
        Rendered { text: Sql { steps: &steps, database: request.dialect }.to_string(), gaps }
    })
}
