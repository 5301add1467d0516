"""A migration script: its frame, and the statements in it, each of them parsed and checked."""

import ast
import hashlib
from functools import partial
from typing import Any

from alembic.autogenerate import render
from alembic.autogenerate.api import AutogenContext
from alembic.ddl.impl import DefaultImpl
from alembic.runtime.migration import MigrationContext

from ..extract.sql import plain_dialect
from . import script_allowlist
from .changes import Step
from .operation_renderers import Renderers
from .sql_texts import escape_colons, indented, one_line


def script(up: list[Step], down: list[Step], dialect: str) -> str:
    """A migration script for the `versions` folder of Alembic."""
    renderers = Renderers(dialect)
    bodies = [_body(steps, dialect, renderers) for steps in (up, down)]
    digest = hashlib.sha256("\0".join([dialect, *bodies]).encode()).hexdigest()[:12]
    return "\n".join(
        [
            '"""Changes of the models.',
            "",
            f"Rendered by Alembic from the models alone, for {dialect}. {_REVIEW}",
            '"""',
            "import sqlalchemy as sa",
            "from alembic import op",
            *sorted(renderers.imports),
            "",
            f"revision = {digest!r}",
            "# Replace None with the revision that this one follows.",
            "down_revision = None",
            "branch_labels = None",
            "depends_on = None",
            *(_VERBATIM if renderers.has_verbatim else []),
            "",
            "",
            "def upgrade():",
            bodies[0],
            "",
            "",
            "def downgrade():",
            bodies[1],
            "",
        ]
    )


_REVIEW = "No database was read: review it before you run it."

_VERBATIM = [
    "",
    "",
    "class Verbatim(sa.types.UserDefinedType):",
    '    """A type by its DDL."""',
    "",
    "    cache_ok = True",
    "",
    "    def __init__(self, text):",
    "        self.text = text",
    "",
    "    def get_col_spec(self, **kw):",
    "        return self.text",
]


def _body(steps: list[Step], dialect: str, renderers: Renderers) -> str:
    found: list[str] = []
    is_empty = True
    for step in steps:
        found += [f"# {one_line(line)}" for line in step.comments()]
        texts = render_statements(step, dialect, renderers)
        is_empty = is_empty and not texts
        found += texts
    return indented("\n".join([*found, "pass"] if is_empty else found))


def render_statements(step: Step, dialect: str, renderers: Renderers) -> list[str]:
    """The statements of one step; raises `ForbiddenError` if one of them may not be in a script."""
    context = _context(dialect, renderers)
    found = [render.render_op_text(context, operation) for operation in step.operations]
    return [text for text in found if script_allowlist.parse_statements(text)]


def parse_module(texts: list[str]) -> ast.Module:
    """Checked statements, parsed again as one module."""
    return ast.Module([node for text in texts for node in script_allowlist.parse_statements(text)], [])


def _context(dialect: str, renderers: Renderers) -> AutogenContext:
    migration: Any = MigrationContext.configure(dialect=plain_dialect(dialect))
    written = migration.impl.render_ddl_sql_expr
    if dialect == "sqlite":  # its own adds parentheses where there are some already
        written = partial(DefaultImpl.render_ddl_sql_expr, migration.impl)

    def escaped(expression: Any, **kw: Any) -> str:
        text = str(written(expression, **kw))
        return text if kw.get("is_index") else escape_colons(text)  # a script passes it to `text()` again

    migration.impl.render_ddl_sql_expr = escaped
    options = {
        "sqlalchemy_module_prefix": "sa.",
        "alembic_module_prefix": "op.",
        "user_module_prefix": None,
        "render_as_batch": False,
        "render_item": renderers.render_item,
    }
    return AutogenContext(migration, opts=options)
