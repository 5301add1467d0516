//! Compiled code. Expected: it is not loaded; a module that is compiled elsewhere is stood in for.

use crate::support::gives;

/// Extensions of the repository and of the system, `ctypes` and its like.
#[test]
fn nothing_compiled_is_loaded() {
    gives(
        r"
import sys, importlib, importlib.util, importlib.machinery
from importlib.machinery import ExtensionFileLoader
def loader(path): return lambda: importlib.util.module_from_spec(importlib.util.spec_from_file_location('x', path, loader=ExtensionFileLoader('x', path)))
try_('extension', loader(os.path.dirname(__file__) + '/data/native.so'))
try_('extension of the system', loader('/usr/lib/x86_64-linux-gnu/libc.so.6'))
try_('dynamic', lambda: __import__('_imp').create_dynamic(importlib.util.spec_from_file_location('x', os.path.dirname(__file__) + '/data/native.so')))
def what(module): return lambda: type(__import__(module)).__name__
for name in ('ctypes', '_ctypes', 'cffi', '_cffi_backend', 'fcntl', 'mmap', 'readline', 'termios', '_posixsubprocess', '_testcapi', '_xxsubinterpreters', '_interpreters', 'nis', 'syslog'):
    try_(f'import {name}', what(name))
import ctypes
try_('cdll', lambda: type(ctypes.CDLL('libc.so.6')).__name__)
try_('system', lambda: type(ctypes.CDLL(None).system(b'true')).__name__)
try_('string_at', lambda: type(ctypes.string_at(0, 8)).__name__)
try_('control: memory', lambda: bytes(memoryview(b'abc').cast('B')))
try_('builtin', lambda: 'posix' in sys.builtin_module_names)
",
        &[
            "builtin: True",
            "cdll: StandIn",
            "control: memory: b'abc'",
            "dynamic: ImportError",
            "extension of the system: ImportError",
            "extension: ImportError",
            "import _cffi_backend: StandInModule",
            "import _ctypes: StandInModule",
            "import _interpreters: StandInModule",
            "import _posixsubprocess: StandInModule",
            "import _testcapi: StandInModule",
            "import _xxsubinterpreters: StandInModule",
            "import cffi: StandInModule",
            "import ctypes: StandInModule",
            "import fcntl: module",
            "import mmap: StandInModule",
            "import nis: StandInModule",
            "import readline: StandInModule",
            "import syslog: StandInModule",
            "import termios: StandInModule",
            "string_at: StandIn",
            "system: StandIn",
        ],
    );
}
