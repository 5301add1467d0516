//! `belljar inspect`.

use belljar_schema::Document;

use crate::{
    cache,
    cli::{Inspect, InspectFormat, LimitArguments},
    database::{self, Access},
    failure::Failure,
    limits,
    render::{self, TextOptions},
    session::Session,
    terminal::{level::Level, messages},
};

/// Reads a database and writes its schema.
pub(crate) fn run(arguments: &Inspect, session: &mut Session) -> Result<u8, Failure> {
    let target = database::target(&arguments.url, &|name| std::env::var(name).ok())?;
    let access = access(arguments)?;
    let document = access.read(&target)?;
    session.report(|out| messages::database(out, &document, &target.to_string(), access.level));
    let options = TextOptions { dialect: target.database_kind, short: arguments.summary, only: None };
    session.write(0, &|out| match arguments.format() {
        InspectFormat::Text => render::text(out, &document, options),
        InspectFormat::Json => render::json(out, &document),
    })?;
    Ok(u8::from(arguments.strict && !is_whole(&document)))
}

/// Whether everything in a database was read, and has a place in the document.
pub(crate) fn is_whole(document: &Document) -> bool {
    let summary = &document.summary;
    let partial = summary.tables_partial + summary.views_partial + summary.objects_partial;
    partial == 0 && document.diagnostics.is_empty()
}

fn access(arguments: &Inspect) -> Result<Access, Failure> {
    let given = LimitArguments {
        file: arguments.limits.clone(),
        tenant: arguments.tenant.clone(),
        ..LimitArguments::default()
    };
    let limits = limits::resolve(&given)?;
    Ok(Access {
        policy: limits.databases.and(database::policy(&arguments.allow_host)?),
        connection: limits.connection,
        run: limits.run,
        cache: arguments.cache_dir.clone().map_or_else(cache::default, Ok)?,
        schemas: arguments.schema.clone(),
        level: Level::new(arguments.quiet, false),
    })
}
