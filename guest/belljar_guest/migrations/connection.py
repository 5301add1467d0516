"""The connection of a version file: it records what changes the schema, and has no rows."""

import contextlib
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NoReturn, Self

import sqlalchemy as sa
from sqlalchemy import schema
from sqlalchemy.orm.exc import NoResultFound  # type: ignore[attr-defined]
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import Enum

from ..extract.sql import safe_text
from ..stand_in.value import origin_of
from . import sql_text, statements, steps
from .batches import Batches
from .enumerations import known_values
from .items import constraint_of, index_of
from .recorder import Recording
from .state import reason

#: Called with the text of a question whose answer can't be known.
Ask = Callable[[str], None]


class Connection:
    """The connection, and its own engine."""

    #: `MetaData.create_all` and its neighbours have an effect on it.
    is_recorder = True
    closed = False
    invalidated = False

    def __init__(self, recording: Recording, ask: Ask, batches: Batches) -> None:
        """Take the recording, a function for questions that can't be answered, and the loops over rows."""
        self.recording = recording
        self._batches = batches
        self.dialect = recording.dialect
        self.ask = ask
        self._is_repeated = False
        self.info: dict[str, Any] = {}
        self.engine = self.bind = self.connection = self
        self.url = sa.engine.url.make_url(f"{recording.dialect.name}://")
        self.name = recording.dialect.name
        self.driver = recording.dialect.driver

    def execute(self, statement: Any, *args: Any, **kwargs: Any) -> "Rows":
        """Record a statement."""
        text = statements.text_of(statement, self.dialect)
        ask = partial(self.ask, _shortened(text))
        is_data = statements.is_one_on_data(text)
        given = args[0] if args else kwargs.get("parameters")
        self._is_repeated = is_data and self._batches.is_repeated(text, given)
        if statements.is_text(statement):
            self._apply_text(text)
        elif isinstance(statement, schema.DDLElement):
            self._apply(statement, text)
        elif not issubclass(type(statement), ClauseElement):
            self._doubt_absent(statement)
        else:
            self._note_data(text)
        return Rows(ask, partial(self._batches.rowcount, text, given) if is_data else None)

    exec_driver_sql = execute

    def _apply_text(self, text: str) -> None:
        recording = self.recording
        for part in statements.split(text):
            words = statements.first_words(part, 1)
            step = contextlib.nullcontext() if words in _QUERIES else self._step(part)
            with step:
                sql_text.apply_one(recording, part)
            if words in (["COMMIT"], ["BEGIN"], ["START"]):
                recording.steps.is_committed = words == ["COMMIT"]

    def _step(self, text: str) -> contextlib.AbstractContextManager[None]:
        recording = self.recording
        step = steps.of_statement(text)
        if self._is_repeated:
            step.flags.add("repeated")
        return recording.steps.step(step, partial(steps.tables_of_statement, recording, text))

    def _note_data(self, text: str) -> None:
        """Note a statement on data that is made of objects; a query is none."""
        if statements.first_words(text, 1) not in _QUERIES:
            with self._step(text):
                pass

    def _doubt_absent(self, statement: Any) -> None:
        """Doubt the schema for a statement that something absent makes, unless its origin says that it is on data."""
        if not _DATA_BY_NAME.search(origin_of(statement) or ""):
            where = self.recording.where(self.recording.place())
            text = f"{where} executes a statement that something absent makes"
            self.recording.state.doubt(reason("migration-sql", text))

    def __getattr__(self, name: str) -> Any:
        """Note that a version uses the connection in a way that is not followed: an error of it may be caught."""
        if not name.startswith("_") and name not in _ASKED_BY_SQLALCHEMY:
            where = self.recording.where(self.recording.place())
            text = f"{where} uses `{name}` of the connection, which is not followed"
            self.recording.state.doubt(reason("migration-connection", text))
        raise AttributeError(name)

    def cursor(self, *_args: Any, **_kwargs: Any) -> "Cursor":
        """Return a cursor of the driver."""
        return Cursor(self)

    def _apply(self, statement: Any, text: str) -> None:
        """Apply a statement that is made of objects."""
        name, element = type(statement).__name__, getattr(statement, "element", None)
        if isinstance(element, sa.Table) and name in ("CreateTable", "DropTable"):
            self._create_or_drop(element, drop=name == "DropTable")
        elif isinstance(element, sa.Index) and name in ("CreateIndex", "DropIndex"):
            self._create_or_drop(element, drop=name == "DropIndex")
        elif isinstance(element, schema.Constraint) and name == "AddConstraint" and element.table is not None:
            table = self.recording.table(element.table.name, element.table.schema, "adds a constraint to it")
            item = constraint_of(element, self.recording.final_name(element))
            self.recording.add(table, item)
        elif name not in ("CreateSequence", "DropSequence"):
            self._apply_text(text)

    def _create_or_drop(self, element: Any, *, drop: bool) -> None:
        kind = ("drop_" if drop else "create_") + ("table" if isinstance(element, sa.Table) else "index")
        table = element if isinstance(element, sa.Table) else element.table
        known = None if table is None else self.recording.state.get(table.name, table.schema)
        step = steps.Step("", kind, safe_text(getattr(table, "fullname", "")), safe_text(element.name))
        with self.recording.steps.step(step, lambda: [] if known is None else [known]):
            self._create_or_drop_now(element, drop=drop)

    def _create_or_drop_now(self, element: Any, *, drop: bool) -> None:
        recording = self.recording
        if isinstance(element, sa.Table):
            recording.note("drop_table" if drop else "create_table", element.fullname)
            if drop:
                recording.drop_table(element.name, element.schema)
            else:
                recording.create_table(element)
        elif isinstance(element, sa.Index) and element.table is not None:
            table = recording.table(element.table.name, element.table.schema, "creates an index on it")
            name = recording.final_name(element)
            if drop:
                recording.drop_item(table, name, ("index", "unique"))
            elif name is None or table.find(name, ("index",)) is None:
                recording.add(table, index_of(element, name))

    def _run_ddl_visitor(self, visitor: Any, element: Any, **options: Any) -> None:
        """Create or drop what `create_all`, `create` or `drop` is called on."""
        drop = "Drop" in getattr(visitor, "__name__", "")
        if isinstance(element, sa.MetaData):
            given = options.get("tables")
            tables = list(element.sorted_tables) if given is None else list(given)
            for table in tables:
                self._unless_there(table, drop=drop, checked=True)
        elif isinstance(element, sa.Table):
            self._unless_there(element, drop=drop, checked=bool(options.get("checkfirst", False)))
        elif isinstance(element, sa.Index):
            self._create_or_drop(element, drop=drop)
        elif isinstance(element, Enum) and element.name:
            key = (getattr(element, "schema", None), str(element.name))
            if drop:
                self.recording.state.enums.pop(key, None)
            elif element.enums and known_values(self.recording, element) is None:
                self.recording.state.enums[key] = list(element.enums)

    def _unless_there(self, table: Any, *, drop: bool, checked: bool) -> None:
        known = self.recording.state.get(table.name, table.schema) is not None
        if not checked or known is drop:
            self._create_or_drop(table, drop=drop)

    def scalar(self, statement: Any, *_args: Any, **_kwargs: Any) -> None:
        """Execute a statement, and return no value."""
        return self.execute(statement).scalar()

    def scalars(self, statement: Any, *_args: Any, **_kwargs: Any) -> "Rows":
        """Execute a statement, and return no values."""
        return self.execute(statement).scalars()

    def run_callable(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a function with this connection."""
        return function(self, *args, **kwargs)

    run_sync = run_callable

    def execution_options(self, *_args: Any, **kwargs: Any) -> Self:
        """Return this connection: options change nothing but whether statements are in a transaction."""
        if kwargs.get("isolation_level") == "AUTOCOMMIT":
            self.recording.steps.is_committed = True
        return self

    def get_execution_options(self) -> dict[str, Any]:
        """Return no options."""
        return {}

    def connect(self, *_args: Any, **_kwargs: Any) -> Self:
        """Return this connection."""
        return self

    @contextlib.contextmanager
    def begin(self, *_args: Any, **_kwargs: Any) -> Iterator[Self]:
        """Begin a transaction without effect."""
        yield self

    def in_transaction(self) -> bool:
        """Return true: a version runs in a transaction."""
        return True

    in_nested_transaction = in_transaction

    def get_transaction(self) -> "Transaction":
        """Return a transaction without effect."""
        return Transaction()

    def begin_nested(self) -> "Transaction":
        """Begin a savepoint without effect."""
        return Transaction()

    def commit(self) -> None:
        """Do nothing: there is no transaction."""

    rollback = close = dispose = invalidate = detach = commit

    def get_isolation_level(self) -> str:
        """Return the level that databases begin with."""
        return "READ COMMITTED"

    def has_table(self, name: Any, schema: Any = None, **_kwargs: Any) -> bool:
        """Whether a table is recorded."""
        inspector: Any = sa.inspect(self)
        return bool(inspector.has_table(name, schema))

    def table_names(self, schema: Any = None, **_kwargs: Any) -> list[str]:
        """Return the names of the recorded tables."""
        inspector: Any = sa.inspect(self)
        found: list[str] = inspector.get_table_names(schema)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """Let the exception through."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Let the exception through."""


class Transaction:
    """A transaction without effect."""

    is_active = True

    def commit(self) -> None:
        """Do nothing."""

    rollback = close = commit

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """Let the exception through."""


class Rows:
    """A result without rows: what a database without data would return."""

    lastrowid = None
    inserted_primary_key = (None,)
    returns_rows = True
    closed = False

    def __init__(self, ask: Callable[[], None], count: Callable[[], int] | None = None) -> None:
        """Take what to call when the result is used, and what counts the rows that a statement has changed."""
        self._ask = ask
        self._count = count
        self._counted: int | None = None
        self._attributes: dict[str, Any] = {}
        self.context = self

    @property
    def rowcount(self) -> int:
        """Return that nothing was changed, unless a loop goes on until that is so."""
        if self._count is None:
            self._ask()
            return 0
        if self._counted is None:
            self._counted = self._count()
        return self._counted

    def scalar(self, *_args: Any) -> None:
        """Return no value."""
        self._ask()

    first = fetchone = one_or_none = scalar_one_or_none = get = scalar

    def fetchall(self, *_args: Any) -> list[Any]:
        """Return no rows."""
        self._ask()
        return []

    fetchmany = all = partitions = fetchall

    def scalars(self, *_args: Any) -> Self:
        """Return the same empty result."""
        return self

    mappings = unique = tuples = columns = yield_per = freeze = scalars

    def keys(self) -> list[str]:
        """Return no names."""
        return []

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchall())

    def one(self) -> NoReturn:
        """Raise an error: there is no row."""
        self._ask()
        raise NoResultFound("no row was found: migrations run without data")

    scalar_one = one

    def close(self) -> None:
        """Do nothing."""


class Cursor(Rows):
    """A cursor of a driver, which executes through a connection."""

    def __init__(self, connection: Connection) -> None:
        """Take the connection."""
        super().__init__(partial(connection.ask, "a cursor"))
        self._connection = connection

    def execute(self, statement: Any, *_args: Any, **_kwargs: Any) -> Self:
        """Record a statement."""
        rows = self._connection.execute(statement, *_args, **_kwargs)
        self._ask, self._count, self._counted = rows._ask, rows._count, None
        return self

    executemany = execute

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """Let the exception through."""


#: The first words of statements that only ask.
_QUERIES = (["SELECT"], ["SHOW"], ["EXPLAIN"], ["PRAGMA"])

#: How the origin of an absent statement says that it is one on data.
_DATA_BY_NAME = re.compile(r"\b(?:insert|update|delete|select|values|where|query|filter|count)\b")

#: What SQLAlchemy itself looks for on a connection.
_ASKED_BY_SQLALCHEMY = ("sync_connection", "sync_engine", "default_isolation_level")

#: The longest text of a statement that a reason quotes.
_LONGEST = 120


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"
