"""What PostgreSQL does when a column gets another type, tried on a real server for every pair of types.

    python conversions.py [--write]

For each pair of the types that SQLAlchemy can declare, with and without a length or precision:

* whether `ALTER TABLE … ALTER COLUMN … TYPE …` succeeds without `USING`
* whether it rewrites the table: its `relfilenode` is another afterwards
* whether it fails on values: at least one of the samples is refused
* whether it loses information: two samples become one, or a sample does not come back as it was

The answers are kept in `host/change/rules/src/ty/postgresql.tsv`, which the rules read. Without `--write` they are compared with
the file; ends with 1 where one differs. Values are compared and not their spelling: the order of keys in a JSON text and
the blanks at the end of a `CHAR` mean nothing.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from databases import PostgreSQL

DATA = Path(__file__).parents[2] / "host/change/rules/src/ty/postgresql.tsv"

_SMALL = ["0", "1", "-1", "32767", "-32768"]
_INTEGER = [*_SMALL, "16777217", "2147483647", "-2147483648"]
_BIG = [*_INTEGER, "9007199254740993", "9223372036854775807", "-9223372036854775808"]
_TEXT = ["", "a", "A", "1", "äö", "true", "2024-02-29", "abcdefghijklm", "y" * 60, "z" * 300]
_DATE = ["2024-02-29", "1999-12-31", "9999-12-31"]
_TIME = ["00:00:00", "12:34:56.789012", "23:59:59.999999", "12:34:56"]
_TIMESTAMP = [
    "2024-02-29 12:34:56.789012",
    "2024-02-29 12:34:56",
    "1999-12-31 00:00:00",
    "2024-02-29 00:00:00",
]
_JSON = ['{"a": 1, "b": [true, null]}', "[]", '"text"', "1.50", "null", '"' + "z" * 300 + '"']
_LONG = "abcdefghijklmnopqrstuvwxyz"
_YEARS = "{" + ",".join(f"[{year}-01-01,{year}-02-01)" for year in range(1990, 2020)) + "}"
_NUMBERS = "{" + ",".join(f"[{number}0,{number}5)" for number in range(1, 60)) + "}"

#: A table, and a configuration of text search, with names as long as they may be.
_NAMES = f'"{"S" * 63}"."{"N" * 63}"'

#: Values of each type, as literals. They hold its ends, what others can't hold, and what is most usual.
SAMPLES: dict[str, list[str]] = {
    "SMALLINT": _SMALL,
    "INTEGER": _INTEGER,
    "BIGINT": _BIG,
    "NUMERIC": ["0", "1.5", "-0.000001", "123456789012345678901234567890.123456789", "NaN", "0.1", "1e300"],
    "NUMERIC(4, 2)": ["0", "99.99", "-99.99", "0.01", "1"],
    "NUMERIC(5, 0)": ["0", "99999", "-99999"],
    "NUMERIC(9, 0)": ["0", "999999999", "-999999999", "123456789"],
    "NUMERIC(10, 0)": ["0", "9999999999", "-9999999999", "1234567891"],
    "NUMERIC(10, 2)": ["0", "99999999.99", "-99999999.99", "0.01", "1", "12345678.91"],
    "NUMERIC(10, 4)": ["0", "999999.9999", "0.0001", "123456.7891"],
    "NUMERIC(12, 0)": ["0", "999999999999", "-999999999999", "123456789012"],
    "NUMERIC(12, 2)": ["0", "9999999999.99", "0.01", "1234567890.12"],
    "NUMERIC(18, 0)": ["0", "999999999999999999", "123456789012345678"],
    "NUMERIC(19, 0)": ["0", "9999999999999999999", "1234567890123456789"],
    "NUMERIC(30, 10)": ["0", "99999999999999999999.9999999999", "0.0000000001", "12345678901234567890.123"],
    "REAL": ["0", "1.5", "0.1", "-3.4028235e38", "3.4028235e38", "1e-45", "NaN", "16777216"],
    "DOUBLE PRECISION": [
        "0",
        "1.5",
        "0.1",
        "-1.7976931348623157e308",
        "1.7976931348623157e308",
        "5e-324",
        "NaN",
        "9007199254740992",
        "16777217",
    ],
    "MONEY": ["$0.00", "$1.50", "$123.45", "-$92233720368547758.08", "$90071992547409.93"],
    "BOOLEAN": ["true", "false"],
    "VARCHAR": _TEXT,
    "VARCHAR(1)": ["", "a", "A", "1"],
    "VARCHAR(10)": ["", "a", "A", "1", "abcdefghij"],
    "VARCHAR(36)": ["", "a", "A", "1", "y" * 36],
    "VARCHAR(50)": ["", "a", "A", "1", "y" * 50],
    "VARCHAR(255)": ["", "a", "A", "1", "y" * 255],
    "CHAR(1)": ["a", "A", "1"],
    "CHAR(10)": ["a", "A", "1", "abcdefghij"],
    "TEXT": _TEXT,
    "CITEXT": _TEXT,
    "BYTEA": ["\\x", "\\x00ff", "\\x61", "\\x" + "61" * 200],
    "DATE": _DATE,
    "TIME WITHOUT TIME ZONE": _TIME,
    "TIME(0) WITHOUT TIME ZONE": ["00:00:00", "23:59:59"],
    "TIME WITH TIME ZONE": ["12:34:56.789012+00", "12:34:56+02", "12:34:56+00", "00:00:00-05"],
    "TIMESTAMP WITHOUT TIME ZONE": _TIMESTAMP,
    "TIMESTAMP(0) WITHOUT TIME ZONE": ["2024-02-29 12:34:56", "1999-12-31 12:34:56"],
    "TIMESTAMP(3) WITHOUT TIME ZONE": ["2024-02-29 12:34:56.789", "1999-12-31 12:34:56.789"],
    "TIMESTAMP WITH TIME ZONE": [f"{one}+00" for one in _TIMESTAMP],
    "TIMESTAMP(0) WITH TIME ZONE": ["2024-02-29 12:34:56+00", "1999-12-31 12:34:56+00"],
    "TIMESTAMP(3) WITH TIME ZONE": ["2024-02-29 12:34:56.789+00", "1999-12-31 12:34:56.789+00"],
    "INTERVAL": [
        "-178000000 years -11 mons -2147483647 days -04:05:06.789012",
        "1 day",
        "1 mon",
        "3 days 04:05:06.789012",
        "24:00:00",
        "-1 year",
        "04:05:06",
    ],
    "INTERVAL(3)": ["1 day", "04:05:06.789", "-178000000 years -11 mons -2147483647 days -04:05:06.789"],
    "INTERVAL YEAR TO MONTH": ["1 mon", "-1 year", "-178000000 years -11 mons"],
    "INTERVAL DAY TO SECOND": ["-2147483647 days -04:05:06.789012", "1 day", "3 days 04:05:06.789012"],
    "JSON": _JSON,
    "JSONB": _JSON,
    "JSONPATH": ["$.a", "$[*]", "$." + _LONG * 12],
    "UUID": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000"],
    "INET": [
        "192.168.1.5/24",
        "10.0.0.1",
        "10.0.0.0/8",
        "::1",
        "ffff:fff1:fff2:fff3:fff4:fff5:fff6:fff7/100",
    ],
    "CIDR": ["192.168.1.0/24", "10.0.0.0/8", "::1/128", "ffff:fff1:fff2:fff3:fff4:fff5:fff6:fff7/128"],
    "MACADDR": ["08:00:2b:01:02:03", "00:00:00:00:00:00"],
    "MACADDR8": ["08:00:2b:01:02:03:04:05", "08:00:2b:ff:fe:01:02:03"],
    "BIT(1)": ["0", "1"],
    "BIT(8)": ["00000000", "10101010"],
    "BIT VARYING": ["", "1", "10101010", "1" * 300],
    "BIT VARYING(8)": ["", "1", "10101010"],
    "BIT VARYING(16)": ["", "1", "1010101010101010"],
    "OID": ["0", "1", "4294967295"],
    "REGCLASS": ["pg_class", _NAMES],
    "REGCONFIG": ["simple", _NAMES],
    "TSVECTOR": ["'a':1 'b':2", "", _LONG * 12],
    "TSQUERY": ["'a' & 'b'", "'a'", _LONG * 12],
    "INT4RANGE": ["[-2147483648,2147483646)", "[1,5)", "empty", "(,)"],
    "INT8RANGE": ["[-9223372036854775808,9223372036854775806)", "[1,5)", "empty", "[1,9223372036854775807)"],
    "NUMRANGE": ["[1e300,2e300)", "[1.5,5)", "empty"],
    "DATERANGE": ["[2024-01-01,2024-02-01)", "empty"],
    "TSRANGE": ["[2024-01-01 01:02:03.000004,2024-02-01 01:02:03.000004)", "empty"],
    "TSTZRANGE": ["[2024-01-01 01:02:03.000004+00,2024-02-01 01:02:03.000004+00)", "empty"],
    "INT4MULTIRANGE": [_NUMBERS, "{[1,5),[7,9)}", "{}"],
    "INT8MULTIRANGE": [_NUMBERS, "{[1,5),[7,9)}", "{}"],
    "NUMMULTIRANGE": [_NUMBERS, "{[1.5,5)}", "{}"],
    "DATEMULTIRANGE": [_YEARS, "{[2024-01-01,2024-02-01)}", "{}"],
    "TSMULTIRANGE": [_YEARS, "{[2024-01-01 00:00,2024-02-01 00:00)}", "{}"],
    "TSTZMULTIRANGE": [_YEARS, "{[2024-01-01 00:00+00,2024-02-01 00:00+00)}", "{}"],
    "mood": ["sad", "ok", _LONG],
    "other_mood": ["ok", "sad", _LONG],
}

#: The elements of arrays.
_ARRAYS = [
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "NUMERIC(10, 2)",
    "DOUBLE PRECISION",
    "BOOLEAN",
    "VARCHAR",
    "VARCHAR(10)",
    "VARCHAR(50)",
    "TEXT",
    "CITEXT",
    "DATE",
    "TIMESTAMP WITHOUT TIME ZONE",
    "TIMESTAMP WITH TIME ZONE",
    "JSON",
    "JSONB",
    "UUID",
    "INET",
    "CIDR",
    "mood",
]

#: The types beside PostgreSQL's own. `citext` comes with the server's package of extensions, which is not here: these are
#: the statements of its script that say what it is and how it is cast.
_PREPARED = (
    f'CREATE SCHEMA "{"S" * 63}"',
    f"CREATE TABLE {_NAMES} ()",
    f"CREATE TEXT SEARCH CONFIGURATION {_NAMES} (COPY = simple)",
    f"CREATE TYPE mood AS ENUM ('sad', 'ok', '{_LONG}')",
    f"CREATE TYPE other_mood AS ENUM ('sad', 'ok', 'fine', '{_LONG}')",
    "CREATE TYPE citext",
    "CREATE FUNCTION citextin(cstring) RETURNS citext AS 'textin' LANGUAGE internal IMMUTABLE STRICT",
    "CREATE FUNCTION citextout(citext) RETURNS cstring AS 'textout' LANGUAGE internal IMMUTABLE STRICT",
    (
        "CREATE TYPE citext (INPUT = citextin, OUTPUT = citextout, INTERNALLENGTH = VARIABLE, "
        "STORAGE = extended, CATEGORY = 'S', COLLATABLE = true)"
    ),
    "CREATE FUNCTION citext(bpchar) RETURNS citext AS 'rtrim1' LANGUAGE internal IMMUTABLE STRICT",
    "CREATE FUNCTION citext(boolean) RETURNS citext AS 'booltext' LANGUAGE internal IMMUTABLE STRICT",
    "CREATE FUNCTION citext(inet) RETURNS citext AS 'network_show' LANGUAGE internal IMMUTABLE STRICT",
    "CREATE CAST (citext AS text) WITHOUT FUNCTION AS IMPLICIT",
    "CREATE CAST (citext AS varchar) WITHOUT FUNCTION AS IMPLICIT",
    "CREATE CAST (citext AS bpchar) WITHOUT FUNCTION AS ASSIGNMENT",
    "CREATE CAST (text AS citext) WITHOUT FUNCTION AS ASSIGNMENT",
    "CREATE CAST (varchar AS citext) WITHOUT FUNCTION AS ASSIGNMENT",
    "CREATE CAST (bpchar AS citext) WITH FUNCTION citext(bpchar) AS ASSIGNMENT",
    "CREATE CAST (boolean AS citext) WITH FUNCTION citext(boolean) AS ASSIGNMENT",
    "CREATE CAST (inet AS citext) WITH FUNCTION citext(inet) AS ASSIGNMENT",
)


def _array(values: list[str]) -> list[str]:
    """Arrays of these values, as literals."""
    quoted = ['"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values]
    return ["{}", *(f"{{{value}}}" for value in quoted), "{" + ",".join(quoted[:1] * 300) + "}"]


def all_samples() -> dict[str, list[str]]:
    """All types with their samples."""
    return {**SAMPLES, **{f"{name}[]": _array(SAMPLES[name]) for name in _ARRAYS}}


class Server:
    """Tries conversions in transactions that are rolled back."""

    def __init__(self, connection: sa.Connection) -> None:
        """Take a connection and make a table for each type."""
        self._connection = connection
        #: The `SQLSTATE` of what was refused last.
        self._refusal = ""
        self._run("SET timezone = 'UTC'")
        for statement in _PREPARED:
            self._run(statement)
        self.samples = all_samples()
        self._tables = {name: f"t{number}" for number, name in enumerate(self.samples)}
        for name, table in self._tables.items():
            self._run(f"CREATE TABLE {table} (n integer, c {name})")
            self._run(f"CREATE TABLE {table}_empty (c {name})")
            for number, value in enumerate(self.samples[name]):
                literal = value.replace("'", "''")
                self._run(f"INSERT INTO {table} VALUES ({number}, '{literal}')")
        self._connection.commit()

    def _run(self, statement: str) -> Any:
        return self._connection.exec_driver_sql(statement.replace("%", "%%"))

    def _tried(self, statement: str) -> list[Any] | None:
        """What a statement gives; nothing where it is refused."""
        point = self._connection.begin_nested()
        try:
            result = self._run(statement)
            rows = [row[0] for row in result] if result.returns_rows else []
        except sa.exc.DBAPIError as error:
            point.rollback()
            self._refusal = str(getattr(error.orig, "args", [{}])[0].get("C", ""))
            return None
        point.rollback()
        return rows

    def _rewrites(self, before: str, after: str, zone: str) -> bool | None:
        """Whether the table is rewritten; nothing where the change is refused."""
        table = f"{self._tables[before]}_empty"
        node = f"SELECT pg_relation_filenode('{table}')"
        old = self._run(node).scalar()
        with self._connection.begin_nested() as point:
            self._run(f"SET LOCAL timezone = '{zone}'")
            try:
                self._run(f"ALTER TABLE {table} ALTER COLUMN c TYPE {after}")
            except sa.exc.DBAPIError:
                point.rollback()
                return None
            found = bool(self._run(node).scalar() != old)
            point.rollback()
        return found

    def letters(self, before: str, after: str) -> str | None:
        """`r` rewrites, `f` fails on values, `l` loses information; nothing where it is refused without `USING`."""
        # Each pair has a transaction of its own: the locks of one are limited.
        self._connection.rollback()
        # A time zone that is not UTC shifts every timestamp that gets or loses its zone.
        zones = ("UTC", "Europe/Berlin") if "TIME" in before else ("UTC",)
        found = [self._rewrites(before, after, zone) for zone in zones]
        if None in found:
            return None
        fails, loses = self._values(before, after)
        return ("r" if any(found) else "") + ("f" if fails else "") + ("l" if loses else "")

    def _values(self, before: str, after: str) -> tuple[bool, bool]:
        """Whether samples are refused, and whether they lose something."""
        source, target = self._tables[before], self._tables[after]
        fails, loses, seen = False, False, set()
        for number in range(len(self.samples[before])):
            own = f"FROM {source} WHERE n = {number}"
            # What an insert assigns is what the change of a type does.
            made = self._tried(f"INSERT INTO {target} SELECT 1000, c {own} RETURNING c::text")
            if made is None:
                fails = True
                continue
            loses = loses or made[0] in seen
            seen.add(made[0])
            loses = loses or not self._comes_back((before, after), f"SELECT 1000, c {own}", target)
        return fails, loses

    def _comes_back(self, both: tuple[str, str], own: str, target: str) -> bool:
        """Whether a value that was converted is what it was when it is converted back, as far as that is possible."""
        before, after = both
        then = self._tried(f"SELECT {_plain(before)} FROM ({own}) AS own")
        is_text = after.startswith(("CHAR", "VARCHAR", "TEXT", "CITEXT"))
        for back in (f"c::{before}", f"c::text::{before}")[is_text:]:
            new = f"INSERT INTO {target} {own} RETURNING {back} AS c"
            now = self._tried(f"WITH new AS ({new}) SELECT {_plain(before)} FROM new")
            if now is not None:
                return now == then
            # There is a cast, and the value is too large for it by now.
            if self._refusal.startswith("22") and back == f"c::{before}":
                return False
        return True


def _plain(name: str) -> str:
    """The text of `c` in which equal values are equal."""
    if name.startswith("JSON") and name != "JSONPATH" and not name.endswith("[]"):
        return "c::jsonb::text"
    return "c::text"


def measured(server: Server) -> Iterator[str]:
    """The lines of the file."""
    yield "# What PostgreSQL does when a column gets another type. Written by tests/compare_metadata/conversions.py.\n"
    yield "# Types, then one line for each pair that needs no `USING`: r rewrites, f fails on values, l loses information.\n"
    for name in server.samples:
        yield f"type\t{name}\n"
    for before in server.samples:
        for after in server.samples:
            if before == after:
                continue
            found = server.letters(before, after)
            if found is not None:
                yield f"{before}\t{after}\t{found}\n"


def main() -> int:
    """Write the file, or compare with it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="rewrite the file")
    arguments = parser.parse_args()
    server = PostgreSQL()
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
    differing = len(set(kept) ^ set(lines))
    sys.stdout.write(f"PostgreSQL {server.version}: {len(lines)} lines, {differing} differ\n")
    return int(kept != lines)


if __name__ == "__main__":
    sys.exit(main())
