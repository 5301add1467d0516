use std::{path::PathBuf, time::Duration};

use belljar_config::{ConfigText, Key, Problem, Value, Walk, entries, parse_config};
use belljar_schema::Severity;
use belljar_text::did_you_mean;
use lettre::message::Mailbox;
use toml::de::{DeTable, DeValue};

use super::{Channel, Config, Endpoint, Hook, Notify, On, Smtp, Target, Tls};
use crate::Event;

pub(super) const ROOT: &[&str] = &["notify", "hooks"];
pub(super) const NOTIFY: &[&str] =
    &["name", "on", "min-severity", "first-time-only", "state", "time-limit", "attempts", "smtp", "targets"];
pub(super) const SMTP: &[&str] =
    &["host", "port", "tls", "from", "user-env", "password-env", "allow-plaintext"];
pub(super) const TARGET: &[&str] = &[
    "type",
    "url-env",
    "secret-env",
    "token-env",
    "allow-plaintext",
    "to",
    "owners",
    "fallback",
    "on",
    "min-severity",
];

/// Keys whose values are secrets. The file has the names of their variables.
const SECRETS: &[&str] = &["url", "user", "password", "secret", "token", "webhook", "webhook-url"];

pub(super) const ONS: [(&str, On); 4] =
    [("failed", On::Failed), ("passed", On::Passed), ("findings", On::Findings), ("error", On::Error)];
pub(super) const SEVERITIES: [(&str, Severity); 3] =
    [("error", Severity::Error), ("warning", Severity::Warning), ("note", Severity::Note)];
pub(super) const TLS: [(&str, Tls); 3] =
    [("starttls", Tls::Starttls), ("implicit", Tls::Implicit), ("none", Tls::None)];

/// The services, as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Slack,
    Teams,
    Webhook,
    Email,
}

pub(super) const KINDS: [(&str, Kind); 4] =
    [("slack", Kind::Slack), ("teams", Kind::Teams), ("webhook", Kind::Webhook), ("email", Kind::Email)];

/// Limits of what the file may ask for.
const MOST_TARGETS: usize = 50;
const MOST_HOOKS: usize = 50;
const MOST_ATTEMPTS: u32 = 10;
const LONGEST_TIME: Duration = Duration::from_mins(10);
const LONGEST_TEXT: usize = 500;

/// Reads the file, and continues after an error, so that all of them are reported.
pub(super) fn read(source: ConfigText<'_>) -> Result<Config, Vec<Problem>> {
    let (config, problems) = parse_config(source, |walk, root| Reader { walk }.root(root));
    if problems.is_empty() { Ok(config) } else { Err(problems) }
}

struct Reader<'w, 't> {
    walk: &'w mut Walk<'t>,
}

/// A target with the places of what it may lack.
#[derive(Default)]
struct Draft {
    kind: Option<Kind>,
    url: Option<String>,
    secret: Option<String>,
    token: Option<String>,
    allow_plaintext: bool,
    to: Vec<String>,
    owners: Vec<String>,
    fallback: bool,
    on: Option<Vec<On>>,
    min_severity: Option<Severity>,
}

impl Reader<'_, '_> {
    fn root(&mut self, root: &DeTable<'_>) -> Config {
        let mut config = Config::default();
        for (key, value) in entries(root) {
            match key.name {
                "notify" => self.notify(&mut config.notify, value),
                "hooks" => self.hooks(&mut config, value),
                name => {
                    let hint = did_you_mean(name, ROOT).unwrap_or_else(|| {
                        "this file has `[notify]` and `[hooks]`, and nothing else".to_owned()
                    });
                    self.walk.problem(key.start, format!("unknown key `{name}`"), Some(hint));
                }
            }
        }
        config
    }

    fn notify(&mut self, notify: &mut Notify, value: &Value<'_>) {
        let mut targets = None;
        for (key, value) in self.walk.table("notify", value) {
            let path = format!("notify.{}", key.name);
            match key.name {
                "name" => notify.name = self.words(&path, value),
                "on" => notify.on = self.on(&path, value),
                "min-severity" => notify.min_severity = self.severity(&path, value, notify.min_severity),
                "first-time-only" => notify.first_time_only = self.walk.flag(&path, value).unwrap_or(false),
                "state" => notify.state = self.words(&path, value).map(PathBuf::from),
                "time-limit" => notify.time_limit = self.time(&path, value, notify.time_limit),
                "attempts" => notify.attempts = self.attempts(&path, value, notify.attempts),
                "smtp" => notify.smtp = self.smtp(key, value),
                "targets" => targets = Some(value),
                _ => self.unknown(key, "notify", NOTIFY),
            }
        }
        // Their defaults are those of `[notify]`, wherever it has them.
        for (key, value) in targets.map(|value| self.walk.table("notify.targets", value)).unwrap_or_default()
        {
            if notify.targets.len() == MOST_TARGETS {
                let message = format!("`notify.targets` has more than {MOST_TARGETS} targets");
                self.walk.problem(key.start, message, None);
                break;
            }
            let target = self.target(notify, key, value);
            notify.targets.extend(target);
        }
    }

