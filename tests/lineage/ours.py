"""What Belljar says of one project."""

from __future__ import annotations

import collections
import json
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from from_files import manifest, variables
from theirs import Catalog, key

DIRECT = {"identity", "transformation", "aggregation"}
NOT_FOLLOWED = {"sql-not-parsed", "statement-not-followed", "over-limit"}

Edge = tuple[str, str]
Made = dict[str, Any]


@dataclass
class Ours:
    """The graph of a project, as it is compared."""

    models: list[str]
    datasets: set[str]
    sql: dict[str, str | None]
    catalog: Catalog
    by_name: dict[str, str]
    unknowns: dict[str, list[dict[str, Any]]]
    columns: dict[str, list[str]]
    edges: dict[str, dict[str, set[Edge]]] = field(default_factory=dict)
    """Of each dataset, of each of its columns: dataset and column that it is made from."""

    def not_followed(self, model: str) -> str | None:
        """Why a model has no lineage, where it has none."""
        causes = [one for one in self.unknowns.get(model, []) if one["cause"] in NOT_FOLLOWED]
        return causes[0]["message"] if causes else None


def names(dataset: dict[str, Any]) -> list[str]:
    """What SQL calls a dataset."""
    out = [".".join(key(part) for part in relation["parts"]) for relation in dataset["relations"]]
    return out or [dataset["id"]]


def graph_of(made: Made, catalog: Made, known: Made, lineage: Path) -> Made:
    """The example's answer to a manifest."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, content in (("manifest", made), ("catalog", catalog), ("variables", known)):
            paths.append(Path(folder) / f"{name}.json")
            paths[-1].write_text(json.dumps(content, default=str), encoding="utf-8")
        found = subprocess.run([lineage, *paths], capture_output=True, check=True)
    answer: Made = json.loads(found.stdout)
    return answer


def owners(graph: Made) -> set[Edge]:
    """Columns that a dataset is known to have.

    A name that could be of several tables is given to as few of them as do for every query, so that hardly a query
    names it without a qualifier where two have it.
    """
    candidates: dict[str, dict[Any, set[str]]] = collections.defaultdict(lambda: collections.defaultdict(set))
    certain: set[Edge] = set()
    # Behind a star that could not be expanded is what is read of it.
    behind = [one for one in graph["edges"] if one["star"] and one["certainty"] != "certain"]
    for edge in graph["edges"]:
        of, name = edge["from"], edge["from"]["column"]
        if name is None:
            continue
        if edge["star"] and edge["certainty"] != "certain":
            continue
        if edge["certainty"] == "certain":
            certain.add((of["dataset"], key(name)))
        else:
            read = (edge["to"]["dataset"], edge["to"]["column"], (edge["place"] or {}).get("line"))
            candidates[key(name)][read].add(of["dataset"])
    for name, queries in sorted(candidates.items()):
        left = [found for found in queries.values() if not any((one, name) in certain for one in found)]
        while left:
            count = collections.Counter(one for found in left for one in found)
            most = min(count, key=lambda one: (-count[one], one))
            certain.add((most, name))
            left = [found for found in left if most not in found]
    before = -1
    while before != len(certain):
        before = len(certain)
        for edge in behind:
            if (edge["to"]["dataset"], key(edge["to"]["column"] or "")) in certain:
                certain.add((edge["from"]["dataset"], key(edge["from"]["column"])))
    return certain


def settled(made: Made, catalog: Made, answer: Made, dialect: str) -> None:
    """Gives every dataset that no query makes the columns that queries read of it, and says that these are all.

    It stands for the warehouse, which nobody has who reads the files of a project. Without it most differences would be
    about what each side guesses where it knows nothing.
    """
    graph = answer["graph"]
    followed = {
        id
        for id, sql in answer["sql"].items()
        if sql is not None
        and not any(
            one["dataset"] == id and one["cause"] in NOT_FOLLOWED for one in graph["report"]["unknowns"]
        )
    }
    # Snowflake's own lists have names as it keeps them.
    fold = str.upper if dialect == "snowflake" else str
    for entry in catalog["nodes"].values():
        entry["columns"] = {fold(name): {**one, "name": fold(name)} for name, one in entry["columns"].items()}
    certain = owners(graph)
    for dataset in graph["datasets"]:
        id = dataset["id"]
        if (
            dataset["is_complete"]
            or id in followed
            or dataset["kind"] not in {"source", "external", "model", "snapshot"}
        ):
            continue
        if dataset["kind"] == "external":
            parts: list[str] = dataset["relations"][0]["parts"]
            database, schema, name = ["", "", *parts][-3:]
            made["sources"][id] = {
                "resource_type": "source",
                "name": name,
                "source_name": schema,
                "package_name": "elsewhere",
                "database": database,
                "schema": schema,
                "identifier": name,
                "relation_name": ".".join(parts),
            }
        columns = [column["name"] for column in dataset["columns"] if (id, key(column["name"])) in certain]
        declared = made["sources"].get(id, made["nodes"].get(id, {})).get("columns", {})
        columns = list(dict.fromkeys([*declared, *columns]))
        place = "nodes" if id in made["nodes"] else "sources"
        listed = {fold(name): {"name": fold(name), "index": at} for at, name in enumerate(columns)}
        catalog.setdefault(place, {})[id] = {"columns": listed}


def read(root: Path, dialect: str, packages: list[tuple[str, Path]], lineage: Path) -> Ours:
    """The graph of a project's files, over a warehouse that has what they read."""
    made, described = manifest(root, dialect, packages)
    known = variables(root)
    settled(made, described, graph_of(made, described, known, lineage), dialect)
    answer = graph_of(made, described, known, lineage)
    graph = answer["graph"]
    catalog: Catalog = {}
    by_name: dict[str, str] = {}
    for dataset in graph["datasets"]:
        for name in names(dataset):
            by_name.setdefault(name, dataset["id"])
            if dataset["is_complete"]:
                catalog[name] = [column["name"] for column in dataset["columns"]]
    unknowns = collections.defaultdict(list)
    for unknown in graph["report"]["unknowns"]:
        unknowns[unknown["dataset"]].append(unknown)
    edges: dict[str, dict[str, set[Edge]]] = collections.defaultdict(lambda: collections.defaultdict(set))
    for edge in graph["edges"]:
        to, of = edge["to"], edge["from"]
        if edge["kind"] in DIRECT and to["column"] is not None and of["column"] is not None:
            edges[to["dataset"]][key(to["column"])].add((of["dataset"], key(of["column"])))
    kinds = {"model", "snapshot"}
    return Ours(
        models=[id for id, node in made["nodes"].items() if node["resource_type"] in kinds],
        datasets={dataset["id"] for dataset in graph["datasets"]},
        sql=answer["sql"],
        catalog=catalog,
        by_name=by_name,
        unknowns=unknowns,
        columns={
            dataset["id"]: [key(column["name"]) for column in dataset["columns"]]
            for dataset in graph["datasets"]
        },
        edges=edges,
    )
