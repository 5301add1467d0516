//! `belljar migrations lint`.

use std::collections::BTreeSet;

use belljar_check::{
    migrations::lint::{LintInput, lint},
    render::TextOptions,
};
use belljar_engine::{Judged, Request, Source, SourceError};

use crate::{
    cli::{CheckFormat, ConfigFrom, LintMigrations},
    commands::check::{Placed, apply_arguments, write},
    comparison::{Sources, prefix_in_repository},
    config_file::{self, Given},
    failure::{Failure, NoEffect},
    histories::{self, changes_within},
    session::Session,
    source_config::SourceConfig,
};

pub(super) fn run(arguments: LintMigrations, session: &mut Session) -> Result<u8, Failure> {
    let LintMigrations { base, format, fail_on, select, ignore, explain, config, no_config, from } =
        arguments;
    if explain && format != CheckFormat::Text {
        return Err(NoEffect::new("--explain", "--format text").into());
    }
    let given = Given::open(config.as_deref(), no_config, ConfigFrom::Head)?;
    let (base, opened) = super::Opened::with_base(from, base.as_deref(), &given, session)?;
    let source = &opened.source.source;
    let sources = Sources { base: None, head: Some(source), from: ConfigFrom::Head };
    let config_file::Decided { mut config, remarks, .. } = config_file::decide(&given, sources)?;
    apply_arguments(&mut config, (fail_on, select, ignore));
    let changes = base.map(|base| histories::version_changes(&base, source));
    let judged = changes.as_ref().map_or(Judged::Everything, |changes| Judged::Files(&changes.added));
    let recorded = opened.recorded(None, judged)?;
    opened.report(&recorded, true, session);
    let changes = changes.as_ref().map(|changes| changes_within(changes, &recorded, source));
    let judged: Option<&BTreeSet<String>> = changes.as_ref().map(|changes| &changes.added);
    let kept = histories::Kept::new(&recorded);
    let prefix = prefix_in_repository(&opened.source_config.request.path);
    let verdict = lint(LintInput {
        histories: &kept.histories(judged),
        changes: changes.as_ref(),
        config: &config,
        tree: &source.tree,
        prefix: &prefix,
        sqlalchemy: kept.generation(),
        remarks,
    });
    let options = TextOptions { head: Some(&source.tree), base: None, explain };
    let placed = Placed { verdict: &verdict, prefix: &prefix, diagram: None };
    session.write(0, &|out| write(placed, (format, options), out))?;
    Ok(u8::from(!verdict.passed))
}

/// Opens the base: the merge base of a revision with what is judged, or the revision itself.
pub(super) fn open_base(
    revision: &str,
    source_config: &SourceConfig,
    session: &Session,
) -> Result<Source, Failure> {
    let (request, limits) = (&source_config.request, &source_config.source_limits);
    let head = request.revision.as_deref().unwrap_or("HEAD");
    let common = match belljar_engine::merge_base(request, revision, head, limits) {
        Ok(common) => common,
        Err(SourceError::NoMergeBase { .. }) => revision.to_owned(),
        Err(error) => return Err(error.into()),
    };
    let request = Request { revision: Some(common), ..request.clone() };
    session.source(&request, limits, None)
}
