"""Asks sqlglot for the lineage of the queries of `pairs.toml`, for a test of the crate that runs without it.

    pairs.py [--check]

With `--check` nothing is written, and it fails where what is stored is not what sqlglot says.
"""

from __future__ import annotations

import json
import logging
import sys
import tomllib
from pathlib import Path
from typing import Any

import sqlglot
from theirs import edges_of

HERE = Path(__file__).resolve().parent
STORED = HERE.parents[1] / "host" / "downstream" / "lineage" / "tests" / "data" / "sqlglot" / "pairs.json"
# The dialects that sqlglot calls otherwise.
NAMES = {"mssql": "tsql"}


def schema(tables: dict[str, list[str]]) -> dict[str, Any]:
    """Tables as sqlglot wants them: a level for each part of their names."""
    out: dict[str, Any] = {}
    for name, columns in tables.items():
        at = out
        *above, last = name.split(".")
        for part in above:
            at = at.setdefault(part, {})
        at[last] = dict.fromkeys(columns, "unknown")
    return out


def answer(case: dict[str, Any], tables: dict[str, list[str]]) -> dict[str, Any]:
    """A case with sqlglot's answer: of each column what it is made from, or the error."""
    known = case.get("tables", tables)
    dialect = case["dialect"]
    stored = {
        "name": case["name"],
        "dialect": dialect,
        "tables": [f"{name}({', '.join(columns)})" for name, columns in known.items()],
        "sql": case["sql"],
    }
    try:
        found = edges_of(
            sqlglot.parse_one(case["sql"], read=NAMES.get(dialect, dialect)),
            NAMES.get(dialect, dialect),
            schema(known),
        )
        stored["sqlglot"] = {
            column: [f"{table}.{name}" for table, name in edges] for column, edges in found.items()
        }
    except sqlglot.errors.SqlglotError as error:
        stored["error"] = f"{type(error).__name__}: {str(error).splitlines()[0]}"
    if "ours" in case:
        stored |= {"ours": case["ours"], "reason": case["reason"]}
    return stored


def main() -> int:
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    about = tomllib.loads((HERE / "pairs.toml").read_text(encoding="utf-8"))
    cases = [answer(case, about["tables"]) for case in about["case"]]
    text = json.dumps({"sqlglot": sqlglot.__version__, "cases": cases}, indent=1) + "\n"
    if "--check" in sys.argv[1:]:
        if STORED.read_text(encoding="utf-8") != text:
            print(f"error: `{STORED.name}` is not what sqlglot says\nhint: run pairs.py without `--check`")
            return 1
        return 0
    STORED.parent.mkdir(parents=True, exist_ok=True)
    STORED.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
