"""How a test runs what a package has installed: in an environment in which nothing of this tree is found."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = Path(os.environ.get("BELLJAR_PROGRAM") or ROOT / "build" / "portable" / "belljar").absolute()
# A published project of tests/corpus/INDEX.tsv, and what is in it.
PROJECT, SUMMARY = "optuna", "tables: 12 exact, 0 partial, 0 unresolved; columns: 49 exact, 0 partial"

MODELS = """from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = {"comment": "what was bought"}
    id = Column(Integer, primary_key=True)
"""
EXTRACT = ("extract", "--format=text", "--quiet")


def clean(**more: str) -> dict[str, str]:
    """An environment in which nothing of this tree is found."""
    kept = (
        "HOME",
        "LANG",
        "TMPDIR",
        "PIP_INDEX_URL",
        "UV_INDEX_URL",
        "UV_DEFAULT_INDEX",
        "SSL_CERT_FILE",
        "PIP_CONFIG_FILE",
    )
    proxies = tuple(name for name in os.environ if name.lower().endswith("_proxy"))
    environment = {name: os.environ[name] for name in (*kept, *proxies) if name in os.environ}
    return {
        **environment,
        "PATH": "/usr/bin:/bin",
        "BELLJAR_CACHE_DIR": str(ROOT / "build" / "python-cache"),
        **more,
    }


def carry_out(
    *command: str | Path,
    cwd: Path,
    code: int = 0,
    env: dict[str, str] | None = None,
    stdin: str | None = None,
) -> str:
    """What a command prints."""
    run = subprocess.run(
        command,
        cwd=cwd,
        env=clean() if env is None else env,
        input=stdin,
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert run.returncode == code, f"{command}\n{run.stdout}\n{run.stderr}"
    return run.stdout


@cache
def real_project() -> Path:
    """The archive of a published project."""
    script, folder = ROOT / "tests" / "corpus" / "fetch.py", ROOT / "build" / "corpus" / "artefacts"
    run = subprocess.run(
        [sys.executable, script, folder, PROJECT], check=True, capture_output=True, text=True
    )
    return Path(run.stdout.strip())


def extracts_a_real_project(*program: str | Path, path: Path, cwd: Path, env: dict[str, str]) -> None:
    """The program, as it is installed, extracts a published project completely."""
    said = carry_out(*program, *EXTRACT, "--summary", path, cwd=cwd, env=env)
    assert SUMMARY in said
    assert re.search(r"^studies +\d+ columns ", said, re.MULTILINE)


def uv() -> str:
    """The program uv of this environment."""
    beside = Path(sys.executable).parent / "uv"
    found = str(beside) if beside.is_file() else shutil.which("uv")
    return found or pytest.skip("uv is not installed")
