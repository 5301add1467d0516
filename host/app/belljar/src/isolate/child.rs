//! The separate process of a job.

use std::{
    io::{self, Read as _, Write as _},
    os::unix::ffi::OsStringExt as _,
    path::PathBuf,
};

use belljar_confine::Inherited;
use clap::Parser as _;
use rustix::process::{Signal, set_parent_process_death_signal};

use super::protocol::{Answer, Done, Job};
use crate::{
    cli::Cli,
    failure::{Failure, STANDARD_OUTPUT, isolate::IsolateError},
    limits,
    session::{Held, Session},
    terminal::messages,
};

/// The maximum size of a job, in bytes. It consists of arguments.
const LONGEST: u64 = 64 << 20;

/// Runs the job on standard input, and writes the answer to standard output.
pub(crate) fn run() -> Result<u8, Failure> {
    // This process ends with its parent. If the system does not support that, it ends at its limits.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    let inherited = Inherited::now();
    let mut text = Vec::new();
    let read = io::stdin().lock().take(LONGEST).read_to_end(&mut text);
    let job = read.and_then(|_| serde_json::from_slice(&text).map_err(io::Error::from));
    let job = job.map_err(IsolateError::NoJob)?;
    let answer = match inherited {
        Ok(inherited) => run_job(job, inherited)?,
        Err(error) => Answer::NotConfined(error.to_string()),
    };
    let mut out = io::BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let written =
        serde_json::to_writer(&mut out, &answer).map_err(io::Error::from).and_then(|()| out.flush());
    written.map_err(|source| Failure::Write { path: STANDARD_OUTPUT.to_owned(), source })?;
    Ok(0)
}

/// Runs the command of the parent process, in its own session.
fn run_job(job: Job, inherited: Inherited) -> Result<Answer, Failure> {
    let Job { arguments, cache, use_results, variables } = job;
    let arguments = arguments.into_iter().map(std::ffi::OsString::from_vec);
    let parsed = Cli::try_parse_from(arguments).map_err(|error| io::Error::other(error.to_string()));
    let mut command = parsed.map_err(IsolateError::NoJob)?.command;
    let mut room = 0;
    if let Some(sources) = command.source_arguments() {
        sources.cache_dir = Some(PathBuf::from(std::ffi::OsString::from_vec(cache)));
        sources.no_cache = !use_results;
        // Results for the cache must not make an answer too large.
        room = limits::resolve(&sources.limits)?.job.result_bytes / 4;
    }
    let kept = command.outputs().iter().position(|output| output.captured.is_some());
    let mut session = Session::apart(inherited, variables);
    let result = command.run(&mut session);
    let Held { mut report, mut texts, confinement, mut results, .. } = session.into_held();
    if results.iter().map(|(_, text)| text.len() as u64).sum::<u64>() > room {
        results.clear();
    }
    // Nor must what notifications need.
    if let Some(text) = kept.and_then(|number| texts.get_mut(number))
        && text.len() as u64 > room
    {
        text.clear();
    }
    let mut message = None;
    let (texts, code) = match result {
        Ok(code) => (texts, code),
        Err(Failure::Confine(error)) => return Ok(Answer::NotConfined(error.to_string())),
        Err(failure) => {
            messages::failure(&mut report, &failure);
            message = Some(failure.to_string());
            (Vec::new(), failure.exit_code())
        }
    };
    let texts = texts.into_iter().map(|text| String::from_utf8_lossy(&text).into_owned()).collect();
    Ok(Answer::Done(Done { report, texts, code, failure: message, confinement, results }))
}
