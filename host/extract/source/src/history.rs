//! The commits of a repository.

use crate::{
    Request, SourceError, SourceLimits,
    commits::{History, HistoryRequest},
    git::{self, Asked, Safe},
    place,
};

/// Reads the commits of a repository. Nothing of their files is read.
pub fn history(
    request: &Request,
    wanted: &HistoryRequest<'_>,
    limits: &SourceLimits,
) -> Result<History, SourceError> {
    let path = request.path.as_path();
    let (place, safe) = (place::resolve(path)?, Safe::new(&request.safe_directories));
    git::history(&Asked { path, place: &place, safe: &safe }, wanted, limits)
}
