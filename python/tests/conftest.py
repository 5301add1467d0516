"""What the tests have in common: the program, a small project with a history, and programs that do as they like."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Dict

import pytest

pytest_plugins = ["pytester"]

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAM = Path(os.environ.get("BELLJAR_PROGRAM") or ROOT / "target" / "release" / "belljar").absolute()

MODELS = """from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customers"
    __table_args__ = {"comment": "who buys"}
    id = Column(Integer, primary_key=True)
    email = Column(String(320), nullable=False)


class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customers.id"), nullable=False, index=True)
"""

Fake = Callable[[str], str]


def git(folder: Path, *arguments: str) -> str:
    """Runs git as somebody."""
    someone = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    run = subprocess.run(
        ["git", *someone, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return run.stdout.strip()


def make_project(folder: Path, models: str = MODELS) -> Path:
    """A repository with models in one commit."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "models.py").write_text(models, encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main", ".")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=one")
    return folder


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program is the one of this tree, whatever else is installed."""
    monkeypatch.setenv("BELLJAR_PROGRAM", str(PROGRAM))
    # One for all tests: pytester gives each a home of its own.
    monkeypatch.setenv("BELLJAR_CACHE_DIR", str(ROOT / "build" / "python-cache"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository whose files are as they were committed."""
    return make_project(tmp_path / "shop")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Makes a program of some lines of Python, which takes the place of belljar."""

    def make(body: str) -> str:
        path = tmp_path / "fake-belljar"
        path.write_text(
            f"#!{sys.executable} -IS\nimport json, os, signal, sys, time\n{body}\n", encoding="utf-8"
        )
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("BELLJAR_PROGRAM", str(path))
        return str(path)

    return make


def empty_schema(**more: Any) -> Dict[str, Any]:
    """A document of `extract` with nothing in it."""
    counts = (
        "tables_exact",
        "tables_partial",
        "unresolved",
        "columns_exact",
        "columns_partial",
        "views_exact",
    )
    lists = (
        "tables",
        "views",
        "sequences",
        "types",
        "objects",
        "classes",
        "unresolved",
        "needs",
        "stand_ins",
    )
    return {
        "format": "1.2",
        "belljar": "0.1.0",
        "sqlalchemy": {"version": "2.0", "reason": "a test"},
        "summary": dict.fromkeys((*counts, "views_partial", "objects_exact", "objects_partial"), 0),
        **{name: [] for name in lists},
        "diagnostics": [],
        **more,
    }


def prints(document: object, exit_code: int = 0) -> str:
    """Lines of a program that prints a document."""
    return f"sys.stdout.write({json.dumps(document)!r}); sys.exit({exit_code})"
