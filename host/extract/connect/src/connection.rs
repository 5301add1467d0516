use std::{
    io::{self, Read as _, Write as _},
    sync::Arc,
};

use belljar_dialect::Database;
use rustls::{ClientConnection, StreamOwned, pki_types::ServerName};

use crate::{
    Address, ConnectError, Limits, Policy, Target, TlsMode, Trust,
    socket::{Socket, error_of},
};

/// PostgreSQL's request for TLS: a length, and a number that is no version.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// The most bytes that one call returns.
const MOST: usize = 64 * 1024;

/// An open connection to a server.
pub struct Connection {
    state: Option<State>,
    mode: TlsMode,
    host: Option<String>,
    trust: Trust,
}

enum State {
    Plain(Socket),
    Tls(Box<StreamOwned<ClientConnection, Socket>>),
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Connection")
            .field("mode", &self.mode)
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

impl Connection {
    /// Connects, and starts TLS with a PostgreSQL server; a client of MySQL starts it within its handshake.
    pub fn open(target: &Target, policy: &Policy, limits: Limits) -> Result<Self, ConnectError> {
        let host = match &target.address {
            Address::Tcp { host, .. } => Some(host.clone()),
            Address::Unix(_) | Address::File(_) => None,
        };
        // First, so that nobody whose host is not allowed learns which files there are.
        let mut socket = Socket::open(&target.address, policy, limits)?;
        let trust = match &target.root_certificates {
            Some(path) => Trust::file(path)?,
            None => Trust::machine(),
        };
        // A Unix socket leads to no other machine, and PostgreSQL offers no TLS there.
        let mode = if host.is_some() { target.tls } else { TlsMode::Disable };
        let starts = target.database_kind == Database::Postgresql
            && mode != TlsMode::Disable
            && request_tls(&mut socket, mode)?;
        let mut made = Self { state: Some(State::Plain(socket)), mode, host, trust };
        if starts {
            made.begin_tls()?;
        }
        made.set_connecting(false);
        Ok(made)
    }

    /// The mode of TLS, for a client that starts it itself.
    pub fn mode(&self) -> TlsMode {
        self.mode
    }

    /// Whether TLS is in use.
    pub fn is_encrypted(&self) -> bool {
        matches!(self.state, Some(State::Tls(_)))
    }

    /// Whether nobody else can read what is sent: it does not leave the machine, or is encrypted for a server whose
    /// certificate was verified.
    pub fn is_private(&self) -> bool {
        match &self.state {
            Some(State::Tls(_)) => matches!(self.mode, TlsMode::VerifyFull | TlsMode::VerifyCa),
            _ => self.host.is_none(),
        }
    }

    /// Random bytes, such as to seed a client, whose nonces must not repeat.
    pub fn random(&self) -> Result<[u8; 32], ConnectError> {
        let mut bytes = [0; 32];
        let filled = rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes);
        filled.map_err(|_| ConnectError::Broken(io::Error::other("the system gives no random numbers")))?;
        Ok(bytes)
    }

    /// Reads between one and `most` bytes, or none at the end.
    pub fn read(&mut self, most: usize) -> Result<Vec<u8>, ConnectError> {
        let mut buffer = vec![0; most.clamp(1, MOST)];
        let count = match &mut self.state {
            Some(State::Plain(socket)) => socket.read(&mut buffer),
            Some(State::Tls(stream)) => match stream.read(&mut buffer) {
                // A server that ends without saying so: what it sent is whole or not by its own protocol.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
                other => other,
            },
            None => Ok(0),
        };
        buffer.truncate(count.map_err(error_of)?);
        Ok(buffer)
    }

    /// Sends all bytes.
    pub fn write(&mut self, data: &[u8]) -> Result<(), ConnectError> {
        let sent = match &mut self.state {
            Some(State::Plain(socket)) => socket.write_all(data),
            Some(State::Tls(stream)) => stream.write_all(data).and_then(|()| stream.flush()),
            None => Err(io::ErrorKind::NotConnected.into()),
        };
        sent.map_err(error_of)
    }

    /// Starts TLS within the protocol of a server. The certificate has to be for the host of the URL, whatever name the
    /// caller gives.
    pub fn start_tls(&mut self) -> Result<(), ConnectError> {
        if self.mode == TlsMode::Disable || self.is_encrypted() {
            return Err(ConnectError::Tls("it was not asked for".to_owned()));
        }
        self.set_connecting(true);
        self.begin_tls()?;
        self.set_connecting(false);
        Ok(())
    }

    /// Closes the connection.
    pub fn close(&mut self) {
        self.state = None;
    }

    fn begin_tls(&mut self) -> Result<(), ConnectError> {
        let Some(State::Plain(mut socket)) = self.state.take() else { return Err(ConnectError::NoTls) };
        let host = self.host.clone().unwrap_or_default();
        let name = ServerName::try_from(host)
            .map_err(|_| ConnectError::Tls("the host is no name of a certificate".to_owned()))?;
        let config = Arc::new(self.trust.config(self.mode)?);
        let failed = |error: rustls::Error| ConnectError::Tls(error.to_string());
        let mut client = ClientConnection::new(config, name).map_err(failed)?;
        while client.is_handshaking() {
            client.complete_io(&mut socket).map_err(error_of)?;
        }
        self.state = Some(State::Tls(Box::new(StreamOwned::new(client, socket))));
        Ok(())
    }

    fn set_connecting(&mut self, connecting: bool) {
        match &mut self.state {
            Some(State::Plain(socket)) => socket.set_connecting(connecting),
            Some(State::Tls(stream)) => stream.sock.set_connecting(connecting),
            None => {}
        }
    }
}

/// Asks a PostgreSQL server for TLS; returns whether it starts. One byte is read, so that nothing which was sent before the
/// handshake counts as said by the server.
fn request_tls(socket: &mut Socket, mode: TlsMode) -> Result<bool, ConnectError> {
    socket.write_all(&SSL_REQUEST).map_err(error_of)?;
    let mut answer = [0];
    socket.read_exact(&mut answer).map_err(error_of)?;
    match answer {
        [b'S'] => Ok(true),
        [b'N'] if mode == TlsMode::Prefer => Ok(false),
        [b'N'] => Err(ConnectError::NoTls),
        _ => Err(ConnectError::NotPostgresql),
    }
}