    fn target(&mut self, notify: &Notify, key: Key<'_>, value: &Value<'_>) -> Option<Target> {
        let within = format!("notify.targets.{}", key.name);
        let mut draft = Draft::default();
        for (key, value) in self.walk.table(&within, value) {
            let path = format!("{within}.{}", key.name);
            match key.name {
                "type" => draft.kind = self.walk.choice(&path, value, &KINDS),
                "url-env" => draft.url = self.variable(&path, value),
                "secret-env" => draft.secret = self.variable(&path, value),
                "token-env" => draft.token = self.variable(&path, value),
                "allow-plaintext" => draft.allow_plaintext = self.walk.flag(&path, value).unwrap_or(false),
                "to" => draft.to = self.addresses(&path, value),
                "owners" => draft.owners = self.walk.texts(&path, value),
                "fallback" => draft.fallback = self.walk.flag(&path, value).unwrap_or(false),
                "on" => draft.on = Some(self.on(&path, value)),
                "min-severity" => {
                    draft.min_severity = Some(self.severity(&path, value, notify.min_severity));
                }
                _ => self.unknown(key, &within, TARGET),
            }
        }
        let channel = self.channel(&within, key, &draft, notify)?;
        Some(Target {
            name: key.name.to_owned(),
            channel,
            owners: draft.owners,
            fallback: draft.fallback,
            on: draft.on.unwrap_or_else(|| notify.on.clone()),
            min_severity: draft.min_severity.unwrap_or(notify.min_severity),
        })
    }

    /// The service of a target. What it needs and lacks, and what it has no use for, is reported.
    fn channel(&mut self, within: &str, key: Key<'_>, draft: &Draft, notify: &Notify) -> Option<Channel> {
        let Some(kind) = draft.kind else {
            if !self.has_problem(within) {
                let hint = "write `type = \"slack\"`, `teams`, `webhook` or `email`";
                self.walk.problem(key.start, format!("`{within}` has no `type`"), Some(hint.to_owned()));
            }
            return None;
        };
        let is_webhook = kind == Kind::Webhook;
        for (name, is_set, is_used) in [
            ("url-env", draft.url.is_some(), kind != Kind::Email),
            ("secret-env", draft.secret.is_some(), is_webhook),
            ("token-env", draft.token.is_some(), is_webhook),
            ("allow-plaintext", draft.allow_plaintext, kind != Kind::Email),
            ("to", !draft.to.is_empty(), kind == Kind::Email),
        ] {
            if is_set && !is_used {
                let message = format!("`{within}.{name}` has no effect on this type of target");
                self.walk.problem(key.start, message, None);
            }
        }
        if kind == Kind::Email {
            if draft.to.is_empty() && !self.has_problem(within) {
                let hint = Some("write `to = [\"data@example.com\"]`".to_owned());
                self.walk.problem(key.start, format!("`{within}` has no `to`"), hint);
            }
            if notify.smtp.is_none() && !self.has_problem("notify.smtp") {
                let hint = Some("describe the mail server in `[notify.smtp]`".to_owned());
                self.walk.problem(key.start, format!("`{within}` needs a mail server"), hint);
            }
            return Some(Channel::Email(draft.to.clone()));
        }
        let Some(variable) = draft.url.clone() else {
            if !self.has_problem(within) {
                let hint = Some("write `url-env = \"NAME\"`, the variable that has the address".to_owned());
                self.walk.problem(key.start, format!("`{within}` has no `url-env`"), hint);
            }
            return None;
        };
        let endpoint = Endpoint { variable, allow_plaintext: draft.allow_plaintext };
        Some(match kind {
            Kind::Slack => Channel::Slack(endpoint),
            Kind::Teams => Channel::Teams(endpoint),
            _ => Channel::Webhook { endpoint, secret: draft.secret.clone(), token: draft.token.clone() },
        })
    }

