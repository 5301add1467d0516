"""Operations beside Alembic's own, with how they are carried out; `spelling` writes them into a script."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations, ops

from .texts import bound, table_name


class Execute(ops.ExecuteSQLOp):
    """A statement as text, colons and all."""

    def __init__(self, text: str, effect: tuple[Any, ...] = ()) -> None:
        """Take the statement.

        `effect` says what it does to indexes and keys of MySQL's: a word, schema and name of the table, and what else
        `innodb_reading` wants to know.
        """
        super().__init__(bound(text))
        self.effect = effect


class ExecuteAlone(ops.MigrateOperation):
    """A statement that PostgreSQL carries out for good only outside of a transaction."""

    def __init__(self, text: str) -> None:
        """Take the statement."""
        self.text = bound(text)


class Alter(ops.AlterColumnOp):
    """A change of a column; Alembic's own, with all that it is told in the script too."""


class DropCheck(ops.DropConstraintOp):
    """A check of MySQL's or MariaDB's that goes.

    A script asks the server which of the two it is. A statement can't, so it is written as both take it: MySQL from
    8.0.19. `DROP CHECK`, which Alembic would write, is MySQL's alone.
    """


class Batch(ops.MigrateOperation):
    """Changes to columns and constraints of a table that SQLite makes by making it anew."""

    def __init__(
        self, table: sa.Table, new: Callable[[], list[Any]], shell: sa.Table, operations: list[Any], old: str
    ) -> None:
        """Take the table without the constraints that go, what makes those that come, and what happens to columns.

        `shell` has the columns that the new constraints are on; `old` is what a script calls the table.
        """
        self.table = table
        self.new = new
        self.shell = shell
        self.operations = operations
        self.old = old


@Operations.implementation_for(ExecuteAlone)
def _execute_alone(operations: Any, operation: ExecuteAlone) -> None:
    operations.execute(operation.text)


@Operations.implementation_for(DropCheck)
def _drop_check(operations: Any, operation: DropCheck) -> None:
    table = table_name("mysql", operation.table_name, operation.schema)
    name = table_name("mysql", str(operation.constraint_name), None)
    operations.execute(bound(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))


@Operations.implementation_for(Batch)
def _batch(operations: Any, operation: Batch) -> None:
    table = operation.table
    with operations.batch_alter_table(
        table.name,
        schema=table.schema,
        recreate="always",
        copy_from=table,
        table_args=operation.new(),
    ) as batch:
        for one in operation.operations:
            batch.invoke(one)
