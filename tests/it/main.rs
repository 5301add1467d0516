//! The program as people meet it: a small project goes in, and exit code, standard output and standard error are
//! looked at together.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
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
    mod several;
    mod styles;
    mod unresolved;
    mod wheelhouse;
}

/// Forms of the output, and everything around it.
mod formats {
    mod colour;
    mod exit_codes;
    mod json;
    mod output;
    mod sql;
    mod talk;
    mod text;
}

/// The pages.
mod docs;

/// Code that ends a run, among other code.
mod resume;

/// What differs.
mod diff;

/// What the rules say of a change, in the forms that CI reads.
mod check {
    mod bad_input;
    mod ci;
    mod forms;
    mod hostile;
    mod policy;
    mod shop;
}

/// Where something comes from.
mod explain;

/// What must not make a difference.
mod same;

/// Input that is wrong in some way, next to input that is right.
mod bad_input {
    mod archives;
    mod filesystem;
    mod paths;
    mod python;
    mod revisions;
}

/// Code that takes more than it may.
mod limits;

/// Names that try to write to the terminal.
mod hostile_names;

/// What the guest can reach: everything that it imports, and what it gets when it tries.
mod glass {
    mod imports;
    mod inside;
}
