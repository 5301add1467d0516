"""Runs operations without a database, and records the statements that they would execute."""

from io import StringIO
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from ..extract.sql import plain_dialect


class Recording:
    """The recorded statements of a dialect, with literal values.

    Alembic's own offline mode replaces tabs by spaces, also in values, and adds batch separators between statements.
    """

    def __init__(self, dialect: str) -> None:
        """Begin without statements."""
        self.statements: list[str] = []
        options = {"as_sql": True, "output_buffer": StringIO()}
        self.context: Any = MigrationContext.configure(dialect=plain_dialect(dialect), opts=options)
        impl: Any = self.context.impl
        impl.static_output = _nothing
        impl._exec = self._execute
        self.operations = Operations(self.context)

    def _execute(
        self, construct: Any, execution_options: Any = None, multiparams: Any = None, params: Any = None
    ) -> None:
        if multiparams is not None or params:
            raise TypeError("a statement with parameters")
        element = sa.text(construct) if isinstance(construct, str) else construct
        has_values = not isinstance(element, sa.schema.ExecutableDDLElement)
        given: dict[str, Any] = {"compile_kwargs": {"literal_binds": True}} if has_values else {}
        text = str(element.compile(dialect=self.context.impl.dialect, **given)).strip()
        if text:
            self.statements.append(text)


def _nothing(_text: str) -> None:
    """Ignore the delimiters of transactions and batches."""
