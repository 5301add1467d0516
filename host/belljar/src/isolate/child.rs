//! The process of a job: reads all that it will need, confines itself, and does the job.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read as _, Write as _},
    process::ExitCode,
};

use belljar_engine::{ExtractError, Progress, Snapshots, Source, Wheelhouse};
use belljar_schema::{Document, Place};
use belljar_wall::{Inherited, Parts, Status, confine};
use rustix::process::{Signal, set_parent_process_death_signal};

use super::{Answer, Done, Failed, IsolateError, Job, Nothing};
use crate::failure::Failure;

/// The longest job that is read, in bytes: paths and patterns.
const LONGEST: u64 = 64 << 20;

/// Does the job on standard input, and answers on standard output.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    // Whoever waits for the answer is gone: so is this process. Not every system can do it, and then it ends at its limits.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    let inherited = Inherited::now();
    let mut text = Vec::new();
    let read = io::stdin().lock().take(LONGEST).read_to_end(&mut text);
    let job = read.and_then(|_| serde_json::from_slice(&text).map_err(io::Error::from));
    let job = job.map_err(IsolateError::NoJob)?;
    let answer = match inherited.map_err(Failure::from).and_then(|inherited| carry_out(job, &inherited)) {
        Ok(answer) => answer,
        Err(failure) => Answer::Failed(Failed {
            message: failure.to_string(),
            hint: failure.hint(),
            exit_code: failure.exit_code(),
        }),
    };
    let mut out = io::BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let written =
        serde_json::to_writer(&mut out, &answer).map_err(io::Error::from).and_then(|()| out.flush());
    written.map_err(|source| Failure::Write { path: "standard output".to_owned(), source })?;
    Ok(ExitCode::SUCCESS)
}

fn carry_out(job: Job, inherited: &Inherited) -> Result<Answer, Failure> {
    let Job { request, wheelhouse, source_limits, mut options, cache, with_files } = job;
    let progress = Progress::default();
    // Everything that is opened is opened here.
    options.wheelhouse = Wheelhouse::open(&wheelhouse, &source_limits)?.into_memory(&source_limits);
    let source = belljar_engine::open(&request, &source_limits)?.into_memory(&source_limits);
    let snapshots = Snapshots::new(belljar_snapshots::ALL, cache);
    snapshots.load_all(options.sqlalchemy.as_deref(), &progress).map_err(ExtractError::from)?;
    let wall = confine(Parts::default(), inherited)?;
    // From here on nothing is.
    let wall = shown(&wall);
    let texts = |document: &Document| if with_files { files(&source, document) } else { BTreeMap::new() };
    match belljar_engine::extract(&source, &snapshots, &options, &progress) {
        Ok(extraction) => {
            let (files, description) = (texts(&extraction.document), source.description.clone());
            Ok(Answer::Done(Box::new(Done { description, extraction, files, wall })))
        }
        Err(ExtractError::NothingFound { description, scanned, diagnostics }) => {
            let files = texts(&crate::diff::no_models());
            Ok(Answer::Nothing(Box::new(Nothing {
                description,
                scanned: *scanned,
                diagnostics,
                files,
                wall,
            })))
        }
        Err(error) => Err(error.into()),
    }
}

fn shown(wall: &Status) -> String {
    let landlock = wall.landlock.map(|landlock| landlock.to_string());
    let seccomp = wall.seccomp.then(|| "seccomp".to_owned());
    landlock.into_iter().chain(seccomp).collect::<Vec<_>>().join(", ")
}

/// The files that a result names, and the settings that a check reads.
fn files(source: &Source, document: &Document) -> BTreeMap<String, String> {
    let of_tables = document.tables.iter().flat_map(|table| {
        table.place.iter().chain(table.columns.iter().filter_map(|column| column.place.as_ref()))
    });
    let of_views = document.views.iter().flat_map(|view| {
        view.place.iter().chain(view.columns.iter().filter_map(|column| column.place.as_ref()))
    });
    let unresolved = document.unresolved.iter().map(|item| &item.place);
    let named = of_tables.chain(of_views).chain(unresolved).map(|Place { path, .. }| path.as_str());
    let paths: BTreeSet<&str> = named.chain([belljar_check::FILE_NAME]).collect();
    let text = |path: &str| {
        let bytes = source.tree.read(path).ok()?; // as when it is looked up: then there is no line to show
        Some((path.to_owned(), String::from_utf8_lossy(&bytes).into_owned()))
    };
    paths.into_iter().filter_map(text).collect()
}
