//! `wasi:filesystem` over the tree of a job: read-only, in memory.
//!
//! No host directory is ever opened. A path is resolved part by part against the files of one tree ([`Tree::resolve`]);
//! `..` out of the root is rejected, links do not exist (the source has resolved them), and all writing operations
//! return the read-only error code.
//!
//! wasmtime's own traits are implemented, so its resource types name the handles; the table contains [`Node`] and
//! [`Listing`] for them, and checks the type on every access.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use belljar_tree::{Node as TreeNode, ReadError, ResolveError, Tree};
use bytes::Bytes;
use wasmtime::component::{HasData, Resource, ResourceTable};
use wasmtime_wasi::p2::{
    DynInputStream, DynOutputStream, FsError, FsResult,
    bindings::{
        clocks::wall_clock::Datetime,
        filesystem::{
            preopens,
            types::{
                self, Advice, Descriptor, DescriptorFlags, DescriptorStat, DescriptorType, DirectoryEntry,
                DirectoryEntryStream, ErrorCode, HostDescriptor, HostDirectoryEntryStream, MetadataHashValue,
                NewTimestamp, OpenFlags, PathFlags,
            },
        },
    },
    pipe::MemoryInputPipe,
};

use crate::{RunLimits, job::Rewrite};

/// The mount point of the tree in the guest.
pub const MOUNT: &str = "/repo";

/// The mount point of further packages.
pub const PACKAGES_MOUNT: &str = "/wheelhouse";

/// The place below which every file, by its whole path, has the text that [`crate::Job::bodies`] makes of it.
pub const BODIES_MOUNT: &str = "/bodies";

/// Making a text takes the host as long as reading so many times its bytes.
const COST_OF_TEXT: u64 = 16;

/// Where the texts of the tree are.
const BODIES_OF_TREE: &str = "/bodies/repo";

/// The files that the guest can name: those of a tree, and of another with packages. Neither leads into the other.
#[derive(Debug)]
pub(crate) struct Mounts {
    pub(crate) tree: Tree,
    pub(crate) packages: Option<Tree>,
    pub(crate) bodies: Option<Rewrite>,
}

/// One of the two trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mount {
    Tree,
    Packages,
    /// The files of the tree, with the text that is made of them.
    Bodies,
}

/// The maximum number of bytes of one `read`; the guest reads again for more.
const READ_CHUNK: usize = 1 << 20;

/// Modification time of every file, seconds since 1970 (2020-01-01): real times would make runs differ.
const FILE_TIME: u64 = 1_577_836_800;

/// Counts the bytes that are read, against the limits.
#[derive(Debug)]
pub(crate) struct Meter {
    left_to_read: u64,
    /// The memory of a file is released when the last handle or stream to it is closed.
    left_to_open: Arc<AtomicU64>,
    pub(crate) refused: bool,
}

/// The bytes of an open file.
struct Open {
    bytes: Arc<[u8]>,
    size: u64,
    left: Arc<AtomicU64>,
}

impl AsRef<[u8]> for Open {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.left.fetch_add(self.size, Ordering::Relaxed);
    }
}

impl Meter {
    pub(crate) fn new(limits: &RunLimits) -> Self {
        Self {
            left_to_read: limits.read_bytes,
            left_to_open: Arc::new(limits.open_bytes.into()),
            refused: false,
        }
    }

    /// Reserves memory for a text that is made of a file of this size, and makes it.
    fn make(
        &mut self,
        size: u64,
        make: impl FnOnce() -> Result<Vec<u8>, ReadError>,
    ) -> Result<Bytes, ErrorCode> {
        let cost = size.saturating_mul(COST_OF_TEXT);
        let left = self.left_to_read.checked_sub(cost);
        if left.is_none() {
            self.refused = true;
        }
        self.left_to_read = left.ok_or(ErrorCode::InsufficientMemory)?;
        self.open(size.saturating_mul(2), || make().map(Into::into))
    }

