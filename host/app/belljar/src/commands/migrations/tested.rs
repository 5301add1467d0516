//! `belljar migrations test` and `validate`.

use belljar_check::migrations::tested::{Tests, render as reports};
use belljar_engine::Judged;

use super::Opened;
use crate::{
    cli::{TestFormat, TestMigrations, ValidateMigrations},
    failure::Failure,
    histories, render,
    session::Session,
};

/// Runs all tests.
pub(super) fn test(arguments: TestMigrations, session: &mut Session) -> Result<u8, Failure> {
    let TestMigrations { from, format, allow_not_known } = arguments;
    let opened = Opened::new(from, session)?;
    let models = opened.models(session)?;
    let recorded = opened.recorded_with(Some(&models), Judged::Nothing, true)?;
    opened.report(&recorded, true, session);
    let drifts = histories::drifts(&recorded, &models);
    write((histories::tests(&recorded, Some(&drifts)), allow_not_known), format, session)
}

/// Runs those of the history alone.
pub(super) fn validate(arguments: ValidateMigrations, session: &mut Session) -> Result<u8, Failure> {
    let ValidateMigrations { from, format } = arguments;
    let opened = Opened::new(from, session)?;
    let recorded = opened.recorded(None, Judged::Nothing)?;
    opened.report(&recorded, true, session);
    write((histories::tests(&recorded, None), false), format, session)
}

fn write(
    (environments, allow_not_known): (Vec<belljar_check::migrations::tested::TestedEnvironment>, bool),
    format: TestFormat,
    session: &mut Session,
) -> Result<u8, Failure> {
    let tests = Tests::new(env!("CARGO_PKG_VERSION"), allow_not_known, environments);
    session.write(0, &|out| match format {
        TestFormat::Text => write!(out, "{}", reports::text(&tests)),
        TestFormat::Json => render::json(out, &tests),
        TestFormat::Junit => {
            let text = reports::junit(&tests).map_err(std::io::Error::other)?;
            write!(out, "{text}")
        }
    })?;
    Ok(u8::from(!tests.passed))
}
