//! `belljar inspect`.

use std::path::Path;

use belljar_dialect::Database;
use belljar_schema::Document;
use belljar_snapshots::Snapshots;

use crate::{
    cache,
    cli::{Inspect, InspectFormat, LimitArguments},
    failure::Failure,
    limits,
    live_database::{self, Access},
    render::{self, TextOptions},
    session::Session,
    terminal::{level::Level, messages},
};

/// Reads a database and writes its schema.
pub(crate) fn run(arguments: &Inspect, session: &mut Session) -> Result<u8, Failure> {
    let access = access(arguments)?;
    let (document, name) = read(arguments, &access)?;
    session.report(|out| messages::database(out, &document, &name, access.level));
    let dialect = document.database.as_ref().and_then(|live| Database::find(&live.dialect));
    let dialect = dialect.unwrap_or(Database::Postgresql);
    let options = TextOptions { dialect, short: arguments.summary, only: None };
    session.write(0, &|out| match arguments.format() {
        InspectFormat::Text => render::text(out, &document, options),
        InspectFormat::Json => render::json(out, &document),
    })?;
    Ok(u8::from(arguments.strict && !is_whole(&document)))
}

/// The document of a database or of a dump, and its name without a password.
fn read(arguments: &Inspect, access: &Access) -> Result<(Document, String), Failure> {
    let path = Path::new(&arguments.url);
    if !live_database::is_database(&arguments.url) && live_database::is_dump(path) {
        let text = live_database::read_dump(path)?;
        let snapshots = Snapshots::new(belljar_snapshots::ALL, access.cache.clone());
        return Ok((access.inspect_dump(text, arguments.dialect, &snapshots)?, arguments.url.clone()));
    }
    let target = live_database::target(&arguments.url, &|name| std::env::var(name).ok())?;
    Ok((access.read(&target)?, target.to_string()))
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
        policy: limits.databases.and(live_database::policy(&arguments.allow_host)?),
        connection: limits.connection,
        run: limits.run,
        cache: arguments.cache_dir.clone().map_or_else(cache::default, Ok)?,
        schemas: arguments.schema.clone(),
        level: Level::new(arguments.quiet, false),
    })
}
