//! Servers on this machine that answer as a test says. The tests of the crate include this file, too.

use std::{
    io::{BufRead as _, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

/// The certificate of the authority that signed that of the servers.
pub(crate) const AUTHORITY: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/it/notify/tls/authority.pem");

/// How a server answers a connection.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// With these bytes, and the end.
    Text(String),
    /// Not at all, until the client ends the connection.
    Nothing,
    /// With these bytes, and then with the same letter without end.
    Endless(&'static str),
    /// With these bytes, and then with a letter now and then without end.
    Slowly(&'static str),
}

/// A response of HTTP.
pub(crate) fn status(code: u16, headers: &str, body: &str) -> Answer {
    Answer::Text(format!(
        "HTTP/1.1 {code} X\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
        body.len()
    ))
}

/// A server, and what it was sent.
pub(crate) struct Server {
    pub(crate) port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// An HTTP server that gives these answers in turn, and the last one again.
    pub(crate) fn http(answers: &[Answer]) -> Self {
        Self::start(answers.to_vec(), None)
    }

    /// The same with TLS.
    pub(crate) fn https(answers: &[Answer]) -> Self {
        Self::start(answers.to_vec(), Some(tls()))
    }

    fn start(answers: Vec<Answer>, tls: Option<Arc<ServerConfig>>) -> Self {
        Self::serve(move |number, stream, seen| {
            let answer = answers.get(number).or(answers.last()).cloned().unwrap_or(Answer::Nothing);
            match &tls {
                Some(tls) => {
                    http(StreamOwned::new(ServerConnection::new(tls.clone()).ok()?, stream), &answer, seen)
                }
                None => http(stream, &answer, seen),
            }
        })
    }

    /// Calls `handle` with the number of each connection, in a thread of its own.
    pub(crate) fn serve(
        handle: impl Fn(usize, TcpStream, &Mutex<Vec<String>>) -> Option<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (handle, all) = (Arc::new(handle), Arc::clone(&seen));
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let (handle, seen) = (Arc::clone(&handle), Arc::clone(&all));
                let stream = stream.unwrap();
                stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
                thread::spawn(move || handle(number, stream, &seen));
            }
        });
        Self { port, seen }
    }

    /// What it was sent, in order.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

fn tls() -> Arc<ServerConfig> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/it/notify/tls");
    let certificate = CertificateDer::from_pem_file(format!("{folder}/server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(format!("{folder}/server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(builder.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap())
}

fn http(stream: impl Read + Write, answer: &Answer, seen: &Mutex<Vec<String>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    while !head.ends_with("\r\n\r\n") {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    seen.lock().unwrap().push(format!("{head}{}", String::from_utf8(body).ok()?));
    reply(stream.get_mut(), answer)
}

/// Writes an answer, until the client ends the connection.
pub(crate) fn reply(stream: &mut (impl Read + Write), answer: &Answer) -> Option<()> {
    match answer {
        Answer::Text(text) => stream.write_all(text.as_bytes()).ok()?,
        Answer::Nothing => _ = stream.read(&mut [0; 64]).ok()?,
        Answer::Endless(start) => {
            stream.write_all(start.as_bytes()).ok()?;
            loop {
                stream.write_all(&vec![b'x'; 64 << 10]).ok()?;
            }
        }
        Answer::Slowly(start) => {
            stream.write_all(start.as_bytes()).ok()?;
            loop {
                thread::sleep(Duration::from_millis(50));
                stream.write_all(b"x").and_then(|()| stream.flush()).ok()?;
            }
        }
    }
    stream.flush().ok()
}

/// A mail server. `deviations` are lines that it answers instead of its own: the number of the connection, the beginning of
/// the command (empty for the greeting), and the line.
pub(crate) fn mail(deviations: &'static [(usize, &'static str, &'static str)], with_tls: bool) -> Server {
    Server::serve(move |number, stream, seen| {
        let mut all = seen.lock().unwrap();
        all.push(String::new());
        let log = Log { seen, position: all.len() - 1 };
        drop(all);
        smtp(&stream, (number, deviations), with_tls.then(tls), &log)
    })
}

/// Where the lines of a connection are noted, before they are answered.
struct Log<'a> {
    seen: &'a Mutex<Vec<String>>,
    position: usize,
}

/// A connection, with or without TLS.
trait Both: Read + Write {}

impl<T: Read + Write> Both for T {}

fn smtp(
    connection: &TcpStream,
    (number, deviations): (usize, &[(usize, &str, &str)]),
    mut tls: Option<Arc<ServerConfig>>,
    log: &Log<'_>,
) -> Option<()> {
    let answer = |command: &str, usual: &str| {
        let found = deviations.iter().find(|(at, start, _)| {
            *at == number && if start.is_empty() { command.is_empty() } else { command.starts_with(start) }
        });
        format!("{}\r\n", found.map_or(usual, |(_, _, line)| line))
    };
    let plain: Box<dyn Both> = Box::new(connection.try_clone().ok()?);
    let mut stream = BufReader::new(plain);
    stream.get_mut().write_all(answer("", "220 mail").as_bytes()).ok()?;
    loop {
        let command = read_line(&mut stream, log)?;
        let features =
            if tls.is_some() { "250-mail\r\n250 STARTTLS" } else { "250-mail\r\n250 AUTH PLAIN LOGIN" };
        let usual = match command.split(' ').next()? {
            "EHLO" => features,
            "STARTTLS" => "220 go on",
            "AUTH" => "235 welcome",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        stream.get_mut().write_all(answer(&command, usual).as_bytes()).ok()?;
        stream.get_mut().flush().ok()?;
        if command == "STARTTLS" {
            let server = ServerConnection::new(tls.take()?).ok()?;
            stream = BufReader::new(Box::new(StreamOwned::new(server, connection.try_clone().ok()?)));
        }
        if command == "DATA" {
            while read_line(&mut stream, log)? != "." {}
            stream.get_mut().write_all(answer("sent", "250 taken").as_bytes()).ok()?;
            stream.get_mut().flush().ok()?;
        }
    }
}

fn read_line(stream: &mut BufReader<Box<dyn Both>>, log: &Log<'_>) -> Option<String> {
    let mut line = String::new();
    if stream.read_line(&mut line).ok()? == 0 {
        return None;
    }
    log.seen.lock().unwrap()[log.position].push_str(&line);
    Some(line.trim_end().to_owned())
}
