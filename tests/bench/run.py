#!/usr/bin/env python3
"""Measure the program beside native CPython, which has every dependency installed: CPU seconds, and their ratio.

usage: run.py PROGRAM FOLDER [--only NAME ...] [--rounds N] [--record NOTE]

The cases are generated repositories and packages of the corpus, see packages.toml. FOLDER keeps the environments of the
native side. Both sides run in turn, so that a busy machine slows down both; the figures are medians. Nothing is cached:
every extraction is a cold one, though snapshots are unpacked. With --record the ratios are added to HISTORY.tsv.
"""

import argparse
import datetime as dt
import os
import shutil
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent / "corpus"
HISTORY = HERE / "HISTORY.tsv"
sys.path[:0] = [str(HERE), str(CORPUS)]

import fetch  # noqa: E402
import generate  # noqa: E402
import truth  # noqa: E402

#: The release of SQLAlchemy beside the generated repositories.
SQLALCHEMY = "2.0.58"

#: Time enough on a machine that is busy.
PATIENCE = ("--timeout", "30m")


class Failure(Exception):
    """What the user reads."""


@dataclass(frozen=True)
class Case:
    """What both sides extract: a source for the program; an interpreter and modules for the native side."""

    name: str
    source: Path
    python: Path
    modules: list[str]
    work: Path
    variables: dict[str, str]


@dataclass(frozen=True)
class Result:
    """Medians of the CPU seconds of both sides, and the tables that the native one found."""

    name: str
    tables: int
    ours: float
    native: float

    @property
    def ratio(self) -> float:
        """What the program needs of what native CPython needs."""
        return self.ours / self.native


def main() -> int:
    """Measure what is asked for, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--record", metavar="NOTE", help="add the ratios to HISTORY.tsv")
    given = parser.parse_args()
    results = []
    print(f"{'':24} {'tables':>6} {'Belljar':>9} {'native':>9} {'ratio':>6}", flush=True)
    for name in names(given.only):
        try:
            case = make_case(name, given.folder.absolute())
            results.append(measure(given.program.absolute(), case, given.rounds))
        except (Failure, OSError, subprocess.CalledProcessError) as failure:
            print(f"{name:24} {failure}", flush=True)
            continue
        print(line(results[-1]), flush=True)
    if not results:
        return 2
    ratios = [result.ratio for result in results]
    print(f"{'median':24} {'':26} {statistics.median(ratios):6.2f}\n{'most':24} {'':26} {max(ratios):6.2f}")
    if given.record:
        record(results, given.record)
    return 0


def line(result: Result) -> str:
    """A line of the table."""
    return (
        f"{result.name:24} {result.tables:6} {result.ours:7.2f} s {result.native:7.2f} s {result.ratio:6.2f}"
    )


def settings() -> dict[str, Any]:
    """The cases."""
    return tomllib.loads((HERE / "packages.toml").read_text(encoding="utf-8"))


def names(only: Iterable[str]) -> list[str]:
    """The names of the cases, or of those that are asked for."""
    known = settings()
    every = [*(f"generated-{tables}" for tables in known["generated"]), *known["packages"]]
    return [name for name in every if not only or name in only]


def make_case(name: str, folder: Path) -> Case:
    """Set up both sides of a case, unless that is done."""
    start, _, tables = name.partition("-")
    if start == "generated":
        source = (folder / name).absolute()
        shape = generate.Shape(int(tables), settings()["generated"][tables], 10, "mixed")
        shutil.rmtree(source, ignore_errors=True)
        generate.write(source, shape)
        python = environment("generated", [f"sqlalchemy=={SQLALCHEMY}"], "", folder)
        return Case(name, source, python, [f"{generate.PACKAGE}.models"], source, {})
    row = next(row for row in truth.rows() if row[0] == name)
    own = tomllib.loads((CORPUS / "environments.toml").read_text(encoding="utf-8")).get(name, {})
    extras = f"[{','.join(own['extras'])}]" if own.get("extras") else ""
    wanted = [f"{name}{extras}=={row[1]}", f"sqlalchemy=={row[7]}", *own.get("with", ())]
    python = environment(name, wanted, row[6], folder)
    modules, variables = truth.modules_of(row)
    work = (folder / "work" / name).absolute()
    work.mkdir(parents=True, exist_ok=True)
    source = fetch.artefact(name, row[3], HERE.parents[1] / "build" / "corpus" / "artefacts")
    return Case(name, source.absolute(), python, modules, work, variables)


def environment(name: str, wanted: list[str], version: str, folder: Path) -> Path:
    """The interpreter of a virtual environment with these requirements, made where it is missing."""
    place = (folder / "environments" / name).absolute()
    python, done = place / "bin" / "python", place / "made"
    if not done.exists() or done.read_text(encoding="utf-8") != "\n".join(wanted):
        base = shutil.which(f"python{'.'.join(version.split('.')[:2])}") or sys.executable
        works = subprocess.run([base, "-c", ""], capture_output=True, check=False).returncode == 0
        subprocess.run([base if works else sys.executable, "-m", "venv", "--clear", str(place)], check=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
        if subprocess.run(command, check=False).returncode:
            raise Failure("its dependencies can't be installed")
        done.write_text("\n".join(wanted), encoding="utf-8")
    return python


def measure(program: Path, case: Case, rounds: int) -> Result:
    """Run both sides in turn; a first run of each, which unpacks and compiles, does not count."""
    result = case.work.parent / f"{case.name}.json"
    ours = [str(program), "extract", str(case.source), "--no-cache", "--format", "json", "--quiet", *PATIENCE]
    ours += ["--output", str(result)]
    native = [str(case.python), str(HERE / "native.py"), *case.modules]
    seconds: tuple[list[float], list[float]] = ([], [])
    tables = 0
    for count in range(rounds + 1):
        own, _ = run(ours, case, (0, 1))
        other, printed = run(native, case, (0,))
        tables = int(printed.split()[-1])
        if count:
            seconds[0].append(own)
            seconds[1].append(other)
    return Result(case.name, tables, statistics.median(seconds[0]), statistics.median(seconds[1]))


def run(command: list[str], case: Case, wanted: tuple[int, ...]) -> tuple[float, str]:
    """The CPU seconds of a process and of its children, and what it printed."""
    variables = {**os.environ, **case.variables, "HOME": str(case.work), "PYTHONPATH": str(case.work)}
    variables |= {"XDG_CACHE_HOME": str(case.work.parent / "cache")}
    with (case.work.parent / f"{case.name}.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, cwd=case.work, env=variables, stdout=subprocess.PIPE, stderr=log, text=True
        )
        assert process.stdout
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in wanted:
        raise Failure(f"exit code {process.returncode} of `{command[0]}`, see {log.name}")
    return usage.ru_utime + usage.ru_stime, printed


def record(results: list[Result], note: str) -> None:
    """Add the figures to the history."""
    day = dt.datetime.now(tz=dt.UTC).date().isoformat()
    with HISTORY.open("a", encoding="utf-8") as file:
        for one in results:
            figures = f"{one.ours:.2f}\t{one.native:.2f}\t{one.ratio:.2f}"
            file.write(f"{day}\t{one.name}\t{one.tables}\t{figures}\t{note}\n")


if __name__ == "__main__":
    sys.exit(main())
