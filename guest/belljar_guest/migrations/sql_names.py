"""Names and literals in SQL text."""

import re
from typing import Any

from .state import TableState

#: A name, quoted as any of the dialects quotes it.
NAME = r'(?:"(?:[^"]|"")+"|`[^`]+`|\[[^\]]+\]|[A-Za-z_][\w$]*)'

#: A name that may have a schema.
QUALIFIED = rf"(?:{NAME}\.)?{NAME}"


def unquoted(name: str) -> str:
    """A name without quotes; one without them is in lower case."""
    if name[:1] in '"`[':
        return name[1:-1].replace('""', '"')
    return name.lower() if name.isupper() or name.islower() else name


def names(text: str) -> tuple[str | None, str]:
    """The schema and the name of a qualified name."""
    parts = re.findall(NAME, text)
    return (unquoted(parts[-2]) if len(parts) > 1 else None), unquoted(parts[-1])


def literals(text: str) -> list[str]:
    """The literals in a text."""
    return [part.replace("''", "'") for part in re.findall(r"'((?:[^']|'')*)'", text)]


def table_named(recording: Any, text: str) -> TableState | None:
    """The recorded table that a text names; the schema `public` need not be the recorded one."""
    schema_name, name = names(text)
    found: TableState | None = recording.state.get(name, schema_name)
    if found is None and schema_name == "public":
        found = recording.state.get(name, None)
    return found
