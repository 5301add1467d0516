"""The packages under test, and where their modules are."""

from __future__ import annotations

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
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all packages, built from a program with another name, mode and time, under another umask."""
    copy = tmp_path_factory.mktemp("program") / "another-name"
    shutil.copyfile(PROGRAM, copy)
    copy.chmod(0o700)
    os.utime(copy, (1, 1))
    folder = tmp_path_factory.mktemp("dist")
    old = os.umask(0o077)
    try:
        dist.build(copy, folder)
    finally:
        os.umask(old)
    return folder


@pytest.fixture(scope="session")
def built(packages: Path) -> Path:
    """The wheel."""
    (path,) = packages.glob("*.whl")
    return path
