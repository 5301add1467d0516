//! The process that waits: starts the other one, and takes its answer or its end.

use std::{
    ffi::OsString,
    io::{self, Read, Write as _},
    os::unix::{ffi::OsStrExt as _, process::ExitStatusExt as _},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use super::{Answer, COMMAND, Done, IsolateError, Job, SEALED};
use crate::{failure::Failure, limits::JobLimits, log, messages, output::Output, settings::Level};

/// Bytes of standard error that are kept.
const SAID: u64 = 16 << 10;

/// How often a process that has answered is looked after.
const LOOK: Duration = Duration::from_millis(2);

/// Carries a command out in another process, and puts what comes of it where it belongs.
pub(super) fn run(
    arguments: &[OsString],
    cache: &Path,
    outputs: &[Output],
    to_terminal: bool,
    limits: &JobLimits,
    level: Level,
) -> Result<u8, Failure> {
    let arguments = arguments.iter().map(|one| one.as_bytes().to_owned()).collect();
    let job = Job { arguments, cache: cache.as_os_str().as_bytes().to_owned(), to_terminal };
    let text = serde_json::to_vec(&job).map_err(IsolateError::Job)?;
    // The file that runs, whatever lies at its path by now.
    let mut command = Command::new("/proc/self/exe");
    command.arg(COMMAND).env_clear();
    deliver(answer(command, &text, limits)?, outputs, level)
}

/// Prints and writes an answer, as far as whoever gave it may ask for that.
fn deliver(answer: Answer, outputs: &[Output], level: Level) -> Result<u8, Failure> {
    let Done { said, texts, code, wall } = match answer {
        Answer::Done(done) => done,
        Answer::NoWall(message) => return Err(IsolateError::NoWall(message).into()),
    };
    // Only a command that failed has nothing to give; a verdict comes with what it is about.
    let is_whole = texts.len() == outputs.len() || texts.is_empty() && matches!(code, 2 | 101);
    if !matches!(code, 0 | 1 | 2 | 101) || !is_whole {
        let message = "what it wrote is none of this command".to_owned();
        return Err(IsolateError::NoAnswer { message, said: String::new() }.into());
    }
    let mut line = String::new();
    messages::wall(&mut line, &wall, level);
    line.push_str(&said);
    log::write_text(&line);
    for (text, output) in texts.iter().zip(outputs) {
        output.write(&|out| out.write_all(text.as_bytes()))?;
    }
    Ok(code)
}

/// What a process answers to a job.
fn answer(mut command: Command, job: &[u8], limits: &JobLimits) -> Result<Answer, IsolateError> {
    let end = Instant::now() + limits.timeout;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    belljar_confine::pass_on_no_descriptors();
    let mut running = Running(command.spawn().map_err(IsolateError::Start)?);
    let (send, receive) = mpsc::channel();
    let (stdout, stderr) = (running.0.stdout.take(), running.0.stderr.take());
    let most = limits.result_bytes;
    thread::spawn(move || {
        let _ = send.send(bounded(stdout, most)); // nobody waits any more: too late
    });
    let said = thread::spawn(move || bounded(stderr, SAID));
    if let Some(mut input) = running.0.stdin.take() {
        // A process that ends before it has read all is judged by its end.
        let _ = input.write_all(job);
    }
    let left = || end.saturating_duration_since(Instant::now());
    let Ok(answered) = receive.recv_timeout(left()) else {
        return Err(IsolateError::Timeout(limits.timeout));
    };
    let lost = |error: io::Error| IsolateError::NoAnswer { message: error.to_string(), said: String::new() };
    let answered = answered.map_err(lost)?;
    if answered.len() as u64 > most {
        return Err(IsolateError::TooLarge(most));
    }
    let Some(status) = running.end(&left).map_err(lost)? else {
        return Err(IsolateError::Timeout(limits.timeout));
    };
    let said = said.join().ok().and_then(Result::ok).unwrap_or_default();
    judged(status, &answered, &String::from_utf8_lossy(&said))
}

/// One byte more than is wanted tells that there is more; what follows is thrown away.
fn bounded(pipe: Option<impl Read>, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn judged(status: ExitStatus, answered: &[u8], said: &str) -> Result<Answer, IsolateError> {
    let said = said.to_owned();
    match status.signal() {
        Some(libc::SIGSYS) => return Err(IsolateError::Wall),
        Some(signal) => return Err(IsolateError::Signal { signal: name(signal), said }),
        None if !status.success() => {
            return Err(IsolateError::NoAnswer { message: status.to_string(), said });
        }
        None => {}
    }
    let (sealed, answered) = match answered.strip_prefix(SEALED) {
        Some(rest) => (true, rest),
        None => (false, answered),
    };
    match serde_json::from_slice(answered) {
        Ok(Answer::NoWall(_)) if sealed => {
            let message = "it denies the wall that it stands behind".to_owned();
            Err(IsolateError::NoAnswer { message, said })
        }
        Ok(answer) => Ok(answer),
        Err(error) => {
            Err(IsolateError::NoAnswer { message: format!("what it wrote is none ({error})"), said })
        }
    }
}

/// What people know a signal by.
fn name(signal: i32) -> String {
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

/// A process that does not outlive whoever waits for it.
struct Running(Child);

impl Running {
    /// How it ends, if that is soon enough.
    fn end(&mut self, left: &dyn Fn() -> Duration) -> io::Result<Option<ExitStatus>> {
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(Some(status));
            }
            if left().is_zero() {
                return Ok(None);
            }
            thread::sleep(LOOK);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail where it has ended, and that is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Obeyed;

    /// What comes of a process that does as a shell is told, once it has read the job.
    fn shell(script: &str, limits: &JobLimits) -> Result<Answer, IsolateError> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("cat > /dev/null; {script}")]);
        answer(command, b"{}", limits)
    }

    fn told(script: &str) -> String {
        shell(script, &JobLimits::default()).unwrap_err().to_string()
    }

    const FINE: &str = r#"echo '{"Done": {"said": "", "texts": [], "code": 2, "wall": ""}}'"#;

    #[test]
    fn a_process_that_ends_badly_costs_one_job() {
        for (script, wanted) in [
            ("kill -SEGV $$", "the process of the job was ended by SIGSEGV"),
            (
                "echo '  '; echo oh >&2; kill -ABRT $$",
                "the process of the job was ended by SIGABRT; it said: oh",
            ),
            ("kill -SYS $$", "the second wall ended the process of the job"),
            ("exit 3", "the process of the job gave no answer: exit status: 3"),
            ("exit 0", "the process of the job gave no answer: what it wrote is none (EOF"),
            ("echo nonsense", "the process of the job gave no answer: what it wrote is none (expected"),
            ("exec /nowhere 2>/dev/null", "the process of the job gave no answer: exit status: 127"),
        ] {
            assert!(told(script).starts_with(wanted), "{script}: {}", told(script));
            // The next job is none the worse for it.
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
    fn a_process_that_talks_too_much_is_heard_out_no_more() {
        let error = told("yes | head -c 10000000 >&2; exit 1");
        assert!(
            error.starts_with("the process of the job gave no answer: ") && error.len() < 1000,
            "{error}"
        );
    }

    #[test]
    fn an_answer_is_of_the_command_or_none() {
        let done = |code, texts: &[&str]| {
            let texts = texts.iter().map(|text| (*text).to_owned()).collect();
            Answer::Done(Done { said: String::new(), texts, code, wall: String::new() })
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
            Answer::Done(Done { said: String::new(), texts, code: 1, wall: String::new() })
        };
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let annotations = Output { file: Some(path("github")), obeyed: Obeyed::Annotations };
        deliver(done(), &[annotations, Output::new(Some(path("text")))], Level::Quiet).unwrap();
        let read = |name: &str| std::fs::read_to_string(path(name)).unwrap();
        assert_eq!(read("github"), "::error title=x::y\n\\u{3a}:stop-commands::z\n#\\u{23}[add-mask]a\n");
        assert_eq!(read("text"), "\\u{3a}:error title=x::y\n\\u{3a}:stop-commands::z\n#\\u{23}[add-mask]a\n");
    }

    #[test]
    fn where_there_is_no_wall_it_says_so() {
        let script = r#"echo '{"NoWall": "no seccomp"}'"#;
        let answer = shell(script, &JobLimits::default()).unwrap();
        let Failure::Isolate(error) = deliver(answer, &[], Level::Quiet).unwrap_err() else { panic!() };
        assert!(error.is_absence() && error.exit_code() == 2, "{error}");
        let forged = shell(&format!("echo sealed; {script}"), &JobLimits::default()).unwrap_err();
        assert!(
            !forged.is_absence() && forged.exit_code() == 101,
            "behind the wall nobody is believed: {forged}"
        );
        let fine = shell(&format!("echo sealed; {FINE}"), &JobLimits::default());
        assert!(matches!(fine, Ok(Answer::Done(_))), "{fine:?}");
        let lost = shell("kill -SEGV $$", &JobLimits::default()).unwrap_err();
        assert!(!lost.is_absence(), "a job that was begun is not begun again in this process");
        let none = answer_of_nothing();
        assert!(none.is_absence(), "{none}");
    }

    fn answer_of_nothing() -> IsolateError {
        answer(Command::new("/nowhere"), b"{}", &JobLimits::default()).unwrap_err()
    }
}
