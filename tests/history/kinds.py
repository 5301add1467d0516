"""Types of columns, as PostgreSQL has them: enough to see that two sides mean the same one."""

import ast
import re

_NAMES = {
    "BIGINT": "BIGINT",
    "BIGINTEGER": "BIGINT",
    "BOOLEAN": "BOOLEAN",
    "CITEXT": "CITEXT",
    "DATE": "DATE",
    "DATETIME": "TIMESTAMP",
    "FLOAT": "FLOAT",
    "INET": "INET",
    "INTEGER": "INTEGER",
    "INTERVAL": "INTERVAL",
    "JSON": "JSON",
    "JSONB": "JSONB",
    "LARGEBINARY": "BYTEA",
    "NUMERIC": "NUMERIC",
    "SMALLINT": "SMALLINT",
    "SMALLINTEGER": "SMALLINT",
    "STRING": "VARCHAR",
    "TEXT": "TEXT",
    "TIME": "TIME",
    "TIMESTAMP": "TIMESTAMP",
    "UNICODE": "VARCHAR",
    "UNICODETEXT": "TEXT",
    "UUID": "UUID",
    "VARCHAR": "VARCHAR",
}
_DDL = re.compile(r"([A-Z]+)(?:\((\d+)\))?( WITH TIME ZONE| WITHOUT TIME ZONE)?")


def of_node(node: ast.expr) -> str | None:
    """The type that an expression such as `sa.String(length=40)` makes; nothing where it is not one of SQLAlchemy's."""
    call = node if isinstance(node, ast.Call) else None
    function = call.func if call else node
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return None
    if function.value.id not in ("sa", "sqlalchemy", "postgresql", "citext", "pg"):
        return None
    name = _NAMES.get(function.attr.upper())
    arguments = {keyword.arg: keyword.value for keyword in call.keywords} if call else {}
    zone = arguments.get("timezone") or (call.args[0] if call and call.args else None)
    if name in ("TIMESTAMP", "TIME"):
        return f"{name} WITH TIME ZONE" if isinstance(zone, ast.Constant) and zone.value is True else name
    length = arguments.get("length") or (call.args[0] if call and call.args else None)
    if name == "VARCHAR" and isinstance(length, ast.Constant) and isinstance(length.value, int):
        return f"{name}({length.value})"
    return None if name == "VARCHAR" and isinstance(length, ast.expr) and not _is_none(length) else name


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def of_ddl(ddl: str | None) -> str | None:
    """The same from DDL such as `VARCHAR(40)`; nothing for a type that is not in the list."""
    match = _DDL.fullmatch(ddl or "")
    if match is None or match[1] not in _NAMES.values():
        return None
    name, length, zone = match.groups()
    if name in ("TIMESTAMP", "TIME"):
        return f"{name} WITH TIME ZONE" if zone == " WITH TIME ZONE" else name
    return f"{name}({length})" if name == "VARCHAR" and length else name
