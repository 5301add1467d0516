"""The text of types and expressions, by SQLAlchemy's own compilers."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import Boolean, Float, Integer, String, false, func, true
from sqlalchemy.schema import DDLElement
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BindParameter, TextClause
from sqlalchemy.types import NullType

#: The dialects whose DDL is extracted, as frames name them.
DIALECTS = ("postgresql", "mysql", "sqlite", "mssql", "oracle")

#: The function `now()`, of which every dialect has an own form.
_NOW: Any = type(func.now())

#: A dialect that is reported only where it differs from MySQL.
MARIADB = "mariadb"


@cache
def dialect(name: str) -> Any:
    """A dialect of SQLAlchemy without a driver; `named` parameters avoid that `%` is doubled."""
    return make_dialect(name, paramstyle="named")


def make_dialect(name: str, **given: Any) -> Any:
    """A dialect in the state after a connection: SQL Server has a default schema, and MariaDB has sequences."""
    found = _class(name)(**given)
    if name == "mssql":
        found.default_schema_name = "dbo"
    if name == MARIADB:
        found.supports_sequences = True  # since 10.3
    return found


def _class(name: str) -> Any:
    """The class of a dialect; before 1.4 MariaDB has none of its own."""
    if name != MARIADB:
        return import_module(f"sqlalchemy.dialects.{name}").dialect
    try:
        return import_module("sqlalchemy.dialects.mysql.mariadb").MariaDBDialect
    except ImportError:
        return import_module("sqlalchemy.dialects.mysql").dialect


def type_ddl(column_type: Any, name: str) -> str | None:
    """The DDL text of a type; `None` if the dialect can't render it."""
    try:
        return str(column_type.compile(dialect=dialect(name)))
    except (
        BaseException
    ):  # UnsupportedCompilationError, CompileError, and anything from a type of the repository
        return None


#: Cached texts of expressions, by their key, the dialect, and whether they are in the DDL of a table.
_texts: dict[tuple[tuple[Any, ...], str, bool], str | None] = {}


def forget_texts() -> None:
    """Clear the cache: code that ran since may have changed how expressions are compiled."""
    _texts.clear()


def text_key(value: Any) -> tuple[Any, ...] | None:
    """A key that is equal for expressions with equal texts; `None` for all but the simplest."""
    kind = type(value)
    if kind is str:
        return ("literal", value)
    if kind is TextClause and not value._bindparams and type(value.text) is str:
        return ("text", value.text)
    if kind is _NOW and not value.clause_expr.element.clauses:
        return ("now",)
    return None


def _cached(render: Callable[[Any, str], str | None], value: Any, name: str, *, in_table: bool) -> str | None:
    key = text_key(value)
    if key is None:
        return render(value, name)
    if (key, name, in_table) not in _texts:
        _texts[key, name, in_table] = render(value, name)
    return _texts[key, name, in_table]


def expression(value: Any, name: str = "postgresql") -> str | None:
    """The text of an expression with literal values; its plain text if that can't be compiled."""
    if value is None:
        return None
    if isinstance(value, str):
        return str(value)
    return _cached(_expression, value, name, in_table=False)


def _expression(value: Any, name: str) -> str | None:
    try:
        return str(value.compile(dialect=dialect(name), compile_kwargs={"literal_binds": True}))
    except BaseException:
        return safe_text(value)


def ddl_expression(value: Any, name: str) -> str | None:
    """The text of an expression in the DDL of a table, without the table's name; `None` if there is none."""
    return _cached(_ddl_expression, value, name, in_table=True)


def _ddl_expression(value: Any, name: str) -> str | None:
    options = {"literal_binds": True, "include_table": False}
    try:
        return str(value.compile(dialect=dialect(name), compile_kwargs=options))
    except BaseException:  # not supported by the dialect, or by the repository's code
        return None


@cache
def usual_default(text: str | None, name: str) -> str | None:
    """The text of a default that every dialect has."""
    known: dict[str | None, Any] = {"now()": func.now, "true": true, "false": false}
    return ddl_expression(known[text](), name) if text in known else None


def loses_values(value: Any, name: str = "postgresql") -> bool:
    """Whether the text of an expression has parameters instead of values, because a type can't render literals."""
    if isinstance(value, str):
        return False
    try:
        value.compile(dialect=dialect(name), compile_kwargs={"literal_binds": True})
    except BaseException:
        try:
            return bool(value.compile(dialect=dialect(name)).params)
        except BaseException:  # there is only its plain text
            return False
    return False


def depends_on_escapes(value: Any, name: str = "postgresql") -> bool:
    """Whether the text of an expression depends on a setting of the server.

    `standard_conforming_strings`, which SQLAlchemy reads when it connects, decides whether a backslash in a literal is
    doubled.
    """
    if isinstance(value, str) or "\\" not in (expression(value, name) or ""):
        return False
    texts = set()
    for escaping in (False, True):
        kind = import_module(f"sqlalchemy.dialects.{name}").dialect(paramstyle="named")
        kind._backslash_escapes = escaping
        try:
            texts.add(str(value.compile(dialect=kind, compile_kwargs={"literal_binds": True})))
        except BaseException:  # its text has no literal values
            return False
    return len(texts) > 1


def default_text(default: Any) -> str | None:
    """The DDL text of a server default; `None` for computed columns, identities and triggers."""
    argument = getattr(default, "arg", None)
    if argument is None or any(kind.__name__ in ("Computed", "Identity") for kind in type(default).__mro__):
        return None
    # A member of an enumeration that is a text counts as that text, as SQLAlchemy writes it.
    return expression(str.__str__(argument) if isinstance(argument, str) else argument)


def safe_text(value: Any) -> str:
    """`str` that never fails."""
    try:
        return str(value)
    except BaseException:  # the repository's own `__str__`
        return f"({type(value).__name__})"


def safe_repr(value: Any) -> str:
    """`repr` that never fails and contains no memory address."""
    try:
        text = repr(value)
    except BaseException:  # the repository's own `__repr__`
        return f"{type(value).__name__}()"
    return f"{type(value).__name__}()" if " at 0x" in text or "object at" in text else text


@cache
def plain_dialect(name: str | None) -> Any:
    """A dialect for complete statements; the neutral one for `None`."""
    if name is None:
        return import_module("sqlalchemy.engine.default").DefaultDialect(paramstyle="named")
    return make_dialect(name, paramstyle="named")


def statement_text(statement: Any, name: str | None) -> str:
    """The text of a statement in a dialect; raises the compiler's errors."""
    if isinstance(statement, str):
        return str(statement)
    options = {"compile_kwargs": {"literal_binds": True}} if _has_literals(statement) else {}
    if options:
        _give_types(statement)
    return str(statement.compile(dialect=plain_dialect(name), **options)).strip()


def _give_types(statement: Any) -> None:
    """Assign types to values of subclasses such as `quoted_name`, for which SQLAlchemy finds none."""
    for item in visitors.iterate(statement, {}) if hasattr(statement, "get_children") else ():
        if isinstance(item, BindParameter) and isinstance(item.type, NullType):
            for kind, made in ((str, String), (bool, Boolean), (int, Integer), (float, Float)):
                if isinstance(item.value, kind):
                    item.type = made()
                    break


def _has_literals(statement: Any) -> bool:
    """Whether a statement contains values; colons in a text without parameters must not be treated as such."""
    if isinstance(statement, TextClause):
        return any(not parameter.required for parameter in statement._bindparams.values())
    return not isinstance(statement, DDLElement)
