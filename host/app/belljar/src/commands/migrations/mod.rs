//! `belljar migrations`.

mod graph;
mod lint;
mod listing;
mod new;
mod tested;

use belljar_check::migrations::{Comparison, render as reports};
use belljar_dialect::Database;
use belljar_engine::{Judged, RecordOptions, Recorded, Source};
use belljar_schema::Document;
use belljar_snapshots::Snapshots;

use crate::{
    cli::{CheckMigrations, ConfigFrom, MigrationArguments, Migrations, MigrationsAction, MigrationsFormat},
    commands::check::level,
    config_file::Given,
    extraction::{OpenSource, open_options},
    failure::Failure,
    histories, render,
    session::Session,
    source_config::SourceConfig,
    terminal::messages,
};

/// Runs an action on the migrations of a source.
pub(crate) fn run(arguments: Migrations, session: &mut Session) -> Result<u8, Failure> {
    match arguments.action {
        MigrationsAction::Check(given) => check(given, session),
        MigrationsAction::Lint(given) => lint::run(given, session),
        MigrationsAction::Test(given) => tested::test(given, session),
        MigrationsAction::Validate(given) => tested::validate(given, session),
        MigrationsAction::New(given) => new::run(*given, session),
        MigrationsAction::Merge(given) => new::run(given.into_new(), session),
        MigrationsAction::Heads(given) => listing::heads(given, session),
        MigrationsAction::Branches(given) => listing::branches(given, session),
        MigrationsAction::History(given) => listing::history(given, session),
        MigrationsAction::Show(given) => listing::show(given, session),
    }
}

/// A source that is open, in a sealed session.
struct Opened {
    source_config: SourceConfig,
    source: OpenSource,
    snapshots: Snapshots,
    environment: Option<String>,
    dialect: Option<Database>,
    /// Whether something is rendered, for which an environment needs no version.
    is_rendering: bool,
}

impl Opened {
    fn new(arguments: MigrationArguments, session: &mut Session) -> Result<Self, Failure> {
        Ok(Self::with_base(arguments, None, &Given::Of(ConfigFrom::Head), session)?.1)
    }

    /// Opens a source, to render a version of it.
    fn rendering(arguments: MigrationArguments, session: &mut Session) -> Result<Self, Failure> {
        Ok(Self::open(arguments, None, &Given::Of(ConfigFrom::Head), true, session)?.1)
    }

    /// Opens a source, and the base with which its version files are compared.
    fn with_base(
        arguments: MigrationArguments,
        base: Option<&str>,
        given: &Given,
        session: &mut Session,
    ) -> Result<(Option<Source>, Self), Failure> {
        Self::open(arguments, base, given, false, session)
    }

    fn open(
        arguments: MigrationArguments,
        base: Option<&str>,
        given: &Given,
        is_rendering: bool,
        session: &mut Session,
    ) -> Result<(Option<Source>, Self), Failure> {
        let MigrationArguments { path, rev, environment, dialect, output: _, sources } = arguments;
        let mut source_config = SourceConfig::new(&path, rev, sources, Vec::new())?;
        source_config.project = given.project();
        let base = base.map(|base| lint::open_base(base, &source_config, session)).transpose()?;
        let options = open_options(&source_config, session)?;
        let source = OpenSource::new(&source_config.request, &source_config, options, session, None)?;
        let snapshots = session.snapshots(&source_config, is_rendering)?;
        session.seal()?;
        Ok((base, Self { source_config, source, snapshots, environment, dialect, is_rendering }))
    }

    /// The recorded heads of the environments that are asked for.
    fn recorded(&self, models: Option<&Document>, judged: Judged<'_>) -> Result<Vec<Recorded>, Failure> {
        self.recorded_with(models, judged, false)
    }

    /// The same; with `tested`, each version also runs down and up again.
    fn recorded_with(
        &self,
        models: Option<&Document>,
        judged: Judged<'_>,
        tested: bool,
    ) -> Result<Vec<Recorded>, Failure> {
        let options = RecordOptions {
            dialect: self.dialect.map(Database::name),
            models,
            judged,
            with_begun: self.is_rendering,
            tested,
        };
        let mut recorded = self.source.record(&self.snapshots, options)?;
        let known: Vec<String> = recorded.iter().map(|one| one.name.clone()).collect();
        if let Some(wanted) = &self.environment {
            let wanted = wanted.trim_end_matches('/');
            recorded.retain(|one| one.environment.script == wanted || one.name == wanted);
        }
        if recorded.is_empty() {
            let description = self.source.source.description.clone();
            return Err(Failure::NoMigrations { description, environment: self.environment.clone(), known });
        }
        Ok(recorded)
    }

    /// Reports what is wrong with the versions and their runs.
    fn report(&self, recorded: &[Recorded], is_in_output: bool, session: &mut Session) {
        session.report(|out| {
            for one in recorded {
                let of_history = |code: &str| code.starts_with("migration-");
                let others = one.diagnostics.iter().filter(|it| !is_in_output || !of_history(&it.code));
                messages::diagnostics(out, &others.cloned().collect::<Vec<_>>(), self.source_config.level);
            }
        });
    }

    /// The document of the models.
    fn models(&self, session: &mut Session) -> Result<Document, Failure> {
        let extraction = self.source.extract(&self.snapshots)?;
        session.report(|out| self.source.report(&extraction, out));
        session.keep_results(&self.source_config, self.source.new_result(&extraction));
        Ok(extraction.document)
    }
}

fn check(arguments: CheckMigrations, session: &mut Session) -> Result<u8, Failure> {
    let CheckMigrations { from, format, fail_on } = arguments;
    let opened = Opened::new(from, session)?;
    let models = opened.models(session)?;
    let recorded = opened.recorded(Some(&models), Judged::Nothing)?;
    opened.report(&recorded, true, session);
    let drifts = histories::drifts(&recorded, &models);
    let comparison = Comparison::new(env!("CARGO_PKG_VERSION"), level(fail_on), drifts);
    session.write(0, &|out| match format {
        MigrationsFormat::Text => write!(out, "{}", reports::text(&comparison)),
        MigrationsFormat::Markdown => write!(out, "{}", reports::markdown(&comparison)),
        MigrationsFormat::Json => render::json(out, &comparison),
        MigrationsFormat::Sarif => write!(out, "{}", reports::sarif(&comparison)?),
        MigrationsFormat::Github => write!(out, "{}", reports::github(&comparison)),
    })?;
    Ok(u8::from(!comparison.passed))
}
