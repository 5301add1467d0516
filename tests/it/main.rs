//! The program as people meet it: a small project goes in, and exit code, standard output and standard error are
//! looked at together.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "the lints do not take the helpers of tests for tests"
)]

mod support;

/// What is found in code that works, that works in part, and that does not.
mod extract {
    mod declared;
    mod generations;
    mod inheritance;
    mod layouts;
    mod partial;
    mod places;
    mod projects;
    mod several;
    mod styles;
    mod unresolved;
    mod views;
    mod wheelhouse;
}

/// Forms of the output, and everything around it.
mod formats {
    mod colour;
    mod exit_codes;
    mod json;
    mod messages;
    mod output;
    mod shell;
    mod sql;
    mod terminal;
    mod text;
}

/// The configuration of a project.
mod config {
    mod commands;
    pub(crate) mod files;
}

/// The examples of the pages.
mod docs;

/// Results of earlier runs.
mod cached;

mod diagram;
mod diff;
mod diff_rendered;
mod diff_services;
mod drift;
/// `belljar check --database`.
mod rows;
mod schema_docs;
/// `belljar log`.
pub(crate) mod schema_log;

/// What does not, however it is written.
mod rewrites;

/// What the rules say of a change, in the forms that CI reads.
mod check {
    mod bad_input;
    mod ci;
    mod forms;
    mod hostile;
    mod policy;
    pub(crate) mod shop;
    mod squawk;
}

/// Who feels a change.
mod downstream;

/// Who is told of it: messages to real servers, and commands of the operator.
mod notify {
    mod hooks;
    mod messages;
    mod operator;
    #[expect(dead_code, reason = "the tests of the crate use the rest")]
    pub(crate) mod servers;
    pub(crate) mod setup;
}

/// Pages for people.
mod report;

/// Where something comes from.
mod explain;
mod generate;

/// Live databases.
pub(crate) mod inspect;

/// What must not make a difference.
mod same;

/// Input that is wrong in some way, next to input that is right.
mod bad_input {
    mod archives;
    mod filesystem;
    mod migrations;
    mod paths;
    mod python;
    mod revisions;
}

/// A job in a process of its own.
mod isolate;

/// Who may set which limit.
mod limits_file;
mod migrations;
mod migrations_new;
mod migrations_tested;

/// Attacks, a file for each class of them. Each names the refusal it expects, and has a control that must succeed.
mod attack {
    mod bytecode;
    mod chance;
    mod channel;
    mod clocks;
    mod compiled;
    mod databases;
    mod environment;
    mod filesystem;
    mod hidden_changes;
    mod interfaces;
    mod interference;
    mod loaded_instead;
    mod log;
    mod network;
    mod own_check;
    mod own_configuration;
    mod processes;
    pub(crate) mod reaching;
    mod recognising;
    mod repositories;
    mod shadows;
    mod statements;
    mod streams;
    mod tampering;
    pub(crate) mod terminal;
}

/// Code and files that take more than they may: the limit that fires, the blame, and that what came before is kept.
mod exhaustion {
    mod code;
    mod files;
    mod findings;
    mod limits;
    mod resume;
}
