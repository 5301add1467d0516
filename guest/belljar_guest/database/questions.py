"""Counts the rows of a database that a change to its schema depends on.

A job has names and numbers, and no SQL: the names are of objects that the database has, quoted by its dialect, and no
expression of a repository is evaluated. Nothing but counts leaves the database: what it says about an error may repeat
a value, so that only the kind of error is told.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, case, cast, column, exists, func, or_, select, table, types
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement, Select
from sqlalchemy.sql.elements import quoted_name

from .. import frames

#: Rows are counted up to this number.
MOST = 100_000

_SIZES = {
    "postgresql": """
SELECT nullif(c.reltuples, -1)::bigint, pg_catalog.pg_total_relation_size(c.oid)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = %s AND n.nspname = coalesce(%s, current_schema()) AND c.relkind IN ('r', 'p', 'm')
""",
    "mysql": """
SELECT table_rows, data_length + index_length FROM information_schema.tables
WHERE table_name = %s AND table_schema = coalesce(%s, database())
""",
}

#: What a value of a type can be read as; only these names are passed on to PostgreSQL.
_READABLE = {
    "bigint",
    "boolean",
    "date",
    "double precision",
    "inet",
    "integer",
    "json",
    "jsonb",
    "numeric",
    "real",
    "smallint",
    "time",
    "timestamp with time zone",
    "timestamp without time zone",
    "uuid",
}

#: The kinds of errors, by the codes of PostgreSQL, and by the numbers of MySQL.
_ERRORS = {
    "42P01": "the database has no such table, or the user may not see it",
    "3F000": "the database has no such schema, or the user may not see it",
    "42703": "the table has no such column",
    "42501": "the user may not read the table, or not all of its rows",
    "57014": "the query took too long",
    "55P03": "another transaction locks the table",
    "42883": "the values can't be compared",
    1049: "the database has no such schema, or the user may not see it",
    1054: "the table has no such column",
    1142: "the user may not read the table",
    1143: "the user may not read the column",
    1146: "the database has no such table, or the user may not see it",
    1205: "another transaction locks the table",
    1969: "the query took too long",
    3024: "the query took too long",
}


class _CannotAskError(Exception):
    """A question that this database can't answer; the message says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to count.

    `rows` of a table, those with NULL in one of the columns (`nulls`) or without (`values`), the combinations of values
    that occur more than once (`duplicates`; `duplicates-with-nulls` takes two NULLs for equal), rows whose reference
    has no target (`orphans`), values that are longer than `limit` characters (`longer`), numbers outside of `low` and
    `high` or with more than `scale` digits after the point (`outside`), texts that are no value of the type `into`
    (`unreadable`), and the `size` of a table.
    """

    number: int
    kind: str
    table: str
    schema: str | None = None
    columns: tuple[str, ...] = ()
    target_table: str = ""
    target_schema: str | None = None
    target_columns: tuple[str, ...] = ()
    limit: int = 0
    low: str = ""
    high: str = ""
    scale: int | None = None
    into: str = ""

    @staticmethod
    def parse(value: dict[str, Any]) -> "Question":
        """Parse the host's JSON; raises `KeyError` or `TypeError` if it is none."""
        given = dict(value)
        for name in ("columns", "target_columns"):
            given[name] = tuple(given.get(name, ()))
        return Question(**given)


def answers(connection: Connection, questions: list[Question]) -> Iterator[frames.Answer]:
    """Ask each question by itself; one that fails costs no other. The host ends a run that takes too long."""
    if connection.dialect.name == "postgresql":
        # A policy that hides rows from this user is an error, and not a smaller number.
        connection.exec_driver_sql("SET LOCAL row_security = off")
    for question in questions:
        try:
            with connection.begin_nested():
                yield _answer(connection, question)
        except _CannotAskError as error:
            yield _error(question, str(error))
        except Exception as error:
            yield _error(question, _kind(error))


def _error(question: Question, text: str) -> frames.Answer:
    return frames.Answer(question.number, None, is_capped=False, bytes=None, error=text)


def _kind(error: BaseException) -> str:
    """What kind of error it is, without any value that its message may have."""
    inner = getattr(error, "orig", None) or error
    found = inner.args[0] if inner.args else None
    code = found.get("C") if isinstance(found, dict) else found
    if isinstance(code, str) and type(inner).__module__ == "sqlite3":
        name = code.partition(":")[0]
        known = {"no such table": "the database has no such table", "no such column": _ERRORS["42703"]}
        return known.get(name, "the database refuses the query")
    known_text = _ERRORS.get(code) if isinstance(code, (str, int)) else None
    if known_text is not None:
        return known_text
    shown = f" (code {code})" if isinstance(code, int) or _is_state(code) else ""
    return f"the database refuses the query{shown}"


def _is_state(code: object) -> bool:
    return isinstance(code, str) and len(code) == 5 and code.isascii() and code.isalnum()  # noqa: PLR2004


def _answer(connection: Connection, question: Question) -> frames.Answer:
    if question.kind == "size":
        return _size(connection, question)
    condition = _CONDITIONS.get(question.kind)
    if condition is None:
        msg = "this version does not know the question"
        raise _CannotAskError(msg)
    rows = _Rows(connection.dialect.name, question)
    # At most one more than is counted, so that the server can stop there.
    found = condition(rows).limit(MOST + 1).subquery()
    count = int(connection.execute(select(func.count()).select_from(found)).scalar_one())
    return frames.Answer(question.number, min(count, MOST), count > MOST, None, None)


