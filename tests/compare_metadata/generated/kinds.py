"""Types of columns: how the code writes them, and what may stand beside them."""

from typing import Any, NamedTuple

Json = dict[str, Any]


class Kind(NamedTuple):
    """A type as the code writes it."""

    code: str
    #: What it is like: texts of SQL are chosen by that.
    family: str


_EVERYWHERE = [
    Kind("Integer", "number"),
    Kind("Integer()", "number"),
    Kind("SmallInteger", "number"),
    Kind("BigInteger", "number"),
    Kind("Numeric(8, 2)", "number"),
    Kind("Numeric(12, 4)", "number"),
    Kind("Float()", "number"),
    Kind("Double()", "number"),
    Kind("String(20)", "text"),
    Kind("String(60)", "text"),
    Kind("Unicode(30)", "text"),
    Kind("Text()", "text"),
    Kind("CHAR(4)", "text"),
    Kind("Boolean()", "truth"),
    Kind("Date()", "date"),
    Kind("DateTime()", "moment"),
    Kind("DateTime(timezone=True)", "moment"),
    Kind("Time()", "time"),
    Kind("LargeBinary()", "bytes"),
    Kind("JSON()", "json"),
    Kind("Uuid()", "uuid"),
    Kind("Integer().with_variant(BigInteger, 'postgresql')", "number"),
    Kind("BigInteger().with_variant(Integer, 'sqlite')", "number"),
    Kind("String(40).with_variant(Text(), 'postgresql', 'sqlite')", "text"),
    Kind("OwnNumber()", "number"),
    Kind("OwnText()", "text"),
]

_POSTGRESQL = [
    Kind("postgresql.JSONB()", "json"),
    Kind("postgresql.INET()", "address"),
    Kind("postgresql.ARRAY(Integer)", "list"),
    Kind("postgresql.ARRAY(String(10))", "list"),
    Kind("postgresql.INT4RANGE()", "range"),
    Kind("postgresql.TSTZRANGE()", "range"),
    Kind("postgresql.TSVECTOR()", "search"),
    Kind("postgresql.BIT(4)", "bits"),
    Kind("Interval()", "interval"),
    Kind("String(20, collation='C')", "text"),
]

_MARIADB = [
    Kind("mysql.INTEGER(unsigned=True)", "number"),
    Kind("mysql.TINYINT(1)", "number"),
    Kind("mysql.MEDIUMTEXT()", "text"),
    Kind("mysql.DATETIME(fsp=3)", "moment"),
    Kind("String(20, collation='utf8mb4_bin')", "text"),
    Kind("mysql.SET('a', 'b')", "set"),
]

#: The types of each database.
OF = {
    "postgresql": _EVERYWHERE + _POSTGRESQL,
    "sqlite": _EVERYWHERE,
    "mariadb": _EVERYWHERE + _MARIADB,
}

FAMILY = {kind.code: kind.family for kinds in OF.values() for kind in kinds}

#: Types of a key that databases number by themselves.
NUMBERED = [
    "Integer",
    "Integer",
    "BigInteger",
    "SmallInteger",
    "BigInteger().with_variant(Integer, 'sqlite')",
    "Integer().with_variant(BigInteger, 'postgresql')",
    "OwnNumber()",
]

#: Other types of a key.
KEYS = ["String(20)", "Uuid()", "Numeric(8, 2)", "Date()"]

_DEFAULTS = {
    "number": ["'5'", "text('7')", "'0'"],
    "text": ["'x'", "text(\"'y'\")", "''", '"it\'s"'],
    "truth": ["sa.true()", "sa.false()"],
    "moment": ["func.now()", "text('CURRENT_TIMESTAMP')"],
    "date": ["'2001-01-01'", "text(\"'2002-02-02'\")"],
    "time": ["'10:00:00'"],
    "uuid": ["text(\"'00000000000000000000000000000001'\")"],
    "json": ["'{}'"],
    "list": ["'{}'"],
    "interval": ["text(\"'1 day'\")"],
    "address": ["'10.0.0.1'"],
}

#: Conditions about one column.
_CONDITIONS = {
    "number": ["{} > 0", "{} <> 7", "{} BETWEEN 1 AND 9", "{} IN (1, 2, 3)"],
    "text": ["{} <> ''", "length({}) > 1", "{} IN ('x', 'y')", "{} LIKE 'a%'"],
    "date": ["{} > '2000-01-01'"],
    "moment": ["{} > '2000-01-01'"],
}

#: Expressions of one column, each with the type that it has.
_EXPRESSIONS = {
    "number": ["{} * 2", "{} + 1"],
    "text": ["lower({})", "upper({})"],
}


def family(schema: Json, column: Json) -> str:
    """What a column is like."""
    code = column["type"]
    if code.startswith(("enum:", "domain:")):
        return str(code.partition(":")[0])
    return "list" if code.startswith("list:") else FAMILY[code]


def defaults(schema: Json, column: Json, database: str) -> list[str]:
    """What the code may write for a server default."""
    if column["type"].startswith("enum:"):
        values = schema["enums"][column["type"][5:]]["values"]
        return [repr(value) for value in values]
    found = _DEFAULTS.get(family(schema, column), [])
    if database == "mariadb" and column["type"] in (
        "Text()",
        "JSON()",
        "LargeBinary()",
        "mysql.MEDIUMTEXT()",
    ):
        return []
    if database == "postgresql" and column["type"] == "Uuid()":
        return [*found, "text('gen_random_uuid()')"]
    return found


def conditions(schema: Json, column: Json) -> list[str]:
    """Conditions about a column; `{}` is its place."""
    if column["type"].startswith("enum:"):
        values = [value.replace("'", "''") for value in schema["enums"][column["type"][5:]]["values"]]
        return [f"{{}} <> '{values[0]}'", f"{{}} = '{values[-1]}'", "{} IS NOT NULL"]
    return [*_CONDITIONS.get(family(schema, column), []), "{} IS NOT NULL"]


def expressions(schema: Json, column: Json) -> list[str]:
    """Expressions of a column's own kind; `{}` is its place."""
    return _EXPRESSIONS.get(family(schema, column), [])


def is_indexable(schema: Json, column: Json, database: str) -> bool:
    """Whether an ordinary index takes the column."""
    kind = family(schema, column)
    if database == "mariadb" and column["type"] in (
        "Text()",
        "LargeBinary()",
        "mysql.MEDIUMTEXT()",
        "JSON()",
    ):
        return False
    if column["type"] == "JSON()":
        return database == "sqlite"
    return kind != "search"
