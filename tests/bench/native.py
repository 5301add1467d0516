#!/usr/bin/env python3
"""What someone who trusts the code would do: import the modules, configure the mappers, and render every table.

usage: native.py MODULE [MODULE ...]      in the environment of the package; prints how many tables there are

A MODULE that ends in `.*` is walked, as tests/corpus/native.py does.
"""

import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "corpus"))

import native


def main() -> None:
    """Import, configure, render, and count."""
    warnings.simplefilter("ignore")
    errors: list[tuple[str, str]] = []
    for name in sys.argv[1:]:
        native.load(name, errors)
    import sqlalchemy.orm
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.schema import CreateTable

    sqlalchemy.orm.configure_mappers()
    dialect = postgresql.dialect()
    tables = [table for item in native.metadatas() for table in item.tables.values()]
    for table in tables:
        try:
            str(CreateTable(table).compile(dialect=dialect))
        except Exception as error:  # a type that PostgreSQL does not have
            errors.append((str(table), str(error)))
    print(len(tables))
    for name, error in errors:
        print(f"{name}: {error}"[:300], file=sys.stderr)


if __name__ == "__main__":
    main()
