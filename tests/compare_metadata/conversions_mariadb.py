"""What MariaDB does when a column gets another type, tried on a real server for every pair of types.

    python conversions_mariadb.py [--write]

For each pair of the types that SQLAlchemy can declare:

* whether `ALTER TABLE … MODIFY` succeeds on samples in strict mode, which a server has by default
* whether it rewrites the table: `ALGORITHM=NOCOPY` is refused
* whether it loses information: two samples become one, or a sample does not come back as it was

The answers are kept in `host/change/rules/src/ty/mariadb.tsv`, which the rules read. Without `--write` they are compared with the
file; ends with 1 where one differs, and with 2 where there is no server.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from mariadb_server import MariaDB, NotHereError

DATA = Path(__file__).parents[2] / "host/change/rules/src/ty/mariadb.tsv"

_TINY = ["0", "1", "-1", "127", "-128"]
_SMALL = [*_TINY, "32767", "-32768"]
_INTEGER = [*_SMALL, "16777217", "2147483647", "-2147483648"]
_BIG = [*_INTEGER, "9007199254740993", "9223372036854775807", "-9223372036854775808"]
_TEXT = ["", "a", "1", "true", "2024-02-29", "abcdefghijklm", "z" * 300]
_MOMENT = ["2024-02-29 12:34:56", "1999-12-31 00:00:00", "2024-02-29 00:00:00"]

#: Values of each type, as literals. They hold its ends, what others can't hold, and what is most usual.
SAMPLES: dict[str, list[str]] = {
    "BOOL": ["0", "1"],
    "TINYINT": _TINY,
    "SMALLINT": _SMALL,
    "MEDIUMINT": [*_SMALL, "8388607", "-8388608"],
    "INTEGER": _INTEGER,
    "BIGINT": _BIG,
    "SMALLINT UNSIGNED": ["0", "65535"],
    "INTEGER UNSIGNED": ["0", "4294967295"],
    "BIGINT UNSIGNED": ["0", "18446744073709551615"],
    "NUMERIC(4, 2)": ["0", "99.99", "-99.99", "0.01"],
    "NUMERIC(10, 0)": ["0", "9999999999", "-9999999999", "1234567891"],
    "NUMERIC(10, 2)": ["0", "99999999.99", "-99999999.99", "0.01"],
    "NUMERIC(10, 4)": ["0", "999999.9999", "0.0001"],
    "NUMERIC(12, 2)": ["0", "9999999999.99", "0.01"],
    "NUMERIC(18, 0)": ["0", "999999999999999999", "123456789012345678"],
    "FLOAT": ["0", "1.5", "0.1", "16777216"],
    "DOUBLE": ["0", "1.5", "0.1", "1.7976931348623157e308", "5e-324", "9007199254740992"],
    "VARCHAR(1)": ["", "a", "1"],
    "VARCHAR(10)": ["", "a", "1", "abcdefghij"],
    "VARCHAR(36)": ["", "a", "1", "y" * 36],
    "VARCHAR(50)": ["", "a", "1", "y" * 50],
    "VARCHAR(60)": ["", "a", "1", "y" * 60],
    "VARCHAR(64)": ["", "a", "1", "y" * 64],
    "VARCHAR(255)": ["", "a", "1", "y" * 255],
    "VARCHAR(500)": ["", "a", "1", "y" * 500],
    "CHAR(1)": ["a", "1"],
    "CHAR(10)": ["a", "1", "abcdefghij"],
    "TINYTEXT": ["", "a", "y" * 255],
    "TEXT": _TEXT,
    "MEDIUMTEXT": [*_TEXT, "z" * 70000],
    "LONGTEXT": [*_TEXT, "z" * 70000],
    "BINARY(16)": ["0123456789abcdef", "aaaaaaaaaaaaaaaa"],
    "VARBINARY(16)": ["", "a", "0123456789abcdef"],
    "BLOB": ["", "a", "z" * 300],
    "LONGBLOB": ["", "a", "z" * 70000],
    "DATE": ["2024-02-29", "1999-12-31", "9999-12-31"],
    "TIME": ["00:00:00", "12:34:56", "838:59:59", "-01:00:00"],
    "DATETIME": [*_MOMENT, "9999-12-31 23:59:59"],
    "DATETIME(6)": [*_MOMENT, "2024-02-29 12:34:56.789012"],
    "TIMESTAMP": _MOMENT,
    "YEAR": ["1901", "2024", "2155"],
    "JSON": ['{"a": 1}', "[]", '"text"', '"' + "z" * 300 + '"'],
    "ENUM('a','b')": ["a", "b"],
    "ENUM('a','b','c')": ["a", "b", "c"],
    "ENUM('b','a')": ["a", "b"],
    "UUID": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000001"],
    "INET6": ["::1", "ffff::1"],
}


class Server:
    """Tries conversions on tables that are made for each."""

    def __init__(self, connection: sa.Connection) -> None:
        """Take a connection, and make a table for each type."""
        self._connection = connection
        self._run("SET time_zone = '+00:00'")
        self._tables = {name: f"t{number}" for number, name in enumerate(SAMPLES)}
        for name, table in self._tables.items():
            self._run(f"CREATE TABLE {table} (n INTEGER PRIMARY KEY, c {name} NULL)")
            for number, value in enumerate(SAMPLES[name]):
                literal = value.replace("'", "''")
                self._run(f"INSERT INTO {table} VALUES ({number}, '{literal}')")

    def _run(self, statement: str) -> Any:
        return self._connection.exec_driver_sql(statement.replace("%", "%%"))

    def _is_done(self, statement: str) -> bool:
        try:
            self._run(statement)
        except sa.exc.DBAPIError:
            return False
        return True

    def _values(self, table: str) -> list[Any]:
        return [row[0] for row in self._run(f"SELECT HEX(CONCAT(c)) FROM {table} ORDER BY n")]

    def letters(self, before: str, after: str) -> str:
        """`r` rewrites, `f` fails on values, `l` loses information."""
        own = self._tables[before]
        self._run("DROP TABLE IF EXISTS one, many")
        self._run(f"CREATE TABLE one (n INTEGER PRIMARY KEY, c {before} NULL)")
        found = "" if self._is_done(f"ALTER TABLE one MODIFY c {after} NULL, ALGORITHM=NOCOPY") else "r"
        self._run(f"CREATE TABLE many (n INTEGER PRIMARY KEY, c {before} NULL)")
        self._run(f"INSERT INTO many SELECT * FROM {own}")
        old = self._values("many")
        if not self._is_done(f"ALTER TABLE many MODIFY c {after} NULL"):
            return f"{found}f"
        new = self._values("many")
        loses = None in new or len(set(new)) < len(set(old))
        if not loses and self._is_done(f"ALTER TABLE many MODIFY c {before} NULL"):
            loses = self._values("many") != old
        return found + ("l" if loses else "")


def measured(server: Server) -> Iterator[str]:
    """The lines of the file."""
    yield "# What MariaDB does when a column gets another type. Written by tests/compare_metadata/conversions_mariadb.py.\n"
    yield "# One line for each pair: r rewrites, f fails on values, l loses information.\n"
    for before in SAMPLES:
        for after in SAMPLES:
            if before != after:
                yield f"{before}\t{after}\t{server.letters(before, after)}\n"


def main() -> int:
    """Write the file, or compare with it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="rewrite the file")
    arguments = parser.parse_args()
    try:
        server = MariaDB()
    except NotHereError as error:
        sys.stdout.write(f"NOT compared: {error}\n")
        return 2
    try:
        with server.empty() as engine, engine.connect() as connection:
            lines = list(measured(Server(connection)))
    finally:
        server.close()
    if arguments.write:
        DATA.write_text("".join(lines), encoding="utf-8")
    kept = DATA.read_text(encoding="utf-8").splitlines(keepends=True)
    for line in sorted(set(kept) ^ set(lines)):
        sys.stdout.write(f"{'only kept' if line in kept else 'only measured'}: {line}")
    sys.stdout.write(f"MariaDB {server.version}: {len(lines)} lines, {len(set(kept) ^ set(lines))} differ\n")
    return int(kept != lines)


if __name__ == "__main__":
    sys.exit(main())