    fn smtp(&mut self, key: Key<'_>, value: &Value<'_>) -> Option<Smtp> {
        let within = "notify.smtp";
        let (mut host, mut from, mut tls) = (None, None, Tls::Starttls);
        let (mut port, mut user, mut password, mut allow_plaintext) = (None, None, None, false);
        for (key, value) in self.walk.table(within, value) {
            let path = format!("{within}.{}", key.name);
            match key.name {
                "host" => host = self.host(&path, value),
                "port" => port = self.port(&path, value),
                "tls" => tls = self.walk.choice(&path, value, &TLS).unwrap_or(tls),
                "from" => from = self.address(&path, value),
                "user-env" => user = self.variable(&path, value),
                "password-env" => password = self.variable(&path, value),
                "allow-plaintext" => allow_plaintext = self.walk.flag(&path, value).unwrap_or(false),
                _ => self.unknown(key, within, SMTP),
            }
        }
        for (name, is_missing) in [("host", host.is_none()), ("from", from.is_none())] {
            if is_missing && !self.has_problem(&format!("{within}.{name}")) {
                self.walk.problem(key.start, format!("`{within}` has no `{name}`"), None);
            }
        }
        if user.is_some() != password.is_some() && !self.has_problem(within) {
            let message = format!("`{within}` has one of `user-env` and `password-env` without the other");
            self.walk.problem(key.start, message, None);
        }
        let (host, from) = host.zip(from)?;
        Some(Smtp { host, port, tls, from, user, password, allow_plaintext })
    }

    fn hooks(&mut self, config: &mut Config, value: &Value<'_>) {
        for (key, value) in self.walk.table("hooks", value) {
            match key.name {
                "time-limit" => {
                    config.hooks.time_limit = self.time("hooks.time-limit", value, config.hooks.time_limit);
                }
                name if value.get_ref().is_table() => {
                    for (inner, value) in self.walk.table(&format!("hooks.{name}"), value) {
                        self.event(config, &format!("{name}.{}", inner.name), inner.start, value);
                    }
                }
                name => self.event(config, name, key.start, value),
            }
        }
        if config.hooks.all.len() > MOST_HOOKS {
            self.walk.problem(
                value.span().start,
                format!("`hooks` has more than {MOST_HOOKS} commands"),
                None,
            );
        }
    }

    /// One command, or a list of commands.
    fn event(&mut self, config: &mut Config, name: &str, start: usize, value: &Value<'_>) {
        let Some(event) = Event::ALL.into_iter().find(|event| event.name() == name) else {
            let known = Event::ALL.map(Event::name);
            let hint =
                did_you_mean(name, &known).unwrap_or_else(|| format!("events are `{}`", known.join("`, `")));
            return self.walk.problem(start, format!("there is no event `{name}`"), Some(hint));
        };
        let path = format!("hooks.{name}");
        if !value.get_ref().is_array() {
            return self.walk.wrong_type(&path, value, "a list");
        }
        let items = self.walk.items(&path, value);
        let is_list = items.iter().any(|item| item.get_ref().is_array());
        let commands = if is_list { items } else { vec![value] };
        for command in commands {
            let command_start = command.span().start;
            let command = self.walk.texts(&path, command);
            let is_wrong = command.iter().any(|word| word.contains('\0'));
            match command.first() {
                Some(program) if !program.trim().is_empty() && !is_wrong => {
                    config.hooks.all.push(Hook { event, command });
                }
                _ => {
                    let hint = "write the program and its arguments: `[\"notify-send\", \"failed\"]`";
                    let message = format!("`{path}` has a command without a program");
                    self.walk.problem(command_start, message, Some(hint.to_owned()));
                }
            }
        }
    }
}

/// Single values.
impl Reader<'_, '_> {
    /// The name of a variable. What is not one is likely the secret itself, and is not repeated.
    fn variable(&mut self, path: &str, value: &Value<'_>) -> Option<String> {
        let text = self.walk.text(path, value)?;
        let is_name = text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
            && text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
            && text.len() <= LONGEST_TEXT;
        if is_name {
            return Some(text);
        }
        let hint = "set a variable, and write its name here; the file has no secrets";
        let message = format!("`{path}` must be the name of an environment variable");
        self.walk.problem(value.span().start, message, Some(hint.to_owned()));
        None
    }

