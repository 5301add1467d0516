//! Connections to servers on this machine: slow ones, endless ones, and those with other certificates.
#![expect(clippy::unwrap_used, reason = "the lints do not take the helpers of tests for tests")]

mod limits;
mod sqlite;
mod support;
mod tls;
mod urls;
