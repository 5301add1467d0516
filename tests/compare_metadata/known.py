"""Differences from Alembic and from databases that have a reason: the pair, a part of the message, why."""

_SEQUENCE = "PostgreSQL: a renamed table keeps the sequence that numbers its rows, with its old name"

_UUID = (
    "`--dialect mysql` writes for MySQL, where SQLAlchemy's `Uuid` is a CHAR(32); on MariaDB it is a UUID, and a script"
    " of Alembic's takes what it finds"
)

_PREFIX = "MariaDB: an index on a whole TEXT gets a length when it is made, and keeps it whatever the column becomes"

_SHARED = (
    "InnoDB: two keys of the same columns have one index, called like the one that the code declares last; a document"
    " has no order of them, and an index that was renamed keeps its name"
)

KNOWN: list[tuple[str, str, str]] = [
    *(
        (name, "(sequences): ['things_id_seq'] / ['articles_id_seq']", _SEQUENCE)
        for name in ("rename-table", "rename-table-unique", "rename-both")
    ),
    *((name, "('value', 'char(32)', ", _UUID) for name in ("type-uuid", "column-7-comes")),
    *(
        (
            "type-11-indexed",
            f"mariadb: {what}: items.indexes: [('ix_items_value', 1, 'value', 1, 768, ",
            _PREFIX,
        )
        for what in ("upgrade", "sql")
    ),
    ("mysql-key-shares-index-back", "mariadb: downgrade: items.indexes: [('fk_other', 1, ", _SHARED),
]
