//! Servers in threads.

use std::{
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

use belljar_connect::{ConnectError, Connection, Limits, Policy, Target};

/// A server that does this with each connection; its port.
pub(crate) fn server(serve: impl Fn(TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            serve(socket);
        }
    });
    port
}

/// Limits that a test can wait for.
pub(crate) fn short() -> Limits {
    Limits {
        connect: Duration::from_millis(400),
        idle: Duration::from_millis(300),
        total: Duration::from_millis(900),
        read: 100_000,
        written: 1_000,
    }
}

/// Connects to a URL.
pub(crate) fn open(url: &str, limits: Limits) -> Result<Connection, ConnectError> {
    Connection::open(&Target::parse(url).unwrap(), &Policy::default(), limits)
}
