use std::time::Duration;

/// The limits of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The time until a connection is established, TLS included.
    pub connect: Duration,
    /// The time that a server may take for the next bytes.
    pub idle: Duration,
    /// The time for everything.
    pub total: Duration,
    /// Bytes that are read.
    pub read: u64,
    /// Bytes that are written.
    pub written: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            idle: Duration::from_mins(1),
            total: Duration::from_mins(5),
            read: 512 * 1024 * 1024,
            written: 16 * 1024 * 1024,
        }
    }
}
