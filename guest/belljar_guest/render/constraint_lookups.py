"""Constraints of MySQL and MariaDB without a certain name: the migration looks the name up in the database.

A foreign key is identified by its columns and its target. A check is identified if it is the only unnamed one of its
table: MariaDB calls it `CONSTRAINT_1`, MySQL `t_chk_1`. If there are several, the check is created again under a
temporary name, so that both have the same normalized text in the catalog, and both are dropped together.

The result of the lookup is prepared as a statement. If nothing is found, `PREPARE` gets `NULL`; if two are found, the
subquery returns two rows. Either is an error of the server, before anything is dropped. Both databases document all of
it: https://dev.mysql.com/doc/refman/8.4/en/sql-prepared-statements.html, https://mariadb.com/kb/en/prepare-statement/
"""

from typing import Any

from alembic.operations import ops

from . import sql_texts
from .builder import Builder
from .changes import Json
from .operations import DropCheck, Execute
from .sql_texts import UnknownError

#: The name of the variable and of the prepared statement, and that of a temporary check.
_OWN = "belljar"
_TWIN = "belljar_twin"

#: Names that the databases generate for unnamed checks.
_GENERATED_NAME = "^CONSTRAINT_[0-9]+$|_chk_[0-9]+$"

#: The note of a step that looks a name up.
LOOKUP_NOTE = "its name is not in the code: the migration looks it up in the database"


def drop_foreign_key(builder: Builder, key: Json, table: Json) -> list[Any]:
    """The operations that drop a foreign key; raises `UnknownError`."""
    name = builder.names.find("foreignkey", key, table)
    if name is not None:
        return [ops.DropConstraintOp(name, table["name"], type_="foreignkey", schema=table["schema"])]
    if builder.dialect != "mysql":
        raise UnknownError("it has no name, and its name in the database is not certain")
    return _look_up_foreign_key(builder, key, table)


def can_drop(builder: Builder, key: Json, table: Json) -> bool:
    """Whether a foreign key can be dropped."""
    try:
        return bool(drop_foreign_key(builder, key, table))
    except UnknownError:
        return False


def has_lookup(operations: list[Any]) -> bool:
    """Whether operations look a name up in the database."""
    return any(isinstance(one, Execute) for one in operations)


def _look_up_foreign_key(builder: Builder, key: Json, table: Json) -> list[Any]:
    ends = [
        builder.start.split_target(sql_texts.require_known(text, "what it refers to"))
        for text in key["targets"]
    ]
    if len({end[:2] for end in ends}) != 1 or len(ends) != len(key["columns"]):
        raise UnknownError("it has no name, and its target is not certain")
    same = [
        other
        for other in table["foreign_keys"]
        if (other["columns"], other["targets"]) == (key["columns"], key["targets"])
    ]
    _refuse_ambiguous(same)
    schema, name, _ = ends[0]
    own = _schema(table["schema"])
    pairs = [
        f"({number}, {_literal(sql_texts.require_known(column, 'a column of it'))}, {_literal(end[2])})"
        for number, (column, end) in enumerate(zip(key["columns"], ends, strict=True), 1)
    ]
    conditions = [
        f"table_schema = {own}",
        f"table_name = {_literal(table['name'])}",
        # A target without a schema is in the schema of the table.
        f"referenced_table_schema = {own if schema is None else _schema(schema)}",
        f"referenced_table_name = {_literal(name)}",
        *_without(_names_of(same)),
    ]
    found = (
        f"FROM information_schema.key_column_usage WHERE {' AND '.join(conditions)} GROUP BY constraint_name "
        f"HAVING count(*) = {len(pairs)} AND sum((ordinal_position, column_name, referenced_column_name) "
        f"IN ({', '.join(pairs)})) = {len(pairs)}"
    )
    return _drop_found(table, "DROP FOREIGN KEY", "", found)


