"""Differences from Alembic and from databases that have a reason: the pair, a part of what is told, why."""

_SEQUENCE = "PostgreSQL: a renamed table keeps the sequence that numbers its rows, with its old name"

KNOWN: list[tuple[str, str, str]] = [
    (name, "(sequences): ['things_id_seq'] / ['articles_id_seq']", _SEQUENCE)
    for name in ("rename-table", "rename-table-unique", "rename-both")
]
