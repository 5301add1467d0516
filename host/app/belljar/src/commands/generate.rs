//! `belljar generate`.

mod verify;

use belljar_migrate::generate::{Generated, generate};

use crate::{
    cli::Generate,
    comparison::one_side,
    failure::Failure,
    live_database,
    session::Session,
    side::load_to_render,
    source_config::SourceConfig,
    terminal::{messages, progress::Bars},
};

/// Writes the models of a side, and verifies them.
pub(crate) fn run(arguments: Generate, session: &mut Session) -> Result<u8, Failure> {
    let Generate { side, repo, to, output: _, force: _, no_verify, allow_host, sources } = arguments;
    let mut source_config = SourceConfig::new(&repo, None, sources, Vec::new())?;
    source_config.databases = source_config.databases.and(live_database::policy(&allow_host)?);
    let opened = one_side(side.as_deref(), &source_config)?;
    let (loaded, snapshots) = load_to_render(opened, &source_config, session)?;
    if let Some(nothing) = loaded.nothing {
        return Err(nothing.into());
    }
    let (document, level) = (loaded.document, source_config.level);
    let limits = &source_config.options.limits;
    let generated = {
        let (_bars, progress) = Bars::new(level);
        generate(&document, to.into(), limits, &snapshots, &progress.unpacking)?
    };
    let Generated { files, gaps, .. } = &generated;
    if !gaps.is_empty() {
        session.report(|out| messages::not_generated(out, gaps, level));
    }
    let is_verified = no_verify || verify::verify(document, &generated, &source_config, &snapshots, session)?;
    session.write(0, &|out| files.values().try_for_each(|text| out.write_all(text.as_bytes())))?;
    Ok(u8::from(!is_verified))
}
