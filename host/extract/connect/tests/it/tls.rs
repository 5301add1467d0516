//! TLS with certificates that are valid, of another name, of an unknown authority, or absent.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use belljar_connect::{ConnectError, Limits};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tempfile::TempDir;

use crate::support::{open, server};

/// An authority with a server's certificate.
struct Certificates {
    folder: TempDir,
    config: Arc<ServerConfig>,
}

impl Certificates {
    fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority_key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = params.self_signed(&authority_key).unwrap();
        fs::write(folder.path().join("root.pem"), authority.pem()).unwrap();
        let issuer = Issuer::new(params, authority_key);
        let key = KeyPair::generate().unwrap();
        let own = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.der().clone()], key)
            .unwrap();
        Self { folder, config: Arc::new(config) }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }

    /// A PostgreSQL server that starts TLS and says hello; what it sends along with its answer is an attack.
    fn postgresql(&self, answer: &'static [u8]) -> u16 {
        let config = Arc::clone(&self.config);
        server(move |mut socket| {
            let mut request = [0; 8];
            if socket.read_exact(&mut request).is_err() || request != [0, 0, 0, 8, 4, 210, 22, 47] {
                return;
            }
            socket.write_all(answer).unwrap();
            if answer == b"N" {
                let _ = socket.write_all(b"hello");
                return;
            }
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, socket);
            if stream.write_all(b"hello").is_ok() {
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        })
    }
}

fn limits() -> Limits {
    Limits { idle: Duration::from_secs(5), ..Limits::default() }
}

/// What a client reads, or why it does not.
fn hello(port: u16, host: &str, query: &str) -> Result<(Vec<u8>, bool), ConnectError> {
    let mut connection = open(&format!("postgresql://u@{host}:{port}/app?{query}"), limits())?;
    let data = connection.read(100)?;
    Ok((data, connection.is_encrypted()))
}

#[test]
fn modes_and_certificates() {
    let (right, other) = (Certificates::new("localhost"), Certificates::new("db.example.com"));
    let cases = [
        (&right, "verify-full", true),
        (&right, "verify-ca", true),
        (&other, "verify-full", false),
        (&other, "verify-ca", true),
        (&other, "require", true),
        (&other, "prefer", true),
    ];
    for (certificates, mode, expected) in cases {
        let query = format!("sslmode={mode}&sslrootcert={}", certificates.root().display());
        let found = hello(certificates.postgresql(b"S"), "localhost", &query);
        match found {
            Ok(found) => assert!(expected && found == (b"hello".to_vec(), true), "{mode}: {found:?}"),
            Err(error) => assert!(!expected && matches!(error, ConnectError::Tls(_)), "{mode}: {error}"),
        }
    }
}

#[test]
fn authorities_that_are_unknown() {
    let (certificates, others) = (Certificates::new("localhost"), Certificates::new("localhost"));
    for mode in ["verify-full", "verify-ca"] {
        let query = format!("sslmode={mode}&sslrootcert={}", others.root().display());
        let error = hello(certificates.postgresql(b"S"), "localhost", &query).unwrap_err();
        assert!(matches!(error, ConnectError::Tls(_)), "{mode}: {error}");
        // Those of the machine do not include it either.
        let error =
            hello(certificates.postgresql(b"S"), "localhost", &format!("sslmode={mode}")).unwrap_err();
        assert!(matches!(error, ConnectError::Tls(_)), "{mode}: {error}");
    }
    let error =
        hello(certificates.postgresql(b"S"), "localhost", "sslmode=verify-full&sslrootcert=/nowhere.pem")
            .unwrap_err();
    assert!(matches!(error, ConnectError::Certificates(_)), "{error}");
}

#[test]
fn servers_without_tls() {
    let certificates = Certificates::new("localhost");
    let found = hello(certificates.postgresql(b"N"), "localhost", "sslmode=prefer").unwrap();
    assert_eq!(found, (b"hello".to_vec(), false));
    for mode in ["require", "verify-ca", "verify-full"] {
        let error =
            hello(certificates.postgresql(b"N"), "localhost", &format!("sslmode={mode}")).unwrap_err();
        assert!(matches!(error, ConnectError::NoTls), "{mode}: {error}");
    }
    let error = hello(certificates.postgresql(b"E"), "localhost", "sslmode=prefer").unwrap_err();
    assert!(matches!(error, ConnectError::NotPostgresql), "{error}");
}

#[test]
fn what_is_sent_before_tls_is_not_said_by_the_server() {
    let certificates = Certificates::new("localhost");
    let error = hello(certificates.postgresql(b"Sinjected"), "localhost", "sslmode=require").unwrap_err();
    assert!(matches!(error, ConnectError::Tls(_)), "{error}");
}

#[test]
fn tls_within_the_handshake_of_a_client() {
    let certificates = Certificates::new("localhost");
    let config = Arc::clone(&certificates.config);
    let port = server(move |mut socket| {
        socket.write_all(b"greeting").unwrap();
        let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = StreamOwned::new(connection, socket);
        let _ = stream.write_all(b"hello");
    });
    let root = certificates.root();
    for (query, encrypts) in
        [(format!("sslrootcert={}", root.display()), true), ("sslmode=disable".to_owned(), false)]
    {
        let mut connection = open(&format!("mysql://u@localhost:{port}/app?{query}"), limits()).unwrap();
        assert_eq!(connection.read(8).unwrap(), b"greeting");
        assert_eq!(connection.start_tls().is_ok(), encrypts, "{query}");
        assert_eq!(connection.is_encrypted(), encrypts);
        if encrypts {
            assert_eq!(connection.read(100).unwrap(), b"hello");
            assert!(connection.start_tls().is_err(), "it is started once");
        }
    }
}
