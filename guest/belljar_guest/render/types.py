"""Types of columns, built from the descriptions in a document.

No text of a document is evaluated. A `repr` is parsed as an expression of calls, names and literals, and only names of
SQLAlchemy's own types are called. A candidate is accepted only if every dialect compiles it to the text in the
document. If there is none, the type is a `Verbatim` with those texts.
"""

import ast
import importlib
import itertools
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import exc
from sqlalchemy import types as generic
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeEngine, UserDefinedType

from ..extract.sql import DIALECTS, type_ddl

#: The longest `repr` that is parsed.
_LONGEST = 64 * 1024

#: The deepest nesting of calls that is accepted.
_DEEPEST = 20


class UnknownTypeError(Exception):
    """No dialect renders the type, or the requested one does not."""


class Verbatim(UserDefinedType[Any]):
    """A type defined by its DDL texts."""

    cache_ok = True

    def __init__(self, **texts: str) -> None:
        """Take the text for each dialect."""
        self.texts = texts

    def get_col_spec(self, **kw: Any) -> str:
        """Never used: the compiler below gives the text for the dialect."""
        raise UnknownTypeError  # the compiler below is used instead

    def __repr__(self) -> str:
        return f"Verbatim({', '.join(f'{name}={text!r}' for name, text in sorted(self.texts.items()))})"


@compiles(Verbatim)
def _verbatim(element: Verbatim, compiler: Any, **_: Any) -> str:
    text = element.texts.get(compiler.dialect.name)
    if text is None:
        raise exc.CompileError(f"there is no type for {compiler.dialect.name}")
    return text


def type_of(document: dict[str, Any], dialect: str) -> TypeEngine[Any]:
    """The type for a description, exact for at least one dialect; raises `UnknownTypeError` if none renders it."""
    texts = {name: document[name] for name in DIALECTS if document.get(name) is not None}
    if not texts:
        raise UnknownTypeError(f"its type `{document['repr']}` is not known")
    for candidate in candidates(document, texts):
        if all(type_ddl(candidate, name) == text for name, text in texts.items()):
            if isinstance(candidate, generic.SchemaType) and hasattr(candidate, "create_constraint"):
                candidate.create_constraint = False  # its check is listed with those of the table
            return candidate
    # A type of the repository, or one that differs between dialects: only the text for this dialect must agree.
    own = texts.get(dialect)
    for candidate in (*by_text({dialect: own}), *_integers_of_mysql(own)) if own is not None else ():
        if type_ddl(candidate, dialect) == own:
            return candidate
    return Verbatim(**texts)


def for_postgresql(column_type: Any) -> Any:
    """The type for a PostgreSQL script, in which separate statements create named types."""
    from sqlalchemy.dialects import postgresql

    if isinstance(column_type, generic.ARRAY):
        inner = for_postgresql(column_type.item_type)
        if inner is not column_type.item_type:
            return postgresql.ARRAY(inner, dimensions=column_type.dimensions)
    domain = getattr(postgresql, "DOMAIN", None)
    if domain is not None and isinstance(column_type, domain):
        return Verbatim(postgresql=type_ddl(column_type, "postgresql") or "")
    native = isinstance(column_type, generic.Enum) and getattr(column_type, "native_enum", True)
    if native and column_type.name is not None:
        # The text consists of names and values alone, so a copy needs no more.
        return postgresql.ENUM(
            *column_type.enums, name=column_type.name, schema=column_type.schema, create_type=False
        )
    return column_type


def candidates(document: dict[str, Any], texts: dict[str, str]) -> Iterator[TypeEngine[Any]]:
    """Possible types, the most likely first."""
    if document["module"].startswith("sqlalchemy.") and "'" not in document["module"]:
        found = _parse_repr(document, document["repr"])
        if found is not None:
            yield found
    yield from by_text(texts)


def _parse_repr(document: dict[str, Any], text: str) -> TypeEngine[Any] | None:
    if len(text) > _LONGEST:
        return None
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        found = _value(tree, _namespaces(document["module"]), 0)
    except Exception:  # not a valid `repr`, wrong arguments, or nested too deeply
        return None
    return found if isinstance(found, TypeEngine) else None


def _namespaces(module: str) -> list[str]:
    """The modules in which a name is looked up, the dialect of the type first."""
    parts = module.split(".")
    own = [".".join(parts[:3])] if parts[:2] == ["sqlalchemy", "dialects"] else []
    return [*own, "sqlalchemy.types", "sqlalchemy.dialects.postgresql"]


