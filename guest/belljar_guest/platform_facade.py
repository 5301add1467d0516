"""What the interpreter shows of the machine: Linux with 64 bits, so that code takes the branch it takes there.

Done when the snapshot is made, under WASI only; a native interpreter is left as it is.
"""

import os
import platform
import sys
import sysconfig


def put_on() -> None:
    """Present a 64-bit Linux and make what can't work a no-op."""
    if sys.platform != "wasi":
        return
    sys.platform = "linux"
    sys.maxsize = 2**63 - 1
    shown = platform.uname_result("Linux", "localhost", "5.15.0", "#1 SMP", "x86_64")
    platform.uname = lambda: shown
    platform.machine = lambda: "x86_64"
    platform.system = lambda: "Linux"
    platform.architecture = lambda *args, **kwargs: ("64bit", "ELF")
    sys.implementation._multiarch = "x86_64-linux-gnu"
    sysconfig.get_platform = lambda: "linux-x86_64"
    if not hasattr(os, "getuid"):
        os.getuid = os.geteuid = os.getgid = os.getegid = lambda: 1000
    if not hasattr(os, "uname"):
        os.uname = lambda: os.uname_result(("Linux", "localhost", "5.15.0", "#1 SMP", "x86_64"))
    _still_asyncio()


def _still_asyncio() -> None:
    """An event loop can be made; it has no pipe to itself."""
    import asyncio.selector_events as events

    loop = events.BaseSelectorEventLoop
    loop._make_self_pipe = lambda self: None  # type: ignore[attr-defined]
    loop._close_self_pipe = lambda self: None  # type: ignore[attr-defined]
