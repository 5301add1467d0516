"""From the text of a dump to its statements, in time that grows with its length."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..connection import CannotInspectError

#: Statements that a dump may have; a schema of ten thousand tables has a hundred thousand.
MOST_STATEMENTS = 500_000


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement without its end, and the line that it begins on."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Command:
    r"""A command of the client, such as `\connect`, and its line."""

    text: str
    line: int


#: What may begin something in which a semicolon is none: by the kind of database.
_SPECIAL = {
    "postgresql": re.compile(
        r"""['"();]|--|/\*|\$(?:[^\W\d]\w*)?\$|^\\[^\n]*|\b(?:BEGIN|COPY)\b""", re.MULTILINE | re.IGNORECASE
    ),
    "mysql": re.compile(
        r"""['"`;#]|--(?=\s)|/\*|\*/|^DELIMITER[^\n]*|\$\$|//""", re.MULTILINE | re.IGNORECASE
    ),
    "sqlite": re.compile(r"""['"`\[;]|--|/\*|^\.[^\n]*|\bBEGIN\b""", re.MULTILINE | re.IGNORECASE),
}

#: The end of a block: no other semicolon is before `END` and its own.
_BLOCK_END = re.compile(r";\s*(?:--[^\n]*\s*)*END\s*;", re.IGNORECASE)

