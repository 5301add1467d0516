//! All that leaves the program: standard output, standard error and result files.
//!
//! * [`guard`]: what every line passes, so that no terminal and no CI system obeys it
//! * [`messages`]: what standard error says
//! * [`progress`]: bars on a terminal
//! * [`output`]: results, to standard output or to a file
//! * [`closed`]: whether standard output was closed before the program started

pub(crate) mod closed;
pub(crate) mod guard;
pub(crate) mod level;
pub(crate) mod messages;
pub(crate) mod output;
pub(crate) mod progress;
