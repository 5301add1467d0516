"""Operations in addition to Alembic's own, and their implementations; see `operation_renderers` for scripts."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations, ops

from .sql_texts import escape_colons, table_name


class Execute(ops.ExecuteSQLOp):
    """A statement given as text; its colons are no parameters."""

    def __init__(self, text: str) -> None:
        """Take the statement."""
        super().__init__(escape_colons(text))


class ExecuteAlone(ops.MigrateOperation):
    """A statement that PostgreSQL only commits outside of a transaction."""

    def __init__(self, text: str) -> None:
        """Take the statement."""
        self.text = escape_colons(text)


class Alter(ops.AlterColumnOp):
    """Alembic's change of a column, with all its arguments also written into the script."""


class DropCheck(ops.DropConstraintOp):
    """Drops a check of MySQL or MariaDB.

    A script can ask the server which of the two it is. A plain statement can't, so it uses the form that both accept,
    in MySQL since 8.0.19. `DROP CHECK`, which Alembic would write, is MySQL's alone.
    """


class Batch(ops.MigrateOperation):
    """Changes to columns and constraints for which SQLite rebuilds a table."""

    def __init__(
        self,
        table: sa.Table,
        new_constraints: Callable[[], list[Any]],
        shell: sa.Table,
        operations: list[Any],
        variable: str,
    ) -> None:
        """Take the table without the dropped constraints, the new constraints, and the operations on columns.

        `new_constraints` makes them anew at each call, as each can be attached only once. `shell` has their columns,
        and `variable` is the name of the table object in a script.
        """
        self.table = table
        self.new_constraints = new_constraints
        self.shell = shell
        self.operations = operations
        self.variable = variable


@Operations.implementation_for(ExecuteAlone)
def _execute_alone(operations: Any, operation: ExecuteAlone) -> None:
    operations.execute(operation.text)


@Operations.implementation_for(DropCheck)
def _drop_check(operations: Any, operation: DropCheck) -> None:
    table = table_name("mysql", operation.table_name, operation.schema)
    name = table_name("mysql", str(operation.constraint_name), None)
    operations.execute(escape_colons(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))


@Operations.implementation_for(Batch)
def _batch(operations: Any, operation: Batch) -> None:
    table = operation.table
    with operations.batch_alter_table(
        table.name,
        schema=table.schema,
        recreate="always",
        copy_from=table,
        table_args=operation.new_constraints(),
    ) as batch:
        for one in operation.operations:
            batch.invoke(one)
