"""Reads a MySQL or MariaDB database from `information_schema`, in bulk: SQLAlchemy would ask for each table.

Types are parsed by SQLAlchemy, from the text that `SHOW CREATE TABLE` would have.
"""

import re
from typing import Any

from sqlalchemy.dialects import mysql
from sqlalchemy.dialects.mysql.reflection import ReflectedState
from sqlalchemy.engine import Connection

from .. import frames
from . import mysql_objects
from .connection import CannotInspectError
from .parts import Reading, TableParts, checked_name, not_represented

#: All queries are about the database of the connection.
_HERE = "table_schema = DATABASE()"

_TABLES = f"""
SELECT table_name, table_type, engine, table_collation, row_format, create_options, table_comment
FROM information_schema.tables WHERE {_HERE} ORDER BY table_name
"""

_COLUMNS = f"""
SELECT table_name, column_name, column_type, data_type, is_nullable, column_default, extra, character_set_name,
  collation_name, column_comment, generation_expression
FROM information_schema.columns WHERE {_HERE} ORDER BY table_name, ordinal_position
"""

_INDEXES = f"""
SELECT table_name, index_name, non_unique, column_name, sub_part, collation, index_type, {{expression}}, index_comment
FROM information_schema.statistics WHERE {_HERE} ORDER BY table_name, index_name, seq_in_index
"""

_KEYS = """
SELECT k.table_name, k.constraint_name, k.column_name, k.referenced_table_schema, k.referenced_table_name,
  k.referenced_column_name, DATABASE()
FROM information_schema.key_column_usage k
WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL
ORDER BY k.table_name, k.constraint_name, k.ordinal_position
"""

_RULES = """
SELECT table_name, constraint_name, update_rule, delete_rule FROM information_schema.referential_constraints
WHERE constraint_schema = DATABASE()
"""

_CHECKS_MARIADB = """
SELECT table_name, constraint_name, level, check_clause FROM information_schema.check_constraints
WHERE constraint_schema = DATABASE() ORDER BY table_name, constraint_name
"""

_CHECKS_MYSQL = """
SELECT t.table_name, c.constraint_name, 'Table', c.check_clause
FROM information_schema.check_constraints c JOIN information_schema.table_constraints t
  ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name
WHERE c.constraint_schema = DATABASE() AND t.constraint_type = 'CHECK' ORDER BY 1, 2
"""

#: Whether the user has a privilege on the whole database, or on all. Others see only the tables that they may use.
_PRIVILEGES = """
SELECT count(*) FROM information_schema.user_privileges
WHERE privilege_type <> 'USAGE' AND grantee = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')
UNION ALL SELECT count(*) FROM information_schema.schema_privileges
WHERE DATABASE() LIKE table_schema AND grantee = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')
"""

#: The column that says whether the optimizer uses an index: `IGNORED` of MariaDB, `IS_VISIBLE` of MySQL.
_USE = """
SELECT column_name FROM information_schema.columns WHERE table_schema = 'information_schema'
AND table_name = 'STATISTICS' AND column_name IN ('IGNORED', 'IS_VISIBLE')
"""

#: Display widths that say nothing: those that a server gives by itself, by type and `unsigned`.
_WIDTHS = {
    ("tinyint", False): 4,
    ("tinyint", True): 3,
    ("smallint", False): 6,
    ("smallint", True): 5,
    ("mediumint", False): 9,
    ("mediumint", True): 8,
    ("int", False): 11,
    ("int", True): 10,
    ("bigint", False): 20,
    ("bigint", True): 20,
    ("year", False): 4,
}

_WIDTH = re.compile(r"^(?P<name>\w+)\((?P<width>\d+)\)(?P<rest>.*)$")

#: The check that makes a column of MariaDB one of JSON.
_JSON = re.compile(r"^json_valid\(`(?P<name>(?:[^`]|``)+)`\)$", re.IGNORECASE)


