//! Messages in the forms of services. Each form has limits on its size, and shows as many findings as fit; the number of
//! the others is part of the message.

mod email;
mod escape;
mod slack;
mod teams;
mod webhook;

pub use email::Mail;
pub use webhook::{Envelope, json_schema};

pub(crate) use email::mail;
pub(crate) use slack::slack;
pub(crate) use teams::teams;
pub(crate) use webhook::webhook;

use serde_json::Value;

use crate::notice::Notice;

/// JSON with as many findings as fit into a number of bytes. `write` gets the number of findings that it shows.
fn fitting(all: usize, most: usize, write: &dyn Fn(usize) -> Value) -> Vec<u8> {
    let (mut fits, mut too_many) = (0, all + 1);
    let bytes = |count: usize| serde_json::to_vec(&write(count)).unwrap_or_default();
    // The size grows with the number of findings.
    while too_many - fits > 1 {
        let middle = fits + (too_many - fits) / 2;
        if bytes(middle).len() <= most { fits = middle } else { too_many = middle }
    }
    bytes(fits)
}

/// The texts below the findings: what is left out, and what else is known.
fn remarks(notice: &Notice<'_>, left_out: usize) -> Vec<String> {
    Notice::left_out(left_out).into_iter().chain(notice.remarks.iter().cloned()).collect()
}

#[cfg(test)]
mod tests;
