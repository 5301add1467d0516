//! `belljar json-schema`.

use crate::{
    cli::{JsonSchema, Published},
    failure::Failure,
    render,
    session::Session,
};

/// Writes the JSON Schema of the JSON output of a command.
pub(crate) fn run(arguments: &JsonSchema, session: &mut Session) -> Result<u8, Failure> {
    let schema = match arguments.of {
        Published::Extract => belljar_schema::json_schema(),
        Published::Diff => belljar_diff::json_schema(),
        Published::Check => belljar_check::json_schema(),
        Published::Lineage => belljar_lineage::graph::json_schema(),
        Published::Impact => belljar_impact::json_schema(),
        Published::Migrations => belljar_check::migrations::json_schema(),
        Published::Drift => belljar_check::drift::json_schema(),
        Published::Log => belljar_check::log::json_schema(),
        Published::Config => belljar_check::config::json_schema(),
        Published::Notification => belljar_notify::json_schema(),
        Published::Notify => belljar_notify::config::json_schema(),
    };
    session.write(0, &|out| render::json(out, &schema))?;
    Ok(0)
}
