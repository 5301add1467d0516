"""Sessions of the ORM in version files: there are no rows, and nothing is written."""

from typing import Any

from sqlalchemy.orm import Session

from ..stand_in.ledger import current
from .connection import Connection, Rows


def install(connection_of: Any) -> None:
    """Let every session use the recording connection; `connection_of` gives the present one."""

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
