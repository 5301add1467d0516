"""Reads a PostgreSQL database: SQLAlchemy's `get_multi_*` for tables, and queries of our own for all else."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.engine.reflection import ObjectKind, ObjectScope

from .. import frames
from . import postgresql_objects
from .connection import Target
from .parts import METADATA, Reading, TableParts, checked_name, not_represented

#: By the field of `TableParts`, the method of the dialect.
_METHODS = {
    "primary_key": "get_multi_pk_constraint",
    "unique": "get_multi_unique_constraints",
    "foreign_keys": "get_multi_foreign_keys",
    "indexes": "get_multi_indexes",
    "checks": "get_multi_check_constraints",
    "comment": "get_multi_table_comment",
    "options": "get_multi_table_options",
}

_SCHEMAS = """
SELECT n.nspname, pg_catalog.has_schema_privilege(n.oid, 'USAGE') FROM pg_catalog.pg_namespace n
WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_namespace'::regclass
  AND d.objid = n.oid AND d.deptype = 'e')
ORDER BY 1
"""

#: Relations of extensions, and partitions, which their parents stand for.
_LEFT_OUT = """
SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND (c.relispartition OR EXISTS (
  SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
  AND d.deptype = 'e'))
"""

_RELATIONS = """
SELECT n.nspname, c.relname, c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity,
  CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid, true) END,
  CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
"""

#: What reads a view: the relations that its rule depends on.
_READS = """
SELECT DISTINCT vn.nspname, v.relname, tn.nspname, t.relname
FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class v ON v.oid = r.ev_class AND v.relkind IN ('v', 'm')
JOIN pg_catalog.pg_namespace vn ON vn.oid = v.relnamespace
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
  AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> v.oid
JOIN pg_catalog.pg_class t ON t.oid = d.refobjid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
WHERE t.relkind IN ('r', 'p', 'f', 'v', 'm')
"""

#: Constraints of which SQLAlchemy says too little: exclusion, what is deferrable, and the schema of a target.
_CONSTRAINTS = """
SELECT n.nspname, t.relname, c.conname, c.contype, c.condeferrable, c.condeferred,
  CASE WHEN c.contype = 'x' THEN pg_catalog.pg_get_constraintdef(c.oid) END, fn.nspname
FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_class t ON t.oid = c.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_class f ON f.oid = c.confrelid AND c.contype = 'f'
LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
WHERE c.contype IN ('x', 'f') OR (c.contype IN ('p', 'u') AND c.condeferrable)
ORDER BY 1, 2, 3
"""

_Key = tuple[str, str]


class Reader:
    """One reading of a database."""

    def __init__(self, connection: Connection, target: Target) -> None:
        """Take the connection."""
        self._connection = connection
        self._dialect: Any = connection.dialect
        self._default = str(self._dialect.default_schema_name or "public")
        self._cache: dict[Any, Any] = {}
        self._wanted = target.schemas

    def read(self) -> Reading:
        """Read everything."""
        version = ".".join(map(str, self._dialect.server_version_info or ()))
        reading = Reading("postgresql", version, self._default)
        left_out = {(schema, name) for schema, name in self._rows(_LEFT_OUT)}
        tables: dict[_Key, TableParts] = {}
        schemas = self._schemas(reading)
        for schema in schemas:
            found = self._tables(schema)
            tables |= {key: parts for key, parts in found.items() if key not in left_out}
        self._add_relations(tables)
        self._add_constraints(tables)
        owned = postgresql_objects.sequences(self._rows, self.schema, schemas, reading)
        for key, parts in tables.items():
            _number(parts, owned.get(key, {}), self._default)
        # A sequence that a column owns is a part of it only if it numbers a primary key.
        rest = [sequence for of_table in owned.values() for sequence in of_table.values()]
        reading.sequences += [frames.DeclaredSequence(METADATA, sequence, [], None) for sequence in rest]
        reading.sequences.sort(key=lambda item: (item.sequence.schema or "", item.sequence.name))
        reading.tables = sorted(tables.values(), key=lambda parts: (parts.schema or "", parts.name))
        postgresql_objects.add_types(self._dialect, self._connection, self._cache, self._default, reading)
        postgresql_objects.add_objects(self._rows, self.schema, schemas, reading)
        return reading

    def _schemas(self, reading: Reading) -> list[str]:
        """The schemas to read; those that the user may not read are named."""
        schemas = []
        for name, may_use in self._rows(_SCHEMAS):
            if not may_use or (self._wanted and name not in self._wanted):
                reading.unread.append(checked_name(name))
            if self._wanted and name not in self._wanted:
                continue
            if may_use:
                schemas.append(name)
            else:
                message = f"the schema `{name}` is not read: the user lacks the privilege USAGE"
                reading.remarks.append(frames.Remark("not-read", message, None))
        return schemas

    def schema(self, name: str) -> str | None:
        """A schema as code names it."""
        return None if name == self._default else name

    def _rows(self, query: str) -> list[Any]:
        return list(self._connection.exec_driver_sql(query).all())

    def _tables(self, schema: str) -> dict[_Key, TableParts]:
        found: dict[_Key, TableParts] = {}
        for (_, name), columns in self._ask("get_multi_columns", schema):
            parts = TableParts(self.schema(schema), checked_name(name), columns=columns)
            found[schema, name] = parts
        for attribute, method in _METHODS.items():
            for (_, name), value in self._ask(method, schema):
                if (schema, name) in found:
                    setattr(found[schema, name], attribute, value)
        for parts in found.values():
            parts.comment = parts.comment["text"] if isinstance(parts.comment, dict) else None
        return found

    def _ask(self, method: str, schema: str) -> Any:
        ask: Callable[..., Any] = getattr(self._dialect, method)
        return ask(
            self._connection,
            schema=schema,
            filter_names=None,
            scope=ObjectScope.ANY,
            kind=ObjectKind.ANY,
            info_cache=self._cache,
        )

    def _add_relations(self, tables: dict[_Key, TableParts]) -> None:
        """What kind of relation each is, and the definitions of views."""
        for schema, name, kind, persistence, secured, forced, definition, partition in self._rows(_RELATIONS):
            parts = tables.get((schema, name))
            if parts is None:
                continue
            parts.kind = {"v": "view", "m": "materialized_view"}.get(kind, "table")
            parts.definition = definition.strip().rstrip(";") if definition is not None else None
            if persistence != "p":
                parts.prefixes.append({"u": "UNLOGGED", "t": "TEMPORARY"}.get(persistence, persistence))
            if partition is not None:
                parts.options["postgresql_partition_by"] = partition
            if parts.options.get("postgresql_using") == "heap":
                del parts.options["postgresql_using"]
            if kind == "f":
                parts.reasons.append(not_represented("a foreign table's server"))
            if secured or forced:
                what = "forced row-level security" if forced else "row-level security"
                parts.reasons.append(not_represented(f"that {what} is enabled"))
        for schema, name, other_schema, other in self._rows(_READS):
            parts = tables.get((schema, name))
            if parts is not None:
                read = TableParts(self.schema(other_schema), other).full_name
                parts.reads = sorted({*(parts.reads or ()), read})

    def _add_constraints(self, tables: dict[_Key, TableParts]) -> None:
        """Exclusion constraints, which constraints are deferrable, and the schemas of targets."""
        for schema, table, name, kind, deferrable, deferred, definition, target in self._rows(_CONSTRAINTS):
            parts = tables.get((schema, table))
            if parts is None:
                continue
            if kind == "x":
                parts.excludes.append({"name": name, "definition": definition})
                parts.indexes = [item for item in parts.indexes if item["name"] != name]
                continue
            items = {"u": parts.unique, "p": [parts.primary_key], "f": parts.foreign_keys}[kind]
            for item in items:
                if item.get("name") != name:
                    continue
                if kind == "f":
                    item["referred_schema"] = self.schema(target)
                else:
                    item["deferrable"] = True if deferrable else None
                    item["initially"] = "DEFERRED" if deferred else None


_NEXTVAL = re.compile(r"nextval\('(?P<name>(?:[^']|'')+)'::regclass\)")


def _number(parts: TableParts, owned: dict[str, frames.Sequence], default_schema: str) -> None:
    """Tell columns that the database numbers from others, as code does.

    `SERIAL` is a default that takes the next value of a sequence which the column owns. In a primary key, that is
    `autoincrement`, and no default. `owned` are the sequences by column; those of such columns are removed.
    """
    key = list(parts.primary_key.get("constrained_columns") or ())
    referring = {name for item in parts.foreign_keys for name in item["constrained_columns"]}
    for column in parts.columns:
        column["autoincrement"] = "auto"
        text = column.get("default")
        is_numbered = False
        if text is not None and column["name"] in owned and _NEXTVAL.fullmatch(text):
            is_numbered = column["name"] in key
        if text is not None:
            column["default"] = text.replace(f'nextval(\'"{default_schema}".', "nextval('")
        if is_numbered:
            column["default"] = None
            del owned[column["name"]]
            sole = len(key) == 1 and column["name"] not in referring
            column["autoincrement"] = "auto" if sole else "true"
        elif key == [column["name"]] and column["name"] not in referring and not column.get("identity"):
            column["autoincrement"] = _of_unnumbered(column)


def _of_unnumbered(column: dict[str, Any]) -> str:
    """A key that SQLAlchemy would number unless the code says otherwise; one with a default it would not."""
    affinity = getattr(column["type"], "_type_affinity", None)
    is_integer = affinity is not None and affinity.__name__ == "Integer"
    return "false" if is_integer and column.get("default") is None else "auto"
