//! Notifications and hooks at the end of a command.
//!
//! Their file is the operator's: it is named on the command line or in the environment, and is not in the repository that is
//! read. It is parsed before the command runs, in this process, which runs no guest unless the command is not isolated. Nothing
//! of what follows changes the exit code of the command.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command as Process,
    time::{SystemTime, UNIX_EPOCH},
};

use belljar_check::{ConfigText, Problem, Verdict};
use belljar_notify::{
    Addressing, Delivery, Event, HookInput, Message, Occasion, Plan, Run, Sent, SentFile, config::Config,
    courier,
};

use crate::{
    cache,
    cli::{Command, ConfigFrom, DELIVERY, SourceArguments},
    failure::Failure,
    own_config::invalid,
    subject::Named,
    terminal::{guard, level::Level, messages, output::Captured},
};

/// The largest file of notifications that is read, in bytes.
const LARGEST: u64 = 64 << 10;

/// The largest document of a check that is read, in bytes.
const LARGEST_DOCUMENT: u64 = 256 << 20;

/// The version that documents of a check have, up to the first point.
const MAJOR: &str = "1.";

/// The file of notifications and hooks.
pub(crate) struct Operator {
    pub(crate) config: Config,
    /// The folder that it is in, from which its paths count.
    pub(crate) folder: PathBuf,
    /// The only targets that get messages; all if empty.
    pub(crate) only: Vec<String>,
}

impl Operator {
    /// Reads the file. All its errors are reported at once.
    pub(crate) fn open(file: &Path) -> Result<Self, Failure> {
        let name = file.display().to_string();
        let wrong = |message: String| invalid(&name, vec![Problem { line: 0, message, hint: None }]);
        let bytes = belljar_engine::read_file(file, LARGEST).map_err(|error| wrong(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8".to_owned()))?;
        let config = Config::parse(ConfigText::new(&name, &text)).map_err(|found| invalid(&name, found))?;
        let real = file.canonicalize().map_err(|error| wrong(error.to_string()))?;
        let folder = real.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Self { config, folder, only: Vec::new() })
    }

    /// The messages of an occasion.
    pub(crate) fn plan<'a>(&'a self, occasion: &Occasion<'a>, sent: &Sent) -> Plan<'a> {
        let mut plan = belljar_notify::plan(&self.config.notify, occasion, sent);
        if !self.only.is_empty() {
            plan.messages.retain(|message| self.only.contains(&message.target.name));
        }
        plan
    }

    /// The file with what was sent.
    fn state(&self, cache: Option<&Path>) -> Result<PathBuf, String> {
        if let Some(state) = &self.config.notify.state {
            return Ok(self.folder.join(state));
        }
        let cache = match cache {
            Some(cache) => cache.to_owned(),
            None => cache::default().map_err(|error| error.to_string())?,
        };
        belljar_cache::private::make_folder(&cache)?;
        let folder = cache.join("notify");
        belljar_cache::private::make_folder(&folder)?;
        Ok(folder.join("sent.json"))
    }
}

/// Sends what a command gave, once it has ended.
pub(crate) struct Announcer {
    operator: Operator,
    is_check: bool,
    /// The name of the project, unless the file or the run of CI has one.
    name: String,
    /// The folder of the project.
    project: PathBuf,
    cache: Option<PathBuf>,
    level: Level,
}

impl Announcer {
    /// Reads the file of a command, if it has one.
    pub(crate) fn open(command: &Command) -> Result<Option<Self>, Failure> {
        let (file, project, sources, is_check) = match command {
            Command::Check(given) => (&given.notify, given.compared.repo.clone(), &given.sources, true),
            Command::Extract(given) => (&given.notify, Named::split(&given.path).path, &given.sources, false),
            _ => return Ok(None),
        };
        let Some(file) = file else { return Ok(None) };
        let operator = Operator::open(file)?;
        // A change of a repository that is read could change a file in it.
        if !is_trusted(command) {
            let mut roots = vec![project.clone()];
            if let Command::Check(given) = command {
                let sides = given.compared.base.iter().chain(&given.compared.head);
                roots.extend(sides.map(|side| PathBuf::from(side.strip_prefix("path:").unwrap_or(side))));
            }
            if !belljar_notify::is_outside(file, &roots) {
                return Err(Failure::NotifyInside { file: file.display().to_string() });
            }
        }
        Ok(Some(Self::new(operator, &project, sources, is_check)))
    }

