"""Real Alembic on SQLite: `alembic_oracle.py SITE FOLDER` upgrades a database in memory, and prints what it holds.

`FOLDER` has `migrations/versions`. The output is JSON: for each table the facts that `test_migrations_operations` compares.
"""

import json
import sys
import warnings
from typing import Any


def main() -> None:
    """Upgrade, reflect, print."""
    site, folder = sys.argv[1:]
    sys.path[:0] = [site, folder]
    warnings.simplefilter("ignore")
    import sqlalchemy as sa
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from sqlalchemy.pool import StaticPool

    config = Config()
    config.set_main_option("script_location", f"{folder}/migrations")
    script = ScriptDirectory.from_config(config)
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)

    def upgrade(revision: Any, _context: Any) -> Any:
        return script._upgrade_revs("heads", revision)

    with EnvironmentContext(config, script, fn=upgrade) as environment, engine.connect() as connection:
        environment.configure(connection=connection)
        with environment.begin_transaction():
            environment.run_migrations()
        sys.stdout.write(json.dumps(reflect(sa.inspect(connection), engine.dialect), sort_keys=True))


def reflect(inspector: Any, dialect: Any) -> dict[str, Any]:
    """The facts of each table."""
    found = {}
    for name in inspector.get_table_names():
        if name == "alembic_version":
            continue
        found[name] = {
            "columns": {
                column["name"]: [
                    str(column["type"].compile(dialect=dialect)),
                    bool(column["nullable"]),
                    column["default"] is not None,
                ]
                for column in inspector.get_columns(name)
            },
            "primary_key": inspector.get_pk_constraint(name)["constrained_columns"],
            "unique": sorted(item["column_names"] for item in inspector.get_unique_constraints(name)),
            "foreign_keys": sorted(
                [item["constrained_columns"], item["referred_table"], item["referred_columns"]]
                for item in inspector.get_foreign_keys(name)
            ),
            "checks": len(inspector.get_check_constraints(name)),
            "indexes": sorted(
                [item["name"], bool(item["unique"]), item["column_names"]]
                for item in inspector.get_indexes(name)
                if not str(item["name"]).startswith("sqlite_autoindex")
            ),
        }
    return found


if __name__ == "__main__":
    main()
