"""SQLAlchemy's own DDL: `own_ddl.py SITE MODELS DIALECT...` prints a list of statements for each dialect.

It runs in a separate process without the guest, so that the two have nothing in common but SQLAlchemy and the models.
"""

import importlib
import json
import runpy
import sys
from typing import Any


def dialect_of(name: str) -> Any:
    """A dialect in the state after a connection."""
    module, made = f"sqlalchemy.dialects.{name}", "dialect"
    if name == "mariadb":
        try:
            module, made = "sqlalchemy.dialects.mysql.mariadb", "MariaDBDialect"
            importlib.import_module(module)
        except ImportError:  # before 1.4
            module, made = "sqlalchemy.dialects.mysql", "dialect"
    found = getattr(importlib.import_module(module), made)(paramstyle="named")
    if name == "mssql":
        found.default_schema_name = "dbo"
    if name == "mariadb":
        found.supports_sequences = True
    return found


def created(metadata: Any, name: str) -> list[str]:
    """The statements of `create_all`."""
    try:
        connection: Any = importlib.import_module("sqlalchemy.engine.mock").MockConnection
    except ImportError:  # 1.3
        connection = importlib.import_module("sqlalchemy.engine.strategies").MockEngineStrategy.MockConnection
    found: list[str] = []
    dialect = dialect_of(name)

    def execute(statement: Any, *_: Any, **__: Any) -> None:
        found.append(str(statement.compile(dialect=dialect)).strip())

    metadata.create_all(connection(dialect, execute), checkfirst=False)
    return found


def main() -> None:
    """Print the statements for each dialect."""
    site, models, *dialects = sys.argv[1:]
    sys.path.insert(0, site)
    metadata = runpy.run_path(models)["metadata"]
    json.dump({name: created(metadata, name) for name in dialects}, sys.stdout)


if __name__ == "__main__":
    main()
