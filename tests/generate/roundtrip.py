#!/usr/bin/env python3
"""Generate models for packages of the corpus, extract them, and compare every element with the first schema.

usage: roundtrip.py BELLJAR FOLDER [--to STYLE] [--only NAME ...] [-v]

FOLDER holds artefacts and results. A difference that a comment of the models announces is counted as stated. Any other
one is a failure, and so is a file that ruff would change, if there is a ruff in `build/lint`.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "tests" / "corpus")]

import compare  # noqa: E402
import fetch  # noqa: E402

#: Time enough on a machine that is busy.
PATIENCE = ("--timeout", "30m")

RUFF = ROOT / "build" / "lint" / "bin" / "ruff"


def run(*command: object) -> subprocess.CompletedProcess[str]:
    """Run a program that may end with 1."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done


def document(belljar: Path, source: Path, result: Path, *more: str) -> Any:
    """The document of a source."""
    run(belljar, "extract", source, "--format", "json", "--output", result, "--quiet", *PATIENCE, *more)
    return json.loads(result.read_text(encoding="utf-8"))


def is_stated(kind: str, what: str, text: str) -> bool:
    """Whether a comment in the models says that something is left out."""
    notes = [line.strip() for line in text.split("\n") if line.strip().startswith("# not generated: ")]
    place = what.partition(": ")[0]
    column = place.rpartition(".")[2]
    if kind == "column default":
        return any(f"`{column}`: the Python default" in note for note in notes)
    if kind == "column onupdate":
        return any(f"`{column}`: the Python value on update" in note for note in notes)
    if kind.startswith(("column", "type")):
        return any(f"`{column}`: " in note for note in notes)
    words = {"objects": ("trigger", "function", "index"), "views": ("view",), "types": ("type", "`")}
    return any(word in note for note in notes for word in words.get(kind, (kind.rstrip("s"),)))


def packages(given: argparse.Namespace) -> dict[str, Any]:
    """The packages to read."""
    known = fetch.packages()
    return {name: known[name] for name in given.only} if given.only else known


def main() -> int:
    """Print a line for each package."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("belljar", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--to", default="sqlalchemy", choices=("sqlalchemy", "tables"))
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("-v", "--verbose", action="store_true")
    given = parser.parse_args()
    results = given.folder / "generated"
    results.mkdir(parents=True, exist_ok=True)
    total: Counter[str] = Counter()
    for name, package in packages(given).items():
        figures = one(given, name, fetch.artefact(name, package[1], given.folder / "artefacts"), results)
        print(line(name, figures), flush=True)
        total.update(figures)
    print(line("TOTAL", total))
    return 1 if total["different"] or total["unformatted"] or total["unverified"] else 0


def one(given: argparse.Namespace, name: str, artefact: Path, results: Path) -> Counter[str]:
    """The figures of one package."""
    base = document(given.belljar, artefact, results / f"{name}.json")
    folder = results / name
    folder.mkdir(exist_ok=True)
    models = folder / "models.py"
    command = (given.belljar, "generate", results / f"{name}.json", "--to", given.to, "--force")
    done = run(*command, "--output", models, *PATIENCE)
    own = base["sqlalchemy"]["version"]
    release = ("--sqlalchemy", "2.0") if own.startswith("2.0") else ("--sqlalchemy", "2.1")
    head = document(given.belljar, folder, results / f"{name}.again.json", *release)
    text = models.read_text(encoding="utf-8")
    figures = Counter(
        tables=len(base["tables"]),
        columns=sum(len(table["columns"]) for table in base["tables"]),
        unverified=done.returncode,
    )
    for kind, what in compare.compare(base, head):
        stated = is_stated(kind, what, text)
        figures["stated" if stated else "different"] += 1
        if given.verbose or not stated:
            print(f"  {'stated' if stated else 'DIFFERENT'} {kind}: {what[:300]}")
    if RUFF.exists():
        checks = (("format", "--check"), ("check",))
        figures["unformatted"] = sum(
            run(RUFF, *check, "--isolated", "--quiet", folder).returncode for check in checks
        )
    return figures


def line(name: str, figures: Counter[str]) -> str:
    """The figures as a line of the table."""
    keys = ("tables", "columns", "stated", "different", "unverified", "unformatted")
    return f"{name:22} " + "  ".join(f"{key} {figures[key]:5}" for key in keys)


if __name__ == "__main__":
    sys.exit(main())
