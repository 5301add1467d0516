"""Compares column lineage with sqlglot's, over public dbt projects.

    compare.py PROJECTS LINEAGE [--dbt SITE_PACKAGES] [--out FILE]

PROJECTS is a folder with a checkout of each repository of `projects.toml` (`owner+name`), LINEAGE the built example
`lineage`. Both sides get the same text and the same columns of what it reads: what Belljar rendered, and its graph's.
"""

from __future__ import annotations

import argparse
import collections
import json
import logging
import multiprocessing
import signal
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import sqlglot
from from_files import manifest, variables
from sqlglot import exp
from sqlglot.lineage import lineage

DIRECT = {"identity", "transformation", "aggregation"}
SECONDS = 60


class TooLong(Exception):
    pass


def too_long(*_: Any) -> None:
    raise TooLong


def key(name: str) -> str:
    return name.lower().strip('"`')


def theirs(sql: str, dialect: str, catalog: dict[str, list[str]]) -> dict[str, set[tuple[str, str]]]:
    """For each output column the columns that it is made from, as sqlglot says."""
    expression = sqlglot.parse(sql, read=dialect)
    statements = [one for one in expression if one is not None and one.find(exp.Query)]
    if len(statements) != 1:
        raise ValueError("not one query")
    query = statements[0]
    schema: dict[str, Any] = {}
    for table in query.find_all(exp.Table):
        parts = [part.name for part in table.parts]
        columns = catalog.get(".".join(key(part) for part in parts))
        if columns and len(parts) == 3:
            schema.setdefault(parts[0], {}).setdefault(parts[1], {})[parts[2]] = dict.fromkeys(
                columns, "unknown"
            )
    out: dict[str, set[tuple[str, str]]] = {}
    for name, root in lineage(None, query, schema, dialect=dialect, trim_selects=False, copy=False).items():
        if name == "*":
            continue
        leaves = set()
        for node in root.walk():
            if isinstance(node.expression, exp.Table):
                table = ".".join(key(part.name) for part in node.expression.parts)
                column = exp.to_column(node.name, dialect=dialect) if "*" not in node.name else None
                leaves.add((table, key(column.name) if column is not None else "*"))
        out.setdefault(key(name), set()).update(leaves)
    return out


def one(work: tuple[str, str, str, dict[str, list[str]]]) -> tuple[str, dict | None, str]:
    id, sql, dialect, catalog = work
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(SECONDS)
    try:
        return id, theirs(sql, dialect, catalog), ""
    except TooLong:
        return id, None, f"more than {SECONDS} s"
    except RecursionError:
        return id, None, "recursion"
    except Exception as error:
        return id, None, f"{type(error).__name__}: {str(error).splitlines()[0][:160] if str(error) else ''}"
    finally:
        signal.alarm(0)


def names(dataset: dict[str, Any]) -> list[str]:
    out = [".".join(key(part) for part in relation["parts"]) for relation in dataset["relations"]]
    return out or [dataset["id"]]


def explained(sql: str, column: str, mine: set, other: set, ours_sql_parts: dict[str, Any]) -> str:
    """The class of a difference; what begins with `!` is not explained."""
    lowered = sql.lower()
    extra, missing = mine - other, other - mine
    if any(name == "*" for _, name in other):
        return "sqlglot does not expand a star"
    if missing and not extra and " using" in lowered.replace("\n", " ") and "join" in lowered:
        return "USING: sqlglot takes both sides, we the side whose value it is"
    if (
        missing
        and not extra
        and any(word in lowered for word in ("\nexcept", " except\n", "intersect", "\nminus"))
    ):
        return "EXCEPT and INTERSECT: sqlglot takes both sides, we count the right one as a filter"
    return "!" + ("missing" if missing and not extra else "extra" if extra and not missing else "both")


