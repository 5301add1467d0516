mod archive;
mod belljar;
mod git;
mod project;

pub(crate) use archive::{Tar, gzip, zipped};
pub(crate) use belljar::{Belljar, Run, cache};
pub(crate) use git::{commit, git, repository};
pub(crate) use project::{GOOD, Project, good_and, write_all};
