"""Text of types and expressions, through SQLAlchemy's own compilers."""

from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import Boolean, Float, Integer, String, false, func, true
from sqlalchemy.schema import DDLElement
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BindParameter, TextClause
from sqlalchemy.types import NullType

#: The dialects whose DDL is extracted, by the names under which frames carry them.
DIALECTS = ("postgresql", "mysql", "sqlite", "mssql", "oracle")

#: A dialect that is told where it differs from MySQL's alone.
MARIADB = "mariadb"


@cache
def dialect(name: str) -> Any:
    """A dialect of SQLAlchemy; needs no driver, and doubles no `%`, as a driver would want it."""
    return made(name, paramstyle="named")


def made(name: str, **given: Any) -> Any:
    """A dialect as it is once it has connected: SQL Server has a schema by default, and MariaDB has sequences."""
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
    """The DDL text of a type, or `None` where the dialect can't render it."""
    try:
        return str(column_type.compile(dialect=dialect(name)))
    except (
        BaseException
    ):  # UnsupportedCompilationError, CompileError, and whatever a repository's type raises
        return None


def expression(value: Any, name: str = "postgresql") -> str | None:
    """The text of an expression with its literals in place; its plain text where that can't be compiled."""
    if value is None:
        return None
    if isinstance(value, str):
        return str(value)
    try:
        return str(value.compile(dialect=dialect(name), compile_kwargs={"literal_binds": True}))
    except BaseException:
        return safe_text(value)


def ddl_expression(value: Any, name: str) -> str | None:
    """The text of an expression as DDL of a table has it, without the table's name; `None` where there is none."""
    options = {"literal_binds": True, "include_table": False}
    try:
        return str(value.compile(dialect=dialect(name), compile_kwargs=options))
    except BaseException:  # what the dialect or the repository has no words for
        return None


@cache
def usual(text: str | None, name: str) -> str | None:
    """What a dialect writes for a default that every dialect has."""
    known: dict[str | None, Any] = {"now()": func.now, "true": true, "false": false}
    return ddl_expression(known[text](), name) if text in known else None


def loses_values(value: Any, name: str = "postgresql") -> bool:
    """Whether the text of an expression has names where its literals belong: of a type that can't be written as one."""
    if isinstance(value, str):
        return False
    try:
        value.compile(dialect=dialect(name), compile_kwargs={"literal_binds": True})
    except BaseException:
        try:
            return bool(value.compile(dialect=dialect(name)).params)
        except BaseException:  # what its plain text says is all there is
            return False
    return False


def depends_on_escapes(value: Any, name: str = "postgresql") -> bool:
    """Whether the text of an expression depends on what a server is set to.

    A backslash in a literal is written once or twice by its `standard_conforming_strings`, which SQLAlchemy asks for
    when it connects.
    """
    if isinstance(value, str) or "\\" not in (expression(value, name) or ""):
        return False
    texts = set()
    for escaping in (False, True):
        kind = import_module(f"sqlalchemy.dialects.{name}").dialect(paramstyle="named")
        kind._backslash_escapes = escaping
        try:
            texts.add(str(value.compile(dialect=kind, compile_kwargs={"literal_binds": True})))
        except BaseException:  # then its text has no literals in place
            return False
    return len(texts) > 1


def default_text(default: Any) -> str | None:
    """The DDL text of a server default; `None` for what is no text (computed, identity, a trigger's)."""
    argument = getattr(default, "arg", None)
    if argument is None or any(kind.__name__ in ("Computed", "Identity") for kind in type(default).__mro__):
        return None
    return expression(argument)


def safe_text(value: Any) -> str:
    """`str` that never fails."""
    try:
        return str(value)
    except BaseException:  # the repository's own `__str__`
        return f"({type(value).__name__})"


def safe_repr(value: Any) -> str:
    """`repr` that never fails and holds no memory address."""
    try:
        text = repr(value)
    except BaseException:  # the repository's own `__repr__`
        return f"{type(value).__name__}()"
    return f"{type(value).__name__}()" if " at 0x" in text or "object at" in text else text


@cache
def plain_dialect(name: str | None) -> Any:
    """A dialect for whole statements, `None` for the neutral one. It doubles no `%`, as a driver would want it."""
    if name is None:
        return import_module("sqlalchemy.engine.default").DefaultDialect(paramstyle="named")
    return made(name, paramstyle="named")


def statement_text(statement: Any, name: str | None) -> str:
    """The text of a statement for a dialect; raises what the compiler raises."""
    if isinstance(statement, str):
        return str(statement)
    options = {"compile_kwargs": {"literal_binds": True}} if _has_literals(statement) else {}
    if options:
        _give_types(statement)
    return str(statement.compile(dialect=plain_dialect(name), **options)).strip()


def _give_types(statement: Any) -> None:
    """Give values of a class of their own (`quoted_name`) the types that they have."""
    for item in visitors.iterate(statement, {}) if hasattr(statement, "get_children") else ():
        if isinstance(item, BindParameter) and isinstance(item.type, NullType):
            for kind, made in ((str, String), (bool, Boolean), (int, Integer), (float, Float)):
                if isinstance(item.value, kind):
                    item.type = made()
                    break


def _has_literals(statement: Any) -> bool:
    """Whether values stand in a statement; a colon in a text that is given none stays what it is."""
    if isinstance(statement, TextClause):
        return any(not parameter.required for parameter in statement._bindparams.values())
    return not isinstance(statement, DDLElement)
