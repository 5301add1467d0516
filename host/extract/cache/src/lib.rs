//! The user's cache folder.
//!
//! [`private`] makes the folder and opens its files so that no other user can read or replace them. [`Results`] keeps
//! results of extractions there, each under a [`Key`]: a digest of everything that a result depends on, files of the
//! source, options, limits and this build of the program.
//!
//! No result depends on the cache. An entry that is damaged, cut short, renamed, or of another build is not used, and is
//! removed. Entries are written whole or not at all, and processes share them without locks. When all entries together
//! take more than a limit, those that were not used for the longest time are removed.

mod key;
pub mod private;
mod results;

pub use key::{Key, KeyBuilder};
pub use results::{Results, Usage};
