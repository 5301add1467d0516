"""Connections of SQLAlchemy's dialects over a stream, read-only and with time limits."""

import contextlib
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.pool import StaticPool

from .streams import ByteStream, HostTls, StreamSocket


class CannotInspectError(Exception):
    """A database can't be read; the message says why, and contains no password."""


@dataclass(frozen=True, slots=True)
class Target:
    """A database to read, without the address of its server, which only the host knows.

    `tls` is whether the stream to a MySQL server has to start TLS: `no`, `try` or `must`. A stream to PostgreSQL has
    done so before. `is_private` is whether nobody can listen to the stream: only then is a password sent as it is, if
    the server asks for that.
    """

    dialect: str
    user: str = ""
    password: str | None = field(default=None, repr=False)
    database: str = ""
    server: str = ""
    tls: str = "no"
    is_private: bool = False
    schemas: tuple[str, ...] = ()
    statement_seconds: int = 60
    lock_seconds: int = 5

    @staticmethod
    def parse(value: dict[str, Any]) -> "Target":
        """Parse the host's JSON; raises `KeyError` or `TypeError` if it is none."""
        given = dict(value)
        given["schemas"] = tuple(given.get("schemas", ()))
        return Target(**given)

    def without_password(self, text: str) -> str:
        """A text of a server or a driver, without the password in case that it repeats it."""
        return text.replace(self.password, "***") if self.password else text


@contextlib.contextmanager
def connected(target: Target, stream: ByteStream) -> Iterator[Connection]:
    """A connection in a read-only transaction."""
    _release_drivers()
    make = {"postgresql": _postgresql, "mysql": _mysql, "mariadb": _mysql}[target.dialect]
    try:
        engine = make(target, stream)
        with engine.connect() as connection:
            _begin(target, connection)
            yield connection
            connection.rollback()
    except CannotInspectError:
        raise
    except Exception as error:
        text = ": ".join(filter(None, (type(error).__name__, _message(error))))
        raise CannotInspectError(target.without_password(text)) from None
    finally:
        with contextlib.suppress(Exception):
            stream.close()


def _message(error: BaseException) -> str:
    """The message of a driver, without the statement and the parameters that SQLAlchemy adds."""
    inner = getattr(error, "orig", None) or error
    found = inner.args[0] if inner.args else ""
    if isinstance(found, dict):  # pg8000: the fields of the server's message
        found = f"{found.get('M', '')} ({found.get('C', '')})"
    elif isinstance(found, int):  # PyMySQL: a number and a text
        found = f"{inner.args[1] if len(inner.args) > 1 else ''} ({found})"
    return str(found)[:1000]


def _engine(dialect: Any, make: Any) -> Engine:
    """An engine with one connection; `create_engine` is not used, as the guest replaces it."""
    raw = make()
    engine = Engine(StaticPool(lambda: raw, reset_on_return=None), dialect, URL.create(dialect.name))
    prepare = dialect.on_connect()
    if prepare is not None:
        prepare(raw)
    with engine.connect() as connection:
        dialect.initialize(connection)
        connection.rollback()
    return engine


def _postgresql(target: Target, stream: ByteStream) -> Engine:
    driver: Any = import_module("pg8000")
    dialect = import_module("sqlalchemy.dialects.postgresql.pg8000").dialect

    def make() -> Any:
        # The function `connect` has no parameter for a stream.
        return _guarded(driver, may_send_password=target.is_private)(
            user=target.user,
            password=target.password,
            database=target.database or None,
            sock=StreamSocket(stream),
            ssl_context=False,
            application_name="belljar",
        )

    return _engine(dialect(dbapi=driver), make)


#: PostgreSQL's request for a password as it is.
_PLAIN_PASSWORD = (3).to_bytes(4, "big")

_REFUSED = "the server asks for the password without encryption, over a connection that others may read"


