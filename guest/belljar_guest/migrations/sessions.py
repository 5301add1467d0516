"""Sessions and engines in version files: each uses the present connection."""

from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from ..stand_in import engines
from ..stand_in.ledger import current
from .connection import Connection, Rows


class PresentEngine:
    """An engine that a version file makes: that of the connection which is present when it is used."""

    is_recorder = True

    def __init__(self, connection_of: Any) -> None:
        """Take the function that gives the present connection."""
        self._connection_of = connection_of

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection_of(), name)

    def __enter__(self) -> Any:
        return self._connection_of()

    def __exit__(self, *exc: object) -> None:
        """Let the exception through."""

    async def __aenter__(self) -> Any:
        return self._connection_of()

    async def __aexit__(self, *exc: object) -> None:
        """Let the exception through."""


def present_connection(item: Any) -> Connection | None:
    """The connection that an object stands for."""
    if isinstance(item, PresentEngine):
        found: Connection = item._connection_of()
        return found
    return item if isinstance(item, Connection) else None


def install(connection_of: Any) -> None:
    """Let sessions and engines use the recording connection; `connection_of` gives the present one."""
    engines.MAKE[0] = lambda _url: PresentEngine(connection_of)
    engine: Any = Engine
    for name in ("connect", "begin", "raw_connection"):
        setattr(engine, name, lambda *_args, **_kwargs: connection_of())

    def execute(_self: Any, statement: Any, *args: Any, **kwargs: Any) -> Any:
        connection: Connection = connection_of()
        return connection.execute(statement, *args, **kwargs)

    def scalar(self: Any, statement: Any, *_args: Any, **_kwargs: Any) -> Any:
        return execute(self, statement).scalar()

    def scalars(self: Any, statement: Any, *_args: Any, **_kwargs: Any) -> Any:
        return execute(self, statement).scalars()

    def get(_self: Any, entity: Any, *_args: Any, **_kwargs: Any) -> None:
        Rows(lambda: connection_of().ask(f"session.get({getattr(entity, '__name__', entity)})")).scalar()

    def nothing(_self: Any, *_args: Any, **_kwargs: Any) -> None:
        current()

    session: Any = Session
    session.execute = session._execute_internal = execute
    session.scalar, session.scalars, session.get = scalar, scalars, get
    for name in ("flush", "commit", "rollback", "refresh", "bulk_insert_mappings", "bulk_update_mappings"):
        setattr(session, name, nothing)
    session.bulk_save_objects = nothing
    for name in ("connection", "get_bind"):
        setattr(session, name, lambda _self, *_args, **_kwargs: connection_of())