    fn unknown(&mut self, key: Key<'_>, within: &str, known: &[&str]) {
        if SECRETS.contains(&key.name) && within != "notify" {
            let name = if key.name.starts_with("webhook") { "url" } else { key.name };
            let hint = format!("name the environment variable that has it: `{name}-env = \"NAME\"`");
            let message = format!("`{within}.{}` would be a secret in the file", key.name);
            return self.walk.problem(key.start, message, Some(hint));
        }
        self.walk.unknown(key, within, known);
    }

    fn on(&mut self, path: &str, value: &Value<'_>) -> Vec<On> {
        let items = self.walk.items(path, value);
        items.into_iter().filter_map(|item| self.walk.choice(path, item, &ONS)).collect()
    }

    fn severity(&mut self, path: &str, value: &Value<'_>, default: Severity) -> Severity {
        self.walk.choice(path, value, &SEVERITIES).unwrap_or(default)
    }

    /// A short text in one line.
    fn words(&mut self, path: &str, value: &Value<'_>) -> Option<String> {
        let text = self.walk.text(path, value)?;
        if !text.trim().is_empty() && text.len() <= LONGEST_TEXT && !text.contains(belljar_text::is_unsafe) {
            return Some(text);
        }
        let message = format!("`{path}` must be a text in one line of at most {LONGEST_TEXT} bytes");
        self.walk.problem(value.span().start, message, None);
        None
    }

    fn host(&mut self, path: &str, value: &Value<'_>) -> Option<String> {
        let text = self.walk.text(path, value)?;
        let is_host = !text.is_empty()
            && text.len() <= 253
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-:".contains(letter));
        if is_host {
            return Some(text);
        }
        let hint = "write the name or the address alone; `port` and `tls` are keys of their own";
        let message = format!("`{path}` is not the name of a server");
        self.walk.problem(value.span().start, message, Some(hint.to_owned()));
        None
    }

    fn address(&mut self, path: &str, value: &Value<'_>) -> Option<String> {
        let text = self.walk.text(path, value)?;
        match text.parse::<Mailbox>() {
            Ok(_) => Some(text),
            Err(error) => {
                let error = error.to_string().to_lowercase();
                let message = format!("`{path}` has `{text}`, which is not an address: {error}");
                self.walk.problem(value.span().start, message, None);
                None
            }
        }
    }

    fn addresses(&mut self, path: &str, value: &Value<'_>) -> Vec<String> {
        let items = self.walk.items(path, value);
        items.into_iter().filter_map(|item| self.address(path, item)).collect()
    }

    fn time(&mut self, path: &str, value: &Value<'_>, default: Duration) -> Duration {
        let Some(text) = self.walk.text(path, value) else { return default };
        let time = humantime::parse_duration(&text).ok();
        match time.filter(|time| !time.is_zero() && *time <= LONGEST_TIME) {
            Some(time) => time,
            None => {
                let message = format!("`{path}` is `{text}`, which is not a time of at most 10 minutes");
                let hint = Some("write `30s` or `2m`".to_owned());
                self.walk.problem(value.span().start, message, hint);
                default
            }
        }
    }

    fn attempts(&mut self, path: &str, value: &Value<'_>, default: u32) -> u32 {
        match self.number(path, value) {
            Some(number @ 1..=MOST_ATTEMPTS) => number,
            Some(number) => {
                let message = format!("`{path}` is {number}, and must be from 1 to {MOST_ATTEMPTS}");
                self.walk.problem(value.span().start, message, None);
                default
            }
            None => default,
        }
    }

    fn port(&mut self, path: &str, value: &Value<'_>) -> Option<u16> {
        let number = self.number(path, value)?;
        let port = u16::try_from(number).ok().filter(|port| *port > 0);
        if port.is_none() {
            self.walk.problem(value.span().start, format!("`{path}` is {number}, which is not a port"), None);
        }
        port
    }

    fn number(&mut self, path: &str, value: &Value<'_>) -> Option<u32> {
        let DeValue::Integer(number) = value.get_ref() else {
            self.walk.wrong_type(path, value, "a number");
            return None;
        };
        // One that does not fit is out of every range.
        Some(u32::from_str_radix(number.as_str(), number.radix()).unwrap_or(u32::MAX))
    }

    /// Whether something below a key was reported already.
    fn has_problem(&self, within: &str) -> bool {
        let starts = [format!("`{within}`"), format!("`{within}."), "unknown key `".to_owned()];
        let inside = format!("in `{within}`");
        self.walk.problems().iter().any(|problem| {
            let [own, below, unknown] = &starts;
            problem.message.starts_with(own)
                || problem.message.starts_with(below)
                || (problem.message.starts_with(unknown) && problem.message.ends_with(&inside))
        })
    }
}
