"""Reads a dump of MySQL or MariaDB: `mysqldump --no-data`, whose tables are those of `SHOW CREATE TABLE`."""

import re
from importlib import import_module
from typing import Any

from ... import frames
from ..connection import CannotInspectError
from ..mysql import _number
from ..mysql_objects import sequence
from ..parts import METADATA, Reading, TableParts, UnreasonableError, checked_name
from .mysql_tables import Types, create_table
from .notes import Notes
from .splitting import Command, Splitter, Statement
from .words import MysqlWords, NotFollowedError, Words, parts_of

#: Statements that say nothing about the schema: settings, data, locks, and the removal of what was before.
_NO_SCHEMA = frozenset(
    (
        "SET",
        "INSERT",
        "REPLACE",
        "LOCK",
        "UNLOCK",
        "DROP",
        "DO",
        "GRANT",
        "START",
        "COMMIT",
        "BEGIN",
        "ANALYZE",
        "FLUSH",
    )
)

#: What the server runs of a comment: a version may precede it.
_RUN = re.compile(r"/\*M?!(?:\d{5,6})?|\*/")

_QUOTED = re.compile(
    r"""'[^'\\]*(?:\\.[^'\\]*|''[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*|""[^"\\]*)*"|`[^`]*(?:``[^`]*)*`""",
    re.DOTALL,
)


class Dump:
    """One reading of a dump."""

    def __init__(self, dialect: str, version: str) -> None:
        """Take the dialect, and the version of the server."""
        self._notes = Notes()
        self._reading = Reading(dialect, version.partition("-")[0])
        self._tables: dict[str, TableParts] = {}
        self._view_columns: dict[str, list[str]] = {}
        self._database: str | None = None
        self._dialect: Any = (
            import_module("sqlalchemy.dialects.mysql.mariadb").loader("pymysql")()
            if dialect == "mariadb"
            else import_module("sqlalchemy.dialects.mysql.pymysql").dialect()
        )
        self._dialect.server_version_info = (8, 0, 13)
        self._types = Types(self._dialect, is_mariadb=dialect == "mariadb")

    def read(self, text: str) -> Reading:
        """Read everything."""
        found = re.search(r"^-- Host: .*Database: (.+?)\s*$", text[:20_000], re.MULTILINE)
        self._reading.schema = checked_name(found.group(1)) if found is not None else None
        # The line that has the client run no commands; it is a comment to servers.
        text = text.removeprefix("/*M!999999\\- enable the sandbox mode */")
        for item in Splitter(text, "mysql").split():
            if isinstance(item, Command):
                continue
            statement = Statement(_run(item.text), item.line)
            try:
                if statement.text:
                    self._statement(statement)
            except NotFollowedError as error:
                self._notes.not_followed(statement, str(error))
            except (CannotInspectError, UnreasonableError):
                raise
            except Exception as error:  # no server writes it
                self._notes.not_followed(statement, type(error).__name__)
        for parts in self._tables.values():
            if parts.kind == "view":
                parts.columns = [
                    {"name": name, "type": None} for name in self._view_columns.get(parts.name, [])
                ]
            else:
                _number(parts)
        self._reading.tables = [self._tables[name] for name in sorted(self._tables)]
        self._reading.sequences.sort(key=lambda item: item.sequence.name)
        self._reading.remarks = self._notes.remarks()
        return self._reading

    def _statement(self, statement: Statement) -> None:
        words = MysqlWords(statement.text)
        first = words.peek()
        if first == "USE":
            words.expect("USE")
            self._use(words.name(), statement)
        elif first == "DROP" and words.peek(1) in ("TABLE", "VIEW"):
            # A view follows the table that stood for it.
            self._drop(words)
        elif first == "ALTER" and words.peek(1) in ("DATABASE", "TABLE"):
            if words.peek(1) == "TABLE" and not statement.text.upper().rstrip().endswith(
                ("ENABLE KEYS", "DISABLE KEYS")
            ):
                words.fail()
        elif first == "CREATE":
            self._create(words)
        elif first not in _NO_SCHEMA:
            words.fail()

    def _use(self, name: str, statement: Statement) -> None:
        if self._database not in (None, name) and self._tables:
            msg = f"the dump has several databases; another begins on line {statement.line}: give one of them"
            raise CannotInspectError(msg)
        self._database = self._reading.schema = checked_name(name)

    def _drop(self, words: Words) -> None:
        words.token()
        is_view = words.token().upper() == "VIEW"
        words.accept("IF", "EXISTS")
        name = words.dotted()[-1]
        if name in self._tables and not is_view and name not in self._view_columns:
            words.fail("a removal of what the dump creates")

    def _create(self, words: Words) -> None:
        words.expect("CREATE")
        while words.peek() in ("OR", "REPLACE", "ALGORITHM", "DEFINER", "SQL", "AGGREGATE"):
            _skip_option(words)
        kind = words.token().upper()
        if kind == "TABLE":
            words.accept("IF", "NOT", "EXISTS")
            name = words.dotted()[-1]
            if name in self._tables:
                words.fail("a second table of the name")
            self._tables[name] = create_table(self._types, checked_name(name), words)
        elif kind == "VIEW":
            self._view(words)
        elif kind == "SEQUENCE":
            self._reading.sequences.append(_sequence(words))
        elif kind == "TRIGGER":
            self._trigger(words)
        elif kind in ("FUNCTION", "PROCEDURE"):
            self._routine(words, kind)
        elif kind == "EVENT":
            self._notes.kinds["events"] += 1
        elif kind == "PACKAGE":
            self._notes.kinds["packages"] += 1
        elif kind != "DATABASE":
            words.fail(f"CREATE {kind[:40]}")

    def _view(self, words: Words) -> None:
        name = checked_name(words.dotted()[-1])
        words.expect("AS")
        query = words.rest()
        names = _placeholder(query)
        if names is not None:
            self._view_columns[name] = names
        if name in self._tables and self._tables[name].kind == "table":
            words.fail("a second relation of the name")
        self._tables[name] = TableParts(None, name, kind="view", definition=query)

    def _trigger(self, words: Words) -> None:
        words.accept("IF", "NOT", "EXISTS")
        name = checked_name(words.dotted()[-1])
        timing, event = words.token().upper(), words.token().upper()
        words.expect("ON")
        table = words.dotted()[-1]
        words.expect("FOR", "EACH", "ROW")
        if words.accept("FOLLOWS") or words.accept("PRECEDES"):
            words.name()
        body = words.rest()
        self._add(
            "trigger",
            name,
            f"CREATE TRIGGER `{name}` {timing} {event} ON `{table}` FOR EACH ROW {body}",
            table,
        )

    def _routine(self, words: Words, kind: str) -> None:
        words.accept("IF", "NOT", "EXISTS")
        name = checked_name(words.dotted()[-1])
        words.group()
        lines = ("    " + words.rest()).split("\n")
        if kind == "FUNCTION":
            del lines[0]  # what it returns
        while lines and lines[0].startswith("    ") and _CHARACTERISTIC.match(lines[0]):
            del lines[0]
        if not lines:
            words.fail("a routine without a body")
        self._add(kind.lower(), name, "\n".join(lines).strip(), None)

    def _add(self, kind: str, name: str, definition: str, table: str | None) -> None:
        creation = frames.Creation("unknown", None, None, [self._reading.dialect], None)
        self._reading.objects.append(
            frames.Object(
                kind=kind,
                metadata=METADATA,
                schema=None,
                name=name,
                table=table,
                definition=definition,
                postgresql=None,
                creation=creation,
                reasons=[],
                place=None,
            )
        )


