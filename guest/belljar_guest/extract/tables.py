"""Frames of tables."""

from typing import Any

from .. import frames
from ..stand_in.reflection import is_reflected
from ..stand_in.sqlalchemy_patches import NOTES
from . import constraints, server_dependence, table_checks, unrepresented
from .columns import column_frame, without_values
from .doubts import AT_IMPORT, Doubts
from .expressions import expressions
from .options import options, quote_option
from .sql import safe_text

#: Schemas of a dialect's own catalog.
_CATALOGS = ("pg_catalog", "information_schema", "INFORMATION_SCHEMA", "sys")


def is_ours(table: Any) -> bool:
    """Whether a table is not part of a dialect's own catalog."""
    return (table.schema or "").rpartition(".")[2] not in _CATALOGS


def tables_of(metadata: Any) -> list[Any]:
    """The tables of a `MetaData`, sorted by schema and name, without those of a dialect's own catalog."""
    found = [
        table
        for table in metadata.tables.values()
        if table_checks.find_problem(table) is None and is_ours(table)
    ]
    return sorted(found, key=lambda table: (table.schema or "", safe_text(table.name)))


def table_frame(name: str, table: Any, cls: type | None, doubts: Doubts) -> frames.Table:
    """The frame of a table; columns that the database itself provides are marked as `system`."""
    notes = table.__dict__.get(NOTES)
    own = [column for column in table.columns if not is_reflected(column)]
    columns = [column_frame(column, doubts) for column in own]
    unique, checks = constraints.unique(table), constraints.checks(table)
    indexes, excludes = constraints.indexes(table), constraints.excludes(table)
    foreign_keys = constraints.foreign_keys(table)
    texts = [safe_text(table.name), table.schema, table.comment]
    of_types = constraints.conditions_of_types(
        table
    )  # the column has the doubt if something in them is absent
    own_checks = [item for item in checks if item.sql not in of_types]
    for items in (unique, own_checks, indexes, foreign_keys):
        texts += [item.name for item in items]
    texts += [item.sql for item in (*own_checks, *excludes)]
    texts += [
        text
        for index in indexes
        for text in (*(part.sql for part in index.elements), *(entry.value for entry in index.options))
    ]
    reasons = list(notes.reasons) if notes else []
    reasons += doubts.of_texts(texts)
    reasons += doubts.of_escapes(expressions(table))
    reasons += unrepresented.reasons_of_table(table, expressions(table)) + server_dependence.reasons_of_table(
        table
    )
    reasons += doubts.of_class(cls) if cls is not None else []
    reasons += doubts.of_declaration(table)
    known = {(item.code, item.origin) for item in reasons}
    reasons += [item for item in doubts.of_statements(table) if (item.code, item.origin) not in known]
    if any(reason.code == AT_IMPORT for reason in reasons):
        columns = [without_values(column, doubts.source(column.place)) for column in columns]
    return frames.Table(
        serial=notes.serial if notes else 0,
        metadata=name,
        schema=None if table.schema is None else safe_text(table.schema),
        name=safe_text(table.name),
        reasons=doubts.distinct(reasons),
        place=notes.place if notes else None,
        columns=columns,
        primary_key=constraints.primary_key(table),
        unique=unique,
        foreign_keys=foreign_keys,
        checks=checks,
        indexes=indexes,
        excludes=excludes,
        comment=None if table.comment is None else safe_text(table.comment),
        prefixes=[safe_text(prefix) for prefix in getattr(table, "_prefixes", ())],
        options=sorted(
            [*options(table), *quote_option(table.name), *quote_option(table.schema, "quote_schema")],
            key=lambda entry: entry.name,
        ),
    )
