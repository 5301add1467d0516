"""Compares column lineage with sqlglot's, over public dbt projects.

    lineage_oracle.py PROJECTS LINEAGE [--dbt SITE_PACKAGES] [--out FOLDER]

PROJECTS is what `fetch_projects.py` wrote, LINEAGE the built example `lineage`. Both sides get the same text and the
same columns of what it reads: what Belljar rendered, and its graph's. What differs is written to FOLDER, each with its
class.
"""

from __future__ import annotations

import argparse
import collections
import json
import logging
import multiprocessing
import sys
import tomllib
from pathlib import Path
from typing import Any

import explain
import ours as belljar
from theirs import Answer, Store, Work, ask, work_of

Totals = collections.Counter[str]
MODELS = 300


def packages_of(project: dict[str, Any], arguments: argparse.Namespace) -> list[tuple[str, Path]]:
    """Macros that a project uses beside its own."""
    found = [(name, arguments.projects / path) for name, path in project.get("packages", {}).items()]
    for folder in sorted(arguments.dbt.glob("dbt/include/*")) if arguments.dbt else []:
        package = "dbt" if folder.name == "global_project" else f"dbt_{folder.name}"
        found.append((package, folder / "macros"))
    return found


def answers(work: list[Work], store: Store, jobs: int) -> list[Answer]:
    """What sqlglot says, where it was not asked before."""
    new = {one[0]: one for one in work if one[0] not in store.answers}
    with multiprocessing.Pool(jobs, maxtasksperchild=50) as pool:
        for digest, answer in pool.imap_unordered(ask, new.values(), chunksize=4):
            store.put(digest, answer)
    return [store.answers[one[0]] for one in work]


def label(name: str) -> str:
    """What differing edges are counted under. A column that one side alone has counts as one."""
    return ("edges different: " if name.startswith("!") else "edges explained: ") + name.lstrip("!")


def model(
    ours: belljar.Ours, name: str, answer: Answer, dialect: str, totals: Totals
) -> list[dict[str, Any]]:
    """What differs in one model."""
    theirs, error = answer
    if theirs is None:
        totals["models that sqlglot fails on"] += 1
        return [{"model": name, "sqlglot": error}]
    if (message := ours.not_followed(name)) is not None:
        totals["models that sqlglot alone follows"] += 1
        return [{"model": name, "not followed": message}]
    totals["models compared"] += 1
    case = explain.Case.of(ours, name, theirs, dialect)
    differences: list[dict[str, Any]] = []
    for column in sorted({*case.theirs, *ours.columns.get(name, [])} - {"*"}):
        mine, other = ours.edges[name].get(column, set()), case.theirs.get(column)
        if other is None and case.has_star:
            totals["columns behind a star that sqlglot leaves as it is"] += 1
            continue
        if other is None or column not in ours.columns.get(name, []):
            why = case.column(column)
            totals[label(why)] += 1
            differences.append({"model": name, "column": column, "class": why})
            continue
        # A column that both make of nothing is equal, too.
        totals["edges equal"] += len(mine & other) or int(not mine | other)
        if mine == other:
            continue
        left = case.explained(column, mine - other, other - mine)
        for why, edges in left.items():
            totals[label(why)] += len(edges)
            differences.append(
                {
                    "model": name,
                    "column": column,
                    "class": why,
                    "only ours": sorted(edges & mine),
                    "only sqlglot's": sorted(edges & other),
                }
            )
    return differences


def project(
    about: dict[str, Any], arguments: argparse.Namespace, store: Store, totals: Totals
) -> list[dict[str, Any]]:
    """What differs in one project."""
    root = arguments.projects / about["repository"] / about.get("folder", "")
    ours = belljar.read(root, about["dialect"], packages_of(about, arguments), arguments.lineage)
    dialect = about.get("sqlglot", about["dialect"])
    totals["models"] += len(ours.models)
    totals["models missing from the graph"] += len([id for id in ours.models if id not in ours.datasets])
    rendered = {id: sql for id in ours.models if (sql := ours.sql.get(id)) is not None}
    totals["models without SQL (in the report)"] += len(ours.models) - len(rendered)
    totals["models without SQL and without a word"] += len(
        [id for id in ours.models if id not in rendered and not ours.unknowns.get(id)]
    )
    totals["models not followed by us (in the report)"] += len(
        [id for id in rendered if ours.not_followed(id)]
    )
    asked = [work_of(sql, dialect, ours.catalog) for sql in rendered.values()]
    name = f"{about['repository']}/{about.get('folder', '')}"
    differences = []
    for id, answer in zip(rendered, answers(asked, store, arguments.jobs), strict=True):
        differences += [{"project": name, **one} for one in model(ours, id, answer, dialect, totals)]
    with (arguments.out / "rendered.jsonl").open("a", encoding="utf-8") as file:
        for id, sql in rendered.items():
            file.write(json.dumps({"project": name, "model": id, "dialect": dialect, "sql": sql}) + "\n")
    return differences


def reported(totals: Totals) -> bool:
    """Prints the figures; whether they are good enough."""
    for name, count in sorted(totals.items()):
        print(f"{count:8} {name}")
    equal = totals["edges equal"]
    well = equal + sum(count for name, count in totals.items() if name.startswith("edges explained"))
    every = well + sum(count for name, count in totals.items() if name.startswith("edges different"))
    print(f"equal {100 * equal / max(every, 1):.2f} %, equal or explained {100 * well / max(every, 1):.2f} %")
    is_well = every and well / every >= 0.99 and not totals["models missing from the graph"]
    return bool(is_well)


def main() -> int:
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("projects", type=Path)
    parser.add_argument("lineage", type=Path)
    parser.add_argument("--dbt", type=Path, help="site-packages that hold dbt's own macros")
    parser.add_argument("--out", type=Path, default=Path())
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="a part of a repository's name")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "rendered.jsonl").unlink(missing_ok=True)
    store = Store(arguments.out / "answers.jsonl")
    projects = tomllib.loads((Path(__file__).parent / "projects.toml").read_text(encoding="utf-8"))["project"]
    totals: Totals = collections.Counter()
    differences = []
    for about in projects:
        if arguments.only not in about["repository"]:
            continue
        before = totals.copy()
        differences += project(about, arguments, store, totals)
        print(about["repository"], about.get("folder", ""), dict(totals - before), flush=True)
    lines = "".join(json.dumps(one) + "\n" for one in differences)
    (arguments.out / "differences.jsonl").write_text(lines, encoding="utf-8")
    is_well = reported(totals)
    if not arguments.only and totals["models compared"] < MODELS:
        print(f"error: fewer than {MODELS} models were compared")
        return 1
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