def _guarded(driver: Any, *, may_send_password: bool) -> Any:
    """The class of connections that reports errors at once, and may answer no request for a password as it is."""

    class Guarded(driver.legacy.Connection):  # type: ignore[misc]
        def handle_AUTHENTICATION_REQUEST(self, data: bytes, context: Any) -> None:  # noqa: N802
            """Answer a request of the server."""
            if data[:4] == _PLAIN_PASSWORD and not may_send_password:
                raise CannotInspectError(_REFUSED)
            super().handle_AUTHENTICATION_REQUEST(data, context)

        def handle_ERROR_RESPONSE(self, data: bytes, context: Any) -> None:  # noqa: N802
            """Keep an error; one that ends the connection is the last that there is to read."""
            super().handle_ERROR_RESPONSE(data, context)
            if context.error.args[0].get("V") in ("FATAL", "PANIC"):
                raise context.error

        def close(self) -> None:
            """Close it; that the server has done so before is no error of its own."""
            with contextlib.suppress(Exception):
                super().close()

    return Guarded


class _NoPlainPassword:
    """What PyMySQL asks to answer a request for a password as it is."""

    def __init__(self, _connection: Any) -> None:
        pass

    def authenticate(self, _packet: Any) -> None:
        """Refuse."""
        raise CannotInspectError(_REFUSED)


def _mysql(target: Target, stream: ByteStream) -> Engine:
    driver: Any = import_module("pymysql")

    def make() -> Any:
        connection = driver.connect(
            user=target.user,
            password=target.password or "",
            database=target.database or None,
            charset="utf8mb4",
            local_infile=False,
            ssl_disabled=True,
            defer_connect=True,
            auth_plugin_map=None
            if target.is_private or target.tls == "must"
            else {b"mysql_clear_password": _NoPlainPassword, b"dialog": _NoPlainPassword},
        )
        if target.tls != "no":
            connection.ssl, connection._ssl_required = True, target.tls == "must"
            connection.ctx = HostTls(target.server)
        connection._secure = target.is_private
        connection.connect(StreamSocket(stream))
        return connection

    raw = make()
    own = import_module("sqlalchemy.dialects.mysql.pymysql").dialect
    found = _engine(own(dbapi=driver), lambda: raw)
    if found.dialect.is_mariadb:  # type: ignore[attr-defined]
        kind = import_module("sqlalchemy.dialects.mysql.mariadb").loader("pymysql")
        found = _engine(kind(dbapi=driver), lambda: raw)
    return found


def _release_drivers() -> None:
    """Make the drivers importable, and provide what they import and do not need here.

    scramp asks `ssl` and `asn1crypto` for classes that binding a password to TLS would take; the host has the TLS.
    """
    for finder in sys.meta_path:
        if hasattr(finder, "withheld"):
            finder.withheld = frozenset()
    for name, classes in (("ssl", ("SSLObject", "SSLSocket")), ("asn1crypto", ()), ("asn1crypto.pem", ())):
        _provide(name, classes)
    _provide("asn1crypto.x509", ("Certificate",))


def _provide(name: str, classes: tuple[str, ...]) -> None:
    """Provide a module with empty classes where there is none."""
    try:
        import_module(name)
    except ImportError:
        made: Any = types.ModuleType(name)
        for item in classes:
            setattr(made, item, type(item, (), {}))
        sys.modules[name] = made
        parent, _, own = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], own, made)


def _begin(target: Target, connection: Connection) -> None:
    """Begin a read-only transaction whose statements end in time, and wait for no lock for long."""
    seconds, lock = int(target.statement_seconds), int(target.lock_seconds)
    if target.dialect == "postgresql":
        first = ["SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"]
        for name, value in (("statement_timeout", seconds), ("lock_timeout", lock)):
            first.append(f"SET LOCAL {name} = '{value}s'")
        first.append("SET LOCAL idle_in_transaction_session_timeout = '60s'")
    else:
        mariadb = connection.dialect.is_mariadb  # type: ignore[attr-defined]
        first = [
            f"SET SESSION max_statement_time = {seconds}"
            if mariadb
            else f"SET SESSION max_execution_time = {seconds * 1000}",
            f"SET SESSION lock_wait_timeout = {lock}",
            "SET SESSION TRANSACTION READ ONLY",
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        ]
    for statement in first:
        connection.exec_driver_sql(statement)
