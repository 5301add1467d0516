//! The file of the operator: whom to notify of what, and which commands to run.
//!
//! ```toml
//! [notify]
//! on = ["failed", "error"]            # also passed, findings
//! min-severity = "warning"            # or error, note
//! first-time-only = true
//!
//! [notify.targets.data]
//! type = "slack"                      # teams, webhook, email
//! url-env = "SLACK_DATA"              # the variable that has the address
//! owners = ["@acme/data"]             # only findings of these owners
//!
//! [hooks]
//! check.failed = ["page-on-call", "--team", "data"]
//! ```
//!
//! The operator names the file, and it is never looked for: what a repository contains neither sends nor runs anything.
//! Addresses of services and passwords are in environment variables, whose names the file has.

mod read;
mod schema;

use std::{path::PathBuf, time::Duration};

use belljar_config::{ConfigText, Problem};
use belljar_schema::Severity;
use serde::{Deserialize, Serialize};

pub use schema::json_schema;

use crate::Event;

/// The contents of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// Whom to notify, and of what.
    pub notify: Notify,
    /// The commands to run.
    pub hooks: Hooks,
}

impl Config {
    /// Reads the text of the file, and reports all its errors.
    pub fn parse<'a>(source: impl Into<ConfigText<'a>>) -> Result<Self, Vec<Problem>> {
        read::read(source.into())
    }
}

/// Whom to notify, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// The name of the project in messages; by default that of the run, else that of the directory.
    pub name: Option<String>,
    /// The outcomes that are worth a message.
    pub on: Vec<On>,
    /// The lowest severity of the findings in messages.
    pub min_severity: Severity,
    /// Whether a finding is only sent once.
    pub first_time_only: bool,
    /// The file with what was sent; by default in the cache folder. Counts from the folder of the configuration.
    pub state: Option<PathBuf>,
    /// The time for all messages, including retries.
    pub time_limit: Duration,
    /// How often a message is tried.
    pub attempts: u32,
    /// The mail server.
    pub smtp: Option<Smtp>,
    /// The recipients, by name.
    pub targets: Vec<Target>,
}

impl Default for Notify {
    fn default() -> Self {
        Self {
            name: None,
            on: vec![On::Failed, On::Error],
            min_severity: Severity::Warning,
            first_time_only: false,
            state: None,
            time_limit: Duration::from_secs(30),
            attempts: 4,
            smtp: None,
            targets: Vec::new(),
        }
    }
}

/// An outcome of a check that is worth a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// The check failed.
    Failed,
    /// The check passed.
    Passed,
    /// The check passed with findings of the lowest severity or above.
    Findings,
    /// The check could not run.
    Error,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    /// Its name or address.
    pub host: String,
    /// Its port; by default 587, 465 with TLS from the start, and 25 without TLS.
    pub port: Option<u16>,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// The sender.
    pub from: String,
    /// The variable with the name of the user.
    pub user: Option<String>,
    /// The variable with the password.
    pub password: Option<String>,
    /// Whether a server on another machine is used without TLS.
    pub allow_plaintext: bool,
}

/// How a connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tls {
    /// TLS begins with a command, and is required.
    Starttls,
    /// TLS from the start.
    Implicit,
    /// No TLS.
    None,
}

/// A recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name in messages about it.
    pub name: String,
    /// The service.
    pub channel: Channel,
    /// The owners whose findings it gets; empty for all findings.
    pub owners: Vec<String>,
    /// Whether it gets the findings whose owners no other target has, and only those and those of `owners`.
    pub fallback: bool,
    /// The outcomes that are worth a message to it.
    pub on: Vec<On>,
    /// The lowest severity of the findings that it gets.
    pub min_severity: Severity,
}

/// The service of a recipient. Addresses of services are in the variables that are named here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// An incoming webhook of Slack.
    Slack(Endpoint),
    /// A webhook of Workflows in Microsoft Teams.
    Teams(Endpoint),
    /// A server that accepts the JSON of `belljar json-schema notification`.
    Webhook {
        /// Its address.
        endpoint: Endpoint,
        /// The variable with the secret that signs the message.
        secret: Option<String>,
        /// The variable with a bearer token.
        token: Option<String>,
    },
    /// Addresses of people.
    Email(Vec<String>),
}

impl Channel {
    /// The name in configurations.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Slack(_) => "slack",
            Self::Teams(_) => "teams",
            Self::Webhook { .. } => "webhook",
            Self::Email(_) => "email",
        }
    }
}

/// A server that is reached by HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The variable with its address.
    pub variable: String,
    /// Whether a server on another machine is used without TLS.
    pub allow_plaintext: bool,
}

/// Commands that are run on events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hooks {
    /// The time of each command.
    pub time_limit: Duration,
    /// The commands, in their order in the file.
    pub all: Vec<Hook>,
}

impl Default for Hooks {
    fn default() -> Self {
        Self { time_limit: Duration::from_secs(30), all: Vec::new() }
    }
}

impl Hooks {
    /// Whether a command is run on an event.
    pub fn has(&self, event: Event) -> bool {
        self.all.iter().any(|hook| hook.event == event)
    }
}

/// A command that is run on an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// The event.
    pub event: Event,
    /// The program and its arguments; no shell reads them.
    pub command: Vec<String>,
}

#[cfg(test)]
mod tests;
