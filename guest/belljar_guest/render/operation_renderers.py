"""Renderers for operations that Alembic does not render, or whose values it does not quote.

Each renderer returns complete statements, and writes every value with `repr`: on one line, quoted.
"""

import copy
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import render
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import types as generic

from .operations import Alter, Batch, ExecuteAlone
from .sql_texts import indented
from .types import Verbatim


class Renderers:
    """The hook through which Alembic renders items; collects the imports that a script needs."""

    def __init__(self, dialect: str) -> None:
        """Take the dialect of the script."""
        self._dialect = dialect
        self.imports: set[str] = set()
        self.has_verbatim = False

    def render_item(self, kind: str, item: Any, context: AutogenContext) -> Any:
        """The text of an item, or `False` to leave it to Alembic."""
        self.imports.update(context.imports)
        if kind == "server_default":
            return _default(item)
        if kind != "type":
            return False
        if isinstance(item, Verbatim):
            self.has_verbatim = True
            return f"Verbatim({item.texts[self._dialect]!r})"
        dialect = _dialect_of(item)
        if dialect:
            self.imports.add(f"from sqlalchemy.dialects import {dialect}")
        if isinstance(item, generic.ARRAY):
            # Alembic would insert the text of the inner type as a replacement pattern of `re.sub`.
            inner = render._repr_type(item.item_type, context)
            more = f", dimensions={item.dimensions!r}" if item.dimensions is not None else ""
            return f"{dialect or 'sa'}.ARRAY({inner}{more})"
        return False


def _dialect_of(item: Any) -> str:
    module = type(item).__module__
    return module.split(".")[2] if module.startswith("sqlalchemy.dialects.") else ""


def _default(item: Any) -> Any:
    """The text of a default that is a string, from whose ends Alembic would strip a quote."""
    text = item.arg if isinstance(item, sa.DefaultClause) else item
    return repr(str(text)) if isinstance(text, str) else False


def _call(context: AutogenContext, name: str, *arguments: object, **given: object) -> str:
    """A call of an operation, without arguments that are `None`."""
    texts = [repr(argument) for argument in arguments]
    texts += [f"{key}={value!r}" for key, value in given.items() if value is not None]
    return f"{render._alembic_autogenerate_prefix(context)}{name}({', '.join(texts)})"


def _text(name: Any) -> str | None:
    """A name as a plain string."""
    return None if name is None else str(name)


@render.renderers.dispatch_for(ExecuteAlone)
def _render_alone(_context: AutogenContext, operation: ExecuteAlone) -> str:
    return f"with op.get_context().autocommit_block():\n    op.execute({operation.text!r})"


@render.renderers.dispatch_for(ops.RenameTableOp)
def _render_rename(context: AutogenContext, operation: ops.RenameTableOp) -> str:
    names = str(operation.table_name), str(operation.new_table_name)
    return _call(context, "rename_table", *names, schema=_text(operation.schema))


@render.renderers.dispatch_for(ops.CreatePrimaryKeyOp, replace=True)
def _render_key(context: AutogenContext, operation: ops.CreatePrimaryKeyOp) -> str:
    columns = [str(column) for column in operation.columns]
    name = _text(operation.constraint_name)
    if context._has_batch:
        return _call(context, "create_primary_key", name, columns)
    return _call(
        context,
        "create_primary_key",
        name,
        str(operation.table_name),
        columns,
        schema=_text(operation.schema),
    )


@render.renderers.dispatch_for(ops.CreateTableCommentOp, replace=True)
def _render_comment(context: AutogenContext, operation: ops.CreateTableCommentOp) -> str:
    table = () if context._has_batch else (str(operation.table_name),)
    schema = None if context._has_batch else _text(operation.schema)
    existing = operation.existing_comment
    arguments = (*table, operation.comment)
    return _call(context, "create_table_comment", *arguments, existing_comment=existing, schema=schema)


@render.renderers.dispatch_for(ops.DropTableCommentOp, replace=True)
def _render_no_comment(context: AutogenContext, operation: ops.DropTableCommentOp) -> str:
    table = () if context._has_batch else (str(operation.table_name),)
    schema = None if context._has_batch else _text(operation.schema)
    existing = operation.existing_comment
    return _call(context, "drop_table_comment", *table, existing_comment=existing, schema=schema)


@render.renderers.dispatch_for(ops.DropColumnOp, replace=True)
def _render_drop_column(context: AutogenContext, operation: ops.DropColumnOp) -> str:
    table = () if context._has_batch else (str(operation.table_name),)
    given = {} if context._has_batch else {"schema": _text(operation.schema)}
    return _call(context, "drop_column", *table, str(operation.column_name), **given, **operation.kw)


@render.renderers.dispatch_for(ops.CreateTableOp, replace=True)
def _render_table(context: AutogenContext, operation: ops.CreateTableOp) -> str:
    shown = copy.copy(operation)
    shown.prefixes = None
    text = str(render._add_table(context, shown))
    prefixes = [str(prefix) for prefix in operation.prefixes or ()]
    return f"{text.removesuffix(')').rstrip()},\nprefixes={prefixes!r}\n)" if prefixes else text


@render.renderers.dispatch_for(Alter)
def _render_alter(context: AutogenContext, operation: Alter) -> str:
    shown = copy.copy(operation)
    if isinstance(shown.modify_server_default, sa.ClauseElement):
        # Alembic renders only `sa.text` here, but executes only a `DefaultClause`.
        shown.modify_server_default = sa.DefaultClause(shown.modify_server_default)
    text = str(render._alter_column(context, shown))
    more = []
    existing: Any = operation.existing_server_default
    changes_default = operation.modify_server_default is not False
    if changes_default and (isinstance(existing, sa.Identity) or context.dialect.name == "mssql"):
        # SQL Server keeps a default as a constraint, which Alembic drops if `existing_server_default` is given.
        default = render._render_server_default(existing, context) if existing is not None else None
        more.append(f"existing_server_default={default}")
    if "postgresql_using" in operation.kw:
        more.append(f"postgresql_using={operation.kw['postgresql_using']!r}")
    return "".join([text[:-1], *(f",\n           {item}" for item in more), ")"])


@render.renderers.dispatch_for(Batch)
def _render_batch(context: AutogenContext, operation: Batch) -> str:
    name = str(operation.table.name)
    created = _render_table(context, ops.CreateTableOp.from_table(operation.table))
    table = f"sa.Table({name!r}, sa.MetaData()," + created.removeprefix(f"op.create_table({name!r},")
    arguments = []
    for item in operation.new_constraints():
        operation.shell.append_constraint(item)
        arguments.append(str(render._render_constraint(item, context, None)))
    options = ["recreate='always'", f"copy_from={operation.variable}"]
    if operation.table.schema:
        options.insert(0, f"schema={str(operation.table.schema)!r}")
    if arguments:
        options.append(f"table_args=[{', '.join(arguments)}]")
    with context._within_batch():
        lines = [line for one in operation.operations for line in render.render_op(context, one)]
    block = indented("\n".join(lines) or "pass")
    opened = f"with op.batch_alter_table({name!r}, {', '.join(options)}) as batch_op:"
    return f"{operation.variable} = {table}\n{opened}\n{block}"