    /// Reserves memory for a file of this size, and reads it.
    fn open(
        &mut self,
        size: u64,
        read: impl FnOnce() -> Result<Arc<[u8]>, ReadError>,
    ) -> Result<Bytes, ErrorCode> {
        let open = self.left_to_open.load(Ordering::Relaxed);
        let (Some(left_to_read), Some(left_to_open)) =
            (self.left_to_read.checked_sub(size), open.checked_sub(size))
        else {
            self.refused = true;
            return Err(ErrorCode::InsufficientMemory);
        };
        let bytes = read().map_err(|_| ErrorCode::Io)?;
        self.left_to_read = left_to_read;
        self.left_to_open.store(left_to_open, Ordering::Relaxed);
        Ok(Bytes::from_owner(Open { bytes, size, left: Arc::clone(&self.left_to_open) }))
    }
}

/// The object of a descriptor.
enum Node {
    File { path: Path, bytes: Bytes },
    Directory { path: Path },
}

/// A path with the mount that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Path {
    mount: Mount,
    path: String,
}

impl Node {
    fn path(&self) -> &Path {
        match self {
            Self::File { path, .. } | Self::Directory { path } => path,
        }
    }
}

/// A directory being listed: its path, and the last name that was returned. It stores no names, of which there can be
/// many, and a guest can open many listings.
struct Listing {
    path: Path,
    last: Option<String>,
}

/// The files of a run with the table of its handles.
pub(crate) struct FilesView<'a> {
    pub(crate) mounts: &'a Mounts,
    pub(crate) meter: &'a mut Meter,
    pub(crate) table: &'a mut ResourceTable,
}

/// The state of the interfaces of `wasi:filesystem`, for the linker.
pub(crate) struct Files;

impl HasData for Files {
    type Data<'a> = FilesView<'a>;
}

impl FilesView<'_> {
    fn push(&mut self, node: Node) -> FsResult<Resource<Descriptor>> {
        let handle = self.table.push(node)?;
        Ok(Resource::new_own(handle.rep()))
    }

    fn node(&self, fd: &Resource<Descriptor>) -> FsResult<&Node> {
        Ok(self.table.get(&Resource::new_borrow(fd.rep()))?)
    }

    fn bytes(&self, fd: &Resource<Descriptor>) -> FsResult<Bytes> {
        match self.node(fd)? {
            Node::File { bytes, .. } => Ok(bytes.clone()),
            Node::Directory { .. } => Err(ErrorCode::IsDirectory.into()),
        }
    }

    fn tree(&self, mount: Mount) -> FsResult<&Tree> {
        match mount {
            Mount::Tree | Mount::Bodies => Ok(&self.mounts.tree),
            Mount::Packages => Ok(self.mounts.packages.as_ref().ok_or(ErrorCode::NoEntry)?),
        }
    }

    /// The path of `path` below the directory `fd`, in the same mount. It exists.
    fn resolve(&self, fd: &Resource<Descriptor>, path: &str) -> FsResult<Path> {
        let Node::Directory { path: Path { mount, path: base } } = self.node(fd)? else {
            return Err(ErrorCode::NotDirectory.into());
        };
        Ok(Path { mount: *mount, path: self.tree(*mount)?.resolve(base, path).map_err(code_of)? })
    }

    fn stat_of(&self, Path { mount, path }: &Path) -> FsResult<DescriptorStat> {
        let (type_, size) = match self.tree(*mount)?.node(path) {
            Some(TreeNode::File(entry)) => (DescriptorType::RegularFile, entry.size),
            Some(TreeNode::Directory) => (DescriptorType::Directory, 0),
            None => return Err(ErrorCode::NoEntry.into()),
        };
        let time = Some(Datetime { seconds: FILE_TIME, nanoseconds: 0 });
        Ok(DescriptorStat {
            type_,
            link_count: 1,
            size,
            data_access_timestamp: time,
            data_modification_timestamp: time,
            status_change_timestamp: time,
        })
    }
}

/// The error code of WASI.
fn code_of(error: ResolveError) -> ErrorCode {
    match error {
        ResolveError::TooLong => ErrorCode::NameTooLong,
        ResolveError::Outside => ErrorCode::NotPermitted,
        ResolveError::NoEntry => ErrorCode::NoEntry,
        ResolveError::NotADirectory => ErrorCode::NotDirectory,
    }
}

/// The entry after the last name that a listing returned.
fn next_entry(tree: &Tree, Listing { path: Path { path, .. }, last }: &Listing) -> Option<DirectoryEntry> {
    let name = tree.list_after(path, last.as_deref())?;
    let child = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
    let file = matches!(tree.node(&child), Some(TreeNode::File(_)));
    let type_ = if file { DescriptorType::RegularFile } else { DescriptorType::Directory };
    Some(DirectoryEntry { type_, name: name.to_owned() })
}

