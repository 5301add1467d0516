use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream, ToSocketAddrs as _},
    os::unix::net::UnixStream,
    time::{Duration, Instant},
};

use crate::{Address, ConnectError, Limits, Policy};

/// The socket below a connection, with its deadlines and its limits of bytes.
#[derive(Debug)]
pub(crate) struct Socket {
    inner: Inner,
    limits: Limits,
    opened: Instant,
    read: u64,
    written: u64,
    /// When a handshake began that is not over: the limit for connecting applies.
    connecting: Option<Instant>,
}

#[derive(Debug)]
enum Inner {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// A limit that was exceeded, carried through `io::Error`.
#[derive(Debug, Clone, Copy)]
enum Exceeded {
    Idle(Duration),
    Total(Duration),
    Read(u64),
    Written(u64),
}

impl std::fmt::Display for Exceeded {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{self:?}")
    }
}

impl std::error::Error for Exceeded {}

impl From<Exceeded> for io::Error {
    fn from(exceeded: Exceeded) -> Self {
        Self::other(exceeded)
    }
}

impl Socket {
    /// Connects to an address that the policy allows.
    pub(crate) fn open(address: &Address, policy: &Policy, limits: Limits) -> Result<Self, ConnectError> {
        let opened = Instant::now();
        let inner = match address {
            Address::Tcp { host, port } => Inner::Tcp(tcp(host, *port, policy, limits.connect)?),
            Address::Unix(path) => {
                let name = path.display().to_string();
                if !policy.allows_path(path) {
                    return Err(ConnectError::NotAllowed(name));
                }
                let socket = UnixStream::connect(path);
                Inner::Unix(socket.map_err(|error| ConnectError::Connect { address: name, error })?)
            }
            Address::File(path) => return Err(ConnectError::NotAllowed(path.display().to_string())),
        };
        Ok(Self { inner, limits, opened, read: 0, written: 0, connecting: Some(opened) })
    }

    /// A handshake begins, or is over.
    pub(crate) fn set_connecting(&mut self, connecting: bool) {
        self.connecting = connecting.then(|| self.connecting.unwrap_or_else(Instant::now));
    }

    /// The time that the next call may take, and what is exceeded if it takes longer.
    fn patience(&self) -> io::Result<(Duration, Exceeded)> {
        let (idle, total) = (self.limits.idle, self.limits.total);
        let mut found = (idle, Exceeded::Idle(idle));
        let mut bound = |since: Instant, whole: Duration, exceeded: Exceeded| {
            let left = whole.saturating_sub(since.elapsed());
            if left < found.0 {
                found = (left, exceeded);
            }
        };
        bound(self.opened, total, Exceeded::Total(total));
        if let Some(since) = self.connecting {
            bound(since, self.limits.connect, Exceeded::Idle(self.limits.connect));
        }
        if found.0.is_zero() { Err(found.1.into()) } else { Ok(found) }
    }

    fn set_timeouts(&self, time: Duration) -> io::Result<()> {
        match &self.inner {
            Inner::Tcp(socket) => {
                socket.set_read_timeout(Some(time))?;
                socket.set_write_timeout(Some(time))
            }
            Inner::Unix(socket) => {
                socket.set_read_timeout(Some(time))?;
                socket.set_write_timeout(Some(time))
            }
        }
    }
}

fn tcp(host: &str, port: u16, policy: &Policy, patience: Duration) -> Result<TcpStream, ConnectError> {
    if !policy.allows_host(host) {
        return Err(ConnectError::NotAllowed(host.to_owned()));
    }
    let resolved = (host, port).to_socket_addrs();
    let resolved =
        resolved.map_err(|error| ConnectError::Resolve { host: host.to_owned(), error })?.collect::<Vec<_>>();
    // The addresses that were looked at are those that are connected to: a second look-up could give others.
    let allowed: Vec<SocketAddr> =
        resolved.into_iter().filter(|address| policy.allows_address(host, address.ip())).collect();
    if allowed.is_empty() {
        return Err(ConnectError::NotAllowed(host.to_owned()));
    }
    let started = Instant::now();
    let mut last = io::Error::from(io::ErrorKind::TimedOut);
    for address in &allowed {
        let left = patience.saturating_sub(started.elapsed());
        if left.is_zero() {
            break;
        }
        match TcpStream::connect_timeout(address, left) {
            Ok(socket) => {
                let _ = socket.set_nodelay(true); // only slower without
                return Ok(socket);
            }
            Err(error) => last = error,
        }
    }
    Err(ConnectError::Connect { address: format!("{host}:{port}"), error: last })
}

/// What a call of the system that ran out of time exceeded.
fn within<T>(result: io::Result<T>, exceeded: Exceeded) -> io::Result<T> {
    result.map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => exceeded.into(),
        _ => error,
    })
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.limits.read.saturating_sub(self.read);
        if left == 0 {
            return Err(Exceeded::Read(self.limits.read).into());
        }
        let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let buffer = buffer.get_mut(..most).unwrap_or_default();
        let (time, exceeded) = self.patience()?;
        self.set_timeouts(time)?;
        let count = match &mut self.inner {
            Inner::Tcp(socket) => socket.read(buffer),
            Inner::Unix(socket) => socket.read(buffer),
        };
        let count = within(count, exceeded)?;
        self.read += u64::try_from(count).unwrap_or(u64::MAX);
        Ok(count)
    }
}

impl Write for Socket {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let (time, exceeded) = self.patience()?;
        self.set_timeouts(time)?;
        self.written = self.written.saturating_add(u64::try_from(data.len()).unwrap_or(u64::MAX));
        if self.written > self.limits.written {
            return Err(Exceeded::Written(self.limits.written).into());
        }
        let count = match &mut self.inner {
            Inner::Tcp(socket) => socket.write(data),
            Inner::Unix(socket) => socket.write(data),
        };
        within(count, exceeded)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.inner {
            Inner::Tcp(socket) => socket.flush(),
            Inner::Unix(socket) => socket.flush(),
        }
    }
}

/// The error of a call, which may be a limit that was exceeded below TLS.
pub(crate) fn error_of(error: io::Error) -> ConnectError {
    if let Some(exceeded) = error.get_ref().and_then(|inner| inner.downcast_ref::<Exceeded>()) {
        return match *exceeded {
            Exceeded::Idle(time) => ConnectError::Timeout(time),
            Exceeded::Total(time) => ConnectError::Total(time),
            Exceeded::Read(bytes) => ConnectError::TooMuch(bytes),
            Exceeded::Written(bytes) => ConnectError::TooMuchSent(bytes),
        };
    }
    if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return ConnectError::Tls(error.to_string());
    }
    ConnectError::Broken(error)
}