class Reader:
    """One reading of a database."""

    def __init__(self, connection: Connection) -> None:
        """Take the connection."""
        self._connection = connection
        dialect: Any = connection.dialect
        self._dialect = dialect
        self._is_mariadb = bool(self._dialect.is_mariadb)
        self._types: dict[tuple[str, str | None, str | None], Any] = {}

    def read(self) -> Reading:
        """Read everything."""
        version = ".".join(map(str, self._dialect.server_version_info or ()))
        database = self._rows("SELECT DATABASE()")[0][0]
        if not database:
            msg = "the URL names no database of the server"
            raise CannotInspectError(msg)
        reading = Reading("mariadb" if self._is_mariadb else "mysql", version, checked_name(database))
        if not any(count for (count,) in self._rows(_PRIVILEGES)):
            message = "the user has privileges on some tables alone, and sees no others"
            reading.remarks.append(frames.Remark("unseen-tables", message, None))
        tables, collations, sequences = self._tables()
        checks = self._checks(tables)
        for row in self._rows(_COLUMNS):
            if row[0] in tables:
                parts = tables[row[0]]
                collation = row[8] if parts.kind == "view" else collations[row[0]]
                parts.columns.append(self._column(row, collation, checks))
        self._add_indexes(tables)
        self._add_foreign_keys(tables)
        for parts in tables.values():
            _number(parts)
        reading.tables = [tables[name] for name in sorted(tables)]
        mysql_objects.add_views(self._rows, tables)
        mysql_objects.add_sequences(self._rows, sequences, reading)
        mysql_objects.add_objects(self._rows, reading)
        return reading

    def _rows(self, query: str) -> list[Any]:
        return [
            tuple(value.decode() if isinstance(value, bytes) else value for value in row)
            for row in self._connection.exec_driver_sql(query).all()
        ]

    def _tables(self) -> tuple[dict[str, TableParts], dict[str, str | None], list[str]]:
        """The tables and views, the collation of each, and the names of sequences."""
        tables: dict[str, TableParts] = {}
        collations: dict[str, str | None] = {}
        sequences = []
        for name, kind, engine, collation, row_format, created, comment in self._rows(_TABLES):
            if kind == "SEQUENCE":
                sequences.append(checked_name(name))
                continue
            parts = TableParts(None, checked_name(name), kind="view" if "VIEW" in kind else "table")
            if parts.kind == "table":
                parts.comment = comment or None
                parts.options = _options(engine, collation, row_format, created or "")
                if kind == "SYSTEM VERSIONED":
                    parts.reasons.append(not_represented("its system versioning"))
                if "partitioned" in (created or ""):
                    parts.reasons.append(not_represented("its partitioning"))
            tables[name], collations[name] = parts, collation
        return tables, collations, sequences

    def _checks(self, tables: dict[str, TableParts]) -> set[tuple[str, str]]:
        """Add the checks; returns the table and the name of each column of JSON, whose check is part of the type."""
        of_json = set()
        try:
            rows = self._rows(_CHECKS_MARIADB if self._is_mariadb else _CHECKS_MYSQL)
        except Exception:  # a server without checks: MySQL before 8.0.16, MariaDB before 10.2
            return set()
        for table, name, level, clause in rows:
            if table not in tables:
                continue
            found = _JSON.match(clause) if level == "Column" else None
            if found and found.group("name").replace("``", "`") == name:
                of_json.add((table, name))
                continue
            own = None if level == "Column" else name
            tables[table].checks.append({"name": own, "sqltext": clause})
        return of_json

    def _column(self, row: Any, table_collation: str | None, of_json: set[tuple[str, str]]) -> dict[str, Any]:
        table, name, text, kind, nullable, default, extra, charset, collation, comment, generated = row
        extra = (extra or "").lower()
        column: dict[str, Any] = {
            "name": checked_name(name),
            "nullable": nullable == "YES",
            "comment": comment or None,
            "default": self._default(kind, default, extra),
            "numbered": "auto_increment" in extra,
        }
        if (table, name) in of_json and kind == "longtext":
            column["type"] = mysql.JSON()
        else:
            column["type"] = self._type(text, *_own_charset(charset, collation, table_collation))
        if generated:
            column["computed"] = {"sqltext": generated, "persisted": "virtual" not in extra}
            column["default"] = None
        if "invisible" in extra:
            column["options"] = {"mysql_invisible": True}
        return column

    def _default(self, kind: str, default: str | None, extra: str) -> str | None:
        """The default as `SHOW CREATE TABLE` writes it."""
        updated = re.search(r"on update (\S+)", extra)
        found = default
        if default is not None and self._is_mariadb:
            found = None if default == "NULL" else default
        elif default is not None and "default_generated" not in extra:
            is_text = not (kind == "bit" or default.upper().startswith("CURRENT_TIMESTAMP"))
            found = "'" + default.replace("'", "''") + "'" if is_text else default
        elif default is not None:
            found = default if default.upper().startswith("CURRENT_TIMESTAMP") else f"({default})"
        if updated and found is not None:
            found = f"{found} ON UPDATE {updated.group(1)}"
        return found

    def _type(self, text: str, charset: str | None, collation: str | None) -> Any:
        key = (text, charset, collation)
        if key not in self._types:
            self._types[key] = type_of(self._dialect, text, charset, collation)
        return self._types[key]

    def _add_indexes(self, tables: dict[str, TableParts]) -> None:
        has_expressions = not self._is_mariadb and (self._dialect.server_version_info or ()) >= (8, 0, 13)
        query = _INDEXES.format(expression="expression" if has_expressions else "NULL")
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for table, name, repeats, column, length, order, kind, expression, comment in self._rows(query):
            if table not in tables:
                continue
            if name == "PRIMARY":
                key = tables[table].primary_key
                key.setdefault("constrained_columns", []).append(column)
                continue
            if (table, name) not in found:
                made = _new_index(checked_name(name), repeats, kind, comment)
                found[table, name] = made
                tables[table].indexes.append(made)
            _add_element(found[table, name], column, length, order, expression)
        self._add_unused(tables)

    def _add_unused(self, tables: dict[str, TableParts]) -> None:
        """Say which indexes the optimizer does not use."""
        for (column,) in self._rows(_USE):
            unused = "'YES'" if column == "IGNORED" else "'NO'"
            query = f"SELECT DISTINCT table_name, index_name FROM information_schema.statistics WHERE {_HERE}"
            for table, name in self._rows(f"{query} AND {column} = {unused} ORDER BY 1, 2"):
                if table in tables:
                    what = f"that the index `{name}` is not used by the optimizer"
                    tables[table].reasons.append(not_represented(what))

    def _add_foreign_keys(self, tables: dict[str, TableParts]) -> None:
        rules = {
            (table, name): {"onupdate": _rule(update), "ondelete": _rule(delete)}
            for table, name, update, delete in self._rows(_RULES)
        }
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for table, name, column, other_schema, other, other_column, own_schema in self._rows(_KEYS):
            if table not in tables:
                continue
            key = found.get((table, name))
            if key is None:
                key = found[table, name] = {
                    "name": checked_name(name),
                    "constrained_columns": [],
                    "referred_schema": None if other_schema == own_schema else other_schema,
                    "referred_table": other,
                    "referred_columns": [],
                    "options": rules.get((table, name), {}),
                }
                tables[table].foreign_keys.append(key)
                if (table, name) not in rules:  # a user with few privileges does not see them
                    what = f"what the foreign key `{name}` does on updates and deletes"
                    tables[table].reasons.append(not_represented(what))
            key["constrained_columns"].append(column)
            key["referred_columns"].append(other_column)


