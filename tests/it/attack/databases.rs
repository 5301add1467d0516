//! Servers of databases that are hostile, and URLs that lead to what is none. Expected: the command ends within its limits with
//! an error, shows nothing that a terminal obeys, and no password is anywhere.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use super::terminal::obeyed;
use crate::support::{Belljar, GOOD, Project, Run, cache, git, sqlite};

const PASSWORD: &str = "s3cr3t-p4ssw0rd";

/// Limits that a test can wait for. The runs of the guest are as slow as the machine is.
const LIMITS: &str = "allow-hosts = ['127.0.0.1', 'localhost']
timeout = '30m'
connect-timeout = '2s'
answer-timeout = '2s'
database-timeout = '20s'
max-received-size = '100KiB'
";

/// What a server does with each connection.
type Serve = fn(&mut TcpStream) -> io::Result<()>;

/// A server that keeps all that it is sent.
struct Server {
    port: u16,
    received: Arc<Mutex<Vec<u8>>>,
}

impl Server {
    fn new(serve: Serve) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&received);
        thread::spawn(move || {
            for mut socket in listener.incoming().flatten() {
                let mut other = socket.try_clone().unwrap();
                let kept = Arc::clone(&kept);
                thread::spawn(move || {
                    let mut buffer = [0; 4096];
                    while let Ok(count @ 1..) = other.read(&mut buffer) {
                        kept.lock().unwrap().extend(&buffer[..count]);
                    }
                });
                let _ = serve(&mut socket); // that the client has gone is what is expected
            }
        });
        Self { port, received }
    }
}

#[track_caller]
fn inspect(url: &str, arguments: &[&str]) -> Run {
    let project = Project::new(&[GOOD, ("limits.toml", LIMITS)]);
    let arguments = [&["inspect", url, "--limits", "limits.toml"], arguments].concat();
    Belljar::new(project.path()).arguments(arguments).run()
}

/// Whether a file below a folder has a text.
fn holds(folder: &Path, text: &str) -> bool {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.into_iter().any(|path| {
        let is_small = || fs::metadata(&path).is_ok_and(|found| found.len() < 1 << 20);
        if path.is_dir() {
            return holds(&path, text);
        }
        is_small()
            && fs::read(&path)
                .is_ok_and(|found| found.windows(text.len()).any(|part| part == text.as_bytes()))
    })
}

/// The message of a PostgreSQL server.
fn message(code: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap();
    [&[code], length.to_be_bytes().as_slice(), body].concat()
}

