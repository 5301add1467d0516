"""Statements that are not interpreted: what they name is in doubt."""

import re
from typing import Any

from .sql_names import QUALIFIED, names
from .state import TableState, reason

#: The longest text of a statement that a reason quotes.
_LONGEST = 120


def doubt(recording: Any, statement: str) -> None:
    """Put the tables in doubt that a statement names; without any, the schema as a whole."""
    shown = statement if len(statement) <= _LONGEST else statement[: _LONGEST - 1] + "…"
    text = f"{recording._where(recording.place())} executes a statement that is not interpreted: `{shown}`"
    why = reason("migration-sql", text)
    named = list(recording.state.named(statement))
    for table in named:
        recording.touch(table).doubt(why)
    created = re.match(
        rf"CREATE (?:UNLOGGED |FOREIGN )?TABLE (?:IF NOT EXISTS )?({QUALIFIED})", statement, re.IGNORECASE
    )
    if created:
        schema_name, name = names(created[1])
        if recording.state.get(name, schema_name) is None:
            made = TableState(schema_name, name, recording.place())
            made.doubt(why)
            recording.state.put(recording.touch(made))
    elif not named:
        recording.state.doubt(why)