    fn new(operator: Operator, project: &Path, sources: &SourceArguments, is_check: bool) -> Self {
        let real = project.canonicalize().unwrap_or_else(|_| project.to_owned());
        let name = real.file_name().map(|name| name.to_string_lossy().into_owned());
        Self {
            operator,
            is_check,
            name: name.unwrap_or_else(|| "project".to_owned()),
            project: real,
            cache: sources.cache_dir.clone(),
            level: Level::new(sources.quiet, sources.verbose),
        }
    }

    /// Sends the notifications and runs the hooks of the end of a command. What goes wrong is reported.
    pub(crate) fn announce(&self, result: &Result<u8, Failure>, captured: &Captured) {
        let run = run_of_ci();
        let document = std::str::from_utf8(&captured.document).ok().filter(|text| !text.is_empty());
        let mut failure = captured.failure.clone();
        if let Err(error) = result {
            // A reader of the output that has read enough is no failure of the command.
            failure = failure.or_else(|| (!matches!(error, Failure::BrokenPipe)).then(|| error.to_string()));
        }
        let code = match result {
            Ok(code) => *code,
            Err(Failure::BrokenPipe) => 0,
            Err(error) => error.exit_code(),
        };
        let verdict =
            document.filter(|_| self.is_check).and_then(|text| serde_json::from_str::<Verdict>(text).ok());
        let report = Report::new(self.level);
        if verdict.is_none() && failure.is_none() && (self.is_check || document.is_none()) {
            let lost = "the result is not valid, or larger than a quarter of `--max-result`";
            Report::warning(&format!("notifications and hooks get no document: {lost}"));
            failure = Some(lost.to_owned());
        }
        let event = match &verdict {
            Some(verdict) => event_of(verdict),
            None if self.is_check => Event::of_check(code),
            None => Event::of_extract(document.is_some()),
        };
        let scope = belljar_notify::scope(&self.project, &run);
        let occasion = Occasion {
            event,
            name: &self.name,
            scope: &scope,
            run: &run,
            verdict: verdict.as_ref(),
            failure: failure.as_deref(),
            is_sample: false,
        };
        if self.is_check && !self.operator.config.notify.targets.is_empty() {
            notify(&self.operator, &occasion, self.cache.as_deref(), report);
        }
        self.run_hooks(&occasion, (code, document), report);
    }

