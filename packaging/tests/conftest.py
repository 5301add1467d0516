"""What the tests of packaging have in common."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "integrations" / "github")]

import wheel  # noqa: E402

PROGRAM = Path(
    os.environ.get("BELLJAR_PROGRAM") or HERE.parent.parent / "target" / "release" / "belljar"
).absolute()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel."""
    return wheel.build(PROGRAM, tmp_path_factory.mktemp("dist"))
