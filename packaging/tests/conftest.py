"""What the tests of packaging have in common."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "integrations" / "github")]

import ci_support  # noqa: E402
import wheel  # noqa: E402


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel."""
    return wheel.build(ci_support.PROGRAM, tmp_path_factory.mktemp("dist"))
