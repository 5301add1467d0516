//! `belljar drift`.

use belljar_check::{
    CheckConfig,
    drift::{self, Drift as Comparison, Input, render as reports},
};

use super::check::level;
use crate::{
    cli::{Drift, DriftFormat},
    comparison::one_side,
    config_file::{self, Given},
    failure::{Failure, database::DatabaseError},
    live_database, render,
    session::Session,
    side::{Loaded, OpenSide, Side},
    source_config::SourceConfig,
};

/// Compares code with a database, in both directions.
pub(crate) fn run(arguments: Drift, session: &mut Session) -> Result<u8, Failure> {
    let Drift { database: name, code, repo, schema, allow_host, format, fail_on, strict, .. } = arguments;
    let mut source_config = SourceConfig::new(&repo, None, arguments.sources, Vec::new())?;
    source_config.dump_dialect = arguments.dialect;
    source_config.databases = source_config.databases.and(live_database::policy(&allow_host)?);
    let from = crate::cli::ConfigFrom::Head;
    let given = Given::open(arguments.config.as_deref(), arguments.no_config, from)?;
    source_config.project = given.project();
    // The code first: where it can't be read, there is no reason to connect.
    let side = one_side(code.as_deref(), &source_config)?;
    let options = crate::extraction::open_options(&source_config, session)?;
    let opened = side.open(&source_config, &options, session, None)?;
    let (database, shown) = open_database(&name, &source_config, schema, session)?;
    let snapshots = session.snapshots(&source_config, false)?;
    session.seal()?;

    let (database, mut code) = (database.load(&snapshots)?, opened.load(&snapshots)?);
    for loaded in [&database, &code] {
        session.report(|out| out.push_str(&loaded.report));
    }
    session.keep_results(&source_config, code.new_result.take());
    let config = config(&given, &code)?;
    let code_name = code.source.as_ref().map(|source| source.description.clone());
    let input = Input {
        database: &database.document,
        database_name: &shown,
        code: &code.document,
        code_name: code_name.as_deref().unwrap_or("a document"),
        ignore: &config.drift,
        fail_on: level(fail_on),
        strict,
    };
    let drift = drift::compare(&input).ok_or(DatabaseError::NotOfDatabase(name))?;
    write(&drift, format, session)?;
    Ok(u8::from(!drift.passed))
}

/// Reads a database, or opens a document of one; returns also its name without a password.
fn open_database(
    name: &str,
    source_config: &SourceConfig,
    schemas: Vec<String>,
    session: &mut Session,
) -> Result<(OpenSide, String), Failure> {
    if live_database::is_database(name) {
        let target = live_database::target(name, &|name| session.variable(name))?;
        let opened = OpenSide::of_database(&target, &source_config.access(schemas))?;
        return Ok((opened, target.to_string()));
    }
    let side = Side::at_path(name.into());
    if !matches!(side, Side::Document(_) | Side::Dump(_)) {
        let shown = if live_database::may_have_password(name) { "the argument" } else { name };
        return Err(DatabaseError::NotOfDatabase(shown.to_owned()).into());
    }
    let options = crate::extraction::open_options(source_config, session)?;
    Ok((side.open(source_config, &options, session, None)?, name.to_owned()))
}

/// The configuration of the code, unless the command line names another.
fn config(given: &Given, code: &Loaded) -> Result<CheckConfig, Failure> {
    match given {
        Given::Named(named) => named.parse(),
        Given::None => Ok(CheckConfig::default()),
        Given::Of(_) => config_file::of_source(code.source.as_ref()),
    }
}

fn write(drift: &Comparison, format: DriftFormat, session: &mut Session) -> Result<(), Failure> {
    session.write(0, &|out| match format {
        DriftFormat::Text => write!(out, "{}", reports::text(drift)),
        DriftFormat::Markdown => write!(out, "{}", reports::markdown(drift)),
        DriftFormat::Json => render::json(out, drift),
        DriftFormat::Sarif => write!(out, "{}", reports::sarif(drift)?),
        DriftFormat::Github => write!(out, "{}", reports::github(drift)),
    })
}
