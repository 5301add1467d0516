"""Why a version file and a diff disagree: what the repository itself did, or what is left for a person to look at.

What a document says is not taken for proof of what a diff says: a class asks for something of the repository that was
written without it, a line of the commit or another version file.
"""

import re
from dataclasses import dataclass
from typing import Any

from changes import parts
from facts import Fact, same_table

# What a class means, in the order in which they are asked.
CLASSES = {
    "judged": "looked at by a person; the reason stands beside it",
    "reported": "it is undetermined in the diff, or the document states that the table's code needs an absent package",
    "elsewhere": "another version file of the repository has this operation; this commit has the models",
    "no-migration": "a line of the models that the commit changes says it, and no version file ever does",
    "earlier": "the models already were so before the commit",
    "database-only": "no line of the models that the commit changes says it: it is in databases alone, or made later",
    "by-hand": "what the diff has as a rename, the version file does by an addition, a copy and a drop",
    "nullable": "the version file and the line of the models say different things of being null",
    "type": "the version file and the line of the models give a column different types",
    "open": "not explained",
}


@dataclass
class Sides:
    """What an explanation is taken from."""

    base: dict[str, Any]
    head: dict[str, Any]
    # Lines that the commit takes from or adds to the models.
    lines: list[str]
    # The operations of every other version file.
    others: list[Fact]


def classify_null(file: Fact, diff: Fact, sides: Sides) -> str:
    """The class of a column that both have, and that only one lets be null."""
    return "nullable" if not diff.doubt and _mentioned(file, sides) else "open"


def classify_kind(file: Fact, diff: Fact, sides: Sides) -> str:
    """The class of a column that both have, with different types."""
    return "type" if not diff.doubt and _mentioned(file, sides) else "open"


def classify(fact: Fact, side: str, sides: Sides) -> str:
    """The class of a fact that `side` alone has: `file` or `diff`."""
    if fact.doubt or (side == "file" and _untold(fact, sides)):
        return "reported"
    if side == "diff":
        if any(_same(fact, other) for other in sides.others):
            return "elsewhere"
        return "no-migration" if _mentioned(fact, sides) else "open"
    if fact.verb == "add" and _in_document(fact, sides):
        return "earlier"
    return "open" if _mentioned(fact, sides) else "database-only"


def _untold(fact: Fact, sides: Sides) -> bool:
    """No table of that name in the head, and code there that would have made it, or may have, is unresolved."""
    if fact.table is None:
        return False
    bare = fact.table.rpartition(".")[2]
    if any(table["name"] == bare for table in sides.head["tables"]):
        return False
    squeezed = bare.replace("_", "").lower()
    names = [
        str(item.get("table") or item.get("name") or item.get("class") or "")
        for item in sides.head["unresolved"]
    ]
    return any(squeezed.startswith(name.rpartition(":")[2].replace("_", "").lower() or "?") for name in names)


def _same(fact: Fact, other: Fact) -> bool:
    if fact.verb != other.verb or not same_table(fact.table, other.table):
        return False
    kinds = {fact.subject, other.subject}
    if len(kinds) > 1 and not kinds <= {"unique", "index", "constraint", "foreign_key", "check"}:
        return False
    if fact.subject in ("column", "table", "type", "object", "view", "enum_value", "sequence"):
        return fact.name == other.name and (fact.verb != "nullable" or fact.detail == other.detail)
    return fact.name == other.name or (fact.columns is not None and fact.columns == other.columns)


# What a line of the models has that says such a thing of a column.
_SAYS = {
    "foreign_key": re.compile("foreign", re.IGNORECASE),
    "index": re.compile("index|unique", re.IGNORECASE),
    "unique": re.compile("index|unique", re.IGNORECASE),
    "check": re.compile("check|enum", re.IGNORECASE),
    "default": re.compile("server_default|autoincrement|sequence|identity", re.IGNORECASE),
}
# A column or constraint of the models is written over so many lines at most, nearly always.
_WINDOW = 5


def _mentioned(fact: Fact, sides: Sides) -> bool:
    """Whether lines that the commit changes name it, and what it is."""
    if fact.subject == "table":
        name = _squeezed((fact.table or "?").rpartition(".")[2])
        first = _squeezed((fact.table or "?").rpartition(".")[2].split("_")[0])
        return any(name in line or (len(first) > 3 and first in line) for line in map(_squeezed, sides.lines))
    words = [fact.name, fact.detail if fact.verb == "rename" else None, *(fact.columns or ())]
    named = [
        re.compile(rf"(?<![a-z0-9]){re.escape(word.rpartition('.')[2])}(?![a-z0-9])")
        for word in words
        if word
    ]
    says = _SAYS.get(fact.verb) or _SAYS.get(fact.subject)
    for at in range(len(sides.lines)):
        window = "\n".join(sides.lines[at : at + (_WINDOW if says else 1)])
        if any(word.search(window) for word in named) and (says is None or says.search(window)):
            return True
    return False


def _squeezed(text: str) -> str:
    return text.replace("_", "").lower()


def _in_document(fact: Fact, sides: Sides) -> bool:
    """Whether the models had the thing before the commit."""
    if fact.table is None:
        return False
    bare = fact.table.rpartition(".")[2]
    tables = [table for table in sides.base["tables"] if table["name"] == bare]
    if fact.subject == "table":
        return bool(tables)
    wanted = Fact("add", fact.subject, fact.table, fact.name, fact.columns)
    return any(_same(wanted, part) for table in tables for part in parts(table, bare))
