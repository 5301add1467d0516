"""Operations beside Alembic's own, with how they are carried out and written into a script."""

import copy
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import render
from alembic.autogenerate.api import AutogenContext
from alembic.operations import Operations, ops

from .texts import bound, table_name


class Execute(ops.ExecuteSQLOp):
    """A statement as text, colons and all."""

    def __init__(self, text: str) -> None:
        """Take the statement."""
        super().__init__(bound(text))


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


class Comment(ops.MigrateOperation):
    """Lines for people."""

    def __init__(self, lines: list[str]) -> None:
        """Take the lines."""
        self.lines = lines


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


@Operations.implementation_for(Comment)
def _comment(_operations: Any, _operation: Comment) -> None:
    pass


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


@render.renderers.dispatch_for(Comment)
def _render_comment(_context: AutogenContext, operation: Comment) -> list[str]:
    return [f"# {line}" for line in operation.lines]


@render.renderers.dispatch_for(ExecuteAlone)
def _render_alone(_context: AutogenContext, operation: ExecuteAlone) -> list[str]:
    return ["with op.get_context().autocommit_block():", f"op.execute({operation.text!r})", ""]


@render.renderers.dispatch_for(ops.RenameTableOp)
def _render_rename(_context: AutogenContext, operation: ops.RenameTableOp) -> str:
    schema = f", schema={str(operation.schema)!r}" if operation.schema else ""
    return f"op.rename_table({str(operation.table_name)!r}, {str(operation.new_table_name)!r}{schema})"


@render.renderers.dispatch_for(ops.CreatePrimaryKeyOp, replace=True)
def _render_key(_context: AutogenContext, operation: ops.CreatePrimaryKeyOp) -> str:
    name = None if operation.constraint_name is None else str(operation.constraint_name)
    columns = [str(column) for column in operation.columns]
    schema = f", schema={str(operation.schema)!r}" if operation.schema else ""
    return f"op.create_primary_key({name!r}, {str(operation.table_name)!r}, {columns!r}{schema})"


@render.renderers.dispatch_for(Alter)
def _render_alter(context: AutogenContext, operation: Alter) -> str:
    shown = copy.copy(operation)
    if isinstance(shown.modify_server_default, sa.ClauseElement):
        # Alembic writes this alone as `sa.text`, and carries out the other alone.
        shown.modify_server_default = sa.DefaultClause(shown.modify_server_default)
    text = str(render._alter_column(context, shown))
    more = []
    existing = operation.existing_server_default
    if isinstance(existing, sa.Identity) and operation.modify_server_default is not False:
        more.append(f"existing_server_default={render._render_identity(existing, context)}")
    if "postgresql_using" in operation.kw:
        more.append(f"postgresql_using={operation.kw['postgresql_using']!r}")
    return "".join([text[:-1], *(f",\n           {item}" for item in more), ")"])


@render.renderers.dispatch_for(Batch)
def _render_batch(context: AutogenContext, operation: Batch) -> list[str]:
    created = str(render._add_table(context, ops.CreateTableOp.from_table(operation.table)))
    begin = f"op.create_table({str(operation.table.name)!r},"
    table = f"sa.Table({str(operation.table.name)!r}, sa.MetaData()," + created.removeprefix(begin)
    arguments = []
    for item in operation.new():
        operation.shell.append_constraint(item)
        arguments.append(str(render._render_constraint(item, context, None)))
    options = ["recreate='always'", f"copy_from={operation.old}"]
    if operation.table.schema:
        options.insert(0, f"schema={str(operation.table.schema)!r}")
    if arguments:
        options.append(f"table_args=[{', '.join(arguments)}]")
    lines = [f"{operation.old} = {table}"]
    lines.append(
        f"with op.batch_alter_table({str(operation.table.name)!r}, {', '.join(options)}) as batch_op:"
    )
    with context._within_batch():
        for one in operation.operations:
            lines += render.render_op(context, one)
    if not operation.operations:
        lines.append("pass")
    return [*lines, ""]
