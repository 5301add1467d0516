#!/usr/bin/env python3
"""Extract packages of the corpus and score them against their truth.

usage: run.py BELLJAR FOLDER [--only NAME ...] [--exact] [-v]

FOLDER holds artefacts and results. With --exact, anything but a perfect score is a failure.
"""

import argparse
import contextlib
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import fetch  # noqa: E402
import score  # noqa: E402


def extract(belljar: Path, artefact: Path, result: Path) -> str | None:
    """Run the program on an artefact as it was published; what it said when it failed."""
    command = [str(belljar), "extract", str(artefact), "--format", "json", "--output", str(result), "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (
        None
        if done.returncode in (0, 1) and result.exists()
        else done.stderr.strip() or f"exit code {done.returncode}"
    )


def main() -> int:
    """Run, score, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("belljar", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true")
    given = parser.parse_args()
    known = fetch.packages()
    names = given.only or list(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"error: not in INDEX.tsv: {', '.join(unknown)}", file=sys.stderr)
        return 2
    (given.folder / "results").mkdir(parents=True, exist_ok=True)
    total: dict[str, int] = {}
    for name in names:
        result = given.folder / "results" / f"{name}.json"
        with contextlib.suppress(FileNotFoundError):
            result.unlink()
        artefact = fetch.artefact(name, known[name][1], given.folder / "artefacts")
        trouble = extract(given.belljar, artefact, result)
        got = json.loads(result.read_text(encoding="utf-8")) if trouble is None else {"tables": []}
        truth = json.loads((HERE / "truth" / f"{name}.json").read_text(encoding="utf-8"))
        figures = score.score(truth, got, given.verbose)
        print(score.line(name, figures), f" ({trouble.splitlines()[0]})" if trouble else "", flush=True)
        for key, value in figures.items():
            total[key] = total.get(key, 0) + value
    print(score.line("TOTAL", total))
    perfect = all(total[f"{key}_exact"] == total[key] for key in ("tables", "columns", "constraints"))
    if given.exact and not (perfect and total["silent"] == 0 and total["tables"] > 0):
        print("error: not exact", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
