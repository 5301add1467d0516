use std::time::Duration;

use super::values::AllLimits;
use crate::cli::time::parse_time;

/// The object of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// One run of a guest.
    Run,
    /// The reading of one source.
    Source,
    /// The process that does one job.
    Job,
    /// The connection to a database.
    Connection,
}

/// The type of a limit's value, and the unit in which it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A number of items.
    Count,
    /// A size in bytes.
    Size,
    /// A duration in nanoseconds.
    Time,
}

impl Kind {
    /// The type of a valid value, for messages.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Count => "a number from 0 on",
            Self::Size => "a size",
            Self::Time => "a time",
        }
    }

    /// A valid value in a file.
    pub(super) fn example(self) -> &'static str {
        match self {
            Self::Count => "1000",
            Self::Size => "\"512MiB\"",
            Self::Time => "\"90s\"",
        }
    }

    /// Parses a text of the command line.
    pub(super) fn parse(self, text: &str) -> Result<u64, String> {
        match self {
            Self::Count => text.parse().map_err(|error: std::num::ParseIntError| error.to_string()),
            Self::Size => text.parse::<bytesize::ByteSize>().map(|size| size.as_u64()),
            Self::Time => {
                let time = parse_time(text)?;
                Ok(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
            }
        }
    }

    /// A value as text, which parses to the same value.
    pub(super) fn show(self, value: u64) -> String {
        match self {
            Self::Count => value.to_string(),
            Self::Time => humantime::format_duration(Duration::from_nanos(value)).to_string(),
            Self::Size => {
                let units = [("GiB", 1_u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];
                let fits = units.iter().find(|(_, unit)| value > 0 && value.is_multiple_of(*unit));
                fits.map_or_else(|| "0B".to_owned(), |(name, unit)| format!("{}{name}", value / unit))
            }
        }
    }
}

/// A limit that an operator can set.
#[derive(Debug)]
#[cfg_attr(not(test), expect(dead_code, reason = "what is for people alone is for the page"))]
pub(crate) struct Limit {
    /// Its key in a file; also its flag `--KEY`, if it has one.
    pub(crate) key: &'static str,
    pub(crate) scope: Scope,
    pub(crate) kind: Kind,
    /// The field that stores it.
    pub(crate) field: &'static str,
    /// Whether it has a flag.
    pub(crate) flag: bool,
    /// The resource that it limits, as a lower-case fragment for the page.
    pub(crate) bounds: &'static str,
    /// The effect of exceeding it, for the page.
    pub(crate) seen: &'static str,
    pub(crate) get: fn(&AllLimits) -> u64,
    pub(crate) set: fn(&mut AllLimits, u64),
}

impl Limit {
    /// The limit with a key.
    pub(crate) fn named(key: &str) -> Option<&'static Self> {
        ALL.iter().find(|limit| limit.key == key)
    }
}

/// A field as a number, and back; larger values are reduced to the maximum.
trait Field {
    fn get(&self) -> u64;
    fn set(&mut self, value: u64);
}

impl Field for u64 {
    fn get(&self) -> u64 {
        *self
    }
    fn set(&mut self, value: u64) {
        *self = value;
    }
}

impl Field for usize {
    fn get(&self) -> u64 {
        *self as u64
    }
    fn set(&mut self, value: u64) {
        *self = Self::try_from(value).unwrap_or(Self::MAX);
    }
}

impl Field for Duration {
    fn get(&self) -> u64 {
        u64::try_from(self.as_nanos()).unwrap_or(u64::MAX)
    }
    fn set(&mut self, value: u64) {
        *self = Self::from_nanos(value);
    }
}

macro_rules! limits {
    ($($key:literal $scope:ident $kind:ident $flag:ident $part:ident.$field:ident: $bounds:literal, $seen:literal;)+) => {
        &[$(Limit {
            key: $key,
            scope: Scope::$scope,
            kind: Kind::$kind,
            field: stringify!($field),
            flag: limits!(@ $flag),
            bounds: $bounds,
            seen: $seen,
            get: |limits| Field::get(&limits.$part.$field),
            set: |limits, value| Field::set(&mut limits.$part.$field, value),
        },)+]
    };
    (@ flag) => { true };
    (@ file) => { false };
}

