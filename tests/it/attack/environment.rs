//! Variables, arguments, and what tells of the machine. Expected: what is made up, the same everywhere.

use crate::support::{Belljar, attempting, gives, gives_in_all};

#[test]
fn nothing_of_the_environment() {
    gives_in_all(
        "
import sys
try_('control', lambda: os.path.basename(__file__))
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
            "control: models.py",
        ],
    );
}

/// Other ways to ask.
#[test]
fn facts_about_the_machine() {
    gives(
        r"
import sys, platform, getpass, locale, sysconfig, site
try_('all', lambda: sorted(os.environ))
try_('bytes', lambda: sorted(os.environb))
try_('posix', lambda: sorted(__import__('posix').environ))
for name in ('HOME', 'USER', 'PATH', 'BELLJAR_CACHE_DIR', 'BELLJAR_SECRET', 'LD_PRELOAD', 'PYTHONPATH'):
    try_(name, lambda: os.environ.get(name))
try_('set is only here', lambda: (os.putenv('X', '1'), os.environ.__setitem__('X', '1'), os.environ['X'])[-1])
try_('control: arguments', lambda: sys.argv)
try_('original arguments', lambda: sys.orig_argv)
try_('executable', lambda: sys.executable)
try_('prefix', lambda: sys.prefix)
try_('host', lambda: platform.node())
try_('user', lambda: getpass.getuser())
try_('login', os.getlogin)
try_('ids', lambda: (os.getuid(), os.getgid()))
try_('passwd', lambda: __import__('pwd').getpwuid(0))
try_('processors', os.cpu_count)
try_('load', os.getloadavg)
try_('size', lambda: os.get_terminal_size())
try_('path', lambda: [p for p in sys.path if not p.startswith('/repo')])
try_('flags', lambda: sys.flags.dont_write_bytecode)
",
        &[
            "BELLJAR_CACHE_DIR: None",
            "BELLJAR_SECRET: None",
            "HOME: /tmp",
            "LD_PRELOAD: None",
            "PATH: /usr/bin:/bin",
            "PYTHONPATH: None",
            "USER: belljar",
            "all: ['HOME', 'LANG', 'PATH', 'TZ', 'USER']",
            "bytes: [b'HOME', b'LANG', b'PATH', b'TZ', b'USER']",
            "control: arguments: ['belljar']",
            "executable: ",
            "flags: 0",
            "host: localhost",
            "ids: (1000, 1000)",
            "load: ⟪models.os.getloadavg()⟫",
            "login: ⟪models.os.getlogin()⟫",
            "original arguments: ['belljar']",
            "passwd: ⟪pwd.getpwuid()⟫",
            "path: []",
            "posix: [b'HOME', b'LANG', b'PATH', b'TZ', b'USER']",
            "prefix: /python",
            "processors: 1",
            "set is only here: 1",
            "size: AttributeError",
            "user: belljar",
        ],
    );
}

/// Variables of whoever runs the program stay outside.
#[test]
fn a_secret_in_the_environment() {
    let project = attempting(
        r"
import posix
try_('control', lambda: os.environ['HOME'])
try_('found', lambda: [value for value in (*os.environ.values(), *posix.environ.values()) if 'hunter2' in str(value)])
try_('named', lambda: os.environ.get('BELLJAR_TEST_SECRET'))
",
    );
    let run = Belljar::extract(project.path(), ["--format", "json"])
        .env("BELLJAR_TEST_SECRET", "hunter2")
        .env("PYTHONPATH", "/hunter2")
        .env("PYTHONSTARTUP", "/hunter2")
        .run()
        .exits_with(0);
    assert!(!run.stdout.contains("hunter2") && !run.stderr.contains("hunter2"), "{run}");
    let names: Vec<_> = run.document().tables.into_iter().map(|table| table.name).collect();
    assert_eq!(names, ["control: /tmp", "found: []", "named: None"]);
}
