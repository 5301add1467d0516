//! Sends a message, in the process that does nothing else.
//!
//! An attempt that fails for a reason that may pass (no connection, 429, 5xx, a temporary answer of a mail server) is repeated
//! after a time that doubles, within the time limit. What a server answers is limited in size, and is text.

mod answer;
mod http;
mod smtp;
mod trust;

use std::{
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use crate::delivery::{Delivery, Route};

/// The time of one attempt.
const ATTEMPT: Duration = Duration::from_secs(10);

/// The time before the second attempt, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Why it was not sent, as a lower-case fragment without secrets; `None` if it was.
    pub failure: Option<String>,
    /// The number of attempts.
    pub attempts: u32,
}

/// Why an attempt failed.
#[derive(Debug)]
struct Failed {
    message: String,
    /// Whether another attempt may succeed.
    may_pass: bool,
    /// How long the server asks to wait.
    wait: Option<Duration>,
}

impl Failed {
    fn for_good(message: impl Into<String>) -> Self {
        Self { message: message.into(), may_pass: false, wait: None }
    }

    fn for_now(message: impl Into<String>) -> Self {
        Self { message: message.into(), may_pass: true, wait: None }
    }
}

/// Sends a message, with its retries.
pub fn send(delivery: &Delivery) -> Outcome {
    let end = Instant::now() + delivery.time_limit;
    let left = || end.saturating_duration_since(Instant::now());
    let mut pause = FIRST_PAUSE;
    let mut attempts = 0;
    loop {
        attempts += 1;
        let Err(failed) = attempt(&delivery.route, left().min(ATTEMPT)) else {
            return Outcome { failure: None, attempts };
        };
        let wait = failed.wait.unwrap_or(pause).max(Duration::from_millis(1));
        let is_last = !failed.may_pass || attempts >= delivery.attempts.max(1);
        if is_last || wait >= left() {
            return Outcome { failure: Some(final_message(&failed, attempts, is_last)), attempts };
        }
        thread::sleep(wait);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn final_message(failed: &Failed, attempts: u32, is_last: bool) -> String {
    let message = &failed.message;
    let tried = if attempts > 1 { format!(", {attempts} times") } else { String::new() };
    match failed.wait {
        Some(wait) if !is_last => {
            format!("{message}{tried}; it asks to wait {} s, and the time limit is earlier", wait.as_secs())
        }
        _ if !is_last => format!("{message}{tried}; there is no time for another attempt"),
        _ => format!("{message}{tried}"),
    }
}

fn attempt(route: &Route, limit: Duration) -> Result<(), Failed> {
    match route {
        Route::Http { url, headers, body } => http::post(url, headers, body, limit),
        Route::Smtp { host, port, tls, credentials, mail } => smtp::send(
            &smtp::Server { host, port: *port, tls: *tls, credentials: credentials.as_ref() },
            mail,
            limit,
        ),
    }
}
