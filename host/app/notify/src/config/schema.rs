//! The JSON Schema of the file, for editors. These types describe what the reader accepts, and are used for nothing else; a
//! test compares both.

#![expect(dead_code, reason = "only their schema is used")]

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, schema_for};

/// The JSON Schema (draft 2020-12) of the file, in TOML, YAML or JSON.
pub fn json_schema() -> Schema {
    let mut schema = schema_for!(Configuration);
    schema.insert("title".to_owned(), "Notifications and hooks of Belljar".into());
    schema
}

/// The file of `belljar check --notify FILE`: whom to notify, and which commands to run.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Configuration {
    /// Whom to notify, and of what.
    notify: Option<Notify>,
    /// Commands that are run on events: a program with its arguments, or a list of such commands. `time-limit` is the time of
    /// each.
    hooks: Option<BTreeMap<String, Hook>>,
}

/// Whom to notify, and of what.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Notify {
    /// The name of the project in messages. Default: that of the repository in CI, else that of the directory.
    name: Option<String>,
    /// The outcomes that are worth a message. Default: `failed` and `error`.
    on: Option<Vec<On>>,
    /// The lowest severity of the findings in messages. Default: `warning`.
    min_severity: Option<Severity>,
    /// Whether a finding is sent to a target only once for each change. Default: false.
    first_time_only: Option<bool>,
    /// The file with what was sent, from the folder of this file. Default: `notify/sent.json` in the cache folder.
    state: Option<String>,
    /// The time for all messages, including retries, such as `30s`; at most 10 minutes. Default: `30s`.
    time_limit: Option<String>,
    /// How often a message is tried, from 1 to 10. Default: 4.
    attempts: Option<u32>,
    /// The mail server of targets of the type `email`.
    smtp: Option<Smtp>,
    /// The recipients, by name.
    targets: Option<BTreeMap<String, Target>>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum On {
    Failed,
    Passed,
    Findings,
    Error,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Severity {
    Error,
    Warning,
    Note,
}

/// A mail server.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Smtp {
    /// Its name or address.
    host: String,
    /// Its port. Default: 587, 465 with `implicit`, 25 with `none`.
    port: Option<u16>,
    /// How the connection is encrypted. Default: `starttls`.
    tls: Option<Tls>,
    /// The sender, such as `Belljar <belljar@example.com>`.
    from: String,
    /// The environment variable with the name of the user.
    user_env: Option<String>,
    /// The environment variable with the password.
    password_env: Option<String>,
    /// Whether a server on another machine is used without TLS. Default: false.
    allow_plaintext: Option<bool>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Tls {
    Starttls,
    Implicit,
    None,
}

/// A recipient.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Target {
    /// The service.
    r#type: Kind,
    /// The environment variable with the address of the webhook. Not for `email`.
    url_env: Option<String>,
    /// The environment variable with the secret that signs messages. For `webhook`.
    secret_env: Option<String>,
    /// The environment variable with a bearer token. For `webhook`.
    token_env: Option<String>,
    /// Whether a server on another machine is used without TLS. Default: false.
    allow_plaintext: Option<bool>,
    /// The addresses of people. For `email`.
    to: Option<Vec<String>>,
    /// The owners whose findings it gets. Default: all findings.
    owners: Option<Vec<String>>,
    /// Whether it gets the findings whose owners no other target has, and no others but those of `owners`. Default: false.
    fallback: Option<bool>,
    /// The outcomes that are worth a message to it. Default: those of `notify.on`.
    on: Option<Vec<On>>,
    /// The lowest severity of the findings that it gets. Default: that of `notify.min-severity`.
    min_severity: Option<Severity>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Slack,
    Teams,
    Webhook,
    Email,
}

/// A command, a list of commands, the commands of the events of a group, or a time.
#[derive(JsonSchema)]
#[serde(untagged)]
enum Hook {
    Time(String),
    Command(Vec<String>),
    Commands(Vec<Vec<String>>),
    Group(BTreeMap<String, Commands>),
}

#[derive(JsonSchema)]
#[serde(untagged)]
enum Commands {
    One(Vec<String>),
    Several(Vec<Vec<String>>),
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::read;
    use super::*;

    #[test]
    fn tables_have_the_keys_that_are_read() {
        let schema = serde_json::to_value(json_schema()).unwrap();
        let keys = |value: &Value| -> Vec<String> {
            let mut keys: Vec<String> = value["properties"].as_object().unwrap().keys().cloned().collect();
            keys.sort_unstable();
            keys
        };
        for (described, read) in [
            (&schema, read::ROOT),
            (&schema["$defs"]["Notify"], read::NOTIFY),
            (&schema["$defs"]["Smtp"], read::SMTP),
            (&schema["$defs"]["Target"], read::TARGET),
        ] {
            let mut read = read.to_vec();
            read.sort_unstable();
            assert_eq!(keys(described), read);
        }
    }

    #[test]
    fn words_are_those_that_are_read() {
        let schema = serde_json::to_value(json_schema()).unwrap();
        let words = |all: &[&'static str]| Value::from(all.to_vec());
        for (name, read) in [
            ("On", words(&read::ONS.map(|(word, _)| word))),
            ("Severity", words(&read::SEVERITIES.map(|(word, _)| word))),
            ("Tls", words(&read::TLS.map(|(word, _)| word))),
            ("Kind", words(&read::KINDS.map(|(word, _)| word))),
        ] {
            assert_eq!(schema["$defs"][name]["enum"], read, "{name}");
        }
    }
}
