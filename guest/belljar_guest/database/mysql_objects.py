"""Views, sequences, triggers, routines and events of a MySQL or MariaDB database."""

import re
from collections.abc import Callable
from typing import Any

from .. import frames
from .parts import METADATA, Reading, TableParts, checked_name

_Rows = Callable[[str], list[Any]]

_VIEWS = """
SELECT table_name, view_definition, table_schema FROM information_schema.views WHERE table_schema = DATABASE()
"""

#: By kind, a query for name, table and definition.
_OBJECTS = {
    "trigger": """
SELECT trigger_name, event_object_table, CONCAT('CREATE TRIGGER `', trigger_name, '` ', action_timing, ' ',
  event_manipulation, ' ON `', event_object_table, '` FOR EACH ROW ', action_statement)
FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY 1""",
    "function": """
SELECT routine_name, NULL, routine_definition FROM information_schema.routines
WHERE routine_schema = DATABASE() AND routine_type = 'FUNCTION' ORDER BY 1""",
    "procedure": """
SELECT routine_name, NULL, routine_definition FROM information_schema.routines
WHERE routine_schema = DATABASE() AND routine_type = 'PROCEDURE' ORDER BY 1""",
}

_UNMODELLED = {
    "events": "SELECT count(*) FROM information_schema.events WHERE event_schema = DATABASE()",
}


#: The numbers that a sequence of MariaDB keeps at hand, unless another is stated.
_CACHE = 1000


def add_views(rows: _Rows, tables: dict[str, TableParts]) -> None:
    """Add the definitions of views."""
    for name, definition, database in rows(_VIEWS):
        if name in tables:
            tables[name].definition = without_database(definition, database) if definition else None


#: Texts in quotes, and names with a dot behind them.
_QUALIFIED = re.compile(r"""'[^'\\]*(?:\\.[^'\\]*|''[^'\\]*)*'|`((?:[^`]|``)*)`(\.?)""", re.DOTALL)


def without_database(query: str, database: str) -> str:
    """A query without the name of its own database, as code leaves it out too."""

    def kept(found: re.Match[str]) -> str:
        is_own = found.group(2) == "." and (found.group(1) or "").replace("``", "`") == database
        # Behind a dot, it is the name of a table or a column.
        return "" if is_own and query[found.start() - 1 : found.start()] != "." else found.group()

    return _QUALIFIED.sub(kept, query)


def add_sequences(rows: _Rows, names: list[str], reading: Reading) -> None:
    """Add sequences of MariaDB, all with one query."""
    selects = [
        f"SELECT {_literal(name)}, start_value, increment, minimum_value, maximum_value, cache_size, cycle_option"
        f" FROM `{name.replace('`', '``')}`"
        for name in names
    ]
    for name, start, increment, least, most, cache, cycle in (
        rows(" UNION ALL ".join(selects)) if names else ()
    ):
        numbers = (start, increment, least, most, cache)
        reading.sequences.append(sequence(name, numbers, is_cycle=bool(cycle)))


def sequence(
    name: str, numbers: tuple[int, int, int, int, int], *, is_cycle: bool
) -> frames.DeclaredSequence:
    """A sequence by its start, increment, least and greatest value and cache, without those that are usual."""
    start, increment, least, most, cache = numbers
    ascends = increment > 0
    usual_least, usual_most = (1, 2**63 - 2) if ascends else (-(2**63) + 1, -1)
    made = frames.Sequence(
        schema=None,
        name=checked_name(name),
        start=None if start == (least if ascends else most) else start,
        increment=None if increment == 1 else increment,
        min_value=None if least == usual_least else least,
        max_value=None if most == usual_most else most,
        cycle=True if is_cycle else None,
        cache=None if cache == _CACHE else cache,
        data_type=None,
        options=[],
    )
    return frames.DeclaredSequence(METADATA, made, [], None)


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''").replace("%", "%%") + "'"


def add_objects(rows: _Rows, reading: Reading) -> None:
    """Add all other objects, and name the kinds that have no place in a document."""
    creation = frames.Creation("unknown", None, None, [reading.dialect], None)
    for kind, query in _OBJECTS.items():
        for name, table, definition in rows(query):
            reading.objects.append(
                frames.Object(
                    kind=kind,
                    metadata=METADATA,
                    schema=None,
                    name=checked_name(name),
                    table=table,
                    definition=definition,
                    postgresql=None,
                    creation=creation,
                    reasons=[],
                    place=None,
                )
            )
    for kind, query in _UNMODELLED.items():
        count = rows(query)[0][0]
        if count:
            message = f"the database has {kind} ({count}), which are not read"
            reading.remarks.append(frames.Remark("not-read", message, None))