def compare(
    project: dict[str, Any], arguments: argparse.Namespace, totals: collections.Counter, out: list
) -> None:
    root = arguments.projects / project["repository"].replace("/", "+") / project.get("folder", "")
    packages = [(name, arguments.projects / path) for name, path in project.get("packages", {}).items()]
    if arguments.dbt:
        for folder in sorted(arguments.dbt.glob("dbt/include/*")):
            package = "dbt" if folder.name == "global_project" else f"dbt_{folder.name}"
            packages.append((package, folder / "macros"))
    dialect = project["dialect"]
    made, catalog = manifest(root, dialect, packages)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("manifest.json", "catalog.json", "variables.json")]
        paths[2].write_text(json.dumps(variables(root), default=str))
        paths[0].write_text(json.dumps(made))
        paths[1].write_text(json.dumps(catalog))
        found = subprocess.run([arguments.lineage, *paths], capture_output=True, check=True)
    result = json.loads(found.stdout)
    graph = result["graph"]
    datasets = {one["id"]: one for one in graph["datasets"]}
    columns = {}
    by_name: dict[str, str] = {}
    for id, dataset in datasets.items():
        for name in names(dataset):
            by_name.setdefault(name, id)
            if dataset["is_complete"] or dataset["kind"] in ("source", "external"):
                columns[name] = [column["name"] for column in dataset["columns"]]
    edges: dict[str, dict[str, set]] = collections.defaultdict(lambda: collections.defaultdict(set))
    for edge in graph["edges"]:
        if edge["kind"] in DIRECT and edge["to"]["column"] is not None and edge["from"]["column"] is not None:
            edges[edge["to"]["dataset"]][key(edge["to"]["column"])].add(
                (edge["from"]["dataset"], key(edge["from"]["column"]))
            )
    causes = collections.defaultdict(list)
    for unknown in graph["report"]["unknowns"]:
        causes[unknown["dataset"]].append(unknown)
    models = [id for id, node in made["nodes"].items() if node["resource_type"] in ("model", "snapshot")]
    missing = [id for id in models if id not in datasets]
    totals["models"] += len(models)
    totals["models missing from the graph"] += len(missing)
    work = []
    for id in models:
        sql = result["sql"].get(id)
        if sql is None:
            totals["models without SQL (in the report)"] += 1
            if not causes[id]:
                totals["models without SQL and without a word"] += 1
            continue
        failed = [
            one
            for one in causes[id]
            if one["cause"] in ("sql-not-parsed", "statement-not-followed", "over-limit")
        ]
        if failed:
            totals["models not parsed by us (in the report)"] += 1
            out.append({"model": id, "not parsed": failed[0]["message"]})
        work.append((id, sql, project.get("sqlglot", dialect), columns))
    with arguments.sql.open("a") as file:
        for id, sql, dialect_, _ in work:
            file.write(json.dumps({"name": id, "dialect": dialect, "sql": sql}) + "\n")
    ours_failed = {entry["model"] for entry in out if "not parsed" in entry}
    with multiprocessing.Pool(arguments.jobs, maxtasksperchild=50) as pool:
        for id, other, error in pool.imap(one, work, chunksize=4):
            if other is None:
                totals["models that sqlglot fails on"] += 1
                out.append({"model": id, "sqlglot": error})
                continue
            if id in ours_failed:
                totals["models that sqlglot alone follows"] += 1
                continue
            totals["models compared"] += 1
            for column, leaves in other.items():
                mapped = {(by_name.get(table, f"external:{table}"), name) for table, name in leaves}
                mine = edges[id].get(column, set())
                # An ambiguous name is told as such, with every table that it may be of.
                count = len(mapped | mine) or 1
                if mapped == mine:
                    totals["edges equal"] += count
                    continue
                totals["edges equal"] += len(mapped & mine)
                why = explained(result["sql"][id], column, mine, mapped, {})
                told = [
                    u["message"] for u in causes[id] if u["cause"] in ("column-ambiguous", "column-not-found")
                ]
                if why.startswith("!") and told and any(column in message for message in told):
                    why = "a name that could be of several tables: we take all and say so"
                differing = len(mapped ^ mine)
                totals[
                    ("edges explained: " if not why.startswith("!") else "edges different: ")
                    + why.lstrip("!")
                ] += differing
                out.append(
                    {
                        "model": id,
                        "column": column,
                        "why": why,
                        "only ours": sorted(mine - mapped),
                        "only sqlglot's": sorted(mapped - mine),
                    }
                )


def main() -> int:
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("projects", type=Path)
    parser.add_argument("lineage", type=Path)
    parser.add_argument("--dbt", type=Path, help="site-packages that hold dbt's own macros")
    parser.add_argument("--out", type=Path, default=Path("differences.json"))
    parser.add_argument("--sql", type=Path, default=Path("rendered.jsonl"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", help="a part of a repository's name")
    arguments = parser.parse_args()
    arguments.sql.unlink(missing_ok=True)
    projects = tomllib.loads((Path(__file__).parent / "projects.toml").read_text())["project"]
    totals: collections.Counter = collections.Counter()
    out: list = []
    for project in projects:
        if arguments.only and arguments.only not in project["repository"]:
            continue
        before = totals.copy()
        compare(project, arguments, totals, out)
        print(project["repository"], project.get("folder", ""), dict(totals - before), flush=True)
    arguments.out.write_text(json.dumps(out, indent=1))
    print()
    for name, count in sorted(totals.items()):
        print(f"{count:8} {name}")
    equal = totals["edges equal"]
    well = equal + sum(count for name, count in totals.items() if name.startswith("edges explained"))
    every = well + sum(count for name, count in totals.items() if name.startswith("edges different"))
    print(f"equal {100 * equal / max(every, 1):.2f} %, equal or explained {100 * well / max(every, 1):.2f} %")
    is_well = every and well / every >= 0.99 and not totals["models missing from the graph"]
    return 0 if is_well and totals["models compared"] >= 300 else 1


if __name__ == "__main__":
    sys.exit(main())
