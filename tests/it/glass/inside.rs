//! What code gets when it reaches for what is outside of the glass. It can't say so itself, so it names tables by
//! what it got.

use std::fs;

use crate::support::Project;

/// Tells of one attempt after the other: `try_("name", function)` names a table after the result or the error.
const PROBE: &str = "
import errno, os
from sqlalchemy import Column, Integer, MetaData, Table

metadata = MetaData()

def try_(name, function):
    try:
        result = function()
    except OSError as error:
        result = errno.errorcode.get(error.errno, f'{type(error).__name__} {error.errno}')
    except BaseException as error:
        result = type(error).__name__
    Table(f'{name}: {result}', metadata, Column('id', Integer))
";

/// What each attempt gave with the newest SQLAlchemy, sorted.
#[track_caller]
fn attempts(code: &str) -> Vec<String> {
    attempts_with(belljar_snapshots::ALL.last().unwrap().generation, code)
}

#[track_caller]
fn attempts_with(generation: &str, code: &str) -> Vec<String> {
    let model = format!("{PROBE}\n{code}\n");
    let project = Project::new(&[("models.py", &model), ("data/text.txt", "in the tree")]);
    let document =
        project.extract(&["--format", "json", "--sqlalchemy", generation]).exits_with(0).document();
    assert!(document.unresolved.is_empty() && document.summary.tables_partial == 0, "{document:#?}");
    document.tables.into_iter().map(|table| table.name).collect()
}

/// Wants the same of every generation.
#[track_caller]
fn check(code: &str, expected: &[&str]) {
    assert!(!expected.is_empty());
    let mut expected: Vec<_> = expected.to_vec();
    expected.sort_unstable();
    for packed in belljar_snapshots::ALL {
        assert_eq!(attempts_with(packed.generation, code), expected, "SQLAlchemy {}", packed.generation);
    }
}

#[test]
fn what_is_in_the_tree_can_be_read() {
    check(
        "
from pathlib import Path
here = Path(__file__).parent
try_('read', lambda: open(here / 'data/text.txt').read())
try_('list', lambda: sorted(os.listdir(here)))
try_('stat', lambda: os.stat(here / 'data/text.txt').st_size)
try_('around', lambda: open(here / 'data/../data/text.txt').read())
try_('absent', lambda: open(here / 'nothing.txt').read())
",
        &[
            "read: in the tree",
            "list: ['data', 'models.py']",
            "stat: 11",
            "around: in the tree",
            "absent: ENOENT",
        ],
    );
}

#[test]
fn nothing_else_can_be_read() {
    let secret = tempfile::tempdir().unwrap();
    let secret = secret.path().join("secret.txt");
    fs::write(&secret, "secret").unwrap();
    check(
        &format!(
            "
from pathlib import Path
here = Path(__file__).parent
try_('passwd', lambda: open('/etc/passwd').read())
try_('a real file', lambda: open('{}').read())
try_('up', lambda: open('../../etc/passwd').read())
try_('up from the tree', lambda: open(here / '../../../../etc/passwd').read())
try_('proc', lambda: open('/proc/self/environ').read())
try_('root', lambda: sorted(set(os.listdir('/')) & {{'etc', 'home', 'proc', 'usr', 'var'}}))
",
            secret.display()
        ),
        &[
            "passwd: ENOENT",
            "a real file: ENOENT",
            "up: EPERM",
            "up from the tree: EPERM",
            "proc: ENOENT",
            "root: ENOENT",
        ],
    );
    assert_eq!(fs::read_to_string(secret).unwrap(), "secret", "the control: it is there");
}