def _value(node: ast.expr, namespaces: list[str], depth: int) -> Any:
    if depth > _DEEPEST:
        raise ValueError("too deep")
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name):
            raise TypeError("not a name")
        arguments = [_value(item, namespaces, depth + 1) for item in node.args]
        keywords = {
            item.arg: _value(item.value, namespaces, depth + 1)
            for item in node.keywords
            if item.arg is not None
        }
        return _class(node.func.id, namespaces)(*arguments, **keywords)
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_value(item, namespaces, depth + 1) for item in node.elts]
    return ast.literal_eval(node)


def _class(name: str, namespaces: list[str]) -> type[TypeEngine[Any]]:
    for namespace in namespaces:
        found = types_of(namespace).get(name)
        if found is not None:
            return found
    raise ValueError(f"{name} is no type")


#: Types whose arguments are code, or that wrap another type by its class.
_REFUSED = ("TypeDecorator", "UserDefinedType", "PickleType", "TypeEngine", "SchemaType", "Variant")


@cache
def types_of(namespace: str) -> dict[str, type[TypeEngine[Any]]]:
    """The types of a module of SQLAlchemy, by name."""
    if namespace not in ("sqlalchemy.types", *(f"sqlalchemy.dialects.{name}" for name in DIALECTS)):
        return {}
    module = importlib.import_module(namespace)
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, TypeEngine) and name not in _REFUSED
    }


_INTEGER_OF_MYSQL = re.compile(
    r"(TINYINT|SMALLINT|MEDIUMINT|INTEGER|BIGINT)(?:\((\d{1,3})\))?( UNSIGNED)?( ZEROFILL)?"
)


def _integers_of_mysql(text: str) -> Iterator[TypeEngine[Any]]:
    """The integer type of MySQL with this text."""
    from sqlalchemy.dialects import mysql

    found = _INTEGER_OF_MYSQL.fullmatch(text)
    if found is not None:
        name, width, unsigned, zerofill = found.groups()
        given = {"unsigned": True} if unsigned else {}
        given |= {"zerofill": True} if zerofill else {}
        yield getattr(mysql, name)(int(width) if width else None, **given)


#: Types without arguments that may have the texts of all dialects.
_PLAIN = """
    String Text Unicode UnicodeText Integer BigInteger SmallInteger Boolean Date Time DateTime Interval Float Double
    LargeBinary JSON Uuid
    VARCHAR TEXT CHAR INTEGER BIGINT SMALLINT BOOLEAN DATE TIME DATETIME TIMESTAMP FLOAT DOUBLE REAL NUMERIC BLOB UUID
    DECIMAL BINARY VARBINARY CLOB NCHAR NVARCHAR
""".split()

#: Types with a length, and those with a precision and a scale.
_LENGTH = (
    "String Unicode VARCHAR CHAR NCHAR NVARCHAR LargeBinary Float FLOAT BINARY VARBINARY Numeric".split()
)
_SCALE = "Numeric NUMERIC DECIMAL".split()


def by_text(texts: dict[str, str]) -> Iterator[TypeEngine[Any]]:
    """Types that may have these texts; to a database, a repository's own type is one of them."""
    numbers = [int(number[:9]) for number in re.findall(r"\d+", next(iter(texts.values())))[:2]]
    classes = vars(generic)
    plain = [classes[name]() for name in _PLAIN if name in classes]
    zoned = [classes[name](timezone=True) for name in ("DateTime", "Time", "TIMESTAMP") if name in classes]
    length = [classes[name](numbers[0]) for name in _LENGTH if len(numbers) == 1 and name in classes]
    scale = [classes[name](*numbers) for name in _SCALE if len(numbers) > 1]
    native = [cls() for cls in _of_postgresql() if "postgresql" in texts]
    numbers_of_mysql = _of_mysql() if "mysql" in texts else []
    uuid = [generic.Uuid(native_uuid=False)]
    yield from itertools.chain(plain, zoned, length, scale, uuid, native, numbers_of_mysql)


def _of_mysql() -> list[Any]:
    """Unsigned integers, which may also number rows."""
    from sqlalchemy.dialects import mysql

    names = ("TINYINT", "SMALLINT", "MEDIUMINT", "INTEGER", "BIGINT")
    return [getattr(mysql, name)(unsigned=flag) for name in names for flag in (False, True)]


def _of_postgresql() -> list[Any]:
    from sqlalchemy.dialects import postgresql

    names = (
        "JSONB",
        "JSON",
        "UUID",
        "INET",
        "CIDR",
        "MACADDR",
        "TSVECTOR",
        "BYTEA",
        "HSTORE",
        "CITEXT",
        "OID",
    )
    return [getattr(postgresql, name) for name in names if hasattr(postgresql, name)]