/// Two numbers that identify a path; the guest's `st_ino`.
fn hash_of(Path { mount, path }: &Path) -> MetadataHashValue {
    let digest = match mount {
        Mount::Tree => blake3::hash(path.as_bytes()),
        // No path of a tree begins with a slash.
        Mount::Packages => blake3::hash(format!("/{path}").as_bytes()),
        Mount::Bodies => blake3::hash(format!("//{path}").as_bytes()),
    };
    let digest = *digest.as_bytes();
    let (low, high) = digest.split_at(16);
    let number = |bytes: &[u8]| bytes.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    MetadataHashValue { lower: number(low), upper: number(high) }
}

const READ_ONLY: ErrorCode = ErrorCode::ReadOnly;

impl preopens::Host for FilesView<'_> {
    fn get_directories(&mut self) -> wasmtime::Result<Vec<(Resource<Descriptor>, String)>> {
        let mut found = Vec::new();
        let mounts = [
            (Mount::Tree, MOUNT, true),
            (Mount::Packages, PACKAGES_MOUNT, self.mounts.packages.is_some()),
            (Mount::Bodies, BODIES_OF_TREE, self.mounts.bodies.is_some()),
        ];
        for (mount, place, exists) in mounts {
            if exists {
                let root = self.table.push(Node::Directory { path: Path { mount, path: String::new() } })?;
                found.push((Resource::new_own(root.rep()), place.to_owned()));
            }
        }
        Ok(found)
    }
}

impl types::Host for FilesView<'_> {
    fn convert_error_code(&mut self, error: FsError) -> wasmtime::Result<ErrorCode> {
        error.downcast()
    }

    fn filesystem_error_code(&mut self, _: Resource<wasmtime::Error>) -> wasmtime::Result<Option<ErrorCode>> {
        Ok(None)
    }
}

