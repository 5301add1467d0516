"""Differences from Alembic and from databases that have a reason: the pair, a part of what is told, why."""

_SEQUENCE = "PostgreSQL: a renamed table keeps the sequence that numbers its rows, with its old name"

_UUID = (
    "`--dialect mysql` writes for MySQL, where SQLAlchemy's `Uuid` is a CHAR(32); on MariaDB it is a UUID, and a script"
    " of Alembic's takes what it finds"
)

_PREFIX = "MariaDB: an index on a whole TEXT gets a length when it is made, and keeps it whatever the column becomes"

_SHARED = "InnoDB: two keys of the same columns have one index, called like the one that came last, and it keeps that name"

_MADE = (
    "MySQL: an index that a statement made does not give way to a better one as InnoDB's own does; to have that one, the"
    " foreign key would be rebuilt, which checks every row"
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
    *(
        (
            f"mysql-key-shares-index{way}",
            f"mariadb: {what}: {more}items.indexes: [('fk_more', 1, 'other_id', ",
            _SHARED,
        )
        for way, what, more in (
            ("", "downgrade", "['remove_index', 'fk_more']; "),
            ("-back", "upgrade", "['remove_index', 'fk_more']; "),
            ("-back", "sql", ""),
        )
    ),
    *(
        (name, f"mariadb: downgrade: items.indexes: [{kept}", _MADE)
        for name, kept in (
            ("mysql-key-gets-index-back", "('fk_other', 1, 'other_id', "),
            ("mysql-key-gets-unique-back", "('fk_other', 1, 'other_id', "),
            (
                "mysql-key-unnamed-gets-index-back",
                "('ix_items_other_id', 1, 'other_id', 1, None, 'A', 'BTREE', ''), ('other_id', ",
            ),
        )
    ),
]