    fn run_hooks(&self, occasion: &Occasion<'_>, (code, document): (u8, Option<&str>), report: Report) {
        let Config { notify, hooks } = &self.operator.config;
        if !hooks.has(occasion.event) {
            return;
        }
        let project = notify.name.as_deref().or(occasion.run.project.as_deref()).unwrap_or(&self.name);
        let input = HookInput {
            event: occasion.event,
            exit_code: code,
            run: occasion.run,
            project,
            document,
            failure: occasion.failure,
        };
        for ended in belljar_notify::run_hooks(hooks, &self.operator.folder, input) {
            report.hook(occasion.event, &ended);
        }
    }
}

/// The event of a verdict.
pub(crate) fn event_of(verdict: &Verdict) -> Event {
    match (verdict.compared, verdict.passed) {
        (false, _) => Event::CheckError,
        (true, false) => Event::CheckFailed,
        (true, true) => Event::CheckPassed,
    }
}

/// Whether the command line states that the head is trusted.
fn is_trusted(command: &Command) -> bool {
    matches!(command, Command::Check(given) if given.config_from == ConfigFrom::Head)
}

/// Sends the notifications of an occasion, and returns whether all of them were sent.
pub(crate) fn notify(
    operator: &Operator,
    occasion: &Occasion<'_>,
    cache: Option<&Path>,
    report: Report,
) -> bool {
    let settings = &operator.config.notify;
    let mut file = None;
    if settings.first_time_only && !occasion.is_sample {
        match open_state(operator, cache) {
            Ok(mut opened) => {
                if let Some(remark) = opened.remark.take() {
                    Report::warning(&remark);
                }
                file = Some(opened);
            }
            // What may be sent twice is better than what is not sent at all.
            Err(message) => {
                Report::warning(&format!("what was sent before is not known, and is sent again: {message}"));
            }
        }
    }
    let none = Sent::default();
    let plan = operator.plan(occasion, file.as_ref().map_or(&none, |file| &file.sent));
    plan.remarks.iter().for_each(|remark| report.note(remark));
    let (sent, all_sent) = send(operator, &plan.messages, report);
    let marks = sent.iter().map(|message| &message.marks).chain([&plan.marks]);
    if let Some(file) = &mut file
        && let Err(error) = file.note(marks)
    {
        Report::warning(&format!("what was sent can't be stored, and will be sent again: {error}"));
    }
    all_sent
}

fn open_state(operator: &Operator, cache: Option<&Path>) -> Result<SentFile, String> {
    let path = operator.state(cache)?;
    let opened = SentFile::open(&path, operator.config.notify.time_limit);
    opened.map_err(|error| format!("`{}`: {error}", path.display()))
}

/// Sends messages, and returns those that were sent.
fn send<'m, 'a>(
    operator: &Operator,
    messages: &'m [Message<'a>],
    report: Report,
) -> (Vec<&'m Message<'a>>, bool) {
    let settings = &operator.config.notify;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let with = Addressing {
        smtp: settings.smtp.as_ref(),
        variable: &variable,
        now,
        time_limit: settings.time_limit,
        attempts: settings.attempts,
    };
    let (mut addressed, mut deliveries): (Vec<&Message<'a>>, Vec<Delivery>) = (Vec::new(), Vec::new());
    let mut all_sent = true;
    for message in messages {
        match belljar_notify::address(message, with) {
            Ok(delivery) => {
                addressed.push(message);
                deliveries.push(delivery);
            }
            Err(reason) => {
                all_sent = false;
                Report::not_sent(message, &reason);
            }
        }
    }
    let outcomes = courier::send_all(&deliveries, &|| {
        // The running program, whichever file is now at its path.
        let mut command = Process::new("/proc/self/exe");
        command.arg(DELIVERY);
        command
    });
    let mut sent = Vec::new();
    for (message, outcome) in addressed.into_iter().zip(outcomes) {
        match outcome.failure {
            None => {
                report.sent(message);
                sent.push(message);
            }
            Some(reason) => {
                all_sent = false;
                Report::not_sent(message, &reason);
            }
        }
    }
    (sent, all_sent)
}

/// Reads a document of a check.
pub(crate) fn read_verdict(file: &Path) -> Result<Verdict, Failure> {
    let path = file.display().to_string();
    let wrong = |message: String| Failure::CheckDocument { path: path.clone(), message };
    let bytes =
        belljar_engine::read_file(file, LARGEST_DOCUMENT).map_err(|error| wrong(error.to_string()))?;
    let verdict: Verdict = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    if !verdict.format.starts_with(MAJOR) {
        let message = format!("its format is `{}`, and this program reads `{MAJOR}x`", verdict.format);
        return Err(wrong(message));
    }
    Ok(verdict)
}

/// The run of CI that this is.
pub(crate) fn run_of_ci() -> Run {
    Run::from_variables(&variable)
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// Sends the message on standard input: the command of the process that [`courier`] starts.
pub(crate) fn deliver() -> Result<u8, Failure> {
    let failure = |source| Failure::Write { path: "standard output".to_owned(), source };
    courier::run().map_err(failure)?;
    Ok(0)
}

/// Writes to standard error what became of messages and hooks.
#[derive(Clone, Copy)]
pub(crate) struct Report {
    level: Level,
}

impl Report {
    pub(crate) const fn new(level: Level) -> Self {
        Self { level }
    }

    fn note(self, text: &str) {
        if self.level >= Level::Normal {
            Self::write(|out| messages::notify_note(out, text));
        }
    }

    fn warning(text: &str) {
        Self::write(|out| messages::notify_warning(out, text));
    }

    fn sent(self, message: &Message<'_>) {
        if self.level >= Level::Normal {
            Self::write(|out| messages::notified(out, message));
        }
    }

    /// Also with `--quiet`: it was asked for, and did not happen.
    fn not_sent(message: &Message<'_>, reason: &str) {
        Self::write(|out| messages::not_notified(out, message, reason));
    }

    fn hook(self, event: Event, ended: &belljar_notify::HookReport) {
        let level = self.level;
        Self::write(|out| messages::hook(out, event, ended, level));
    }

    fn write(write: impl FnOnce(&mut String)) {
        let mut text = String::new();
        write(&mut text);
        guard::write_text(&text);
    }
}