#[test]
fn nothing_can_be_written() {
    check(
        "
import posix
from pathlib import Path
here = Path(__file__).parent
try_('write', lambda: os.open(here / 'new.txt', os.O_WRONLY | os.O_CREAT))
try_('append', lambda: os.open(here / 'data/text.txt', os.O_WRONLY | os.O_APPEND))
try_('pretended', lambda: open(here / 'data/text.txt', 'w').write('new'))
try_('truncate', lambda: os.truncate(here / 'data/text.txt', 0))
try_('remove', lambda: os.remove(here / 'data/text.txt'))
try_('rename', lambda: os.rename(here / 'data', here / 'other'))
try_('mkdir', lambda: posix.mkdir(here / 'new'))
try_('rmdir', lambda: os.rmdir(here / 'data'))
try_('link', lambda: os.link(here / 'models.py', here / 'link'))
try_('symlink', lambda: os.symlink('/etc/passwd', here / 'link'))
try_('times', lambda: os.utime(here / 'models.py', (1, 1)))
try_('still', lambda: open(here / 'data/text.txt').read())
",
        &[
            "write: EROFS",
            "append: EROFS",
            "pretended: 3",
            "truncate: EROFS",
            "remove: EROFS",
            "rename: EROFS",
            "mkdir: EROFS",
            "rmdir: EROFS",
            "link: EROFS",
            "symlink: EROFS",
            "times: EROFS",
            "still: in the tree",
        ],
    );
}

#[test]
fn nobody_can_be_called() {
    check(
        "
import socket
try_('tcp', lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
try_('udp', lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))
try_('name', lambda: socket.getaddrinfo('localhost', 80))
try_('connect', lambda: socket.create_connection(('127.0.0.1', 80), 1))
try_('control', lambda: socket.AF_INET != socket.AF_INET6)
",
        &["control: True", "tcp: EACCES", "udp: EACCES", "name: gaierror -4", "connect: gaierror -4"],
    );
}

#[test]
fn nothing_can_be_started() {
    check(
        "
import posix
from subprocess import PIPE
try_('system', lambda: posix.system('true'))
try_('fork', lambda: posix.fork())
try_('exec', lambda: posix.execv('/bin/true', ['true']))
try_('kill', lambda: posix.kill(os.getpid(), 9))
try_('control', lambda: PIPE)
",
        &[
            "control: -1",
            "system: AttributeError",
            "fork: AttributeError",
            "exec: AttributeError",
            "kill: AttributeError",
        ],
    );
}

#[test]
fn nothing_of_the_environment() {
    check(
        "
import sys
try_('environ', lambda: sorted(os.environ))
try_('home', lambda: os.environ.get('HOME'))
try_('cache', lambda: os.environ.get('BELLJAR_CACHE_DIR'))
try_('arguments', lambda: sys.argv[1:])
try_('input', lambda: sys.stdin.read())
",
        // A few that Linux always has, made up inside.
        &[
            "environ: ['HOME', 'LANG', 'PATH', 'TZ', 'USER']",
            "home: /tmp",
            "cache: None",
            "arguments: []",
            "input: ",
        ],
    );
}

/// Runs the same code twice and wants the same tables.
#[track_caller]
fn repeats(code: &str) -> Vec<String> {
    let first = attempts(code);
    assert_eq!(first, attempts(code));
    first
}

#[test]
fn time_is_not_the_time() {
    let found =
        repeats("import time, datetime\ntry_('day', lambda: datetime.date.today())\ntry_('time', time.time)");
    assert_eq!(found[0], "day: 2026-01-01");
    assert!(found[1].starts_with("time: 17672256"), "{found:?}");
}

#[test]
fn chance_is_no_chance() {
    let code = "
import random, secrets, uuid
try_('urandom', lambda: os.urandom(16).hex())
try_('random', lambda: random.random())
try_('token', lambda: secrets.token_hex(8))
try_('uuid', lambda: uuid.uuid4())
try_('hash', lambda: hash('text'))
try_('differs', lambda: os.urandom(16) != os.urandom(16))
";
    let found = repeats(code);
    assert!(found.contains(&"differs: True".to_owned()), "{found:?}");
    assert_eq!(found.len(), 6);
}

#[test]
fn one_project_cannot_leave_anything_for_the_next() {
    let leave =
        "import builtins, sqlalchemy\nbuiltins.left = sqlalchemy.left = 'left'\ntry_('left', lambda: left)";
    assert_eq!(attempts(leave), ["left: left"]);
    let look = "import builtins, sqlalchemy\ntry_('found', lambda: (hasattr(builtins, 'left'), hasattr(sqlalchemy, 'left')))";
    assert_eq!(attempts(look), ["found: (False, False)"]);
}