impl HostDescriptor for FilesView<'_> {
    async fn open_at(
        &mut self,
        fd: Resource<Descriptor>,
        _: PathFlags,
        path: String,
        open: OpenFlags,
        flags: DescriptorFlags,
    ) -> FsResult<Resource<Descriptor>> {
        let writes = DescriptorFlags::WRITE | DescriptorFlags::MUTATE_DIRECTORY;
        let path = match self.resolve(&fd, &path) {
            Ok(path) => path,
            Err(error) if open.contains(OpenFlags::CREATE) => {
                let code = error.downcast().map_err(FsError::trap)?;
                return Err(if matches!(code, ErrorCode::NoEntry) { READ_ONLY } else { code }.into());
            }
            Err(error) => return Err(error),
        };
        if open.contains(OpenFlags::EXCLUSIVE) {
            return Err(ErrorCode::Exist.into());
        }
        if open.contains(OpenFlags::TRUNCATE) || flags.intersects(writes) {
            return Err(READ_ONLY.into());
        }
        let tree = self.tree(path.mount)?;
        let node = match tree.node(&path.path) {
            Some(TreeNode::Directory) => Node::Directory { path },
            Some(TreeNode::File(_)) if open.contains(OpenFlags::DIRECTORY) => {
                return Err(ErrorCode::NotDirectory.into());
            }
            Some(TreeNode::File(entry)) => {
                let (tree, size) = (tree.clone(), entry.size);
                let bytes = match self.mounts.bodies {
                    Some(rewrite) if path.mount == Mount::Bodies => {
                        self.meter.make(size, || tree.read(&path.path).map(|bytes| rewrite(&bytes)))?
                    }
                    _ => self.meter.open(size, || tree.read(&path.path))?,
                };
                Node::File { path, bytes }
            }
            None => return Err(ErrorCode::NoEntry.into()),
        };
        self.push(node)
    }

    fn drop(&mut self, fd: Resource<Descriptor>) -> wasmtime::Result<()> {
        self.table.delete(Resource::<Node>::new_own(fd.rep()))?;
        Ok(())
    }

    fn read_via_stream(
        &mut self,
        fd: Resource<Descriptor>,
        offset: u64,
    ) -> FsResult<Resource<DynInputStream>> {
        let mut bytes = self.bytes(&fd)?;
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let stream: DynInputStream = Box::new(MemoryInputPipe::new(bytes.split_off(start)));
        Ok(self.table.push(stream)?)
    }

    async fn read(&mut self, fd: Resource<Descriptor>, len: u64, offset: u64) -> FsResult<(Vec<u8>, bool)> {
        let bytes = self.bytes(&fd)?;
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let len = usize::try_from(len).unwrap_or(usize::MAX).min(READ_CHUNK);
        let part: Vec<u8> = bytes.iter().skip(start).take(len).copied().collect();
        let end = start.saturating_add(part.len()) >= bytes.len();
        Ok((part, end))
    }

    async fn read_directory(&mut self, fd: Resource<Descriptor>) -> FsResult<Resource<DirectoryEntryStream>> {
        let Node::Directory { path } = self.node(&fd)? else {
            return Err(ErrorCode::NotDirectory.into());
        };
        let listing = Listing { path: path.clone(), last: None };
        let handle = self.table.push(listing)?;
        Ok(Resource::new_own(handle.rep()))
    }

    async fn stat(&mut self, fd: Resource<Descriptor>) -> FsResult<DescriptorStat> {
        let node = self.node(&fd)?;
        let mut stat = self.stat_of(node.path())?;
        if let Node::File { bytes, .. } = node {
            stat.size = bytes.len() as u64; // a made text has another size than its file
        }
        Ok(stat)
    }

    async fn stat_at(
        &mut self,
        fd: Resource<Descriptor>,
        _: PathFlags,
        path: String,
    ) -> FsResult<DescriptorStat> {
        self.stat_of(&self.resolve(&fd, &path)?)
    }

    async fn metadata_hash(&mut self, fd: Resource<Descriptor>) -> FsResult<MetadataHashValue> {
        Ok(hash_of(self.node(&fd)?.path()))
    }

    async fn metadata_hash_at(
        &mut self,
        fd: Resource<Descriptor>,
        _: PathFlags,
        path: String,
    ) -> FsResult<MetadataHashValue> {
        Ok(hash_of(&self.resolve(&fd, &path)?))
    }

    async fn is_same_object(
        &mut self,
        a: Resource<Descriptor>,
        b: Resource<Descriptor>,
    ) -> wasmtime::Result<bool> {
        let (a, b) = (Resource::<Node>::new_borrow(a.rep()), Resource::<Node>::new_borrow(b.rep()));
        Ok(self.table.get(&a)?.path() == self.table.get(&b)?.path())
    }

    async fn get_flags(&mut self, fd: Resource<Descriptor>) -> FsResult<DescriptorFlags> {
        self.node(&fd)?;
        Ok(DescriptorFlags::READ)
    }

    async fn get_type(&mut self, fd: Resource<Descriptor>) -> FsResult<DescriptorType> {
        Ok(self.stat(fd).await?.type_)
    }

    async fn advise(&mut self, fd: Resource<Descriptor>, _: u64, _: u64, _: Advice) -> FsResult<()> {
        self.node(&fd).map(|_| ())
    }

    async fn readlink_at(&mut self, fd: Resource<Descriptor>, path: String) -> FsResult<String> {
        self.resolve(&fd, &path)?;
        Err(ErrorCode::Invalid.into()) // POSIX's error for a path that is not a link.
    }

    // Nothing below changes anything.

    async fn sync(&mut self, _: Resource<Descriptor>) -> FsResult<()> {
        Ok(())
    }

    async fn sync_data(&mut self, _: Resource<Descriptor>) -> FsResult<()> {
        Ok(())
    }

    async fn set_size(&mut self, _: Resource<Descriptor>, _: u64) -> FsResult<()> {
        Err(READ_ONLY.into())
    }

    async fn set_times(&mut self, _: Resource<Descriptor>, _: NewTimestamp, _: NewTimestamp) -> FsResult<()> {
        Err(READ_ONLY.into())
    }

    async fn set_times_at(
        &mut self,
        _: Resource<Descriptor>,
        _: PathFlags,
        _: String,
        _: NewTimestamp,
        _: NewTimestamp,
    ) -> FsResult<()> {
        Err(READ_ONLY.into())
    }

    async fn write(&mut self, _: Resource<Descriptor>, _: Vec<u8>, _: u64) -> FsResult<u64> {
        Err(READ_ONLY.into())
    }

    fn write_via_stream(&mut self, _: Resource<Descriptor>, _: u64) -> FsResult<Resource<DynOutputStream>> {
        Err(READ_ONLY.into())
    }

    fn append_via_stream(&mut self, _: Resource<Descriptor>) -> FsResult<Resource<DynOutputStream>> {
        Err(READ_ONLY.into())
    }

    async fn create_directory_at(&mut self, fd: Resource<Descriptor>, path: String) -> FsResult<()> {
        // `makedirs(exist_ok=True)` must see that an existing directory exists.
        let exists = self.resolve(&fd, &path).is_ok();
        Err(if exists { ErrorCode::Exist } else { READ_ONLY }.into())
    }

    async fn remove_directory_at(&mut self, _: Resource<Descriptor>, _: String) -> FsResult<()> {
        Err(READ_ONLY.into())
    }

    async fn unlink_file_at(&mut self, _: Resource<Descriptor>, _: String) -> FsResult<()> {
        Err(READ_ONLY.into())
    }

    async fn rename_at(
        &mut self,
        _: Resource<Descriptor>,
        _: String,
        _: Resource<Descriptor>,
        _: String,
    ) -> FsResult<()> {
        Err(READ_ONLY.into())
    }

    async fn link_at(
        &mut self,
        _: Resource<Descriptor>,
        _: PathFlags,
        _: String,
        _: Resource<Descriptor>,
        _: String,
    ) -> FsResult<()> {
        Err(READ_ONLY.into())
    }

    async fn symlink_at(&mut self, _: Resource<Descriptor>, _: String, _: String) -> FsResult<()> {
        Err(READ_ONLY.into())
    }
}