/// Every limit that can be set.
#[rustfmt::skip] // one limit is one line, long as it may be
pub(crate) const ALL: &[Limit] = limits! {
    "fuel" Run Count flag run.fuel: "instructions, roughly; half of it between two frames, but no more than 100,000,000,000 or an eighth of it", "the module is skipped \
        with an error, and the rest runs with what is left";
    "timeout" Run Time flag run.timeout: "wall clock; half of it between two frames", "the module is skipped with an \
        error, and the rest runs with what is left";
    "memory" Run Size flag run.memory: "linear memory", "Python gets a `MemoryError`; a warning";
    "max-output" Run Size flag run.output_bytes: "bytes of all frames that the guest sends", "the run ends with an \
        error; its results so far are kept";
    "max-frames" Run Count file run.frames: "frames that the guest sends", "the same";
    "max-frame-size" Run Size file run.frame_bytes: "bytes of one frame", "the same";
    "max-stream-size" Run Size file run.stream_bytes: "standard output and error of the guest, each", "the rest is \
        dropped silently";
    "max-read-size" Run Size file run.read_bytes: "bytes read from files", "an I/O error inside; a warning";
    "max-open-size" Run Size file run.open_bytes: "bytes of the files that are open at one time", "an I/O error \
        inside; a warning";
    "max-handles" Run Count file run.handles: "handles (files, streams, pollables) at one time", "a trap: the module \
        is skipped with an error";
    "max-random-size" Run Size file run.random_bytes: "random bytes of one call", "a trap: the module is skipped with \
        an error";
    "max-call-size" Run Size file run.call_bytes: "bytes that one host call copies out of the guest", "a trap: the \
        module is skipped with an error";
    "max-table-elements" Run Count file run.table_elements: "elements of wasm tables (not of SQL)", "a trap; the \
        guest's own tables never grow";
    "max-files" Source Count flag source.max_files: "files of a source", "an error; nothing is read";
    "max-file-size" Source Size flag source.max_file_bytes: "bytes of one file", "the file is skipped, a Python file \
        with a warning";
    "max-names" Source Count file source.max_entries: "visited names, including directories and skipped files", "an \
        error; nothing is read";
    "max-names-size" Source Size file source.max_names_bytes: "bytes of all paths", "an error; nothing is read";
    "max-archive-size" Source Size file source.max_archive_bytes: "bytes of an archive", "an error; nothing is read";
    "max-unpacked-size" Source Size file source.max_total_bytes: "bytes that an archive unpacks to", "an error; \
        nothing is read";
    "max-header-size" Source Size file source.max_header_bytes: "bytes between two files of a tar archive", "an error; \
        nothing is read";
    "max-source-memory" Source Size file source.max_memory_bytes: "bytes of files in memory: of an archive, and with \
        `--isolate` of any source", "the largest files that are not Python are skipped first, with a warning";
    "max-depth" Source Count file source.max_depth: "directories within directories", "deeper ones are skipped with a \
        warning";
    "max-path-length" Source Size file source.max_path_bytes: "bytes of a path, and of a link's target", "longer ones \
        are skipped with a warning";
    "max-links" Source Count file source.max_links: "links followed", "further ones are skipped with a warning";
    "max-linked-entries" Source Count file source.max_linked_entries: "names behind linked directories", "further ones \
        are skipped with a warning";
    "max-ignore-file-size" Source Size file source.max_ignore_bytes: "bytes of one `.gitignore`", "it is ignored; a \
        note";
    "max-object-size" Source Size file source.max_object_bytes: "memory for one object of git", "the file counts as \
        missing; for a Python file an error";
    "job-timeout" Job Time flag job.timeout: "wall clock of a job with `--isolate`: reading, all runs, writing", "the \
        job ends with exit code 2; nothing is kept";
    "max-result" Job Size flag job.result_bytes: "bytes of the result of a job with `--isolate`", "the job ends with \
        exit code 2; nothing is kept";
    "connect-timeout" Connection Time file connection.connect: "wall clock until a connection is established, TLS \
        included", "an error; the database is not read";
    "answer-timeout" Connection Time file connection.idle: "wall clock until a server sends the next bytes", "the same";
    "database-timeout" Connection Time file connection.total: "wall clock of a connection", "the same";
    "max-received-size" Connection Size file connection.read: "bytes that a server sends", "the same";
    "max-sent-size" Connection Size file connection.written: "bytes that are sent to a server", "the same";
};
