"""Compare what `extract --format sql` printed with the DDL that SQLAlchemy compiled natively, table by table.

A difference is SILENT when neither the table nor the column that the line is of says "partial", and flagged otherwise;
a table, or a key to it, that is left out is flagged where the output says so.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple

import ddl

#: What has no DDL in a dialect, as the output says it.
_LEFT_OUT = re.compile(r"^-- left out: `(.+?)`: ", re.MULTILINE)
#: A table or an index that is left out because there is another one of its name.
_OTHER_LEFT_OUT = re.compile(
    r"^-- left out: another (table|index) `(.+?)`, which is not the one above", re.MULTILINE
)
#: A key that is left out with the table that it refers to.
_KEY_LEFT_OUT = re.compile(r"^-- left out: `(.+?)`: its foreign key to `(.+?)`, as ", re.MULTILINE)
_SECTION = re.compile(r"^-- .* \(\w+\)\n", re.MULTILINE)


#: What a missing key refers to.
_TARGET = re.compile(r"- (?:CONSTRAINT \S+ )?FOREIGN KEY.* REFERENCES (\S+) ")


#: A missing index.
_INDEX = re.compile(r"- CREATE (?:UNIQUE )?INDEX (\S+) ")
#: A default in parentheses that it does not need.
_CURRENT = re.compile(r"\bDEFAULT \((CURRENT_(?:TIMESTAMP|DATE|TIME))\)")


class Difference(NamedTuple):
    """One line that one of both sides has."""

    what: str
    flagged: bool


def compare(truth: Any, got: Any, printed: str, dialect: str) -> tuple[int, list[Difference]]:
    """How many tables have DDL in the truth, and what differs."""
    sections = [ddl.by_table(ddl.statements(part)) for part in _SECTION.split(printed)]
    left_out = {name.replace("`", "") for name in _LEFT_OUT.findall(printed)}
    others = set(_OTHER_LEFT_OUT.findall(printed))
    keys = set(_KEY_LEFT_OUT.findall(printed))
    documented = [
        (f"{item['schema']}.{item['name']}" if item["schema"] else item["name"], item)
        for item in got["tables"]
    ]
    unresolved = {item.get("name") for item in got.get("unresolved", ())}
    count, found = 0, []
    for table in truth["tables"]:
        name = f"{table['schema']}.{table['name']}" if table["schema"] else table["name"]
        want = table["ddl"][dialect]
        own = [item for key, item in documented if key == name]
        candidates = [section[name] for section in sections if name in section]
        count += want is not None
        if want is None and candidates:
            found.append(Difference(f"{name}: it has no DDL in truth", len(own) > 1 or _is_partial(own)))
        elif want is not None and not candidates:
            flagged = name in left_out or table["name"] in unresolved or _is_partial(own)
            found.append(Difference(f"{name}: no DDL", flagged))
        elif want is not None:
            want, candidates = _same(want), [_same(lines) for lines in candidates]
            nearest = max(candidates, key=lambda lines: SequenceMatcher(None, want, lines).ratio())
            for line in _lines(want, nearest):
                said = [
                    # The truth has one of them, and the output may have another.
                    len(own) > 1,
                    ("table", name) in others,
                    any(("index", index) in others for index in _INDEX.findall(line)),
                    any((name, _plain(target)) in keys for target in _TARGET.findall(line)),
                ]
                is_said = any(said)
                found.append(Difference(f"{name}: {line}", is_said or _is_partial(own, line[2:])))
    return count, found


def _plain(name: str) -> str:
    """A name without its quotes."""
    return name.replace("`", "").replace('"', "")


def _same(lines: list[str]) -> list[str]:
    """The lines without what makes no difference.

    An index that is declared twice is created once, as a server refuses the second. Releases of SQLAlchemy 2.0
    differ in parentheses around `CURRENT_TIMESTAMP` on SQLite.
    """
    return list(dict.fromkeys(_CURRENT.sub(r"DEFAULT \1", line) for line in lines))


def _lines(want: list[str], got: list[str]) -> Iterator[str]:
    """The lines that only one side has: `-` the truth, `+` the output."""
    for tag, first, last, begin, end in SequenceMatcher(None, want, got).get_opcodes():
        if tag != "equal":
            yield from (f"- {line}" for line in want[first:last])
            yield from (f"+ {line}" for line in got[begin:end])


def _is_partial(tables: Iterable[Any], line: str = "") -> bool:
    """Whether the output owns up to a difference: in the table, or in a column that a line names."""
    words = set(re.findall(r"\w+", line))
    return any(
        table["status"] == "partial"
        or any(column["status"] == "partial" and column["name"] in words for column in table["columns"])
        for table in tables
    )
