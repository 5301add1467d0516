"""Whether a database numbers the rows of a table by a column, by SQLAlchemy's own rules.

`SERIAL` in PostgreSQL, `AUTO_INCREMENT` in MySQL, `IDENTITY` in SQL Server. An identity that the code declares is
another matter.
"""

from typing import Any

Json = dict[str, Any]

#: Dialects in which a sequence given to a column produces its values.
_HAVE_SEQUENCES = ("postgresql", "mssql", "oracle")

_HAVE_IDENTITIES = ("postgresql", "mssql", "oracle")

#: With or without a display width, signed or unsigned.
_INTEGERS = ("TINYINT", "SMALLINT", "MEDIUMINT", "INTEGER", "INT", "BIGINT")


def is_numbered(column: Json, table: Json, dialect: str) -> bool:
    """Whether the database numbers the rows by this column without an explicit identity or sequence."""
    key = table["primary_key"]["columns"]
    if column["name"] not in key or not is_integer(column) or not _has_no_other_value(column, dialect):
        return False
    given = column["autoincrement"]
    if given == "true":
        return True
    by_code = column["default"] is not None and column["sequence"] is None
    refers = given != "ignore_fk" and _refers(column, table)
    return given in ("auto", "ignore_fk") and key == [column["name"]] and not by_code and not refers


def autoincrement(column: Json, table: Json, dialect: str) -> Any:
    """The `autoincrement` to give a column, so that it is numbered exactly where the code's column is."""
    given = column["autoincrement"]
    alone = table["primary_key"]["columns"] == [column["name"]]
    if is_numbered(column, table, dialect):
        return "auto" if given == "auto" and alone and not _refers(column, table) else True
    # The column is rendered without its default, sequence and foreign keys; SQLAlchemy would then number it.
    would_be = alone and is_integer(column) and column["identity"] is None and _is_empty(column)
    if would_be and given in ("auto", "ignore_fk", "true"):
        return False
    return {"auto": "auto", "true": "auto", "ignore_fk": "auto", "false": False}.get(given, given)


def serial(column: Json) -> str:
    """The PostgreSQL serial type that corresponds to an integer column."""
    kinds = {"BIGINT": "BIGSERIAL", "SMALLINT": "SMALLSERIAL"}
    return kinds.get((column["type"]["postgresql"] or "").upper(), "SERIAL")


def is_integer(column: Json) -> bool:
    """Whether its type is an integer, in the first of these dialects that has it."""
    texts = (column["type"][name] for name in ("postgresql", "mysql", "sqlite"))
    text = next((text for text in texts if text), "")
    return text.upper().replace("(", " ").partition(" ")[0] in _INTEGERS


def _is_empty(column: Json) -> bool:
    return column["server_default"] is None and column["computed"] is None


def _has_no_other_value(column: Json, dialect: str) -> bool:
    if not _is_empty(column) or (column["identity"] is not None and dialect in _HAVE_IDENTITIES):
        return False
    sequence = column["sequence"]
    is_optional = sequence is not None and sequence.get("options", {}).get("optional") == "True"
    return sequence is None or is_optional or dialect not in _HAVE_SEQUENCES


def _refers(column: Json, table: Json) -> bool:
    return any(column["name"] in key["columns"] for key in table["foreign_keys"])
