//! Runs a command in a separate process, which confines itself.
//!
//! This process starts the program again ([`child`]), writes a [`Job`](protocol::Job) to its standard input and reads
//! an [`Answer`](protocol::Answer) from its standard output. The job is the command line. The other process opens and
//! reads all that it will need, confines itself (`belljar-confine`), and only then works on what it has read: it parses
//! sources, documents, configuration, comments and artefacts, runs guests, compares both sides and renders reports. It
//! has an empty environment.
//!
//! The answer consists of finished texts. It is trusted as little as the output of a guest: its size and its time are
//! limited, it can't name files, and everything in it that a terminal would interpret is escaped, except colours. If
//! the other process fails, only this job has failed.

mod child;
mod parent;
mod protocol;

use std::ffi::OsString;

use crate::{
    announce::{self, Announcer},
    asked::Asked,
    cache,
    cli::{Cli, Command, Isolation, SourceArguments},
    failure::{Failure, isolate::IsolateError},
    limits, live_database,
    session::{Session, Variables},
    terminal::{
        guard,
        level::Level,
        messages,
        output::{self, Output},
    },
};

/// Runs a command, in a separate process if that is requested or the default, and returns the exit code.
pub(crate) fn run(cli: Cli, arguments: &[OsString]) -> Result<u8, Failure> {
    let Cli { command, terminal } = cli;
    match command {
        Command::ConfinedJob => return child::run(),
        Command::Delivery => return announce::deliver(),
        _ => {}
    }
    let default = command.default_isolation();
    let outputs = command.outputs().into_iter();
    let outputs: Vec<Output> =
        outputs.map(|one| Output { paged: one.paged && !terminal.no_pager, ..one }).collect();
    outputs.iter().try_for_each(output::check_writable)?;
    let announcer = Announcer::open(&command)?;
    let captured = outputs.iter().find_map(|output| output.captured.clone());
    let result = run_command(command, default, outputs, arguments);
    if let (Some(announcer), Some(captured)) = (announcer, captured) {
        announcer.announce(&result, &captured.borrow());
    }
    result
}

fn run_command(
    mut command: Command,
    default: Isolation,
    outputs: Vec<Output>,
    arguments: &[OsString],
) -> Result<u8, Failure> {
    let variables =
        command.databases().into_iter().flat_map(live_database::variables_for).collect::<Vec<_>>();
    let Some(sources) = command.source_arguments() else {
        return command.run(&mut Session::here(outputs));
    };
    let level = Level::new(sources.quiet, sources.verbose);
    let isolation = isolation(sources, default)?;
    if isolation != Isolation::Never {
        let limits = limits::resolve(&sources.limits)?.job;
        let cache = sources.cache_dir.clone().map_or_else(cache::default, Ok)?;
        let cache = parent::Cache { folder: cache, use_results: !sources.no_cache };
        let variables = Variables::of_this_process(variables);
        let isolated = Isolated { arguments, variables, cache, limits, level };
        match isolated.run(&command, &outputs) {
            Err(Failure::Isolate(error)) if isolation == Isolation::Auto && error.is_absence() => {
                let mut text = String::new();
                messages::not_isolated(&mut text, &error.to_string(), level);
                guard::write_text(&text);
            }
            result => return result,
        }
    }
    command.run(&mut Session::here(outputs))
}

/// A command for other processes.
struct Isolated<'a> {
    arguments: &'a [OsString],
    variables: Variables,
    cache: parent::Cache,
    limits: limits::JobLimits,
    level: Level,
}

impl Isolated<'_> {
    /// Runs the command in one process; in two, if a database is asked in between.
    fn run(&self, command: &Command, outputs: &[Output]) -> Result<u8, Failure> {
        let asked = match command {
            Command::Check(check) => Asked::of(check)?,
            _ => None,
        };
        let Some(asked) = asked else { return self.run_job(self.arguments, outputs) };
        let questions = Output::kept();
        let first = asked.asking(self.arguments);
        let code = self.run_job(&first, std::slice::from_ref(&questions))?;
        let captured = questions.captured.map(|captured| captured.take()).unwrap_or_default();
        if let Some(failure) = &captured.failure {
            for output in outputs {
                output.keep_failure(failure);
            }
        }
        if code != 0 {
            return Ok(code);
        }
        self.run_job(&asked.answered(self.arguments, &captured.document)?, outputs)
    }

    fn run_job(&self, arguments: &[OsString], outputs: &[Output]) -> Result<u8, Failure> {
        let job = (arguments, self.variables.clone());
        parent::run_job(job, &self.cache, outputs, &self.limits, self.level)
    }
}

/// The meaning of `--isolate`. A limit of the job implies a separate process.
fn isolation(sources: &SourceArguments, default: Isolation) -> Result<Isolation, IsolateError> {
    let is_limited = sources.limits.job_timeout.is_some() || sources.limits.max_result.is_some();
    match (sources.isolate, is_limited) {
        (Some(Isolation::Never), true) => Err(IsolateError::NoLimit),
        (Some(given), _) => Ok(given),
        (None, true) => Ok(Isolation::Always),
        (None, false) => Ok(default),
    }
}