#: The statements of which a block may be a part.
_HAS_BLOCK = {
    "postgresql": re.compile(r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\b", re.IGNORECASE),
    "sqlite": re.compile(r"CREATE\s+(?:TEMP\s+|TEMPORARY\s+)?TRIGGER\b", re.IGNORECASE),
}

_ATOMIC = re.compile(r"BEGIN\s+ATOMIC(?:\s+END\s*;)?", re.IGNORECASE)

_COPY_DATA = re.compile(r"COPY\s[^;']*\sFROM\s+stdin\b[^;]*;[^\n]*\n", re.IGNORECASE)

#: The characters of a statement in which its first words are looked for, and of those of `COPY`.
_LONGEST_HEAD = 100_000

#: A text with backslashes, from behind its first quote.
_ESCAPED = re.compile(r"[^'\\]*(?:\\.[^'\\]*|''[^'\\]*)*'", re.DOTALL)

_CLOSES = {"[": "]"}


class Splitter:
    """One walk through a dump."""

    def __init__(self, text: str, dialect: str) -> None:
        """Take the text."""
        self._text = text
        self._dialect = dialect
        self._special = _SPECIAL[dialect]
        self._at = self._start = self._counted = 0
        self._line = 1
        self._depth = 0
        self._delimiter = ";"

    def split(self) -> Iterator[Statement | Command]:
        """Every statement and command, in their order."""
        count = 0
        for item in self._items():
            if isinstance(item, Statement) and not item.text:
                continue
            count += 1
            if count > MOST_STATEMENTS:
                msg = f"the dump has more than {MOST_STATEMENTS} statements"
                raise CannotInspectError(msg)
            yield item

    def _items(self) -> Iterator[Statement | Command]:
        text = self._text
        while True:
            found = self._next()
            if found is None:
                break
            piece, self._at = found.group(), found.end()
            is_own_end = piece == ";" and self._delimiter == ";" and self._depth == 0
            if is_own_end or (self._delimiter != ";" and text.startswith(self._delimiter, found.start())):
                self._at = found.start() + len(self._delimiter)
                yield self._taken(found.start())
            elif piece[0] in "\\." or piece[:9].upper() == "DELIMITER":
                if self._is_between(found.start()):
                    yield self._command(found)
            else:
                self._pass(piece, found.start())
        if self._depth:
            rest = text[self._start :]
            raise self._cut_off(self._start + len(rest) - len(_without_comments(rest)))
        yield self._taken(len(text))

    def _next(self) -> re.Match[str] | None:
        found = self._special.search(self._text, self._at)
        if self._delimiter in (";", ";;", "$$", "//"):
            return found
        # Another delimiter, where nothing special is before it.
        at = self._text.find(self._delimiter, self._at)
        if at >= 0 and (found is None or at < found.start()):
            return re.compile(re.escape(self._delimiter)).match(self._text, at)
        return found

    def _pass(self, piece: str, start: int) -> None:
        """Go behind what begins here."""
        word = piece.upper()
        if piece == "'":
            self._pass_text(start)
        elif piece in ('"', "`", "["):
            close = _CLOSES.get(piece, piece)
            self._go(self._text.find(close, self._at), 1, start)
        elif piece in ("--", "#"):
            end = self._text.find("\n", self._at)
            self._at = len(self._text) if end < 0 else end
        elif piece == "/*":
            self._pass_comment(start)
        elif piece in ("(", ")"):
            self._depth = max(self._depth + (1 if piece == "(" else -1), 0)
        elif piece.startswith("$") and self._dialect == "postgresql":
            self._go(self._text.find(piece, self._at), len(piece), start)
        elif word == "COPY" and self._is_between(start):
            self._pass_data(start)
        elif word == "BEGIN":
            self._pass_block(start)

    def _pass_text(self, start: int) -> None:
        before = self._text[start - 1 : start]
        is_escaped = self._dialect == "mysql" or (self._dialect == "postgresql" and before in ("e", "E"))
        if is_escaped:
            found = _ESCAPED.match(self._text, self._at)
            self._go(-1 if found is None else found.end() - 1, 1, start)
        else:
            self._go(self._text.find("'", self._at), 1, start)

    def _pass_comment(self, start: int) -> None:
        if self._dialect == "mysql" and re.compile(r"/\*M?!").match(self._text, start):
            return  # what the server runs of it is read
        depth, at = 1, self._at
        while depth:
            end = self._text.find("*/", at)
            if end < 0:
                raise self._cut_off(start)
            inner = self._text.count("/*", at, end) if self._dialect == "postgresql" else 0
            depth, at = depth - 1 + inner, end + 2
        self._at = at

    def _pass_data(self, start: int) -> None:
        r"""Rows of `COPY`, up to the line `\.`: data is no part of a schema."""
        found = _COPY_DATA.match(self._text, start, start + _LONGEST_HEAD)
        if found is None:
            return
        end = self._text.find("\n\\.", found.end() - 1)
        if end < 0:
            raise self._cut_off(start)
        self._at = self._start = end + len("\n\\.")

    def _pass_block(self, start: int) -> None:
        whose = _HAS_BLOCK.get(self._dialect)
        head = self._text[self._start : self._start + 400]
        if whose is None or not whose.match(_without_comments(head)):
            return
        if self._dialect == "postgresql":
            atomic = _ATOMIC.match(self._text, start)
            if atomic is None:
                return
            if atomic.group().endswith(";"):
                self._at = atomic.end() - 1
                return
        found = _BLOCK_END.search(self._text, start)
        self._go(-1 if found is None else found.end() - 1, 0, start)

    def _go(self, end: int, length: int, start: int) -> None:
        if end < 0:
            raise self._cut_off(start)
        self._at = end + length

    def _is_between(self, start: int) -> bool:
        """Whether nothing but white space and comments is before a position."""
        if self._depth or start - self._start > _LONGEST_HEAD:
            return False
        return not _without_comments(self._text[self._start : start]).strip()

    def _command(self, found: re.Match[str]) -> Command:
        self._start = self._at
        command = Command(found.group().strip(), self._line_of(found.start()))
        if command.text[:9].upper() == "DELIMITER":
            self._delimiter = command.text[9:].strip() or ";"
        return command

    def _taken(self, end: int) -> Statement:
        """The statement up to here."""
        text = self._text[self._start : end]
        blank = len(text) - len(_without_comments(text))
        line = self._line_of(self._start + blank)
        self._start, self._depth = self._at, 0
        return Statement(text[blank:].strip(), line)

    def _line_of(self, position: int) -> int:
        self._line += self._text.count("\n", self._counted, position)
        self._counted = max(position, self._counted)
        return self._line

    def _cut_off(self, start: int) -> CannotInspectError:
        line = self._text.count("\n", 0, start) + 1
        return CannotInspectError(
            f"the dump ends within what begins on line {line}: it is cut off or damaged"
        )


_LEADING = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*(?!M?!).*?\*/)+", re.DOTALL)


def _without_comments(text: str) -> str:
    """A text without the white space and the comments that it begins with."""
    found = _LEADING.match(text)
    return text if found is None else text[found.end() :]
