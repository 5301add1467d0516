//! What a file system can hold beside files.

use std::{
    fs,
    os::unix::{
        fs::{PermissionsExt, chown},
        net::UnixListener,
        process::CommandExt,
    },
    path::Path,
    process::Command,
    sync::mpsc,
    time::Duration,
};

use belljar_source::SourceError;

use crate::support::{check, codes, files, paths, read_source, temporary, write_all};

/// A pipe that is opened waits for a writer, for ever.
fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || send.send(work()));
    receive.recv_timeout(Duration::from_secs(20)).expect("blocked")
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_pipe_is_never_opened() {
    let root = temporary();
    write_all(root.path(), &[("a.py", "x")]);
    pipe(&root.path().join("pipe.py"));
    let path = root.path().to_owned();
    check(&in_time(move || read_source(&path)).unwrap(), &["a.py"], &["special-file"]);
}

#[test]
fn a_pipe_in_a_files_place_does_not_block() {
    let root = temporary();
    write_all(root.path(), &[("a.py", "x"), ("b.py", "y")]);
    let source = read_source(root.path()).unwrap();
    fs::remove_file(root.path().join("a.py")).unwrap();
    pipe(&root.path().join("a.py"));
    assert_eq!(&*source.tree.read("b.py").unwrap(), b"y");
    let tree = source.tree.clone();
    assert!(in_time(move || tree.read("a.py")).is_err());
}

#[test]
fn a_pipe_for_ignore_rules_does_not_block() {
    let root = temporary();
    write_all(root.path(), &[("a.py", "x")]);
    pipe(&root.path().join(".gitignore"));
    let path = root.path().to_owned();
    check(&in_time(move || read_source(&path)).unwrap(), &["a.py"], &["special-file"]);
}

#[test]
fn a_pipe_is_no_source() {
    let root = temporary();
    let path = root.path().join("pipe");
    pipe(&path);
    assert!(matches!(in_time(move || read_source(&path)), Err(SourceError::NotASource(_))));
}

#[test]
fn sockets_are_left_out() {
    let root = temporary();
    write_all(root.path(), &[("a.py", "x")]);
    let _socket = UnixListener::bind(root.path().join("socket.py")).unwrap();
    check(&read_source(root.path()).unwrap(), &["a.py"], &["special-file"]);
}

#[test]
fn a_file_that_goes_away_is_an_error_of_that_file() {
    let root = temporary();
    write_all(root.path(), &[("a.py", "x"), ("b.py", "y")]);
    let source = read_source(root.path()).unwrap();
    fs::remove_file(root.path().join("a.py")).unwrap();
    assert!(source.tree.read("a.py").is_err());
    assert_eq!(&*source.tree.read("b.py").unwrap(), b"y");
}

#[test]
fn many_threads_read_one_tree() {
    let root = temporary();
    let names: Vec<_> = (0..50).map(|n| format!("f{n}.py")).collect();
    let all: Vec<_> = names.iter().map(|name| (name.as_str(), name.as_str())).collect();
    write_all(root.path(), &all);
    let source = read_source(root.path()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for (path, bytes) in files(&source) {
                    assert_eq!(path.as_bytes(), bytes);
                }
            });
        }
    });
}

const AS_NOBODY: &str = "BELLJAR_TEST_AS_NOBODY";
const NOBODY: u32 = 65534;

/// Root can read everything, so as root the test runs itself again as somebody else.
#[test]
fn what_cannot_be_read_costs_nothing_else() {
    if let Some(root) = std::env::var_os(AS_NOBODY) {
        return unreadable(Path::new(&root));
    }
    let root = temporary();
    write_all(root.path(), &[("a.py", "x"), ("closed/b.py", ""), ("secret.py", ""), ("open/c.py", "")]);
    fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
    for closed in ["closed", "secret.py"] {
        fs::set_permissions(root.path().join(closed), fs::Permissions::from_mode(0o000)).unwrap();
    }
    if rustix::process::geteuid().is_root() {
        let all = ["a.py", "closed/b.py", "open/c.py", "secret.py"];
        check(&read_source(root.path()).unwrap(), &all, &[]);
        again_as_nobody(root.path());
    } else {
        unreadable(root.path());
    }
    fs::set_permissions(root.path().join("closed"), fs::Permissions::from_mode(0o755)).unwrap();
}

fn unreadable(root: &Path) {
    let source = read_source(root).unwrap();
    check(&source, &["a.py", "open/c.py"], &["unreadable"]);
    assert_eq!(source.diagnostics.len(), 2);
    assert!(source.diagnostics.iter().all(|d| d.hint.is_some()));
    assert!(matches!(read_source(&root.join("closed")), Err(SourceError::PermissionDenied(_))));
}

fn again_as_nobody(root: &Path) {
    let place = temporary();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = place.path().join("test");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let output = Command::new(program)
        .args(["--exact", "directory::what_cannot_be_read_costs_nothing_else"])
        .env(AS_NOBODY, root)
        .current_dir("/")
        .uid(NOBODY)
        .gid(NOBODY)
        .output()
        .unwrap();
    let output_text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && output_text.contains("1 passed"), "{output_text}");
}

#[test]
fn the_owner_of_a_directory_does_not_matter() {
    let root = temporary();
    write_all(root.path(), &[("a.py", "x")]);
    if rustix::process::geteuid().is_root() {
        chown(root.path().join("a.py"), Some(NOBODY), None).unwrap();
    }
    let source = read_source(root.path()).unwrap();
    assert_eq!((paths(&source), codes(&source)), (vec!["a.py"], vec![]));
}
