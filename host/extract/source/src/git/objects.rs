//! Verifies objects against their hashes.
//!
//! Neither git nor the library compares unpacked objects with the requested hash. A manipulated pack, index or loose
//! object could return other bytes for a commit than any other clone has. So every object that is read as a whole is
//! hashed here.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use gix::{
    ObjectId, Repository, ThreadSafeRepository,
    objs::{Kind, compute_hash},
    odb::pack::cache::Object,
};

/// The maximum length of a chain of deltas; git creates no longer ones.
const MOST_DELTAS: u32 = 4095;

/// A repository whose reads are verified.
pub(super) struct Objects {
    repository: Repository,
    wrong: Arc<AtomicBool>,
}

/// An object does not match its hash, or the library failed on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Damaged(pub(super) String);

impl Objects {
    pub(super) fn new(repository: &ThreadSafeRepository) -> Self {
        let (mut repository, wrong) = (repository.to_thread_local(), Arc::new(AtomicBool::new(false)));
        let mark = Arc::clone(&wrong);
        repository.objects.set_object_cache(move || Box::new(Watch(Arc::clone(&mark))));
        Self { repository, wrong }
    }

    /// The result of reading, if everything that was read is intact. A panic of the library counts as damage too.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Repository) -> T) -> Result<T, Damaged> {
        self.wrong.store(false, Ordering::Relaxed);
        let value = guarded(|| read(&self.repository))?;
        if self.wrong.load(Ordering::Relaxed) {
            return Err(Damaged("an object does not match its hash".to_owned()));
        }
        Ok(value)
    }

    /// The size of an object, from its header alone. `None` if the clone lacks it. The error is a chain of deltas,
    /// which would take its time again for every object on it.
    pub(super) fn size(&self, id: ObjectId) -> Result<Option<u64>, Damaged> {
        let header = self.read(|repository| repository.try_find_header(id).ok().flatten()).ok().flatten();
        if header
            .as_ref()
            .and_then(gix::odb::find::Header::num_deltas)
            .is_some_and(|deltas| deltas > MOST_DELTAS)
        {
            return Err(Damaged(format!("object `{id}` is a chain of more than {MOST_DELTAS} deltas")));
        }
        Ok(header.map(|header| header.size()))
    }

    /// The bytes of a tree.
    pub(super) fn tree(&self, id: ObjectId) -> Option<Vec<u8>> {
        self.read(|repository| Some(repository.find_tree(id).ok()?.data.clone())).ok().flatten()
    }

    /// The bytes of a blob.
    pub(super) fn blob(&self, id: ObjectId) -> Result<Option<Vec<u8>>, Damaged> {
        self.read(|repository| Some(repository.find_blob(id).ok()?.take_data()))
    }
}

/// Runs code that may panic. The state of the library is not used afterwards.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Damaged> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Damaged("the git library failed on it".to_owned()))
}

/// Checks every object that is unpacked, and stores none.
struct Watch(Arc<AtomicBool>);

impl Object for Watch {
    fn put(&mut self, id: ObjectId, kind: Kind, data: &[u8]) {
        if compute_hash(id.kind(), kind, data).ok() != Some(id) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    fn get(&mut self, _: &ObjectId, _: &mut Vec<u8>) -> Option<Kind> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_damage() {
        assert_eq!(guarded(|| 1), Ok(1));
        let panics: fn() -> i32 = || std::panic::resume_unwind(Box::new(()));
        assert_eq!(guarded(panics), Err(Damaged("the git library failed on it".to_owned())));
    }
}
