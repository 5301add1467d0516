"""DDL as the scorer compares it: the statements of each table, without what no database reads.

Both sides, SQLAlchemy's own and `extract --format sql`, go through `by_table`. Standard library only.
"""

import re
from collections.abc import Iterable, Iterator

#: What a clause of a table begins with that is no column.
_CONSTRAINT = re.compile(r"(CONSTRAINT|PRIMARY KEY|UNIQUE|FOREIGN KEY|CHECK|EXCLUDE)\b")
#: A part of a name, quoted or not, and a name of a statement with its schema.
_PART = r'(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|\[(?:[^\]]|\]\])+\]|[^\s".`(\[]+)'
_NAME = rf"{_PART}(?:\.{_PART})*"
_CREATE = re.compile(rf"CREATE\s+(?:\S+\s+)*?TABLE\s+({_NAME})\s*(?=\()")
_ABOUT = (
    re.compile(rf"CREATE\s+(?:\S+\s+)*?INDEX\s+{_NAME}\s+ON\s+(?P<table>{_NAME})"),
    re.compile(rf"ALTER TABLE\s+(?P<table>{_NAME})\s+ADD\s+(?P<clause>.*)\Z", re.DOTALL),
    re.compile(rf"COMMENT ON TABLE\s+(?P<table>{_NAME})\s+IS"),
)
_COLUMN_COMMENT = re.compile(rf"COMMENT ON COLUMN\s+({_NAME})\s+IS")
_PIECE = re.compile(_PART)


def by_table(statements: Iterable[str]) -> dict[str, list[str]]:
    """The lines of each table: its head, its columns in order, then sorted all else that makes it what it is."""
    heads: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    for statement in statements:
        text = statement.strip().rstrip(";").strip()
        made = _CREATE.match(text)
        if made:
            table = plain(made[1])
            body, rest = _bracketed(text[made.end() :])
            columns, constraints = _clauses(body)
            head = " ".join(f"{text[: made.end()]}(){rest}".split())
            heads[table] = [head, *columns]
            others.setdefault(table, []).extend(constraints)
        elif (found := _about(text)) is not None:
            others.setdefault(found[0], []).append(found[1])
    return {table: [*lines, *sorted(others.get(table, ()))] for table, lines in sorted(heads.items())}


def statements(text: str) -> Iterator[str]:
    """The statements of what `--format sql` printed, one after another; comments are none."""
    lines: list[str] = []
    for line in text.splitlines():
        if not lines and (not line.strip() or line.startswith("--")):
            continue
        lines.append(line)
        if line.endswith(";") and _is_closed("\n".join(lines)):
            yield "\n".join(lines)
            lines = []


def plain(name: str) -> str:
    """A name without the quotes of its dialect."""
    return ".".join(piece[1:-1] if piece[0] in '"`[' else piece for piece in _PIECE.findall(name))


def is_column(line: str) -> bool:
    """Whether a line of a table is one of its columns."""
    return not re.match(r"(CREATE|COMMENT)\b", line) and not _CONSTRAINT.match(line)


def _about(text: str) -> tuple[str, str] | None:
    """The table that a statement belongs to, with what it says of it."""
    for pattern in _ABOUT:
        found = pattern.match(text)
        if found:
            clause = found.groupdict().get("clause")
            return plain(found["table"]), " ".join((text if clause is None else clause).split())
    found = _COLUMN_COMMENT.match(text)
    return (plain(found[1]).rpartition(".")[0], " ".join(text.split())) if found else None


def _clauses(body: str) -> tuple[list[str], list[str]]:
    """The columns and the constraints between the brackets of a table."""
    parts = [" ".join(part.split()) for part in _split(body)]
    parts = [part for part in parts if part]
    return [part for part in parts if is_column(part)], [part for part in parts if not is_column(part)]


def _bracketed(text: str) -> tuple[str, str]:
    """What is in the brackets that a text begins with, and what comes after them."""
    end = next((at for at, letter, depth in _plain_letters(text) if letter in ")]" and depth == 0), len(text))
    return text[1:end], text[end + 1 :]


def _split(body: str) -> Iterator[str]:
    """Split at commas that are in no bracket and no string."""
    start = 0
    for at, letter, depth in _plain_letters(body):
        if letter == "," and depth == 0:
            yield body[start:at]
            start = at + 1
    yield body[start:]


def _plain_letters(text: str) -> Iterator[tuple[int, str, int]]:
    """The letters that are in no string: where, which, and in how many brackets after it."""
    depth, quote = 0, ""
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
            continue
        if letter in "'\"`":
            quote = letter
        depth += (letter in "([") - (letter in ")]")
        yield at, letter, depth


def _is_closed(text: str) -> bool:
    """Whether no string is open at the end."""
    quote = ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"`":
            quote = letter
    return not quote
