"""What SQLModel itself makes of each case: `oracle.py FILE …`, run where it is really installed. Prints JSON.

Knows nothing of Belljar: a case is imported, and SQLAlchemy asked for the DDL, the columns and the relationships.
"""

import gc
import importlib.util
import json
import os
import sys
import warnings
from typing import Any

DIALECTS = ("postgresql", "mysql", "sqlite")


def main(*paths: str) -> None:
    """Describe every case, each in a process of its own."""
    import sqlmodel  # noqa: F401  # once for all

    warnings.simplefilter("ignore")
    result = {path: in_child(path) for path in paths}
    sys.stdout.write(json.dumps(result))


def in_child(path: str) -> Any:
    """Describe one case; processes share no `MetaData`."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        with os.fdopen(reader) as stream:
            text = stream.read()
        os.waitpid(child, 0)
        return json.loads(text)
    with os.fdopen(writer, "w") as stream:
        try:
            stream.write(json.dumps(describe(path)))
        except BaseException as error:
            stream.write(json.dumps({"error": f"{type(error).__name__}: {error}"}))
    os._exit(0)


def describe(path: str) -> dict[str, Any]:
    """Import a case under the name it has in the other run, and describe what it made."""
    from sqlalchemy import MetaData
    from sqlalchemy.orm import configure_mappers

    spec = importlib.util.spec_from_file_location("models", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["models"] = module
    spec.loader.exec_module(module)
    configure_mappers()
    found = [item for item in gc.get_objects() if isinstance(item, MetaData) and own_tables(item)]
    tables = [table for metadata in found for table in own_tables(metadata)]
    return {
        "ddl": {name: sorted(line for item in found for line in ddl(item, name)) for name in DIALECTS},
        "columns": sorted(facts(table, column) for table in tables for column in table.columns),
        "relationships": sorted(relationships()),
    }


def own_tables(metadata: Any) -> list[Any]:
    """Give the tables but a dialect's own catalog."""
    catalogs = ("pg_catalog", "INFORMATION_SCHEMA", "information_schema", "sys")
    return [table for table in metadata.tables.values() if table.schema not in catalogs]


def ddl(metadata: Any, name: str) -> list[str]:
    """Give the statements of `create_all`, and the names of tables that the dialect has no type for.

    A foreign key to such a table is left out, and so named too.
    """
    from importlib import import_module

    from sqlalchemy.engine.mock import MockConnection
    from sqlalchemy.schema import CreateTable

    dialect = import_module(f"sqlalchemy.dialects.{name}").dialect()
    statements, tables = [], []
    for table in own_tables(metadata):
        try:
            CreateTable(table).compile(dialect=dialect)
        except Exception:
            statements.append(f"refused: {table.fullname}")
        else:
            tables.append(table)

    keys = [
        key for table in tables for key in table.foreign_key_constraints if key.referred_table not in tables
    ]
    for key in keys:
        key._create_rule = lambda compiler: False
        statements.append(f"refused: {key.table.fullname}")

    def record(element: Any, *args: Any, **kwargs: Any) -> None:
        statements.append(str(element.compile(dialect=dialect)).strip())

    metadata.create_all(MockConnection(dialect, record), tables=tables, checkfirst=False)
    for key in keys:
        key._create_rule = None
    return statements


def facts(table: Any, column: Any) -> list[str]:
    """Give what the DDL does not show of a column."""
    kind = type(column.type)
    return [
        table.fullname,
        column.name,
        column.key,
        f"{kind.__module__}.{kind.__name__}",
        default(column.default),
        default(column.onupdate),
        str(column.autoincrement).lower(),
        ",".join(getattr(column.type, "enums", None) or []),
    ]


def default(item: Any) -> str:
    """Name a client-side default."""
    if item is None:
        return ""
    if type(item).__name__ == "Sequence":
        return f"sequence:{item.name}"
    if item.is_clause_element:
        return f"clause:{item.arg}"
    if item.is_callable:
        function = getattr(item.arg, "__wrapped__", item.arg)
        return f"callable:{getattr(function, '__name__', '?')}"
    return f"scalar:{item.arg!r}"


def relationships() -> list[list[str]]:
    """Give the relationships of every mapped class of the case."""
    from sqlalchemy.orm import Mapper

    mappers = [item for item in gc.get_objects() if isinstance(item, Mapper)]
    return [
        [
            mapper.class_.__name__,
            item.key,
            item.mapper.class_.__name__,
            item.direction.name,
            str(bool(item.uselist)),
            str(item.secondary) if item.secondary is not None else "",
        ]
        for mapper in mappers
        for item in mapper.relationships
    ]


if __name__ == "__main__":
    main(*sys.argv[1:])
