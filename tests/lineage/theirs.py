"""What sqlglot says of one query, and a store of its answers: it takes minutes, and most queries stay as they are."""

from __future__ import annotations

import hashlib
import json
import signal
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage

SECONDS = 60
# What an answer is made by: with another version of this file's reading of sqlglot, or of sqlglot, it is asked again.
READING = f"4 {sqlglot.__version__}"

# What stands for a part that the name of a table lacks.
ABSENT = "belljar_absent"
# The parts before a table's name, nearest first.
PARTS = ("db", "catalog")

Edges = dict[str, list[tuple[str, str]]]
Catalog = dict[str, list[str]]


class TooLong(Exception):
    """The time of one query is over."""


def too_long(*_: Any) -> None:
    """Ends a query."""
    raise TooLong


def key(name: str) -> str:
    """What both sides compare a name by."""
    return name.lower().strip('"`')


def schema_of(query: exp.Expression, catalog: Catalog) -> dict[str, Any]:
    """Of the catalog the tables that a query names, as sqlglot wants them.

    It wants as many parts in each name, so those that a name lacks are put before it.
    """
    schema: dict[str, Any] = {}
    ctes = {one.alias_or_name.lower() for one in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        parts = [part.name for part in table.parts]
        columns = catalog.get(".".join(key(part) for part in parts))
        around = table.find_ancestor(exp.CTE)
        # In the expression of its own name, a name means the table.
        is_cte = len(parts) == 1 and key(parts[0]) in ctes - {around.alias_or_name.lower() if around else ""}
        if not columns or len(parts) > len(PARTS) + 1 or is_cte:
            continue
        for part in PARTS[len(parts) - 1 :]:
            table.set(part, exp.to_identifier(ABSENT))
        parts = [part.name for part in table.parts]
        schema.setdefault(parts[0], {}).setdefault(parts[1], {})[parts[2]] = dict.fromkeys(columns, "unknown")
    return schema


def edges_of(query: exp.Expression, dialect: str, schema: dict[str, Any]) -> Edges:
    """For each output column the columns that it is made from; `*` stands for a star that sqlglot leaves as it is."""
    out: Edges = {}
    found = lineage(None, query, schema, dialect=dialect, trim_selects=False, copy=False)
    for name, root in found.items():
        leaves = set()
        for node in root.walk():
            if isinstance(node.expression, exp.Table):
                table = ".".join(key(part.name) for part in node.expression.parts if key(part.name) != ABSENT)
                column = "*" if "*" in node.name else exp.to_column(node.name, dialect=dialect).name
                leaves.add((table, key(column)))
        out[key(name)] = sorted({*out.get(key(name), []), *leaves})
    return out


def edges(sql: str, dialect: str, catalog: Catalog) -> Edges:
    """The same of a text that is one query, over a catalog."""
    statements = [one for one in sqlglot.parse(sql, read=dialect) if one is not None and one.find(exp.Query)]
    if len(statements) != 1:
        raise ValueError("not one query")
    return edges_of(statements[0], dialect, schema_of(statements[0], catalog))


Work = tuple[str, str, str, Catalog]
Answer = tuple[Edges | None, str]


def ask(work: Work) -> tuple[str, Answer]:
    """An answer, or why there is none."""
    digest, sql, dialect, catalog = work
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(SECONDS)
    try:
        return digest, (edges(sql, dialect, catalog), "")
    except TooLong:
        return digest, (None, f"more than {SECONDS} s")
    except RecursionError:
        return digest, (None, "recursion")
    except Exception as error:
        first = str(error).splitlines()[0][:200] if str(error) else ""
        return digest, (None, f"{type(error).__name__}: {first}")
    finally:
        signal.alarm(0)


def work_of(sql: str, dialect: str, catalog: Catalog) -> Work:
    """What is asked: the query, and of the catalog the tables that it may name."""
    lowered = sql.lower()
    relevant = {name: columns for name, columns in catalog.items() if name.rpartition(".")[2] in lowered}
    text = json.dumps([READING, dialect, sql, relevant], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest(), sql, dialect, relevant


class Store:
    """Answers by what was asked, in a file of lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.answers: dict[str, Answer] = {}
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                digest, found, error = json.loads(line)
                self.add(digest, (found, error))

    def add(self, digest: str, answer: Answer) -> None:
        """An answer as it is compared."""
        found, error = answer
        if found is not None:
            found = {name: [(table, column) for table, column in all_] for name, all_ in found.items()}
        self.answers[digest] = (found, error)

    def put(self, digest: str, answer: Answer) -> None:
        """An answer that is new."""
        self.add(digest, answer)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([digest, *answer]) + "\n")