_CHARACTERISTIC = re.compile(
    r"\s*(?:(?:NOT )?DETERMINISTIC|CONTAINS SQL|NO SQL|(?:READS|MODIFIES) SQL DATA|SQL SECURITY|COMMENT|LANGUAGE)\b",
    re.IGNORECASE,
)


def _run(text: str) -> str:
    """A statement with what is in comments that the server runs."""
    found, at = [], 0
    pieces = re.compile(f"{_QUOTED.pattern}|{_RUN.pattern}", re.DOTALL)
    for item in pieces.finditer(text):
        is_mark = _RUN.fullmatch(item.group())
        found.append(text[at : item.start()])
        found.append(" " if is_mark else item.group())
        at = item.end()
    return "".join([*found, text[at:]]).strip()


def _skip_option(words: Words) -> None:
    """Pass over `DEFINER=…`, `SQL SECURITY …` and the like."""
    word = words.token().upper()
    if word == "SQL":
        words.expect("SECURITY")
        words.token()
    elif words.accept("="):
        words.token()
        if words.accept("@"):
            words.token()
        if words.peek() == "(":
            words.group()


def _placeholder(query: str) -> list[str] | None:
    """The columns of the view that stands for one: `SELECT 1 AS `id`, …`."""
    words = MysqlWords(query)
    if not words.accept("SELECT"):
        return None
    names = []
    for item in parts_of(words.rest(), MysqlWords):
        own = MysqlWords(item)
        if not own.accept("1", "AS"):
            return None
        names.append(checked_name(own.name()))
        if not own.is_over:
            return None
    return names


def _sequence(words: Words) -> frames.DeclaredSequence:
    words.accept("IF", "NOT", "EXISTS")
    name = words.dotted()[-1]
    found = {"START": 1, "INCREMENT": 1, "MINVALUE": 1, "MAXVALUE": 2**63 - 2, "CACHE": 1000}
    is_cycle = False
    while not words.is_over:
        word = words.token().upper()
        if word in found:
            words.accept("WITH")
            words.accept("BY")
            sign = -1 if words.accept("-") else 1
            digits = words.token()
            if not digits.isdecimal():
                words.fail(digits[:40])
            found[word] = sign * int(digits)
        elif word == "NOCACHE":
            found["CACHE"] = 0
        elif word == "CYCLE":
            is_cycle = True
        elif word == "ENGINE":
            words.expect("=")
            words.token()
        elif word != "NOCYCLE":
            words.fail(word[:40])
    numbers = (found["START"], found["INCREMENT"], found["MINVALUE"], found["MAXVALUE"], found["CACHE"])
    return sequence(name, numbers, is_cycle=is_cycle)