def drop_check(builder: Builder, check: Json, table: Json) -> list[Any]:
    """The operations that drop a check of MySQL or MariaDB; raises `UnknownError`."""
    name = builder.names.find("check", check, table)
    if name is not None:
        return [DropCheck(name, table["name"], type_="check", schema=table["schema"])]
    without = [other for other in table["checks"] if other["name"] is None]
    if len(without) == 1:
        found = f"FROM information_schema.table_constraints {_is_check_of(table)}"
        more = [f"constraint_name REGEXP {_literal(_GENERATED_NAME)}", *_without(_names_of(table["checks"]))]
        return _drop_found(table, "DROP CONSTRAINT", "", " AND ".join([found, *more]))
    _refuse_ambiguous([other for other in without if other["sql"] == check["sql"]])
    return _check_by_twin(builder, check, table)


def _check_by_twin(builder: Builder, check: Json, table: Json) -> list[Any]:
    """Find a check by its text, which it shares with a temporary check created for this purpose."""
    shell = builder.start.shell(table)
    twin = builder.start.check({**check, "name": _TWIN}, table)
    shell.append_constraint(twin)
    # `NATURAL JOIN` uses the key of both: the names of checks are unique per schema in MySQL, per table in MariaDB.
    both = "information_schema.table_constraints NATURAL JOIN information_schema.check_constraints"
    checks = f"FROM {both} {_is_check_of(table)}"
    text = f"SELECT check_clause {checks} AND constraint_name = {_literal(_TWIN)}"
    # MariaDB also joins tables whose names differ only in case; two texts then make the result uncertain.
    groups = f"GROUP BY constraint_name HAVING count(*) = 1 AND max(check_clause) = ({text})"
    found = " AND ".join([checks, *_without([*_names_of(table["checks"]), _TWIN])]) + f" {groups}"
    dropped = _drop_found(table, "DROP CONSTRAINT", f", DROP CONSTRAINT {_TWIN}", found)
    return [ops.CreateCheckConstraintOp.from_constraint(twin), *dropped]


def _refuse_ambiguous(alike: list[Json]) -> None:
    """Refuse an unnamed constraint that can't be told from another one; raises `UnknownError`."""
    if sum(other["name"] is None for other in alike) > 1:
        raise UnknownError("it has no name, and there is another one like it")


def _names_of(items: list[Json]) -> list[str]:
    """The names of the constraints that have one."""
    return [
        sql_texts.require_known(str(item["name"]), "the name of a constraint")
        for item in items
        if item["name"]
    ]


def _is_check_of(table: Json) -> str:
    own = f"table_schema = {_schema(table['schema'])} AND table_name = {_literal(table['name'])}"
    return f"WHERE {own} AND constraint_type = 'CHECK'"


def _without(names: list[str]) -> list[str]:
    """A condition that excludes the constraints with known names."""
    return [f"constraint_name NOT IN ({', '.join(map(_literal, names))})"] if names else []


def _drop_found(table: Json, drop: str, more: str, found: str) -> list[Any]:
    """The statements that drop the constraint that a query finds."""
    quoted = sql_texts.table_name("mysql", table["name"], table["schema"])
    head, end = _literal(f"ALTER TABLE {quoted} {drop} `"), _literal(f"`{more}")
    name = f"concat({head}, replace(constraint_name, '`', '``'), {end})"
    return [
        Execute(f"SET @{_OWN} = (SELECT {name} {found})"),
        Execute(f"PREPARE {_OWN} FROM @{_OWN}"),
        Execute(f"EXECUTE {_OWN}"),
        Execute(f"DEALLOCATE PREPARE {_OWN}"),
    ]


def _schema(schema: str | None) -> str:
    return "DATABASE()" if schema is None else _literal(schema)


def _literal(value: str) -> str:
    """A MySQL string literal, in which a backslash is an escape character."""
    return sql_texts.literal(value.replace("\\", "\\\\"))
