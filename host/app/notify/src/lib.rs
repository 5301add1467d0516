//! Notifies people and programs of the result of a command.
//!
//! * [`config`]: the file of the operator, which a repository can't contain
//! * [`is_outside`]: whether a file is in none of the repositories that are read
//! * [`Event`], [`Run`]: what happened, and where
//! * [`plan`]: who gets which findings, by their owners and severities, and not twice ([`SentFile`])
//! * `message`: the forms of Slack, Microsoft Teams, e-mail and generic webhooks
//! * [`Delivery`]: a message with its address and secrets, which come from the environment
//! * [`courier`]: sends each message in a process of its own, with retries and a time limit
//! * [`run_hooks`]: runs commands of the operator
//!
//! Nothing here fails a check: what can't be sent is a sentence. Findings are text of a repository; each form escapes them.

pub mod config;
pub mod courier;
mod delivery;
mod event;
mod hook;
mod message;
mod notice;
mod owners;
mod plan;
mod repository;
mod run;
mod sample;
mod send;
mod sent;

pub use delivery::{Addressing, Delivery, Route, address, destination, preview};
pub use event::Event;
pub use hook::{HookInput, HookReport, run_hooks};
pub use message::{Envelope, Mail, json_schema};
pub use notice::Notice;
pub use plan::{Message, Occasion, Plan, plan};
pub use repository::{is_outside, scope};
pub use run::Run;
pub use sample::sample;
pub use send::{Outcome, send};
pub use sent::{Marks, Sent, SentFile};
