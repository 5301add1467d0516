//! The process of a job: reads all that it will need, confines itself, and does the job.

use std::{
    io::{self, Read as _, Write as _},
    os::unix::ffi::OsStringExt as _,
    path::PathBuf,
};

use belljar_confine::Inherited;
use clap::Parser as _;
use rustix::process::{Signal, set_parent_process_death_signal};

use super::{Answer, Done, IsolateError, Job};
use crate::{
    cli::Cli,
    failure::Failure,
    messages,
    session::{Held, Session},
};

/// The longest job that is read, in bytes: arguments.
const LONGEST: u64 = 64 << 20;

/// Does the job on standard input, and answers on standard output.
pub(crate) fn run() -> Result<u8, Failure> {
    // Whoever waits for the answer is gone: so is this process. Not every system can do it, and then it ends at its limits.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    let inherited = Inherited::now();
    let mut text = Vec::new();
    let read = io::stdin().lock().take(LONGEST).read_to_end(&mut text);
    let job = read.and_then(|_| serde_json::from_slice(&text).map_err(io::Error::from));
    let job = job.map_err(IsolateError::NoJob)?;
    let answer = match inherited {
        Ok(inherited) => carry_out(job, inherited)?,
        Err(error) => Answer::NoWall(error.to_string()),
    };
    let mut out = io::BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let written =
        serde_json::to_writer(&mut out, &answer).map_err(io::Error::from).and_then(|()| out.flush());
    written.map_err(|source| Failure::Write { path: "standard output".to_owned(), source })?;
    Ok(0)
}

/// The same command as that of the process that waits, with a session of its own.
fn carry_out(job: Job, inherited: Inherited) -> Result<Answer, Failure> {
    let Job { arguments, cache, to_terminal } = job;
    let arguments = arguments.into_iter().map(std::ffi::OsString::from_vec);
    let parsed = Cli::try_parse_from(arguments).map_err(|error| io::Error::other(error.to_string()));
    let mut command = parsed.map_err(IsolateError::NoJob)?.command;
    if let Some(reading) = command.reading() {
        reading.cache_dir = Some(PathBuf::from(std::ffi::OsString::from_vec(cache)));
    }
    let mut session = Session::apart(inherited, to_terminal);
    let result = command.run(&mut session);
    let Held { mut said, texts, wall } = session.into_held();
    let (texts, code) = match result {
        Ok(code) => (texts, code),
        Err(Failure::Wall(error)) => return Ok(Answer::NoWall(error.to_string())),
        Err(failure) => {
            messages::failure(&mut said, &failure);
            (Vec::new(), failure.exit_code())
        }
    };
    let texts = texts.into_iter().map(|text| String::from_utf8_lossy(&text).into_owned()).collect();
    Ok(Answer::Done(Done { said, texts, code, wall }))
}
