//! All output of the program: standard output, standard error and result files.
//!
//! * [`guard`]: escapes every line, so that no terminal and no CI system interprets it
//! * [`messages`]: the messages on standard error
//! * [`progress`]: bars on a terminal
//! * [`pager`]: long text on a terminal
//! * [`output`]: results, to standard output or to a file
//! * [`pages`]: the folder of `belljar docs`
//! * [`permissions`]: the mode of files
//! * [`silencing`]: the comments of `check --fix`
//! * [`version_file`]: the file of `migrations new`
//! * [`closed`]: whether standard output was closed before the program started

pub(crate) mod closed;
pub(crate) mod guard;
pub(crate) mod level;
pub(crate) mod messages;
pub(crate) mod output;
pub(crate) mod pager;
pub(crate) mod pages;
mod permissions;
pub(crate) mod progress;
pub(crate) mod silencing;
pub(crate) mod version_file;
