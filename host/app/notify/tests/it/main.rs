//! Messages are sent to real servers on this machine.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the lints do not take the helpers of tests for tests"
)]

#[expect(dead_code, reason = "the tests of the program use the rest")]
#[path = "../../../../../tests/it/notify/servers.rs"]
mod servers;

mod courier;
mod hooks;
mod http;
mod published;
mod smtp;
