#!/usr/bin/env python3
"""Extract packages of the corpus and score them against their truth.

usage: run.py BELLJAR FOLDER [--only NAME ...] [--exact] [-v]

FOLDER holds artefacts and results. The document is compared with the facts of the truth, and what `--format sql` prints
with the DDL that SQLAlchemy compiled natively. With --exact, anything but a perfect score is a failure.
"""

import argparse
import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import fetch  # noqa: E402
import score  # noqa: E402
import score_ddl  # noqa: E402

#: Time enough on a machine that is busy: what runs out of it is in doubt, and figures would not compare.
PATIENCE = ("--timeout", "30m")

#: The dialects of the truth.
DIALECTS = ("postgresql", "mysql", "sqlite")


def extract(belljar: Path, artefact: Path, result: Path, *form: str) -> str | None:
    """Run the program on an artefact as it was published; what it said when it failed."""
    with contextlib.suppress(FileNotFoundError):
        result.unlink()
    command = [str(belljar), "extract", str(artefact), *form, *PATIENCE, "--output", str(result), "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (
        None
        if done.returncode in (0, 1) and result.exists()
        else done.stderr.strip() or f"exit code {done.returncode}"
    )


def compiled(
    belljar: Path, artefact: Path, place: Path, truth: Any, got: Any
) -> tuple[dict[str, int], list[str]]:
    """Compare the DDL of every dialect: the figures, and a line for each difference."""
    figures = {"ddl": 0, "ddl_flagged": 0, "ddl_silent": 0}
    lines = []
    generation = ".".join(truth["sqlalchemy"].split(".")[:2])  # others write some of it in another way
    for dialect in DIALECTS:
        result = place.with_suffix(f".{dialect}.sql")
        form = ("--format", "sql", "--dialect", dialect, "--sqlalchemy", generation)
        trouble = extract(belljar, artefact, result, *form)
        printed = result.read_text(encoding="utf-8") if trouble is None else ""
        count, found = score_ddl.compare(truth, got, printed, dialect)
        figures["ddl"] += count
        for difference in found:
            figures["ddl_flagged" if difference.flagged else "ddl_silent"] += 1
            lines.append(f"  {'flagged' if difference.flagged else 'SILENT '} {dialect} {difference.what}")
    return figures, lines


def ddl_line(figures: dict[str, int]) -> str:
    """The figures of the DDL, as the end of a line."""
    return f"  DDL {figures['ddl']:4} flagged {figures['ddl_flagged']:4} SILENT {figures['ddl_silent']:4}"


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
        artefact = fetch.artefact(name, known[name][1], given.folder / "artefacts")
        trouble = extract(given.belljar, artefact, result, "--format", "json")
        got = json.loads(result.read_text(encoding="utf-8")) if trouble is None else {"tables": []}
        truth = json.loads((HERE / "truth" / f"{name}.json").read_text(encoding="utf-8"))
        figures = score.score(truth, got, given.verbose)
        of_ddl, lines = compiled(given.belljar, artefact, result, truth, got)
        print(*(lines if given.verbose else ()), sep="\n", end="\n" if given.verbose and lines else "")
        print(
            score.line(name, figures),
            ddl_line(of_ddl),
            f" ({trouble.splitlines()[0]})" if trouble else "",
            flush=True,
        )
        for key, value in (figures | of_ddl).items():
            total[key] = total.get(key, 0) + value
    print(score.line("TOTAL", total), ddl_line(total))
    perfect = all(total[f"{key}_exact"] == total[key] for key in ("tables", "columns", "constraints"))
    silent = total["silent"] + total["ddl_silent"]
    if given.exact and not (perfect and silent == 0 and total["ddl_flagged"] == 0 and total["ddl"] > 0):
        print("error: not exact", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