def type_of(dialect: Any, text: str, charset: str | None, collation: str | None) -> Any:
    """A type by how the server writes it."""
    words = [_without_width(text)]
    words += [f"CHARACTER SET {charset}"] if charset else []
    words += [f"COLLATE {collation}"] if collation else []
    state = ReflectedState()
    dialect._tabledef_parser._parse_column(f"  `c` {' '.join(words)}", state)
    return state.columns[0]["type"]


def _options(
    engine: str | None, collation: str | None, row_format: str | None, created: str
) -> dict[str, Any]:
    """The options of a table, as SQLAlchemy names them."""
    found: dict[str, Any] = {"mysql_engine": engine, "mysql_collate": collation}
    if collation:
        found["mysql_charset"] = collation.partition("_")[0]
    stated = re.search(r"row_format=(\w+)", created, re.IGNORECASE)
    if stated:
        found["mysql_row_format"] = row_format or stated.group(1)
    return found


def _own_charset(
    charset: str | None, collation: str | None, of_table: str | None
) -> tuple[str | None, str | None]:
    """The character set and the collation of a column, as far as they are not those of its table."""
    if collation is None or collation == of_table:
        return None, None
    own = None if of_table is not None and of_table.partition("_")[0] == charset else charset
    return own, collation


def _without_width(text: str) -> str:
    """A type without the display width that it has anyway."""
    found = _WIDTH.match(text)
    if found is None or "zerofill" in found.group("rest"):
        return text
    usual = _WIDTHS.get((found.group("name"), "unsigned" in found.group("rest")))
    return found.group("name") + found.group("rest") if usual == int(found.group("width")) else text


def _new_index(name: str, repeats: int, kind: str, comment: str | None) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if kind in ("FULLTEXT", "SPATIAL"):
        options["mysql_prefix"] = kind
    elif kind == "HASH":
        options["mysql_using"] = "hash"
    if comment:
        options["mysql_comment"] = comment
    return {
        "name": name,
        "unique": not repeats,
        "column_names": [],
        "expressions": [],
        "dialect_options": options,
    }


def _add_element(
    index: dict[str, Any], column: str | None, length: int | None, order: str | None, expression: str | None
) -> None:
    text = column if column is not None else f"({expression})"
    index["column_names"].append(column)
    index["expressions"].append(text)
    if length is not None and index["dialect_options"].get("mysql_prefix") is None:
        index["dialect_options"].setdefault("mysql_length", {})[text] = length
    if order == "D":
        index.setdefault("column_sorting", {})[text] = ("desc",)


def _rule(text: str) -> str | None:
    """InnoDB does the same for both actions that are the default."""
    return None if text in ("NO ACTION", "RESTRICT") else text


def _number(parts: TableParts) -> None:
    """Tell columns that the database numbers from others, as code does."""
    key = list(parts.primary_key.get("constrained_columns") or ())
    referring = {name for item in parts.foreign_keys for name in item["constrained_columns"]}
    for column in parts.columns:
        is_sole = key == [column["name"]] and column["name"] not in referring
        affinity = getattr(column["type"], "_type_affinity", type(None)).__name__
        column["autoincrement"] = "auto"
        if column.pop("numbered", False):
            column["autoincrement"] = "auto" if is_sole else "true"
        elif is_sole and affinity == "Integer" and column["default"] is None and "computed" not in column:
            column["autoincrement"] = "false"