/// What a server is, the scheme of its URL, what it does, and what the error says.
type Hostile = (&'static str, &'static str, Serve, &'static str);

fn silent(to: &mut TcpStream) -> io::Result<()> {
    thread::sleep(Duration::from_mins(1));
    to.write_all(b"too late")
}

/// A PostgreSQL server without TLS that sends the same again and again.
fn again_and_again(to: &mut TcpStream, message: &[u8], pause: Duration) -> io::Result<()> {
    to.write_all(b"N")?;
    loop {
        to.write_all(message)?;
        thread::sleep(pause);
    }
}

/// A PostgreSQL server without TLS that sends something and waits.
fn once(to: &mut TcpStream, message: &[u8]) -> io::Result<()> {
    to.write_all(b"N")?;
    to.write_all(message)?;
    thread::sleep(Duration::from_secs(5));
    Ok(())
}

fn notice() -> Vec<u8> {
    message(b'N', b"SNOTICE\0Mx\0\0")
}

fn packets_without_end(to: &mut TcpStream) -> io::Result<()> {
    let packet = [&[0xff, 0xff, 0xff, 0][..], &vec![b'x'; 0xffff]].concat();
    loop {
        to.write_all(&packet)?;
    }
}

fn refuses_with_escapes(to: &mut TcpStream) -> io::Result<()> {
    let text = format!("SFATAL\0VFATAL\0C28P01\0M\x1b[31mno {PASSWORD} \u{202e}\x07\0\0");
    once(to, &message(b'E', text.as_bytes()))
}

const HOSTILE: [Hostile; 11] = [
    ("silent", "postgresql", silent, "did not answer within 2 seconds"),
    ("silent", "mysql", silent, "did not answer within 2 seconds"),
    (
        "of another protocol",
        "postgresql",
        |to| to.write_all(b"HTTP/1.1 400\r\n"),
        "not of the PostgreSQL protocol",
    ),
    ("of another protocol", "postgresql", |to| to.write_all(b"SSH-2.0-OpenSSH_9.6\r\n"), "TLS: "),
    ("of another protocol", "mysql", |to| to.write_all(b"HTTP/1.1 400\r\n"), "can't read the database"),
    (
        "without end",
        "postgresql",
        |to| again_and_again(to, &notice().repeat(1000), Duration::ZERO),
        "more than 102400 bytes",
    ),
    ("without end", "mysql", packets_without_end, "more than 102400 bytes"),
    (
        "that drips",
        "postgresql",
        |to| again_and_again(to, &notice(), Duration::from_millis(500)),
        "longer than 20 seconds",
    ),
    ("with a message of a gigabyte", "postgresql", |to| once(to, &[b'N'; 100]), "can't read the database: "),
    (
        "that asks for the password as it is",
        "postgresql",
        |to| once(to, &message(b'R', &[0, 0, 0, 3])),
        "without encryption",
    ),
    ("with messages for a terminal", "postgresql", refuses_with_escapes, r"\u{1b}[31mno *** \u{202e}\u{7}"),
];

#[test]
fn hostile_servers() {
    for (what, scheme, serve, expected) in HOSTILE {
        let server = Server::new(serve);
        let started = Instant::now();
        let url = format!("{scheme}://user:{PASSWORD}@127.0.0.1:{}/app", server.port);
        let run = inspect(&url, &[]).exits_with(2);
        assert!(run.stderr.contains(expected), "{scheme} {what}: {run}");
        assert_eq!((run.stdout.as_str(), obeyed(&run.stderr).as_str()), ("", ""), "{scheme} {what}");
        assert!(!run.stderr.contains(PASSWORD), "{scheme} {what}: {run}");
        assert!(started.elapsed() < Duration::from_mins(2), "{scheme} {what}: {:?}", started.elapsed());
        let received = server.received.lock().unwrap();
        assert!(!String::from_utf8_lossy(&received).contains(PASSWORD), "{scheme} {what} got the password");
    }
    assert!(!holds(cache(), PASSWORD), "the cache has the password");
}

/// Databases that the operator does not list are not connected to, however they are named.
#[test]
fn databases_that_are_not_allowed() {
    let server = Server::new(|_| Ok(()));
    let port = server.port;
    for url in [
        format!("mysql://u:{PASSWORD}@127.0.0.2:{port}/app"),
        format!("mysql://u:{PASSWORD}@db.example.com/app"),
        format!("postgresql://u:{PASSWORD}@/app?host=/run/postgresql"),
        "postgresql://169.254.169.254:80/latest".to_owned(),
        "sqlite:////etc/passwd".to_owned(),
        "sqlite:///good.py".to_owned(),
    ] {
        let run = inspect(&url, &[]).exits_with(2);
        assert!(run.stderr.contains("not allowed"), "{url}: {run}");
        assert!(!run.stderr.contains(PASSWORD), "{run}");
    }
    assert!(server.received.lock().unwrap().is_empty());
    // The command line can only allow less.
    let url = format!("mysql://u@127.0.0.1:{port}/app");
    let run = inspect(&url, &["--allow-host", "localhost"]).exits_with(2);
    assert!(run.stderr.contains("connections to `127.0.0.1` are not allowed"), "{run}");
    let run = inspect("mysql://u@127.0.0.2/app", &["--allow-host", "127.0.0.2"]).exits_with(2);
    assert!(run.stderr.contains("connections to `127.0.0.2` are not allowed"), "{run}");
    // Without a file of limits, link-local addresses are none of a database.
    let project = Project::new(&[GOOD]);
    let run = Belljar::new(project.path()).arguments(["inspect", "mysql://169.254.169.254:80/x"]).run();
    assert!(run.exits_with(2).stderr.contains("not allowed"));
}

/// A certificate that nobody vouches for: the server gets nothing.
#[test]
fn servers_without_a_certificate() {
    let server = Server::new(|to| to.write_all(b"N"));
    for mode in ["require", "verify-ca", "verify-full"] {
        let url = format!("postgresql://u:{PASSWORD}@127.0.0.1:{}/app?sslmode={mode}", server.port);
        let run = inspect(&url, &[]).exits_with(2);
        assert!(run.stderr.contains("the server does not offer TLS"), "{mode}: {run}");
    }
    let received = server.received.lock().unwrap();
    assert!(!received.is_empty() && received.chunks(8).all(|part| part == [0, 0, 0, 8, 4, 210, 22, 47]));
}

/// An SQLite file is somebody else's: its names, its statements, and where a link leads.
#[test]
fn hostile_files() {
    let project = Project::new(&[GOOD]);
    let folder = project.path();
    sqlite(
        &folder.join("names.db"),
        "CREATE TABLE \"t\x1b[31m\u{202e}\" (\"c\x07\" INTEGER DEFAULT '\x1b[2J');
         CREATE VIEW v AS SELECT 1 AS \"\u{9b}2J\"",
    );
    for arguments in [&[][..], &["--summary"], &["--format", "json"]] {
        let call = Belljar::new(folder).arguments(["inspect", "sqlite:///names.db"]).arguments(arguments);
        let run = call.run().exits_with(0);
        assert_eq!(obeyed(&run.stdout) + &obeyed(&run.stderr), "", "{run}");
        assert!(run.stdout.contains("[31m"), "{run}");
    }
    // A statement of the schema that is none of a schema.
    sqlite(
        &folder.join("statement.db"),
        "CREATE TABLE t (a); PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = 'ATTACH ''other.db'' AS other' WHERE name = 't'",
    );
    let run = Belljar::new(folder).arguments(["inspect", "sqlite:///statement.db"]).run().exits_with(2);
    assert!(run.stderr.contains("creates nothing"), "{run}");
    assert!(!folder.join("other.db").exists());
    // A checkout leads nowhere else.
    let outside = Project::new(&[GOOD]);
    sqlite(&outside.path().join("app.db"), "CREATE TABLE secrets (a)");
    git(folder, &["init", "-q"]);
    std::os::unix::fs::symlink(outside.path().join("app.db"), folder.join("app.db")).unwrap();
    let run = Belljar::new(folder).arguments(["inspect", "sqlite:///app.db"]).run().exits_with(2);
    assert!(!run.stdout.contains("secrets") && run.stderr.contains("link"), "{run}");
}

#[test]
fn dumps_that_are_none() {
    let head = "-- PostgreSQL database dump\n";
    let table = "CREATE TABLE public.a (id integer);\n";
    let project = Project::new(&[GOOD]);
    let cases: [(&str, Vec<u8>, &str); 9] = [
        (
            "nul",
            format!("{head}CREATE TABLE public.\"a\0b\" (id integer);").into_bytes(),
            "line 2 of the dump has a NUL",
        ),
        ("utf8", [head.as_bytes(), b"-- \xff\xfe\n"].concat(), "line 2 of the dump is not valid UTF-8"),
        ("utf16", [b"\xff\xfe".as_slice(), b"-\0-\0"].concat(), "the dump is UTF-16"),
        ("archive", b"PGDMP\x01\x0e".to_vec(), "the dump is an archive of `pg_dump`"),
        (
            "dollar",
            format!("{head}{table}CREATE FUNCTION f() AS $x$ SELECT 1;").into_bytes(),
            "begins on line 3",
        ),
        ("large", vec![b' '; 100 << 20], "more than 67108864 bytes"),
        (
            "deep",
            format!("{head}CREATE VIEW public.v AS SELECT {}1{};", "(".repeat(100_000), ")".repeat(100_000))
                .into_bytes(),
            "nested deeper",
        ),
        ("comments", format!("{head}{}", "/*".repeat(100_000)).into_bytes(), "cut off or damaged"),
        (
            "commands",
            format!("{head}{table}\\! touch made\n\\copy a to 'made'\n\\i made\n").into_bytes(),
            "the command `\\!` of a client",
        ),
    ];
    for (name, bytes, expected) in cases {
        let file = format!("{name}.sql");
        fs::write(project.path().join(&file), bytes).unwrap();
        let run = Belljar::new(project.path()).arguments(["inspect", &file, "--strict"]).run();
        assert!(run.stderr.contains(expected), "{name}: {run}");
        assert!(matches!(run.code, 1 | 2), "{name}: {run}");
        assert!(!project.path().join("made").exists());
    }
}

#[test]
fn names_of_a_dump_are_text() {
    let name = "x\u{1b}]0;title\u{7}\u{202e}\u{1b}[2J";
    let text = format!(
        "-- PostgreSQL database dump\nCREATE TABLE public.\"{name}\" (\"{name}\" integer DEFAULT '{name}');\n\
         COMMENT ON TABLE public.\"{name}\" IS '{name}';\nFROBNICATE {name};\n"
    );
    let project = Project::new(&[GOOD, ("dump.sql", &text)]);
    for arguments in [
        &["inspect", "dump.sql"][..],
        &["diff", "dump.sql", "."],
        &["drift", "dump.sql"],
        &["inspect", "dump.sql", "--format", "json"],
    ] {
        let run = Belljar::new(project.path()).arguments(arguments).run();
        assert!(obeyed(&run.stdout).is_empty() && obeyed(&run.stderr).is_empty(), "{arguments:?}: {run}");
        assert!(
            run.stderr.contains("FROBNICATE") || run.stdout.contains("FROBNICATE"),
            "{arguments:?}: {run}"
        );
    }
}

#[test]
fn a_dump_of_sqlite_runs_nothing() {
    let project = Project::new(&[GOOD]);
    let made = project.path().join("made.db");
    let text = format!(
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);\nATTACH '{0}' AS x;\nVACUUM INTO '{0}';\n\
         SELECT load_extension('{0}');\n.shell touch {0}\nINSERT INTO a VALUES (1);\n",
        made.display()
    );
    fs::write(project.path().join("dump.sql"), text).unwrap();
    let run = Belljar::new(project.path()).arguments(["inspect", "dump.sql", "--strict"]).run();
    assert_eq!((run.code, made.exists()), (1, false), "{run}");
    for named in ["ATTACH", "VACUUM", "load_extension", "`.shell`"] {
        assert!(run.stderr.contains(named), "{named}: {run}");
    }
}
