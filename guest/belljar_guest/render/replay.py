"""Executes the checked statements of a script, to see what they would do.

A script and the statements come from the same operations, but Alembic renders the one and executes the other. Executing
the script as well shows whether both do the same.
"""

import importlib
from typing import Any

import sqlalchemy as sa

from . import script, script_allowlist
from .recording import Recording


class _Verbatim(sa.types.UserDefinedType[Any]):
    """The class that a script declares for types without a SQLAlchemy equivalent."""

    cache_ok = True

    def __init__(self, text: str) -> None:
        self.text = text

    def get_col_spec(self, **_: Any) -> str:
        return self.text


def replay_statements(texts: list[str], dialect: str) -> list[str]:
    """The statements that a script would execute; `texts` are checked again before they run."""
    recording = Recording(dialect)
    names: dict[str, Any] = {
        "__builtins__": {},
        "op": recording.operations,
        "sa": sa,
        "Verbatim": _Verbatim,
        **{
            name: importlib.import_module(f"sqlalchemy.dialects.{name}") for name in script_allowlist.DIALECTS
        },
    }
    exec(compile(script.parse_module(texts), "<script>", "exec"), names)
    return recording.statements
