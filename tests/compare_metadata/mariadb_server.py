"""A MariaDB of this test's own, from the machine's programs; no package of PyPI has one.

It stands in a temporary folder, hears a socket in it alone, and ends with the test. `belljar` has one dialect for MySQL
and MariaDB, `mysql`, so that is the name under which SQLAlchemy speaks to it.
"""

import contextlib
import getpass
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

#: Where Debian puts what is no command for everybody.
_PLACES = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))

#: Seconds until it hears.
_PATIENCE = 60

#: Nothing needs to outlive the test; the character set is what Debian gives as well.
_SERVER = (
    "--skip-networking",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--innodb-buffer-pool-size=32M",
    "--skip-log-bin",
    "--character-set-server=utf8mb4",
)


class NotHereError(Exception):
    """The machine has no MariaDB; the message says what is missing."""


class MariaDB:
    """A server, ended by `close`."""

    def __init__(self) -> None:
        """Start it; raises `NotHereError` where there is none to start."""
        programs = {name: shutil.which(name, path=_PLACES) for name in ("mariadbd", "mariadb-install-db")}
        missing = [name for name, path in programs.items() if path is None]
        if missing:
            raise NotHereError(
                f"there is no `{'` and no `'.join(missing)}` (Debian's package is mariadb-server)"
            )
        self._folder = tempfile.TemporaryDirectory(prefix="mariadb")
        folder = Path(self._folder.name)
        data, socket = folder / "data", folder / "socket"
        self.socket = str(socket)
        user = [f"--user={getpass.getuser()}"]
        install = [
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ]
        self._log = (folder / "log").open("w+b")
        made = subprocess.run(
            [str(programs["mariadb-install-db"]), *install, *user],
            stdout=self._log,
            stderr=self._log,
            check=False,
        )
        if made.returncode:
            raise RuntimeError(f"mariadb-install-db: {self._message()}")
        serve = ["--no-defaults", f"--datadir={data}", f"--socket={socket}", f"--pid-file={folder / 'pid'}"]
        self._server = subprocess.Popen(
            [str(programs["mariadbd"]), *serve, *_SERVER, *user], stdout=self._log, stderr=self._log
        )
        # Certificates would be read for each connection, and take half of the time.
        arguments: dict[str, Any] = {"unix_socket": str(socket), "charset": "utf8mb4", "ssl_disabled": True}
        self._whole = sa.create_engine("mysql+pymysql://root@/mysql", connect_args=arguments)
        # Its database goes and comes again, and a connection that stays open would still be in the old one.
        self._tests = sa.create_engine(
            "mysql+pymysql://root@/tests", connect_args=arguments, poolclass=NullPool
        )
        try:
            self.version = self._wait()
        except BaseException:
            self.close()
            raise

    def _wait(self) -> str:
        for _ in range(_PATIENCE * 10):
            with contextlib.suppress(sa.exc.OperationalError), self._whole.connect() as connection:
                return str(connection.exec_driver_sql("SELECT VERSION()").scalar())
            if self._server.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"mariadbd does not answer: {self._message()}")

    def _message(self) -> str:
        self._log.flush()
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-2000:]

    def close(self) -> None:
        """End the server."""
        self._whole.dispose()
        self._server.terminate()
        try:
            self._server.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._log.close()
        self._folder.cleanup()

    @contextlib.contextmanager
    def empty(self) -> Iterator[sa.Engine]:
        """An engine for an empty database."""
        with self._whole.begin() as connection:
            connection.exec_driver_sql("DROP DATABASE IF EXISTS tests")
            connection.exec_driver_sql("CREATE DATABASE tests")
        if self._tests.dialect.supports_sequences or not self._tests.dialect.server_version_info:
            with self._tests.connect():
                # `mysql` is a dialect without sequences and UUIDs, and what it makes is compared.
                self._tests.dialect.supports_sequences = self._tests.dialect.supports_native_uuid = False
        yield self._tests


#: What is asked of `information_schema` for each table, as SQLAlchemy's reflection leaves out character sets, what is
#: set on update, parts of a key, and options. Names of foreign keys are left out, and those that it gives to checks; those
#: of indexes are not.
_ASKED = {
    "table": "SELECT engine, table_collation, row_format, create_options, table_comment FROM tables"
    " WHERE table_schema = 'tests' AND table_name = %s",
    "columns": "SELECT column_name, column_type, is_nullable, column_default, extra, character_set_name,"
    " collation_name, column_comment, generation_expression FROM columns"
    " WHERE table_schema = 'tests' AND table_name = %s ORDER BY column_name",
    "indexes": "SELECT index_name, seq_in_index, column_name, non_unique, sub_part, collation, index_type, index_comment"
    " FROM statistics WHERE table_schema = 'tests' AND table_name = %s ORDER BY index_name, seq_in_index",
    "checks": "SELECT IF(level = 'Column' OR constraint_name LIKE 'CONSTRAINT\\_%%', NULL, constraint_name), check_clause FROM check_constraints"
    " WHERE constraint_schema = 'tests' AND table_name = %s ORDER BY check_clause, constraint_name",
    "foreign": "SELECT GROUP_CONCAT(CONCAT(k.column_name, '->', k.referenced_table_name, '.',"
    " k.referenced_column_name) ORDER BY k.ordinal_position) AS pairs, r.update_rule, r.delete_rule, r.match_option"
    " FROM key_column_usage k JOIN referential_constraints r USING (constraint_schema, table_name, constraint_name)"
    " WHERE constraint_schema = 'tests' AND table_name = %s GROUP BY constraint_name ORDER BY pairs",
}


def fingerprint(engine: sa.Engine) -> dict[str, Any]:
    """All that MariaDB tells of the tables; the order of columns is left out."""
    found: dict[str, Any] = {}
    with engine.connect() as connection:
        connection.exec_driver_sql("USE information_schema")
        names = "SELECT table_name FROM tables WHERE table_schema = 'tests' ORDER BY table_name"
        for (name,) in connection.exec_driver_sql(names).all():
            found[name] = {
                asked: [tuple(row) for row in connection.exec_driver_sql(query, (name,))]
                for asked, query in _ASKED.items()
            }
    return found
