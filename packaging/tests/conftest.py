"""The packages under test, and where their modules are."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "integrations" / "github")]

import dist  # noqa: E402
from installed import PROGRAM  # noqa: E402


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A folder with all packages, built from a program with another name, mode and time, under another umask."""
    # Several processes of pytest share it: the first builds, and the others wait.
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if hasattr(request.config, "workerinput") else base
    folder = shared / "packages"
    with (shared / "packages.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / dist.SUMS).is_file():
            build(shared / "another-name", folder)
    return folder


def build(copy: Path, folder: Path) -> None:
    """Builds them from a copy of the program."""
    shutil.copyfile(PROGRAM, copy)
    copy.chmod(0o700)
    os.utime(copy, (1, 1))
    old = os.umask(0o077)
    try:
        dist.build(copy, folder)
    finally:
        os.umask(old)
    # As a folder that people download to.
    folder.chmod(0o755)


@pytest.fixture(scope="session")
def built(packages: Path) -> Path:
    """The wheel."""
    (path,) = packages.glob("*.whl")
    return path