impl HostDirectoryEntryStream for FilesView<'_> {
    async fn read_directory_entry(
        &mut self,
        stream: Resource<DirectoryEntryStream>,
    ) -> FsResult<Option<DirectoryEntry>> {
        let handle = Resource::<Listing>::new_borrow(stream.rep());
        let listing = self.table.get(&handle)?;
        let Some(next) = next_entry(self.tree(listing.path.mount)?, listing) else { return Ok(None) };
        self.table.get_mut(&handle)?.last = Some(next.name.clone());
        Ok(Some(next))
    }

    fn drop(&mut self, stream: Resource<DirectoryEntryStream>) -> wasmtime::Result<()> {
        self.table.delete(Resource::<Listing>::new_own(stream.rep()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(read_bytes: u64, open_bytes: u64) -> Meter {
        Meter::new(&RunLimits { read_bytes, open_bytes, ..RunLimits::default() })
    }

    #[test]
    fn a_made_text_costs_more_than_its_file() {
        let text = |length: usize| move || Ok(vec![b'x'; length]);
        let mut enough = meter(18 * 10, 20);
        let made = enough.make(10, text(15)).unwrap();
        assert_eq!((made.len(), enough.left_to_read, enough.refused), (15, 0, false));
        assert!(enough.make(1, text(1)).is_err() && enough.refused, "all that may be read is used up");
        for (read, open) in [(18 * 10 - 1, 20), (18 * 10, 19)] {
            let mut little = meter(read, open);
            assert!(little.make(10, text(15)).is_err() && little.refused, "{read} to read, {open} open");
        }
    }

    #[test]
    fn memory_of_a_made_text_is_released_with_it() {
        let mut meter = meter(1 << 20, 20);
        let made = meter.make(10, || Ok(vec![b'x'; 3])).unwrap();
        assert!(meter.make(10, || Ok(Vec::new())).is_err(), "the first is still open");
        drop(made);
        assert!(meter.make(10, || Ok(Vec::new())).is_ok());
    }

    #[test]
    fn the_mounts_of_a_run() {
        for (mount, place) in [(Mount::Tree, MOUNT), (Mount::Bodies, BODIES_OF_TREE)] {
            let path = Path { mount, path: "a.py".to_owned() };
            assert_ne!(
                hash_of(&path).lower,
                hash_of(&Path { mount: Mount::Packages, ..path }).lower,
                "{place}"
            );
        }
        assert_eq!(BODIES_OF_TREE, format!("{BODIES_MOUNT}{MOUNT}"));
    }
}
