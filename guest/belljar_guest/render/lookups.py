"""Constraints of MySQL and MariaDB without a name: where that is not certain, the migration asks the database for it.

A foreign key is known by its columns and what they refer to. A check is known where it is the only one of its table
without a name: MariaDB calls it `CONSTRAINT_1`, MySQL `t_chk_1`. Where there are several, it is made once more under a
name, so that both have the text that the database makes of it, and the two go together.

The answer becomes a statement that is prepared. If nothing is found that is `PREPARE` from `NULL`, if two are found a
subquery of two rows: either is an error of the server's, before anything is dropped. Both databases document all of it:
https://dev.mysql.com/doc/refman/8.4/en/sql-prepared-statements.html, https://mariadb.com/kb/en/prepare-statement/
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alembic.operations import ops

from . import texts
from .changes import Json
from .operations import DropCheck, Execute
from .texts import UnknownError

if TYPE_CHECKING:
    from .steps import Builder

#: What the answer and the statement made of it are called, and a check that is there for a moment.
_OWN = "belljar"
_TWIN = "belljar_twin"

#: What the databases call checks, of which the code gives no name.
_GIVEN = "^CONSTRAINT_[0-9]+$|_chk_[0-9]+$"

#: How the name of a constraint is found, and what closes it.
_CONSTRAINT = ("constraint_name", "`")

#: What a step says that looks a name up.
TOLD = "its name is not in the code: the database is asked for it"


def key_goes(builder: "Builder", key: Json, table: Json) -> list[Any]:
    """What drops a foreign key; raises `UnknownError`."""
    name = builder.constraints.name_of("foreignkey", key, table)
    if name is not None:
        return [ops.DropConstraintOp(name, table["name"], type_="foreignkey", schema=table["schema"])]
    if builder.dialect != "mysql":
        raise UnknownError("it has no name, and what the database calls it is not certain")
    return _key_looked_up(builder, key, table)


def is_known(builder: "Builder", key: Json, table: Json) -> bool:
    """Whether a foreign key can be dropped."""
    try:
        return bool(key_goes(builder, key, table))
    except UnknownError:
        return False


def looks_up(operations: list[Any]) -> bool:
    """Whether these ask the database for a name."""
    return any(isinstance(one, Execute) for one in operations)


def _key_looked_up(builder: "Builder", key: Json, table: Json) -> list[Any]:
    ends = [builder.start.target(texts.known(text, "what it refers to")) for text in key["targets"]]
    if len({end[:2] for end in ends}) != 1 or len(ends) != len(key["columns"]):
        raise UnknownError("it has no name, and what it refers to is not certain")
    same = [
        other
        for other in table["foreign_keys"]
        if (other["columns"], other["targets"]) == (key["columns"], key["targets"])
    ]
    _check_alone(same)
    schema, name, _ = ends[0]
    own = _schema(table["schema"])
    pairs = [
        f"({number}, {_literal(texts.known(column, 'a column of it'))}, {_literal(end[2])})"
        for number, (column, end) in enumerate(zip(key["columns"], ends, strict=True), 1)
    ]
    conditions = [
        f"table_schema = {own}",
        f"table_name = {_literal(table['name'])}",
        # Without a schema it is in that of its table.
        f"referenced_table_schema = {own if schema is None else _schema(schema)}",
        f"referenced_table_name = {_literal(name)}",
        *_without(_named(same)),
    ]
    found = (
        f"FROM information_schema.key_column_usage WHERE {' AND '.join(conditions)} GROUP BY constraint_name "
        f"HAVING count(*) = {len(pairs)} AND sum((ordinal_position, column_name, referenced_column_name) "
        f"IN ({', '.join(pairs)})) = {len(pairs)}"
    )
    own_targets = [end[2] for end in ends]
    effect = ("drop_key", (table["schema"], table["name"]), key["columns"], own_targets)
    return _carried_out(table, ("DROP FOREIGN KEY", *_CONSTRAINT), found, effect)


def check_goes(builder: "Builder", check: Json, table: Json) -> list[Any]:
    """What drops a check of MySQL's or MariaDB's; raises `UnknownError`."""
    name = builder.constraints.name_of("check", check, table)
    if name is not None:
        return [DropCheck(name, table["name"], type_="check", schema=table["schema"])]
    without = [other for other in table["checks"] if other["name"] is None]
    if len(without) == 1:
        found = f"FROM information_schema.table_constraints {_checks_of(table)}"
        more = [f"constraint_name REGEXP {_literal(_GIVEN)}", *_without(_named(table["checks"]))]
        return _carried_out(table, ("DROP CONSTRAINT", *_CONSTRAINT), " AND ".join([found, *more]))
    _check_alone([other for other in without if other["sql"] == check["sql"]])
    return _check_by_twin(builder, check, table)


def unique_goes(table: Json, item: Json) -> list[Any]:
    """What drops a unique key of MySQL's or MariaDB's that has no name in the code."""
    columns = [texts.known(column, "a column of it") for column in item["columns"]]
    others = _named([*table["unique"], *table["indexes"]])
    place = (table["schema"], table["name"])
    wanted = Wanted(place, columns, others, is_unique=True)
    return index_found(wanted, "DROP INDEX", effect=("drop_index", place, columns))


@dataclass
class Wanted:
    """An index that is known by its table, by its columns, and by not being one of others."""

    place: tuple[str | None, str]
    columns: list[str]
    others: list[str]
    is_unique: bool = False


def index_found(wanted: Wanted, what: str, end: str = "`", *, effect: tuple[Any, ...] = ()) -> list[Any]:
    """What is done with an index of which the name is not certain; `end` closes the name."""
    schema, name = wanted.place
    count = len(wanted.columns)
    pairs = ", ".join(f"({number}, {_literal(column)})" for number, column in enumerate(wanted.columns, 1))
    conditions = [
        f"table_schema = {_schema(schema)}",
        f"table_name = {_literal(name)}",
        f"non_unique = {0 if wanted.is_unique else 1}",
        *_without(wanted.others, "index_name"),
    ]
    found = (
        f"FROM information_schema.statistics WHERE {' AND '.join(conditions)} GROUP BY index_name "
        f"HAVING count(*) = {count} AND sum((seq_in_index, column_name) IN ({pairs})) = {count}"
    )
    table: Json = {"schema": schema, "name": name}
    return _carried_out(table, (what, "index_name", end), found, effect)


def _check_by_twin(builder: "Builder", check: Json, table: Json) -> list[Any]:
    """A check that has the same text as one that is made for that."""
    shell = builder.start.shell(table)
    twin = builder.start.check({**check, "name": _TWIN}, table)
    shell.append_constraint(twin)
    # What both have is their key: MySQL's has a name once, MariaDB's once in a table.
    both = "information_schema.table_constraints NATURAL JOIN information_schema.check_constraints"
    checks = f"FROM {both} {_checks_of(table)}"
    text = f"SELECT check_clause {checks} AND constraint_name = {_literal(_TWIN)}"
    # Where names of tables differ by their case alone MariaDB joins them: what has two texts then is not certain.
    groups = f"GROUP BY constraint_name HAVING count(*) = 1 AND max(check_clause) = ({text})"
    found = " AND ".join([checks, *_without([*_named(table["checks"]), _TWIN])]) + f" {groups}"
    both_go = ("DROP CONSTRAINT", "constraint_name", f"`, DROP CONSTRAINT {_TWIN}")
    dropped = _carried_out(table, both_go, found)
    return [ops.CreateCheckConstraintOp.from_constraint(twin), *dropped]


def _check_alone(alike: list[Json]) -> None:
    """Refuse one of several without a name; raises `UnknownError`."""
    if sum(other["name"] is None for other in alike) > 1:
        raise UnknownError("it has no name, and another one is like it")


def _named(items: list[Json]) -> list[str]:
    """The names of those that have one."""
    return [texts.known(str(item["name"]), "the name of a constraint") for item in items if item["name"]]


def _checks_of(table: Json) -> str:
    own = f"table_schema = {_schema(table['schema'])} AND table_name = {_literal(table['name'])}"
    return f"WHERE {own} AND constraint_type = 'CHECK'"


def _without(names: list[str], column: str = "constraint_name") -> list[str]:
    """The condition that it is none of those that the code gives names."""
    return [f"{column} NOT IN ({', '.join(map(_literal, names))})"] if names else []


def _carried_out(
    table: Json, what: tuple[str, str, str], found: str, effect: tuple[Any, ...] = ()
) -> list[Any]:
    """The statements that drop what is found by its name; `what` is what comes before that, its column, and the end."""
    quoted = texts.table_name("mysql", table["name"], table["schema"])
    head, end = _literal(f"ALTER TABLE {quoted} {what[0]} `"), _literal(what[2])
    text = f"concat({head}, replace({what[1]}, '`', '``'), {end})"
    return [
        Execute(f"SET @{_OWN} = (SELECT {text} {found})", effect),
        Execute(f"PREPARE {_OWN} FROM @{_OWN}"),
        Execute(f"EXECUTE {_OWN}"),
        Execute(f"DEALLOCATE PREPARE {_OWN}", ("looked_up", *effect[1:2]) if effect else ()),
    ]


def _schema(schema: str | None) -> str:
    return "DATABASE()" if schema is None else _literal(schema)


def _literal(value: str) -> str:
    """A string of MySQL's, which takes a backslash for an escape."""
    return texts.literal(value.replace("\\", "\\\\"))
