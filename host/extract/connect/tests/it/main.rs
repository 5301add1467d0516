//! Connections to servers on this machine: slow ones, endless ones, and those with other certificates.

mod limits;
mod support;
mod tls;
mod urls;