def _size(connection: Connection, question: Question) -> frames.Answer:
    name = connection.dialect.name
    query = _SIZES.get("mysql" if name == "mariadb" else name)
    if query is None:
        count = int(
            connection.execute(_all(_Rows(name, question)).with_only_columns(func.count())).scalar_one()
        )
        return frames.Answer(question.number, count, is_capped=False, bytes=None, error=None)
    row = connection.exec_driver_sql(query, (question.table, question.schema)).first()
    if row is None:
        raise _CannotAskError(_ERRORS["42P01"])
    # PostgreSQL has no estimate before the first ANALYZE.
    rows, size = (None if value is None else max(int(value), 0) for value in row)
    return frames.Answer(question.number, rows, is_capped=False, bytes=size, error=None)


class _Rows:
    """The rows of a question's table, and the columns that it is about."""

    def __init__(self, dialect: str, question: Question) -> None:
        self.dialect, self.question = dialect, question
        names = dict.fromkeys(question.columns)
        self.table = _table(question.table, question.schema, names)
        self.columns = [self.table.c[name] for name in names]
        if not self.columns and question.kind not in ("rows", "size"):
            msg = "the question names no column"
            raise _CannotAskError(msg)

    def where(self, condition: ColumnElement[bool]) -> Select[Any]:
        return select(_one()).select_from(self.table).where(condition)

    @property
    def text(self) -> ColumnElement[str]:
        """The first column as text."""
        kind = types.CHAR if self.dialect in ("mysql", "mariadb") else types.Text
        return cast(self.columns[0], kind)


def _table(name: str, schema: str | None, columns: Any) -> Any:
    # Quoted in any case: a name is never taken for a word of SQL.
    made: list[Any] = [column(quoted_name(item, quote=True)) for item in columns]
    quoted = quoted_name(schema, quote=True) if schema is not None else None
    return table(quoted_name(name, quote=True), *made, schema=quoted)


def _one() -> Any:
    return bindparam(None, 1, types.Integer, literal_execute=True).label("one")


def _all(rows: _Rows) -> Select[Any]:
    return select(_one()).select_from(rows.table)


def _nulls(rows: _Rows) -> Select[Any]:
    return rows.where(or_(*(item.is_(None) for item in rows.columns)))


def _values(rows: _Rows) -> Select[Any]:
    return rows.where(and_(*(item.is_not(None) for item in rows.columns)))


def _duplicates(rows: _Rows) -> Select[Any]:
    return _values(rows).group_by(*rows.columns).having(func.count() > 1)


def _duplicates_with_nulls(rows: _Rows) -> Select[Any]:
    return _all(rows).group_by(*rows.columns).having(func.count() > 1)


def _orphans(rows: _Rows) -> Select[Any]:
    question = rows.question
    target = _table(
        question.target_table, question.target_schema, dict.fromkeys(question.target_columns)
    ).alias()
    if len(question.columns) != len(question.target_columns):
        msg = "the question names other columns than its target has"
        raise _CannotAskError(msg)
    pairs = zip(rows.columns, question.target_columns, strict=True)
    found = exists().where(*(target.c[name] == item for item, name in pairs)).select_from(target)
    return _values(rows).where(~found.correlate(rows.table))


def _longer(rows: _Rows) -> Select[Any]:
    length = func.length if rows.dialect == "sqlite" else func.char_length
    return rows.where(length(rows.text) > rows.question.limit)


def _outside(rows: _Rows) -> Select[Any]:
    item, question = rows.columns[0], rows.question
    bounds = [Decimal(text) for text in (question.low, question.high)]
    # Literals, as a driver may refuse a number that is no value of the column's type.
    low, high = (bindparam(None, bound, types.Numeric(), literal_execute=True) for bound in bounds)
    conditions = [item < low, item > high]
    if question.scale is not None:
        # PostgreSQL rounds no floating-point number to a number of digits.
        exact = cast(item, types.Numeric) if rows.dialect == "postgresql" else item
        scale = bindparam(None, int(question.scale), types.Integer, literal_execute=True)
        conditions.append(exact != func.round(exact, scale))
    return rows.where(or_(*conditions))


def _unreadable(rows: _Rows) -> Select[Any]:
    if rows.question.into not in _READABLE or rows.dialect != "postgresql":
        msg = "this database can't try a conversion without doing it"
        raise _CannotAskError(msg)
    valid = func.pg_catalog.pg_input_is_valid(rows.text, cast(rows.question.into, types.Text))
    return rows.where(case((rows.columns[0].is_(None), True), else_=valid).is_(False))


_CONDITIONS: dict[str, Callable[[_Rows], Select[Any]]] = {
    "rows": _all,
    "nulls": _nulls,
    "values": _values,
    "duplicates": _duplicates,
    "duplicates-with-nulls": _duplicates_with_nulls,
    "orphans": _orphans,
    "longer": _longer,
    "outside": _outside,
    "unreadable": _unreadable,
}
