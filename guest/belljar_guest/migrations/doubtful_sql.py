"""Statements that are not interpreted: what they name is in doubt."""

import re
from collections.abc import Iterator
from typing import Any

from .enumerations import enum_columns
from .sql_names import QUALIFIED, names, table_named
from .state import TableState, reason

#: The longest text of a statement that a reason quotes.
_LONGEST = 120


def doubt(recording: Any, statement: str, body: str = "") -> None:
    """Put the tables in doubt that a statement names, and those with an enumeration that it names.

    Without any, the schema as a whole is in doubt. `body` is a further text that the statement runs.
    """
    shown = statement if len(statement) <= _LONGEST else statement[: _LONGEST - 1] + "…"
    text = f"{recording.where(recording.place())} executes a statement that is not interpreted: `{shown}`"
    why = reason("migration-sql", text)
    named = list(_named(recording, f"{statement} {body}"))
    for table in named:
        recording.touch(table).doubt(why)
    created = re.match(
        rf"(?:CREATE (?:UNLOGGED |FOREIGN )?|ALTER )TABLE (?:IF (?:NOT )?EXISTS )?(?:ONLY )?({QUALIFIED})",
        statement,
        re.IGNORECASE,
    )
    if created and table_named(recording, created[1]) is None:
        schema_name, name = names(created[1])
        made = TableState(schema_name, name, recording.place())
        made.doubt(why)
        recording.state.put(recording.touch(made))
    elif not named:
        recording.state.doubt(why)


def _named(recording: Any, text: str) -> Iterator[TableState]:
    """The tables that a text names, and those with an enumeration that it names: its values are not known now."""
    yield from recording.state.named(text)
    words = set(re.findall(r"\w+", text))
    for key in [key for key in recording.state.enums if key[1] in words]:
        del recording.state.enums[key]
    for word in sorted(words):
        for table, _, _ in enum_columns(recording, word):
            yield table
