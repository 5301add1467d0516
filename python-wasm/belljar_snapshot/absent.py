"""Standard modules that a snapshot does not have, each with the reason. The guest stands in for them.

A package named here is absent with all its modules; packages such as ``multiprocessing`` lack only some parts.
"""

_NO_LIBRARY = "needs a C library that CPython for WASI is built without"
_NO_PROCESS = "WASI has no processes, users or process limits"
_NO_TERMINAL = "WASI has no terminals"
_NO_MEMORY_MAP = "WASI has no shared or mapped memory"
_NO_INTERPRETERS = "WASI has no threads to run another interpreter in"
_OTHER_SYSTEM = "exists on Windows or macOS only"
_NO_SCREEN = "needs Tk, and WASI has no screen"
_A_PROGRAM = "a program of its own, not a library: left out for its size"

ABSENT: dict[str, str] = {
    "_bz2": _NO_LIBRARY,
    "_ctypes": _NO_LIBRARY,
    "_curses": _NO_TERMINAL,
    "_curses_panel": _NO_TERMINAL,
    "_dbm": _NO_LIBRARY,
    "_gdbm": _NO_LIBRARY,
    "_hashlib": _NO_LIBRARY,
    "_interpchannels": _NO_INTERPRETERS,
    "_interpqueues": _NO_INTERPRETERS,
    "_interpreters": _NO_INTERPRETERS,
    "_lzma": _NO_LIBRARY,
    "_multiprocessing": _NO_PROCESS,
    "_overlapped": _OTHER_SYSTEM,
    "_posixshmem": _NO_MEMORY_MAP,
    "_posixsubprocess": _NO_PROCESS,
    "_pyrepl.fancy_termios": _NO_TERMINAL,
    "_pyrepl.readline": _NO_TERMINAL,
    "_pyrepl.simple_interact": _NO_TERMINAL,
    "_pyrepl.unix_console": _NO_TERMINAL,
    "_pyrepl.unix_eventqueue": _NO_TERMINAL,
    "_pyrepl.windows_console": _OTHER_SYSTEM,
    "_remote_debugging": _NO_PROCESS,
    "_scproxy": _OTHER_SYSTEM,
    "_ssl": _NO_LIBRARY,
    "_tkinter": _NO_SCREEN,
    "_uuid": _NO_LIBRARY,
    "_winapi": _OTHER_SYSTEM,
    "_wmi": _OTHER_SYSTEM,
    "_zstd": _NO_LIBRARY,
    "asyncio.tools": _NO_PROCESS,
    "asyncio.windows_events": _OTHER_SYSTEM,
    "asyncio.windows_utils": _OTHER_SYSTEM,
    "bz2": _NO_LIBRARY,
    "compression.bz2": _NO_LIBRARY,
    "compression.lzma": _NO_LIBRARY,
    "compression.zstd": _NO_LIBRARY,
    "concurrent.futures.interpreter": _NO_INTERPRETERS,
    "concurrent.interpreters": _NO_INTERPRETERS,
    "ctypes": _NO_LIBRARY,
    "curses": _NO_TERMINAL,
    "dbm.gnu": _NO_LIBRARY,
    "dbm.ndbm": _NO_LIBRARY,
    "encodings.bz2_codec": _NO_LIBRARY,
    "encodings.mbcs": _OTHER_SYSTEM,
    "encodings.oem": _OTHER_SYSTEM,
    "ensurepip": _A_PROGRAM,
    "grp": _NO_PROCESS,
    "idlelib": _A_PROGRAM,
    "lzma": _NO_LIBRARY,
    "mmap": _NO_MEMORY_MAP,
    "msvcrt": _OTHER_SYSTEM,
    "multiprocessing.forkserver": _NO_PROCESS,
    "multiprocessing.heap": _NO_MEMORY_MAP,
    "multiprocessing.popen_fork": _NO_PROCESS,
    "multiprocessing.popen_forkserver": _NO_PROCESS,
    "multiprocessing.popen_spawn_posix": _NO_PROCESS,
    "multiprocessing.popen_spawn_win32": _OTHER_SYSTEM,
    "multiprocessing.resource_tracker": _NO_PROCESS,
    "multiprocessing.shared_memory": _NO_MEMORY_MAP,
    "multiprocessing.sharedctypes": _NO_LIBRARY,
    "multiprocessing.synchronize": _NO_PROCESS,
    "nt": _OTHER_SYSTEM,
    "pty": _NO_TERMINAL,
    "pwd": _NO_PROCESS,
    "pydoc_data": _A_PROGRAM,
    "readline": _NO_TERMINAL,
    "resource": _NO_PROCESS,
    "ssl": _NO_LIBRARY,
    "syslog": _NO_PROCESS,
    "termios": _NO_TERMINAL,
    "tkinter": _NO_SCREEN,
    "tty": _NO_TERMINAL,
    "turtle": _NO_SCREEN,
    "turtledemo": _NO_SCREEN,
    "venv": _A_PROGRAM,
    "winreg": _OTHER_SYSTEM,
    "winsound": _OTHER_SYSTEM,
}


def is_absent(name: str) -> bool:
    """Whether a module, or a package that contains it, is absent."""
    while name:
        if name in ABSENT:
            return True
        name = name.rpartition(".")[0]
    return False
