"""The platform that code sees: 64-bit Linux, so that it takes the same branches as there.

Installed when the snapshot is made, under WASI only; a native interpreter is left unchanged.
"""

import os
import platform
import sys
import sysconfig


def install() -> None:
    """Present a 64-bit Linux, and make what can't work a no-op."""
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
    _patch_asyncio()


def _patch_asyncio() -> None:
    """Let event loops be created without a pipe."""
    import asyncio.selector_events as events

    loop = events.BaseSelectorEventLoop
    loop._make_self_pipe = lambda self: None  # type: ignore[attr-defined]
    loop._close_self_pipe = lambda self: None  # type: ignore[attr-defined]
