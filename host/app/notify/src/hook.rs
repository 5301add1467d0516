//! Runs the commands of the operator.
//!
//! A command gets JSON by standard input, and runs in the folder of the file that names it: no path in it leads into the
//! repository that was read. It may not outlast its time, and its output is limited and is text.

use std::{
    io::{self, Read, Write as _},
    os::unix::process::{CommandExt as _, ExitStatusExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use belljar_text::safe;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use serde::{Serialize, de::IgnoredAny};

use crate::{
    Event, Run,
    config::{Hook, Hooks},
};

/// The version of the input of a hook.
const FORMAT_VERSION: &str = "1.0";

/// How much of each output of a command is shown, in bytes.
const OUTPUT: usize = 16 << 10;

/// The time for its output after a command has ended: a process that it left behind may hold it open.
const REST: Duration = Duration::from_secs(1);

/// The interval of checks whether a command has ended.
const POLL: Duration = Duration::from_millis(5);

/// What hooks are about.
#[derive(Debug, Clone, Copy)]
pub struct HookInput<'a> {
    /// What happened.
    pub event: Event,
    /// The exit code of the command.
    pub exit_code: u8,
    /// The run of CI.
    pub run: &'a Run,
    /// The name of the project.
    pub project: &'a str,
    /// The document of the command, as JSON; `None` if it failed.
    pub document: Option<&'a str>,
    /// Why there is none.
    pub failure: Option<&'a str>,
}

/// The result of a hook.
#[derive(Debug, PartialEq, Eq)]
pub struct HookReport {
    /// The command, for messages.
    pub command: String,
    /// The lines that it printed, without characters that a terminal interprets.
    pub output: Vec<String>,
    /// What went wrong, as a lower-case fragment.
    pub failure: Option<String>,
}

/// Runs the commands of an event one after the other, in this folder.
pub fn run_hooks(hooks: &Hooks, folder: &Path, input: HookInput<'_>) -> Vec<HookReport> {
    let text: Arc<[u8]> = envelope(input).into_bytes().into();
    let wanted = hooks.all.iter().filter(|hook| hook.event == input.event);
    wanted.map(|hook| report(hook, hooks.time_limit, folder, (input, &text))).collect()
}

/// The input of a command: one line. The document is copied if it is JSON; the line breaks in it are only between values, but
/// what is between two of them could be taken for an input of its own.
fn envelope(input: HookInput<'_>) -> String {
    let is_json = |text: &&str| serde_json::from_str::<IgnoredAny>(text).is_ok();
    let document = input.document.map(str::trim).filter(is_json).unwrap_or("null").replace(['\n', '\r'], " ");
    format!(
        "{{\"format\":\"{}\",\"belljar\":\"{}\",\"event\":\"{}\",\"exit_code\":{},\"project\":{},\"run\":{},\
         \"failure\":{},\"document\":{document}}}\n",
        FORMAT_VERSION,
        env!("CARGO_PKG_VERSION"),
        input.event.name(),
        input.exit_code,
        json(&input.project),
        json(input.run),
        json(&input.failure),
    )
}

/// Texts can always be encoded.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

fn report(
    hook: &Hook,
    limit: Duration,
    folder: &Path,
    (input, text): (HookInput<'_>, &Arc<[u8]>),
) -> HookReport {
    let command = safe(&hook.command.join(" "));
    let (output, result) = match run(hook, limit, folder, (input, text)) {
        Ok((output, ended)) => (output, ended),
        Err(error) => (Output::default(), Err(format!("it can't be started: {error}"))),
    };
    let failure = match result {
        Ok(status) if status.success() => None,
        Ok(status) => Some(match status.signal() {
            Some(signal) => format!("it was ended by signal {signal}"),
            None => format!("it exited with {}", status.code().unwrap_or_default()),
        }),
        Err(message) => Some(message),
    };
    HookReport { command, output: output.iter().flat_map(|one| lines(one)).collect(), failure }
}

/// The beginnings of standard output and standard error, and the result.
type Ended = (Output, Result<ExitStatus, String>);

type Output = [Vec<u8>; 2];

fn run(
    hook: &Hook,
    limit: Duration,
    folder: &Path,
    (input, text): (HookInput<'_>, &Arc<[u8]>),
) -> io::Result<Ended> {
    let (program, arguments) = hook.command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(resolve(program, folder));
    command.args(arguments).current_dir(folder).process_group(0);
    command.env("BELLJAR_EVENT", input.event.name()).env("BELLJAR_EXIT_CODE", input.exit_code.to_string());
    // With it, the program in a command would run hooks, too.
    command.env_remove("BELLJAR_NOTIFY");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = Running { child: command.spawn()? };
    let output = running.exchange(text);
    let end = Instant::now() + limit;
    let ended = loop {
        match running.has_ended() {
            Ok(true) => break None,
            Ok(false) if Instant::now() < end => thread::sleep(POLL),
            Ok(false) => break Some(format!("it took more than {}, and was ended", seconds(limit))),
            Err(error) => break Some(format!("it can't be waited for: {error}")),
        }
    };
    // What it left behind, too. Its number is not given to another process before it is waited for.
    running.kill_all();
    let status = running.child.wait().map_err(|error| format!("it can't be waited for: {error}"));
    let ended = ended.map_or(status, Err);
    let mut all = Output::default();
    let until = Instant::now() + REST;
    while let Ok((number, part)) = output.recv_timeout(until.saturating_duration_since(Instant::now())) {
        all.get_mut(number).into_iter().for_each(|one| one.extend_from_slice(&part));
    }
    Ok((all, ended))
}

/// A program with a `/` counts from the folder; any other is looked for in `PATH`.
fn resolve(program: &str, folder: &Path) -> PathBuf {
    if program.contains('/') { folder.join(program) } else { PathBuf::from(program) }
}

fn seconds(time: Duration) -> String {
    humantime::format_duration(time).to_string()
}

/// The lines of an output.
fn lines(output: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(output.get(..OUTPUT).unwrap_or(output));
    let mut lines: Vec<String> = text.lines().map(safe).collect();
    if output.len() > OUTPUT {
        lines.push("…".to_owned());
    }
    lines
}

/// A command in a process group of its own.
struct Running {
    child: Child,
}

impl Running {
    /// Writes the input, and reads both outputs up to a limit; what follows is read and dropped, so that it does not block.
    fn exchange(&mut self, text: &Arc<[u8]>) -> mpsc::Receiver<(usize, Vec<u8>)> {
        let (send, receive) = mpsc::channel();
        let (input, text) = (self.child.stdin.take(), Arc::clone(text));
        thread::spawn(move || {
            // A command that does not read its input is no error.
            let _ = input.map(|mut input| input.write_all(&text));
        });
        let (out, error) = (self.child.stdout.take(), self.child.stderr.take());
        if let Some(out) = out {
            forward(out, 0, send.clone());
        }
        if let Some(error) = error {
            forward(error, 1, send);
        }
        receive
    }

    fn group(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
    }

    /// Whether the command has ended; it is not waited for.
    fn has_ended(&self) -> io::Result<bool> {
        let Some(group) = self.group() else { return Ok(true) };
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        Ok(waitid(WaitId::Pid(group), options)?.is_some())
    }

    /// Ends the command and all that it started. It must not have been waited for.
    fn kill_all(&self) {
        if let Some(group) = self.group() {
            let _ = kill_process_group(group, Signal::KILL); // it may have ended already
        }
    }
}

/// Sends the parts of an output with its number, up to a byte more than is shown.
fn forward(mut from: impl Read + Send + 'static, number: usize, to: mpsc::Sender<(usize, Vec<u8>)>) {
    thread::spawn(move || {
        let mut kept = 0;
        let mut buffer = vec![0; 4 << 10];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            let part = buffer.get(..count.min(OUTPUT + 1 - kept)).unwrap_or_default();
            kept += part.len();
            // What is not shown is read all the same.
            if !part.is_empty() {
                let _ = to.send((number, part.to_vec()));
            }
        }
    });
}
