use std::{
    cell::Cell,
    io::{self, Read},
    rc::Rc,
};

use super::unpacked::{Entry, Unpacked, read_entry};
use crate::{SourceError, names};

/// Reads a tar archive from a stream, which may unpack to any size.
pub(super) fn unpack_tar(stream: impl Read, unpacked: &mut Unpacked<'_>) -> Result<(), SourceError> {
    let limits = unpacked.limits();
    let meter = Rc::new(Meter::new(limits.max_total_bytes, limits.max_header_bytes));
    let mut archive = tar::Archive::new(Metered { stream, meter: Rc::clone(&meter) });
    let outcome = match archive.entries() {
        Ok(entries) => read_entries(entries, unpacked, &meter)?,
        Err(error) => Err(error),
    };
    let outcome = outcome.and_then(|()| {
        let marked = meter.zeros.get() >= BLOCK as u64;
        // The checksum of the compression follows the end of the archive itself.
        meter.allow_all();
        io::copy(&mut archive.into_inner(), &mut io::sink())?;
        if marked { Ok(()) } else { Err(io::Error::new(io::ErrorKind::UnexpectedEof, "no end mark")) }
    });
    match (outcome, meter.over.get()) {
        (_, Some(limit)) => {
            let value =
                if limit == "max_header_bytes" { limits.max_header_bytes } else { limits.max_total_bytes };
            Err(unpacked.over(limit, value))
        }
        (Ok(()), None) => Ok(()),
        (Err(error), None) => unpacked.stopped(meter.ended.get(), &error.to_string()),
    }
}

/// Size of a tar header, and of the zero blocks at the end.
const BLOCK: usize = 512;

/// The outer error aborts everything; the inner one ends the archive.
fn read_entries<R: Read>(
    mut entries: tar::Entries<'_, Metered<R>>,
    unpacked: &mut Unpacked<'_>,
    meter: &Meter,
) -> Result<io::Result<()>, SourceError> {
    let mut unread = 0;
    loop {
        // The library reads long names into memory, of whatever size they claim.
        meter.allow(unread);
        let mut entry = match entries.next() {
            Some(Ok(entry)) => entry,
            Some(Err(error)) => return Ok(Err(error)),
            None => return Ok(Ok(())),
        };
        meter.allow_all();
        unread = 0;
        // A sparse file is mostly holes, and can claim any size; its bytes are skipped in the archive.
        if entry.header().entry_type().is_gnu_sparse() {
            unread = entry.header().entry_size().unwrap_or(0);
            if let Some(path) = unpacked.accept(&entry.path_bytes())? {
                unpacked.special(&path, "a sparse file");
            }
            continue;
        }
        if let Err(error) = take(&mut entry, unpacked)? {
            return Ok(Err(error));
        }
        if let Err(error) = io::copy(&mut entry, &mut io::sink()) {
            return Ok(Err(error));
        }
    }
}

fn take<R: Read>(
    entry: &mut tar::Entry<'_, Metered<R>>,
    unpacked: &mut Unpacked<'_>,
) -> Result<io::Result<()>, SourceError> {
    let kind = entry.header().entry_type();
    if kind.is_pax_global_extensions() || kind.is_pax_local_extensions() {
        return Ok(Ok(()));
    }
    let Some(path) = unpacked.accept(&entry.path_bytes())? else { return Ok(Ok(())) };
    if kind.is_dir() {
        unpacked.put(path, Entry::Folder);
    } else if kind.is_symlink() {
        let target = entry.link_name_bytes().unwrap_or_default().into_owned();
        unpacked.put(path, Entry::Link(target));
    } else if kind.is_hard_link() {
        let target = entry.link_name_bytes().unwrap_or_default().into_owned();
        match names::archive_path(&target) {
            Ok(target) => unpacked.put(path, Entry::HardLink(target)),
            Err(bad) => unpacked.builder.bad_name(&target, bad),
        }
    } else if kind.is_file() || kind.is_contiguous() {
        return Ok(take_file(entry, path, unpacked));
    } else {
        unpacked.special(&path, "a device, a pipe or of an unknown kind");
    }
    Ok(Ok(()))
}

fn take_file<R: Read>(
    entry: &mut tar::Entry<'_, Metered<R>>,
    path: String,
    unpacked: &mut Unpacked<'_>,
) -> io::Result<()> {
    let (size, limit) = (entry.size(), unpacked.limits().max_file_bytes);
    if size > limit {
        unpacked.put(path, Entry::TooLarge(size));
        return Ok(());
    }
    let read = read_entry(entry, limit)?;
    // The library treats a premature end as the end of the file.
    if matches!(&read, Entry::File(bytes) if bytes.len() as u64 != size) {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, format!("in the middle of `{path}`")));
    }
    unpacked.put(path, read);
    Ok(())
}

/// How much may still be read, and what was read so far.
struct Meter {
    total: Cell<u64>,
    /// The current limit: between two files it is smaller.
    step: Cell<u64>,
    header: u64,
    /// The limit that was exceeded.
    over: Cell<Option<&'static str>>,
    /// Whether the end of the stream was reached.
    ended: Cell<bool>,
    /// Number of zero bytes at the end so far.
    zeros: Cell<u64>,
}

impl Meter {
    fn new(total: u64, header: u64) -> Self {
        Self {
            total: Cell::new(total),
            step: Cell::new(header),
            header,
            over: Cell::new(None),
            ended: Cell::new(false),
            zeros: Cell::new(0),
        }
    }

    fn allow_all(&self) {
        self.step.set(u64::MAX);
    }

    fn allow(&self, unread: u64) {
        self.step.set(self.header.saturating_add(unread));
    }

    fn spend(&self, bytes: &[u8]) {
        let read = bytes.len() as u64;
        self.total.set(self.total.get().saturating_sub(read));
        self.step.set(self.step.get().saturating_sub(read));
        // Counted up to the relevant number: a bomb is made of zeros.
        let last = bytes.iter().rev().take(BLOCK);
        let zeros = last.take_while(|byte| **byte == 0).count() as u64;
        self.zeros.set(if zeros == read { self.zeros.get().saturating_add(zeros) } else { zeros });
        if read == 0 {
            self.ended.set(true);
        }
    }
}

struct Metered<R> {
    stream: R,
    meter: Rc<Meter>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Meter { total, step, over, ended, .. } = &*self.meter;
        let allowed = total.get().min(step.get());
        if allowed == 0 && !buffer.is_empty() {
            over.set(Some(if total.get() == 0 { "max_total_bytes" } else { "max_header_bytes" }));
            return Err(io::Error::other("over the limit"));
        }
        let length = buffer.len().min(usize::try_from(allowed).unwrap_or(usize::MAX));
        let Some(part) = buffer.get_mut(..length) else { return Ok(0) };
        let read = self.stream.read(part).inspect_err(|error| {
            if error.kind() == io::ErrorKind::UnexpectedEof {
                ended.set(true);
            }
        })?;
        if !part.is_empty() {
            self.meter.spend(part.get(..read).unwrap_or_default());
        }
        Ok(read)
    }
}
