//! The parent process of a job: starts the other one, and handles its answer or its end.

use std::{
    ffi::OsString,
    io::{self, Read, Write as _},
    os::unix::{ffi::OsStrExt as _, process::ExitStatusExt as _},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use belljar_cache::{Key, Results};

use super::protocol::{Answer, Done, Job};
use crate::{
    cli::CONFINED_JOB,
    failure::{Failure, isolate::IsolateError},
    limits::JobLimits,
    session::{RESULT, SEALED, Variables},
    terminal::{
        guard,
        level::Level,
        messages,
        output::Output,
        progress::{PATIENCE, Spinner},
    },
};

/// The maximum number of bytes of standard error that are kept.
const STDERR: u64 = 16 << 10;

/// The length of a key, in hexadecimal digits.
const KEY_LENGTH: usize = 64;

/// The interval of checks whether a process that gave its answer has ended.
const POLL: Duration = Duration::from_millis(2);

/// The cache, as known to the parent process: the other one has no environment.
pub(super) struct Cache {
    pub(super) folder: PathBuf,
    /// Whether results of earlier runs are used, and new ones are kept.
    pub(super) use_results: bool,
}

/// Runs a command in another process, and prints and writes its answer.
pub(super) fn run_job(
    (arguments, variables): (&[OsString], Variables),
    cache: &Cache,
    outputs: &[Output],
    limits: &JobLimits,
    level: Level,
) -> Result<u8, Failure> {
    let arguments = arguments.iter().map(|one| one.as_bytes().to_owned()).collect();
    let folder = cache.folder.as_os_str().as_bytes().to_owned();
    let job = Job { arguments, cache: folder, use_results: cache.use_results, variables };
    let text = serde_json::to_vec(&job).map_err(IsolateError::Job)?;
    // The running program, whichever file is now at its path.
    let mut command = Command::new("/proc/self/exe");
    command.arg(CONFINED_JOB).env_clear();
    let Answered { mut answer, keys } = answer(command, &text, limits, level)?;
    let results = answer.take_results();
    let code = deliver(answer, outputs, level)?;
    if cache.use_results {
        keep(&Results::new(&cache.folder), &keys, &results);
    }
    Ok(code)
}

/// An answer, with the keys under which its results may be kept.
#[derive(Debug)]
struct Answered {
    answer: Answer,
    keys: Vec<Key>,
}

/// Keeps results under the keys that were written before the process was confined, and no others.
fn keep(cache: &Results, keys: &[Key], results: &[(usize, String)]) {
    for (position, text) in results {
        if let Some(key) = keys.get(*position) {
            drop(cache.put(*key, text.as_bytes())); // no result depends on the cache
        }
    }
}

/// Prints and writes an answer, if it matches the command.
fn deliver(answer: Answer, outputs: &[Output], level: Level) -> Result<u8, Failure> {
    let Done { report, texts, code, failure, confinement, .. } = match answer {
        Answer::Done(done) => done,
        Answer::NotConfined(message) => return Err(IsolateError::NotConfined(message).into()),
    };
    // Only a command that failed has no results; a verdict comes with its report.
    let is_whole = texts.len() == outputs.len() || texts.is_empty() && matches!(code, 2 | 101);
    // A version that there is no reason to write has a code of its own.
    if !matches!(code, 0..=3 | 101) || !is_whole {
        let message = "its output does not match the command".to_owned();
        return Err(IsolateError::NoAnswer { message, stderr: String::new() }.into());
    }
    let mut line = String::new();
    messages::confinement(&mut line, &confinement, level);
    line.push_str(&report);
    guard::write_text(&line);
    if let Some(failure) = failure {
        for output in outputs {
            output.keep_failure(&failure);
        }
    }
    // What is kept comes first, as a reader of the output may close it.
    let (kept, written): (Vec<_>, Vec<_>) =
        texts.iter().zip(outputs).partition(|(_, output)| output.captured.is_some());
    for (text, output) in kept.into_iter().chain(written) {
        output.write(&|out| out.write_all(text.as_bytes()))?;
    }
    Ok(code)
}

/// Passes a job to a process and reads its answer.
fn answer(
    mut command: Command,
    job: &[u8],
    limits: &JobLimits,
    level: Level,
) -> Result<Answered, IsolateError> {
    let end = Instant::now() + limits.timeout;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    belljar_confine::pass_on_no_descriptors();
    let mut running = Running(command.spawn().map_err(IsolateError::Start)?);
    let (send, receive) = mpsc::channel();
    let (stdout, stderr) = (running.0.stdout.take(), running.0.stderr.take());
    let most = limits.result_bytes;
    thread::spawn(move || {
        let _ = send.send(bounded(stdout, most)); // it fails where the time is up, and nothing waits for the answer
    });
    let stderr = thread::spawn(move || bounded(stderr, STDERR));
    if let Some(mut input) = running.0.stdin.take() {
        // A process that ends before it has read everything is judged by its exit status.
        let _ = input.write_all(job);
    }
    let left = || end.saturating_duration_since(Instant::now());
    let answered = receive.recv_timeout(left().min(PATIENCE)).or_else(|_| {
        let _spinner = Spinner::new(level, "running the models");
        receive.recv_timeout(left())
    });
    let Ok(answered) = answered else {
        return Err(IsolateError::Timeout(limits.timeout));
    };
    let lost =
        |error: io::Error| IsolateError::NoAnswer { message: error.to_string(), stderr: String::new() };
    let answered = answered.map_err(lost)?;
    if answered.len() as u64 > most {
        return Err(IsolateError::TooLarge(most));
    }
    let Some(status) = running.end(&left).map_err(lost)? else {
        return Err(IsolateError::Timeout(limits.timeout));
    };
    let stderr = stderr.join().ok().and_then(Result::ok).unwrap_or_default();
    judged(status, &answered, &String::from_utf8_lossy(&stderr))
}

/// Reads up to one byte more than the limit, so that the caller can detect an excess.
fn bounded(pipe: Option<impl Read>, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// The answer of a process that has ended, or the error.
fn judged(status: ExitStatus, answered: &[u8], stderr: &str) -> Result<Answered, IsolateError> {
    let stderr = stderr.to_owned();
    match status.signal() {
        Some(libc::SIGSYS) => return Err(IsolateError::Forbidden),
        Some(signal) => return Err(IsolateError::Signal { signal: signal_name(signal), stderr }),
        None if !status.success() => {
            return Err(IsolateError::NoAnswer { message: status.to_string(), stderr });
        }
        None => {}
    }
    let (keys, rest) = split_keys(answered);
    let (sealed, answered) = match rest.strip_prefix(SEALED.as_bytes()) {
        Some(rest) => (true, rest),
        None => (false, answered),
    };
    match serde_json::from_slice(answered) {
        Ok(Answer::NotConfined(_)) if sealed => {
            let message = "it reports that it is not confined after it was".to_owned();
            Err(IsolateError::NoAnswer { message, stderr })
        }
        Ok(answer) => Ok(Answered { answer, keys: if sealed { keys } else { Vec::new() } }),
        Err(error) => {
            Err(IsolateError::NoAnswer { message: format!("its output is invalid ({error})"), stderr })
        }
    }
}

/// The keys in the first lines, and the rest.
fn split_keys(mut answered: &[u8]) -> (Vec<Key>, &[u8]) {
    let mut keys = Vec::new();
    while let Some((key, rest)) = answered.strip_prefix(RESULT.as_bytes()).and_then(|line| {
        let (text, rest) = line.split_at_checked(KEY_LENGTH)?;
        Some((Key::parse(std::str::from_utf8(text).ok()?)?, rest.strip_prefix(b"\n")?))
    }) {
        keys.push(key);
        answered = rest;
    }
    (keys, answered)
}

/// The name of a signal.
fn signal_name(signal: i32) -> String {
    let known = [
        (libc::SIGSEGV, "SIGSEGV"),
        (libc::SIGBUS, "SIGBUS"),
        (libc::SIGILL, "SIGILL"),
        (libc::SIGABRT, "SIGABRT"),
        (libc::SIGKILL, "SIGKILL"),
        (libc::SIGTERM, "SIGTERM"),
    ];
    let known = known.iter().find(|(number, _)| *number == signal);
    known.map_or_else(|| format!("signal {signal}"), |(_, name)| (*name).to_owned())
}

/// A process that is killed when this is dropped.
struct Running(Child);

impl Running {
    /// The exit status, if the process ends in time.
    fn end(&mut self, left: &dyn Fn() -> Duration) -> io::Result<Option<ExitStatus>> {
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(Some(status));
            }
            if left().is_zero() {
                return Ok(None);
            }
            thread::sleep(POLL);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail if the process has ended already, which is the purpose.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::guard::Obeyed;

    /// Runs a shell script as the process of a job.
    fn shell(script: &str, limits: &JobLimits) -> Result<Answer, IsolateError> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("cat > /dev/null; {script}")]);
        answer(command, b"{}", limits, Level::Quiet).map(|answered| answered.answer)
    }

    fn error_of(script: &str) -> String {
        shell(script, &JobLimits::default()).unwrap_err().to_string()
    }

    const FINE: &str = r#"echo '{"Done": {"report": "", "texts": [], "code": 2, "confinement": ""}}'"#;

    #[test]
    fn a_process_that_ends_badly_costs_one_job() {
        for (script, wanted) in [
            ("kill -SEGV $$", "the process of the job was ended by SIGSEGV"),
            (
                "echo '  '; echo oh >&2; kill -ABRT $$",
                "the process of the job was ended by SIGABRT; standard error: oh",
            ),
            ("kill -SYS $$", "the process of the job was ended by the system-call filter (SIGSYS)"),
            ("exit 3", "the process of the job gave no answer: exit status: 3"),
            ("exit 0", "the process of the job gave no answer: its output is invalid (EOF"),
            ("echo nonsense", "the process of the job gave no answer: its output is invalid (expected"),
            ("exec /nowhere 2>/dev/null", "the process of the job gave no answer: exit status: 127"),
        ] {
            assert!(error_of(script).starts_with(wanted), "{script}: {}", error_of(script));
            // The next job is not affected.
            assert!(matches!(shell(FINE, &JobLimits::default()), Ok(Answer::Done(_))), "{script}");
        }
    }

    #[test]
    fn a_process_that_takes_too_long_is_ended() {
        let limits = JobLimits { timeout: Duration::from_millis(300), ..JobLimits::default() };
        for script in ["sleep 600", "exec >&-; exec sleep 600", &format!("{FINE}; exec sleep 600")] {
            let begun = Instant::now();
            let error = shell(script, &limits).unwrap_err();
            assert_eq!(error.to_string(), "the process of the job took more than 300ms", "{script}");
            assert!(begun.elapsed() < Duration::from_mins(5), "{script}: {:?}", begun.elapsed());
        }
    }

    #[test]
    fn a_process_that_answers_too_much_is_ended() {
        let limits = JobLimits { result_bytes: 1000, ..JobLimits::default() };
        let error = shell("exec cat /dev/zero", &limits).unwrap_err();
        assert_eq!(error.to_string(), "the process of the job answered with more than 1000 bytes");
        assert!(matches!(shell(FINE, &limits), Ok(Answer::Done(_))));
    }

    #[test]
    fn standard_error_is_read_up_to_a_limit() {
        let error = error_of("yes | head -c 10000000 >&2; exit 1");
        assert!(
            error.starts_with("the process of the job gave no answer: ") && error.len() < 1000,
            "{error}"
        );
    }

    #[test]
    fn an_answer_is_of_the_command_or_none() {
        let done = |code, texts: &[&str]| {
            let texts = texts.iter().map(|text| (*text).to_owned()).collect();
            Answer::Done(Done {
                report: String::new(),
                texts,
                code,
                failure: None,
                confinement: String::new(),
                results: Vec::new(),
            })
        };
        let folder = tempfile::tempdir().unwrap();
        let outputs = ["one", "two"].map(|name| Output::new(Some(folder.path().join(name))));
        let given = |answer| deliver(answer, &outputs, Level::Quiet);
        for code in [2, 101] {
            assert_eq!(given(done(code, &[])).unwrap(), code);
        }
        for (code, texts) in [
            (0, &[][..]),
            (1, &[]),
            (3, &[]),
            (255, &["a", "b"]),
            (0, &["a"]),
            (2, &["a"]),
            (0, &["a", "b", "c"]),
        ] {
            assert_eq!(given(done(code, texts)).unwrap_err().exit_code(), 101, "{code} {texts:?}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was written");
        assert_eq!(given(done(1, &["\x1b[2Ja", "b"])).unwrap(), 1);
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!((read("one").as_str(), read("two").as_str()), ("a", "b"));
    }

    #[test]
    fn an_answer_does_not_decide_what_is_obeyed() {
        let forged = "::error title=x::y\n::stop-commands::z\n##[add-mask]a\n";
        let done = || {
            let texts = vec![forged.to_owned(), forged.to_owned()];
            Answer::Done(Done {
                report: String::new(),
                texts,
                code: 1,
                failure: None,
                confinement: String::new(),
                results: Vec::new(),
            })
        };
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let annotations = Output { obeyed: Obeyed::Annotations, ..Output::new(Some(path("github"))) };
        deliver(done(), &[annotations, Output::new(Some(path("text")))], Level::Quiet).unwrap();
        let read = |name: &str| std::fs::read_to_string(path(name)).unwrap();
        assert_eq!(read("github"), "::error title=x::y\n\\u{3a}:stop-commands::z\n#\\u{23}[add-mask]a\n");
        assert_eq!(read("text"), "\\u{3a}:error title=x::y\n\\u{3a}:stop-commands::z\n#\\u{23}[add-mask]a\n");
    }

    #[test]
    fn a_process_that_cannot_be_confined_reports_it() {
        let script = r#"echo '{"NotConfined": "no seccomp"}'"#;
        let answer = shell(script, &JobLimits::default()).unwrap();
        let Failure::Isolate(error) = deliver(answer, &[], Level::Quiet).unwrap_err() else { panic!() };
        assert!(error.is_absence() && error.exit_code() == 2, "{error}");
        let forged = shell(&format!("echo sealed; {script}"), &JobLimits::default()).unwrap_err();
        assert!(
            !forged.is_absence() && forged.exit_code() == 101,
            "once it is confined, an answer that it is not is refused: {forged}"
        );
        let fine = shell(&format!("echo sealed; {FINE}"), &JobLimits::default());
        assert!(matches!(fine, Ok(Answer::Done(_))), "{fine:?}");
        let lost = shell("kill -SEGV $$", &JobLimits::default()).unwrap_err();
        assert!(!lost.is_absence(), "a job that was begun is not begun again in this process");
        let none = answer_of_nothing();
        assert!(none.is_absence(), "{none}");
    }

    /// A guest that controls the other process can return results for its own keys, and for no others.
    #[test]
    fn results_are_kept_under_keys_that_were_written_first() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Results::new(folder.path());
        let key = |name: &str| belljar_cache::KeyBuilder::new("1", name).finish();
        let (own, other) = (key("own"), key("other"));
        let done = r#"{"Done": {"report": "", "texts": [], "code": 2, "confinement": "", "results": [[0, "a"], [1, "b"], [9, "c"]]}}"#;
        let kept = |lines: &str| {
            cache.clear().unwrap();
            let mut command = Command::new("/bin/sh");
            command.args(["-c", &format!("cat > /dev/null; printf '{lines}'; echo '{done}'")]);
            let Ok(Answered { mut answer, keys }) =
                answer(command, b"{}", &JobLimits::default(), Level::Quiet)
            else {
                return None;
            };
            keep(&cache, &keys, &answer.take_results());
            Some([own, other].map(|key| cache.get(key).map(|text| String::from_utf8(text).unwrap())))
        };
        let line = |key: Key| format!("{RESULT}{key}\\n");
        let sealed = "sealed\\n";
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(kept(&format!("{}{sealed}", line(own))), Some([some("a"), None]));
        assert_eq!(kept(&format!("{}{}{sealed}", line(other), line(own))), Some([some("b"), some("a")]));
        assert_eq!(kept(sealed), Some([None, None]));
        assert_eq!(kept(""), Some([None, None]));
        for forged in [
            format!("{sealed}{}", line(own)),
            line(own),
            format!("{}{sealed}", line(own).replace("result", "Result")),
            format!("{RESULT}../../etc\\n{sealed}"),
        ] {
            assert_eq!(kept(&forged), None, "{forged}");
            assert_eq!(cache.usage().entries, 0, "{forged}");
        }
    }

    fn answer_of_nothing() -> IsolateError {
        answer(Command::new("/nowhere"), b"{}", &JobLimits::default(), Level::Quiet).unwrap_err()
    }
}
