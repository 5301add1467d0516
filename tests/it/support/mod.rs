mod archive;
mod attempts;
mod belljar;
mod between;
mod git;
mod measured;
mod project;
mod sqlite;

pub(crate) use archive::{Tar, gzip, zipped};
pub(crate) use attempts::{attempting, attempts, gives, gives_in_all, repeats};
pub(crate) use belljar::{Belljar, Run, cache};
pub(crate) use between::{between, only_harm_is_lost};
pub(crate) use git::{commit, git, repository};
pub(crate) use measured::measured;
pub(crate) use project::{GOOD, Project, good_and, write_all};
pub(crate) use sqlite::sqlite;
