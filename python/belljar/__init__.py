"""Belljar from Python: the schema that SQLAlchemy models declare, what changes in it, and what is dangerous about that.

Each function runs the program `belljar` once and gives what it wrote as dataclasses. All can be called from any thread.
"""

from __future__ import annotations

from belljar import documents, errors
from belljar._api import Side, check, diff, explain, extract, impact, lineage, program_version
from belljar._options import Downstream, Options
from belljar._program import find as find_program
from belljar._version import __version__
from belljar.documents import Change, Column, Diff, Finding, Impact, Lineage, Schema, Table, Verdict
from belljar.errors import (
    BelljarError,
    CouldNotRunError,
    CrashError,
    DocumentError,
    FindingsError,
    FormatError,
    InternalError,
    OutputTooLargeError,
    ProgramNotFoundError,
    RunCancelledError,
    RunError,
    RunTimeoutError,
)

__all__ = [
    "BelljarError",
    "Change",
    "Column",
    "CouldNotRunError",
    "CrashError",
    "Diff",
    "DocumentError",
    "Downstream",
    "Finding",
    "FindingsError",
    "FormatError",
    "Impact",
    "InternalError",
    "Lineage",
    "Options",
    "OutputTooLargeError",
    "ProgramNotFoundError",
    "RunCancelledError",
    "RunError",
    "RunTimeoutError",
    "Schema",
    "Side",
    "Table",
    "Verdict",
    "__version__",
    "check",
    "diff",
    "documents",
    "errors",
    "explain",
    "extract",
    "find_program",
    "impact",
    "lineage",
    "program_version",
]
