"""Makes a manifest from the files of a dbt project, without dbt: nodes with raw code, sources, and macros.

It takes what lineage needs and nothing else. Packages that a project asks for are looked for among other checkouts.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

MACRO = re.compile(r"{%-?\s*macro\s+(\w+)\s*\(.*?{%-?\s*endmacro\s*-?%}", re.DOTALL)
CONFIG = re.compile(r"(schema|alias|database|materialized)\s*=\s*['\"]([^'\"]+)['\"]")
REF = re.compile(r"ref\(\s*['\"]([^'\"]+)['\"]\s*(?:,\s*['\"]([^'\"]+)['\"])?")


def documents(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Every readable YAML file below a folder."""
    found = []
    for path in sorted([*folder.rglob("*.yml"), *folder.rglob("*.yaml")]):
        try:
            text = yaml.safe_load(path.read_text(encoding="utf-8", errors="replace"))
        except yaml.YAMLError:
            continue
        if isinstance(text, dict):
            found.append((path, text))
    return found


def plain(value: Any, default: str) -> str:
    """A text of YAML; what is a template stands for its default."""
    if not isinstance(value, str) or "{{" in value or "{%" in value:
        return default
    return value


def macros(folder: Path, package: str) -> dict[str, Any]:
    out = {}
    for path in sorted(folder.rglob("*.sql")):
        text = path.read_text(encoding="utf-8", errors="replace")
        for match in MACRO.finditer(text):
            name = match.group(1)
            out[f"macro.{package}.{name}"] = {
                "name": name,
                "package_name": package,
                "macro_sql": match.group(0),
            }
    return out


def columns_of(entry: dict[str, Any]) -> dict[str, Any]:
    out = {}
    for column in entry.get("columns") or []:
        if isinstance(column, dict) and isinstance(column.get("name"), str):
            out[column["name"]] = {"name": column["name"], "data_type": column.get("data_type")}
    return out


def project_nodes(root: Path, project: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    package = project["name"]
    nodes: dict[str, Any] = {}
    sources: dict[str, Any] = {}
    described: dict[str, Any] = {}
    model_paths = project.get("model-paths") or project.get("source-paths") or ["models"]
    for folder in model_paths + (project.get("seed-paths") or project.get("data-paths") or ["seeds"]):
        for _path, text in documents(root / folder):
            for kind in ("models", "seeds", "snapshots"):
                for entry in text.get(kind) or []:
                    if isinstance(entry, dict) and "name" in entry:
                        described[entry["name"]] = columns_of(entry)
            for source in text.get("sources") or []:
                for table in source.get("tables") or []:
                    if not isinstance(table, dict) or "name" not in table:
                        continue
                    name, of = table["name"], source["name"]
                    sources[f"source.{package}.{of}.{name}"] = {
                        "resource_type": "source",
                        "name": name,
                        "source_name": of,
                        "package_name": package,
                        "original_file_path": str(_path.relative_to(root)),
                        "database": plain(source.get("database") or source.get("project"), "raw"),
                        "schema": plain(source.get("schema") or source.get("dataset"), of),
                        "identifier": plain(table.get("identifier"), name),
                        "columns": columns_of(table),
                    }

    def add(path: Path, kind: str, name: str, code: str, extra: dict[str, Any] | None = None) -> None:
        config = dict(CONFIG.findall(code[:3000]))
        nodes[f"{kind}.{package}.{name}"] = {
            "resource_type": kind,
            "name": name,
            "package_name": package,
            "original_file_path": str(path.relative_to(root)),
            "database": "analytics",
            "schema": "prod",
            "alias": name,
            "relation_name": f"analytics.prod.{name}",
            "raw_code": code,
            "columns": described.get(name, {}),
            "config": {"materialized": config.get("materialized", "view")},
            "refs": [list(filter(None, found)) for found in REF.findall(code)],
            "depends_on": {"nodes": []},
            **(extra or {}),
        }

    for folder in model_paths:
        for path in sorted((root / folder).rglob("*.sql")):
            add(path, "model", path.stem, path.read_text(encoding="utf-8", errors="replace"))
    for folder in project.get("snapshot-paths") or ["snapshots"]:
        for path in sorted((root / folder).rglob("*.sql")):
            text = path.read_text(encoding="utf-8", errors="replace")
            for match in re.finditer(
                r"{%-?\s*snapshot\s+(\w+)\s*-?%}(.*?){%-?\s*endsnapshot", text, re.DOTALL
            ):
                add(path, "snapshot", match.group(1), match.group(2))
    for folder in project.get("seed-paths") or project.get("data-paths") or ["seeds"]:
        for path in sorted((root / folder).rglob("*.csv")):
            with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
                header = next(csv.reader(file), [])
            add(path, "seed", path.stem, "", {"columns": {name: {"name": name} for name in header if name}})
    return nodes, sources


def described(root: Path) -> dict[str, Any]:
    project: dict[str, Any] = yaml.safe_load((root / "dbt_project.yml").read_text(encoding="utf-8"))
    return project


def variables(root: Path) -> dict[str, Any]:
    """The variables of a project: for all, and for itself."""
    project = described(root)
    out: dict[str, Any] = {}
    for name, value in (project.get("vars") or {}).items():
        if isinstance(value, dict):
            out.update(value)
        else:
            out[name] = value
    return {name: value for name, value in out.items() if not (isinstance(value, str) and "{{" in value)}


def manifest(
    root: Path, dialect: str, packages: list[tuple[str, Path]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A manifest, and a catalog that has the columns of the seeds."""
    project = described(root)
    nodes, sources = project_nodes(root, project)
    all_macros: dict[str, Any] = {}
    for package, folder in packages:
        all_macros.update(macros(folder, package))
    for folder in project.get("macro-paths") or ["macros"]:
        all_macros.update(macros(root / folder, project["name"]))
    return {
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "adapter_type": dialect,
            "project_name": project["name"],
        },
        "nodes": nodes,
        "sources": sources,
        "macros": all_macros,
    }, {
        "nodes": {
            id: {"columns": {name: {"name": name, "index": at} for at, name in enumerate(node["columns"])}}
            for id, node in nodes.items()
            if node["resource_type"] == "seed"
        },
    }


if __name__ == "__main__":
    json.dump(manifest(Path(sys.argv[1]), sys.argv[2], [])[0], sys.stdout)
