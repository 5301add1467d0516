"""A connection to an empty database: it records what is executed, and returns no rows.

It replaces the connection that `create_all` and the listeners of a repository expect. What they execute on a new
database is what they declare; using a result is recorded, since it would differ on a real database.
"""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NoReturn, Self

from sqlalchemy import inspection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.dml import UpdateBase

try:
    from sqlalchemy.engine.mock import MockConnection
except ImportError:  # 1.3
    from sqlalchemy.engine.strategies import MockEngineStrategy

    MockConnection = MockEngineStrategy.MockConnection  # type: ignore[misc]


class Recorder(MockConnection):
    """The connection. `failures` are the listeners that failed, each with its exception."""

    is_recorder = True

    def __init__(self, dialect: Any, write: Callable[[Any], Any] = lambda _statement: None) -> None:
        """Take the dialect, and a function that renders a statement."""
        super().__init__(dialect, self._take)
        self._write = write
        self.has_asked = False
        self.failures: list[tuple[Any, BaseException]] = []
        self._executed: list[Any] = []
        self._texts: list[Any] = []
        self._questions: set[int] = set()
        self.closed = False
        self.info: dict[str, Any] = {}

    def executed(self) -> list[Any]:
        """The executed statements, in order, without those about data and queries whose results were used."""
        return [statement for statement, _ in self.executed_with_texts()]

    def executed_with_texts(self) -> list[tuple[Any, Any]]:
        """The executed statements, each with its text or the exception instead.

        The text is rendered at once: listeners change columns while their table is being created.
        """
        return [
            (statement, text)
            for statement, text in zip(self._executed, self._texts, strict=True)
            if id(statement) not in self._questions and not isinstance(statement, UpdateBase)
        ]

    def note_question(self, statement: Any) -> None:
        """Record that the result of a statement was used."""
        self.has_asked = True
        self._questions.add(id(statement))

    def _take(self, statement: Any, *_args: Any, **_kwargs: Any) -> "EmptyResult":
        self._executed.append(statement)
        self._texts.append(self._write(statement))
        return EmptyResult(self, statement)

    exec_driver_sql = _take

    def scalar(self, statement: Any, *_args: Any, **_kwargs: Any) -> None:
        """Execute a statement, and return no value."""
        return self._take(statement).scalar()

    def scalars(self, statement: Any, *_args: Any, **_kwargs: Any) -> "EmptyResult":
        """Execute a statement, and return no values."""
        return self._take(statement).scalars()

    def run_callable(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a function with this connection."""
        return function(self, *args, **kwargs)

    def begin(self) -> contextlib.AbstractContextManager[Self]:
        """Begin a transaction without effect."""
        return contextlib.nullcontext(self)

    begin_nested = begin

    def in_transaction(self) -> bool:
        """Return true, as listeners run in a transaction."""
        return True

    def commit(self) -> None:
        """Do nothing: there is no transaction."""

    rollback = close = commit

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """Let the exception through."""


class EmptyResult:
    """A result without rows."""

    rowcount = 0
    returns_rows = False

    def __init__(self, connection: Recorder, statement: Any) -> None:
        self._ask = partial(connection.note_question, statement)

    def scalar(self) -> None:
        """Return no value."""
        self._ask()

    first = fetchone = one_or_none = scalar_one_or_none = scalar

    def fetchall(self) -> list[Any]:
        """Return no rows."""
        self._ask()
        return []

    fetchmany = all = fetchall

    def scalars(self, *_args: Any) -> Self:
        """Return the same empty result."""
        return self

    mappings = unique = scalars

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchall())

    def one(self) -> NoReturn:
        """Raise an error: there is no row."""
        self._ask()
        raise SQLAlchemyError("no row was found")

    scalar_one = one

    def close(self) -> None:
        """Do nothing."""


class EmptyInspector:
    """An inspector of an empty database."""

    def __init__(self, connection: Recorder) -> None:
        self._connection = connection
        self.dialect = connection.dialect
        self.bind = self.engine = connection

    def __getattr__(self, name: str) -> Any:
        if not name.startswith(("get_", "has_")):
            raise AttributeError(name)
        self._connection.has_asked = True
        found: Any = [] if name.startswith("get_") else False
        return lambda *_args, **_kwargs: found


@inspection._inspects(Recorder)
def _inspect(connection: Recorder) -> EmptyInspector:
    return EmptyInspector(connection)
