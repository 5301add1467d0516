//! The standard streams. Expected: nothing to read, no terminal, and what is written goes nowhere.

use crate::support::{Belljar, attempting, gives};

/// Also when they are closed, and another file takes the number of one.
#[test]
fn nothing_to_read_and_no_terminal() {
    gives(
        r"
import sys, io
try_('input', lambda: sys.stdin.read())
try_('input line', lambda: input())
try_('descriptor 0', lambda: os.read(0, 10))
try_('terminal', lambda: [s.isatty() for s in (sys.stdin, sys.stdout, sys.stderr)])
try_('print', lambda: print('\x1b[2Jowned'))
try_('raw print', lambda: os.write(1, b'\x1b[2Jowned'))
try_('close', lambda: (sys.stdout.close(), sys.stderr.close()))
try_('print after', lambda: print('x'))
try_('raw after', lambda: os.write(1, b'x'))
try_('closed descriptors', lambda: [os.close(n) for n in (0, 1, 2)])
try_('write after', lambda: os.write(1, b'x'))
try_('open as 1', lambda: os.open(__file__, os.O_RDONLY))
try_('control', lambda: io.StringIO('x').read())
",
        &[
            "close: (None, None)",
            "closed descriptors: [None, None, None]",
            "control: x",
            "descriptor 0: b''",
            "input line: EOFError",
            "input: ",
            "open as 1: 2",
            "print after: ValueError",
            "print: None",
            "raw after: 1",
            "raw print: 9",
            "terminal: [False, False, False]",
            "write after: EBADF",
        ],
    );
}

/// What code writes is no part of the output: neither of what is found, nor of what is said.
#[test]
fn what_is_printed_is_not_passed_on() {
    let project = attempting(
        "import sys\nprint('\\x1b[2Jowned')\nsys.stderr.write('\\x1b[2Jowned\\n')\ntry_('control', lambda: 1)",
    );
    let run = Belljar::extract(project.path(), ["--format", "text"]).run().exits_with(0);
    assert!(run.stdout.contains("control: 1"), "{run}");
    assert!(!run.stdout.contains("owned") && !run.stderr.contains("owned"), "{run}");
}
