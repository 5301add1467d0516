"""A connection to a database that is empty: it writes down what it is told, and finds nothing.

It stands where `create_all` and the listeners of a repository expect a connection. What they do on a database that
nobody has used yet is what they declare; whoever looks at an answer is remembered to have asked.
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
    """The connection. `failures` are the listeners that did not come to their end, each with its exception."""

    is_recorder = True

    def __init__(self, dialect: Any, write: Callable[[Any], Any] = lambda _statement: None) -> None:
        """Take the dialect that it poses as, and what gives the text of a statement."""
        super().__init__(dialect, self._take)
        self._write = write
        self.has_asked = False
        self.failures: list[tuple[Any, BaseException]] = []
        self._executed: list[Any] = []
        self._texts: list[Any] = []
        self._questions: set[int] = set()
        self.closed = False
        self.info: dict[str, Any] = {}

    def told(self) -> list[Any]:
        """What was executed, in order, without data and without what an answer was wanted to."""
        return [statement for statement, _ in self.written()]

    def written(self) -> list[tuple[Any, Any]]:
        """The same, each with its text or the exception that there is instead.

        The text is that of the moment: listeners change columns for as long as their table is made.
        """
        return [
            (statement, text)
            for statement, text in zip(self._executed, self._texts, strict=True)
            if id(statement) not in self._questions and not isinstance(statement, UpdateBase)
        ]

    def asked(self, statement: Any) -> None:
        """Remember that the answer to a statement was looked at."""
        self.has_asked = True
        self._questions.add(id(statement))

    def _take(self, statement: Any, *_args: Any, **_kwargs: Any) -> "Nothing":
        self._executed.append(statement)
        self._texts.append(self._write(statement))
        return Nothing(self, statement)

    exec_driver_sql = _take

    def scalar(self, statement: Any, *_args: Any, **_kwargs: Any) -> None:
        """Execute, and find nothing."""
        return self._take(statement).scalar()

    def scalars(self, statement: Any, *_args: Any, **_kwargs: Any) -> "Nothing":
        """Execute, and find nothing."""
        return self._take(statement).scalars()

    def run_callable(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a function with this connection."""
        return function(self, *args, **kwargs)

    def begin(self) -> contextlib.AbstractContextManager[Self]:
        """Begin a transaction that changes nothing."""
        return contextlib.nullcontext(self)

    begin_nested = begin

    def in_transaction(self) -> bool:
        """Always in one, as listeners are."""
        return True

    def commit(self) -> None:
        """Do nothing."""

    rollback = close = commit

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """Let the exception through."""


class Nothing:
    """A result without rows."""

    rowcount = 0
    returns_rows = False

    def __init__(self, connection: Recorder, statement: Any) -> None:
        self._ask = partial(connection.asked, statement)

    def scalar(self) -> None:
        """Find nothing."""
        self._ask()

    first = fetchone = one_or_none = scalar_one_or_none = scalar

    def fetchall(self) -> list[Any]:
        """Find nothing."""
        self._ask()
        return []

    fetchmany = all = fetchall

    def scalars(self, *_args: Any) -> Self:
        """Stay empty."""
        return self

    mappings = unique = scalars

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchall())

    def one(self) -> NoReturn:
        """Fail: there is no row."""
        self._ask()
        raise SQLAlchemyError("no row was found")

    scalar_one = one

    def close(self) -> None:
        """Do nothing."""


class NothingThere:
    """An inspector of a database that is empty."""

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
def _inspect(connection: Recorder) -> NothingThere:
    return NothingThere(connection)
