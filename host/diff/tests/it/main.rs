//! What a comparison finds, and what it does not.

mod changes;
mod empty;
mod make;
pub(crate) mod property;
mod published;
mod renames;
mod render;
mod speed;
mod uncertain;
