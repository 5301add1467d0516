//! Servers that never answer, or never stop.

use std::{
    io::{Read as _, Write as _},
    thread,
    time::{Duration, Instant},
};

use belljar_connect::{ConnectError, Connection, HostPattern, Policy, Target};

use crate::support::{open, server, short};

#[test]
fn a_server_that_never_answers() {
    let port = server(|socket| {
        thread::sleep(Duration::from_secs(5));
        drop(socket);
    });
    let started = Instant::now();
    // While it connects, as a PostgreSQL server is asked for TLS first ...
    let error = open(&format!("postgresql://127.0.0.1:{port}/app"), short()).unwrap_err();
    assert!(matches!(error, ConnectError::Timeout(_)), "{error}");
    // ... and later.
    let url = format!("mysql://127.0.0.1:{port}/app");
    let error = open(&url, short()).unwrap().read(100).unwrap_err();
    assert!(matches!(error, ConnectError::Timeout(_)), "{error}");
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_server_that_drips() {
    let port = server(|mut socket| {
        while socket.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let started = Instant::now();
    let mut connection = open(&format!("mysql://127.0.0.1:{port}/app"), short()).unwrap();
    let error = loop {
        match connection.read(100) {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert!(matches!(error, ConnectError::Total(_)), "{error}");
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_server_that_never_stops() {
    let port = server(|mut socket| while socket.write_all(&[b'x'; 10_000]).is_ok() {});
    let mut connection = open(&format!("mysql://127.0.0.1:{port}/app"), short()).unwrap();
    let mut total = 0;
    let error = loop {
        match connection.read(usize::MAX) {
            Ok(data) => total += data.len(),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, ConnectError::TooMuch(100_000)), "{error}");
    assert_eq!(total, 100_000);
}

#[test]
fn a_client_that_never_stops() {
    let port = server(|mut socket| while socket.read(&mut [0; 1000]).is_ok_and(|count| count > 0) {});
    let mut connection = open(&format!("mysql://127.0.0.1:{port}/app"), short()).unwrap();
    connection.write(&[0; 1000]).unwrap();
    let error = connection.write(&[0]).unwrap_err();
    assert!(matches!(error, ConnectError::TooMuchSent(1000)), "{error}");
}

#[test]
fn the_end_of_a_connection() {
    let port = server(|mut socket| socket.write_all(b"last").unwrap());
    let mut connection = open(&format!("mysql://127.0.0.1:{port}/app"), short()).unwrap();
    assert_eq!(connection.read(100).unwrap(), b"last");
    assert_eq!(connection.read(100).unwrap(), b"");
    connection.close();
    assert_eq!(connection.read(100).unwrap(), b"");
    assert!(connection.write(b"x").is_err());
}

#[test]
fn hosts_that_are_not_allowed() {
    let port = server(drop);
    let target = Target::parse(&format!("mysql://127.0.0.1:{port}/app")).unwrap();
    let only = |text| Policy::only(HostPattern::parse(text).into_iter().collect());
    assert!(Connection::open(&target, &only("127.0.0.1"), short()).is_ok());
    let error = Connection::open(&target, &only("db.example.com"), short()).unwrap_err();
    assert!(matches!(error, ConnectError::NotAllowed(_)), "{error}");
    let socket = Target::parse("postgresql://u@/app?host=/run/postgresql").unwrap();
    let error = Connection::open(&socket, &only("db.example.com"), short()).unwrap_err();
    assert!(matches!(error, ConnectError::NotAllowed(_)), "{error}");
    let metadata = Target::parse("mysql://169.254.169.254:80/app").unwrap();
    let error = Connection::open(&metadata, &Policy::default(), short()).unwrap_err();
    assert!(matches!(error, ConnectError::NotAllowed(_)), "{error}");
}

#[cfg(unix)]
#[test]
fn a_unix_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".s.PGSQL.5432");
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    thread::spawn(move || {
        for mut socket in listener.incoming().flatten() {
            socket.write_all(b"hello").unwrap();
        }
    });
    let url = format!("postgresql://u@/app?host={}", folder.path().display());
    let mut connection = open(&url, short()).unwrap();
    assert_eq!(connection.read(100).unwrap(), b"hello");
}
