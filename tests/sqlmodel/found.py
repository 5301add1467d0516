"""The same description as the oracle's, from the frames of a run in the guest."""

from collections.abc import Sequence
from typing import Any

from belljar_guest import frames


def describe(found: Sequence[frames.Frame]) -> dict[str, Any]:
    """Describe what a run found."""
    trouble = [
        f"{item.path}:{item.line} {item.error} {item.message}"
        for item in found
        if isinstance(item, (frames.StatementSkipped, frames.ModuleFailed))
    ]
    last = {item.serial: item for item in found if isinstance(item, frames.Table)}
    done = next(item for item in found if isinstance(item, frames.Done))
    tables = [last[serial] for serial in done.tables]
    reasons = [reason for table in tables for reason in table.reasons]
    reasons += [reason for table in tables for column in table.columns for reason in column.reasons]
    return {
        "trouble": trouble,
        "doubts": [reason.message for reason in reasons],
        "ddl": ddl([item for item in found if isinstance(item, frames.Ddl)]),
        "columns": sorted(facts(table, column) for table in tables for column in table.columns),
        "relationships": sorted(relationships([item for item in found if isinstance(item, frames.Class)])),
    }


def ddl(found: list[frames.Ddl]) -> dict[str, list[str]]:
    """Give the statements of each dialect."""
    made: dict[str, list[str]] = {}
    for item in found:
        refused = [f"refused: {failure.name}" for failure in item.failures]
        made[item.dialect] = sorted([*made.get(item.dialect, []), *item.statements, *refused])
    return made


def facts(table: frames.Table, column: frames.Column) -> list[str]:
    """Give what the DDL does not show of a column."""
    name = f"{table.schema}.{table.name}" if table.schema else table.name
    return [
        name,
        column.name,
        column.key,
        f"{column.ty.module}.{column.ty.class_name}",
        default(column.default),
        default(column.onupdate),
        column.autoincrement,
        ",".join(column.ty.enum_values or []),
    ]


def default(item: frames.Default | None) -> str:
    """Name a client-side default."""
    if item is None:
        return ""
    text = item.text.rpartition(".")[2] if item.kind == "callable" else item.text
    return f"{item.kind}:{text}"


def relationships(classes: list[frames.Class]) -> list[list[str]]:
    """Give the relationships of every mapped class."""
    return [
        [
            item.itself.name,
            relationship.name,
            relationship.target.rpartition(":")[2].rpartition(".")[2],
            (relationship.direction or "").upper().replace("_", ""),
            str(bool(relationship.uselist)),
            relationship.secondary or "",
        ]
        for item in classes
        for relationship in item.relationships
    ]
