//! Text of a repository for people and machines: escaped, truncated and laid out.
//!
//! * [`safe`], [`is_unsafe`], [`without_commands`]: for a terminal and the log of a CI system
//! * [`code`], [`prose`], [`cell`], [`block`], [`brief`]: as parts of a Markdown page
//! * [`Page`]: a page of a bounded size
//! * [`json`], [`json_line`]: as JSON without terminal commands
//! * [`suggest`], [`did_you_mean`]: known names similar to a mistyped one
//! * [`counted`], [`with_article`]: grammar of messages

mod json;
mod page;
mod safe;
mod span;
mod suggest;
mod words;

pub use json::{json, json_line};
pub use page::{MOST_BYTES, Page};
pub use safe::{is_unsafe, safe, without_commands};
pub use span::{block, brief, cell, code, prose};
pub use suggest::{did_you_mean, is_alike, similarity, suggest};
pub use words::{counted, thousands, with_article};
